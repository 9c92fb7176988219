"""What is learnt from the growth of countries: the laws of the standardised errors of averages over one to ten years, and
how many countries reached a rate after a past like it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.projection import residual
from analysis.projection.method.growth_average import LEAST_CHANGES, LONGEST, MOST_CHANGES
from analysis.projection.outside_view import NEXT_YEARS, PAST_YEARS
from analysis.trial import window

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int_]

HALF = 0.5  # of the median of others' errors is believed
LEAST_YEARS = 5  # origins whose outcomes are known before a law is taken from them

# The outside view: bands of past averages and rates of the next years, %/year; targets are stated to a tenth, and between
# rates further apart the few windows of the high bands would be smeared.
BANDS = np.array([-np.inf, 0.0, 2.0, 4.0, 6.0, 8.0, 10.0, 13.0, np.inf])
RATES = np.linspace(0.0, 20.0, 201)
# Of the definitions tried, six years and every fifth origin give the shares that the method was drafted with; five years and
# every origin stand beside them in the track record, inside their intervals.
EVERY = 5  # years from one origin to the next: no two outcomes of a country share a year


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


@dataclass(frozen=True)
class Windows:
    """One row an area and origin: its number, its band of BANDS, and the average that came, %/year."""

    area: Ints
    band: Ints
    came: Floats


def windows(growth: Floats, past: int = PAST_YEARS, every: int = EVERY) -> Windows:
    """Return every window of `past` years and the NEXT_YEARS after them, averages compounded. `growth`: log, areas x years.

    `every`: years from one origin to the next, counted from the first column. The panel's is 1961, so that with five the
    outcomes are the terms of plans, 1971-75 to 2016-20.
    """
    found = errors(growth, past, NEXT_YEARS)
    used = found.year % every == 0
    band = np.searchsorted(BANDS, 100 * np.expm1(found.own[used]), side="right") - 1
    return Windows(found.area[used], band, 100 * np.expm1(found.outcome[used]))


def outside_view(growth: Floats) -> dict[str, Floats]:
    """Return the columns of `fitted/outside_view.csv`: of each band and rate the share of windows that reached the rate.

    `growth`: log, countries x years. A band without windows has no share (NaN).
    """
    found = windows(growth)
    bands = range(len(BANDS) - 1)
    came = [found.came[found.band == band] for band in bands]
    reached = [(one[:, None] >= RATES).mean(axis=0) if len(one) else np.full(len(RATES), np.nan) for one in came]
    countries = [len(np.unique(found.area[found.band == band])) for band in bands]
    repeated = {
        "past_from": BANDS[:-1],
        "past_to": BANDS[1:],
        "origins": np.array([len(one) for one in came], dtype=float),
        "countries": np.array(countries, dtype=float),
    }
    columns_ = {name: np.repeat(values, len(RATES)) for name, values in repeated.items()}
    columns_ |= {"rate": np.tile(RATES, len(bands)), "reached": np.concatenate(reached)}
    return {name: columns_[name] for name in ("past_from", "past_to", "rate", "reached", "origins", "countries")}


def least_spreads(countries: Floats, counts: tuple[int, ...]) -> dict[int, float]:
    """Return for each number of yearly changes the standard deviation below which one stretch in a hundred lay."""
    found = {}
    for count in counts:
        stretches = np.lib.stride_tricks.sliding_window_view(countries, count, axis=1).reshape(-1, count)
        spread = stretches[~np.isnan(stretches).any(axis=1)].std(axis=1, ddof=1)
        found[count] = float(np.quantile(spread, 0.01))
    return found
