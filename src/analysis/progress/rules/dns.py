"""The rule of the German sustainability indicators, "weather symbols" (Destatis, https://dns-indikatoren.de/en/status).

Linear in the value, so it is safe at 0 and 100 %. For a growth average the value is the log of the chained index.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Texts = NDArray[np.str_]

LEAST_POINTS = 4
CHANGES = 5
SUN, SUN_CLOUD = 0.05, 0.20
EXACT = 1e-9


def average_change(history: Floats) -> Floats:
    """Return the mean of the last five yearly changes of each series, NaN with fewer than four points.

    `history`: series x years, oldest first, NaN before the first year only.
    """
    recent = np.diff(history, axis=1)[:, -CHANGES:]
    known = ~np.isnan(recent)
    enough = (~np.isnan(history)).sum(axis=1) >= LEAST_POINTS
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(enough, np.where(known, recent, 0.0).sum(axis=1) / known.sum(axis=1), np.nan)


def concrete_target(history: Floats, target: Floats, years_left: Floats, direction: Floats) -> tuple[Texts, Floats]:
    """Return the class of a target with a value and a year, and the share of the remaining distance that is missed.

    `target` in the scale of `history`; `years_left` from the last year to the deadline; `direction` +1 more is better, -1
    less is better. The mean of the last five yearly changes is carried on: target met or missed by less than 5 % of the
    remaining distance "sun", 5-20 % "sun_cloud", more but in the right direction "cloud", else "thunderstorm"; "" with
    fewer than four points. A distance of zero is met.
    """
    slope = average_change(history)
    last = history[:, -1]
    with np.errstate(invalid="ignore", divide="ignore"):
        short = direction * (target - (last + slope * years_left))
        distance = np.abs(target - last)
        share = np.where(distance > 0, short / distance, 0.0)
    classes = np.select(
        [(short <= 0) | (distance == 0) | (share < SUN), share <= SUN_CLOUD, slope * direction > 0],
        ["sun", "sun_cloud", "cloud"],
        default="thunderstorm",
    )
    known = ~np.isnan(slope) & ~np.isnan(target)
    return np.where(known, classes, ""), np.where(known, np.maximum(share, 0.0), np.nan)


def annual_target(history: Floats, met: NDArray[np.bool_], direction: Floats) -> Texts:
    """Return the class of a target that holds anew each year: met and on average not worsening "sun", met but worsening
    "sun_cloud", missed but improving "cloud", else "thunderstorm"; "" with fewer than four points. `met`: the last year's.
    """
    slope = average_change(history) * direction
    classes = np.select([met & (slope >= -EXACT), met, slope > EXACT], ["sun", "sun_cloud", "cloud"], "thunderstorm")
    return np.where(np.isnan(slope), "", classes)


def directional(history: Floats, direction: Floats) -> Texts:
    """Return the class of a target that only names a direction: average and last change right "sun", the average alone
    "sun_cloud", the last alone "cloud", neither "thunderstorm"; "" with fewer than four points.
    """
    average = average_change(history) * direction > EXACT
    last = (history[:, -1] - history[:, -2]) * direction > EXACT if history.shape[1] > 1 else np.zeros(len(history), bool)
    classes = np.select([average & last, average, last], ["sun", "sun_cloud", "cloud"], "thunderstorm")
    return np.where(np.isnan(average_change(history)), "", classes)
