"""The rule of the German sustainability indicators, "weather symbols" (Destatis, https://dns-indikatoren.de/en/status).

Linear in the value, so it is safe at 0 and 100 %. For a growth average the value is the log of the chained index.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.projection import spacing

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


def average_change(history: Floats, years: Floats | None = None) -> Floats:
    """Return the mean of the last five changes of each series, each per year, NaN with fewer than four points.

    `history`: series x years, oldest first, NaN where there is no figure; `years` of its columns where they do not follow
    one another. A survey every few years changes between the figures there are: what came in three years counts a third.
    """
    change, took = spacing.changes(spacing.figures(history, CHANGES + 1, years))
    known = ~np.isnan(change)
    enough = (~np.isnan(history)).sum(axis=1) >= LEAST_POINTS
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(enough, np.where(known, change / took, 0.0).sum(axis=1) / known.sum(axis=1), np.nan)


def last_two(history: Floats) -> tuple[Floats, Floats]:
    """Return the newest figure of each series and the one before it."""
    found = spacing.figures(history, 2).value
    none = np.full(len(history), np.nan)
    return found[:, -1] if found.shape[1] else none, found[:, 0] if found.shape[1] > 1 else none


def concrete_target(
    history: Floats, target: Floats, years_left: Floats, direction: Floats, years: Floats | None = None
) -> tuple[Texts, Floats]:
    """Return the class of a target with a value and a year, and the share of the remaining distance that is missed.

    `target` in the scale of `history`; `years_left` from the newest figure to the deadline; `direction` +1 more is better,
    -1 less is better. The mean of the last five yearly changes is carried on: target met or missed by less than 5 % of the
    remaining distance "sun", 5-20 % "sun_cloud", more but in the right direction "cloud", else "thunderstorm"; "" with
    fewer than four points. A distance of zero is met.
    """
    slope = average_change(history, years)
    last = last_two(history)[0]
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


def annual_target(history: Floats, met: NDArray[np.bool_], direction: Floats, years: Floats | None = None) -> Texts:
    """Return the class of a target that holds anew each year: met and on average not worsening "sun", met but worsening
    "sun_cloud", missed but improving "cloud", else "thunderstorm"; "" with fewer than four points. `met`: the last year's.
    """
    slope = average_change(history, years) * direction
    classes = np.select([met & (slope >= -EXACT), met, slope > EXACT], ["sun", "sun_cloud", "cloud"], "thunderstorm")
    return np.where(np.isnan(slope), "", classes)


def directional(history: Floats, direction: Floats, years: Floats | None = None) -> Texts:
    """Return the class of a target that only names a direction: average and last change right "sun", the average alone
    "sun_cloud", the last alone "cloud", neither "thunderstorm"; "" with fewer than four points.
    """
    slope, (now, before) = average_change(history, years), last_two(history)
    average, last = slope * direction > EXACT, (now - before) * direction > EXACT
    classes = np.select([average & last, average, last], ["sun", "sun_cloud", "cloud"], "thunderstorm")
    return np.where(np.isnan(slope), "", classes)
