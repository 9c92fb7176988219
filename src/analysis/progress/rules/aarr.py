"""The average annual rate of reduction of UNICEF, "Technical Note: How to calculate average annual rate of reduction (AARR)
of underweight prevalence" (https://data.unicef.org/resources/technical-note-calculate-average-annual-rate-reduction-aarr-underweight-prevalence/).

The note gives the two rates, observed and required, and no words for their comparison; those here are ours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Texts = NDArray[np.str_]

ACHIEVED, ON_TRACK, OFF_TRACK = "achieved", "on track", "off track"
TARGET_YEAR = 2030


def observed(history: Floats, years: Floats) -> Floats:
    """Return 1 - e^b of each series, b the slope of the least-squares line ln p = a + b * year; positive when p falls.

    `history`: series x years, NaN where there is no figure; gaps do no harm. NaN with fewer than two figures, or when one is
    not above zero, which has no logarithm.
    """
    known = ~np.isnan(history)
    with np.errstate(all="ignore"):
        logs = np.where(known, np.log(np.where(known, history, 1.0)), 0.0)
        count = known.sum(axis=1, keepdims=True)
        centred = np.where(known, years - np.where(known, years, 0.0).sum(axis=1, keepdims=True) / count, 0.0)
        slope = (centred * logs).sum(axis=1) / (centred**2).sum(axis=1)
    whole = (count[:, 0] >= 2) & (known <= (history > 0)).all(axis=1)
    return np.where(whole, -np.expm1(np.where(whole, slope, 0.0)), np.nan)


def required(base: Floats, base_year: Floats, target: Floats, deadline: Floats) -> Floats:
    """Return the rate of reduction that leads from base to target: 1 - (T / y0)^(1 / years).

    NaN for a target of zero or of the other sign, and when the deadline is not after the base year.
    """
    with np.errstate(all="ignore"):
        ratio, span = target / base, deadline - base_year
        fits = (ratio > 0) & np.isfinite(ratio) & (span > 0)
        return np.where(fits, 1 - np.where(fits, ratio, 1.0) ** (1 / np.where(fits, span, 1.0)), np.nan)


def verdict(now: Floats, target: Floats, direction: Floats, observed: Floats, required: Floats) -> Texts:
    """Return "achieved" when the latest figure meets the target, else "on track" when the observed rate is no worse than the
    required, else "off track"; "" without a target or without both rates. `direction` -1 less is better, +1 more is.
    """
    met = direction * (now - target) >= 0
    on_course = direction * (required - observed) >= 0
    known = ~np.isnan(observed) & ~np.isnan(required)
    return np.select([met, known & on_course, known], [ACHIEVED, ON_TRACK, OFF_TRACK], default="")
