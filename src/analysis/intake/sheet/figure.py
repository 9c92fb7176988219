"""The figures of a sheet, each with what its table's title, its row and its column say of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.intake.sheet import grid as grid_of
from analysis.intake.sheet import heading, period_text, table, unit_text, word
from analysis.intake.sheet import text as text_of
from analysis.intake.sheet.address import letters
from analysis.intake.sheet.period_text import Period
from analysis.schema.codelist import NOT_APPLICABLE

if TYPE_CHECKING:
    from analysis.intake.sheet.cells import Sheet
    from analysis.intake.sheet.grid import Grid
    from analysis.intake.sheet.table import Found

FIGURE = (
    *("sheet", "table", "row", "cell", "text", "title", "group", "label", "heading", "variable", "measure"),
    *("freq", "time_period", "unit", "prices", "base_per", "obs_status", "fault", "question"),
)
Repaired = tuple[str, str, str, str, str]
FAULT = {"f": "formula_without_result", "d": "number_is_date"}
UNREAD = ("sheet", "row", "cell", "reason")
REPAIR = ("sheet", "cell", "before", "after", "reason")
PER_CENT = (
    *("index_same_period", "index_previous", "index_base", "index_december", "index_other"),
    *("of_plan", "share", "growth"),
)
LISTED = re.compile(r"[-+*•–]\s*\S")  # a line of a list: part of the line above it
PARTS_OF_UNIT = re.compile(r"\s*;\s*")


@dataclass(frozen=True)
class Recognised:
    """Frames: `figures` (FIGURE; `fault` the rule that a cell breaks, `question` what is lacking: period, unit, label; ""
    for none); `unread` (UNREAD): figures outside every table and under no heading, and rows without a figure, `cell` _Z,
    each with its reason; `repairs` (REPAIR): texts that were mended to be read.
    """

    figures: pd.DataFrame
    unread: pd.DataFrame
    repairs: pd.DataFrame


def figures(sheets: Sequence[Sheet]) -> Recognised:
    """Return the figures of the sheets of one file."""
    made = [_of_sheet(sheet) for sheet in sheets]
    return Recognised(
        pd.concat([pd.DataFrame(columns=[*FIGURE]), *(one for own, _, _ in made for one in own)], ignore_index=True),
        pd.DataFrame([one for _, own, _ in made for one in own], columns=[*UNREAD]),
        pd.DataFrame([one for _, _, own in made for one in own], columns=[*REPAIR]),
    )


def _of_sheet(sheet: Sheet) -> tuple[list[pd.DataFrame], list[tuple[str, int, str, str]], list[Repaired]]:
    grid = grid_of.grid(sheet)
    frames: list[pd.DataFrame] = []
    read = np.zeros(grid.text.shape, dtype=bool)
    headless = np.zeros(grid.text.shape, dtype=bool)
    role = np.where(grid.filled.any(axis=1), "skip_text", "skip_blank").astype(object)
    title = ""
    for place, found in enumerate(table.tables(grid), start=1):
        title = _title(grid, found) or title
        made, columns = _of_table(grid, found, title)
        frames.append(made.assign(sheet=sheet.name, table=place)[[*FIGURE]])
        body = np.ix_(found.body, columns)
        read[body] = _block(grid, found, columns)
        headless[np.ix_(found.body, np.setdiff1d(found.data, columns))] = True
        role[found.title], role[found.header] = "skip_title", "skip_header"
        role[found.notes[role[found.notes] == "skip_text"]] = "skip_note"
    outside = grid.number & ~grid.year & ~read
    rows, columns = np.nonzero(outside)
    unread = [
        (sheet.name, row, address, "skip_no_heading" if headless[at, column] else "skip_outside_table")
        for at, column in zip(rows.tolist(), columns.tolist(), strict=True)
        for row, address in [_address(grid, at, column)]
    ]
    bare = np.flatnonzero(~read.any(axis=1) & ~outside.any(axis=1))
    unread += [(sheet.name, int(grid.rows[at]), NOT_APPLICABLE, str(role[at])) for at in bare.tolist()]
    repairs = [(sheet.name, _address(grid, at, column)[1], *said) for (at, column), said in grid.repairs.items()]
    return frames, unread, repairs


def _block(grid: Grid, found: Found, columns: np.ndarray) -> np.ndarray:
    """Whether a cell of a body holds a figure, a sign of none, what a program has made of one, or words beside figures."""
    block = np.ix_(found.body, columns)
    figure = (grid.number | grid.mark | (grid.letter == "d"))[block]
    return np.asarray(figure | (grid.filled[block] & figure.any(axis=1)[:, None]))


def _address(grid: Grid, at: int, column: int) -> tuple[int, str]:
    return int(grid.rows[at]), f"{letters(column)}{grid.rows[at]}"


def _title(grid: Grid, found: Found) -> str:
    lines = [" ".join(one for one in grid.text[row].tolist() if one) for row in found.title]
    return " ".join(lines)


def _of_table(grid: Grid, found: Found, title: str) -> tuple[pd.DataFrame, np.ndarray]:
    """Return the figures of one table, and the columns that they stand in."""
    folded = text_of.folded(title)
    plain, prices, base = heading.priced(folded)
    named = period_text.find(plain)
    own = named[0] if named else None
    columns = heading.headings(grid, found, own)
    rows = _rows(grid, found, own)
    frame = pd.DataFrame({"place": [one.column for one in columns], **{
        "heading": [one.text for one in columns], "variable": [one.variable for one in columns],
        "measure": [one.measure for one in columns],
        "period": [one.period for one in columns], "heading_unit": [one.unit for one in columns],
        "heading_status": [one.status for one in columns], "heading_prices": [one.prices for one in columns],
        "heading_base": [one.base_per for one in columns]}})  # fmt: skip
    places = frame["place"].to_numpy(dtype=int)
    if not len(places):
        return pd.DataFrame(columns=[*FIGURE]), places
    at_row, at_column = np.nonzero(_block(grid, found, places))
    made = rows.iloc[at_row].reset_index(drop=True).join(frame.iloc[at_column].reset_index(drop=True))
    texts = grid.text[found.body[at_row], places[at_column]]
    letter = grid.letter[found.body[at_row], places[at_column]]
    cells = [f"{letters(place)}{row}" for place, row in zip(made["place"], made["row"], strict=True)]
    made = made.assign(text=texts, cell=cells, title=title, fault=[FAULT.get(one, "") for one in letter.tolist()])
    words = grid.word[found.body[at_row], places[at_column]] & (made["fault"] == "").to_numpy()
    made.loc[words, "fault"] = "number_wrong"
    made["unit"] = _units(made, found, title, folded)
    made = made.assign(**_periods(made, own))
    made["prices"] = made["heading_prices"].where(made["heading_prices"] != "", prices)
    made["base_per"] = made["heading_base"].where(made["heading_base"] != "", base)
    made["obs_status"] = made["heading_status"].where(made["heading_status"] != "", made["row_status"])
    made["measure"] = _measures(made, folded)
    questions = {"period": made["time_period"] == "", "unit": made["unit"] == "", "label": made["label"] == ""}
    made["question"] = ""
    for name, asked in questions.items():
        made.loc[asked & (made["question"] == ""), "question"] = name
    return made, places


def _rows(grid: Grid, found: Found, own: Period | None) -> pd.DataFrame:
    """Return for each row of a body its number, label, group, unit, and the period and status its label says."""
    labels = grid.text[np.ix_(found.body, found.stub)]
    joined = [" ".join(one for one in row if one) for row in labels.tolist()]
    level = np.where(labels != "", np.arange(labels.shape[1]), labels.shape[1]).min(axis=1)
    figures = (grid.number | grid.mark)[np.ix_(found.body, found.data)].any(axis=1)
    marked = np.array([LISTED.match(one) is not None for one in joined])
    frame = pd.DataFrame({"row": grid.rows[found.body], "label": joined, "level": level + marked, "figures": figures})
    frame = _unwrapped(frame)
    frame["folded"] = frame["label"].map(text_of.folded)
    section = frame["label"].where(~frame["figures"] & (frame["label"] != "")).ffill().fillna("")
    above = frame["label"].where((frame["level"] == 0) & (frame["label"] != "")).ffill().fillna("")
    frame["group"] = np.where(frame["level"] > 0, above.where(above != "", section), section)
    if found.units >= 0:
        unit = pd.Series(grid.text[found.body, found.units], dtype="object")
        ditto = pd.Series([unit_text.is_ditto(one) for one in grid.folded[found.body, found.units]])
        frame["unit_row"] = unit.mask(ditto | (unit == "")).ffill().where((unit != ""), "").fillna("").to_numpy()
    else:
        frame["unit_row"] = ""
    units = {one: _unit_of_label(one) for one in [*frame["label"].unique(), *frame["group"].unique()]}
    bracketed = frame["label"].map(units)
    frame["unit_row"] = frame["unit_row"].where(frame["unit_row"] != "", bracketed)
    frame["unit_group"] = frame["group"].map(units)
    frame["unit_above"] = bracketed.replace("", None).ffill().fillna("")
    return _dated(frame, own.year if own else 0)


def _unit_of_label(label: str) -> str:
    """Return the unit that a label has in brackets or is by itself: "A. Nghìn hành khách"; "" for none."""
    folded = text_of.folded(label)
    alone = text_of.NUMBERED.sub("", folded)
    whole = label[len(folded) - len(alone) :].strip() if unit_text.is_unit(alone) else ""
    return unit_text.bracketed(label, folded) or whole


def _unwrapped(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with labels that run over two lines made one: a line that begins with a small letter goes on."""
    small = frame["label"].str.match(r"[a-zà-ỹđ]") & ~frame["label"].map(text_of.folded).isin(word.words()["part_of"])
    before, after = frame["label"].shift(1, fill_value=""), frame["label"].shift(-1, fill_value="")
    bare_before = ~frame["figures"].shift(1, fill_value=True)
    goes_on = small & frame["figures"] & bare_before & (before != "")
    below = small.shift(-1, fill_value=False) & ~frame["figures"].shift(-1, fill_value=True) & frame["figures"]
    label = frame["label"].where(~goes_on, before + " " + frame["label"]).where(~below, frame["label"] + " " + after)
    part = goes_on.shift(-1, fill_value=False) | (below.shift(1, fill_value=False))
    return frame.assign(label=label.where(~(part & ~frame["figures"]), ""))


