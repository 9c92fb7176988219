"""What is learnt from the growth of countries: the laws of the standardised errors of averages over one to ten years."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.projection import residual, window
from analysis.projection.growth_average import LEAST_CHANGES, LONGEST, MOST_CHANGES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int_]

HALF = 0.5  # of the median of others' errors is believed
LEAST_YEARS = 5  # origins whose outcomes are known before a law is taken from them


@dataclass(frozen=True)
class GrowthErrors:
    """One row an area and origin: its number, the year's index, own mean, centre, scale, what came, standardised error."""

    area: Ints
    year: Ints
    own: Floats
    centre: Floats
    scale: Floats
    outcome: Floats
    error: Floats


def errors(growth: Floats, changes: int, horizon: int) -> GrowthErrors:
    """Return every origin with `changes` years before it and `horizon` after it; peers are all areas of the same origin."""
    parts = [_origin(growth, year, changes, horizon) for year in range(changes, growth.shape[1] - horizon + 1)]
    return GrowthErrors(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _origin(growth: Floats, year: int, changes: int, horizon: int) -> tuple[NDArray[np.generic], ...]:
    past, future = growth[:, year - changes : year], growth[:, year : year + horizon]
    whole = ~np.isnan(past).any(axis=1)
    mean = past.mean(axis=1)
    spread = past.std(axis=1, ddof=1)
    peer_mean = np.median(mean[whole]) if whole.any() else np.nan
    peer_spread = np.median(spread[whole]) if whole.any() else np.nan
    rows = np.flatnonzero(whole & ~np.isnan(future).any(axis=1) & (spread > 0))
    centre = 0.5 * mean[rows] + 0.5 * peer_mean
    scale = np.sqrt(spread[rows] * peer_spread)
    outcome = future[rows].mean(axis=1)
    return rows, np.full(len(rows), year), mean[rows], centre, scale, outcome, (outcome - centre) / scale


def law(error: Floats, area: Ints) -> Floats:
    """Return the law of standardised errors, every area of weight one, half centred on its median."""
    found = residual.pooled(error, window.once_a_series(area))
    return found - HALF * residual.quantile(found, 0.5)


def past_only(found: GrowthErrors, horizon: int) -> tuple[Floats, NDArray[np.bool_]]:
    """Return for each row the law of the outcomes known at its origin (rows x LEVELS), and which rows have one."""
    laws = np.full((len(found.error), len(residual.LEVELS)), np.nan)
    for year in np.unique(found.year):
        known = found.year + horizon <= year
        if len(np.unique(found.year[known])) >= LEAST_YEARS:
            laws[found.year == year] = law(found.error[known], found.area[known])
    return laws, ~np.isnan(laws[:, 0])


def growth_laws(growth: Floats, progress: Callable[[float], None] | None = None) -> Floats:
    """Return the laws for 5 to 15 changes and averages of 1 to 10 years, from every origin."""
    counts = range(LEAST_CHANGES, MOST_CHANGES + 1)
    laws = np.empty((len(counts), LONGEST, len(residual.LEVELS)))
    for row, changes in enumerate(counts):
        for step in range(LONGEST):
            found = errors(growth, changes, step + 1)
            laws[row, step] = law(found.error, found.area)
        if progress:
            progress((row + 1) / len(counts))
    return laws


def columns(laws: Floats) -> dict[str, Floats]:
    """Return the laws as columns of `fitted/growth_average.csv`."""
    changes, horizon = np.meshgrid(np.arange(laws.shape[0]) + LEAST_CHANGES, np.arange(laws.shape[1]) + 1, indexing="ij")
    flat = laws.reshape(-1, laws.shape[-1])
    named = {"changes": changes.ravel().astype(float), "horizon": horizon.ravel().astype(float)}
    return named | {f"z_{one}": flat[:, place] for place, one in enumerate(residual.LEVELS)}
