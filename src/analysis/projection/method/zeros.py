"""Figures that are never negative and sometimes nothing: the chance of nothing, and how much when it is something.

Nothing and something follow each other like a chain of two states: the chances to leave each are those of the years seen,
drawn towards how often it was nothing at all as by PRIOR further years. What it is when it is something: of five and more
straight figures above zero, as levels go on (level.py); else about its usual size, log-normal, the spread of the figures
above zero and the uncertainty of their mean together. What was always nothing follows still.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.projection import law, residual, spacing
from analysis.projection.method import level, still
from analysis.schema.codelist import QUANTILE_LEVELS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int_]

MODEL_ID = "zeros"
LEAST_POINTS = 5
PRIOR = 1.0
LEAST_SPREAD = 0.5  # of logarithms: few figures above zero say little of their spread
RECENT = 5


@dataclass(frozen=True)
class Sometimes:
    """P(nothing), series x horizons, and the law of what it is when it is something, series x horizons x LEVELS."""

    none: Floats
    some: Floats


def fit(history: Floats, horizons: int) -> Sometimes:
    """Fit all series at once. `history`: series x years, never negative, NaN where there is no figure; the last is known.

    Fewer than LEAST_POINTS figures, or one that is negative or infinite: NaN, nothing is claimed.
    """
    known = ~np.isnan(history)
    with np.errstate(invalid="ignore"):
        bad = (known & ((history < 0) | np.isinf(history))).any(axis=1) | ~known[:, -1]
    few = bad | (known.sum(axis=1) < LEAST_POINTS)
    none, some = chance_of_none(history, horizons), _amounts(history, horizons)
    return Sometimes(np.where(few[:, None], np.nan, none), np.where(few[:, None, None], np.nan, some))


def chance_of_none(history: Floats, horizons: int, prior: float = PRIOR) -> Floats:
    """Return P(zero) in each of the coming years, series x horizons."""
    found = spacing.figures(history, history.shape[1]).value
    before, after = found[:, :-1], found[:, 1:]
    pairs = ~np.isnan(before) & ~np.isnan(after)
    known = ~np.isnan(found)
    share = (known & (found == 0)).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    left, stood = (pairs & (before == 0) & (after > 0)).sum(axis=1), (pairs & (before == 0)).sum(axis=1)
    fell, rose = (pairs & (before > 0) & (after == 0)).sum(axis=1), (pairs & (before > 0)).sum(axis=1)
    leave, fall = (left + prior * (1 - share)) / (stood + prior), (fell + prior * share) / (rose + prior)
    steps = np.arange(1, horizons + 1)
    rest = (fall / np.maximum(leave + fall, 1e-12))[:, None]
    start = (history[:, -1:] == 0).astype(float)
    chance = rest + (start - rest) * (1 - leave - fall)[:, None] ** steps
    always = still.run(np.where(history == 0, 0.0, np.where(np.isnan(history), np.nan, 1.0 + np.arange(history.shape[1]))))
    nothing = (share == 1) & (always > 0)
    if nothing.any():
        group = np.full(int(nothing.sum()), still.GROUPS.index("zero"))
        for step in steps:
            moved = still.moves(always[nothing], np.full(len(group), step), group)
            chance[nothing, step - 1] = 1 - moved.down - moved.up
    return np.asarray(np.clip(chance, 0.0, 1.0))


def _amounts(history: Floats, horizons: int) -> Floats:
    """Return the laws of the figures above zero, series x horizons x LEVELS."""
    with np.errstate(invalid="ignore", divide="ignore"):
        logs = np.log(np.where(history > 0, history, np.nan))
    found = spacing.figures(logs, logs.shape[1])
    count = np.maximum(found.count, 1)
    recent = found.value[:, -RECENT:]
    middle = np.nansum(recent, axis=1) / np.maximum((~np.isnan(recent)).sum(axis=1), 1)
    mean = np.nansum(found.value, axis=1) / count
    square = np.nansum(np.square(found.value - mean[:, None]), axis=1) / np.maximum(count - 1, 1)
    spread = np.maximum(np.sqrt(square), LEAST_SPREAD) * np.sqrt(1 + 1 / count)
    result = np.exp(middle[:, None] + spread[:, None] * law.normal_quantile(residual.LEVELS))
    result = np.repeat(result[:, None, :], horizons, axis=1)
    run = np.where(np.maximum.accumulate((history == 0)[:, ::-1], axis=1)[:, ::-1], np.nan, history)
    rows = (~np.isnan(run)).sum(axis=1) >= LEAST_POINTS
    if rows.any():
        result[rows] = level.quantiles(level.fit(run[rows], horizons), residual.LEVELS)
    return result


def quantiles(found: Sometimes, wanted: tuple[float, ...] = QUANTILE_LEVELS) -> Floats:
    """Return quantiles, series x horizons x wanted, rising, never below zero."""
    result = np.empty((*found.none.shape, len(wanted)))
    grid = np.array(residual.LEVELS)
    for place, one in enumerate(wanted):
        with np.errstate(invalid="ignore", divide="ignore"):
            inside = np.clip((one - found.none) / (1 - found.none), 0.0, 1.0)
        upper = np.clip(np.searchsorted(grid, np.nan_to_num(inside)), 1, len(grid) - 1)
        part = np.clip((inside - grid[upper - 1]) / (grid[upper] - grid[upper - 1]), 0.0, 1.0)
        low, high = (np.take_along_axis(found.some, at[..., None], axis=2)[..., 0] for at in (upper - 1, upper))
        result[..., place] = np.where(one <= found.none, 0.0, low + part * (high - low))
    return np.where(np.isnan(found.none)[..., None], np.nan, result)


def mean(found: Sometimes) -> Floats:
    """Return the mean of each distribution, series x horizons (over 100 equally likely quantiles)."""
    return np.asarray(quantiles(found, tuple((np.arange(100) + 0.5) / 100)).mean(axis=-1))


def probability_at_least(found: Sometimes, step: Ints, threshold: Floats) -> Floats:
    """Return P(figure >= `threshold`) after `step` years (one element a series), in [0, 1]."""
    rows = np.arange(len(step))
    inside = (step >= 1) & (step <= found.none.shape[1])
    column = np.where(inside, step, 1) - 1
    some = 1 - residual.below_each(found.some[rows, column], threshold)
    chance = np.where(threshold <= 0, 1.0, (1 - found.none[rows, column]) * some)
    return np.asarray(np.where(inside & ~np.isnan(found.none[rows, column]), chance, np.nan))