def _dated(frame: pd.DataFrame, title_year: int) -> pd.DataFrame:
    """Add what the labels say of periods and status where most of the rows are named by periods."""
    found = [period_text.find(one) for one in frame["folded"]]
    left = [heading.variable(rest) if one else "" for one, rest in ((one, one[1] if one else "") for one in found)]
    whole = pd.Series([one is not None and not rest for one, rest in zip(found, left, strict=True)], index=frame.index)
    down = bool(frame["figures"].any()) and whole[frame["figures"]].mean() > 0.5
    periods = [one[0] if one and down and is_whole else None for one, is_whole in zip(found, whole, strict=True)]
    years = pd.Series([one.year if one and one.year else np.nan for one in periods], dtype="float64")
    year = years.ffill().fillna(title_year)
    dated = [one and heading.dated(one, int(own)) for one, own in zip(periods, year, strict=True)]
    status = [heading.status(one) if down else "" for one in frame["folded"]]
    return frame.assign(row_period=pd.Series(dated, dtype="object"), row_status=status)


def _periods(made: pd.DataFrame, own: Period | None) -> dict[str, object]:
    """Return frequency and period of each figure: its row's, else its column's, else the title's."""
    chosen = [
        row if isinstance(row, Period) else column if isinstance(column, Period) else own
        for row, column in zip(made["row_period"], made["period"], strict=True)
    ]
    return {
        "freq": [one.freq if one else "" for one in chosen],
        "time_period": [one.text if one else "" for one in chosen],
    }


