"""The track record as it is told: which rows are spoken of, what was said beside what came true, where they part.

A figure is found by its key, `data|method|scheme|points|horizon|measure|column`; whatever the record lacks is left out.
`track_text` and `track_score` make the sentences and tables, `track_page` the page.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.trial import record, requirement, score

Row = dict[str, Any]
Figures = Mapping[str, float]
FILE = "track_record.csv"
KEY = ("data", "method", "scheme", "points", "horizon", "measure")
PERCENTS = ("50", "80", "95")
USUAL_POINTS = "10"  # years of history that the tables are given for, where there are several
AROUND = 0.8  # the chance that the leading sentence speaks of
CLEAR = 0.03  # a range off by less than three of a hundred is not spoken of
CLEAR_CHANCE, GROSS_CHANCE = 0.05, 0.1  # of a chance; the gross ones are told one by one
CLASS = re.compile(r"said_\d\d")
LEVEL = re.compile(r"at_least_([\d.]+)")
TENTHS = 10  # parts of a law into which outcomes fall (record.of_pit)
DRIFT = {"h2": "drift", "peers": "log_drift_t"}  # the random walk with drift beside each method


@dataclass(frozen=True)
class Kind:
    """A kind of data that was tested: its name (`track_kind_NAME`) and where its rows stand; `part`: a sector.

    `unseen`: nothing was ever learnt from it.
    """

    name: str
    data: str
    method: str
    scheme: str
    horizon: str
    part: str = ""
    unseen: bool = False


SECTORS = ("total", "agriculture", "industry", "services")
KINDS = (
    Kind("levels", "M1+M3", "h2", "last", ""),
    Kind("gaps", "M1+M3", "h2", "gaps", ""),
    Kind("moved", "M1->M3", "h2", "last", ""),
    Kind("back", "M3->M1", "h2", "last", ""),
    Kind("growth", "world", "peers", "past_only", "5"),
    Kind("shares", "undp", "share", "country_folds", "4"),
    *(Kind("region_growth", "philippines", "peers", one, "5", one, True) for one in SECTORS),
    *(Kind("region_levels", "philippines", "h2", one, "", one, True) for one in SECTORS),
    *(Kind("provinces", "provinces", "peers", "rolling", years, "", True) for years in ("1", "2")),
    Kind("lines", "M1+M3", "linear_t", "last", "", "", True),
    Kind("rates", "world", "linear_t", "every_origin", "", "", True),
)
LEADING = ("levels", "growth")
DRAWN = ("levels", "growth", "shares")


@dataclass(frozen=True)
class Pair:
    """What was said (`said`, the key of its row) and how often it came true (`met`); `cases` 0: not counted.

    `alone`: all cases are of one series, which tells nothing of the spread.
    """

    kind: Kind
    points: str
    said: str
    met: str
    low: float | None
    high: float | None
    cases: int
    alone: bool


@dataclass(frozen=True)
class Record:
    """The figures by key, and the rows of each place (`data`, `method`, `scheme`, `horizon`) by points and measure.

    `missed`: the requirements that do not hold, as they stand in `trial/requirement.csv`.
    """

    figures: Figures
    rows: Mapping[tuple[str, ...], Mapping[str, Mapping[str, Row]]]
    missed: Sequence[Mapping[str, str]]


@functools.cache
def read() -> Record:
    """Return the shipped track record with the figures of other libraries and what was asked, read once."""
    return of_rows(record.read(record.FOLDER / FILE) + requirement.beside(), requirement.asked())


def of_rows(rows: Sequence[Mapping[str, str]], asked: Sequence[Mapping[str, str]] = ()) -> Record:
    """Return the record of rows as record.read gives them; an interval never leaves [0, 1]."""
    figures: dict[str, float] = {f"nominal|{percent}": int(percent) / 100 for percent in (*PERCENTS, "20")}
    placed: dict[tuple[str, ...], dict[str, dict[str, Row]]] = {}
    for text in rows:
        key = _key(text)
        row: Row = {**text, "key": key}
        for name in ("value", "low", "high", "cases"):
            row[name] = _figure(name, text[name])
            if row[name] is not None:
                figures[f"{key}|{name}"] = row[name]
        figures |= {f"{key}|{name}": int(text[name]) for name in ("points", "horizon") if text[name].isdigit()}
        level = LEVEL.match(text["scheme"])
        if level:
            figures[f"{key}|level"] = float(level[1])
        place = (text["data"], text["method"], text["scheme"], text["horizon"])
        placed.setdefault(place, {}).setdefault(text["points"], {})[text["measure"]] = row
    judged = requirement.judge(asked, rows)
    counts = {
        f"requirement|{word}": sum(one.met is met for one in judged) for word, met in (("met", True), ("missed", False))
    }
    missed = [one for one, found in zip(asked, judged, strict=True) if found.met is False]
    for one in missed:
        figures |= {f"{_key(one)}|{name}": float(one[name]) for name in ("aim", "limit") if one[name]}
    return Record(figures | counts | _beside_base(placed) | dict(_derived(placed, figures)), placed, missed)


def _beside_base(placed: Mapping[tuple[str, ...], Mapping[str, Mapping[str, Row]]]) -> dict[str, float]:
    """Return of each method that what is kept is tried with how often it erred less than its group's own share did."""
    counts: dict[str, float] = {}
    for (_, method, _, _), by_points in placed.items():
        for rows in by_points.values():
            if {"brier", "brier_base"} <= rows.keys():
                better = rows["brier"]["value"] < rows["brier_base"]["value"]
                counts[f"{method}|less"] = counts.get(f"{method}|less", 0) + better
                counts[f"{method}|tried"] = counts.get(f"{method}|tried", 0) + 1
    return counts


