"""Where a yearly index may be h years on: linear in its logarithm, uncertainty of drift and of each year.

x = log of the index, m yearly changes with mean d and standard deviation s (m - 1): after h years the centre is
x_n + h d, the standard error s sqrt(h (1 + h/m)), Student t with m - 1 degrees of freedom. It is the random walk with
drift whose drift is estimated (Hyndman and Athanasopoulos, Forecasting: principles and practice, section 5.5,
https://otexts.com/fpp3/prediction-intervals.html). No other kind of series yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

MODEL_ID = "log_drift_t"
LEAST_CHANGES = 5
EXACT = 1e-9  # in logarithms: what rounding alone can make of a series that never varied


@dataclass(frozen=True)
class Fit:
    """One element a series: last log level, mean and standard deviation of log changes, number of changes."""

    level: Floats
    drift: Floats
    spread: Floats
    changes: Floats


def fit(history: Floats) -> Fit:
    """Fit all series at once. `history`: log index, series x years, oldest first, NaN before the first year only.

    Series with fewer than LEAST_CHANGES changes get NaN: no distribution is claimed for them.
    """
    steps = np.diff(history, axis=1)
    known = ~np.isnan(steps)
    changes = known.sum(axis=1).astype(float)
    enough = changes >= LEAST_CHANGES
    count = np.where(enough, changes, np.nan)
    drift = np.where(known, steps, 0.0).sum(axis=1) / count
    deviation = np.where(known, steps - drift[:, None], 0.0)
    spread = np.sqrt((deviation**2).sum(axis=1) / (count - 1))
    return Fit(history[:, -1], drift, spread, count)


def _error(fitted: Fit, horizon: Floats) -> Floats:
    return np.asarray(fitted.spread * np.sqrt(horizon * (1 + horizon / fitted.changes)))


def quantile(fitted: Fit, horizon: Floats, level: float) -> Floats:
    """Return the `level` quantile of the log index `horizon` years (one element a series) after the last."""
    from scipy.special import stdtrit

    return np.asarray(fitted.level + horizon * fitted.drift + _error(fitted, horizon) * stdtrit(fitted.changes - 1, level))


def mean_log(fitted: Fit, horizon: Floats) -> Floats:
    """Return the centre of the log index `horizon` years after the last."""
    return np.asarray(fitted.level + horizon * fitted.drift)


def probability_at_least(fitted: Fit, horizon: Floats, threshold: Floats) -> Floats:
    """Return the probability that the log index is at least `threshold` after `horizon` years, in [0, 1].

    A series that never varied (spread 0) reaches it surely or never.
    """
    from scipy.special import stdtr

    gap = mean_log(fitted, horizon) - threshold
    error = _error(fitted, horizon)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = stdtr(fitted.changes - 1, gap / error)
    value = np.where(error < EXACT, (gap >= -EXACT).astype(float), value)
    return np.asarray(np.where(np.isnan(fitted.drift), np.nan, value))
