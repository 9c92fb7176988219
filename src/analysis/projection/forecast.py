"""Any table of yearly series -> distributions, one row a series and step, and probabilities of targets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.projection import spacing
from analysis.projection.method import count, cumulative, growth, growth_average, level, linear, share, vanish, zeros
from analysis.projection.series_table import EXACT, LONGEST_SERIES, SILENT, Settled, Table, settle, take
from analysis.schema.codelist import QUANTILE_LEVELS

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int_]
    Texts = NDArray[np.str_]

QUANTILES = tuple(f"q{one}" for one in QUANTILE_LEVELS)
COLUMNS = ("series", "kind", "step", "t", "mean", "median", *QUANTILES, "state")
LESS = ("le", "lt")
TO_ZERO = ("level", "zeros", "count", "share")
COMPARATORS = ("ge", "gt", "le", "lt")


def forecast(table: Table, horizon: int) -> pd.DataFrame:
    """Return one row a series and step (COLUMNS); the figures of a silent state are empty."""
    settled = settle(table)
    size, state = len(table.name), settled.state
    mean, drawn = np.full((size, horizon), np.nan), np.full((size, horizon, len(QUANTILE_LEVELS)), np.nan)
    peers = _peers(table, settled.history)
    for name, project in METHODS.items():
        rows = np.flatnonzero((settled.method == name) & ~np.isin(state, SILENT))
        if len(rows):
            with np.errstate(all="ignore"):
                mean[rows], drawn[rows] = project(take(settled, rows), horizon, (peers[0][rows], peers[1][rows]))
    with np.errstate(all="ignore"):
        mean, drawn = mean / settled.times[:, None], drawn / settled.times[:, None, None]
    lacking = ~(np.isfinite(mean).all(axis=1) & np.isfinite(drawn).all(axis=(1, 2))) & ~np.isin(state, SILENT)
    mean[lacking], drawn[lacking] = np.nan, np.nan
    state = np.where(lacking, "out_of_range", state)  # so large or so small that nothing can be computed
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
    rows_ = pd.DataFrame(columns | {"state": np.repeat(state, horizon)})[list(COLUMNS)]
    dated = np.repeat(~np.isnan(table.history).all(axis=1) & (state != "bad_time"), horizon)
    return rows_.assign(t=rows_["t"].where(dated))


def _peers(table: Table, history: Floats) -> tuple[Floats, Floats]:
    """Return the medians of mean and standard deviation of log growth over the other series of each one's panel."""
    found = np.full(len(history), np.nan), np.full(len(history), np.nan)
    growing = np.flatnonzero(table.kind == "growth")
    if not len(growing):
        return found
    fitted = _growth_fit(history[growing])
    panels = table.panel[growing]
    usable = ~np.isnan(fitted.drift) & (panels != "")
    for panel in np.unique(panels[usable]):
        same = np.flatnonzero(usable & (panels == panel))
        for kept, values in zip(found, (fitted.drift, fitted.spread), strict=True):
            kept[growing[same]] = _median_of_others(values[same])
    return found


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
    """Fit rates in percent; a year whose rate is not known is left out."""
    with np.errstate(invalid="ignore", divide="ignore"):
        rates = np.log1p(history / 100)
    recent = spacing.figures(rates, growth_average.MOST_CHANGES).value
    bad = np.isinf(recent).any(axis=1, keepdims=True)
    took = np.where(np.isnan(recent), np.nan, 1.0)
    return growth.of_changes(np.where(bad, np.nan, recent), took, np.zeros(len(history)))


Peers = tuple["Floats", "Floats"]


def _level(settled: Settled, horizon: int, peers: Peers) -> tuple[Floats, Floats]:
    fitted = level.fit(settled.history, horizon)
    mean, drawn = level.mean(fitted), level.quantiles(fitted)
    for step in range(horizon):  # what falls towards zero may be there
        none = vanish.chance(settled.history, np.full(len(mean), step + 1.0))
        none = np.where(np.nan_to_num(none) < vanish.NEGLIGIBLE, 0.0, none)
        drawn[:, step] = vanish.with_atom(drawn[:, step], np.array(QUANTILE_LEVELS), none)
        mean[:, step] *= 1 - none
    return mean, drawn


