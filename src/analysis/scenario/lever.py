"""Levers: how fast each part of a whole grows a year, and where the whole would then be.

Only levels that add are put together: the parts of one year at constant prices of one base year. The mean growth of the
whole over n years is geometric: (sum of w_i (1 + g_i)^n / sum of w_i)^(1/n) - 1.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Lever:
    """One part: its level in the base year (any unit, the same for all) and its growth, %/year."""

    name: str
    level: float
    rate: float


def shares(levers: Sequence[Lever]) -> list[float]:
    """Return the share of each lever in the base year, percent."""
    whole = sum(lever.level for lever in levers)
    return [100 * lever.level / whole for lever in levers]


def index(levers: Sequence[Lever], years: int) -> float:
    """Return the whole after `years` years, base year = 100."""
    whole = sum(lever.level for lever in levers)
    return 100 * sum(lever.level * (1 + lever.rate / 100) ** years for lever in levers) / whole


def mean_rate(levers: Sequence[Lever], years: int) -> float:
    """Return the mean growth of the whole over `years` years, %/year.

    Shares 16, 46.5 and 37.5 growing by 2.5, 11 and 12 % for five years: 10.20.
    """
    return float(100 * ((index(levers, years) / 100) ** (1 / years) - 1))


def rate_alone(levers: Sequence[Lever], name: str, goal: float, years: int) -> float:
    """Return the growth, %/year, that lever `name` needs so that the whole averages `goal`, the others at their own rates.

    NaN when the others alone overshoot so far that no growth of this one brings the whole down to it.
    """
    whole = sum(lever.level for lever in levers)
    (own,) = (lever for lever in levers if lever.name == name)
    others = sum(lever.level * (1 + lever.rate / 100) ** years for lever in levers if lever.name != name)
    left = whole * (1 + goal / 100) ** years - others
    return 100 * ((left / own.level) ** (1 / years) - 1) if left > 0 and own.level > 0 else math.nan


def share_line(rates: tuple[float, float, float], goal: float) -> tuple[float, float]:
    """Return (slope, intercept) of the third part's share as the first part's: what three rates ask of the shares.

    r1 a + r2 b + r3 c = goal with a + b + c = 1 gives c = slope a + intercept, in the first year. Rates 2.5, 11 and 12 and
    a goal of 10.9: c = 8.5 a - 0.1. Raises ZeroDivisionError when the second and third rate are the same.
    """
    first, second, third = rates
    return (second - first) / (third - second), (goal - second) / (third - second)


def rate_after(goal: float, years: int, first: float) -> float:
    """Return the growth, %/year, after a first year that grew by `first`, so that all years average `goal`; NaN for one."""
    if years < 2:
        return math.nan
    left = (1 + goal / 100) ** years / (1 + first / 100)
    return float(100 * (left ** (1 / (years - 1)) - 1))
