"""Where the level of a growing measure may be, and the average growth to a year: peers beside its own past.

x = log of the level, m and s mean and standard deviation of its n yearly changes. The centre of the mean change over the
next h years is half m and half the peers' median of m; its scale is the geometric mean of s and the peers' median of s. The
law of the standardised errors was learnt from the growth of all countries, each of weight one, half centred on its median
(`fitted/growth_average.csv`, World Bank). Growth is never drawn towards zero. A start that is itself known by some months of
its year adds an error of its own. Two targets on one series are nested: one law, so the higher one is never likelier.

Beyond what was fitted: of more than 15 changes the law of 15; beyond ten years the law of ten.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import numpy as np

from analysis.projection import fitted, law, residual, spacing
from analysis.projection.method import growth
from analysis.projection.method.growth import Fit, mean_log

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int_]

MODEL_ID = "growth_average"
LEAST_CHANGES, MOST_CHANGES, LONGEST = 5, 15, 10
LEAST_SPREAD = {5: 0.0033, 6: 0.0042, 8: 0.0058, 10: 0.0072, 15: 0.0092}  # by number of yearly changes
REVISION_MEAN, REVISION_SPREAD = -0.0023, 0.0095  # estimate -> official, Hải Phòng and Hải Dương, 13 first releases


@functools.cache
def learnt() -> Floats:
    """Return the laws of the shipped table: changes (5 to 15) x horizons (1 to 10) x LEVELS."""
    rows = fitted.read("growth_average")
    laws = np.stack([rows[f"z_{level}"] for level in residual.LEVELS], axis=-1)
    return laws.reshape(MOST_CHANGES - LEAST_CHANGES + 1, LONGEST, -1)


def fit(history: Floats) -> Fit:
    """Fit all series at once. `history`: log levels, series x years, oldest first, NaN where there is none.

    Series with fewer than LEAST_CHANGES changes get NaN: no distribution is claimed for them.
    """
    recent = spacing.figures(history, MOST_CHANGES + 1)
    infinite = np.asarray(np.isinf(recent.value).any(axis=1))
    with np.errstate(invalid="ignore"):
        change, took = spacing.changes(recent)
    return growth.of_changes(change, took, np.where(infinite, np.nan, history[:, -1]))


def spread(fitted_: Fit) -> Floats:
    """Return the spread of yearly growth, at least what one country's stretch in a hundred stayed below (World Bank, as
    trial.learn.growth_fit.least_spreads counts it): growth that never varied is no certainty.
    """
    least = np.interp(np.nan_to_num(fitted_.changes), list(LEAST_SPREAD), list(LEAST_SPREAD.values()))
    return np.asarray(np.maximum(fitted_.spread, least))


def unrevised(fitted_: Fit, estimate: NDArray[np.bool_]) -> Fit:
    """Return the fit where the newest figure is an estimate (`estimate`), which its revision will move."""
    level = fitted_.level + np.where(estimate, REVISION_MEAN, 0.0)
    start = np.where(estimate, np.hypot(fitted_.start_error, REVISION_SPREAD), fitted_.start_error)
    return Fit(level, fitted_.drift, fitted_.spread, fitted_.changes, start)


def _errors(fitted_: Fit, horizon: Floats, laws: Floats) -> Floats:
    """Return the quantiles at residual.LEVELS of the error of the log level, series x LEVELS; the start's error joined in.

    Deviations from the median add like independent errors: their squares.
    """
    step = np.clip(np.nan_to_num(np.round(horizon), nan=1.0), 1, LONGEST).astype(int) - 1
    row = np.clip(np.nan_to_num(fitted_.changes, nan=LEAST_CHANGES), LEAST_CHANGES, MOST_CHANGES).astype(int)
    drawn = laws[row - LEAST_CHANGES, step] * (spread(fitted_) * horizon)[:, None]
    middle = drawn[:, len(residual.LEVELS) // 2, None]
    start = fitted_.start_error[:, None] * law.normal_quantile(residual.LEVELS)
    away = drawn - middle
    return np.asarray(middle + np.sign(start + away) * np.hypot(away, start))


def quantiles(fitted_: Fit, horizon: Floats, wanted: tuple[float, ...], laws: Floats | None = None) -> Floats:
    """Return quantiles of the log level `horizon` years (one element a series) after the last, series x wanted."""
    errors = _errors(fitted_, horizon, learnt() if laws is None else laws)
    return np.asarray(mean_log(fitted_, horizon)[:, None] + residual.quantiles_of(errors, np.array(wanted)))


def probability_at_least(fitted_: Fit, horizon: Floats, threshold: Floats, laws: Floats | None = None) -> Floats:
    """Return the probability that the log level is at least `threshold` after `horizon` years, in [0, 1]."""
    gap = threshold - mean_log(fitted_, horizon)
    chance = 1 - residual.below_each(_errors(fitted_, horizon, learnt() if laws is None else laws), gap)
    return np.asarray(np.where(np.isnan(fitted_.drift) | np.isnan(gap), np.nan, chance))


def average(log_level: Floats, base_log_level: Floats, years: Floats) -> Floats:
    """Return the average growth, %/year, from the base to a log level reached `years` later."""
    return np.asarray(100 * np.expm1((log_level - base_log_level) / years))


def log_level_for(base_log_level: Floats, years: Floats, rate: Floats) -> Floats:
    """Return the log level that an average growth of `rate` %/year leads to in `years` years."""
    return np.asarray(base_log_level + years * np.log1p(rate / 100))


def yearly_quantiles(fitted_: Fit, wanted: Floats) -> Floats:
    """Return quantiles of the log growth of any one coming year, series x wanted: the law of one year, however far ahead.

    Measured on the countries: five years ahead the same ranges hold nearly as often as one year ahead.
    """
    row = np.clip(np.nan_to_num(fitted_.changes, nan=LEAST_CHANGES), LEAST_CHANGES, MOST_CHANGES).astype(int) - LEAST_CHANGES
    drawn = residual.quantiles_of(learnt()[:, 0], wanted)[row]
    return np.asarray(fitted_.drift[:, None] + spread(fitted_)[:, None] * drawn)


def yearly_probability_at_least(fitted_: Fit, growth: Floats) -> Floats:
    """Return the probability that the log growth of a coming year is at least `growth` (one element a series)."""
    row = np.clip(np.nan_to_num(fitted_.changes, nan=LEAST_CHANGES), LEAST_CHANGES, MOST_CHANGES).astype(int) - LEAST_CHANGES
    gap = growth - fitted_.drift
    chance = 1 - residual.below_each(learnt()[row, 0] * spread(fitted_)[:, None], gap)
    return np.asarray(np.where(np.isnan(fitted_.drift + growth), np.nan, chance))
