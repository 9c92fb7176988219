"""What a column of figures is, from its header lines: period, measure, unit, status, and what it counts."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from analysis.intake.sheet import period_text, table, unit_text, word
from analysis.intake.sheet import text as text_of
from analysis.intake.sheet.period_text import Period

if TYPE_CHECKING:
    from analysis.intake.sheet.grid import Grid
    from analysis.intake.sheet.table import Found

BRACKETS = re.compile(r"\([^()]*\)")


@dataclass(frozen=True)
class Heading:
    """`text` the header lines joined; `variable` what is left of them, as compared, when period, measure, unit and status
    are taken out; `measure` of codelist measure; `unit` as read, `prices` and `base_per`,
    "" where the header has none.
    """

    column: int
    text: str
    variable: str
    measure: str
    period: Period | None
    unit: str
    status: str
    prices: str
    base_per: str


def headings(grid: Grid, found: Found, own: Period | None) -> list[Heading]:
    """Return the heading of each column of figures that has one. `own`: the period of the table's title."""
    made = [_heading(column, text, unit, own) for column, text, unit in _joined(grid, found) if text]
    years = {one.period.year for one in made if one.period and one.period.year}
    year = own.year if own and own.year else max(years, default=0)
    return [replace(one, period=dated(one.period, year)) for one in made]


def dated(period: Period | None, year: int) -> Period | None:
    """Return the period with this year where it has none of its own."""
    return replace(period, year=year) if period and year and not period.year else period


def _joined(grid: Grid, found: Found) -> list[tuple[int, str, str]]:
    """Return the header lines above each column of figures as one text, the top first, and the unit that stands alone in
    one; "" where no line has a cell for it.
    """
    last = int(found.data.max())
    texts: list[list[str]] = [[] for _ in range(last + 1)]
    taken = np.zeros(last + 1, dtype=bool)  # a cell of its own stands above
    headed = np.zeros(last + 1, dtype=bool)
    units = [""] * (last + 1)
    first = int(found.stub.max()) + 1 if len(found.stub) else 0
    for row in found.header[~table.numbered(grid)[found.header]]:
        own = [column for column in range(first, last + 1) if grid.text[row, column]]
        for place, column in enumerate(own):
            end = own[place + 1] if place + 1 < len(own) else last + 1
            reach = _reach(grid, int(row), column, end, taken)
            headed[column : reach if (row, column) in grid.merged else column + 1] = True
            is_unit = unit_text.is_unit(grid.folded[row, column])
            for covered in range(column, reach):
                texts[covered].append(grid.text[row, column])
                units[covered] = grid.text[row, column] if is_unit else units[covered]
        taken[own] = True
    return [(one, " ".join(texts[one]) if headed[one] else "", units[one]) for one in found.data.tolist()]


def _reach(grid: Grid, row: int, column: int, end: int, taken: np.ndarray) -> int:
    """Return the first column that a header cell does not cover: its merged range, else up to the next text of this row or
    of a row above.
    """
    if (row, column) in grid.merged:
        return min(grid.merged[row, column] + 1, len(taken))
    above = np.flatnonzero(taken[column + 1 : end])
    return int(column + 1 + above[0]) if len(above) else end


def _heading(column: int, text: str, alone: str, own: Period | None) -> Heading:
    """Return what one column's text says; `alone`: the unit that a header cell of its own gives."""
    folded = text_of.folded(text)
    unit = unit_text.bracketed(text, folded) or alone.strip("() ")
    folded = folded.replace(text_of.folded(alone), " ") if alone else folded
    plain = BRACKETS.sub(lambda match: " " if unit_text.is_unit(match[0]) else match[0], folded)
    plain, prices, base = priced(plain)
    before, compared, after = _divided(plain)
    period, rest, after = _period(before, after, own)
    measure = (_changed(rest, unit) or _compared(after, period)) if compared else named(rest)
    return Heading(column, text, variable(rest), measure, period, unit, status(rest), prices, base)


def priced(folded: str) -> tuple[str, str, str]:
    """Return a text without what it says of prices, V current or Q constant ("" nothing), and the year of constant ones."""
    for prices in ("Q", "V"):
        match = re.search(word.pattern(f"prices_{prices}").pattern + r"(?: nam)?(?: (?P<base>(?:19|20)\d\d)(?!\d))?", folded)
        if match:
            return f"{folded[: match.start()]} {folded[match.end() :]}", prices, match["base"] or ""
    return folded, "", ""


def _divided(folded: str) -> tuple[str, str, str]:
    """Return a text before, at and after "so với"."""
    match = word.pattern("compared").search(folded)
    return (folded[: match.start()], match[0], folded[match.end() :]) if match else (folded, "", "")


def _period(before: str, after: str, own: Period | None) -> tuple[Period | None, str, str]:
    """Return the period, and the texts before and after "so với" without it; "So với cùng kỳ: quý IV" has it after."""
    found = period_text.find(before)
    if found:
        return *found, after
    if after and not before.strip(" :"):
        later = period_text.find(after)
        if later and word.pattern("plan", "same_period", "previous_period").search(later[1]):
            return later[0], before, later[1]
    found = period_text.relative(before, own)
    return (*found, after) if found else (own, before, after)


def measure_of_title(folded: str) -> str:
    """Return the measure that a title names, "value" for none: "Chỉ số giá các tháng năm 2003 so với tháng trước"."""
    before, compared, after = _divided(folded)
    named_period = period_text.find(before)
    return _compared(after, named_period[0] if named_period else None) if compared else named(folded)


def _compared(text: str, period: Period | None) -> str:
    """Return what a column is compared with."""
    if word.pattern("plan").search(text):
        return "of_plan"
    if word.pattern("base_period").search(text):
        return "index_base"
    named = period_text.find(text)
    if named and period:
        there = named[0]
        year = there.year or (period.year if there.freq != "A" else 0)
        same = there.part == period.part or there.freq == "A"
        if same and there.year and there.year == period.year - 1:
            return "index_same_period"
        if there.part == 12 and period.freq != "A" and not (period.part == 1 and there.freq == "M"):
            return "index_december"
        if there.freq == period.freq and period_text.previous(period) == replace(there, year=year):
            return "index_previous"
    if word.pattern("same_period").search(text):
        return "index_same_period"
    if word.pattern("previous_period").search(text):
        return "index_previous"
    if word.pattern("whole").search(text):
        return "share"
    return "index_other"


def _changed(text: str, unit: str) -> str:
    """Return what a heading of a change is, "Tăng/giảm so với": growth in %, else a difference in the unit; "" for none."""
    if word.pattern("change").search(text):
        return "growth" if unit in ("", "%") else "difference"
    return ""


def named(text: str) -> str:
    """Return the measure that the words of a heading name; "value" where they name none."""
    for measure in ("share", "growth", "contribution", "difference", "of_plan_words", "same_period_words", "index"):
        if word.pattern(measure).search(text):
            return {"of_plan_words": "of_plan", "same_period_words": "index_same_period"}.get(measure, measure)
    return "plan" if word.pattern("plan").search(text) else "value"


def status(text: str) -> str:
    """Return the status (codelist obs_status) that a text names, "" for none."""
    return next((one for one in ("E", "P", "A") if word.pattern(f"status_{one}").search(text)), "")


def variable(text: str) -> str:
    """Return what is left of a heading when status and words of form are taken out."""
    said = word.pattern("status_E", "status_P", "status_A", "cumulated", "form").sub(" ", text)
    return " ".join(re.sub(r"[():;,.]+(?=\s|$)|(?<=\s)[-/]+(?=\s|$)", " ", said).split()).strip(" -:,;/")
