"""Missing years, tested: series of M1 and M3 with years taken out at random, never judged by a table learnt from them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from analysis.projection.method import level
from analysis.projection.method.level import FEATURES, LEAST_POINTS, LONGEST, MOST_POINTS, Scale
from analysis.projection.residual import LEVELS
from analysis.trial import record, score, window
from analysis.trial.backtest.level_trial import INTERVALS
from analysis.trial.learn.level_fit import LevelErrors
from analysis.trial.panel import Competition

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int_]

POINTS = (6, 8, 10)
MISSING = 2  # years taken out of each history, never its last nor its first
SEED = 3


def with_holes(past: Floats, missing: int = MISSING) -> Floats:
    """Return the histories without `missing` of their inner years, drawn at random, always the same."""
    chance = np.random.default_rng(SEED).random((len(past), past.shape[1] - 2))
    holes = np.argsort(chance, axis=1)[:, :missing] + 1
    result = past.copy()
    result[np.arange(len(past))[:, None], holes] = np.nan
    return result


def gaps(both: Competition) -> Iterator[record.Row]:
    """Yield how often the outcome lay in the 50, 80 and 95 % range of histories with two years missing."""
    fold = window.folds(len(both.series))
    for points in POINTS:
        windows = window.rolling(both.series, points + MISSING, LONGEST)
        past, part = with_holes(windows.past), fold[windows.series]
        errors = LevelErrors(window.rolling(both.series, points, LONGEST))
        drawn = np.full((*windows.future.shape, 2 * len(INTERVALS)), np.nan)
        ends = tuple(end for pair in INTERVALS.values() for end in pair)
        for one in np.unique(fold):
            learnt = _scale(points, *errors.learn(fold[errors.windows.series] != one))
            drawn[part == one] = level.quantiles(level.fit(past[part == one], LONGEST, learnt), ends)
        for place, percent in enumerate(INTERVALS):
            hits = score.inside(windows.future, drawn[..., 2 * place], drawn[..., 2 * place + 1])
            found = score.share(hits, windows.series)
            yield record.of_share("M1+M3", "h2", "gaps", points, "", f"inside_{percent}", found)


def _scale(points: int, weights: Floats, cap: Floats, laws: Floats) -> Scale:
    """Return a table in which only the row of so many points is filled in."""
    size = MOST_POINTS - LEAST_POINTS + 1
    shape = (size, LONGEST)
    table = Scale(*(np.full((*shape, *more), np.nan) for more in ((len(FEATURES),), (), (len(LEVELS),))))
    for whole, part in zip((table.weights, table.cap, table.laws), (weights, cap, laws), strict=True):
        whole[points - LEAST_POINTS] = part
    return table
