"""Any table of yearly series as it is given: which method answers each, and whatever is wrong with a series is its `state`.

level: method H2; with zeros among figures that are never negative the chance of nothing apart; with negative figures linear.
growth: percent a year, beside the medians of its panel. share: percent of a whole, or parts of one (0.96), as the figures or
`limit` say. count: whole numbers; of `limit` units where that is given; above thirty a level. total: a running total, which
never falls: its last figure and the flows to come. Missing years are spacing.
States with figures: ok, constant, merged (a year given twice alike), gaps, zeros, not_positive, not_whole; without: too_few,
conflict (a year given twice, differing), not_finite, out_of_range, mixed_scale (a share on both sides of 1: percent or parts
of one?), bad_limit, bad_time, unknown_kind. `notes` says what else was noticed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.projection import spacing
from analysis.projection.method import count, still

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int_]
    Flags = NDArray[np.bool_]
    Texts = NDArray[np.str_]

KINDS = ("level", "growth", "share", "count", "total")
LIMITED = ("share", "count")
LEAST_POINTS = 5
SILENT = ("too_few", "conflict", "not_finite", "out_of_range", "mixed_scale", "bad_limit", "bad_time", "unknown_kind")
TOLD_BY_NOTES = ("ok", "gaps", "zeros")  # states of which a note says more
LONGEST_SERIES = 400  # years between the first and the last figure of a series
MOST_COUNTED = 4 * count.LARGE  # a series of counts that has been higher is a level
LARGE_UNITS = 200  # from so many units on "x of N" is an ordinary share
EXACT = 1e-9


@dataclass(frozen=True)
class Table:
    """The series of a file: name, kind, panel, limit (NaN none), state, year of the last figure; history series x years,
    newest last.
    """

    name: Texts
    kind: Texts
    panel: Texts
    limit: Floats
    state: Texts
    last: Ints
    history: Floats


@dataclass(frozen=True)
class Settled:
    """How each series is projected: its method, final state, and history in the unit of the method, which is that of the
    file times `times`; `units` N of "x of N".
    """

    method: Texts
    state: Texts
    history: Floats
    times: Floats
    units: Floats


def read(rows: pd.DataFrame) -> Table:
    """Return the series of rows with the text columns series, t, value and, if there, kind, panel and limit."""
    rows = rows.assign(number=pd.factorize(rows["series"])[0])
    first = rows.drop_duplicates("number")
    kind = first["kind"].str.strip().str.lower().to_numpy(str) if "kind" in rows else np.full(len(first), "level")
    kind = np.where(kind == "", "level", kind)
    panel = first["panel"].to_numpy(str) if "panel" in rows else np.full(len(first), "")
    limit, bad_limit = _limits(rows, len(first))
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
    tests = [~np.isin(kind, KINDS), bad_limit, untimed | wide, broken, conflict, merged]
    names = ["unknown_kind", "bad_limit", "bad_time", "not_finite", "conflict", "merged"]
    state = np.select(tests, names, default="ok")
    return Table(first["series"].to_numpy(str), kind, panel, limit, state.astype("<U20"), last, history)


def _limits(rows: pd.DataFrame, size: int) -> tuple[Floats, Flags]:
    """Return the limit of each series, NaN where none is given, and which have one that is no positive number or several."""
    if "limit" not in rows:
        return np.full(size, np.nan), np.zeros(size, dtype=bool)
    text = rows["limit"].str.strip()
    value = pd.to_numeric(text, errors="coerce")
    wrong = (text != "") & ~(np.isfinite(value) & (value > 0))
    several = value.groupby(rows["number"]).transform("nunique") > 1
    limit = value.groupby(rows["number"]).first().reindex(range(size)).to_numpy(float)
    return limit, _any(rows["number"], (wrong | several).to_numpy(), size)


def _any(number: pd.Series, test: Flags, size: int | None = None) -> Flags:
    return np.bincount(number, test, size or int(number.max()) + 1) > 0


def _grid(rows: pd.DataFrame, size: int) -> tuple[Floats, Ints, Flags]:
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


@dataclass(frozen=True)
class _Seen:
    """What is seen of the figures of each series: least, greatest, number; whether all are whole."""

    lowest: Floats
    highest: Floats
    points: Ints
    whole: Flags


def _seen(history: Floats) -> _Seen:
    known = ~np.isnan(history)
    lowest = np.where(known, history, np.inf).min(axis=1, initial=np.inf)
    highest = np.where(known, history, -np.inf).max(axis=1, initial=-np.inf)
    return _Seen(lowest, highest, known.sum(axis=1), (~known | (history == np.round(history))).all(axis=1))


def whole_of(table: Table) -> tuple[Floats, Flags]:
    """Return what the whole of each share is in the file, 100 or 1 or the limit given (NaN for other kinds), and of which
    shares nobody can say: with figures on both sides of 1, or with nothing but zeros and ones.
    """
    history, is_share = table.history, table.kind == "share"
    with np.errstate(invalid="ignore"):
        parts = ((history > 0) & (history < 1)).any(axis=1)
        percent = (history > 1).any(axis=1)
        one = (history == 1).any(axis=1)
    recognised = np.where(parts, 1.0, 100.0)
    unclear = is_share & np.isnan(table.limit) & ((parts & percent) | (one & ~parts & ~percent))
    whole = np.where(np.isnan(table.limit), recognised, table.limit)
    return np.where(is_share, whole, np.nan), unclear


def settle(table: Table) -> Settled:
    """Return the method and final state of each series, and the history in the method's unit."""
    whole, unclear = whole_of(table)
    seen, kind = _seen(table.history), table.kind
    units = np.where((kind == "count") & seen.whole, table.limit, np.nan)
    of_units = ~np.isnan(units) & (units <= LARGE_UNITS) & (units == np.round(units))
    of_whole = (kind == "count") & ~np.isnan(table.limit) & ~of_units
    top = np.where(kind == "share", whole, table.limit)
    times = np.where((kind == "share") | of_whole, 100 / top, 1.0)
    method = _method(table, seen, of_units, of_whole)
    tests = [
        unclear,
        (kind == "total") & (seen.lowest < 0),
        np.isin(kind, LIMITED) & ((seen.lowest < 0) | (seen.highest > np.where(np.isnan(top), np.inf, top * (1 + EXACT)))),
        (kind == "growth") & (seen.lowest <= -100),
        seen.points < LEAST_POINTS,
        (still.run(table.history) > 0) & (method != "x_of_n") & ~np.isin(kind, ["count", "total"]),
        (kind == "count") & ~seen.whole,
        method == "linear",
        method == "zeros",
        spacing.gapped(table.history),
    ]
    names = [
        "mixed_scale",
        "out_of_range",
        "out_of_range",
        "out_of_range",
        "too_few",
        "constant",
        "not_whole",
        "not_positive",
        "zeros",
        "gaps",
    ]
    found = np.select(tests, names, default="")
    free = np.isin(table.state, ["ok", "merged"])
    state = np.where(free & (found != ""), found, table.state)
    with np.errstate(over="ignore"):
        history = np.where(np.isnan(times)[:, None], table.history, table.history * times[:, None])
    return Settled(method, state, np.minimum(history, np.where(times != 1, 100.0, np.inf)[:, None]), times, units)


