"""Growth and its averages, tested: countries with only what was known at the time, Philippine sectors, Vietnamese
provinces. Beside it the outside view, and how much of the errors is common to all areas of an origin.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from analysis.projection import outside_view, reconcile, residual
from analysis.projection.method import growth, growth_average, level
from analysis.trial import record, score, window
from analysis.trial.backtest.level_trial import AHEAD, EDGES, HORIZONS, INTERVALS
from analysis.trial.learn import growth_fit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int_]

CHANGES = (5, 6, 8, 10, 15)
YEARS = 5
SHOCK = 2020  # the year of the pandemic
PROVINCE_CHANGES = 5
COMMON_CHANGES, COMMON_HORIZONS = 6, (1, 2, 3, 5)
RATE = 10.9  # %/year whose outside view stands in the record
# past years, years between origins: the shipped table, and beside it five years and every origin, whose outcomes overlap
OUTSIDE_VIEWS = {"outside_view": (outside_view.PAST_YEARS, growth_fit.EVERY), "outside_view_every_year": (5, 1)}


def world(panel: Floats) -> Iterator[record.Row]:
    """Yield coverage, CRPS and said against met of five-year averages; laws only from outcomes known at the time."""
    for changes in CHANGES:
        found = growth_fit.errors(panel, changes, YEARS)
        laws, known = growth_fit.past_only(found, YEARS)
        drawn = residual.quantiles_of(laws[known], score.GRID)
        drawn = found.centre[known, None] + found.scale[known, None] * drawn
        yield from _described("world", "past_only", changes, found.outcome[known], drawn, found.area[known])
        yield from _said_and_met(found, laws, known, changes)
        references = _formula(panel, found, known, changes)
        for method, quantiles in references.items():
            value = float(score.crps(found.outcome[known], quantiles).mean())
            yield record.Row("world", method, "past_only", changes, str(YEARS), "crps", value, cases=int(known.sum()))
    for horizon in COMMON_HORIZONS:
        yield _common("world", "rolling", panel, COMMON_CHANGES, horizon)
    yield from _outside_view(panel)


def _outside_view(panel: Floats) -> Iterator[record.Row]:
    """Yield how often countries of each band of past growth reached RATE, the band as the row's scheme."""
    for method, (past, every) in OUTSIDE_VIEWS.items():
        found = growth_fit.windows(panel, past, every)
        for band, (low, high) in enumerate(pairwise(growth_fit.BANDS)):
            name = f"below_{high:g}" if np.isinf(low) else f"from_{low:g}" if np.isinf(high) else f"{low:g}-{high:g}"
            same = found.band == band
            yield _reached("world", method, name, past, found.came[same], found.area[same])


def _reached(data: str, method: str, scheme: str, past: int, came: Floats, area: Ints) -> record.Row:
    found = score.share((came >= RATE).astype(float), area)
    low, high = np.clip(found.clustered, 0.0, 1.0)
    measure = f"reached_{RATE:g}"
    return record.Row(data, method, scheme, past, str(YEARS), measure, found.value, float(low), float(high), found.cases)


def _described(data: str, scheme: str, changes: int, came: Floats, drawn: Floats, area: Ints) -> Iterator[record.Row]:
    for percent, (low, high) in INTERVALS.items():
        ends = [int(np.argmin(np.abs(score.GRID - end))) for end in (low, high)]
        hits = score.inside(came, drawn[:, ends[0]], drawn[:, ends[1]])
        yield record.of_share(data, "peers", scheme, changes, str(YEARS), f"inside_{percent}", score.share(hits, area))
    value = float(score.crps(came, drawn).mean())
    yield record.Row(data, "peers", scheme, changes, str(YEARS), "crps", value, cases=len(came))


