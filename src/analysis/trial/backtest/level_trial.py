"""Levels, tested on series whose later years are known: the competitions M1 and M3, by rolling origins.

The table that a series is judged with is never learnt from it: ten folds by series, and one competition for the other.
"last" is the origin at which the competition asked for its forecasts, of which errors are scored; "rolling" every origin.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.projection import law
from analysis.projection.method import level
from analysis.projection.method.level import Levels, Scale
from analysis.trial import record, score, window
from analysis.trial.backtest import centre_trial
from analysis.trial.learn import level_fit
from analysis.trial.panel import Competition

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int_]

    Classes = Callable[[Floats, Floats, Ints], NDArray[np.str_]]

POINTS = (5, 6, 8, 10, 15)
HORIZONS = 6
INTERVALS = {50: (0.25, 0.75), 80: (0.1, 0.9), 95: (0.025, 0.975)}
RATIOS = (0.8, 0.9, 1.0, 1.1, 1.2, 1.5)  # thresholds near and far: times the last value
AHEAD = (0.0, 0.01, 0.02, 0.03)  # plan-like thresholds: own past mean growth plus so much a year
EDGES = np.array([0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0000001])


@dataclass(frozen=True)
class Tested:
    """Distributions of every origin, made without its own series: the windows, which are "last", the distribution."""

    windows: window.Windows
    last: NDArray[np.bool_]
    levels: Levels


def tested(competition: Competition, points: int, fold: Ints) -> Tested:
    """Return the distributions of all origins; series of one fold are judged by a table learnt from the others."""
    windows = window.rolling(competition.series, points, HORIZONS)
    errors = level_fit.LevelErrors(windows)
    parts = np.unique(fold)
    weights, caps, laws = (
        np.array(part) for part in zip(*(errors.learn(fold[windows.series] != one) for one in parts), strict=True)
    )
    table = np.searchsorted(parts, fold[windows.series])
    log_scale = np.einsum("rf,rhf->rh", errors.features, weights[table])
    scale = np.exp(np.minimum(log_scale, caps[table]))
    last = windows.origin == competition.given[windows.series] - 1
    return Tested(windows, last, Levels(errors.centre, scale, table, Scale(weights, caps, laws)))


def transferred(learnt_from: Competition, competition: Competition, points: int) -> Tested:
    """Return the distributions of all origins by a table learnt from another competition."""
    errors = level_fit.LevelErrors(window.rolling(learnt_from.series, points, HORIZONS))
    weights, caps, laws = errors.learn(np.ones(len(errors.error), dtype=bool))
    windows = window.rolling(competition.series, points, HORIZONS)
    own = level_fit.LevelErrors(windows)
    scale = np.exp(np.minimum(own.features @ weights.T, caps))
    last = windows.origin == competition.given[windows.series] - 1
    learnt = Scale(weights[None], caps[None], laws[None])
    return Tested(windows, last, Levels(own.centre, scale, np.zeros(len(scale), dtype=int), learnt))


def some(found: Tested, rows: NDArray[np.bool_]) -> Tested:
    """Return some of the origins."""
    levels = Levels(found.levels.centre[rows], found.levels.scale[rows], found.levels.table[rows], found.levels.learnt)
    return Tested(window.take(found.windows, rows), found.last[rows], levels)


def drift_quantiles(past: Floats, wanted: Floats) -> tuple[Floats, Floats]:
    """Return centre and quantiles of the random walk with drift, Student's law: the reference every method must beat."""
    changes = np.diff(past, axis=1)
    count, steps = changes.shape[1], np.arange(1, HORIZONS + 1)
    centre = past[:, -1:] + steps * changes.mean(axis=1)[:, None]
    error = changes.std(axis=1, ddof=1)[:, None] * np.sqrt(steps * (1 + steps / count))
    return centre, centre[..., None] + error[..., None] * law.student_quantile(count - 1.0, wanted)


def naive_quantiles(past: Floats, wanted: Floats) -> tuple[Floats, Floats]:
    """Return centre and quantiles of the random walk without drift, Student's law."""
    changes = np.diff(past, axis=1)
    centre = np.repeat(past[:, -1:], HORIZONS, axis=1)
    error = np.sqrt(np.square(changes).mean(axis=1)[:, None] * np.arange(1, HORIZONS + 1))
    return centre, centre[..., None] + error[..., None] * law.student_quantile(float(changes.shape[1]), wanted)


