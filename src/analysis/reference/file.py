"""Read a CSV kept by hand (manifest, reference, plan) strictly by its contract; the first fault names file and row."""

from __future__ import annotations

import csv
import datetime as dt
import math
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.errors import InputError
from analysis.schema.codelist import CODELISTS
from analysis.schema.table import ISO_DATE, PANDAS_TYPE, Column, Table

if TYPE_CHECKING:
    import pandas as pd


def read_rows(path: Path) -> list[tuple[int, list[str]]]:
    """Return (line number, cells) of every line of a UTF-8 CSV with LF or CRLF line ends, cells as text.

    Raises InputError when the file is missing, not UTF-8, or its quoting is broken.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            rows, line = [], 1
            for cells in reader:
                rows.append((line, cells))
                line = reader.line_num + 1
            return rows
    except FileNotFoundError as error:
        raise InputError("file_missing", file=path.name) from error
    except UnicodeDecodeError as error:
        raise InputError("file_not_utf8", file=path.name) from error
    except csv.Error as error:
        raise InputError("row_broken", file=path.name, row=reader.line_num) from error


def parse(text: str, column: Column) -> object:
    """Return the cell `text` as the column's type, None when empty. Raises ValueError when it is not of that type.

    Several texts stand in one cell with ";" between them.
    """
    text = text.strip()
    if text == "":
        if column.type == "texts":
            return []
        if column.required:
            raise ValueError("empty")
        return None
    if column.type == "texts":
        return [part.strip() for part in text.split(";")]
    if column.codes and text not in CODELISTS[column.codes]:
        raise ValueError(text)
    if column.type == "int":
        return int(text)
    if column.type == "float":
        value = float(text)
        if not math.isfinite(value):
            raise ValueError(text)
        return value
    if column.type == "bool":
        return {"true": True, "false": False}[text]
    if column.type == "date":
        if not ISO_DATE.fullmatch(text):
            raise ValueError(text)
        return dt.date.fromisoformat(text)
    return text


def read(path: Path, table: Table) -> pd.DataFrame:
    """Return the CSV at `path` as a frame with the columns, dtypes and unique key of `table`.

    Raises InputError naming file and line for a missing or unknown column, a line with too few or too many cells, a
    cell that is not of its type or codelist, a repeated key.
    """
    import pandas as pd

    rows = read_rows(path)
    if not rows or rows[0][1] != table.names:
        raise InputError("header_wrong", file=path.name, expected=",".join(table.names))
    records, seen = [], set()
    for line, cells in rows[1:]:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(table.columns):
            raise InputError("row_broken", file=path.name, row=line)
        record = {}
        for column, text in zip(table.columns, cells, strict=True):
            try:
                record[column.name] = parse(text, column)
            except (ValueError, KeyError) as error:
                raise InputError("cell_wrong", file=path.name, row=line, column=column.name, text=text) from error
        key = tuple(record[name] for name in table.key)
        if key in seen:
            raise InputError("key_repeated", file=path.name, row=line, value=", ".join(map(str, key)))
        seen.add(key)
        records.append(record)
    return pd.DataFrame(records, columns=table.names).astype({c.name: PANDAS_TYPE[c.type] for c in table.columns})
