"""The reader of the project's own tidy form: one CSV line an observation, columns named as in the contract."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from analysis.errors import InputError
from analysis.intake.split import ENTRY, Split, rejections, skips
from analysis.reference.file import read_rows
from analysis.schema.codelist import NOT_APPLICABLE
from analysis.schema.raw import RAW_ROW
from analysis.schema.table import conform

if TYPE_CHECKING:
    import pandas as pd

HEADER = [*ENTRY, "note"]


def read(raw: Path, path: str) -> pd.DataFrame:
    """Return raw.row of the tidy file `path` (below the folder `raw`): every line as read, header and blanks included.

    Raises InputError when the file cannot be read as UTF-8 CSV or its header is not the tidy form's.
    """
    import pandas as pd

    lines = read_rows(raw / path)
    if not lines or lines[0][1] != HEADER:
        raise InputError("header_wrong", file=path, expected=",".join(HEADER))
    frame = pd.DataFrame(lines, columns=["row", "cells"]).assign(file=path, sheet=NOT_APPLICABLE)
    return conform(frame.assign(types=["s" * len(cells) for cells in frame["cells"]]), RAW_ROW)


def split(rows: pd.DataFrame) -> Split:
    """Return what the lines of one tidy file are: entries, the header and blank lines skipped, broken lines rejected."""
    import pandas as pd

    place = rows[["file", "sheet", "row"]]
    header = pd.Series([cells == HEADER for cells in rows["cells"]], index=rows.index)
    blank = pd.Series([not any(cell.strip() for cell in cells) for cells in rows["cells"]], index=rows.index)
    length = rows["cells"].map(len)
    broken = ~header & ~blank & (length != len(HEADER))
    good = ~header & ~blank & ~broken
    line = rows["row"].astype("str")
    table = pd.DataFrame(rows.loc[good, "cells"].tolist(), columns=HEADER, index=rows.index[good], dtype="str")
    entries = place[good].assign(
        cell=line[good] + f":{HEADER.index('obs_value') + 1}", number_form="canonical", **table[ENTRY].to_dict("series")
    )
    at = line + ":" + (length.clip(upper=len(HEADER)) + 1).astype("str")
    return Split(
        entries.reset_index(drop=True),
        skips(
            place[header | blank].assign(
                cell=NOT_APPLICABLE, reason=header[header | blank].map({True: "skip_header", False: "skip_blank"})
            )
        ),
        rejections(place[broken].assign(cell=at[broken], raw_text=None, rule="row_broken")),
    )