def thresholds(past: Floats, kind: str) -> Floats:
    """Return thresholds x origins x horizons: "ratio" RATIOS of the last value, "plan" own past mean growth plus AHEAD."""
    steps = np.arange(1, HORIZONS + 1)
    if kind == "ratio":
        return np.stack([past[:, -1:] * ratio * np.ones(HORIZONS) for ratio in RATIOS])
    growth = (past[:, -1] / past[:, 0]) ** (1 / (past.shape[1] - 1))
    return np.stack([past[:, -1:] * (growth[:, None] + ahead) ** steps for ahead in AHEAD])


def probabilities(levels: Levels, goals: Floats) -> Floats:
    """Return the probability of each threshold (thresholds x origins x horizons)."""
    steps = np.arange(1, goals.shape[2] + 1)
    columns = [
        [level.probability_at_least(levels, np.full(goals.shape[1], step), one[:, step - 1]) for step in steps]
        for one in goals
    ]
    return np.stack([np.stack(one, axis=1) for one in columns])


def drift_probabilities(past: Floats, goals: Floats) -> Floats:
    """Return the same of the random walk with drift."""
    centre, two = drift_quantiles(past, np.array([0.5, 0.75]))
    count = past.shape[1] - 1.0
    spread = (two[..., 1] - two[..., 0]) / law.student_quantile(count - 1, 0.75)
    with np.errstate(invalid="ignore", divide="ignore"):
        chance = law.student_below(count - 1, (centre - goals) / spread)
    return np.asarray(np.where(spread > 0, chance, (centre >= goals).astype(float)))


def known_numbers(name: str, competition: Competition) -> Iterator[record.Row]:
    """Yield sMAPE and MASE of carrying on the last value and the mean change of all given years, as published."""
    naive, drift, outcome, usual = [], [], [], []
    steps = np.arange(1, HORIZONS + 1)
    for values, given in zip(competition.series, competition.given, strict=True):
        past = values[:given]
        naive.append(np.repeat(past[-1], HORIZONS))
        drift.append(past[-1] + steps * (past[-1] - past[0]) / (given - 1))
        outcome.append(values[given : given + HORIZONS])
        usual.append(np.abs(np.diff(past)).mean())
    came, change = np.array(outcome), np.array(usual)
    for method, forecast in {"naive": np.array(naive), "drift": np.array(drift)}.items():
        yield record.Row(name, method, "last", 0, "", "smape", score.smape(came, forecast), cases=len(came))
        yield record.Row(name, method, "last", 0, "", "mase", score.mase(came, forecast, change), cases=len(came))


def coverage(found: Tested, name: str, scheme: str, points: int) -> Iterator[record.Row]:
    """Yield how often the outcome lay in the 50, 80 and 95 % range."""
    ends = tuple(end for pair in INTERVALS.values() for end in pair)
    drawn = level.quantiles(found.levels, ends)
    for place, percent in enumerate(INTERVALS):
        hits = score.inside(found.windows.future, drawn[..., 2 * place], drawn[..., 2 * place + 1])
        yield record.of_share(name, "h2", scheme, points, "", f"inside_{percent}", score.share(hits, found.windows.series))


def errors(found: Tested, name: str, scheme: str, points: int) -> Iterator[record.Row]:
    """Yield MASE, sMAPE, CRPS, CRPS of logarithms and MSIS, of method H2 and of random walks."""
    windows = found.windows
    grids = {
        "h2": (found.levels.centre, level.quantiles(found.levels, tuple(score.GRID))),
        "drift": drift_quantiles(windows.past, score.GRID),
        "naive": naive_quantiles(windows.past, score.GRID),
    }
    least = level.LEAST_RATIO * windows.past[:, -1:]
    for method, (centre, drawn) in grids.items():
        for measure, value in measures(windows.future, centre, drawn, windows.usual_change, least).items():
            yield record.Row(name, method, scheme, points, "", measure, value, cases=len(centre))


def measures(outcome: Floats, centre: Floats, drawn: Floats, usual: Floats, least: Floats) -> dict[str, float]:
    """Return the scores of forecasts: `drawn` their quantiles at score.GRID, `least` what is put for less in logarithms."""
    logs = score.crps(np.log(outcome), np.log(np.maximum(drawn, least[..., None])))
    return {
        "mase": score.mase(outcome, centre, usual),
        "smape": score.smape(outcome, centre),
        "crps": score.mean_crps(outcome, drawn, usual),
        "crps_log": float(np.nanmean(logs)),
        "msis": score.msis(outcome, drawn[..., 4], drawn[..., 194], usual),
    }