def _said_and_met(
    found: growth_fit.GrowthErrors, laws: Floats, known: NDArray[np.bool_], changes: int
) -> Iterator[record.Row]:
    """Yield what was said of the own past mean plus 0, 1, 2, 3 points a year, and how often it was met."""
    chances, events = [], []
    for ahead in AHEAD:
        goal = np.log(np.exp(found.own[known]) + ahead)
        said = 1 - residual.below_each(laws[known], (goal - found.centre[known]) / found.scale[known])
        met = (found.outcome[known] >= goal).astype(float)
        chances.append(said)
        events.append(met)
        points = f"{100 * ahead:.0f}"
        share = score.share(met, found.area[known])
        yield record.Row("world", "peers", "past_only", changes, str(YEARS), f"said_plus_{points}", float(said.mean()))
        yield record.of_share("world", "peers", "past_only", changes, str(YEARS), f"met_plus_{points}", share)
    described = record.Row("world", "peers", "past_only", changes, str(YEARS), "", 0.0)
    said_all, met_all = np.column_stack(chances), np.column_stack(events)
    for against in record.BASES:
        yield from record.of_brier(described, said_all.T, met_all.T, against)
    yield from record.of_reliability(described, said_all, met_all, found.area[known], EDGES)
    yield from record.of_pit(described, residual.below_each(laws[known], found.error[known]))


def _formula(panel: Floats, found: growth_fit.GrowthErrors, known: NDArray[np.bool_], changes: int) -> dict[str, Floats]:
    """Return the quantiles of log_drift_t (growth.py), alone and drawn towards its peers."""
    rows, years = found.area[known], found.year[known]
    past = np.stack([panel[row, year - changes : year] for row, year in zip(rows, years, strict=True)])
    logs = np.concatenate([np.zeros((len(past), 1)), np.cumsum(past, axis=1)], axis=1)
    alone = growth.fit(logs - logs[:, -1:])
    peer_mean = 2 * found.centre[known] - found.own[known]
    peer_spread = found.scale[known] ** 2 / alone.spread
    horizon = np.full(len(past), float(YEARS))
    fits = {"log_drift_t": alone, "log_drift_t_peers": growth.towards(alone, peer_mean, peer_spread)}
    return {
        name: np.stack([growth.quantile(one, horizon, float(p)) / YEARS for p in score.GRID], axis=-1)
        for name, one in fits.items()
    }


def philippines(sector: NDArray[np.str_], levels: Floats, years: Ints) -> Iterator[record.Row]:
    """Yield coverage of the shipped table of levels and of growth averages beside peers, regions' sectors, ten points; how
    often the own past mean was met with and without the shock among the years; sectors and total apart and together.
    """
    for name in np.unique(sector):
        series = list(levels[sector == name])
        windows = window.rolling(series, 10, HORIZONS)
        drawn = level.quantiles(level.fit(windows.past, HORIZONS), tuple(end for pair in INTERVALS.values() for end in pair))
        for place, percent in enumerate(INTERVALS):
            hits = score.inside(windows.future, drawn[..., 2 * place], drawn[..., 2 * place + 1])
            found = score.share(hits, windows.series)
            yield record.of_share("philippines", "h2", str(name), 10, "", f"inside_{percent}", found)
        changes = np.diff(np.log(np.stack(series)), axis=1)
        yield from _with_peers("philippines", str(name), changes, 10, YEARS)
        yield from _shocked(str(name), changes, years[1:])
    yield from _together({str(name): levels[sector == name] for name in np.unique(sector)})


def _shocked(name: str, changes: Floats, years: Ints) -> Iterator[record.Row]:
    """Yield how often growth of the next five years met the own past mean: with SHOCK among them, and without."""
    found = growth_fit.errors(changes, 10, YEARS)
    hit = np.array([SHOCK in years[start : start + YEARS] for start in found.year])
    met = (found.outcome >= found.own).astype(float)
    for scheme, rows in (("shock", hit), ("quiet", ~hit)):
        if rows.any():
            share = score.share(met[rows], found.area[rows])
            yield record.of_share("philippines", name, scheme, 10, str(YEARS), "met_own_mean", share)


