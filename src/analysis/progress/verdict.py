"""From numbers to the one word a leader reads, and the grade of the evidence behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.projection.growth import LEAST_CHANGES

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

STRONG_POINTS = 8


def meets(value: pd.Series, targets: pd.DataFrame) -> pd.Series:
    """Return whether `value` meets each target (columns comparator, value_met, value_high); "gt" and "lt" are strict."""
    bound, code = targets["value_met"], targets["comparator"]
    least = value >= bound - 1e-9
    most = value <= bound + 1e-9
    return (
        (code.isin(["ge", "eq", "about"]) & least)
        | ((code == "gt") & (value > bound))
        | ((code == "le") & most)
        | ((code == "lt") & (value < bound))
    )


def exceeds(value: pd.Series, targets: pd.DataFrame) -> pd.Series:
    """Return whether `value` is beyond the target: above a range's upper end or, without one, above the value itself."""
    beyond = targets["value_high"].fillna(targets["value_low"])
    less_is_better = targets["comparator"].isin(["le", "lt"])
    return meets(value, targets) & ((value > beyond + 1e-9) & ~less_is_better | (value < beyond - 1e-9) & less_is_better)


def words(rows: pd.DataFrame, thresholds: dict[str, float]) -> NDArray[np.str_]:
    """Return the verdict of each row.

    `rows`: closed, met, exceeded, no_distribution (bool), probability (0-1, NaN for none), dns_class. A growth average
    is never "achieved" before its last year. Without a probability the official class decides.
    """
    chance = rows["probability"]
    by_class = {"sun": "likely", "sun_cloud": "effort", "cloud": "behind", "thunderstorm": "risk", "": "insufficient"}
    return np.select(
        [
            rows["closed"] & rows["exceeded"],
            rows["closed"] & rows["met"],
            rows["closed"],
            rows["no_distribution"],
            chance >= thresholds["likely"],
            chance >= thresholds["effort"],
            chance >= thresholds["behind"],
            chance < thresholds["behind"],
        ],
        ["exceeded", "achieved", "missed", "insufficient", "likely", "effort", "behind", "risk"],
        default=rows["dns_class"].map(by_class),
    )


def evidence(rows: pd.DataFrame) -> NDArray[np.str_]:
    """Return strong, medium or weak.

    `rows`: n_points, latest_status, and recent_break, recent_conflict, illustrative (bool; the last five years). Strong:
    8 or more points, the newest official, no break or conflict. Medium: 5 to 7, or the newest not official. Else weak.
    """
    spoilt = rows["recent_break"] | rows["recent_conflict"] | rows["illustrative"] | (rows["n_points"] < LEAST_CHANGES)
    full = (rows["n_points"] >= STRONG_POINTS) & (rows["latest_status"] == "A")
    return np.select([spoilt, full], ["weak", "strong"], default="medium")
