"""Any table of yearly series -> distributions, one row a series and step; whatever is wrong with a series is its `state`.

level: method H2 (where a figure is not positive: linear). growth: percent a year, beside the medians of its panel. share:
percent of a whole. count: whole numbers (above thirty: a level). States with figures: ok, constant, merged (a year given
twice alike), after_gap (only the years since the last gap count), not_positive, not_whole; without: too_few, conflict (a
year given twice, differing), not_finite, out_of_range, bad_time, unknown_kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.projection.method import count, growth, growth_average, level, linear, share
from analysis.schema.codelist import QUANTILE_LEVELS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int_]
    Texts = NDArray[np.str_]

KINDS = ("level", "growth", "share", "count")
LEAST_POINTS = 5
QUANTILES = tuple(f"q{one}" for one in QUANTILE_LEVELS)
COLUMNS = ("series", "kind", "step", "t", "mean", "median", *QUANTILES, "state")
SILENT = ("too_few", "conflict", "not_finite", "out_of_range", "bad_time", "unknown_kind")
LESS = ("le", "lt")
COMPARATORS = ("ge", "gt", "le", "lt")
LONGEST_SERIES = 400  # years between the first and the last figure of a series


@dataclass(frozen=True)
class Table:
    """The series of a file: name, kind, panel, state, year of the last figure; history series x years, newest last."""

    name: Texts
    kind: Texts
    panel: Texts
    state: Texts
    last: Ints
    history: Floats


def read(rows: pd.DataFrame) -> Table:
    """Return the series of rows with the text columns series, t, value and, if there, kind and panel."""
    rows = rows.assign(number=pd.factorize(rows["series"])[0])
    first = rows.drop_duplicates("number")
    kind = first["kind"].str.strip().str.lower().to_numpy(str) if "kind" in rows else np.full(len(first), "level")
    kind = np.where(kind == "", "level", kind)
    panel = first["panel"].to_numpy(str) if "panel" in rows else np.full(len(first), "")
    time = pd.to_numeric(rows["t"], errors="coerce").to_numpy(float)
    value = pd.to_numeric(rows["value"], errors="coerce").to_numpy(float)
    blank = (rows["value"].str.strip() == "").to_numpy()
    rows = rows.assign(time=time, value=value, whole=np.isfinite(time) & (time == np.round(time)))
    broken = _any(rows["number"], ~np.isfinite(value) & ~blank)
    untimed = _any(rows["number"], ~rows["whole"].to_numpy())
    rows = rows[rows["whole"] & np.isfinite(value)]
    twice = rows.duplicated(["number", "time"], keep=False)
    alike = rows.groupby(["number", "time"])["value"].transform("nunique") == 1
    size = len(first)
    merged = _any(rows["number"], (twice & alike).to_numpy(), size)
    conflict = _any(rows["number"], (twice & ~alike).to_numpy(), size)
    history, last, wide = _grid(rows.drop_duplicates(["number", "time"]), size)
    tests = [~np.isin(kind, KINDS), untimed | wide, broken, conflict, merged]
    state = np.select(tests, ["unknown_kind", "bad_time", "not_finite", "conflict", "merged"], default="ok")
    return Table(first["series"].to_numpy(str), kind, panel, state.astype("<U20"), last, history)


def _any(number: pd.Series, test: NDArray[np.bool_], size: int | None = None) -> NDArray[np.bool_]:
    return np.bincount(number, test, size or int(number.max()) + 1) > 0


def _grid(rows: pd.DataFrame, size: int) -> tuple[Floats, Ints, NDArray[np.bool_]]:
    """Return figures series x years, the newest in the last column, its year, and which series spread over too many
    years.
    """
    span = rows.groupby("number")["time"].agg(["min", "max"]).reindex(range(size))
    wide = (span["max"] - span["min"] >= LONGEST_SERIES).to_numpy()
    kept = rows[~wide[rows["number"]]]
    last = span["max"].to_numpy(float)
    back = (last[kept["number"]] - kept["time"].to_numpy()).astype(int)
    history = np.full((size, int(back.max(initial=0)) + 1), np.nan)
    history[kept["number"], history.shape[1] - 1 - back] = kept["value"]
    return history, np.nan_to_num(last).astype("int64"), wide


def _settle(table: Table) -> tuple[Texts, Texts, Floats]:
    """Return the method and final state of each series and the history it is projected from (years after the last gap)."""
    history, state = table.history.copy(), table.state.copy()
    gaps = np.isnan(history)
    before_last_gap = np.cumsum(gaps[:, ::-1], axis=1)[:, ::-1] > 0
    lost = (before_last_gap & ~gaps).any(axis=1) & (table.kind != "share")
    history[before_last_gap & lost[:, None]] = np.nan
    state = np.where(lost & (state == "ok"), "after_gap", state)
    known = ~np.isnan(history)
    lowest = np.where(known, history, np.inf).min(axis=1)
    highest = np.where(known, history, -np.inf).max(axis=1)
    kind = table.kind
    whole = (~known | (history == np.round(history))).all(axis=1)
    method = np.select([kind == "growth", kind == "share", kind == "count"], ["growth", "share", "count"], default="level")
    ample = (kind == "count") & (lowest > 0) & (history[:, -1] > count.LARGE)
    method = np.where(ample | ((kind == "count") & ~whole), "level", method).astype("<U10")
    method = np.where((method == "level") & (lowest <= 0), "linear", method)
    tests = [
        (kind == "share") & ((lowest < 0) | (highest > 100)) | (kind == "count") & (lowest < 0),
        (kind == "growth") & (lowest <= -100),
        known.sum(axis=1) < LEAST_POINTS,
        known.any(axis=1) & (highest - lowest <= 1e-9 * np.abs(highest)) & (kind != "count"),
        (kind == "count") & ~whole,
        method == "linear",
    ]
    names = ["out_of_range", "out_of_range", "too_few", "constant", "not_whole", "not_positive"]
    found = np.select(tests, names, default="")
    free = np.isin(state, ["ok", "merged", "after_gap"])
    return method, np.where(free & (found != ""), found, state), history


def forecast(table: Table, horizon: int) -> pd.DataFrame:
    """Return one row a series and step (COLUMNS); the figures of a silent state are empty."""
    method, state, history = _settle(table)
    size = len(table.name)
    mean, drawn = np.full((size, horizon), np.nan), np.full((size, horizon, len(QUANTILE_LEVELS)), np.nan)
    still = state == "constant"
    for name, project in METHODS.items():
        rows = np.flatnonzero((method == name) & ~np.isin(state, SILENT) & ~still)
        if len(rows):
            mean[rows], drawn[rows] = project(history[rows], horizon, _peers(table, history, rows))
    mean[still], drawn[still] = history[still, -1:], history[still, -1:, None]
    lacking = np.isnan(mean[:, 0]) & ~np.isin(state, SILENT)
    state = np.where(lacking, "too_few", state)
    steps = np.arange(1, horizon + 1)
    columns = {
        "series": np.repeat(table.name, horizon),
        "kind": np.repeat(table.kind, horizon),
        "step": np.tile(steps, size),
        "t": pd.array((table.last[:, None] + steps).ravel(), dtype="Int64"),
        "mean": mean.ravel(),
        "median": drawn[..., QUANTILE_LEVELS.index(0.5)].ravel(),
    }
    columns |= {name: drawn[..., place].ravel() for place, name in enumerate(QUANTILES)}
    rows = pd.DataFrame(columns | {"state": np.repeat(state, horizon)})[list(COLUMNS)]
    dated = np.repeat(~np.isnan(table.history).all(axis=1) & (state != "bad_time"), horizon)
    return rows.assign(t=rows["t"].where(dated))


def _peers(table: Table, history: Floats, rows: Ints) -> tuple[Floats, Floats]:
    """Return the medians of mean and standard deviation of log growth over the other series of each row's panel."""
    growth = np.full(len(rows), np.nan), np.full(len(rows), np.nan)
    if not (table.kind[rows] == "growth").any():
        return growth
    fitted = _growth_fit(history[rows])
    usable = ~np.isnan(fitted.drift) & (table.panel[rows] != "")
    for panel in np.unique(table.panel[rows][usable]):
        same = np.flatnonzero(usable & (table.panel[rows] == panel))
        for kept, values in zip(growth, (fitted.drift, fitted.spread), strict=True):
            kept[same] = _median_of_others(values[same])
    return growth


