"""The rule of the German sustainability indicators, "weather symbols" (Destatis, https://dns-indikatoren.de/en/status).

Linear in the value, so it is safe at 0 and 100 %. For a growth average the value is the log of the chained index.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

LEAST_POINTS = 4
CHANGES = 5
SUN, SUN_CLOUD = 0.05, 0.20


def concrete_target(history: Floats, target: Floats, years_left: Floats, direction: int) -> tuple[NDArray[np.str_], Floats]:
    """Return the class of a target with a value and a year, and the share of the remaining distance that is missed.

    `history`: series x years, oldest first, NaN before the first year only; `target` in the same scale; `years_left`
    from the last year to the deadline; `direction` +1 more is better, -1 less is better. The mean of the last five
    yearly changes is carried on: target met or missed by less than 5 % of the remaining distance "sun", 5-20 %
    "sun_cloud", more but in the right direction "cloud", else "thunderstorm"; "" with fewer than four points. A distance
    of zero is met.
    """
    recent = np.diff(history, axis=1)[:, -CHANGES:]
    known = ~np.isnan(recent)
    with np.errstate(invalid="ignore", divide="ignore"):
        slope = np.where(known, recent, 0.0).sum(axis=1) / known.sum(axis=1)
        last = history[:, -1]
        short = direction * (target - (last + slope * years_left))
        distance = np.abs(target - last)
        share = np.where(distance > 0, short / distance, 0.0)
    classes = np.select(
        [(short <= 0) | (distance == 0) | (share < SUN), share <= SUN_CLOUD, slope * direction > 0],
        ["sun", "sun_cloud", "cloud"],
        default="thunderstorm",
    )
    enough = (~np.isnan(history)).sum(axis=1) >= LEAST_POINTS
    return np.where(enough & ~np.isnan(target), classes, ""), np.where(enough, np.maximum(share, 0.0), np.nan)
