"""The rule of Open SDG and Statistics Canada, "Progress Measurement Methodology for the Sustainable Development Goals"
(https://open-sdg.readthedocs.io/en/latest/progress-methodology/); its edges as in the program that publishes the verdicts
(https://github.com/open-sdg/sdg-build, sdg/ProgressMeasure.py).

Compound growth from base to now, beside the growth that leads from base to target or, without a target, beside fixed rates.
Every array has one element a series.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Texts = NDArray[np.str_]
    Whole = NDArray[np.int64]

WORDS = {
    "achieved": "Target achieved",
    "on_track": "On track",
    "acceleration_needed": "Progress made but acceleration needed",
    "limited": "Limited progress",
    "deterioration": "Deterioration",
    "": "not_available",
}
CODES = ["on_track", "acceleration_needed", "limited"]
BASE_YEAR, TARGET_YEAR = 2015, 2030
TINY = 0.001  # stands for a zero base or target, which has no growth rate
ON_TRACK, ACCELERATE = 0.95, 0.60  # of the growth required
FAST, SLOW = 0.015, 0.005  # a year, where there is no target
STEEPNESS = 4.44
TOP = 5.0
BANDS = (2.5, 0.0, -2.5)  # of the mean score of several series


def base(history: Floats, years: Floats, wanted: Floats) -> tuple[Floats, Floats]:
    """Return value and year of the base: the wanted year or, when it has no figure, the next later year that has one.

    `history`: series x years, NaN where there is no figure; `years` ascending. NaN and NaN with no such year.
    """
    if not len(years):
        return np.full(len(history), np.nan), np.full(len(history), np.nan)
    usable = ~np.isnan(history) & (years >= wanted[:, None])
    place, found = usable.argmax(axis=1), usable.any(axis=1)
    return np.where(found, history[np.arange(len(history)), place], np.nan), np.where(found, years[place], np.nan)


def growth(base: Floats, base_year: Floats, now: Floats, year: Floats) -> Floats:
    """Return the compound annual growth rate; NaN over a change of sign, over no years or backwards."""
    with np.errstate(all="ignore"):
        ratio = now / base
        return np.where((year > base_year) & (ratio >= 0), ratio ** (1 / (year - base_year)) - 1, np.nan)


def limit_factor(base: Floats, limit: Floats) -> Floats:
    """Return C, by which the rates asked for shrink near a natural limit: 1 without a limit, 0 for a base on the limit."""
    size, bound = np.abs(base), np.abs(limit)
    with np.errstate(all="ignore"):
        below, above = 1 - (size / bound) ** STEEPNESS, 1 - ((2 * bound - size) / bound) ** STEEPNESS
        return np.select([np.isnan(limit) | (size >= 2 * bound), size <= bound], [1.0, below], default=above)


def with_target(
    base: Floats, base_year: Floats, now: Floats, year: Floats, target: Floats, deadline: Floats, direction: Floats
) -> tuple[Texts, Floats]:
    """Return the class and score (-5 to 5) of each series against its target.

    R = sign(base) * direction * CAGR observed / |CAGR required|: achieved when the target is met, which is looked at first
    (one figure is enough), else R >= 0.95 on_track, >= 0.60 acceleration_needed, >= 0 limited, below deterioration. A zero
    base or target counts as 0.001. A base on the target, moved away from since, is deterioration. "" and NaN where a rate
    cannot be had: fewer than two years, a sign that changes (on the way or to the target), a deadline not after the base.
    """
    target = np.where(target == 0, TINY, target)
    known = ~np.isnan(base) & ~np.isnan(now) & ~np.isnan(target)
    base = np.where(base == 0, TINY, base)
    achieved = known & (direction * (now - target) >= 0)
    required = np.abs(growth(base, base_year, target, deadline))
    with np.errstate(all="ignore"):
        ratio = np.sign(base) * direction * growth(base, base_year, now, year) / required
    classes = np.select(
        [achieved, ratio >= ON_TRACK, ratio >= ACCELERATE, ratio >= 0], ["achieved", *CODES], default="deterioration"
    )
    steep, flat = np.minimum(7.1429 * ratio - 4.2857, TOP), np.maximum(4.1667 * ratio - 2.5, -TOP)
    score = np.where(achieved, TOP, np.where(ratio >= ACCELERATE, steep, flat))
    known &= achieved | ~np.isnan(ratio)
    return np.where(known, classes, ""), np.where(known, score, np.nan)


def without_target(
    base: Floats, base_year: Floats, now: Floats, year: Floats, direction: Floats, limit: Floats
) -> tuple[Texts, Floats]:
    """Return the class and score (-5 to 5) of each series that has a direction but no target; `limit` NaN for none.

    P = sign(base) * direction * CAGR: >= 1.5 % * C on_track, >= 0.5 % * C acceleration_needed, >= 0 limited, below
    deterioration; C is `limit_factor`, so a base on its limit that is kept is on_track with score 5. "" and NaN as in
    `with_target`.
    """
    factor = limit_factor(base, limit)
    base = np.where(base == 0, TINY, base)
    pace = np.sign(base) * direction * growth(base, base_year, now, year)
    classes = np.select(
        [pace < 0, pace >= FAST * factor, pace >= SLOW * factor], ["deterioration", *CODES[:2]], default="limited"
    )
    with np.errstate(all="ignore"):
        relative = np.where(factor > 0, pace / factor, np.inf)
        score = np.select(
            [pace < 0, pace < SLOW * factor, pace < FAST * factor],
            [np.maximum(125 * pace - 2.5, -TOP), 500 * relative - 2.5, 250 * relative - 1.25],
            default=np.minimum(500 * relative - 5, TOP),
        )
    known = ~np.isnan(pace)
    return np.where(known, classes, ""), np.where(known, score, np.nan)


def verdict(
    base: Floats,
    base_year: Floats,
    now: Floats,
    year: Floats,
    target: Floats,
    deadline: Floats,
    direction: Floats,
    limit: Floats,
) -> tuple[Texts, Floats]:
    """Return the class and score of each series, by `with_target` where `target` is known, else by `without_target`."""
    aimed, aimed_score = with_target(base, base_year, now, year, target, deadline, direction)
    free, free_score = without_target(base, base_year, now, year, direction, limit)
    has_target = ~np.isnan(target)
    return np.where(has_target, aimed, free), np.where(has_target, aimed_score, free_score)


def combined(group: Whole, classes: Texts, score: Floats) -> tuple[Texts, Floats]:
    """Return the class and mean score of each group of series (an indicator of several), group 0 first.

    `group`: 0, 1, 2 ... of each series. Series without a score are left out. Achieved when all of the others are; else mean
    score >= 2.5 on_track, >= 0 acceleration_needed, >= -2.5 limited, below deterioration; "" and NaN with no score at all.
    """
    known = ~np.isnan(score)
    size = int(group.max(initial=-1)) + 1
    series = np.bincount(group[known], minlength=size)
    met = np.bincount(group[known & (classes == "achieved")], minlength=size)
    with np.errstate(invalid="ignore"):
        mean = np.bincount(group[known], weights=score[known], minlength=size) / series
    words = np.select(
        [series == 0, met == series, *(mean >= bound for bound in BANDS)], ["", "achieved", *CODES], default="deterioration"
    )
    return words, mean
