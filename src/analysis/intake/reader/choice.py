"""Which reader a received file needs: one per form."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.errors import InputError
from analysis.intake.form import returned
from analysis.intake.reader import tidy
from analysis.intake.sheet import cells
from analysis.intake.split import Split
from analysis.schema.codelist import NOT_APPLICABLE
from analysis.schema.raw import RAW_NOTE, RAW_ROW
from analysis.schema.table import conform, empty

if TYPE_CHECKING:
    import pandas as pd

TIDY, WORKBOOK = ".csv", ".xlsx"


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
    if form == WORKBOOK:
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


def split(rows: pd.DataFrame, manifest: pd.DataFrame, cards: pd.DataFrame) -> list[Split]:
    """Return what the rows of raw.row are, file by file. Raises RuntimeError when a row is in none of the three parts."""
    files = manifest.set_index("path")
    made = []
    for path, own in rows.groupby("file", sort=False):
        csv = str(path).lower().endswith(TIDY)
        part = tidy.split(own) if csv else returned.split(own, files.loc[path], cards)
        parts = (part.entries, part.skipped, part.rejected)
        seen = {row for frame in parts for row in zip(frame["sheet"], frame["row"], strict=True)}
        if seen != set(zip(own["sheet"], own["row"], strict=True)):
            raise RuntimeError(f"{path}: a row is not accounted for")
        made.append(part)
    return made
