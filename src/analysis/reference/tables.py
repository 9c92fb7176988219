"""The reference tables of data/raw/reference, read strictly."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from analysis.errors import InputError
from analysis.reference import file
from analysis.schema import AREA, INDICATOR, SOURCE

if TYPE_CHECKING:
    import pandas as pd


def read(folder: Path) -> dict[str, pd.DataFrame]:
    """Return {"indicator": ..., "area": ..., "source": ...}, typed.

    Raises InputError for a broken cell (reference.file.read) or two validities of one area code that overlap.
    """
    tables = {table.name: file.read(folder / f"{table.name}.csv", table) for table in (INDICATOR, AREA, SOURCE)}
    ordered = tables["area"].sort_values(["ref_area", "valid_from"])
    before = ordered.groupby("ref_area")["valid_to"].shift()
    follows = ordered["ref_area"].duplicated()
    overlap = ordered[follows & ~(before < ordered["valid_from"])]
    if len(overlap):
        raise InputError("area_overlap", file="area.csv", row=int(overlap.index[0]) + 2)
    return tables
