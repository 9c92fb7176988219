"""What is learnt from published histories of shares: scale and laws of the errors, and how often the bound is reached."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.projection import residual
from analysis.projection.method import share
from analysis.projection.method.share import BANDS, FULL, LONGEST, Movement
from analysis.trial import window
from analysis.trial.learn.level_fit import regressed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int_]

FULL_HORIZON = 4  # years ahead at which the isotonic table is fitted; other horizons by the root of time
FULL_POINTS = 6
LEAST_GROUP = 50  # origins a step of the isotonic table rests on, at least


@dataclass(frozen=True)
class Origins:
    """One row an origin: the number of its series, last share, movement, share after 1 to `horizons` years (NaN unknown)."""

    series: Ints
    last: Floats
    moved: Movement
    future: Floats


def origins(grid: Floats, points: int, horizons: int = LONGEST) -> Origins:
    """Return every origin of a grid series x years that has at least `points` figures up to it and one after it."""
    padded = np.column_stack([grid, np.full((len(grid), horizons), np.nan)])
    known = np.cumsum(~np.isnan(grid), axis=1)
    parts = []
    for year in range(points - 1, grid.shape[1] - 1):
        future = padded[:, year + 1 : year + 1 + horizons]
        usable = (known[:, year] >= points) & ~np.isnan(grid[:, year]) & ~np.isnan(future).all(axis=1)
        rows = np.flatnonzero(usable)
        if len(rows):
            parts.append((rows, grid[rows, year], share.movement(grid[rows, : year + 1]), future[rows]))
    moved = Movement(*(np.concatenate([getattr(part[2], name) for part in parts]) for name in Movement.__annotations__))
    series, last, future = (np.concatenate([part[place] for part in parts]) for place in (0, 1, 3))
    return Origins(series, last, moved, future)


def scale(found: Origins, rows: NDArray[np.bool_], full: tuple[tuple[Floats, Floats], ...]) -> share.Scale:
    """Return the table learnt from some origins, with the isotonic tables `full` beside it."""
    features, centre = share.features(found.moved), share.centre(found.moved, found.future.shape[1])
    error = share.stretch(found.future) - centre
    parts = []
    for step in range(error.shape[1]):
        known = rows & ~np.isnan(error[:, step]) & (found.moved.spread > share.EXACT)
        heavy = window.once_a_series(found.series[known])
        learnt, cap, log_scale = regressed(features[known], error[known, step], heavy)
        law = residual.pooled(error[known, step] / np.exp(np.minimum(log_scale, cap)), heavy)
        parts.append((learnt, cap, law - residual.quantile(law, 0.5)))
    weights, caps, laws = (np.array(part) for part in zip(*parts, strict=True))
    return share.Scale(weights, caps, laws, full)


def reached(found: Origins) -> tuple[Floats, Floats]:
    """Return for each origin its distance from the bound and whether the share was full FULL_HORIZON years on (NaN
    unknown).
    """
    gap = share.distance(found.moved, FULL_HORIZON)[:, -1]
    outcome = found.future[:, FULL_HORIZON - 1]
    return gap, np.where(np.isnan(outcome), np.nan, (outcome >= FULL).astype(float))


def full_tables(found: Origins, rows: NDArray[np.bool_]) -> tuple[tuple[Floats, Floats], ...]:
    """Return the isotonic tables of reaching the bound, one for each of BANDS, learnt from some origins."""
    gap, event = reached(found)
    usable = rows & ~np.isnan(event) & (found.last >= BANDS[0])
    number = share.band(found.last)
    same = [usable & (number == one) for one in range(len(BANDS))]
    return tuple(isotonic(gap[one], event[one]) for one in same)


def isotonic(gap: Floats, event: Floats) -> tuple[Floats, Floats]:
    """Return the rising table gap -> share of events (pool adjacent violators; Ayer and others 1955,
    https://doi.org/10.1214/aoms/1177728423), linear between the middles of its steps.
    """
    order = np.argsort(gap, kind="stable")
    groups: list[list[float]] = []  # events, cases, sum of gaps
    for start in range(0, len(order), LEAST_GROUP):
        part = order[start : start + LEAST_GROUP]
        groups.append([float(event[part].sum()), float(len(part)), float(gap[part].sum())])
        while len(groups) > 1 and groups[-2][0] * groups[-1][1] >= groups[-1][0] * groups[-2][1]:
            last = groups.pop()
            groups[-1] = [one + other for one, other in zip(groups[-1], last, strict=True)]
    table = np.array(groups)
    return table[:, 2] / table[:, 1], table[:, 0] / table[:, 1]


def columns(learnt: share.Scale) -> dict[str, Floats]:
    """Return the table as columns of `fitted/share.csv`."""
    named = {"horizon": np.arange(1, len(learnt.cap) + 1, dtype=float)}
    named |= {name: learnt.weights[:, place] for place, name in enumerate(("constant", "spread", "drift"))}
    named["cap"] = learnt.cap
    return named | {f"z_{one}": learnt.laws[:, place] for place, one in enumerate(residual.LEVELS)}


def full_columns(learnt: share.Scale) -> dict[str, Floats]:
    """Return the tables of reaching the bound as columns of `fitted/full_share.csv`."""
    sizes = [len(distances) for distances, _ in learnt.full]
    distance, reached_ = (np.concatenate([table[place] for table in learnt.full]) for place in (0, 1))
    return {"last_from": np.repeat(BANDS, sizes), "distance": distance, "reached": reached_}
