"""A yearly flow whose first months are known: the year is what has come, over the part of the year that usually has by then.

The part is the mean, on logarithms, of the series' own earlier years' (as much as came by the same month over the whole
year). What remains uncertain is the error of that: its law was learnt, for 3, 6 and 9 months and by whether production is
meant or money and counts, from quarterly sector accounts and from monthly public investment (`fitted/part_year.csv`);
between the months it is interpolated, at twelve it is gone.

A stock (people, units, a share at a date) is where it was counted, plus the remaining part of the change of a year and, as
independent months' errors add, the root of that part of the year's error.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.projection import fitted, residual

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

MONTHS = (3.0, 6.0, 9.0, 12.0)


@dataclass(frozen=True)
class Line:
    """What this year's months make of the law of its end: figure = middle + width * (figure of the law - its median)."""

    middle: Floats
    width: Floats


@functools.cache
def learnt() -> Floats:
    """Return the laws of log errors: production, other flows (2) x MONTHS x LEVELS."""
    rows = fitted.read("part_year")
    laws = np.stack([rows[f"z_{level}"] for level in residual.LEVELS], axis=-1).reshape(2, 3, -1)
    return np.concatenate([laws, np.zeros_like(laws[:, :1])], axis=1)


def flow_law(come: Floats, part: Floats, month: Floats, production: Flags, laws: Floats | None = None) -> Floats:
    """Return the law of the whole year at residual.LEVELS, series x LEVELS, from what has come by so many months."""
    table = (learnt() if laws is None else laws)[np.where(production, 0, 1)]
    at = np.clip(np.searchsorted(MONTHS, month), 1, len(MONTHS) - 1)
    rows, months = np.arange(len(come)), np.array(MONTHS)
    share = np.clip((month - months[at - 1]) / (months[at] - months[at - 1]), 0.0, 1.0)[:, None]
    errors = (1 - share) * table[rows, at - 1] + share * table[rows, at]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((come / part)[:, None] * np.exp(errors))


def stock_line(counted: Floats, month: Floats, last: Floats, median: Floats) -> Line:
    """Return the year's end of a stock counted after so many months; `median`: of the year's law without them."""
    left = 1 - month / 12
    return Line(counted + left * (median - last), np.sqrt(left))


def ratio_line(so_far: Floats, month: Floats, median: Floats) -> Line:
    """Return the year's end of a ratio of two flows, known for so many months: the rest of the year is as its law says."""
    gone = month / 12
    return Line(gone * so_far + (1 - gone) * median, 1 - gone)