def _key(row: Mapping[str, str]) -> str:
    return "|".join(row[name] for name in KEY)


def _figure(name: str, text: str) -> float | int | None:
    if not text:
        return None
    if name == "cases":
        return int(text)
    return float(text) if name == "value" else min(max(float(text), 0.0), 1.0)


def _derived(
    placed: Mapping[tuple[str, ...], Mapping[str, Mapping[str, Row]]], figures: Figures
) -> Iterator[tuple[str, float]]:
    """Yield what follows from the rows: Wilson's intervals, skills, and where in their laws outcomes fell."""
    for by_points in placed.values():
        for rows in by_points.values():
            for one in rows.values():
                if one["measure"].startswith("inside_") and one["cases"]:
                    ends = score.wilson(one["value"], one["cases"])
                    yield from (
                        (f"{one['key']}|wilson_{end}", value) for end, value in zip(("low", "high"), ends, strict=True)
                    )
            yield from _skills(rows, figures)
            tenths = [rows[f"pit_{place}"]["value"] for place in range(TENTHS) if f"pit_{place}" in rows]
            if len(tenths) == TENTHS:
                yield f"{rows['pit_0']['key']}|outer", tenths[0] + tenths[-1]
                yield f"{rows['pit_0']['key']}|upper", sum(tenths[TENTHS // 2 :])


def _skills(rows: Mapping[str, Row], figures: Figures) -> Iterator[tuple[str, float]]:
    """Yield the skill of reaching exactly 100 % against its base rate, and of CRPS against drift."""
    own, base = rows.get("brier_full"), rows.get("brier_full_base")
    if own and base:
        yield f"{own['key']}|skill", score.skill(own["value"], base["value"])
    crps = rows.get("crps")
    if crps and crps["method"] in DRIFT:
        other = figures.get(f"{crps['key'].replace(crps['method'], DRIFT[crps['method']])}|value")
        if other:
            yield f"{crps['key']}|drift", other
            yield f"{crps['key']}|skill", score.skill(crps["value"], other)


def points_of(found: Record, kind: Kind, measure: str = "inside_80") -> str | None:
    """Return the years of history a kind is spoken of with: ten where there are, else the most below; None: not tested."""
    by_points = found.rows.get((kind.data, kind.method, kind.scheme, kind.horizon), {})
    known = sorted((one for one, rows in by_points.items() if any(name.startswith(measure) for name in rows)), key=int)
    if USUAL_POINTS in known:
        return USUAL_POINTS
    return known[-1] if known else None


def rows_of(found: Record, kind: Kind, points: str | None) -> Mapping[str, Row]:
    """Return the rows of a kind by measure, {} where it was not tested."""
    by_points = found.rows.get((kind.data, kind.method, kind.scheme, kind.horizon), {})
    return by_points.get(points or "", {})


def of_method(found: Record, kind: Kind, method: str) -> Mapping[str, Row]:
    """Return the rows of another method on the data of a kind."""
    by_points = found.rows.get((kind.data, method, kind.scheme, kind.horizon), {})
    return by_points.get(points_of(found, kind) or "", {})


def classes(found: Record, kind: Kind) -> list[Pair]:
    """Return each class of probability, least first: with the interval where the record has `reliability_LOW_HIGH` rows."""
    points = points_of(found, kind, "said_0")
    rows = rows_of(found, kind, points)
    said = sorted(name for name in rows if CLASS.fullmatch(name))
    bounded = sorted((name for name in rows if name.startswith("reliability_")), key=lambda name: float(name.split("_")[1]))
    met = bounded if len(bounded) == len(said) else [name.replace("said", "met") for name in said]
    return [_pair(kind, str(points), rows[a], rows[b]) for a, b in zip(said, met, strict=True) if b in rows]


def ahead(found: Record, kind: Kind) -> list[Pair]:
    """Return what was said and met of growing as before and 1, 2, 3 points a year faster."""
    points = points_of(found, kind, "said_plus")
    rows = rows_of(found, kind, points)
    names = sorted(name for name in rows if name.startswith("said_plus_"))
    met = [name.replace("said", "met") for name in names]
    return [_pair(kind, str(points), rows[a], rows[b]) for a, b in zip(names, met, strict=True) if b in rows]


def _pair(kind: Kind, points: str, said: Row, met: Row) -> Pair:
    low, high = met["low"], met["high"]
    alone = low is not None and low == high
    if low is None or high is None or alone:
        low = high = None
    return Pair(kind, points, said["key"], met["key"], low, high, int(met["cases"] or 0), alone)


def points_drawn(found: Record) -> list[Row]:
    """Return what the chart draws: a row a class of probability with what was said, what came true, interval and cases."""
    return [
        {
            "kind": kind.name,
            "said": found.figures[f"{one.said}|value"],
            "met": found.figures[f"{one.met}|value"],
            "low": one.low,
            "high": one.high,
            "cases": one.cases,
        }
        for kind in KINDS
        if kind.name in DRAWN
        for one in classes(found, kind)
    ]


def tenths_drawn(found: Record) -> list[Row]:
    """Return what the chart of tenths draws: a row a tenth of the laws of a kind with the share of outcomes inside."""
    return [
        {
            "kind": kind.name,
            "tenth": place + 1,
            "share": rows[f"pit_{place}"]["value"],
            "cases": rows[f"pit_{place}"]["cases"],
        }
        for kind in KINDS
        if kind.name in LEADING and "pit_0" in (rows := rows_of(found, kind, points_of(found, kind)))
        for place in range(TENTHS)
    ]


def nearest(found: Record, kind: Kind) -> Pair | None:
    """Return the class of probability that is nearest to 8 of 10."""
    return min(classes(found, kind), key=lambda one: abs(found.figures[f"{one.said}|value"] - AROUND), default=None)


def outside(found: Record) -> list[tuple[Kind, Row, float]]:
    """Return of each kind the range that is furthest off, where its interval leaves out what it should hold; worst first.

    The third is what it held more than it should.
    """
    made = []
    for kind in KINDS:
        off = []
        for percent in PERCENTS:
            row = rows_of(found, kind, points_of(found, kind)).get(f"inside_{percent}")
            gap = row["value"] - int(percent) / 100 if row else 0.0
            if row and row["low"] is not None and abs(gap) >= CLEAR and not row["low"] <= int(percent) / 100 <= row["high"]:
                off.append((kind, row, gap))
        made += sorted(off, key=lambda one: -abs(one[2]))[:1]
    return sorted(made, key=lambda one: -abs(one[2]))


def mistaken(found: Record) -> list[tuple[Pair, bool]]:
    """Return where clearly more was said than came true (True) or less, the worst first.

    Of what is off by less than a tenth only the worst of each kind and direction.
    """
    off = []
    for kind in KINDS:
        for one in (*classes(found, kind), *ahead(found, kind)):
            said, met = (found.figures[f"{key}|value"] for key in (one.said, one.met))
            beyond = one.low is None or one.high is None or not one.low <= said <= one.high
            if beyond and one.cases and abs(said - met) >= CLEAR_CHANCE:
                off.append((abs(said - met), one, met < said))
    off.sort(key=lambda one: -one[0])
    told: list[tuple[Pair, bool]] = []
    for gap, one, less in off:
        if gap >= GROSS_CHANCE or not any((pair.kind, way) == (one.kind, less) for pair, way in told):
            told.append((one, less))
    return told
