"""Notebook 05: what to write in the annual review? The table in the columns of the annex, and its sentences.

Before the year is over the latest months stand for the estimate, beside the same months of the year before, and are said
so. Differences of percentages are percentage points.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.plan.plan import UNMEASURED
from analysis.progress import plan_outcome, summary
from analysis.reference import unit, wording
from analysis.report.notebook.subject import area_name
from analysis.report.words import number, outcome, sentence, table
from analysis.report.words.binding import records

if TYPE_CHECKING:
    from analysis.knowledge import Knowledge

SUPPLEMENT_MONTH = 3  # until March the year before is reported, with what was really done
PERCENT = ("PC", "PC_Y", "PP")
EXACT = 1e-9
STATUS = {"A": "actual", "P": "preliminary", "E": "estimate"}
Row = dict[str, Any]


@dataclass(frozen=True)
class Line:
    """One line of the annex. `before` is the year before, `same` the same months of it, `value` the year's figure or that of
    its latest months (`period`, `freq`), `status` its status; `row` the target's row of out.progress, {} where no
    plan of the year has it.
    """

    name: dict[str, str]
    card: Row
    plan: float | None
    plan_next: float | None
    before: float | None
    same: float | None
    value: float | None
    period: str
    freq: str
    status: str
    row: Row
    invented: bool

    @property
    def whole(self) -> bool:
        """Whether the figure is that of the whole year."""
        return self.freq == "A"

    @property
    def compared(self) -> float | None:
        """What the figure is compared with: the year before, or the same months; of a count at a month's end without them,
        the end of the year before.
        """
        return self.before if self.whole or (self.freq == "M" and self.same is None) else self.same

    @property
    def in_percent(self) -> bool:
        """Whether differences are percentage points."""
        return self.card["unit_measure"] in PERCENT

    @property
    def is_flag(self) -> bool:
        """Whether it is only met or not met."""
        return bool(self.card["unit_measure"] == "FLAG")

    @property
    def digits(self) -> int:
        """Decimals that figures and differences are printed with; growth with two."""
        return max(int(self.card["decimals"]), 2 if self.card["unit_measure"] == "PC_Y" else 0)

    @property
    def change(self) -> float | None:
        """Change against `compared`: percent, or percentage points."""
        return _against(self.value, self.compared, self.in_percent, -100.0)

    @property
    def of_plan(self) -> float | None:
        """Percent of the year's plan, or percentage points above it."""
        return _against(self.value, self.plan, self.in_percent, 0.0)


def _against(value: float | None, base: float | None, in_percent: bool, shift: float) -> float | None:
    if value is None or base is None:
        return None
    if in_percent:
        return value - base
    return 100 * value / base + shift if base else None


def year_of(as_of: str) -> int:
    """Return the year under review on a day: that of the day, until March the year before."""
    return int(as_of[:4]) - (int(as_of[5:7]) <= SUPPLEMENT_MONTH)


def lines(knowledge: Knowledge, progress: pd.DataFrame) -> list[Line]:
    """Return the lines of the review in the order of the plan: the targets of the year's plan and the headline targets that
    it does not name.

    `progress`: out.progress of the area.
    """
    year, plan = year_of(knowledge.as_of), knowledge.plan
    annual = plan.annual_target[plan.annual_target["binding"].astype(bool)]
    now, later = (annual[annual["year"] == one] for one in (year, year + 1))
    wanted = in_order([*records(now), *_unplanned(plan.target, now)], plan.target)
    judged = {row["target_id"]: row for row in records(progress)}
    ahead = {(row["indicator"], row["activity"]): row["value_low"] for row in records(later)}
    figures = _Figures(knowledge.own, year)
    cards = knowledge.cards.set_index("indicator", drop=False).to_dict("index")
    made = []
    for target in wanted:
        card = {str(k): v for k, v in cards[target["indicator"]].items()}
        made.append(_line(target, card, figures, judged.get(target["target_id"], {}), ahead, "year" in target))
    return made


def in_order(wanted: Sequence[Row], target: pd.DataFrame) -> list[Row]:
    """Return targets as the plan first sets a value for what they measure (`target` is in the order of its text), the total
    before its parts; what the plan does not name comes last.
    """
    measured = target[~target["kind"].isin(UNMEASURED)]
    names = list(zip(measured["indicator"], measured["activity"], strict=True))
    first = {indicator: place for place, (indicator, _) in reversed(list(enumerate(names)))}
    exact = {name: place for place, name in reversed(list(enumerate(names)))}
    last = len(names)

    def place(row: Row) -> tuple[int, int]:
        return first.get(row["indicator"], last), exact.get((row["indicator"], row["activity"]), last)

    return sorted(wanted, key=place)


def _unplanned(target: pd.DataFrame, annual: pd.DataFrame) -> list[Row]:
    """Return the headline targets with an indicator that the year's plan does not name."""
    known = set(zip(annual["indicator"], annual["activity"], strict=True))
    rows = records(target[target["in_headline"].astype(bool) & target["indicator"].notna()])
    return [row for row in rows if (row["indicator"], row["activity"]) not in known]


