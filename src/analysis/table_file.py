"""A table that a person hands in or edits, of whatever dialect: a CSV or the first sheet of a workbook -> rows as text.

Recognised and said: encoding (UTF-8 with or without its mark, UTF-16, Windows-1258, else 1252), separator (comma, semicolon,
tab, bar), decimal mark and the order of dates. Cells of number, year, date and bool columns come out as this project writes
them (1234.5, 2025, 2026-10-05, true), all others as they stand. What two readings fit is refused with row, column and what
to write; what is no number at all is a fault of its row, for the caller to tell. A file in the project's own form comes out
as it is.
"""

from __future__ import annotations

import csv
import gzip
import io
import unicodedata
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from analysis import table_cell
from analysis.errors import InputError
from analysis.table_cell import Column, Kinds

SEPARATORS = (",", ";", "\t", "|")
WORKBOOKS = (".xlsx", ".xls", ".xlsm", ".ods")
MOST_BYTES = 500_000_000
LONGEST_CELL = 10_000_000
LOOKED_AT = 30  # rows by which the separator is recognised
CANONICAL = {"encoding": "utf-8", "separator": ","}


@dataclass(frozen=True)
class Fault:
    """A cell that is not of its column's kind: row as a person counts it, column, text, and the wording key of why."""

    row: int
    column: str
    text: str
    key: str


@dataclass(frozen=True)
class TableFile:
    """`names` of the columns; `rows` as (row as a person counts it, cells); `faults`; `odd`: {place among the rows: how
    many cells it had}; `said`: what was recognised, by encoding, separator, decimal, dates ("" where nothing told).
    """

    names: list[str]
    rows: list[tuple[int, list[str]]]
    faults: list[Fault]
    odd: dict[int, int]
    said: dict[str, str]


