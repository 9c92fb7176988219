"""Sentences made from a row of out.progress: the answer, its reasons, the next step. Texts are wording.csv's.

Page, notebook and paper print the same sentence; the page passes a `show` that binds each number to its place.
"""

from __future__ import annotations

import functools
import string
from collections.abc import Callable, Mapping
from typing import Any

from markupsafe import Markup, escape

from analysis.reference import wording
from analysis.report.words import number

Show = Callable[[str, str, str], str]  # column of out.progress, form, language -> text
OPEN = ("likely", "effort", "behind", "risk", "reversing")
CLOSED = ("exceeded", "achieved", "missed")
EACH_YEAR = ("annual_share", "keep_each_year")
PACES = ("best_own_rate", "best_peer_rate")
LESS = ("le", "lt", "eq")  # comparators of targets that ask for less
LAPSED = ("part_year_below", "no_longer_held")  # reasons: what was kept is kept no more
YEARS = ("deadline", "base_year", "last_feasible_year")
LEVELS = ("target", "projected_value", "lo80", "hi80", "latest_value")


def fill(key: str, lang: str, values: Mapping[str, object]) -> str:
    """Return the text `key` with its values; with markup among them the rest is escaped and the result is markup.

    A value may be a function without arguments: it is called only where the text has its place.
    """
    template = wording.texts()[key][lang]
    wanted = _places(template)
    filled = {name: value() if callable(value := values[name]) else value for name in wanted}
    if any(isinstance(value, Markup) for value in filled.values()):
        return escape(template).format(**filled)
    return template.format(**filled)


@functools.cache
def _places(template: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for _, name, _, _ in string.Formatter().parse(template) if name))