class _Figures:
    """The area's figures of the year and the year before, by card, activity, frequency and period."""

    def __init__(self, own: pd.DataFrame, year: int) -> None:
        recent = own[own["time_period"].str[:4].isin([str(year), str(year - 1)])].sort_values("time_period")
        self.year = year
        self.at = {(r["indicator"], r["activity"], r["freq"], r["time_period"]): r for r in recent.to_dict("records")}
        self.months = [key for key in self.at if key[2] in ("YTD", "M") and key[3][:4] == str(year)]

    def now(self, indicator: str, activity: str) -> Row | None:
        """Return the figure of the year, else that of its latest months."""
        whole = self.at.get((indicator, activity, "A", str(self.year)))
        part = [key for key in self.months if key[:2] == (indicator, activity)]
        return whole or (self.at[part[-1]] if part else None)

    def value(self, indicator: str, activity: str, freq: str, period: str) -> float | None:
        """Return one figure, None where there is none."""
        row = self.at.get((indicator, activity, freq, period))
        return None if row is None else float(row["obs_value"])


def _line(target: Row, card: Row, figures: _Figures, row: Row, ahead: dict[tuple[Any, Any], float], planned: bool) -> Line:
    place = (target["indicator"], target["activity"])
    now = figures.now(*place)
    before, same, invented = figures.value(*place, "A", str(figures.year - 1)), None, bool(target.get("illustrative"))
    if now is not None and now["freq"] != "A":
        same = figures.value(*place, now["freq"], f"{figures.year - 1}{now['time_period'][4:]}")
    named = sentence.naming(target, card)
    return Line(
        name={lang: str(named[f"name_{lang}"]) for lang in wording.LANGUAGES},
        card=card,
        plan=target["value_low"] if planned else None,
        plan_next=ahead.get(place),
        before=before,
        same=same,
        value=None if now is None else float(now["obs_value"]),
        period=str(figures.year) if now is None else str(now["time_period"]),
        freq="" if now is None else str(now["freq"]),
        status="" if now is None else str(now["obs_status"]),
        row=row if planned else {},
        invented=invented or (now is not None and bool(now["illustrative"])) or "illustrative" in row.get("flags", ()),
    )


def is_invented(found: Sequence[Line]) -> bool:
    """Whether any line rests on invented figures or an invented plan."""
    return any(line.invented for line in found)


def answer(knowledge: Knowledge, found: Sequence[Line], lang: str) -> str:
    """Answer in one sentence: "x of y targets of the year's plan met and exceeded, z of them exceeded"; before the year's
    figures are there, where they stand.
    """
    planned = [line for line in found if line.row]
    area = area_name(knowledge, lang)
    values: Row = {"year": year_of(knowledge.as_of), "area": area, "all": len(planned)}
    if not planned:
        return table.said(wording.text("review_no_plan", lang, **values), lang, is_invented(found))
    verdicts = [line.row["verdict"] for line in planned]
    groups = {name: sum(verdict in group for verdict in verdicts) for name, group in summary.GROUPS.items()}
    months = [line.period for line in planned if line.value is not None and not line.whole]
    whole = sum(line.whole for line in planned)
    values |= groups | {"exceeded": verdicts.count("exceeded"), "missed": verdicts.count("missed")}
    values["slow"] = groups["behind"] + groups["in_danger"] - values["missed"]
    values["period"] = number.show(max(months), "period", lang) if months else ""
    state = "none" if not (whole or months) else "whole" if whole >= len(months) else "part"
    return table.said(wording.text(f"review_answer_{state}", lang, **values), lang, is_invented(found))


def beside(knowledge: Knowledge, progress: pd.DataFrame, outcomes: pd.DataFrame, lang: str) -> str:
    """Return how plans of other places came out (`outcomes`: core.plan_outcome), of a year and of a term, beside ours."""
    plan = knowledge.plan
    text = outcome.said(outcomes, plan_outcome.own(progress, plan.target, plan.annual_target), lang)
    return text or wording.text("notebook_no_row", lang)


def annex(knowledge: Knowledge, found: Sequence[Line], lang: str) -> table.Shown:
    """Return the table in the columns of the annex to the review; a note stands once below it, its mark in the line."""
    year = year_of(knowledge.as_of)
    marks, notes = table.footnotes([note(line, lang) for line in found])
    rows = [
        [str(place), *_cells(line, lang), mark] for place, (line, mark) in enumerate(zip(found, marks, strict=True), start=1)
    ]
    headings = (
        *("review_no", "review_target", "card_unit", "review_before", "review_same", "review_plan", "review_estimate"),
        *("review_change", "review_of_plan", "review_verdict", "review_next", "review_note"),
    )
    invented = is_invented(found)
    return table.shown(rows, headings, "nttnnnnnntnt", lang, invented, notes, year=year, before=year - 1, next=year + 1)