def _together(levels: dict[str, Floats]) -> Iterator[record.Row]:
    """Yield coverage and CRPS of five-year averages of sectors and total, each by its own law and on the same paths."""
    names = [name for name in levels if name != "total"]
    found = {name: growth_fit.errors(np.diff(np.log(one), axis=1), 10, YEARS) for name, one in levels.items()}
    same = [found["total"].area * 1000 + found["total"].year == one.area * 1000 + one.year for one in found.values()]
    assert np.all(same), "every sector has the same origins"
    last = {name: one[found[name].area, found[name].year] for name, one in levels.items()}
    law_ = growth_average.learnt()[10 - growth_average.LEAST_CHANGES, YEARS - 1]
    apart = {name: one.centre[:, None] + one.scale[:, None] * law_ for name, one in found.items()}
    ahead = {name: last[name][:, None] * np.exp(YEARS * one) for name, one in apart.items()}
    parts, total = reconcile.coherent(
        np.stack([ahead[name] for name in names], axis=1), ahead["total"], reconcile.correlation(tuple(names))
    )
    paths = {name: parts[..., place] for place, name in enumerate(names)} | {"total": total}
    for name, one in found.items():
        growth_ = np.log(paths[name] / last[name][:, None]) / YEARS
        drawn = {
            "apart": residual.quantiles_of(apart[name], score.GRID),
            "together": np.quantile(growth_, score.GRID, axis=1).T,
        }
        for method, quantiles in drawn.items():
            for row in _described("philippines", name, 10, one.outcome, quantiles, one.area):
                yield dataclasses.replace(row, method=method)


def provinces(panel: Floats) -> Iterator[record.Row]:
    """Yield the same of the 63 provinces, five changes, one and two years ahead; the share that reached RATE in 2021-25."""
    for horizon in (1, 2):
        yield from _with_peers("provinces", "rolling", panel, PROVINCE_CHANGES, horizon)
    came = 100 * np.expm1(panel[:, -YEARS:].mean(axis=1))
    yield _reached("provinces", "outside_view", "last", 0, came, np.arange(len(panel)))


def _with_peers(data: str, scheme: str, panel: Floats, changes: int, horizon: int) -> Iterator[record.Row]:
    found = growth_fit.errors(panel, changes, horizon)
    laws = growth_average.learnt()[min(changes, growth_average.MOST_CHANGES) - growth_average.LEAST_CHANGES, horizon - 1]
    for percent, (low, high) in INTERVALS.items():
        ends = residual.quantile(laws, np.array([low, high]))
        share = score.share(score.inside(found.error, ends[0], ends[1]), found.area)
        yield record.of_share(data, "peers", scheme, changes, str(horizon), f"inside_{percent}", share)
    goal = (found.own - found.centre) / found.scale
    said = 1 - residual.below(laws, goal)
    met = score.share((found.outcome >= found.own).astype(float), found.area)
    yield record.Row(data, "peers", scheme, changes, str(horizon), "said_plus_0", float(said.mean()))
    yield record.of_share(data, "peers", scheme, changes, str(horizon), "met_plus_0", met)
    yield _common(data, scheme, panel, changes, horizon)


def _common(data: str, scheme: str, panel: Floats, changes: int, horizon: int) -> record.Row:
    share = common_share(panel, changes, horizon)
    return record.Row(data, "peers", scheme, changes, str(horizon), "common_share", share)


def common_share(panel: Floats, changes: int, horizon: int) -> float:
    """Return which part of the squared standardised errors of growth is common to all areas of one origin (rho)."""
    found = growth_fit.errors(panel, changes, horizon)
    edge = np.quantile(found.error, [0.02, 0.98])
    error = np.clip(found.error, *edge)
    error = error - error.mean()
    place = np.unique(found.year, return_inverse=True)[1]
    total, size = np.bincount(place, error), np.bincount(place)
    pairs = (np.square(total) - np.bincount(place, np.square(error))).sum() / (size * (size - 1)).sum()
    return float(pairs / np.mean(np.square(error)))
