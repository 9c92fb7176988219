"""What has stood still: the chance that it moves, and how far, as other series did that had stood still as long.

A history of k equal figures is no certainty. Among the histories that UNDP publishes and that had never moved in k years
(`fitted/still.csv`, k in bands, 1 to 6 years ahead, apart for levels and shares and for those that stand at a bound) so many
had moved, so many of them down, by so much: for levels the size of the logarithm of the ratio, for shares the size of the
change of share.stretch (`fitted/still_size.csv`). The law has an atom at the last figure. Beyond six years a move has the
same chance in each further year. A level of zero can only rise, by how much nothing tells: one whole unit stands for it.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.projection import fitted, residual

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int_]
    Flags = NDArray[np.bool_]

GROUPS = ("level", "zero", "share", "empty", "full")  # a positive level, a level of zero, a share inside, at 0, at 100
BANDS = (5, 8, 11)  # equal figures from which each row of the table holds
LONGEST = 6
EXACT = 1e-9  # relative: what rounding alone can make of a figure that never moved


@dataclass(frozen=True)
class Learnt:
    """`moved`, `down` (groups x bands x years ahead): share that had moved, share of those that went down; `size` (groups x
    down, up x LEVELS): the law of the size of a move.
    """

    moved: Floats
    down: Floats
    size: Floats


@functools.cache
def learnt() -> Learnt:
    """Return the fitted tables that the project ships."""
    rows, sizes = fitted.read("still"), fitted.read("still_size")
    shape = (len(GROUPS), len(BANDS), LONGEST)
    size = np.stack([sizes[f"z_{level}"] for level in residual.LEVELS], axis=-1)
    return Learnt(rows["moved"].reshape(shape), rows["down"].reshape(shape), size.reshape(len(GROUPS), 2, -1))


def run(history: Floats) -> Ints:
    """Return the number of figures of a series whose figures are all equal, 0 of one that has moved or has none."""
    known = ~np.isnan(history)
    low = np.where(known, history, np.inf).min(axis=1, initial=np.inf)
    high = np.where(known, history, -np.inf).max(axis=1, initial=-np.inf)
    with np.errstate(invalid="ignore"):
        still = (high - low <= EXACT * np.abs(high)) & np.isfinite(high)
    return np.where(still, known.sum(axis=1), 0)


@dataclass(frozen=True)
class Moves:
    """The law of the move of each series some years on: P(down), P(up), sizes of both (rows x LEVELS)."""

    down: Floats
    up: Floats
    sizes_down: Floats
    sizes_up: Floats


def moves(points: Ints, step: Ints, group: Ints, table: Learnt | None = None) -> Moves:
    """Return the law of the move `step` years after `points` equal figures; `group`: places in GROUPS; one element a
    series.
    """
    table = table or learnt()
    band = np.maximum(np.searchsorted(BANDS, points, side="right") - 1, 0)
    column = np.minimum(step, LONGEST) - 1
    moved = 1 - (1 - table.moved[group, band, column]) ** np.maximum(step / LONGEST, 1.0)
    down = table.down[group, band, column]
    return Moves(moved * down, moved * (1 - down), table.size[group, 0], table.size[group, 1])


def quantiles(law: Moves, wanted: Floats) -> Floats:
    """Return quantiles of the move, rows x wanted: the falls from the farthest, no move, the rises."""
    low, high = law.down[:, None], 1 - law.up[:, None]
    with np.errstate(invalid="ignore", divide="ignore"):
        fall = 1 - np.clip(np.where(low > 0, wanted / low, 1.0), 0.0, 1.0)
        rise = np.clip(np.where(high < 1, (wanted - high) / (1 - high), 0.0), 0.0, 1.0)
    fell, rose = (_each(sizes, at) for sizes, at in ((law.sizes_down, fall), (law.sizes_up, rise)))
    return np.asarray(np.where(wanted < low - EXACT, -fell, np.where(wanted > high + EXACT, rose, 0.0)))


def at_most(law: Moves, move: Floats) -> Floats:
    """Return P(move <= `move`) of each series, in [0, 1]."""
    return at_least(Moves(law.up, law.down, law.sizes_up, law.sizes_down), -move)


def _each(laws: Floats, levels: Floats) -> Floats:
    """Return quantiles of many laws, each row at levels of its own."""
    grid = np.array(residual.LEVELS)
    upper = np.clip(np.searchsorted(grid, levels), 1, len(grid) - 1)
    part = np.clip((levels - grid[upper - 1]) / (grid[upper] - grid[upper - 1]), 0.0, 1.0)
    rows = np.arange(len(laws))[:, None]
    return np.asarray(laws[rows, upper - 1] + part * (laws[rows, upper] - laws[rows, upper - 1]))


def at_least(law: Moves, move: Floats) -> Floats:
    """Return P(move >= `move`) of each series, in [0, 1]."""
    with np.errstate(invalid="ignore"):
        rise = law.up * (1 - residual.below_each(law.sizes_up, move - EXACT))
        fall = 1 - law.down * (1 - residual.below_each(law.sizes_down, -move + EXACT))
        chance = np.where(move > 0, rise, np.where(move == 0, 1 - law.down, fall))
    return np.asarray(np.where(np.isnan(move), np.nan, np.clip(chance, 0.0, 1.0)))