def _cells(line: Line, lang: str) -> list[str]:
    return [
        line.name[lang],
        unit.names()[line.card["unit_measure"]][lang],
        number.show(line.before, _form(line, line.before), lang),
        number.show(line.same, _form(line, line.same), lang),
        number.show(line.plan, _plan_form(line, line.plan), lang),
        number.show(line.value, _form(line, line.value), lang),
        _compared(line, line.change, 100.0, "change", lang),
        _compared(line, line.of_plan, 0.0, "beside", lang),
        wording.text(f"verdict_{line.row['verdict']}", lang) if line.row else number.MISSING,
        number.show(line.plan_next, _plan_form(line, line.plan_next), lang),
    ]


def _form(line: Line, value: float | None) -> str:
    """Return the form of a figure whose unit stands in its own column; growth below zero is said in words."""
    if line.is_flag:
        return "flag"
    fell = value is not None and value < 0 and line.card["unit_measure"] == "PC_Y"
    return f"{'growth' if fell else 'decimal'}:{line.digits}"


def _plan_form(line: Line, plan: float | None) -> str:
    """Return the form of a plan's value: the decimals it has, unless it was computed and has no end of them."""
    if line.is_flag:
        return "flag"
    return "decimal" if plan is None or abs(plan - round(plan, 2)) < EXACT else f"decimal:{max(line.digits, 1)}"


def _compared(line: Line, value: float | None, shift: float, word: str, lang: str) -> str:
    """Return a comparison as the annex prints it: percent of the base, or so many percentage points in the form `word`."""
    if value is None or line.is_flag:
        return number.MISSING
    if not line.in_percent:
        return number.percent(value + shift, 1, lang)
    return number.show(value, f"{word}:points:{line.digits}", lang)


def _points(line: Line, value: float) -> float:
    """Return a difference as it is printed: zero where it prints as zero."""
    return round(value, line.digits if line.in_percent else 1)


def note(line: Line, lang: str) -> str:
    """Return what a reader must know of the figure: which months, which status, what it is compared with."""
    if line.value is None:
        return wording.text("review_note_missing", lang)
    period = _period(line, lang)
    if line.whole:
        return wording.text(f"status_{line.status}", lang)
    if line.same is not None:
        return wording.text("review_note_months", lang, period=period)
    return wording.text("review_note_end" if line.freq == "M" else "review_note_alone", lang, period=period)


def _period(line: Line, lang: str) -> str:
    if line.freq == "M":
        return wording.text("review_at_end", lang, month=int(line.period[5:]), year=line.period[:4])
    return number.show(line.period, "period", lang)


def sentences(found: Sequence[Line], lang: str) -> str:
    """Return a sentence a line that has a figure, as the report writes it."""
    texts = [_sentence(line, lang) for line in found if line.value is not None]
    return table.said("\n".join(texts) or wording.text("notebook_no_row", lang), lang, is_invented(found))


def _sentence(line: Line, lang: str) -> str:
    """Return "… ước đạt X, tăng Y% so với cùng kỳ, bằng Z% kế hoạch"."""
    growing = line.card["unit_measure"] == "PC_Y"
    begin = "whole" if line.whole else "part"
    word = "growth" if growing or line.is_flag else STATUS[line.status] if line.whole else "actual"
    values = {
        "name": line.name[lang],
        "period": line.period if line.whole else _period(line, lang),
        "verb": wording.text(f"review_verb_{word}", lang),
        "value": number.show(line.value, f"growth:{line.digits}" if growing else sentence.value_form(line.card), lang),
    }
    clauses = [wording.text(f"review_begin_{begin}", lang, **values), *_change_words(line, lang), *_plan_words(line, lang)]
    return ", ".join(clauses) + "."


def _change_words(line: Line, lang: str) -> list[str]:
    if line.change is None or line.is_flag:
        return []
    base = "same" if line.compared is line.same and not line.whole else "year"
    against = wording.text(f"review_against_{base}", lang)
    if not _points(line, line.change):
        return [wording.text("review_unchanged", lang, against=against)]
    shown = number.show(abs(line.change), f"points:{line.digits}" if line.in_percent else "percent:1", lang)
    direction = "higher" if line.change > 0 else "lower"
    return [wording.text(f"review_{direction}", lang, change=shown, against=against)]


def _plan_words(line: Line, lang: str) -> list[str]:
    if line.of_plan is None or line.is_flag:
        return []
    if not line.in_percent:
        return [wording.text("review_share_of_plan", lang, share=number.percent(line.of_plan, 1, lang))]
    gap = _points(line, line.of_plan)
    key = "review_above_plan" if gap > 0 else "review_below_plan" if gap < 0 else "review_at_plan"
    shown = number.show(abs(line.of_plan), f"points:{line.digits}", lang)
    return [wording.text(key, lang, gap=shown, plan=number.show(line.plan, _plan_form(line, line.plan), lang) + "%")]
