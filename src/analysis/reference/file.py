"""Read a table kept by hand (manifest, reference, plan) by its contract, from a file of whatever dialect a person saved it
in; the first fault names file and row.
"""

from __future__ import annotations

import csv
import datetime as dt
import math
from pathlib import Path
from typing import TYPE_CHECKING

from analysis import table_file
from analysis.errors import InputError
from analysis.schema.codelist import CODELISTS
from analysis.schema.table import ISO_DATE, PANDAS_TYPE, Column, Table

if TYPE_CHECKING:
    import pandas as pd


KINDS = {"int": "number", "float": "number", "bool": "bool", "date": "date"}  # of columns, for cells of any dialect


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
    path = _standing(path)
    try:
        return _frame(path, table, read_rows(path))
    except InputError as strictly:
        rows, canonical = _of_any_dialect(path, table)
        try:
            return _frame(path, table, rows)
        except InputError:
            if canonical:
                raise strictly from None
            raise


def texts(path: Path, table: Table) -> list[list[str]]:
    """Return header and rows of a table as this project writes them, whatever the dialect of its file. Raises as `read`."""
    path = _standing(path)
    read(path, table)
    try:
        rows = read_rows(path)
    except InputError:
        rows = []
    if not rows or rows[0][1] != table.names:
        rows, _ = _of_any_dialect(path, table)
    return [cells for _, cells in rows if any(cell.strip() for cell in cells)]


def _standing(path: Path) -> Path:
    """Return the file of a table: the CSV, or the workbook that stands in its place. Raises InputError for both."""
    workbook = path.with_suffix(".xlsx")
    if path.suffix != ".csv" or not workbook.is_file():
        return path
    if path.is_file():
        raise InputError("table_twice", file=path.name, other=workbook.name)
    return workbook


def _of_any_dialect(path: Path, table: Table) -> tuple[list[tuple[int, list[str]]], bool]:
    """Return header and rows of a table in the columns of its contract, and whether it was in this project's own form.

    Raises InputError where they cannot be told.
    """
    kinds = {column.name: KINDS[column.type] for column in table.columns if column.type in KINDS}
    found = table_file.read(path, kinds, table.names)
    if sorted(found.names) != sorted(table.names):
        raise InputError("header_wrong", file=path.name, expected=",".join(table.names))
    order = [found.names.index(name) for name in table.names]
    rows = [(line, [cells[place] for place in order]) for line, cells in found.rows]
    return [(1, table.names), *rows], table_file.is_canonical(found) and order == sorted(order)


def _frame(path: Path, table: Table, rows: list[tuple[int, list[str]]]) -> pd.DataFrame:
    import pandas as pd

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
