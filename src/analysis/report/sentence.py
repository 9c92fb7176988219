"""Sentences made from a row of out.progress: the answer and its reasons. Texts are wording.csv's; numbers the row's.

Page and notebook print the same sentence; the page passes a `show` that binds each number to its place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from markupsafe import Markup, escape

from analysis.reference import wording
from analysis.report import number

Show = Callable[[str, str, str], str]  # column of out.progress, form, language -> text
OPEN = ("likely", "effort", "behind", "risk", "reversing")


def fill(key: str, lang: str, values: Mapping[str, object]) -> str:
    """Return the text `key` with its values; with markup among them the rest is escaped and the result is markup."""
    template = wording.texts()[key][lang]
    if any(isinstance(value, Markup) for value in values.values()):
        return escape(template).format(**values)
    return template.format(**values)


def headline(progress_row: Mapping[str, Any], card: Mapping[str, Any], lang: str, show: Show | None = None) -> str:
    """Answer "is it on track?" in one sentence, with the figure projected, the figure needed and the chance.

    `card`: the indicator's row of core.indicator. A closed period and a lack of data have sentences of their own.
    """
    row, verdict = progress_row, str(progress_row["verdict"])
    values = _values(row, card, lang, show or _plain(row)) | {"answer": wording.text(f"answer_{verdict}", lang)}
    if verdict not in OPEN:
        closed = verdict in ("exceeded", "achieved", "missed")
        return fill("headline_closed" if closed else "headline_none", lang, values)
    kind = "year" if row["deadline"] - row["base_year"] == 1 else "period"
    missing = "" if not number.is_missing(row["probability"]) else "_no_chance"
    return fill(f"headline_{kind}{missing}", lang, values)


def reasons(row: Mapping[str, Any], lang: str, card: Mapping[str, Any] | None = None, show: Show | None = None) -> list[str]:
    """Return one sentence for each reason code of the row."""
    values = _values(row, card or {}, lang, show or _plain(row))
    return [fill(f"reason_{code}", lang, values) for code in row["reasons"]]


def rate_form(card: Mapping[str, Any]) -> str:
    """Return the form in which figures of this card are printed."""
    kind = "percent" if str(card.get("unit_measure", "PC")).startswith("PC") else "decimal"
    return f"{kind}:{int(card.get('decimals', 2))}"


def _plain(row: Mapping[str, Any]) -> Show:
    return lambda column, form, lang: number.show(row[column], form, lang)


def _values(row: Mapping[str, Any], card: Mapping[str, Any], lang: str, show: Show) -> dict[str, object]:
    form = rate_form(card)
    rates = (
        "target",
        "required_rate",
        "best_own_rate",
        "best_peer_rate",
        "projected_value",
        "lo80",
        "hi80",
        "latest_value",
    )
    years = ("deadline", "base_year", "latest_period", "last_feasible_year")
    status = row["latest_status"]
    made: dict[str, object] = {column: show(column, form, lang) for column in rates}
    return (
        made
        | {column: show(column, "year", lang) for column in years}
        | {"n_points": show("n_points", "count", lang), "chance": show("probability", "chance", lang)}
        | {"name": _within(str(card.get(f"name_{lang}", "")))}
        | {"status": number.MISSING if number.is_missing(status) else wording.text(f"status_{status}", lang)}
    )


def _within(name: str) -> str:
    """Return a name as it stands inside a sentence: "Tốc độ tăng" small, "GRDP" as it is."""
    return name[:1].lower() + name[1:] if name[1:2].islower() else name
