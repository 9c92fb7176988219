"""What must still happen: the rate needed from now to the deadline, and until when the best pace could still reach it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def rate_pct(average_pct: Floats, years: Floats, elapsed: Floats, factor: Floats) -> Floats:
    """Return the mean growth, %/year, still needed so that `years` years average `average_pct`.

    `elapsed` years are known and multiplied the base by `factor`: g* = ((1+g)^N / factor)^(1/(N-k)) - 1. NaN when no
    year is left. 10.9 % a year with 8.0 % in the first of five: 11.64 % for the other four.
    """
    left = years - elapsed
    with np.errstate(divide="ignore", invalid="ignore"):
        growth = ((1 + average_pct / 100) ** years / factor) ** (1 / left) - 1
    return np.where(left > 0, 100 * growth, np.nan)


def last_feasible_year(needed_log: Floats, usual_log: Floats, best_log: Floats, first: Floats, deadline: Floats) -> Floats:
    """Return the last year that may pass at the usual pace so that the best pace from then on still reaches the target.

    `needed_log`: log factor still needed from year `first` (the latest known) to `deadline`; `usual_log`, `best_log`: log
    growth a year. NaN when even the best pace from `first` on falls short, the deadline when the usual pace suffices.
    """
    left = deadline - first
    with np.errstate(divide="ignore", invalid="ignore"):
        waiting = np.floor((best_log * left - needed_log) / (best_log - usual_log) + 1e-9)
    waiting = np.where(usual_log * left >= needed_log, left, waiting)
    feasible = np.maximum(best_log, usual_log) * left >= needed_log - 1e-12
    return np.where(feasible, first + np.clip(waiting, 0, left), np.nan)
