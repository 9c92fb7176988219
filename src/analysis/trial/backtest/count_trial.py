"""Whole numbers, tested on histories that UNDP publishes: small counts, and shares told in eighths for "x of N", of which no
public data set holds units by year. The constants of x of N were chosen on the same shares.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from analysis.projection.method import count
from analysis.trial import record, score, window
from analysis.trial.panel import Histories

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

POINTS = (6, 8, 10)
SHOWN = (1, 3)  # years ahead
UNITS = 8
LEAST_KNOWN = 8


def counts(found: Histories) -> Iterator[record.Row]:
    """Yield, for small counts and for shares in eighths, how often the outcome lay in the 80 % range and the chances said of
    rising and of keeping beside how often it came true.
    """
    grid = found.grid
    whole = np.isnan(grid) | ((grid == np.round(grid)) & (grid >= 0) & (grid <= count.LARGE))
    enough = (~np.isnan(grid)).sum(axis=1) >= LEAST_KNOWN
    small = whole.all(axis=1) & enough & ~found.share & (np.nan_to_num(grid) > 0).any(axis=1)
    yield from _told(grid[small], "counts", np.nan)
    yield from _told(np.floor(grid[found.share] * UNITS / 100 + count.EXACT), "eighths", float(UNITS))


def _told(series: Floats, scheme: str, units: float) -> Iterator[record.Row]:
    for points in POINTS:
        windows = window.rolling(list(series), points, max(SHOWN))
        moving = np.ptp(windows.past, axis=1) > 0  # what stood still is another trial's
        windows = window.take(windows, moving & (windows.past[:, -1] > 0))
        for step in SHOWN:
            known = ~np.isnan(windows.future[:, step - 1])
            past, came = windows.past[known], windows.future[known, step - 1]
            below = _below(past, float(step), units)
            yield from _scored(below, past[:, -1], came, windows.series[known], ("undp", scheme, points, str(step)))


def _below(past: Floats, step: float, units: float) -> Floats:
    """Return P(<= 0, 1, 2, ...) of each history `step` years on."""
    ahead = np.full(len(past), step)
    if np.isnan(units):
        return count.laws(past, ahead)
    return np.cumsum(count.share_law(past, np.full(len(past), units), ahead), axis=1)


def _scored(
    below: Floats, last: Floats, came: Floats, series: NDArray[np.int_], about: tuple[str, str, int, str]
) -> Iterator[record.Row]:
    data, scheme, points, horizon = about
    low, high = ((below < level - count.EXACT).sum(axis=1) for level in (0.1, 0.9))
    inside = ((came >= low) & (came <= high)).astype(float)
    rows, at = np.arange(len(last)), last.astype(int)
    rise, keep = 1 - below[rows, at], 1 - below[rows, at - 1]
    key = (data, count.MODEL_ID, scheme, points, horizon)
    yield record.of_share(*key, "inside_80", score.share(inside, series))
    for name, said, met in (("rise", rise, came > last), ("held", keep, came >= last)):
        found = score.share(met.astype(float), series)
        yield record.Row(*key, f"said_{name}", float(said.mean()), cases=found.cases)
        yield record.of_share(*key, f"met_{name}", found)
