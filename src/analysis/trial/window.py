"""Rolling origins: every stretch of n years of a set of series, and what came after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int_]


@dataclass(frozen=True)
class Windows:
    """One row an origin: `past` (n years, the last the newest), `future` (NaN where not known), the number of the series,
    the index of the origin's year in it, and the mean absolute yearly change of all its years up to the origin.
    """

    past: Floats
    future: Floats
    series: Ints
    origin: Ints
    usual_change: Floats


def rolling(series: Sequence[Floats], points: int, horizons: int) -> Windows:
    """Return every origin with `points` years before it and at least one after it. A NaN in a series is a gap."""
    past, future, number, origin, usual = [], [], [], [], []
    for index, values in enumerate(series):
        if len(values) <= points:
            continue
        padded = np.concatenate([values, np.full(horizons, np.nan)])
        windows = np.lib.stride_tricks.sliding_window_view(padded, points + horizons)[: len(values) - points]
        ends = np.arange(points - 1, len(values) - 1)
        changes = np.abs(np.diff(values))
        with np.errstate(invalid="ignore"):
            running = np.nancumsum(changes)[ends - 1] / np.maximum(np.cumsum(~np.isnan(changes))[ends - 1], 1)
        whole = ~np.isnan(windows[:, :points]).any(axis=1) & ~np.isnan(windows[:, points:]).all(axis=1)
        past.append(windows[whole, :points])
        future.append(windows[whole, points:])
        number.append(np.full(whole.sum(), index))
        origin.append(ends[whole])
        usual.append(running[whole])
    if not past:
        empty = np.empty(0)
        return Windows(np.empty((0, points)), np.empty((0, horizons)), empty.astype(int), empty.astype(int), empty)
    return Windows(*(np.concatenate(parts) for parts in (past, future, number, origin, usual)))


def take(windows: Windows, rows: NDArray[np.bool_] | Ints) -> Windows:
    """Return some of the origins."""
    names = ("past", "future", "series", "origin", "usual_change")
    return Windows(*(getattr(windows, name)[rows] for name in names))


def once_a_series(series: Ints) -> Floats:
    """Return a weight for each row so that every series weighs one in all."""
    _, place, count = np.unique(series, return_inverse=True, return_counts=True)
    return np.asarray(1 / count[place])


def folds(count: int, parts: int = 10, seed: int = 0) -> Ints:
    """Return the fold of each of `count` series, by a shuffle that is always the same."""
    result = np.empty(count, dtype=int)
    result[np.random.default_rng(seed).permutation(count)] = np.arange(count) % parts
    return result
