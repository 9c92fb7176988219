"""What is learnt of years whose first months are known: the errors of judging the whole year by them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.projection import residual

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from analysis.trial.panel import Monthly

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int_]
    Flags = NDArray[np.bool_]

MONTHS = (3, 6, 9)
EARLIER = 3  # years at most whose parts are taken


@dataclass(frozen=True)
class PartYears:
    """One element a series and year: its year, whether production is meant; log errors by month of MONTHS."""

    year: Ints
    production: Flags
    error: Floats


def parts(so_far: Floats) -> Floats:
    """Return the part that usually has come by each month, from the rows before: years x months, the last the year."""
    logs = np.log(so_far / so_far[:, -1:])
    usual = np.full_like(logs, np.nan)
    for row in range(1, len(logs)):
        before = logs[max(row - EARLIER, 0) : row]
        known = ~np.isnan(before)
        count = np.where(known.any(axis=0), known.sum(axis=0), np.nan)
        usual[row] = np.where(known, before, 0.0).sum(axis=0) / count
    return np.asarray(np.exp(usual))


def errors(panels: list[Monthly]) -> PartYears:
    """Return the log errors of the whole year as judged by its first months, of every year that has earlier ones."""
    years, production, found = [], [], []
    for panel in panels:
        for series in panel.so_far:
            with np.errstate(invalid="ignore", divide="ignore"):
                whole = series[:, -1:] * parts(series) / series
            error = np.log(whole)[:, [month - 1 for month in MONTHS]]
            known = ~np.isnan(error).all(axis=1)
            years.append(panel.years[known])
            production.append(np.full(int(known.sum()), panel.production))
            found.append(error[known])
    return PartYears(np.concatenate(years), np.concatenate(production), np.concatenate(found))


def laws(found: PartYears, rows: Flags) -> Floats:
    """Return the laws of the errors: production, other flows (2) x MONTHS x LEVELS; as wide as a
    further year wants after so few.
    """
    made = np.zeros((2, len(MONTHS), len(residual.LEVELS)))
    for place, production in enumerate((True, False)):
        same = rows & (found.production == production)
        for column in range(len(MONTHS)):
            known = same & ~np.isnan(found.error[:, column])
            error, year = found.error[known, column], found.year[known]
            years = len(np.unique(year))
            wider = np.sqrt((years + 1) / (years - 1))  # a year not among so few strays farther than they do
            made[place, column] = wider * residual.pooled(error, np.ones(len(error)))
    return made


def columns(table: Floats) -> dict[str, Floats]:
    """Return the laws as columns of `fitted/part_year.csv`."""
    kind, month = np.meshgrid([1.0, 0.0], MONTHS, indexing="ij")
    flat = table.reshape(-1, table.shape[-1])
    named = {"production": kind.ravel(), "month": month.ravel().astype(float)}
    return named | {f"z_{one}": flat[:, place] for place, one in enumerate(residual.LEVELS)}