def _units(made: pd.DataFrame, found: Found, title: str, folded: str) -> pd.Series:
    """Return the unit of each figure as read: of its column, its row, its group, its table, its title; of a comparison %."""
    whole = unit_text.of_line(found.unit) or unit_text.bracketed(title, folded)
    parts = PARTS_OF_UNIT.split(whole)
    unit = made["heading_unit"].copy()
    unit = unit.mask((unit == "") & made["measure"].isin(PER_CENT), "%")
    for own in (made["unit_row"], made["unit_group"]):
        unit = unit.mask((unit == "") & (own != ""), own)
    if len(parts) == 2:
        first, last = sorted(parts, key=lambda one: bool(word.pattern("money").search(text_of.folded(one))))
        money = made["variable"].str.contains(word.pattern("money_part"))
        return unit.mask(unit == "", pd.Series(np.where(money, last, first), index=made.index))
    return unit.mask(unit == "", whole or made["unit_above"])


def _measures(made: pd.DataFrame, title: str) -> pd.Series:
    """Return the measures; a plain column in % of a table titled as growth, share, index or comparison is that."""
    named = heading.measure_of_title(title)
    plain = (made["measure"] == "value") & made["unit"].str.strip("() ").isin(["%"])
    return made["measure"].mask(plain & (named not in ("value", "plan")), named)