def skills(found: Tested, name: str, scheme: str, points: int, classes: Classes, fold: Ints) -> Iterator[record.Row]:
    """Yield Brier score and skill of H2, the random walk with drift and the official classes: of "ratio" thresholds against
    always saying the share of all events, of "plan" ones against each one's own. `classes`: past, goal, years -> names.
    """
    windows = found.windows
    for kind, against in (("ratio", "pooled"), ("plan", "threshold")):
        goals = thresholds(windows.past, kind)
        came = (windows.future >= goals).astype(float)
        said = {
            "h2": probabilities(found.levels, goals),
            "drift": drift_probabilities(windows.past, goals),
            "dns": _class_probabilities(windows, goals, came, classes, fold),
        }
        for method, chance in said.items():
            yield from record.of_brier(record.Row(name, method, scheme, points, "", "", 0.0), chance, came, against)


def _class_probabilities(windows: window.Windows, goals: Floats, came: Floats, classes: Classes, fold: Ints) -> Floats:
    """Return for each threshold how often its official class came true among the series of other folds."""
    chance = np.empty_like(came)
    steps = np.arange(1, goals.shape[2] + 1)
    names = np.stack(
        [np.stack([classes(windows.past, one[:, k - 1], np.full(len(one), k)) for k in steps], axis=1) for one in goals]
    )
    part = fold[windows.series]
    for one in np.unique(part):
        others, own = part != one, part == one
        for name in np.unique(names):
            same = names[:, others] == name
            rate = came[:, others][same].mean() if same.any() else came[:, others].mean()
            chance[:, own] = np.where(names[:, own] == name, rate, chance[:, own])
    return chance


def reliability(found: Tested, name: str, scheme: str, points: int) -> Iterator[record.Row]:
    """Yield for each class of probability what was said and how often it came true, over both kinds of thresholds."""
    said, came = [], []
    for kind in ("ratio", "plan"):
        goals = thresholds(found.windows.past, kind)
        said.append(_by_origin(probabilities(found.levels, goals)))
        came.append(_by_origin((found.windows.future >= goals).astype(float)))
    described = record.Row(name, "h2", scheme, points, "", "", 0.0)
    yield from record.of_reliability(described, np.hstack(said), np.hstack(came), found.windows.series, EDGES)


def _by_origin(cases: Floats) -> Floats:
    """Return thresholds x origins x horizons as one row an origin."""
    return np.moveaxis(cases, 1, 0).reshape(cases.shape[1], -1)


def pit(found: Tested, name: str, scheme: str, points: int) -> Iterator[record.Row]:
    """Yield which share of outcomes fell into each tenth of its distribution: 0.1 each when all is well."""
    place = score.pit(found.windows.future, level.quantiles(found.levels, tuple(score.GRID)))
    yield from record.of_pit(record.Row(name, "h2", scheme, points, "", "", 0.0), place)


def levels(first: Competition, second: Competition, both: Competition, classes: Classes) -> Iterator[record.Row]:
    """Yield the whole record of levels; `first`, `second`: M1, M3; `both`: their series together."""
    yield from known_numbers("M1", first)
    yield from known_numbers("M3", second)
    for points in POINTS:
        yield from of_points(first, second, both, points, classes)


def of_points(
    first: Competition, second: Competition, both: Competition, points: int, classes: Classes
) -> Iterator[record.Row]:
    """Yield the record of histories of so many points."""
    fold = window.folds(len(both.series))
    found = tested(both, points, fold)
    yield from coverage(found, "M1+M3", "rolling", points)
    last = some(found, found.last)
    yield from coverage(last, "M1+M3", "last", points)
    yield from errors(last, "M1+M3", "last", points)
    yield from centre_trial.nested(last.windows, fold, "M1+M3", "last", points)
    yield from skills(last, "M1+M3", "last", points, classes, fold)
    yield from reliability(last, "M1+M3", "last", points)
    yield from pit(last, "M1+M3", "last", points)
    for name, one, other in (("M1->M3", first, second), ("M3->M1", second, first)):
        moved = transferred(one, other, points)
        yield from coverage(moved, name, "rolling", points)
        yield from coverage(some(moved, moved.last), name, "last", points)
