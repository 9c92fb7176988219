"""Which reader a received file needs: one per form."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from analysis.errors import InputError
from analysis.intake.form import returned
from analysis.intake.reader import tidy
from analysis.intake.split import Split

if TYPE_CHECKING:
    import pandas as pd

TIDY, WORKBOOK = ".csv", ".xlsx"


def read(raw: Path, path: str) -> pd.DataFrame:
    """Return raw.row of the file `path` below the folder `raw`. Raises InputError for a form nobody reads."""
    form = Path(path).suffix.lower()
    if form == TIDY:
        return tidy.read(raw, path)
    if form == WORKBOOK:
        return returned.read(raw, path)
    raise InputError("form_unknown", file=path)


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
