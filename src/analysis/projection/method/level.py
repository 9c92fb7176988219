"""Where a positive yearly level (money, people, a count above about thirty) may be some years on: method H2.

The centre is `centre.centre`. The scale is exp(w . features): log s, log(|d| + .005), log m and log(a + .003), s and d the
standard deviation and mean of the yearly log changes, m their mean absolute deviation from their median, a how far the four
continuations of the centre lie apart. The weights w and the law of the standardised errors come from the rolling origins of
other series, for each number of points (5 to 15) and year ahead (1 to 6): `fitted/level.csv`, written by `backtest --refit`
alone. Errors are taken on the scale of the fourth root, ((value / centre)^POWER - 1) / POWER: on logarithms the upper tails
of short histories explode.

Beyond what was fitted: the errors of the sixth year grow with the square root of time; of a history of more than 15 figures
the last 15 count. Missing years are spacing (spacing.py). What never moved follows still.py.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.projection import fitted, residual, spacing
from analysis.projection.method import still
from analysis.projection.method.centre import centre_and_disagreement
from analysis.schema.codelist import QUANTILE_LEVELS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int_]

MODEL_ID = "level_h2"
LEAST_POINTS, MOST_POINTS, LONGEST = 5, 15, 6
POWER = 0.25
LEAST_RATIO = 0.05  # of the centre: no quantile falls below it
LEAST_SPREAD = 0.001
LEAST_DRIFT, LEAST_APART = 0.005, 0.003  # added: a logarithm of nothing would say too much
FEATURES = ("constant", "spread", "drift", "deviation", "apart")
EXACT = 1e-9  # in logarithms: what rounding alone can make of a series that never varied


@dataclass(frozen=True)
class Scale:
    """What was learnt from other series: `weights` (n, h, FEATURES), `cap` (n, h) of log scale, `laws` (n, h, LEVELS)."""

    weights: Floats
    cap: Floats
    laws: Floats


@dataclass(frozen=True)
class Levels:
    """The distribution of every series and year ahead: centre and scale (series x horizons), table row of each series.

    NaN where nothing is claimed; scale 0: it never moved. `table` holds the rows n of `learnt` (-1: none).
    """

    centre: Floats
    scale: Floats
    table: Ints
    learnt: Scale


@functools.cache
def learnt() -> Scale:
    """Return the fitted table that the project ships."""
    rows = fitted.read("level")
    shape = (MOST_POINTS - LEAST_POINTS + 1, LONGEST)
    laws = np.stack([rows[f"z_{level}"] for level in residual.LEVELS], axis=-1)
    weights = np.stack([rows[name] for name in FEATURES], axis=-1)
    return Scale(weights.reshape(*shape, -1), rows["cap"].reshape(shape), laws.reshape(*shape, -1))


def fit(history: Floats, horizons: int, scale: Scale | None = None) -> Levels:
    """Fit all series at once. `history`: positive levels, series x years, NaN where there is no figure; the last is known.

    Series with fewer than LEAST_POINTS points, or with a value that is not positive and finite among the last MOST_POINTS,
    get NaN: no distribution is claimed for them.
    """
    scale = scale or learnt()
    recent = spacing.figures(history, MOST_POINTS)
    usable = (recent.value > 0) & np.isfinite(recent.value)
    sound = np.all(usable | np.isnan(recent.value), axis=1) & ~np.isnan(history[:, -1])
    points = np.where(sound, recent.count, 0)
    middle = np.full((len(history), horizons), np.nan)
    wide = np.full((len(history), horizons), np.nan)
    gaps = spacing.gapped(history)
    for count in np.unique(points[points >= LEAST_POINTS]):
        rows = (points == count) & ~gaps
        block = recent.value[:, -count:] if rows.all() else recent.value[rows, -count:]
        middle[rows], wide[rows] = _fit_block(block, np.diff(np.log(block), axis=1), count, horizons, scale)
        for same, filled, steps in _with_gaps(recent, np.flatnonzero((points == count) & gaps), count):
            middle[same], wide[same] = _fit_block(filled, steps, count, horizons, scale)
    return Levels(middle, wide, np.where(points >= LEAST_POINTS, points - LEAST_POINTS, -1), scale)


def _with_gaps(recent: spacing.Figures, rows: Ints, count: int) -> Iterator[tuple[Ints, Floats, Floats]]:
    """Yield (rows, levels with the missing years filled in at a constant rate, log changes each as one year's) by the span
    of their figures. The filled years give the continuations their shape; the scale knows only what was observed.
    """
    logs, years = np.log(recent.value[rows, -count:]), recent.years[rows, -count:]
    span = (years[:, -1] - years[:, 0]).astype(int) if len(rows) else np.empty(0, dtype=int)
    for length in np.unique(span):
        same = span == length
        grid = np.full((same.sum(), length + 1), np.nan)
        grid[np.arange(len(grid))[:, None], (years[same] - years[same, :1]).astype(int)] = logs[same]
        steps = spacing.as_single_years(np.diff(logs[same], axis=1), np.diff(years[same], axis=1))
        yield rows[same], np.exp(spacing.filled(grid)), steps


def _fit_block(block: Floats, steps: Floats, points: int, horizons: int, scale: Scale) -> tuple[Floats, Floats]:
    """Return centre and scale of series with equally many points; `steps`: their yearly log changes."""
    row, column = points - LEAST_POINTS, _column(horizons)
    middle, apart = centre_and_disagreement(block, horizons)
    log_scale = features(steps, apart) @ scale.weights[row][column].T
    wide = np.exp(np.minimum(log_scale, scale.cap[row][column])) * _stretch(horizons)
    unmoved = (block.max(axis=1) - block.min(axis=1)) <= EXACT * block[:, -1]
    middle[unmoved], wide[unmoved] = block[unmoved, -1:], 0.0
    return middle, wide


def features(steps: Floats, apart: Floats) -> Floats:
    """Return what the scale rests on, series x FEATURES; `steps`: yearly log changes, `apart`: how far the continuations
    lie apart.
    """
    drift = steps.mean(axis=1)
    spread = np.sqrt(np.square(steps - drift[:, None]).sum(axis=1) / (steps.shape[1] - 1))
    changes = np.sort(steps, axis=1)
    half = changes.shape[1] // 2  # the absolute deviation from the median: upper half less lower half
    deviation = (changes[:, -half:].sum(axis=1) - changes[:, :half].sum(axis=1)) / changes.shape[1]
    logs = [np.maximum(spread, LEAST_SPREAD), np.abs(drift) + LEAST_DRIFT, np.maximum(deviation, LEAST_SPREAD)]
    return np.column_stack([np.ones(len(steps)), *(np.log(one) for one in (*logs, apart + LEAST_APART))])


def _column(horizons: int) -> Ints:
    return np.asarray(np.minimum(np.arange(horizons), LONGEST - 1))


def _stretch(horizons: int) -> Floats:
    return np.asarray(np.sqrt(np.maximum(np.arange(1, horizons + 1) / LONGEST, 1.0)))


def ratio_error(ratio: Floats) -> Floats:
    """Return the error, on the scale of the fourth root, of an outcome that is `ratio` times its centre."""
    return np.asarray((ratio**POWER - 1) / POWER)


def _ratio(error: Floats) -> Floats:
    """Return the ratio to the centre that an error means; a fourth power."""
    base: Floats = np.maximum(1 + POWER * error, LEAST_RATIO**POWER)
    base *= base
    base *= base
    return base


def quantiles(levels: Levels, wanted: tuple[float, ...] = QUANTILE_LEVELS) -> Floats:
    """Return quantiles, series x horizons x wanted, rising in the last direction."""
    result = np.empty((*levels.centre.shape, len(wanted)))
    for rows, step, law in _groups(levels):
        drawn = residual.quantile(law, np.array(wanted))
        scale, middle = levels.scale[rows, step, None], levels.centre[rows, step, None]
        result[rows, step] = middle * _ratio(scale * drawn)
    return _with_still(levels, result, lambda middle, law: middle[:, None] * np.exp(still.quantiles(law, np.array(wanted))))


def _with_still(levels: Levels, result: Floats, made: Callable[[Floats, still.Moves], Floats]) -> Floats:
    """Return `result` (series x horizons ...) with what `made` says, from last figure and law, of what never moved."""
    for step in range(result.shape[1]):
        rows = np.flatnonzero(levels.scale[:, step] == 0)
        if len(rows):
            result[rows, step] = made(levels.centre[rows, step], _moves(levels, rows, np.full(len(rows), step + 1)))
    return result


def _moves(levels: Levels, rows: Ints, step: Ints) -> still.Moves:
    return still.moves(levels.table[rows] + LEAST_POINTS, step, np.zeros(len(rows), dtype=int))


def mean(levels: Levels) -> Floats:
    """Return the mean of each distribution, series x horizons."""
    result = np.empty_like(levels.centre)
    for rows, step, law in _groups(levels):
        first, second, third, fourth = residual.moments(law)
        size = POWER * levels.scale[rows, step]
        grown = 1 + size * (4 * first + size * (6 * second + size * (4 * third + size * fourth)))
        result[rows, step] = levels.centre[rows, step] * grown
    fine = (np.arange(200) + 0.5) / 200
    return _with_still(levels, result, lambda middle, law: middle * np.exp(still.quantiles(law, fine)).mean(axis=1))


def probability_at_least(levels: Levels, step: Ints, threshold: Floats) -> Floats:
    """Return the probability that each series is at least `threshold` after `step` years (one element a series), in [0, 1].

    NaN where nothing is claimed or the step lies outside 1 to the fitted horizons.
    """
    result = np.full(len(levels.centre), np.nan)
    inside = (step >= 1) & (step <= levels.centre.shape[1])
    for rows, ahead, law in _groups(levels):
        chosen = np.zeros(len(result), dtype=bool)
        chosen[rows] = True
        chosen &= inside & (step == ahead + 1)
        if chosen.any():
            result[chosen] = _at_least(levels.centre[chosen, ahead], levels.scale[chosen, ahead], threshold[chosen], law)
    unmoved = np.flatnonzero(inside & (levels.scale[:, 0] == 0) & (threshold > 0))
    if len(unmoved):
        move = np.log(threshold[unmoved] / levels.centre[unmoved, 0])
        move = np.where(np.abs(move) <= EXACT, 0.0, move)
        result[unmoved] = still.at_least(_moves(levels, unmoved, step[unmoved]), move)
    return result


def _at_least(middle: Floats, scale: Floats, threshold: Floats, law: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = threshold / middle
        chance = 1 - residual.below(law, ratio_error(np.maximum(ratio, 0.0)) / scale)
    chance = np.where(threshold <= 0, 1.0, chance)
    return np.asarray(np.where(np.isnan(middle) | np.isnan(threshold), np.nan, chance))


def _groups(levels: Levels) -> list[tuple[slice | NDArray[np.bool_], int, Floats]]:
    """Return (rows, step, law) for every number of points and year ahead; series without a distribution with a law of
    NaN.
    """
    groups: list[tuple[slice | NDArray[np.bool_], int, Floats]] = []
    empty = np.full(len(residual.LEVELS), np.nan)
    for number in np.unique(levels.table):
        same = levels.table == number
        rows = slice(None) if same.all() else same
        for step, column in enumerate(_column(levels.centre.shape[1])):
            groups.append((rows, step, levels.learnt.laws[number, column] if number >= 0 else empty))
    return groups
