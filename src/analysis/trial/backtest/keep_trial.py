"""Targets that hold each year, tested: shares that UNDP publishes, at every origin, kept at or above a level or lost; and
yearly trials on the growth of countries, which starts again each year.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from analysis.projection import dispatch
from analysis.projection.method import keep, share
from analysis.projection.question import Questions, met_before
from analysis.trial import record, score
from analysis.trial.panel import Histories

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int_]

LEVELS = (90.0, 95.0, share.FULL)
YEARS = (1, 3, 5)
LEAST_POINTS = 5
RATES = (3.0, 5.0, 7.0)  # %/year
MODELS = {"keep_each_year": keep.MODEL_ID, "annual_share": keep.TRIALS_ID}
EDGES = np.array([0.0, 0.05, 0.2, 0.4, 0.6, 0.8, 0.95, 1.0 + 1e-9])


def kept(series: Histories) -> Iterator[record.Row]:
    """Yield, for each level and 1, 3, 5 years more, what was said of keeping it every year and how often it was kept: where
    the last year met the level, and apart ("lost") where it missed it after years that had met it.

    The tables of shares are the shipped ones, learnt from these same histories; the formula of kept years was not.
    """
    country = np.unique(series.country, return_inverse=True)[1]
    yield from _of_kind("undp", "keep_each_year", series.grid, country, LEVELS)


def trials(growth: Floats) -> Iterator[record.Row]:
    """Yield the same of yearly trials for the log growth of countries, countries x years: at least each of RATES a year.

    The two constants of the trials were chosen on these same years.
    """
    yield from _of_kind("world", "annual_share", 100 * np.expm1(growth), np.arange(len(growth)), RATES)


def _of_kind(data: str, kind: str, grid: Floats, area: Ints, levels: tuple[float, ...]) -> Iterator[record.Row]:
    for level in levels:
        for years in YEARS:
            lasts = range(LEAST_POINTS - 1, grid.shape[1] - years)
            if not lasts:
                continue
            parts = zip(*(_origin(kind, grid, last, level, years) for last in lasts), strict=True)
            rows, met, met_before_, said, came = (np.concatenate(part) for part in parts)
            groups = {"": met == 1, "_lost": (met == 0) & met_before_}
            for name, chosen in groups.items():
                scheme = f"at_least_{level:g}{name}"
                described = record.Row(data, MODELS[kind], scheme, LEAST_POINTS, str(years), "", 0.0)
                if chosen.any():
                    yield from _compared(described, said[chosen], came[chosen], area[rows[chosen]])


def _origin(kind: str, grid: Floats, last: int, level: float, years: int) -> tuple[NDArray[np.generic], ...]:
    """Return for the origins in one year: series, whether the last year met the level and any before it did, what is said of
    the coming years, and whether every one of them met it.
    """
    past, future = grid[:, : last + 1], grid[:, last + 1 : last + 1 + years]
    rows = np.flatnonzero(~np.isnan(past[:, -LEAST_POINTS:]).any(axis=1) & ~np.isnan(future).any(axis=1))
    asked = _questions(kind, past[rows], level, years)
    met = met_before(asked)
    came = (future[rows] >= level).all(axis=1).astype(float)
    return rows, met[:, -1], (met == 1).any(axis=1), dispatch.project(asked).probability, came


def _questions(kind: str, past: Floats, level: float, years: int) -> Questions:
    size, none = len(past), np.full(len(past), np.nan)
    no = np.zeros(size, dtype=bool)
    last = np.zeros(size, dtype=int)
    return Questions(
        kind=np.full(size, kind),
        transform=np.full(size, "logit"),
        comparator=np.full(size, "ge"),
        history=past,
        last=last,
        base_year=last,
        deadline=last + years,
        base_value=past[:, -1],
        target=np.full(size, level),
        units=none,
        in_percent=~no,
        peer_drift=none,
        peer_spread=none,
        change=none,
        month=none,
        beside=none,
        estimate=no,
        so_far=none,
        first_part=np.ones(size),
        counted=none,
        counted_month=none,
        stock=no,
        usual_part=none,
        production=no,
        lower=none,
        upper=none,
    )


def _compared(described: record.Row, said: Floats, came: Floats, country: Ints) -> Iterator[record.Row]:
    found = score.share(came, country)
    yield replace(described, measure="said_kept", value=float(said.mean()), cases=len(said))
    low, high = found.clustered
    yield replace(described, measure="met_kept", value=found.value, low=low, high=high, cases=found.cases)
    yield replace(described, measure="brier", value=score.brier(said, came), cases=len(said))
    yield replace(described, measure="brier_base", value=score.pooled_base(came), cases=len(said))
    yield from record.of_reliability(described, said[:, None], came[:, None], country, EDGES)