def _median_of_others(values: Floats) -> Floats:
    """Return for each value the median of all the others; NaN for one alone."""
    size = len(values)
    if size < 2:
        return np.full(size, np.nan)
    order = np.argsort(values, kind="stable")
    ranked, rank = values[order], np.empty(size, dtype=int)
    rank[order] = np.arange(size)
    low, high = (size - 2) // 2, (size - 1) // 2
    return np.asarray(0.5 * (ranked[low + (rank <= low)] + ranked[high + (rank <= high)]))


def _growth_fit(history: Floats) -> growth.Fit:
    with np.errstate(invalid="ignore", divide="ignore"):
        growth = np.log1p(history / 100)
    known = ~np.isnan(growth)
    added = np.cumsum(np.where(known, growth, 0.0), axis=1)
    logs = np.column_stack([np.zeros(len(history)), added])
    started = np.cumsum(known, axis=1) > 0
    logs[:, :-1] = np.where(started, logs[:, :-1], np.nan)
    logs[:, -1] = np.where(known.any(axis=1), logs[:, -1], np.nan)
    return growth_average.fit(logs)


def _level(history: Floats, horizon: int, peers: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
    fitted = level.fit(history, horizon)
    return level.mean(fitted), level.quantiles(fitted)


def _share(history: Floats, horizon: int, peers: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
    fitted = share.fit(history, horizon)
    return share.mean(fitted), share.quantiles(fitted)


def _growth(history: Floats, horizon: int, peers: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
    fitted = growth.towards(_growth_fit(history), *peers)
    levels = np.array([*QUANTILE_LEVELS, *(np.arange(1, 20) / 20)])
    drawn = 100 * np.expm1(growth_average.yearly_quantiles(fitted, levels))
    size = len(QUANTILE_LEVELS)
    mean = np.repeat(drawn[:, size:].mean(axis=1)[:, None], horizon, axis=1)
    return mean, np.repeat(drawn[:, None, :size], horizon, axis=1)


def _count(history: Floats, horizon: int, peers: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
    steps = [np.full(len(history), float(step)) for step in range(1, horizon + 1)]
    drawn = np.stack([count.quantiles(history, step) for step in steps], axis=1)
    recent = count.recent_mean(history)
    return np.repeat(recent[:, None], horizon, axis=1), drawn


def _linear(history: Floats, horizon: int, peers: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
    fits = [linear.fit(history, np.full(len(history), float(step))) for step in range(1, horizon + 1)]
    return np.column_stack([one.centre for one in fits]), np.stack([linear.quantiles(one) for one in fits], axis=1)


METHODS = {"level": _level, "share": _share, "growth": _growth, "count": _count, "linear": _linear}


def probabilities(table: Table, targets: pd.DataFrame) -> pd.DataFrame:
    """Return `targets` (columns series, t, target, comparator as text) with step and probability of each.

    state: ok, or why there is none: unknown_series, bad_target, bad_comparator, closed (not after the last figure), or the
    series' own.
    """
    method, state, history = _settle(table)
    place = pd.Series(np.arange(len(table.name)), index=table.name).reindex(targets["series"]).to_numpy(float)
    known = ~np.isnan(place)
    row = np.where(known, place, 0).astype(int)
    time = pd.to_numeric(targets["t"], errors="coerce").to_numpy(float)
    goal = pd.to_numeric(targets["target"], errors="coerce").to_numpy(float)
    code = targets["comparator"].str.strip().str.lower().to_numpy(str)
    step = time - table.last[row]
    unusable = ~np.isfinite(goal) | ~np.isfinite(time) | (time != np.round(time))
    tests = [~known, unusable, ~np.isin(code, COMPARATORS), np.isin(state[row], SILENT), step < 1, step > LONGEST_SERIES]
    names = ["unknown_series", "bad_target", "bad_comparator", "", "closed", "bad_target"]
    found = np.select(tests, [*names[:3], state[row], *names[4:]], default="ok").astype("<U20")
    chance = np.full(len(targets), np.nan)
    for name, ask in ASKED.items():
        asked = np.flatnonzero((method[row] == name) & (found == "ok") & (state[row] != "constant"))
        if len(asked):
            own, peers = row[asked], _peers(table, history, np.arange(len(table.name)))
            part = (peers[0][own], peers[1][own])
            chance[asked] = ask(history[own], step[asked].astype(int), goal[asked], code[asked], part)
    still = (found == "ok") & (state[row] == "constant")
    chance = np.where(still, _meets(history[row, -1], goal, code), chance)
    found = np.where((found == "ok") & np.isnan(chance), "too_few", found)
    return targets.assign(step=np.where(known, step, np.nan), probability=chance, target_state=found)


def _meets(value: Floats, goal: Floats, code: Texts) -> Floats:
    tests = [code == "gt", code == "le", code == "lt"]
    return np.select(tests, [value > goal, value <= goal, value < goal], default=value >= goal).astype(float)


def _ask_level(history: Floats, step: Ints, goal: Floats, code: Texts, peers: tuple[Floats, Floats]) -> Floats:
    up = level.probability_at_least(level.fit(history, int(step.max())), step, goal)
    return np.where(np.isin(code, LESS), 1 - up, up)


def _ask_share(history: Floats, step: Ints, goal: Floats, code: Texts, peers: tuple[Floats, Floats]) -> Floats:
    longest = int(step.max())
    up = share.probability_at_least(share.fit(history, longest), step, goal)
    down = share.probability_at_most(history, longest, step, goal)
    return np.where(np.isin(code, LESS), down, up)


def _ask_growth(history: Floats, step: Ints, goal: Floats, code: Texts, peers: tuple[Floats, Floats]) -> Floats:
    fitted = growth.towards(_growth_fit(history), *peers)
    with np.errstate(invalid="ignore", divide="ignore"):
        up = growth_average.yearly_probability_at_least(fitted, np.log1p(np.maximum(goal, -99.999) / 100))
    return np.where(np.isin(code, LESS), 1 - up, up)


def _ask_count(history: Floats, step: Ints, goal: Floats, code: Texts, peers: tuple[Floats, Floats]) -> Floats:
    least = np.where(code == "gt", np.floor(goal) + 1, np.ceil(goal))
    most = np.where(code == "lt", np.ceil(goal) - 1, np.floor(goal))
    up = count.at_least_probability(history, step.astype(float), least)
    return np.where(np.isin(code, LESS), count.at_most_probability(history, step.astype(float), most), up)


def _ask_linear(history: Floats, step: Ints, goal: Floats, code: Texts, peers: tuple[Floats, Floats]) -> Floats:
    up = linear.probability_at_least(linear.fit(history, step.astype(float)), goal)
    return np.where(np.isin(code, LESS), 1 - up, up)


ASKED = {"level": _ask_level, "share": _ask_share, "growth": _ask_growth, "count": _ask_count, "linear": _ask_linear}