def read(path: Path, kinds: Kinds, needed: Sequence[str] = (), ragged: bool = False) -> TableFile:
    """Return the table at `path`, a CSV (also .gz) or a workbook. `kinds`: number, year, date or bool by column name; a
    column not named is text. `needed`: columns by which the header and the separator are known. `ragged`: whether a row of
    too few or too many cells is kept, cut or filled up, and told in `odd`.

    Raises InputError where the file is missing, too large, no table, has no such header, a name twice or a row of too few or
    too many cells, and for a cell that two readings fit.
    """
    if not path.is_file():
        raise InputError("file_missing", file=path.name)
    if path.stat().st_size > MOST_BYTES:
        raise InputError("table_too_large", file=path.name, megabytes=MOST_BYTES // 1_000_000)
    known = [*kinds, *needed]
    grid, typed, said = _workbook(path, known) if path.suffix.lower() in WORKBOOKS else _text(path, known)
    names, rows, marks, odd = _framed(path, grid, typed, known, ragged)
    columns = {
        name: Column([cells[place] for _, cells in rows], [letters[place] for letters in marks], kinds[name])
        for place, name in enumerate(names)
        if name in kinds
    }
    read_ = table_cell.read(columns, vietnamese=said["separator"] == ";")
    if read_.ambiguous:
        name, at, more = read_.ambiguous
        raise InputError(f"table_ambiguous_{kinds[name]}", file=path.name, row=rows[at][0], column=name, **more)
    faults = [Fault(rows[at][0], name, columns[name].texts[at], f"table_no_{kinds[name]}") for name, at in read_.faults]
    places = {name: names.index(name) for name in columns}
    done = [(line, list(cells)) for line, cells in rows]
    for name, texts in read_.texts.items():
        for (_, cells), text in zip(done, texts, strict=True):
            cells[places[name]] = text
    return TableFile(names, done, faults, odd, said | read_.said)


def is_canonical(found: TableFile) -> bool:
    """Whether the file was in the project's own form."""
    return all(found.said[name] == value for name, value in CANONICAL.items()) and not found.said["dates"]


def decoded(data: bytes, name: str) -> tuple[str, str]:
    """Return the text of a file's bytes and its encoding. Raises InputError where no encoding fits."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return _strictly(data, encoding, name), encoding
    head = data[:1000]
    for half, encoding in ((head[1::2], "utf-16-le"), (head[::2], "utf-16-be")):
        if len(head) > 3 and half.count(0) > 0.4 * len(half):
            return _strictly(data, encoding, name), "utf-16"
    for encoding in ("utf-8", "cp1258", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return _sound(text, name), encoding
    raise InputError("table_encoding", file=name)


def _strictly(data: bytes, encoding: str, name: str) -> str:
    try:
        return _sound(data.decode(encoding), name)
    except UnicodeDecodeError as error:
        raise InputError("table_encoding", file=name) from error


def _sound(text: str, name: str) -> str:
    """Return a text without a mark of its order. Raises InputError where it holds what no text holds."""
    if "\x00" in text:
        raise InputError("table_no_text", file=name)
    return text.removeprefix("\ufeff")


def _text(path: Path, known: Sequence[str]) -> tuple[list[tuple[int, list[str]]], None, dict[str, str]]:
    """Return the rows of a CSV with their lines, and what was recognised."""
    try:
        data = path.read_bytes()
        data = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    except (OSError, EOFError, zlib.error) as error:
        raise InputError("table_damaged", file=path.name) from error
    text, encoding = decoded(data, path.name)
    if encoding in ("cp1258", "cp1252"):  # letters and their marks stand apart there
        text = unicodedata.normalize("NFC", text)
    separator, skipped = _separator(text, known)
    rows = list(_rows(path, text, separator, skipped))
    return rows, None, {"encoding": encoding.removesuffix("-sig"), "separator": separator}


def _rows(path: Path, text: str, separator: str, skipped: int) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    try:
        for cells in reader:
            if line > skipped and any(cell.strip() for cell in cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise InputError("row_broken", file=path.name, row=reader.line_num) from error


def _separator(text: str, known: Sequence[str]) -> tuple[str, int]:
    """Return the separator, and how many lines before the header only name it ("sep=;", as Excel does)."""
    first = text.lstrip("\r\n").split("\n", 1)[0].strip()
    if first.lower().startswith("sep=") and len(first) == 5:
        return first[4], 1
    lines = text.splitlines()[:LOOKED_AT]
    wanted = {_plain(name) for name in known}

    def fit(separator: str) -> tuple[int, int, int]:
        rows = [row for row in csv.reader(lines, delimiter=separator) if any(cell.strip() for cell in row)]
        header = {_plain(name) for name in rows[0]} if rows else set()
        alike = sum(len(row) == len(rows[0]) for row in rows) if rows and len(rows[0]) > 1 else 0
        return len(header & wanted), alike, len(header)

    return max(SEPARATORS, key=fit), 0


def _workbook(path: Path, known: Sequence[str]) -> tuple[list[tuple[int, list[str]]], list[str], dict[str, str]]:
    """Return the rows of the sheet whose first row holds most of the known names, with the type letters of their cells."""
    from analysis.intake.sheet import cells

    sheets = cells.read(path)
    wanted = {_plain(name) for name in known}

    def fit(rows: list[cells.Row]) -> int:
        return len({_plain(cell) for cell in rows[0].cells} & wanted) if rows else -1

    rows = [
        row for row in max((sheet.rows for sheet in sheets), key=fit, default=[]) if any(cell.strip() for cell in row.cells)
    ]
    return [(row.row, list(row.cells)) for row in rows], [row.types for row in rows], {"encoding": "", "separator": ""}


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name).strip().lower()


def _framed(
    path: Path, grid: list[tuple[int, list[str]]], typed: list[str] | None, known: Sequence[str], ragged: bool
) -> tuple[list[str], list[tuple[int, list[str]]], list[str], dict[int, int]]:
    """Return header, rows of its width, the type letters of their cells ("s" text) and which rows were of another width."""
    if not grid:
        raise InputError("table_empty", file=path.name)
    header = [unicodedata.normalize("NFC", name).strip() for name in grid[0][1]]
    while header and not header[-1]:
        header.pop()
    ours = {_plain(name): name for name in known}
    names = [ours.get(_plain(name), name) for name in header]
    if len(set(names)) < len(names) or "" in names:
        raise InputError("table_header", file=path.name, columns=", ".join(names))
    width = len(names)
    rows: list[tuple[int, list[str]]] = []
    marks: list[str] = []
    odd: dict[int, int] = {}
    for place, (line, cells) in enumerate(grid[1:], start=1):
        if (len(cells) < width and typed is None) or any(cell.strip() for cell in cells[width:]):
            odd[len(rows)] = len(cells)
            if not ragged:
                raise InputError("row_broken", file=path.name, row=line)
        rows.append((line, [*cells, *[""] * (width - len(cells))][:width]))
        marks.append((typed[place] if typed else "s" * width).ljust(width, "e"))
    return names, rows, marks, odd


def need(found: TableFile, path: Path, needed: Sequence[str]) -> None:
    """Raise InputError where a needed column is not there, naming those that are."""
    missing = [name for name in needed if name not in found.names]
    if missing:
        raise InputError("table_column_missing", file=path.name, columns=", ".join(missing), found=", ".join(found.names))


def told(found: TableFile) -> Mapping[str, str]:
    """Return what was recognised, for a sentence: wording keys of encoding and separator, the decimal mark, the dates."""
    separator = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", "": "none"}.get(found.said["separator"], "other")
    return {**found.said, "separator": separator, "encoding": found.said["encoding"].upper() or "XLSX"}
