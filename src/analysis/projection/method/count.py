"""Small whole numbers: "x of N" (schools, halls, communes) and plain counts, and the target "none left".

x of N: what is met seldom lapses and what is missing comes one unit at a time. The chance that a missing unit is met within
a year has the law Beta(gained + 1/2, missed + 1/2) from the years seen (Jeffreys' rule); over h years the units still
missing that are met then follow its beta-binomial law. Counts: the mean of the coming year is the mean of the last five,
spread out like a Poisson count whose mean is itself uncertain, that is negative binomial, wider where the past was wider
than Poisson. Whole numbers in, whole numbers out: a target of 87.5 % of 8 units is 7 units, "at least 2.1 units" is 3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.projection import law
from analysis.schema.codelist import QUANTILE_LEVELS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

MODEL_ID = "whole_number"
LEAST_POINTS = 5
RECENT = 5
PRIOR = 0.5
LARGE = 30  # a count above it is a level
EXACT = 1e-9


def gains(history: Floats, units: Floats) -> tuple[Floats, Floats, Floats]:
    """Return units gained, unit-years missed and number of points of each history of units met, series x years.

    NaN before the first year only. Missed: units that were missing at the start of a year and still at its end.
    """
    before, after = history[:, :-1], history[:, 1:]
    known = ~np.isnan(before) & ~np.isnan(after)
    missing = np.maximum(units[:, None] - before, 0.0)
    gained = np.clip(after - before, 0.0, missing)
    met = np.where(known, gained, 0.0).sum(axis=1)
    return met, np.where(known, missing - gained, 0.0).sum(axis=1), (~np.isnan(history)).sum(axis=1).astype(float)


def _lapses(history: Floats) -> Floats:
    """Return the chance of a year that a unit that is met lapses: seen lapses plus 1/2 over unit-years seen plus one."""
    before, after = history[:, :-1], history[:, 1:]
    known = ~np.isnan(before) & ~np.isnan(after)
    lost = np.where(known, np.maximum(before - after, 0.0), 0.0).sum(axis=1)
    seen = np.where(known, before, 0.0).sum(axis=1)
    return np.where(lost > 0, (lost + PRIOR) / (seen + 1), 0.0)


def share_probability(history: Floats, units: Floats, horizon: Floats, least: Floats) -> Floats:
    """Return P(units met >= `least` in `horizon` years) of x of N, one element a series; NaN under LEAST_POINTS points.

    `history`: units met, series x years. What is met is counted on unless lapses were seen: then it is thinned at their
    rate.
    """
    met, missed, points = gains(history, units)
    last = history[:, -1]
    kept = last * (1 - _lapses(history)) ** np.maximum(horizon, 0)
    base = np.floor(kept + EXACT)
    chance_year = (met + PRIOR) / (met + missed + 1)
    weight = np.maximum(met + missed + 1, 1.0)
    over = 1 - (1 - chance_year) ** np.maximum(horizon, 0)
    a, b = np.maximum(over * weight, EXACT), np.maximum((1 - over) * weight, EXACT)
    missing = np.maximum(units - base, 0.0)
    chance = law.beta_binomial_at_least(np.nan_to_num(least - base), np.nan_to_num(missing), a, b)
    chance = np.where(least > units, 0.0, np.where(least <= base, 1.0, chance))
    unknown = (points < LEAST_POINTS) | np.isnan(last) | np.isnan(least) | np.isnan(units) | np.isnan(horizon)
    return np.asarray(np.where(unknown, np.nan, chance))


def share_quantiles(history: Floats, units: Floats, horizon: Floats, wanted: tuple[float, ...] = QUANTILE_LEVELS) -> Floats:
    """Return quantiles (whole units) of x of N after `horizon` years, series x wanted."""
    most = int(np.nanmax(units, initial=0))
    below = [1 - share_probability(history, units, horizon, np.full(len(units), float(k + 1))) for k in range(most + 1)]
    return _quantiles(np.column_stack(below), wanted)


def _spread(history: Floats) -> tuple[Floats, Floats, Floats]:
    """Return mean of the RECENT last years, size of the negative binomial law and number of points of plain counts."""
    recent = history[:, -RECENT:]
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


def recent_mean(history: Floats) -> Floats:
    """Return the mean that the coming years' counts have, one element a series."""
    return _spread(history)[0]


def at_most_probability(history: Floats, horizon: Floats, most: Floats) -> Floats:
    """Return P(count <= `most`) in the year `horizon` years on; the law widens with the horizon, its mean stays.

    `history`: counts, series x years, NaN before the first year only. A count that is zero and always was stays likely
    zero, not surely. NaN under LEAST_POINTS points or where a count is negative.
    """
    mean, size, points = _spread(history)
    wide = size / np.sqrt(np.maximum(horizon, 1))
    chance = law.negative_binomial_at_most(np.nan_to_num(most), wide, mean)
    negative = np.any(history < 0, axis=1)
    unknown = (points < LEAST_POINTS) | negative | np.isnan(most) | np.isnan(history[:, -1]) | np.isnan(horizon)
    return np.asarray(np.where(unknown, np.nan, chance))


def at_least_probability(history: Floats, horizon: Floats, least: Floats) -> Floats:
    """Return P(count >= `least`) in the year `horizon` years on."""
    return np.asarray(1 - at_most_probability(history, horizon, np.ceil(least - EXACT) - 1))


def quantiles(history: Floats, horizon: Floats, wanted: tuple[float, ...] = QUANTILE_LEVELS) -> Floats:
    """Return quantiles (whole numbers) of counts `horizon` years on, series x wanted."""
    most = np.nanmax(np.where(np.isfinite(history), history, 0.0), initial=0.0)
    top = int(4 * most + 20)
    below = [at_most_probability(history, horizon, np.full(len(history), float(k))) for k in range(top + 1)]
    return _quantiles(np.column_stack(below), wanted)


def _quantiles(below: Floats, wanted: tuple[float, ...]) -> Floats:
    """Return the first whole number whose P(<=) reaches each wanted level; `below`: series x 0, 1, 2, ..."""
    found = np.column_stack([(below < level - EXACT).sum(axis=1) for level in wanted]).astype(float)
    found = np.minimum(found, below.shape[1] - 1)
    return np.where(np.any(np.isnan(below), axis=1)[:, None], np.nan, found)
