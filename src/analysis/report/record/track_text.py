"""What was said and how often it came true, in words and tables, for the site's page and notebook 03.

Everything is made from `track_record.Record`; the page passes a `show` that binds each figure to its place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from analysis.reference import wording
from analysis.report.chart import chart_kind
from analysis.report.record import track_record
from analysis.report.record.track_record import (
    DRAWN,
    KINDS,
    LEADING,
    PERCENTS,
    Kind,
    Pair,
    Record,
    Row,
    ahead,
    classes,
    of_method,
    points_of,
    rows_of,
)
from analysis.report.words import number, sentence, table

if TYPE_CHECKING:
    import pandas as pd

Show = Callable[[str, str, str], str]  # key of a figure, form, language -> text
EACH_YEAR = "1–6"  # years ahead of which every one is tested (backtest.HORIZONS)
LITTLE = 0.1  # a skill below is hardly any
AS_GOOD = 0.97  # errors of more than so much of the other's are as large


def name(kind: Kind, lang: str) -> str:
    """Return what a kind of data is called."""
    part = wording.text(f"track_part_{kind.part}", lang) if kind.part else ""
    return wording.text(f"track_kind_{kind.name}", lang, part=part)


# ---- sentences


def lead(found: Record, lang: str, show: Show) -> str:
    """Return the leading sentence: how often what was called about 8 of 10 came true, how many a range of 80 % held."""
    parts = []
    for kind in _known(found):
        near = track_record.nearest(found, kind)
        inside = rows_of(found, kind, points_of(found, kind))["inside_80"]
        values: dict[str, object] = {
            "kind": wording.text(f"track_with_{kind.name}", lang),
            "nominal": show("nominal|80", "tenths:0", lang),
            "held": show(f"{inside['key']}|value", "tenths:1", lang),
        }
        if near:
            values |= {
                "said": show(f"{near.said}|value", "tenths:1", lang),
                "met": show(f"{near.met}|value", "tenths:1", lang),
            }
        parts.append(sentence.fill("track_lead_chance" if near else "track_lead_range", lang, values))
    return sentence.fill("track_lead", lang, {"parts": _joined(parts, "; ")}) if parts else wording.text("track_none", lang)


def _known(found: Record) -> list[Kind]:
    return [kind for kind in KINDS if kind.name in LEADING and points_of(found, kind)]


def _joined(parts: Sequence[str], between: str) -> str:
    marked = any(isinstance(part, Markup) for part in parts)
    return Markup(between).join(parts) if marked else between.join(parts)


def better(found: Record, lang: str, show: Show) -> list[str]:
    """Return the sentences that compare with simpler ways, as far as the record has their figures."""
    levels, growth, shares = (next(kind for kind in KINDS if kind.name == one) for one in DRAWN)
    made = []
    pooled = rows_of(found, levels, points_of(found, levels)).get("skill_pooled")
    if pooled:
        made.append(sentence.fill("track_skill", lang, {"skill": show(f"{pooled['key']}|value", "share:0", lang)}))
    places = {method: of_method(found, levels, method).get("mase") for method in ("h2", "drift")}
    if all(places.values()):
        means = {method: row for method, row in places.items() if row}
        as_large = means["h2"]["value"] > AS_GOOD * means["drift"]["value"]
        values = {method: show(f"{row['key']}|value", "decimal:2", lang) for method, row in means.items()}
        made.append(sentence.fill("track_point_same" if as_large else "track_point_less", lang, values))
    own = rows_of(found, growth, points_of(found, growth)).get("crps")
    drift = own and found.figures.get(own["key"].replace("peers", "log_drift_t") + "|value")
    if own and drift is not None:
        values = {
            "own": show(f"{own['key']}|value", "share:2", lang),
            "drift": show(own["key"].replace("peers", "log_drift_t") + "|value", "share:2", lang),
        }
        made.append(sentence.fill("track_growth_drift", lang, values))
    full = rows_of(found, shares, points_of(found, shares)).get("brier_full")
    if full and f"{full['key']}|skill" in found.figures:
        key = "track_full_hardly" if found.figures[f"{full['key']}|skill"] < LITTLE else "track_full"
        made.append(sentence.fill(key, lang, {"skill": show(f"{full['key']}|skill", "share:0", lang)}))
    return made


def narrow(found: Record, lang: str, show: Show) -> list[str]:
    """Return where ranges held clearly less than they should, the worst first."""
    return [_off(one, lang, show, "track_narrow") for one in track_record.outside(found) if one[2] < 0]


def wide(found: Record, lang: str, show: Show) -> list[str]:
    """Return where ranges held clearly more than they should."""
    return [_off(one, lang, show, "track_wide") for one in track_record.outside(found) if one[2] > 0]


def _off(one: tuple[Kind, Row, float], lang: str, show: Show, key: str) -> str:
    kind, row, _ = one
    values = {
        "kind": name(kind, lang),
        "years": ahead_of(kind, lang),
        "nominal": show(f"nominal|{row['measure'].removeprefix('inside_')}", "share:0", lang),
        "held": show(f"{row['key']}|value", "share:0", lang),
        "cases": show(f"{row['key']}|cases", "count", lang),
    }
    return sentence.fill(key, lang, values)


def mistaken(found: Record, lang: str, show: Show) -> list[str]:
    """Return where what was said came true clearly more or less often than said, the worst first."""
    return [_mistake(one, less, lang, show) for one, less in track_record.mistaken(found)]


def _mistake(one: Pair, less: bool, lang: str, show: Show) -> str:
    values = {
        "kind": name(one.kind, lang),
        "years": ahead_of(one.kind, lang),
        "said": show(f"{one.said}|value", "share:0", lang),
        "met": show(f"{one.met}|value", "share:0", lang),
        "cases": show(f"{one.met}|cases", "count", lang),
        "alone": wording.text("track_alone", lang) if one.alone else "",
    }
    return sentence.fill("track_too_sure" if less else "track_too_shy", lang, values)


def ahead_of(kind: Kind, lang: str) -> str:
    """Return how far ahead a kind was projected."""
    years = kind.horizon or EACH_YEAR
    return wording.text("track_year" if years == "1" else "track_years", lang, years=years)


# ---- tables: lines of text in one language


def seen(found: Record, lang: str, show: Show) -> list[list[str]]:
    """Return the lines of `coverage` of the kinds that the method was learnt from."""
    return coverage(found, [kind for kind in KINDS if not kind.unseen], lang, show)


def unseen(found: Record, lang: str, show: Show) -> list[list[str]]:
    """Return the lines of `coverage` of the kinds from which nothing was learnt."""
    return coverage(found, [kind for kind in KINDS if kind.unseen], lang, show)


def coverage(found: Record, kinds: Sequence[Kind], lang: str, show: Show) -> list[list[str]]:
    """Return a line a kind of data: years of history, years ahead, what the three ranges held, how often it was tried."""
    made = []
    for kind in kinds:
        points = points_of(found, kind)
        rows = rows_of(found, kind, points)
        if not all(f"inside_{percent}" in rows for percent in PERCENTS):
            continue
        inside = [rows[f"inside_{percent}"] for percent in PERCENTS]
        shares = [share(row, row["low"], row["high"], lang, show) for row in inside]
        given = show(f"{inside[0]['key']}|points", "count", lang)
        cases = show(f"{inside[0]['key']}|cases", "count", lang)
        made.append([name(kind, lang), *shares, cases, given, ahead_of(kind, lang)])
    return made


def wilson(found: Record, lang: str, show: Show) -> list[list[str]]:
    """Return a line a kind of data: what the three ranges held, with Wilson's interval, and how often it was tried."""
    made = []
    for kind in KINDS:
        rows = rows_of(found, kind, points_of(found, kind))
        inside = [rows[f"inside_{percent}"] for percent in PERCENTS if f"inside_{percent}" in rows]
        if len(inside) == len(PERCENTS) and all(row["cases"] for row in inside):
            shares = [
                _between(row, {end: f"{row['key']}|wilson_{end}" for end in ("low", "high")}, lang, show) for row in inside
            ]
            made.append([name(kind, lang), *shares, show(f"{inside[0]['key']}|cases", "count", lang)])
    return made


