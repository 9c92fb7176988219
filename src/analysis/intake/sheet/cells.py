"""The cells of a workbook as text, read in a child process; run as a module it is that child: JSON on standard output."""

from __future__ import annotations

import datetime as dt
import json
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from analysis import child
from analysis.intake.sheet import address, formula, mark

MOST_ROWS, MOST_COLUMNS = 200_000, 500


class Row(NamedTuple):
    """One row: its number from 1, its cells as text from column A, and a letter a cell: n number, p number shown as a
    percentage, s text, d date, b yes or no, f formula without a stored result, e empty. Numbers are canonical (no ".0",
    decimal point), p as shown (0.96 is 96), dates ISO, b is `true` or `false`, the text of f is the formula.
    """

    row: int
    cells: list[str]
    types: str


class Note(NamedTuple):
    """What a reader of the sheet must know beside its cells. `cell`: where, a cell, rows "5:7" or columns "C:D", "" for the
    sheet itself; `kind`: of codelist note_kind; `text`: what it says, if anything.
    """

    cell: str
    kind: str
    text: str


class Sheet(NamedTuple):
    """One worksheet or table: its name, its rows, its notes."""

    name: str
    rows: list[Row]
    notes: list[Note]


def read(path: Path, seconds: float = 60, megabytes: int = 1024) -> list[Sheet]:
    """Return each worksheet of an .xlsx or .xls in the workbook's order.

    Raises InputError: workbook_too_large beyond the limits of time, memory, rows or columns; workbook_unreadable for a file
    that is missing, broken, encrypted or no workbook.
    """
    with tempfile.TemporaryFile() as output:
        child.run("analysis.intake.sheet.cells", [str(path.resolve())], path.name, output, seconds, megabytes)
        output.seek(0)
        sheets = json.load(output)
    return [Sheet(name, [Row(*row) for row in rows], [Note(*note) for note in notes]) for name, rows, notes in sheets]


def _cell(value: object) -> tuple[str, str]:
    """Return the text and the type letter of one cell."""
    if value is None or value == "":
        return "", "e"
    if isinstance(value, str):
        return value, "s"
    if isinstance(value, bool):
        return str(value).lower(), "b"
    if isinstance(value, int | float):
        return (str(int(value)) if float(value).is_integer() else repr(value)), "n"
    if isinstance(value, dt.datetime):
        whole_day = value.time() == dt.time()
        return (value.date() if whole_day else value).isoformat(), "d"
    if isinstance(value, dt.date):
        return value.isoformat(), "d"
    return str(value), "s"


def _print(file: str) -> int:
    """Print the sheets of a workbook as JSON; return the exit code."""
    import python_calamine

    path = Path(file)
    workbook = python_calamine.CalamineWorkbook.from_path(path)
    visible = python_calamine.SheetVisibleEnum.Visible
    hidden = [about.name for about in workbook.sheets_metadata if about.visible != visible]
    sheets: list[Sheet] = []
    for about in workbook.sheets_metadata:
        if about.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        sheet = workbook.get_sheet_by_name(about.name)
        last_row, last_column = sheet.end or (-1, -1)
        if last_row >= MOST_ROWS or last_column >= MOST_COLUMNS:
            return child.TOO_LARGE
        rows = sheet.to_python(skip_empty_area=False) if sheet.end else []
        pairs = [[_cell(value) for value in row] for row in rows]
        read = [Row(at, [text for text, _ in row], "".join(one for _, one in row)) for at, row in enumerate(pairs, start=1)]
        notes = [Note("", "hidden_sheet", "")] if about.name in hidden else []
        merged = [_range(one) for one in sheet.merged_cell_ranges or ()]
        notes += [Note(one.partition(":")[0], "merged", one) for one in merged]
        sheets.append(Sheet(about.name, read, notes))
    marks = mark.marks(path)
    sheets = [_marked(sheet, marks[sheet.name]) if sheet.name in marks else sheet for sheet in sheets]
    unresolved = formula.without_result(path)
    if any(row >= MOST_ROWS or column >= MOST_COLUMNS for places in unresolved.values() for row, column in places):
        return child.TOO_LARGE
    sheets = [sheet._replace(rows=_with_formulas(sheet.rows, unresolved.get(sheet.name, {}))) for sheet in sheets]
    sys.stdout.write(json.dumps(sheets, ensure_ascii=False))  # json.dump writes piece by piece, three times slower
    return 0


def _range(corners: tuple[tuple[int, int], tuple[int, int]]) -> str:
    """Return the corners of a range, rows and columns from 0, as "B3:D3"."""
    return ":".join(f"{address.letters(column)}{row + 1}" for row, column in corners)


def _marked(sheet: Sheet, marks: mark.Marks) -> Sheet:
    """Return the sheet with its marks as notes, and numbers shown as percentages as they are shown."""
    last = len(sheet.rows)
    struck = [(row, column) for row, column in sorted(marks.struck) if row < last and column < len(sheet.rows[row].cells)]
    struck = [(row, column) for row, column in struck if sheet.rows[row].cells[column]]
    notes = [*sheet.notes, *(Note(*one) for one in marks.notes if one[1] == "comment" or _holds(sheet.rows, one[0]))]
    notes += [Note(f"{address.letters(column)}{row + 1}", "struck", sheet.rows[row].cells[column]) for row, column in struck]
    columns: dict[int, list[int]] = {}
    for row, column in marks.percent:
        columns.setdefault(row, []).append(column)
    rows = [_as_shown(row, columns[at]) if at in columns else row for at, row in enumerate(sheet.rows)]
    return Sheet(sheet.name, rows, notes)


def _holds(rows: list[Row], span: str) -> bool:
    """Return whether anything stands in these rows ("5:7") or columns ("C:D")."""
    first, last = span.split(":")
    if first.isdigit():
        return any(any(row.cells) for row in rows[int(first) - 1 : int(last)])
    own = slice(address.column(first), address.column(last) + 1)
    return any(any(row.cells[own]) for row in rows)


def _as_shown(row: Row, columns: list[int]) -> Row:
    """Return the row with the numbers in these columns times a hundred."""
    cells, types = list(row.cells), list(row.types)
    for column in columns:
        if column < len(types) and types[column] == "n":
            cells[column], types[column] = _cell(float(f"{float(cells[column]) * 100:.15g}"))[0], "p"
    return Row(row.row, cells, "".join(types))


def _with_formulas(rows: list[Row], unresolved: dict[formula.Place, str]) -> list[Row]:
    """Return the rows with the formulas that have no result in their places."""
    last = max((row for row, _ in unresolved), default=-1)
    made = [*rows, *(Row(number + 1, [], "") for number in range(len(rows), last + 1))]
    for (row, column), text in unresolved.items():
        _, cells, types = made[row]
        longer = max(column + 1 - len(cells), 0)
        cells, types = [*cells, *[""] * longer], types + "e" * longer
        made[row] = Row(row + 1, [*cells[:column], text, *cells[column + 1 :]], types[:column] + "f" + types[column + 1 :])
    return made


if __name__ == "__main__":
    sys.exit(child.main(_print, sys.argv[1:]))
