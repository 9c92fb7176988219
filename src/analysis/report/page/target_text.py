"""What the pages say of each target, made once: the board shows it in a line, its own page in full."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from analysis.progress import summary
from analysis.reference import wording
from analysis.report.words import sentence
from analysis.report.words.binding import Binding, Bindings, Record, both, plain_text, records

if TYPE_CHECKING:
    import pandas as pd

    from analysis.plan.plan import Plan

SCENARIO = "baseline"
RULES = ("dns", "open_sdg")
MOST_DECIMALS = 2  # of a target's value
# reasons that say more than the headline does
TELLING = ("year_failed", "above_best_own", "moving_away", "above_best_peer")


@dataclass(frozen=True)
class Index:
    """Rows of the tables by what pages look them up with; made once for all pages."""

    bindings: Bindings
    cards: dict[str, Record]
    tasks: dict[tuple[str, str], Record]
    owners: dict[tuple[str, str], str]
    figures: dict[tuple[str, ...], list[Record]]  # core.series by place
    projections: dict[tuple[str, ...], list[Record]]  # out.projection by output_type, plan and place
    conflicts: dict[str, list[Record]]  # core.conflict by the obs_id that stands
    country: str


def index(tables: Mapping[str, pd.DataFrame], bindings: Bindings) -> Index:
    """Return the tables as dictionaries."""
    units = tables["core.unit"].rename(columns={"name_vi": "unit_vi", "name_en": "unit_en"})
    cards = tables["core.indicator"].merge(units[["unit_measure", "unit_vi", "unit_en"]], on="unit_measure")
    areas = tables["core.area"]
    return Index(
        bindings=bindings,
        cards={card["indicator"]: card for card in records(cards)},
        tasks={(row["plan"], row["task_id"]): row for row in records(tables["core.task"])},
        owners={(row["plan"], row["target_id"]): row["department_vi"] for row in records(tables["core.owner"])},
        figures=_grouped(tables["core.series"], ("indicator", "ref_area", "area_valid_from", "activity")),
        projections=_grouped(
            tables["out.projection"], ("output_type", "plan", "indicator", "ref_area", "area_valid_from", "activity")
        ),
        conflicts=_grouped_by(tables["core.conflict"], "winner_obs_id"),
        country="".join(areas.loc[areas["kind"] == "country", "ref_area"].head(1)),
    )


def _grouped(frame: pd.DataFrame, columns: tuple[str, ...]) -> dict[tuple[str, ...], list[Record]]:
    made: dict[tuple[str, ...], list[Record]] = {}
    for row in records(frame):
        made.setdefault(tuple(plain_text(row[column]) for column in columns), []).append(row)
    return made


def _grouped_by(frame: pd.DataFrame, column: str) -> dict[str, list[Record]]:
    return {key[0]: rows for key, rows in _grouped(frame, (column,)).items()}


def targets(tables: Mapping[str, pd.DataFrame], plan: Plan, found: Index) -> list[Record]:
    """Return every row of out.progress of the plan's own area as a model, worst first."""
    progress = tables["out.progress"]
    here = (progress["ref_area"] == plan.ref_area) & (progress["area_valid_from"] == _day(plan.area_valid_from))
    own = progress[(progress["plan"] == plan.id) & here & (progress["scenario"] == SCENARIO)]
    known = {
        (table, row["target_id"]): row
        for table in ("core.target", "core.annual_target")
        for row in records(tables[table][tables[table]["plan"] == plan.id])
    }
    return [_model(row, known, plan, found) for row in records(summary.worst_first(own))]


def _day(day: Any) -> Any:
    import pandas as pd

    return pd.Timestamp(day)