def _zeros(settled: Settled, horizon: int, peers: Peers) -> tuple[Floats, Floats]:
    fitted = zeros.fit(settled.history, horizon)
    return zeros.mean(fitted), zeros.quantiles(fitted)


def _share(settled: Settled, horizon: int, peers: Peers) -> tuple[Floats, Floats]:
    fitted = share.fit(settled.history, horizon)
    return share.mean(fitted), share.quantiles(fitted)


def _growth(settled: Settled, horizon: int, peers: Peers) -> tuple[Floats, Floats]:
    fitted = growth.towards(_growth_fit(settled.history), *peers)
    levels = np.array([*QUANTILE_LEVELS, *(np.arange(1, 20) / 20)])
    drawn = 100 * np.expm1(growth_average.yearly_quantiles(fitted, levels))
    size = len(QUANTILE_LEVELS)
    mean = np.repeat(drawn[:, size:].mean(axis=1)[:, None], horizon, axis=1)
    return mean, np.repeat(drawn[:, None, :size], horizon, axis=1)


def _by_step(size: int, horizon: int, one: Callable[[Floats], tuple[Floats, Floats]]) -> tuple[Floats, Floats]:
    """Return mean and quantiles of every step from a function of the step, an element a series."""
    made = [one(np.full(size, float(step))) for step in range(1, horizon + 1)]
    return np.column_stack([mean for mean, _ in made]), np.stack([drawn for _, drawn in made], axis=1)


def _count(settled: Settled, horizon: int, peers: Peers) -> tuple[Floats, Floats]:
    past = settled.history
    return _by_step(len(past), horizon, lambda step: (count.mean(past, step), count.quantiles(past, step)))


def _x_of_n(settled: Settled, horizon: int, peers: Peers) -> tuple[Floats, Floats]:
    past, units = settled.history, settled.units

    def one(step: Floats) -> tuple[Floats, Floats]:
        return count.share_mean(past, units, step), count.share_quantiles(past, units, step)

    return _by_step(len(past), horizon, one)


def _flows(history: Floats) -> Floats:
    """Return the yearly flows of running totals; over missing years each year's part; where a total fell, its source was
    corrected and the flow of that year is not known.
    """
    flows = np.diff(spacing.filled(history), axis=1)
    return np.where(flows < 0, np.nan, flows)


def _coming(settled: Settled, step: Floats) -> Floats:
    """Return the law of what comes to running totals in so many years."""
    flows = _flows(settled.history)
    known = np.isnan(flows[:, -1])
    flows[known, -1] = np.nanmedian(np.where(np.isnan(flows[known]), 0.0, flows[known]), axis=1)
    return cumulative.law(flows, step, np.ones(len(step)))


def _total(settled: Settled, horizon: int, peers: Peers) -> tuple[Floats, Floats]:
    last = settled.history[:, -1]

    def one(step: Floats) -> tuple[Floats, Floats]:
        law = _coming(settled, step)
        fine = cumulative.quantiles(last, law, tuple((np.arange(100) + 0.5) / 100))
        return fine.mean(axis=1), cumulative.quantiles(last, law)

    mean, drawn = _by_step(len(last), horizon, one)
    return np.maximum.accumulate(mean, axis=1), np.maximum.accumulate(drawn, axis=1)


def _ask_total(settled: Settled, step: Ints, goal: Floats, code: Texts, peers: Peers) -> Floats:
    coming = _coming(settled, step.astype(float))
    return _in_direction(cumulative.probability_at_least(settled.history[:, -1], coming, _beyond(goal, code)), code)


def _linear(settled: Settled, horizon: int, peers: Peers) -> tuple[Floats, Floats]:
    def one(step: Floats) -> tuple[Floats, Floats]:
        fitted = linear.fit(settled.history, step)
        return fitted.centre, linear.quantiles(fitted)

    return _by_step(len(settled.history), horizon, one)


METHODS = {
    "level": _level,
    "zeros": _zeros,
    "share": _share,
    "growth": _growth,
    "count": _count,
    "x_of_n": _x_of_n,
    "total": _total,
    "linear": _linear,
}