def share(row: Row, low: float | None, high: float | None, lang: str, show: Show) -> str:
    """Return a share with its interval in brackets where there is one."""
    if low is None or high is None:
        return show(f"{row['key']}|value", "share:0", lang)
    return _between(row, {end: f"{row['key']}|{end}" for end in ("low", "high")}, lang, show)


def _between(row: Row, ends: Mapping[str, str], lang: str, show: Show) -> str:
    values: dict[str, object] = {"value": show(f"{row['key']}|value", "share:0", lang)}
    values |= {end: show(key, "share:0", lang) for end, key in ends.items()}
    return sentence.fill("track_share", lang, values)


def said_and_met(found: Record, lang: str, show: Show) -> list[list[str]]:
    """Return a line a class of probability of each kind: what was said, how often it came true, how often it was said."""
    return [_line(one, lang, show) for kind in KINDS if kind.name in DRAWN for one in classes(found, kind)]


def growth_targets(found: Record, lang: str, show: Show) -> list[list[str]]:
    """Return a line a target set at the past pace and 1, 2, 3 points above it: said, came true, how often tried."""
    made = []
    for kind in KINDS:
        for one in ahead(found, kind):
            plus = one.said.rpartition("_")[2]
            goal = wording.text("track_as_before" if plus == "0" else "track_faster", lang, plus=plus)
            first, *rest = _line(one, lang, show)
            made.append([f"{first} ({ahead_of(kind, lang)})", goal, *rest])
    return made


