"""What must still happen: what is needed a year from now to the deadline, and until when the best pace could still do it.

In the target's own arithmetic: growth in %/year for levels and indices on a log scale ("pct"), else points or units a year
("step").
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def rate_pct(level: Floats, target: Floats, left: Floats) -> Floats:
    """Return the mean growth, %/year, from `level` to `target` in `left` years; NaN when no year is left.

    For a mean over N years of which k are known, `level` is their product and `target` (1+g)^N, from a base of one:
    10.9 % a year with 8.0 % in the first of five needs 11.64 % in the other four.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        growth = (target / level) ** (1 / left) - 1
    return np.where(left > 0, 100 * growth, np.nan)


def step(level: Floats, target: Floats, left: Floats) -> Floats:
    """Return the points or units a year from `level` to `target` in `left` years; NaN when none is left."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(left > 0, (target - level) / left, np.nan)


def last_feasible_year(needed: Floats, usual: Floats, best: Floats, first: Floats, deadline: Floats) -> Floats:
    """Return the last year that may pass at the usual pace so that the best pace from then on still reaches the target.

    `needed`: what is missing from year `first` (the latest known) to `deadline`, in logarithms or units, counted so that
    more is nearer; `usual`, `best`: the pace a year in the same scale. NaN when even the best pace from `first` on falls
    short, the deadline when the usual pace suffices.
    """
    left = deadline - first
    with np.errstate(divide="ignore", invalid="ignore"):
        waiting = np.floor((best * left - needed) / (best - usual) + 1e-9)
        waiting = np.where(usual * left >= needed, left, waiting)
        feasible = np.fmax(best, usual) * left >= needed - 1e-12
    return np.where(feasible, first + np.clip(waiting, 0, left), np.nan)