def _method(table: Table, seen: _Seen, of_units: Flags, of_whole: Flags) -> Texts:
    """Return the name of the method of each series."""
    kind, newest = table.kind, table.history[:, -1]
    few = (newest <= count.LARGE) | (seen.lowest == 0)
    counted = (kind == "count") & seen.whole & few & (seen.highest <= MOST_COUNTED)
    tests = [
        kind == "growth",
        kind == "total",
        (kind == "share") | of_whole,
        of_units,
        counted,
        seen.lowest < 0,
        seen.lowest == 0,
    ]
    return np.select(tests, ["growth", "total", "share", "x_of_n", "count", "linear", "zeros"], default="level").astype(
        "<U10"
    )


def notes(table: Table) -> list[list[tuple[str, dict[str, float]]]]:
    """Return for each series with figures what was noticed besides its state: keys of forecast_note_* with their numbers."""
    settled, (whole, _) = settle(table), whole_of(table)
    points, missing = (~np.isnan(table.history)).sum(axis=1), spacing.missing(table.history)
    nothing = (table.history == 0).sum(axis=1)
    method = settled.method
    noticed = {
        "gaps": missing > 0,
        "zeros": (method == "zeros") & (nothing > 0),
        "fraction": whole == 1,
        "limit": method == "x_of_n",
        "fell": (method == "total") & (np.diff(spacing.filled(table.history), axis=1) < 0).any(axis=1),
    }
    numbers = {"missing": missing, "points": points, "number": nothing, "limit": settled.units}
    silent = np.isin(settled.state, SILENT)
    found: list[list[tuple[str, dict[str, float]]]] = []
    for row in range(len(table.name)):
        own = {name: float(values[row]) for name, values in numbers.items()}
        found.append([(key, own) for key, rows in noticed.items() if rows[row] and not silent[row]])
    return found


def take(settled: Settled, rows: Ints) -> Settled:
    """Return some of the series."""
    names = ("method", "state", "history", "times", "units")
    return Settled(*(getattr(settled, name)[rows] for name in names))
