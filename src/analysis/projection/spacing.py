"""Missing years are spacing, not an end: the figures of a series and the years between one and the next.

A change over two years is two years' change: a yearly rate takes it by halves, and its error, as independent years' errors
add, by the root of two.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int_]


@dataclass(frozen=True)
class Figures:
    """The newest figures of each series: `value` rows x figures, the newest in the last column, NaN where there are fewer;
    `years` of each; `count` how many there are.
    """

    value: Floats
    years: Floats
    count: Ints


def figures(history: Floats, most: int, years: Floats | None = None) -> Figures:
    """Return the last `most` figures of each series. `history`: series x years, NaN where there is none; `years`: of its
    columns, counted from 0 unless given.
    """
    columns = np.arange(history.shape[1], dtype=float) if years is None else years
    known = ~np.isnan(history)
    if not gapped(history).any() and known[:, -1:].all():
        values = history[:, -most:]
        return Figures(values, np.where(known[:, -most:], columns[-most:], np.nan), known[:, -most:].sum(axis=1))
    order = np.argsort(known, axis=1, kind="stable")[:, -most:]
    there = np.take_along_axis(known, order, axis=1)
    values = np.where(there, np.take_along_axis(history, order, axis=1), np.nan)
    return Figures(values, np.where(there, columns[order], np.nan), there.sum(axis=1))


def gapped(history: Floats) -> NDArray[np.bool_]:
    """Whether years are missing between the first and the last figure of each series."""
    known = ~np.isnan(history)
    if not (known[:, :-1] & ~known[:, 1:]).any():  # as nearly always, and soon seen
        return np.zeros(len(history), dtype=bool)
    return np.asarray(missing(history) > 0)


def missing(history: Floats) -> Ints:
    """Return how many years are missing between the first and the last figure of each series."""
    known = ~np.isnan(history)
    after = known[:, ::-1].cumsum(axis=1)[:, ::-1] > 0
    return np.asarray((np.maximum.accumulate(known, axis=1) & ~known & after).sum(axis=1))


def changes(found: Figures) -> tuple[Floats, Floats]:
    """Return the change from each figure to the next and the years it took, rows x (figures - 1), NaN for none."""
    return np.diff(found.value, axis=1), np.diff(found.years, axis=1)


def yearly(change: Floats, took: Floats) -> tuple[Floats, Floats, Floats]:
    """Return mean yearly change, its standard deviation in one year, and the number of changes of each series.

    The mean is the whole change over all years it took; a change's deviation from that counts with the root of its years.
    Without gaps both are the usual ones. NaN where there is no change (deviation: fewer than two).
    """
    known = ~np.isnan(change)
    count = known.sum(axis=1).astype(float)
    with np.errstate(invalid="ignore"):  # infinite changes cancel to nothing known
        total, span = np.where(known, change, 0.0).sum(axis=1), np.where(known, took, 0.0).sum(axis=1)
    mean = total / np.where(count > 0, span, np.nan)
    with np.errstate(invalid="ignore", over="ignore"):
        square = np.where(known, np.square(change - took * mean[:, None]) / took, 0.0)
    return mean, np.sqrt(square.sum(axis=1) / np.where(count > 1, count - 1, np.nan)), count


def as_single_years(change: Floats, took: Floats) -> Floats:
    """Return each change as one year's: the mean yearly change, plus what it strays from it over the root of its years."""
    mean = yearly(change, took)[0][:, None]
    with np.errstate(invalid="ignore"):
        return np.asarray(mean + (change - took * mean) / np.sqrt(took))


def filled(history: Floats) -> Floats:
    """Return the series with the years between two figures on the straight line between them."""
    result = history.copy()
    columns = np.arange(history.shape[1])
    known = ~np.isnan(history)
    rows, places = np.nonzero(~known)
    before = np.maximum.accumulate(np.where(known, columns, -1), axis=1)[rows, places]
    after = np.minimum.accumulate(np.where(known, columns, len(columns))[:, ::-1], axis=1)[:, ::-1][rows, places]
    between = (before >= 0) & (after < len(columns))
    rows, places, before, after = rows[between], places[between], before[between], after[between]
    left, right = history[rows, before], history[rows, after]
    result[rows, places] = left + (right - left) * (places - before) / (after - before)
    return result