def _model(row: Record, known: Mapping[tuple[str, str], Record], plan: Plan, found: Index) -> Record:
    yearly = ("core.target", row["target_id"]) not in known
    table = "core.annual_target" if yearly else "core.target"
    target = {"corrected_vi": None, "section": None} | known[table, row["target_id"]]
    card = found.cards.get(row["indicator"] or "")
    words = sentence.naming(target, card)
    place = f"{plan.id}|{row['target_id']}|{row['ref_area']}|{plain_text(row['area_valid_from'])}|{row['scenario']}"
    key = f"out.progress|{place}"
    spoken = _Speaker(found.bindings, key, row, words)
    classes = found.bindings.rows("out.official_class")
    task = found.tasks.get((plan.id, target.get("task_id") or ""))
    return {
        "row": row,
        "key": key,
        "id": row["target_id"],
        "target": target,
        "target_key": f"{table}|{plan.id}|{row['target_id']}",
        "yearly": yearly,
        "name": _name(target, words, row, yearly),
        "goal": _goal(found.bindings, target, table, plan.id),
        "card": card,
        "form": sentence.value_form(words),
        "needed_form": sentence.needed_form(row, words),
        "pace_form": sentence.pace_form(row, words),
        "headline": spoken.say(sentence.headline),
        "reasons": spoken.each(row["reasons"]),
        "why": spoken.each([code for code in row["reasons"] if code in TELLING][:1]),
        "next": spoken.say(sentence.next_step),
        "change": spoken.say(sentence.change),
        "answer": both(lambda lang: sentence.answer(row, lang)),
        "owner": found.owners.get((plan.id, row["target_id"]), wording.text("owner_none", "vi")),
        "task": task,
        "official": [(rule, classes[f"{place}|{rule}"]["class"]) for rule in RULES if f"{place}|{rule}" in classes],
        "illustrative": "illustrative" in row["flags"] or bool(target.get("illustrative")),
        "headline_counted": not yearly and bool(target["in_headline"]),
        "due": row["deadline"] == int(plain_text(row["as_of"])[:4]),
        "measured": row["kind"] not in ("judged", "external", "not_local"),
        "plan": plan,
    }


@dataclass(frozen=True)
class _Speaker:
    """Says sentences of one row in both languages, its numbers bound to their places."""

    bindings: Bindings
    key: str
    row: Record
    words: Mapping[str, Any]

    def _show(self, column: str, form: str, lang: str) -> Markup:
        return self.bindings.figure(Binding(f"{self.key}|{column}", form), lang)

    def say(self, make: Callable[..., str]) -> Markup:
        if make in (sentence.next_step, sentence.change):
            return both(lambda lang: make(self.row, lang, self.words, self._show))
        return both(lambda lang: make(self.row, self.words, lang, self._show))

    def each(self, codes: list[str]) -> list[Markup]:
        def one(code: str) -> Markup:
            row = {**self.row, "reasons": [code]}
            return both(lambda lang: sentence.reasons(row, lang, self.words, self._show)[0])

        return [one(code) for code in codes]


def _name(target: Record, words: Mapping[str, Any], row: Record, yearly: bool) -> dict[str, str]:
    """Return what the target is called: by the plan, or for a year's target by its indicator and year."""
    if not yearly:
        return {lang: str(target[f"name_{lang}"]) for lang in wording.LANGUAGES}
    return {
        lang: wording.text("name_of_year", lang, name=words[f"name_{lang}"], year=row["deadline"])
        for lang in wording.LANGUAGES
    }


def _long(value: float) -> bool:
    return abs(value - round(value, MOST_DECIMALS)) > 1e-9


def _goal(bindings: Bindings, target: Record, table: str, plan_id: str) -> Markup:
    """Return the target's value in words, bound: "từ 13% đến 14%"; empty where the plan sets none."""
    if target["value_low"] is None:
        return Markup("") if target["comparator"] != "rising" else both(lambda lang: wording.text("target_is_rising", lang))
    key = f"{table}|{plan_id}|{target['target_id']}"
    code = target["unit_measure"]
    digits = str(MOST_DECIMALS) if _long(target["value_low"]) else ""  # one of three schools is 33,33%
    form = "flag" if code == "FLAG" else f"percent:{digits}" if code in (None, "PC", "PC_Y") else f"in:{code}:{digits}"
    word = "range" if target["value_high"] is not None else "eq" if code == "FLAG" else target["comparator"]
    ends = {"low": Binding(f"{key}|value_low", form), "high": Binding(f"{key}|value_high", form)}

    def one(lang: str) -> str:
        shown = {name: bindings.figure(end, lang) for name, end in ends.items() if word == "range" or name == "low"}
        return sentence.fill(f"target_is_{word}", lang, shown)

    return both(one)
