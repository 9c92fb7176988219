"""Pooled standardised errors: where, in units of the scale, outcomes of other series fell around their centre.

A table row is one law, given by its quantiles at LEVELS, linear in between. Beyond the outermost levels a quantile is
clamped (too few errors lie there to know more); a probability goes on falling, exponentially, through the two last points.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int_]

LEVELS = (0.01, 0.025, *(round(0.05 * step, 2) for step in range(1, 20)), 0.975, 0.99)
_P = np.array(LEVELS)
_FINE = (np.arange(500) + 0.5) / 500


def pooled(errors: Floats, weights: Floats) -> Floats:
    """Return the weighted quantiles of `errors` at LEVELS, in rising order."""
    return weighted_quantile(errors, weights, _P)


def outward(errors: Floats, weights: Floats, series: Ints, times: float = 1.0) -> Floats:
    """Return the quantiles at LEVELS, each read `times` one standard error of its level farther from the median.

    A law learnt from few series is itself uncertain, and other series' errors scatter more than those it was learnt from:
    the standard error is that of the share below each quantile, clustered by series (each of weight one in all).
    """
    place = np.unique(series, return_inverse=True)[1]
    shares = np.stack([np.bincount(place, weights * (errors <= one)) for one in pooled(errors, weights)])
    error = shares.std(axis=1) / np.sqrt(shares.shape[1])
    levels = np.clip(_P + times * np.sign(_P - 0.5) * error, 0.0, 1.0)
    return weighted_quantile(errors, weights, np.maximum.accumulate(levels))


def weighted_quantile(values: Floats, weights: Floats, levels: Floats) -> Floats:
    """Return quantiles of weighted values, linear between the middles of their weights."""
    order = np.argsort(values, kind="stable")
    heavy = weights[order]
    middle = (np.cumsum(heavy) - 0.5 * heavy) / heavy.sum()
    return np.asarray(np.interp(levels, middle, values[order]))


def quantile(law: Floats, level: float | Floats) -> Floats:
    """Return the quantile(s) of one law."""
    return np.asarray(np.interp(level, _P, law))


def quantiles_of(laws: Floats, levels: Floats) -> Floats:
    """Return the quantiles of many laws (... x LEVELS) at the same levels, ... x levels."""
    upper = np.clip(np.searchsorted(_P, levels, side="left"), 1, len(_P) - 1)
    part = np.clip((levels - _P[upper - 1]) / (_P[upper] - _P[upper - 1]), 0.0, 1.0)
    return np.asarray(laws[..., upper - 1] + part * (laws[..., upper] - laws[..., upper - 1]))


def below(law: Floats, value: Floats) -> Floats:
    """Return P(error <= value) of one law for an array of values, in [0, 1], rising."""
    inside = np.interp(value, law, _P)
    with np.errstate(over="ignore", invalid="ignore"):
        low = _P[0] * np.exp(np.minimum(value - law[0], 0) / max(law[1] - law[0], 1e-9) * np.log(_P[1] / _P[0]))
        high = _P[0] * np.exp(np.minimum(law[-1] - value, 0) / max(law[-1] - law[-2], 1e-9) * np.log(_P[1] / _P[0]))
    found = np.where(value < law[0], low, np.where(value > law[-1], 1 - high, inside))
    return np.asarray(np.where(np.isnan(value), np.nan, found))


def moments(law: Floats) -> Floats:
    """Return the means of z, z^2, z^3 and z^4 under one law, its outermost 5 % on either side drawn in."""
    drawn = quantile(law, np.clip(_FINE, 0.05, 0.95))
    return np.array([(drawn**power).mean() for power in (1, 2, 3, 4)])


def below_each(laws: Floats, value: Floats) -> Floats:
    """Return P(error <= value), each row of `laws` (rows x LEVELS) with its own value."""
    place = np.clip((laws < value[:, None]).sum(axis=1), 1, len(LEVELS) - 1)
    rows = np.arange(len(laws))
    left, right = laws[rows, place - 1], laws[rows, place]
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        part = np.clip(np.where(right > left, (value - left) / (right - left), 1.0), 0.0, 1.0)
        ratio = np.log(_P[1] / _P[0])
        low = _P[0] * np.exp(np.minimum(value - laws[:, 0], 0) / np.maximum(laws[:, 1] - laws[:, 0], 1e-12) * ratio)
        high = _P[0] * np.exp(np.minimum(laws[:, -1] - value, 0) / np.maximum(laws[:, -1] - laws[:, -2], 1e-12) * ratio)
    inside = _P[place - 1] + part * (_P[place] - _P[place - 1])
    found = np.where(value < laws[:, 0], low, np.where(value > laws[:, -1], 1 - high, inside))
    return np.asarray(np.where(np.isnan(value), np.nan, found))
