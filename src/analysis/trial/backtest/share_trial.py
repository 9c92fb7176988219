"""Shares, tested: histories that UNDP publishes, a country's never judged by a table learnt from it (ten folds by
country).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from analysis.projection.method import share
from analysis.projection.method.share import Movement, Shares
from analysis.trial import record, score, window
from analysis.trial.backtest.level_trial import INTERVALS
from analysis.trial.learn import share_fit
from analysis.trial.learn.share_fit import FULL_HORIZON, FULL_POINTS, Origins
from analysis.trial.panel import Histories

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int_]

NEAR, NOT_YET = 90.0, 99.5
EDGES = np.array([0.0, 0.01, 0.03, 0.06, 0.1, 1.0])


def distributions(found: Origins, rows: NDArray[np.bool_], learnt: share.Scale) -> Shares:
    """Return the distributions of some origins by a table."""
    moved = Movement(*(getattr(found.moved, name)[rows] for name in Movement.__annotations__))
    horizons = found.future.shape[1]
    scale = np.exp(np.minimum(share.features(moved) @ learnt.weights.T, learnt.cap))
    still = (moved.spread <= share.EXACT) & (np.abs(moved.drift) <= share.EXACT)
    scale[still] = 0.0
    centre, gap = share.centre(moved, horizons), share.distance(moved, horizons)
    return Shares(centre, scale, gap, share.band(found.last[rows]), moved.points, learnt)


def shares(series: Histories) -> Iterator[record.Row]:
    """Yield the Brier score of reaching 100 % within four years beside its base rate's, said against met, and coverage."""
    found = share_fit.origins(series.grid, FULL_POINTS)
    country = np.unique(series.country, return_inverse=True)[1][found.series]
    fold = window.folds(int(country.max()) + 1)[country]
    chance, hits = np.full(len(fold), np.nan), np.full((len(INTERVALS), len(fold)), np.nan)
    outcome = found.future[:, FULL_HORIZON - 1]
    for part in np.unique(fold):
        own, others = fold == part, fold != part
        learnt = share_fit.scale(found, others, share_fit.full_tables(found, others))
        made = distributions(found, own, learnt)
        steps = np.full(int(own.sum()), FULL_HORIZON)
        chance[own] = share.probability_at_least(made, steps, np.full(len(steps), 100.0))
        drawn = share.quantiles(made, tuple(end for pair in INTERVALS.values() for end in pair))[:, FULL_HORIZON - 1]
        for place in range(len(INTERVALS)):
            hits[place, own] = score.inside(outcome[own], drawn[:, 2 * place] - 1e-9, drawn[:, 2 * place + 1] + 1e-9)
    moving = found.moved.spread > share.EXACT
    for place, percent in enumerate(INTERVALS):
        inside = score.share(hits[place, moving], found.series[moving])
        yield _row(f"inside_{percent}", inside.value, inside.cases, inside.clustered)
    yield from _reaching(found, chance)


def _reaching(found: Origins, chance: Floats) -> Iterator[record.Row]:
    _, event = share_fit.reached(found)
    near = ~np.isnan(event) & (found.last >= NEAR) & (found.last <= NOT_YET)
    said, came = chance[near], event[near]
    yield _row("brier_full", score.brier(said, came), len(came))
    yield _row("brier_full_base", score.pooled_base(came), len(came))
    described = _row("", 0.0, 0)
    yield from record.of_reliability(described, said[:, None], came[:, None], found.series[near], EDGES)


def _row(measure: str, value: float, cases: int, interval: tuple[float, float] | None = None) -> record.Row:
    low, high = interval or (None, None)
    scheme = "country_folds"
    return record.Row("undp", "share", scheme, FULL_POINTS, str(FULL_HORIZON), measure, value, low, high, cases)
