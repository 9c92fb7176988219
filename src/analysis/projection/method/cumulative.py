"""Sums over a period (investment from the base year to the deadline): so far, plus what the coming years add.

The yearly flow is a level (level.py), or with years without any one of zeros.py; it is never negative, so a sum never
falls. The law of the sum of the coming flows has the sum of their centres for its centre; its deviations lie between those
of flows that err together (they add) and of flows that err apart (their squares add):
errors of one series' later years lean on the same past, so that with correlation RHO the deviation at each level of
probability is sqrt((1 - RHO) sum of squares + RHO square of the sum). Of the year under way only the part still to come
counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.projection import residual
from analysis.projection.method import level, zeros
from analysis.schema.codelist import QUANTILE_LEVELS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

MODEL_ID = "cumulative_h2"
RHO = 0.8  # sums of five years of M1 and M3 were then covered 49/80/95 % at 5 to 15 points
EXACT = 1e-9


def law(history: Floats, years: Floats, share_of_first: Floats) -> Floats:
    """Return the law of the sum of the coming flows at residual.LEVELS, series x LEVELS; NaN where nothing is claimed.

    `history`: yearly flows, series x years; `years`: years of flow still to come, the one under way among them;
    `share_of_first`: which part of the first one is still to come (1: all).
    """
    longest = int(np.nanmax(np.nan_to_num(years), initial=0))
    if longest < 1:
        return np.where(np.isnan(years)[:, None], np.nan, np.zeros((len(history), len(residual.LEVELS))))
    flows = level.quantiles(level.fit(history, longest), residual.LEVELS)
    nothing = np.isnan(flows).any(axis=(1, 2))
    if nothing.any():  # years without a flow
        flows[nothing] = zeros.quantiles(zeros.fit(history[nothing], longest), residual.LEVELS)
    weight = np.where(np.arange(longest) < years[:, None], 1.0, 0.0)
    weight[:, 0] *= share_of_first
    flows = np.where(weight[..., None] > 0, flows * weight[..., None], 0.0)
    middle = flows[..., len(residual.LEVELS) // 2]
    away = flows - middle[..., None]
    together, apart = away.sum(axis=1), np.sqrt(np.square(away).sum(axis=1))
    joint = np.sign(together) * np.sqrt((1 - RHO) * np.square(apart) + RHO * np.square(together))
    return np.asarray(np.where(np.isnan(years)[:, None], np.nan, middle.sum(axis=1)[:, None] + joint))


def probability_at_least(sum_so_far: Floats, coming: Floats, target: Floats) -> Floats:
    """Return P(sum so far + coming >= target) for laws made by `law`; what is reached already stays reached."""
    needed = target - sum_so_far
    chance = 1 - residual.below_each(coming, needed - EXACT * np.maximum(np.abs(needed), 1.0))
    chance = np.where(sum_so_far >= target, 1.0, chance)
    return np.asarray(np.where(np.isnan(sum_so_far + coming[:, 0] + target), np.nan, chance))


def quantiles(sum_so_far: Floats, coming: Floats, wanted: tuple[float, ...] = QUANTILE_LEVELS) -> Floats:
    """Return quantiles of the whole sum, series x wanted."""
    drawn = residual.quantiles_of(coming, np.array(wanted))
    return np.asarray(sum_so_far[:, None] + drawn)