def naming(target: Mapping[str, Any], card: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return what sentences call a target: its indicator's name and activity, or its own name where nothing is measured.

    `target`: a row of core.target or core.annual_target with its `kind`; `card`: its indicator's row, None without one.
    The result is the card with name_vi and name_en replaced: what the other functions take.
    """
    if card is None or target["kind"] in ("judged", "external", "not_local"):
        own = {"name_vi": target.get("name_vi"), "name_en": target.get("name_en"), "decimals": None}
        return {**(card or {"unit_measure": target.get("unit_measure")}), **own}
    if target["activity"] in (None, "total"):
        return dict(card)
    names = {}
    for lang in wording.LANGUAGES:
        activity = wording.text(f"activity_{target['activity']}", lang)
        names[f"name_{lang}"] = wording.text("name_of_activity", lang, name=card[f"name_{lang}"], activity=activity)
    return {**card, **names}


def headline(progress_row: Mapping[str, Any], card: Mapping[str, Any], lang: str, show: Show | None = None) -> str:
    """Answer "is it on track?" in one sentence, with the figures that answer it.

    `card`: name_vi, name_en, unit_measure and decimals of the target (its own name, its indicator's card).
    """
    row = progress_row
    values = _values(row, card, lang, show or _plain(row)) | {"answer": answer(row, lang)}
    return fill(f"headline_{_headline_kind(row)}", lang, values)


def answer(row: Mapping[str, Any], lang: str) -> str:
    """Return the verdict as the first words of a sentence; a level met before its deadline is said so."""
    ahead = row["verdict"] == "achieved" and "met_ahead" in row["reasons"]
    return wording.text("answer_met_ahead" if ahead else f"answer_{row['verdict']}", lang)


def _headline_kind(row: Mapping[str, Any]) -> str:
    verdict, kind = str(row["verdict"]), str(row["kind"])
    if verdict in ("judged", "external", "not_local", "not_due"):
        return verdict if not number.is_missing(row["target"]) else "none"
    if verdict in CLOSED and "deadline_passed" in row["reasons"]:
        return "closed"
    if verdict == "insufficient":
        return "insufficient" if not number.is_missing(row["required_rate"]) else "lacking"
    missing = "_no_chance" if number.is_missing(row["probability"]) else ""
    if kind in EACH_YEAR:
        return "lapsed" if set(LAPSED) & set(row["reasons"]) else f"each_year{missing}"
    if kind == "directional":
        return "directional"
    if verdict == "achieved":
        return "ahead"
    if kind == "cumulative":
        return "cumulative"
    if kind == "growth_average":
        return ("year" if row["deadline"] - row["base_year"] == 1 else "period") + missing
    return f"level{missing}"


def reasons(row: Mapping[str, Any], lang: str, card: Mapping[str, Any] | None = None, show: Show | None = None) -> list[str]:
    """Return one sentence for each reason code of the row."""
    values = _values(row, card or {}, lang, show or _plain(row))
    return [fill(f"reason_{code}", lang, values) for code in row["reasons"]]


def next_step(row: Mapping[str, Any], lang: str, card: Mapping[str, Any], show: Show | None = None) -> str:
    """Return what to do next: by the first reason that has a text of its own, else by the verdict."""
    for code in (*row["reasons"], row["verdict"]):
        if f"next_{code}" in wording.texts():
            return fill(f"next_{code}", lang, _values(row, card, lang, show or _plain(row)))
    raise KeyError(f"next_{row['verdict']}")


def change(row: Mapping[str, Any], lang: str, card: Mapping[str, Any], show: Show | None = None) -> str:
    """Return what would change the verdict."""
    return fill(f"change_{_change_kind(row, card)}", lang, _values(row, card, lang, show or _plain(row)))


def _change_kind(row: Mapping[str, Any], card: Mapping[str, Any]) -> str:
    verdict, codes = str(row["verdict"]), row["reasons"]
    if verdict in ("judged", "external", "not_local", "not_due"):
        return verdict
    if verdict == "insufficient":
        return next((code for code in ("no_series", "no_base") if code in codes), "too_few_points")
    if "deadline_passed" in codes:
        return "closed_estimate" if "estimate_may_turn" in codes else "closed"
    if verdict == "missed":
        return "year_failed"
    if verdict == "achieved":
        return "ahead"
    if row["kind"] == "directional":
        return "directional"
    fine = "fine" if verdict in ("likely", "effort") else "short"
    if row["kind"] in EACH_YEAR:
        return f"each_year_{fine}"
    if value_form(card) == "flag" or number.is_missing(row["required_rate"]):
        return f"target_{fine}"
    return f"rate_{fine}"


def value_form(card: Mapping[str, Any]) -> str:
    """Return the form in which figures of this card are printed, with their unit."""
    code, digits = _unit(card), "" if card.get("decimals", 0) is None else int(card["decimals"] if card else 0)
    if code in ("PC", "PC_Y"):
        return f"{'growth' if code == 'PC_Y' else 'percent'}:{digits}"
    return "flag" if code == "FLAG" else f"in:{code}:{digits}"


def pace_form(row: Mapping[str, Any], card: Mapping[str, Any]) -> str:
    """Return the form of a pace of the past: growth, what comes in a year of a sum, else a change in percent, points or
    units. "yearly:" before it says "a year".
    """
    amount = _pace_unit(row, card)
    return amount if row["kind"] in ("growth_average", "cumulative") else f"change:{amount}"


def needed_form(row: Mapping[str, Any], card: Mapping[str, Any]) -> str:
    """Return the form of the pace that is needed: where the target would allow going back, as far as that."""
    amount = _pace_unit(row, card)
    less = row["comparator"] in LESS
    if row["kind"] == "cumulative" or (row["kind"] == "growth_average" and (less or _at_least_nothing(row))):
        return amount
    return f"{'fall' if less else 'rise'}:{amount.replace('growth', 'percent')}"


def _at_least_nothing(row: Mapping[str, Any]) -> bool:
    return number.is_missing(row["required_rate"]) or row["required_rate"] >= 0


def _pace_unit(row: Mapping[str, Any], card: Mapping[str, Any]) -> str:
    if row["kind"] == "growth_average":
        return "growth:2"
    if row.get("rate_unit") != "step":
        return "percent:2"
    code = _unit(card)
    return "points:2" if code in ("PC", "PC_Y") else f"in:{code}:1"


def _unit(card: Mapping[str, Any]) -> str:
    """Return the unit of a card; percent where none is given."""
    code = card.get("unit_measure")
    return "PC" if number.is_missing(code) else str(code)


def _plain(row: Mapping[str, Any]) -> Show:
    return lambda column, form, lang: number.show(row[column], form, lang)


def _values(row: Mapping[str, Any], card: Mapping[str, Any], lang: str, show: Show) -> dict[str, object]:
    value = value_form(card)
    forms = dict.fromkeys(LEVELS, value) | dict.fromkeys(PACES, f"yearly:{pace_form(row, card)}")
    forms |= dict.fromkeys(YEARS, "year") | {"latest_period": "period", "n_points": "count"}
    forms |= {"required_rate": f"yearly:{needed_form(row, card)}"}
    made: dict[str, object] = {name: functools.partial(show, name, form, lang) for name, form in forms.items()}
    made["latest_when"] = functools.partial(show, "latest_period", "when", lang)
    made["projected_rate"] = functools.partial(show, "projected_value", f"yearly:{value}", lang)
    status = row["latest_status"]
    return made | {
        "chance": functools.partial(show, "probability", "chance", lang),
        "name": within(str(card.get(f"name_{lang}", ""))),
        "supplier": str(card.get("supplier_vi") or ""),
        "status": number.MISSING if number.is_missing(status) else wording.text(f"status_{status}", lang),
    }


def within(name: str) -> str:
    """Return a name as it stands inside a sentence: "Tốc độ tăng" small, "GRDP" as it is."""
    return name[:1].lower() + name[1:] if name[1:2].islower() else name
