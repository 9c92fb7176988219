"""What stood still, tested: histories that UNDP publishes, a country's never judged by a table learnt from it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from analysis.projection.method import still
from analysis.projection.method.still import BANDS, GROUPS, LONGEST
from analysis.trial import record, score, window
from analysis.trial.learn import still_fit
from analysis.trial.panel import Histories

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

METHOD = "still"
SHOWN = (1, 3, 5)  # years ahead


def stood(found: Histories) -> Iterator[record.Row]:
    """Yield, by kind and years ahead, the chance said of having moved and how often it came true, with Brier scores beside
    the base rate's.
    """
    origins = still_fit.stood(found)
    country = np.unique(found.country, return_inverse=True)[1][origins.series]
    fold = window.folds(int(country.max()) + 1)[country]
    moved = np.where(np.isnan(origins.move), np.nan, (origins.move != 0).astype(float))
    said = np.full(moved.shape, np.nan)
    for part in np.unique(fold):
        table, own = still_fit.learn(origins, fold != part), fold == part
        for step in range(1, LONGEST + 1):
            steps = np.full(int(own.sum()), step)
            law = still.moves(origins.points[own], steps, origins.group[own], table)
            said[own, step - 1] = law.down + law.up
    for group, name in enumerate(GROUPS):
        for step in SHOWN:
            same = (origins.group == group) & ~np.isnan(moved[:, step - 1])
            described = record.Row("undp", METHOD, name, BANDS[0], str(step), "", 0.0)
            yield from _told(described, said[same, step - 1], moved[same, step - 1], country[same])
    known = ~np.isnan(moved)
    described = record.Row("undp", METHOD, "country_folds", BANDS[0], "", "", 0.0)
    yield from record.of_brier(described, said[known][None], moved[known][None], "pooled")


def _told(described: record.Row, said: Floats, came: Floats, country: NDArray[np.int_]) -> Iterator[record.Row]:
    found = score.share(came, country)
    one = (described.data, described.method, described.scheme, described.points, described.horizon)
    yield record.Row(*one, "said_moved", float(said.mean()), cases=found.cases)
    yield record.of_share(*one, "met_moved", found)
