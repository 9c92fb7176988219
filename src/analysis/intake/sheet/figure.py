"""The figures of a sheet, each with what its table's title, its row and its column say of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

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
    from analysis.intake.sheet.grid import Grid, Texts
    from analysis.intake.sheet.table import Found

FIGURE = (
    *("sheet", "table", "row", "cell", "text", "number_form", "title", "group", "label", "heading", "variable", "measure"),
    *("freq", "time_period", "unit", "prices", "base_per", "obs_status", "fault", "question"),
)
Repaired = tuple[str, str, str, str, str]
FAULT = {"f": "formula_without_result", "d": "number_is_date"}
HEADED = ("text", "variable", "measure", "period", "unit", "status", "prices", "base_per")  # of heading.Heading
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
        _together([one for own, _, _ in made for one in own]),
        pd.DataFrame([one for _, own, _ in made for one in own], columns=[*UNREAD]),
        pd.DataFrame([one for _, _, own in made for one in own], columns=[*REPAIR]),
    )


def _together(tables: list[pd.DataFrame]) -> pd.DataFrame:
    filled = [one for one in tables if len(one)]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=[*FIGURE])


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
    """Return the figures of one table, and the columns that they stand in.

    What a row says is an array of one column, what a heading says one of one row; together they say it of each figure.
    """
    folded = text_of.folded(title)
    plain, prices, base = heading.priced(folded)
    named = period_text.find(plain)
    own = named[0] if named else None
    columns = heading.headings(grid, found, own)
    places = np.array([one.column for one in columns], dtype=int)
    if not columns:
        return pd.DataFrame(columns=[*FIGURE]), places
    rows = _rows(grid, found, own)
    down = {name: rows[name].to_numpy(dtype=object)[:, None] for name in rows}
    across = {name: np.array([getattr(one, name) for one in columns], dtype=object)[None, :] for name in HEADED}
    freq, time_period = _periods(down["row_period"], across["period"], own)
    percent = grid.letter[np.ix_(found.body, places)] == "p"
    unit = _first(_units(down, across, found, title), np.where(percent, "%", "").astype(object))
    names = np.array([letters(place) for place in places.tolist()], dtype=object)
    said = {
        "row": grid.rows[found.body][:, None],
        "cell": names[None, :] + down["row"].astype(str).astype(object),
        "group": down["group"],
        "label": down["label"],
        "variable": across["variable"],
        "text": grid.text[np.ix_(found.body, places)],
        "number_form": _forms(grid, found, places),
        "title": title,
        "heading": across["text"],
        "measure": _measures(across["measure"], unit, folded),
        "freq": freq,
        "time_period": time_period,
        "unit": unit,
        "prices": _first(across["prices"], prices),
        "base_per": _first(across["base_per"], base),
        "obs_status": _first(across["status"], down["row_status"]),
        "fault": _faults(grid, found, places),
        "question": _first(
            np.where(time_period == "", "period", "").astype(object),
            np.where(unit == "", "unit", "").astype(object),
            np.where(down["label"] == "", "label", "").astype(object),
        ),
    }
    at = np.nonzero(_block(grid, found, places))
    made = {name: _of_each(one, *at) for name, one in said.items()}
    return pd.DataFrame(made, index=range(len(at[0]))), places


def _of_each(said: Any, at_row: np.ndarray, at_column: np.ndarray) -> object:
    """Return what is said of each figure, of what is said of rows, of columns, of both or of the whole table."""
    if isinstance(said, str) or said.size == 1:
        return said if isinstance(said, str) else said.item()
    if said.shape[1] == 1:
        return pd.Series(said[:, 0]).take(at_row).array
    return pd.Series(said[0]).take(at_column).array if said.shape[0] == 1 else said[at_row, at_column]


def _first(*said: Texts | str) -> Texts:
    """Return what is said first of each figure, "" where nothing is."""
    made = np.asarray(said[-1], dtype=object)
    for one in said[-2::-1]:
        made = np.where(np.asarray(one, dtype=object) != "", one, made)
    return made


def _forms(grid: Grid, found: Found, places: np.ndarray) -> Texts:
    """Return how each cell writes its number: canonical, percent (a number shown as one) or vi, typed as text."""
    letter = grid.letter[np.ix_(found.body, places)]
    return np.where(letter == "n", "canonical", np.where(letter == "p", "percent", "vi")).astype(object)


def _faults(grid: Grid, found: Found, places: np.ndarray) -> Texts:
    """Return the rule that each cell breaks, "" for none."""
    block = np.ix_(found.body, places)
    letter = grid.letter[block]
    made = np.where(grid.word[block], "number_wrong", "").astype(object)
    for one, rule in FAULT.items():
        made[letter == one] = rule
    return made


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


def _periods(down: Texts, across: Texts, own: Period | None) -> tuple[Texts, Texts]:
    """Return frequency and period of each figure: its row's, else its column's, else the title's."""
    row, column, title = (_said(one) for one in (down, across, np.array([[own]], dtype=object)))
    of_row, of_column = row[0] != "", column[0] != ""
    freq, text = (np.where(of_row, row[at], np.where(of_column, column[at], title[at])).astype(object) for at in (0, 1))
    return freq, text


def _said(periods: Texts) -> tuple[Texts, Texts]:
    """Return the frequencies and the texts of periods, "" where there is none."""
    known = [(one.freq, one.text) if isinstance(one, Period) else ("", "") for one in periods.ravel().tolist()]
    freq, text = (np.array([one[at] for one in known], dtype=object).reshape(periods.shape) for at in (0, 1))
    return freq, text


def _units(down: dict[str, Texts], across: dict[str, Texts], found: Found, title: str) -> Texts:
    """Return the unit of each figure as read: of its column, its row, its group, its table, its title; of a comparison %."""
    whole = unit_text.of_line(found.unit) or unit_text.bracketed(title, text_of.folded(title))
    parts = PARTS_OF_UNIT.split(whole)
    compared = np.where(np.isin(across["measure"].astype(str), PER_CENT), "%", "").astype(object)
    last = _first(whole, down["unit_above"])
    if len(parts) == 2:
        plain, money = sorted(parts, key=lambda one: bool(word.pattern("money").search(text_of.folded(one))))
        pattern = word.pattern("money_part")
        last = np.array([[money if pattern.search(one) else plain for one in across["variable"].ravel()]], dtype=object)
    return _first(across["unit"], compared, down["unit_row"], down["unit_group"], last)


def _measures(measure: Texts, unit: Texts, title: str) -> Texts:
    """Return the measures; a plain column in % of a table titled as growth, share, index or comparison is that."""
    named = heading.measure_of_title(title)
    plain = (measure == "value") & ((unit == "%") | (unit == "(%)"))
    return np.where(plain & (named not in ("value", "plan")), named, measure)
