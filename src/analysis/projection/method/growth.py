"""Where a yearly level may be h years on: linear in its logarithm, uncertainty of drift, of each year and of the start.

x = log of the level. After h years the centre is x + h d, the squared error s^2 h (1 + h/m) + e^2, Student t with m - 1
degrees of freedom: the random walk with drift whose drift is estimated from m yearly changes (Hyndman and Athanasopoulos,
Forecasting: principles and practice, section 5.5, https://otexts.com/fpp3/prediction-intervals.html). e is the error of a
start that is itself an estimate, a year known by some of its months. Drift and spread may be drawn towards those of peers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.projection import law, spacing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

MODEL_ID = "log_drift_t"
LEAST_CHANGES = 5
EXACT = 1e-9  # in logarithms: what rounding alone can make of a series that never varied
# Standard deviation of full-year growth less growth to that month, measured on quarterly accounts of the United States (in
# logarithms; interpolated between the months measured); never below LEAST_PART_YEAR before the year is over.
PART_YEAR_MONTHS = (0.0, 3.0, 6.0, 9.0, 12.0)
PART_YEAR_ERROR = (0.0133, 0.0133, 0.0083, 0.0045, 0.0)
LEAST_PART_YEAR = 0.005


@dataclass(frozen=True)
class Fit:
    """One element a series: last log level, centre and scale of the yearly change, number of changes, start's error."""

    level: Floats
    drift: Floats
    spread: Floats
    changes: Floats
    start_error: Floats


def fit(history: Floats) -> Fit:
    """Fit all series at once. `history`: log levels, series x years, oldest first, NaN where there is none; missing years
    are spacing.

    Series with fewer than LEAST_CHANGES changes get NaN: no distribution is claimed for them.
    """
    return of_changes(*spacing.changes(spacing.figures(history, history.shape[1])), history[:, -1])


def of_changes(change: Floats, took: Floats, level: Floats) -> Fit:
    """Fit log changes (rows x changes, NaN where there is none), each over `took` years, up to the log level `level`."""
    drift, spread, count = spacing.yearly(change, took)
    enough = (count >= LEAST_CHANGES) & ~np.isnan(level)
    drift, spread, count = (np.where(enough, one, np.nan) for one in (drift, spread, count))
    return Fit(level, drift, spread, count, np.zeros(len(level)))


def towards(fitted: Fit, drift: Floats, spread: Floats) -> Fit:
    """Return the fit with its drift halfway to that of its peers and its spread their geometric mean; NaN: no peers.

    A series that never varied is left as it is.
    """
    alone = np.isnan(drift) | np.isnan(spread) | (fitted.spread < EXACT)
    drawn = np.where(alone, fitted.drift, 0.5 * fitted.drift + 0.5 * drift)
    scale = np.where(alone, fitted.spread, np.sqrt(fitted.spread * spread))
    return Fit(fitted.level, drawn, scale, fitted.changes, fitted.start_error)


def part_year_error(month: Floats) -> Floats:
    """Return the error of a year's growth (logarithm) known by so many months."""
    error = np.interp(np.nan_to_num(month), PART_YEAR_MONTHS, PART_YEAR_ERROR)
    return np.where(np.nan_to_num(month) < 12, np.maximum(error, LEAST_PART_YEAR), error)


def from_start(fitted: Fit, change: Floats, month: Floats, beside: Floats) -> Fit:
    """Return the fit a year on, where `change` (logarithm) is known by `month` months of that year; NaN: not known.

    `beside`: the standard deviation of the own year where the months are the country's (regional.error), else 0.
    """
    known = ~np.isnan(change)
    level = np.where(known, fitted.level + change, fitted.level)
    error = np.hypot(part_year_error(month), beside)
    start = np.where(known, np.hypot(fitted.start_error, error), fitted.start_error)
    return Fit(level, fitted.drift, fitted.spread, fitted.changes, start)


def _error(fitted: Fit, horizon: Floats) -> Floats:
    years = fitted.spread**2 * horizon * (1 + horizon / fitted.changes)
    return np.asarray(np.sqrt(years + fitted.start_error**2))


def quantile(fitted: Fit, horizon: Floats, level: float) -> Floats:
    """Return the `level` quantile of the log level `horizon` years (one element a series) after the last."""
    drawn = law.student_quantile(fitted.changes - 1, level)
    return np.asarray(fitted.level + horizon * fitted.drift + _error(fitted, horizon) * drawn)


def mean_log(fitted: Fit, horizon: Floats) -> Floats:
    """Return the centre of the log level `horizon` years after the last."""
    return np.asarray(fitted.level + horizon * fitted.drift)


def probability_at_least(fitted: Fit, horizon: Floats, threshold: Floats) -> Floats:
    """Return the probability that the log level is at least `threshold` after `horizon` years, in [0, 1].

    A series that never varied (spread 0) reaches it surely or never.
    """
    gap = mean_log(fitted, horizon) - threshold
    error = _error(fitted, horizon)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = law.student_below(fitted.changes - 1, gap / error)
    value = np.where(error < EXACT, (gap >= -EXACT).astype(float), value)
    return np.asarray(np.where(np.isnan(fitted.drift), np.nan, value))
