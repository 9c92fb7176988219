"""Reaching zero, tested: histories that UNDP publishes, a country's never judged by a table learnt from it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from analysis.projection.method.vanish import LEAST_POINTS
from analysis.trial import record, window
from analysis.trial.learn import vanish_fit
from analysis.trial.panel import Histories

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

METHOD = "vanish"
EDGES = np.array([0.0, 0.005, 0.02, 0.05, 0.1, 0.2, 0.3, 1.0000001])


def zero(found: Histories) -> Iterator[record.Row]:
    """Yield what was said of reaching zero within four years beside how often it came true, and Brier scores beside the
    base rate's, for shares, for counts and amounts, and for figures of at most ten units.
    """
    origins = vanish_fit.origins(found)
    country = np.unique(found.country, return_inverse=True)[1][origins.series]
    fold = window.folds(int(country.max()) + 1)[country]
    said = np.full(len(fold), np.nan)
    for part in np.unique(fold):
        table = vanish_fit.tables(origins, fold != part)
        for near, (distances, reached) in zip((True, False), table, strict=True):
            own = (fold == part) & (origins.near == near)
            said[own] = np.interp(origins.distance[own], distances, reached)
    share = found.share[origins.series]
    groups = {"shares": share, "amounts": ~share, "near": origins.near, "country_folds": np.ones(len(share), dtype=bool)}
    for scheme, rows in groups.items():
        described = record.Row("undp", METHOD, scheme, LEAST_POINTS, str(vanish_fit.HORIZON), "", 0.0)
        scores = record.of_brier(described, said[rows][None], origins.reached[rows][None], "pooled")
        yield from (one for one in scores if not one.measure.startswith("skill_"))  # so rare that rounding would tell
    yield from record.of_reliability(described, said[:, None], origins.reached[:, None], country, EDGES)
