"""Where a positive yearly level will be: the mean of four simple continuations, each an answer anyone can redo.

* theta: half the straight line through the logarithms, half a smoothed series that carries on its last value
  (Assimakopoulos and Nikolopoulos 2000, https://doi.org/10.1016/S0169-2070(00)00066-2; here on logarithms);
* damped: level and trend smoothed, the trend fading (Gardner and McKenzie 1985, https://doi.org/10.1287/mnsc.31.10.1237),
  the best of 24 fixed settings by the squared errors of one step;
* root: the square root goes on with four fifths of its mean change: between a straight line and a constant rate;
* median: every year the median of the past yearly changes.

Pure arrays: series x years in, series x horizons out; positive values only, without gaps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

ALPHAS = np.linspace(0.05, 1.0, 20)
DAMPED = np.array([(a, b, phi) for a in (0.4, 0.6, 0.8, 1.0) for b in (0.1, 0.3) for phi in (0.8, 0.9, 0.98)])
ROOT_SHARE = 0.8
FLOOR = 0.1  # of the last value: no continuation falls below it
APART = 4  # the year ahead in which the continuations are compared
BLOCK = 2048  # series at a time: what is worked on stays in the processor's cache


def centre(history: Floats, horizons: int) -> Floats:
    """Return the mean of the four continuations for 1 to `horizons` years after the last, each at least a tenth of it."""
    return centre_and_disagreement(history, horizons)[0]


def centre_and_disagreement(history: Floats, horizons: int) -> tuple[Floats, Floats]:
    """Return the centre, and how far the continuations lie apart: the spread of their logarithms in year APART."""
    middle, apart = np.empty((len(history), horizons)), np.empty(len(history))
    for start in range(0, len(history), BLOCK):
        rows = slice(start, start + BLOCK)
        ahead = continuations(history[rows], max(horizons, APART))
        middle[rows] = ahead[..., :horizons].mean(axis=0)
        apart[rows] = np.log(ahead[..., APART - 1]).std(axis=0)
    return middle, apart


def continuations(history: Floats, horizons: int) -> Floats:
    """Return the four continuations (theta, damped, root, median) x series x horizons, each at least FLOOR of the last."""
    ahead = np.empty((4, len(history), horizons))
    ahead[0] = np.exp(theta(np.log(history), horizons))
    for place, continued in enumerate((damped, root, median), start=1):
        ahead[place] = continued(history, horizons)
    return np.maximum(ahead, FLOOR * history[:, -1:], out=ahead)


def theta(values: Floats, horizons: int) -> Floats:
    """Return the two-line Theta forecast; the smoothing constant, of ALPHAS, has the least squared error of one step."""
    line, slope = _straight(values)
    doubled = 2 * values - line
    level = np.repeat(doubled[:, :1], len(ALPHAS), axis=1)
    loss = np.zeros_like(level)
    for year in range(1, values.shape[1]):
        error = doubled[:, year : year + 1] - level
        loss += error * error
        error *= ALPHAS
        level += error
    chosen = np.take_along_axis(level, loss.argmin(axis=1)[:, None], axis=1)
    steps = np.arange(1, horizons + 1)
    return np.asarray(0.5 * chosen + 0.5 * (line[:, -1:] + slope[:, None] * steps))


def _straight(values: Floats) -> tuple[Floats, Floats]:
    """Return the least-squares line through each row and its slope."""
    years = values.shape[1]
    time = np.arange(years) - (years - 1) / 2
    slope = values @ time / (time @ time)
    return values.mean(axis=1)[:, None] + slope[:, None] * time, slope


def damped(values: Floats, horizons: int) -> Floats:
    """Return the damped-trend forecast with the setting (level, trend, fading) of DAMPED that erred least."""
    alpha, beta, phi = DAMPED.T
    gain = alpha * beta
    level = np.repeat(values[:, :1], len(alpha), axis=1)
    trend = np.repeat(values[:, 1:2] - values[:, :1], len(alpha), axis=1)
    loss = np.zeros_like(level)
    for year in range(1, values.shape[1]):
        trend *= phi
        level += trend
        error = values[:, year : year + 1] - level
        if year > 1:  # the first change gave the trend its start
            loss += error * error
        trend += gain * error
        error *= alpha
        level += error
    chosen = loss.argmin(axis=1)[:, None]
    last, slope = (np.take_along_axis(state, chosen, axis=1) for state in (level, trend))
    fading = phi[chosen] ** np.arange(1, horizons + 1)
    return np.asarray(last + slope * np.cumsum(fading, axis=1))


def root(values: Floats, horizons: int) -> Floats:
    """Return the square of the square root that goes on with ROOT_SHARE of its mean change."""
    roots = np.sqrt(values[:, [0, -1]])
    change = ROOT_SHARE * (roots[:, 1] - roots[:, 0]) / (values.shape[1] - 1)
    ahead = roots[:, 1:] + change[:, None] * np.arange(1, horizons + 1)
    return np.asarray(np.square(np.maximum(ahead, 0.0)))


def median(values: Floats, horizons: int) -> Floats:
    """Return the last value plus, for every year, the median yearly change."""
    changes = np.sort(np.diff(values, axis=1), axis=1)
    middle = 0.5 * (changes[:, (changes.shape[1] - 1) // 2] + changes[:, changes.shape[1] // 2])
    return np.asarray(values[:, -1:] + middle[:, None] * np.arange(1, horizons + 1))
