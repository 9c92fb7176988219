"""What is learnt of series that had stood still: how many moved, which way and how far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.projection import residual
from analysis.projection.method import share, still
from analysis.projection.method.still import BANDS, GROUPS, LONGEST, Learnt
from analysis.trial import window

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from analysis.trial.panel import Histories

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int_]
    Flags = NDArray[np.bool_]

LEAST_SHARE = 0.5  # moves added to either side: the rule of succession
LEAST_MOVES = 20  # with fewer moves of one kind all kinds of that scale speak for it


@dataclass(frozen=True)
class Stood:
    """One element an origin: series, equal figures up to it (at most the last band's), group, the moves after 1 to LONGEST
    years (signed, on the scale of the group, NaN not known).
    """

    series: Ints
    points: Ints
    group: Ints
    move: Floats


def stood(found: Histories) -> Stood:
    """Return every origin of histories that had shown at least five equal yearly figures and no other."""
    grid, parts = found.grid, []
    for end in range(BANDS[0] - 1, grid.shape[1] - 1):
        past = grid[:, : end + 1]
        points = np.where(np.isnan(past[:, -1]), 0, still.run(past))
        whole = (points >= BANDS[0]) & (past[:, -1] >= 0)  # levels that may be negative have no ratio
        rows = np.flatnonzero(whole)
        future = np.full((len(rows), LONGEST), np.nan)
        ahead = grid[rows, end + 1 : end + 1 + LONGEST]
        future[:, : ahead.shape[1]] = ahead
        last = past[rows, -1]
        group = group_of(last, found.share[rows])
        parts.append((rows, points[rows], group, _move(last, future, found.share[rows])))
    return Stood(*(np.concatenate(part) for part in zip(*parts, strict=True)))


def group_of(last: Floats, is_share: Flags) -> Ints:
    """Return the place in GROUPS of a figure that stands still."""
    of_level = np.where(last == 0, GROUPS.index("zero"), GROUPS.index("level"))
    of_share = np.where(last == 0, GROUPS.index("empty"), np.where(last >= share.FULL, GROUPS.index("full"), 2))
    return np.where(is_share, of_share, of_level)


def _move(last: Floats, future: Floats, is_share: Flags) -> Floats:
    """Return the signed moves: stretch of shares, logarithm of ratios; a level of zero that rises moves by one."""
    here = last[:, None]
    with np.errstate(invalid="ignore", divide="ignore"):
        stretched = share.stretch(np.clip(future, 0, 100)) - share.stretch(np.clip(here, 0, 100))
        ratio = np.clip(np.log(future / here), -5.0, 5.0)
    of_level = np.where(here == 0, np.sign(future), ratio)
    moved = np.where(is_share[:, None], stretched, of_level)
    same = np.abs(future - here) <= still.EXACT * np.abs(here)
    return np.where(np.isnan(future), np.nan, np.where(same, 0.0, moved))


def learn(found: Stood, rows: Flags) -> Learnt:
    """Return the tables learnt from these origins; each origin counts, as a chance is asked at each."""
    shape = (len(GROUPS), len(BANDS), LONGEST)
    moved, down = np.zeros(shape), np.zeros(shape)
    band = np.searchsorted(BANDS, found.points, side="right") - 1
    for group in range(len(GROUPS)):
        for place in range(len(BANDS)):
            same = rows & (found.group == group) & (band == place)
            for step in range(LONGEST):
                moved[group, place, step] = _rate(found, same, step)
        down[group] = _direction(found, rows & (found.group == group), group)
    moved = np.maximum.accumulate(moved, axis=2)
    return Learnt(moved, down, np.stack([_sizes(found, rows, group) for group in range(len(GROUPS))]))


def _rate(found: Stood, same: Flags, step: int) -> float:
    move = found.move[same, step]
    known = ~np.isnan(move)
    return (int((move[known] != 0).sum()) + LEAST_SHARE) / (int(known.sum()) + 1)


def _direction(found: Stood, same: Flags, group: int) -> float:
    """Return the share of moves that went down, over all bands and years."""
    if GROUPS[group] in ("zero", "empty"):
        return 0.0
    if GROUPS[group] == "full":
        return 1.0
    move = found.move[same]
    return float(((move < 0).sum() + LEAST_SHARE) / ((move < 0).sum() + (move > 0).sum() + 1))


def _sizes(found: Stood, rows: Flags, group: int) -> Floats:
    """Return the laws of the size of falls and of rises; where too few are known those of all groups of the scale."""
    alike = found.group == group
    scale = (found.group >= 2) == (group >= 2)
    if GROUPS[group] == "zero":
        return np.ones((2, len(residual.LEVELS)))
    laws = []
    for sign in (-1, 1):
        went = sign * found.move > 0
        chosen = rows & alike if (went & (rows & alike)[:, None]).sum() >= LEAST_MOVES else rows & scale
        place = went & chosen[:, None]
        size = np.abs(found.move[place])
        series = np.broadcast_to(found.series[:, None], found.move.shape)[place]
        laws.append(residual.pooled(size, window.once_a_series(series)))
    return np.stack(laws)


def columns(table: Learnt) -> dict[str, Floats]:
    """Return the chances as columns of `fitted/still.csv`."""
    group, band, step = np.meshgrid(np.arange(len(GROUPS)), BANDS, np.arange(1, LONGEST + 1), indexing="ij")
    named = {"group": group, "points_from": band, "horizon": step, "moved": table.moved, "down": table.down}
    return {name: values.ravel().astype(float) for name, values in named.items()}


def size_columns(table: Learnt) -> dict[str, Floats]:
    """Return the sizes as columns of `fitted/still_size.csv`."""
    group, up = np.meshgrid(np.arange(len(GROUPS)), np.arange(2), indexing="ij")
    flat = table.size.reshape(-1, table.size.shape[-1])
    sizes = {f"z_{level}": flat[:, place] for place, level in enumerate(residual.LEVELS)}
    return {"group": group.ravel().astype(float), "up": up.ravel().astype(float), **sizes}
