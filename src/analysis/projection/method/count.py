"""Small whole numbers: "x of N" (schools, halls, communes) and plain counts.

x of N: what is met seldom lapses and what is missing comes one unit at a time. Each year a missing unit is met with a chance
of the law Beta(gained + GAIN, missed + GAIN_YEARS), one that is met lapses with a chance of the law Beta(lost + LAPSE, kept
+ LAPSE_YEARS): gains and losses of the years seen, unit by unit; how many of each there are after h years has a
beta-binomial law, and both add up. No public data set holds such units by year: what is tested, and what the four constants
were chosen on, are shares that UNDP publishes, told in eighths (trial.backtest.count_trial).

Plain counts: part persists, part is chance. Where the count wanders (its changes are small beside its spread: von Neumann's
ratio, https://doi.org/10.1214/aoms/1177731677) it goes on from its last figure by steps as large as those seen, up or down
alike; where every year stands for itself it is a negative binomial count around the mean of the last five. Nothing below
zero: steps beyond it end there. Missing years are spacing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.projection import law, spacing
from analysis.schema.codelist import QUANTILE_LEVELS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

MODEL_ID = "whole_number"
LEAST_POINTS = 5
RECENT = 5
PRIOR = 0.5
GAIN, GAIN_YEARS = 0.2, 0.8  # a fifth of a gain in one unit-year, before any is seen
LAPSE, LAPSE_YEARS = 0.5, 20.0  # half a lapse in twenty
LARGE = 30  # a count above it is a level
EXACT = 1e-9


def gains(history: Floats, units: Floats) -> tuple[Floats, Floats, Floats]:
    """Return units gained, unit-years missed and number of points of each history of units met, series x years.

    Missed: units that were missing at the start of a year and still at its end; over missing years each of them counts.
    """
    found = spacing.figures(history, history.shape[1])
    change, took = spacing.changes(found)
    missing = np.maximum(units[:, None] - found.value[:, :-1], 0.0)
    gained = np.clip(change, 0.0, missing)
    known = ~np.isnan(change)
    missed = np.where(known, (missing - gained) * took, 0.0).sum(axis=1)
    return np.where(known, gained, 0.0).sum(axis=1), missed, found.count.astype(float)


def losses(history: Floats) -> tuple[Floats, Floats]:
    """Return units lost and unit-years kept of each history of units met."""
    found = spacing.figures(history, history.shape[1])
    change, took = spacing.changes(found)
    known = ~np.isnan(change)
    lost = np.where(known, np.maximum(-change, 0.0), 0.0)
    kept = np.where(known, (found.value[:, :-1] - lost) * took, 0.0)
    return lost.sum(axis=1), kept.sum(axis=1)


def share_law(history: Floats, units: Floats, horizon: Floats) -> Floats:
    """Return P(units met = 0, 1, ...) of x of N `horizon` years on, series x (greatest N + 1); NaN under LEAST_POINTS.

    `history`: units met, series x years.
    """
    gained, missed, points = gains(history, units)
    lost, kept = losses(history)
    last = history[:, -1]
    size = int(np.nanmax(np.where(np.isfinite(units), units, 0.0), initial=0.0))
    come = _changed(np.maximum(units - last, 0.0), gained + GAIN, missed + GAIN_YEARS, horizon, size)
    lapse = _changed(last, lost + LAPSE, kept + LAPSE_YEARS, horizon, size)
    result = np.zeros((len(history), size + 1))
    place, rows = np.arange(size + 1), np.arange(len(history))[:, None]
    stay = np.nan_to_num(last).astype(int)[:, None] - place  # so many are left when `place` have lapsed
    for new in range(size + 1):
        met = np.clip(stay + new, 0, size)
        np.add.at(result, (rows, met), np.where(stay >= 0, lapse * come[:, new : new + 1], 0.0))
    unknown = (points < LEAST_POINTS) | np.isnan(last) | ~np.isfinite(units) | np.isnan(horizon) | (last > units)
    return np.where(unknown[:, None], np.nan, result)


def _changed(trials: Floats, a: Floats, b: Floats, horizon: Floats, size: int) -> Floats:
    """Return the law of how many of `trials` units change within `horizon` years, each with a yearly chance Beta(a, b)."""
    chance_year, weight = a / (a + b), a + b
    over = 1 - (1 - chance_year) ** np.maximum(np.nan_to_num(horizon), 0)
    first, second = np.maximum(over * weight, EXACT), np.maximum((1 - over) * weight, EXACT)
    trials = np.nan_to_num(trials)[:, None]
    least = np.arange(size + 2)[None, :]
    at_least = law.beta_binomial_at_least(least, trials, first[:, None], second[:, None])
    return np.asarray(at_least[:, :-1] - at_least[:, 1:])


def share_probability(history: Floats, units: Floats, horizon: Floats, least: Floats) -> Floats:
    """Return P(units met >= `least` in `horizon` years) of x of N, one element a series; NaN under LEAST_POINTS points."""
    pmf = share_law(history, units, horizon)
    asked = np.arange(pmf.shape[1]) >= np.ceil(least - EXACT)[:, None]
    chance = np.clip(np.where(asked, pmf, 0.0).sum(axis=1), 0.0, 1.0)
    return np.asarray(np.where(np.isnan(pmf[:, 0]) | np.isnan(least), np.nan, chance))


def share_quantiles(history: Floats, units: Floats, horizon: Floats, wanted: tuple[float, ...] = QUANTILE_LEVELS) -> Floats:
    """Return quantiles (whole units) of x of N after `horizon` years, series x wanted."""
    return _quantiles(np.cumsum(share_law(history, units, horizon), axis=1), wanted)


def share_mean(history: Floats, units: Floats, horizon: Floats) -> Floats:
    """Return the mean number of units met after `horizon` years."""
    pmf = share_law(history, units, horizon)
    return np.asarray(pmf @ np.arange(pmf.shape[1], dtype=float))


def _spread(history: Floats) -> tuple[Floats, Floats, Floats]:
    """Return mean of the RECENT last years, size of the negative binomial law and number of points of plain counts."""
    recent = spacing.figures(history, RECENT).value
    known = ~np.isnan(history)
    points = known.sum(axis=1).astype(float)
    number = np.maximum((~np.isnan(recent)).sum(axis=1), 1)
    total = np.nansum(recent, axis=1)
    mean = (total + PRIOR) / number
    whole_mean = np.nansum(history, axis=1) / np.maximum(points, 1)
    variance = np.nansum(np.square(history - whole_mean[:, None]), axis=1) / np.maximum(points - 1, 1)
    wider = np.maximum(variance / np.maximum(whole_mean, PRIOR), 1.0)  # than Poisson
    size = (total + PRIOR) / wider
    return mean, np.maximum(size, PRIOR), points


def persistence(history: Floats) -> tuple[Floats, Floats]:
    """Return which part of each count goes on from its last figure, in [0, 1], and the mean size of a yearly step."""
    found = spacing.figures(history, history.shape[1])
    steps = spacing.as_single_years(*spacing.changes(found))
    known = ~np.isnan(steps)
    number = np.maximum(known.sum(axis=1), 1)
    square = np.where(known, np.square(steps), 0.0).sum(axis=1) / number
    with np.errstate(invalid="ignore", divide="ignore"):
        middle = np.nansum(found.value, axis=1) / np.maximum(found.count, 1)
        spread = np.nansum(np.square(found.value - middle[:, None]), axis=1) / np.maximum(found.count - 1, 1)
        ratio = np.where(spread > 0, square / (2 * spread), 0.0)
    size = (np.where(known, np.abs(steps), 0.0).sum(axis=1) + PRIOR) / (number + 1)
    return np.clip(1 - ratio, 0.0, 1.0), size


def _stepped_at_most(last: Floats, size: Floats, horizon: Floats, most: Floats) -> Floats:
    """Return P(count <= `most`) of a count that goes on from `last` by geometric steps either way, of mean size `size` a
    year growing with the root of time; what would fall below zero is zero.
    """
    mean = size * np.sqrt(np.maximum(horizon, 0))
    q = (np.sqrt(1 + np.square(mean)) - 1) / np.maximum(mean, EXACT)
    away = np.floor(most + EXACT) - last
    with np.errstate(over="ignore"):
        above = 1 - q ** (np.maximum(away, 0) + 1) / (1 + q)
        below = q ** np.maximum(-away, 0) / (1 + q)
    return np.where(most < 0, 0.0, np.where(away >= 0, above, below))


def at_most_probability(history: Floats, horizon: Floats, most: Floats) -> Floats:
    """Return P(count <= `most`) in the year `horizon` years on.

    `history`: counts, series x years, NaN where there is none. NaN under LEAST_POINTS points or where a count is negative.
    """
    mean, size, points = _spread(history)
    part, step = persistence(history)
    last = history[:, -1]
    wide = size / np.sqrt(np.maximum(horizon, 1))
    alone = law.negative_binomial_at_most(np.nan_to_num(most), wide, mean)
    chance = part * _stepped_at_most(np.nan_to_num(last), step, horizon, np.nan_to_num(most)) + (1 - part) * alone
    negative = np.any(history < 0, axis=1)
    unknown = (points < LEAST_POINTS) | negative | np.isnan(most) | np.isnan(last) | np.isnan(horizon)
    return np.asarray(np.where(unknown, np.nan, chance))


def at_least_probability(history: Floats, horizon: Floats, least: Floats) -> Floats:
    """Return P(count >= `least`) in the year `horizon` years on."""
    return np.asarray(1 - at_most_probability(history, horizon, np.ceil(least - EXACT) - 1))


def laws(history: Floats, horizon: Floats) -> Floats:
    """Return P(count <= 0, 1, 2, ...) of counts `horizon` years on, series x as many numbers as could matter."""
    most = np.nanmax(np.where(np.isfinite(history), history, 0.0), initial=0.0)
    top = int(4 * most + 20)
    return np.column_stack([at_most_probability(history, horizon, np.full(len(history), float(k))) for k in range(top + 1)])


def quantiles(history: Floats, horizon: Floats, wanted: tuple[float, ...] = QUANTILE_LEVELS) -> Floats:
    """Return quantiles (whole numbers) of counts `horizon` years on, series x wanted."""
    return _quantiles(laws(history, horizon), wanted)


def mean(history: Floats, horizon: Floats) -> Floats:
    """Return the mean of counts `horizon` years on, one element a series."""
    return np.asarray((1 - laws(history, horizon)).sum(axis=1))


def _quantiles(below: Floats, wanted: tuple[float, ...]) -> Floats:
    """Return the first whole number whose P(<=) reaches each wanted level; `below`: series x 0, 1, 2, ..."""
    found = np.column_stack([(below < level - EXACT).sum(axis=1) for level in wanted]).astype(float)
    found = np.minimum(found, below.shape[1] - 1)
    return np.where(np.any(np.isnan(below), axis=1)[:, None], np.nan, found)