def probabilities(table: Table, targets: pd.DataFrame) -> pd.DataFrame:
    """Return `targets` (columns series, t, target, comparator as text) with step and probability of each.

    state: ok, or why there is none: unknown_series, bad_target, bad_comparator, closed (not after the last figure), or the
    series' own.
    """
    settled = settle(table)
    peers, state = _peers(table, settled.history), settled.state
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
        asked = np.flatnonzero((settled.method[row] == name) & (found == "ok"))
        if len(asked):
            own = row[asked]
            scaled = goal[asked] * settled.times[own]
            part = (peers[0][own], peers[1][own])
            with np.errstate(all="ignore"):
                chance[asked] = ask(take(settled, own), step[asked].astype(int), scaled, code[asked], part)
    to_zero = np.flatnonzero((found == "ok") & (goal == 0) & (code == "le") & np.isin(settled.method[row], TO_ZERO))
    chance[to_zero] = vanish.chance(settled.history[row[to_zero]], step[to_zero])
    found = np.where((found == "ok") & np.isnan(chance), "out_of_range", found)
    return targets.assign(step=np.where(known, step, np.nan), probability=chance, target_state=found)


def _in_direction(up: Floats, code: Texts) -> Floats:
    return np.where(np.isin(code, LESS), 1 - up, up)


def _ask_level(settled: Settled, step: Ints, goal: Floats, code: Texts, peers: Peers) -> Floats:
    fitted = level.fit(settled.history, int(step.max()))
    return _in_direction(level.probability_at_least(fitted, step, _beyond(goal, code)), code)


def _beyond(goal: Floats, code: Texts) -> Floats:
    """Return the threshold to be reached where a figure that may stand exactly on the target must pass it, or may be it."""
    return np.where(np.isin(code, ("gt", "le")), np.nextafter(goal, np.inf) + EXACT * np.abs(goal), goal)


def _ask_zeros(settled: Settled, step: Ints, goal: Floats, code: Texts, peers: Peers) -> Floats:
    fitted = zeros.fit(settled.history, int(step.max()))
    return _in_direction(zeros.probability_at_least(fitted, step, _beyond(goal, code)), code)


def _ask_share(settled: Settled, step: Ints, goal: Floats, code: Texts, peers: Peers) -> Floats:
    longest = int(step.max())
    up = share.probability_at_least(share.fit(settled.history, longest), step, goal)
    down = share.probability_at_most(settled.history, longest, step, goal)
    return np.where(np.isin(code, LESS), down, up)


def _ask_growth(settled: Settled, step: Ints, goal: Floats, code: Texts, peers: Peers) -> Floats:
    fitted = growth.towards(_growth_fit(settled.history), *peers)
    with np.errstate(invalid="ignore", divide="ignore"):
        up = growth_average.yearly_probability_at_least(fitted, np.log1p(np.maximum(goal, -99.999) / 100))
    return _in_direction(up, code)


def _whole(goal: Floats, code: Texts) -> tuple[Floats, Floats]:
    """Return the least whole number that meets a target from below and the most that meets one from above."""
    least = np.where(code == "gt", np.floor(goal + EXACT) + 1, np.ceil(goal - EXACT))
    return least, np.where(code == "lt", np.ceil(goal - EXACT) - 1, np.floor(goal + EXACT))


def _ask_count(settled: Settled, step: Ints, goal: Floats, code: Texts, peers: Peers) -> Floats:
    least, most = _whole(goal, code)
    up = count.at_least_probability(settled.history, step.astype(float), least)
    return np.where(np.isin(code, LESS), count.at_most_probability(settled.history, step.astype(float), most), up)


def _ask_x_of_n(settled: Settled, step: Ints, goal: Floats, code: Texts, peers: Peers) -> Floats:
    least, most = _whole(goal, code)
    ahead = step.astype(float)
    up = count.share_probability(settled.history, settled.units, ahead, least)
    down = 1 - count.share_probability(settled.history, settled.units, ahead, most + 1)
    return np.where(np.isin(code, LESS), down, up)


def _ask_linear(settled: Settled, step: Ints, goal: Floats, code: Texts, peers: Peers) -> Floats:
    fitted = linear.fit(settled.history, step.astype(float))
    return _in_direction(linear.probability_at_least(fitted, _beyond(goal, code)), code)


ASKED = {
    "level": _ask_level,
    "zeros": _ask_zeros,
    "share": _ask_share,
    "growth": _ask_growth,
    "count": _ask_count,
    "x_of_n": _ask_x_of_n,
    "total": _ask_total,
    "linear": _ask_linear,
}
