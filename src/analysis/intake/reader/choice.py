"""Which reader a received file needs: one per form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.errors import InputError
from analysis.intake import manifest as manifest_of
from analysis.intake.form import returned
from analysis.intake.reader import tables, tidy
from analysis.intake.sheet import cells
from analysis.intake.split import Split, replaced
from analysis.schema.codelist import NOT_APPLICABLE
from analysis.schema.raw import RAW_NOTE, RAW_ROW
from analysis.schema.table import conform, empty

if TYPE_CHECKING:
    import pandas as pd

TIDY, WORKBOOKS = ".csv", (".xlsx", ".xls", ".xlsm", ".ods")


@dataclass(frozen=True)
class Received:
    """A file as read: frames raw.row and raw.note."""

    rows: pd.DataFrame
    notes: pd.DataFrame


def read(raw: Path, path: str) -> Received:
    """Return the file `path` below the folder `raw` as read. Raises InputError for a form nobody reads, as cells.read."""
    form = Path(path).suffix.lower()
    if form == TIDY:
        return Received(tidy.read(raw, path), empty(RAW_NOTE))
    if form in WORKBOOKS:
        return _of_sheets(path, cells.read(raw / path))
    raise InputError("form_unknown", file=path)


def _of_sheets(path: str, sheets: list[cells.Sheet]) -> Received:
    import pandas as pd

    rows = [(path, sheet.name, *row) for sheet in sheets for row in sheet.rows]
    notes = [
        (path, sheet.name, note.cell or NOT_APPLICABLE, note.kind, note.text or None)
        for sheet in sheets
        for note in sheet.notes
    ]
    return Received(
        conform(pd.DataFrame(rows, columns=RAW_ROW.names), RAW_ROW),
        conform(pd.DataFrame(notes, columns=RAW_NOTE.names), RAW_NOTE),
    )


def split(rows: pd.DataFrame, notes: pd.DataFrame, manifest: pd.DataFrame, known: tables.Known) -> list[Split]:
    """Return what the rows of raw.row are, file by file; `notes` of raw.note. A file of which a newer copy came is skipped.

    Raises RuntimeError as `accounted`.
    """
    files, older = manifest.set_index("path"), manifest_of.replaced(manifest)
    made = []
    for path, own in rows.groupby("file", sort=False):
        part = of_file(own, notes[notes["file"] == path], files.loc[path], known)
        made.append(replaced(part) if path in older else part)
    return made


def of_file(rows: pd.DataFrame, notes: pd.DataFrame, file: Mapping[str, Any], known: tables.Known) -> Split:
    """Return what the rows of one file are; `file`: its row of the manifest. Raises RuntimeError as `accounted`."""
    form = form_of(rows)
    if form == "tidy":
        return accounted(rows, tidy.split(rows))
    if form == "template":
        return accounted(rows, returned.split(rows, file, known.indicator))
    return accounted(rows, tables.split(rows, notes, file, known))


def accounted(rows: pd.DataFrame, part: Split) -> Split:
    """Return the split of a file. Raises RuntimeError when one of its rows is in none of the three parts."""
    parts = (part.entries, part.skipped, part.rejected)
    seen = {row for frame in parts for row in zip(frame["sheet"], frame["row"], strict=True)}
    if seen != set(zip(rows["sheet"], rows["row"], strict=True)):
        raise RuntimeError(f"{rows['file'].iloc[0]}: a row is not accounted for")
    return part


def form_of(rows: pd.DataFrame) -> str:
    """Return the form of a file's rows: tidy, template (the data-entry workbook) or tables."""
    if str(rows["file"].iloc[0]).lower().endswith(TIDY):
        return "tidy"
    return "template" if returned.is_form(rows) else "tables"
