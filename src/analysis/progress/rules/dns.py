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

WORDS = {"sun": "sun", "sun_cloud": "sun-cloud", "cloud": "cloud", "thunderstorm": "thunderstorm", "": ""}
TARGET_YEAR = 2030
LEAST_POINTS = 4
CHANGES = 5
SUN, SUN_CLOUD = 0.05, 0.20
EXACT = 1e-9


def recent(history: Floats, years: Floats) -> Floats:
    """Return series x the six years up to each series's latest figure, oldest first, as the other functions want them.

    `history`: series x `years` (ascending, any gaps), NaN where there is no figure. A year between two figures lies on the
    line between them; years before the first are NaN. All NaN with fewer than four real figures in those six years.
    """
    size = len(history)
    if not len(years) or not size:
        return np.full((size, CHANGES + 1), np.nan)
    known, rows = ~np.isnan(history), np.arange(size)[:, None]
    places = np.arange(len(years))
    last = years[np.where(known, places, 0).max(axis=1)]
    wanted = last[:, None] + np.arange(-CHANGES, 1)
    before = np.maximum.accumulate(np.where(known, places, -1), axis=1)
    after = np.minimum.accumulate(np.where(known, places, len(years))[:, ::-1], axis=1)[:, ::-1]
    left = before[rows, np.maximum(np.searchsorted(years, wanted, side="right") - 1, 0)]
    right = after[rows, np.minimum(np.searchsorted(years, wanted), len(years) - 1)]
    inside = (left >= 0) & (right < len(years)) & (wanted >= years[0])
    left, right = np.where(inside, left, 0), np.where(inside, right, 0)
    start, span = history[rows, left], years[right] - years[left]
    part = np.where(span > 0, (wanted - years[left]) / np.where(span > 0, span, 1), 0.0)
    filled = np.where(inside, start + part * (history[rows, right] - start), np.nan)
    enough = (known & (years >= wanted[:, :1])).sum(axis=1) >= LEAST_POINTS
    return np.where(enough[:, None], filled, np.nan)


def average_change(history: Floats) -> Floats:
    """Return the mean of the last five yearly changes of each series, NaN with fewer than four points.

    `history`: series x years, oldest first, NaN before the first year only.
    """
    changes = np.diff(history, axis=1)[:, -CHANGES:]
    known = ~np.isnan(changes)
    enough = (~np.isnan(history)).sum(axis=1) >= LEAST_POINTS
    with np.errstate(all="ignore"):
        return np.where(enough, np.where(known, changes, 0.0).sum(axis=1) / known.sum(axis=1), np.nan)


def concrete_target(history: Floats, target: Floats, years_left: Floats, direction: Floats) -> tuple[Texts, Floats]:
    """Return the class of a target with a value and a year, and the share of the remaining distance that is missed.

    `target` in the scale of `history`; `years_left` from the last year to the deadline; `direction` +1 more is better, -1
    less is better. The mean of the last five yearly changes is carried on: target met or missed by less than 5 % of the
    remaining distance "sun", 5-20 % "sun_cloud", more but in the right direction "cloud", else "thunderstorm"; "" with
    fewer than four points. A distance of zero is met.
    """
    slope = average_change(history)
    last = history[:, -1]
    with np.errstate(all="ignore"):
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
