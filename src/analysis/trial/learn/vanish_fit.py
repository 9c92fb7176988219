"""What is learnt of reaching zero: how often figures above it were exactly zero four years on, by distance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.projection.method import vanish
from analysis.projection.method.vanish import LEAST_POINTS, NEAR
from analysis.trial.learn.share_fit import isotonic

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from analysis.trial.panel import Histories

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int_]
    Flags = NDArray[np.bool_]

HORIZON = 4
DIGITS = 6  # decimals of the published figures


@dataclass(frozen=True)
class Origins:
    """One element an origin: series, distance, whether the figure is near, whether zero was reached HORIZON years on."""

    series: Ints
    distance: Floats
    near: Flags
    reached: Floats


def origins(found: Histories) -> Origins:
    """Return every origin of histories that are never negative, above zero and whose figure HORIZON years on is known."""
    grid = found.grid
    never = (np.isnan(grid) | (grid >= 0)).all(axis=1)
    unit = vanish.unit_of(grid, DIGITS)
    parts = []
    for end in range(LEAST_POINTS - 1, grid.shape[1] - HORIZON):
        past, came = grid[:, : end + 1], grid[:, end + HORIZON]
        enough = (~np.isnan(past)).sum(axis=1) >= LEAST_POINTS
        rows = np.flatnonzero(never & enough & (past[:, -1] > 0) & ~np.isnan(came))
        steps = np.full(len(rows), float(HORIZON))
        gone = vanish.distance(past[rows], unit[rows], steps)
        parts.append((rows, gone, past[rows, -1] <= NEAR * unit[rows], (came[rows] == 0).astype(float)))
    return Origins(*(np.concatenate(part) for part in zip(*parts, strict=True)))


def tables(found: Origins, rows: Flags) -> vanish.Table:
    """Return the tables of near and of far figures learnt from these origins: reached falls with the distance."""
    made = []
    for near in (True, False):
        same = rows & (found.near == near)
        grid, reached = isotonic(-found.distance[same], found.reached[same])
        made.append((-grid[::-1], reached[::-1]))
    return tuple(made)


def columns(table: vanish.Table) -> dict[str, Floats]:
    """Return the tables as columns of `fitted/vanish.csv`."""
    near = np.concatenate([np.full(len(one[0]), value) for value, one in zip((1.0, 0.0), table, strict=True)])
    distance, reached = (np.concatenate([one[place] for one in table]) for place in (0, 1))
    return {"near": near, "distance": distance, "reached": reached}
