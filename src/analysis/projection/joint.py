"""How many of the targets will be met together, when one shock moves them all: "dự kiến hoàn thành từ a đến b".

One common factor (Vasicek 1987; one-factor Gaussian copula): target i is met where sqrt(rho) F + sqrt(1 - rho) e_i is below
the normal quantile of its probability. Given F the targets are independent and the number met is Poisson-binomial; F is
integrated on fixed points: the same answer every time, no random numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.projection import law

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

RHO, RHO_LOW, RHO_HIGH = 0.3, 0.1, 0.6  # usual, and the two shown beside it
# correlations of growth errors measured between sectors; agriculture goes its own way
RHO_INDUSTRY_SERVICES, RHO_AGRICULTURE = 0.35, 0.0
POINTS = 101


def factor_points(points: int = POINTS) -> tuple[Floats, Floats]:
    """Return points and weights that stand for the standard normal factor: the middles of equally likely parts."""
    middles = (np.arange(points) + 0.5) / points
    return law.normal_quantile(middles), np.full(points, 1 / points)


def given_factor(probabilities: Floats, factor: Floats, rho: float) -> Floats:
    """Return the probability of each target at each value of the common factor, targets x factor."""
    edge = law.normal_quantile(probabilities)[:, None]
    if rho <= 0:
        return np.repeat(probabilities[:, None], len(factor), axis=1)
    return law.normal_below((edge - np.sqrt(rho) * factor) / np.sqrt(1 - rho))


def number_met(probabilities: Floats, rho: float = RHO) -> Floats:
    """Return the probabilities that exactly 0, 1, ..., N of the N targets are met. NaN probabilities are left out.

    rho in [0, 1): correlation of the errors through the common factor.
    """
    known = np.clip(probabilities[~np.isnan(probabilities)], 0.0, 1.0)
    factor, weight = factor_points()
    chance = given_factor(known, factor, rho)
    law_ = np.zeros((len(known) + 1, len(factor)))
    law_[0] = 1.0
    for done, one in enumerate(chance):
        law_[1 : done + 2] = law_[1 : done + 2] * (1 - one) + law_[: done + 1] * one
        law_[0] *= 1 - one
    return np.asarray(law_ @ weight)


def range_of(number: Floats, coverage: float = 0.8) -> tuple[int, int]:
    """Return the least and the most of the middle `coverage` of a law of whole numbers: "from a to b".

    Each end is the whole number at which the tail beyond it holds at most (1 - coverage) / 2.
    """
    below = np.cumsum(number)
    tail = (1 - coverage) / 2
    low = int(np.searchsorted(below, tail + 1e-12, side="right"))
    high = int(np.searchsorted(below, 1 - tail - 1e-12, side="left"))
    return low, min(high, len(number) - 1)