def _line(one: Pair, lang: str, show: Show) -> list[str]:
    said, met = show(f"{one.said}|value", "share:0", lang), share({"key": one.met}, one.low, one.high, lang, show)
    return [name(one.kind, lang), said, met, show(f"{one.met}|cases", "count", lang) if one.cases else number.MISSING]


def by_length(found: Record, lang: str, show: Show) -> list[list[str]]:
    """Return a line a length of history: what the range of 80 % held of levels and of growth, and the skill of levels."""
    levels, growth = (next(kind for kind in KINDS if kind.name == one) for one in LEADING)
    places = [found.rows.get((one.data, one.method, one.scheme, one.horizon), {}) for one in (levels, growth)]
    made = []
    for points in sorted(set(places[0]) & set(places[1]), key=int):
        first, second = (place[points] for place in places)
        wanted = [first.get("inside_80"), second.get("inside_80"), first.get("skill_threshold")]
        if all(wanted):
            given = show(f"{first['inside_80']['key']}|points", "count", lang)
            made.append([given, *(show(f"{row['key']}|value", "share:0", lang) for row in wanted if row)])
    return made


RANGES = ("track_kind", "track_half", "track_eight", "track_nearly", "track_tried", "track_given", "track_ahead")
FORMS = "tnnnnnn"
NOMINAL = {"half": "nominal|50", "eighty": "nominal|80", "most": "nominal|95"}


# ---- notebook 03


def plainly(found: Record) -> Show:
    """Return how a notebook shows a figure: as text alone."""
    return lambda key, form, lang: number.show(found.figures[key], form, lang)


def said(lang: str) -> str:
    """Return the leading sentence as a notebook prints it."""
    found = track_record.read()
    return lead(found, lang, plainly(found))


def drawn(lang: str) -> Any:
    """Return the chart of what was said against what came true."""
    import pandas as pd

    rows: pd.DataFrame = pd.DataFrame(track_record.points_drawn(track_record.read()))
    kinds = [one for one in DRAWN if len(rows) and one in set(rows["kind"])]
    return chart_kind.drawn(chart_kind.reliability(lang, kinds), rows, False, lang)


def held(lang: str) -> dict[str, str]:
    """Return what the ranges of average growth held of what they should (`nominal`, `held`), {} where it was not tried."""
    found = track_record.read()
    growth = next(kind for kind in KINDS if kind.name == "growth")
    row = rows_of(found, growth, points_of(found, growth)).get("inside_80")
    if not row:
        return {}
    show = plainly(found)
    return {"nominal": show("nominal|80", "share:0", lang), "held": show(f"{row['key']}|value", "share:0", lang)}


def ranges(lang: str) -> table.Shown:
    """Return the table of how much the ranges held."""
    found = track_record.read()
    show = plainly(found)
    values = {at: show(key, "share:0", lang) for at, key in NOMINAL.items()}
    return table.shown(coverage(found, KINDS, lang, show), RANGES, FORMS, lang, False, **values)
