"""The reader of the project's own tidy form: one CSV line an observation, columns named as in the contract."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from analysis.errors import InputError
from analysis.reference.file import read_rows
from analysis.schema import NOT_APPLICABLE, RAW_ROW, Column, conform

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    Column("indicator", "text", "id of a definition card"),
    Column("ref_area", "text", "area code as issued"),
    Column("area_valid_from", "date", "first day of the area's validity"),
    Column("activity", "text", "economic activity", codes="activity"),
    Column("freq", "text", "A, Q, M or YTD", codes="freq"),
    Column("time_period", "text", "2025, 2025-Q3, 2025-09"),
    Column("obs_value", "float", "the figure, decimal point; empty where the source has none", required=False),
    Column("unit_measure", "text", "unit as read"),
    Column("prices", "text", "V, Q or _Z", codes="prices"),
    Column("base_per", "text", "base year or _Z"),
    Column("concept", "text", "what is measured", codes="concept"),
    Column("obs_status", "text", "A, P or E; empty: the manifest's", required=False, codes="obs_status"),
    Column("vintage", "date", "day of publication"),
    Column("vintage_assumed", "bool", "the day of retrieval stands for it"),
    Column("source_id", "text", "page or table it was read at"),
    Column("note", "text", "anything else", required=False),
)
HEADER = [column.name for column in COLUMNS]


def read(raw: Path, path: str) -> pd.DataFrame:
    """Return raw.row of the tidy file `path` (below the folder `raw`): every line as read, header and blanks included.

    Raises InputError when the file cannot be read as UTF-8 CSV or its header is not the tidy form's.
    """
    import pandas as pd

    lines = read_rows(raw / path)
    if not lines or lines[0][1] != HEADER:
        raise InputError("header_wrong", file=path, expected=",".join(HEADER))
    frame = pd.DataFrame(lines, columns=["row", "cells"]).assign(file=path, sheet=NOT_APPLICABLE)
    return conform(frame, RAW_ROW)
