"""The rule of Open SDG and Statistics Canada (https://open-sdg.readthedocs.io/en/latest/progress-methodology/).

One series against a target: the compound growth from base to now beside the growth that leads from base to target.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Texts = NDArray[np.str_]

TINY = 0.001  # stands for a zero base or target, which has no growth rate
ON_TRACK, ACCELERATE = 0.95, 0.60


def with_target(
    base: Floats, base_year: Floats, now: Floats, year: Floats, target: Floats, deadline: Floats, direction: Floats
) -> tuple[Texts, Floats]:
    """Return the class and score (-5 to 5) of each series; "" and NaN where base and now are one year or change sign.

    R = sign(base) * direction * CAGR observed / |CAGR required|: achieved when the target is met, else R >= 0.95 on_track,
    >= 0.60 acceleration_needed, >= 0 limited, below deterioration.
    """
    base, target = np.where(base == 0, TINY, base), np.where(target == 0, TINY, target)
    with np.errstate(divide="ignore", invalid="ignore"):
        observed = (now / base) ** (1 / (year - base_year)) - 1
        required = np.abs((target / base) ** (1 / (deadline - base_year)) - 1)
        ratio = np.sign(base) * direction * observed / required
    achieved = direction * (now - target) >= 0
    classes = np.select(
        [achieved, ratio >= ON_TRACK, ratio >= ACCELERATE, ratio >= 0],
        ["achieved", "on_track", "acceleration_needed", "limited"],
        default="deterioration",
    )
    score = np.where(ratio >= ACCELERATE, np.minimum(7.1429 * ratio - 4.2857, 5), np.maximum(4.1667 * ratio - 2.5, -5))
    score = np.where(achieved, 5.0, score)
    known = (year > base_year) & (np.sign(base) == np.sign(now)) & (np.isfinite(ratio) | achieved)
    return np.where(known, classes, ""), np.where(known, score, np.nan)
