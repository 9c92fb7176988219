"""The year under way of an area that has no months of its own, where its country has: the country's growth so far, plus what
the area usually has beyond it.

e = log growth of the area less the country's, of every year known of both. The area's year is the country's months, plus
half the mean of its own e and half the median of its peers' (as `growth.towards`); its error is the root of own spread times
the peers' median spread, times a width by the number of years, joined with the error of the country's months
(`growth.from_start`). A spread counts one year at what regions usually stray, so that a year or two do not claim to know it.

Learnt (`fitted/regional.csv`): the usual spread from the regions of the Philippines about their total; the widths, so that
80 % lie within, from the World Bank's countries about the median country of each year. Nothing was learnt from Viet Nam.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import numpy as np

from analysis.projection import fitted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

OWN = 0.5  # of the own mean is believed, the rest is the peers'


@functools.cache
def learnt() -> tuple[float, Floats]:
    """Return the usual spread of a region about its country and the widths for 1, 2, ... years."""
    rows = fitted.read("regional")
    return float(rows["usual_spread"][0]), rows["width"]


def spread(square: Floats, years: Floats, usual: float) -> Floats:
    """Return the spread of e from the sum of its squared deviations over so many years; `usual` counts as one more."""
    return np.asarray(np.sqrt((usual**2 + square) / years))


def change(so_far: Floats, mean: Floats, peers: Floats) -> Floats:
    """Return the log growth of the year: the country's `so_far`, own mean e and the median of the peers'."""
    return so_far + OWN * mean + (1 - OWN) * peers


def error(own: Floats, peers: Floats, years: Floats, widths: Floats) -> Floats:
    """Return the standard deviation of that, the country's year known: own spread, the peers' median, years known."""
    place = np.clip(np.nan_to_num(years, nan=1.0), 1, len(widths)).astype(int) - 1
    return np.asarray(np.sqrt(own * peers) * widths[place])
