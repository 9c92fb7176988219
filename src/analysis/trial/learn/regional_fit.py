"""What is learnt of areas about their country: how far regions stray from it, and widths that hold 80 % of the errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.projection import residual
from analysis.projection.method import growth_average, regional
from analysis.trial import window
from analysis.trial.score import Z80

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def usual_spread(growth: Floats, whole: Floats) -> float:
    """Return the median standard deviation of the regions' log growth (regions x years) about their country's."""
    return float(np.median((growth - whole).std(axis=1, ddof=1)))


def errors(beyond: Floats, years: int, usual: float) -> tuple[Floats, NDArray[np.int_]]:
    """Return the standardised errors of one year of `beyond` (areas x years, NaN not known) from the `years` before."""
    found, areas = [], []
    for now in range(years, beyond.shape[1]):
        rows = np.flatnonzero(~np.isnan(beyond[:, now - years : now + 1]).any(axis=1))
        past = beyond[rows, now - years : now]
        mean = past.mean(axis=1)
        spread = regional.spread(np.square(past - mean[:, None]).sum(axis=1), np.full(len(rows), float(years)), usual)
        expected = regional.change(np.zeros(len(rows)), mean, np.full(len(rows), np.median(mean)))
        found.append((beyond[rows, now] - expected) / np.sqrt(spread * np.median(spread)))
        areas.append(rows)
    return np.concatenate(found), np.concatenate(areas)


def widths(countries: Floats, usual: float) -> Floats:
    """Return for 1 to MOST_CHANGES years how many spreads are one standard deviation: 80 % of the errors lie within Z80."""
    beyond = countries - np.nanmedian(countries, axis=0)
    made = []
    for years in range(1, growth_average.MOST_CHANGES + 1):
        error, area = errors(beyond, years, usual)
        ends = residual.quantile(residual.pooled(error, window.once_a_series(area)), np.array([0.1, 0.9]))
        made.append((ends[1] - ends[0]) / (2 * Z80))
    return np.array(made)


def columns(usual: float, width: Floats) -> dict[str, Floats]:
    """Return the columns of `fitted/regional.csv`."""
    return {"years": np.arange(len(width)) + 1.0, "usual_spread": np.full(len(width), usual), "width": width}
