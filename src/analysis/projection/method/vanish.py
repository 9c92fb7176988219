"""Down to nothing: the chance that what is not zero now is exactly zero some years on. A trend of rates never arrives there.

z = log(1 + figure / unit), the unit that of the last printed digit: one household, a tenth of a percent. The distance is
where the mean change of the last five leads, less zero (half a unit), in units of its spread: (z + h d - log 1.5) /
(s root h). How often zero was reached four years on, by distance, was learnt from the histories that UNDP publishes, falling
with the distance, apart for figures near and far (`fitted/vanish.csv`). Other horizons use the same tables: time enters the
distance alone. What is zero already may leave it: zeros.py.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import numpy as np

from analysis.projection import fitted, spacing
from analysis.projection.method import zeros

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int_]

MODEL_ID = "vanish"
LEAST_POINTS = 5
TREND_POINTS = 6
LONGEST = 6  # years that the trend is carried on
LEAST_SPREAD = 0.05
HALF = np.log(1.5)
NEAR = 10.5  # units: up to it figures are near
FINEST = 2  # decimals: finer digits are of an arithmetic, not of a count
NEGLIGIBLE = 0.01  # a chance below it is no part of a law

Table = tuple[tuple["Floats", "Floats"], ...]


@functools.cache
def learnt() -> Table:
    """Return for near and far figures the table distance -> reached."""
    rows = fitted.read("vanish")
    same = [rows["near"] == one for one in (1.0, 0.0)]
    return tuple((rows["distance"][one], rows["reached"][one]) for one in same)


def unit_of(history: Floats, finest: int = FINEST) -> Floats:
    """Return the worth of the last digit of each series, 1 down to 10^-`finest`."""
    unit = np.ones(len(history))
    with np.errstate(invalid="ignore"):
        for decimals in range(1, finest + 1):
            scaled = history / unit[:, None]
            broken = np.abs(scaled - np.round(scaled)) > 1e-6 * np.maximum(1.0, np.abs(scaled))
            unit = np.where((broken & ~np.isnan(history)).any(axis=1), 10.0**-decimals, unit)
    return unit


def distance(history: Floats, unit: Floats, horizon: Floats) -> Floats:
    """Return how far short of zero the trend leads each series in `horizon` years, in units of its spread."""
    with np.errstate(invalid="ignore"):
        z = np.log1p(np.where(history >= 0, history, np.nan) / unit[:, None])
    drift, spread, _ = spacing.yearly(*spacing.changes(spacing.figures(z, TREND_POINTS)))
    wide = np.maximum(np.nan_to_num(spread), LEAST_SPREAD) * np.sqrt(np.maximum(horizon, 1))
    return np.asarray((z[:, -1] + drift * np.minimum(horizon, LONGEST) - HALF) / wide)


def chance(history: Floats, horizon: Floats, table: Table | None = None) -> Floats:
    """Return P(zero) of each series `horizon` years on, in [0, 1]; `history`: series x years, never negative.

    NaN under LEAST_POINTS figures or with a negative one.
    """
    unit, last = unit_of(history), history[:, -1]
    found = np.full(len(history), np.nan)
    for near, (distances, reached) in zip((True, False), table or learnt(), strict=True):
        rows = (last <= NEAR * unit) == near
        if rows.any():
            found[rows] = np.interp(distance(history[rows], unit[rows], horizon[rows]), distances, reached)
    gone = np.flatnonzero(last == 0)
    if len(gone):
        longest = int(np.nanmax(np.maximum(horizon[gone], 1)))
        none = zeros.chance_of_none(history[gone], longest)
        found[gone] = none[np.arange(len(gone)), np.maximum(horizon[gone].astype(int), 1) - 1]
    known = ~np.isnan(history)
    few = (known.sum(axis=1) < LEAST_POINTS) | (known & (np.nan_to_num(history) < 0)).any(axis=1) | ~known[:, -1]
    return np.where(few, np.nan, found)


def with_atom(law: Floats, levels: Floats, none: Floats) -> Floats:
    """Return quantiles at `levels` of a law (series x levels) that is zero with chance `none` and else as it was."""
    none = np.where(np.nan_to_num(none) < NEGLIGIBLE, 0.0, none)[:, None]
    with np.errstate(invalid="ignore", divide="ignore"):
        inside = np.clip(np.where(none < 1, (levels - none) / (1 - none), 0.0), 0.0, 1.0)
    upper = np.clip(np.searchsorted(levels, inside), 1, len(levels) - 1)
    part = np.clip((inside - levels[upper - 1]) / (levels[upper] - levels[upper - 1]), 0.0, 1.0)
    rows = np.arange(len(law))[:, None]
    moved = law[rows, upper - 1] + part * (law[rows, upper] - law[rows, upper - 1])
    return np.asarray(np.where(none == 0, law, np.where(levels <= none, 0.0, moved)))
