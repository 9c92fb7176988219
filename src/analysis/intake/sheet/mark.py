"""What a person sees in an .xlsx beside its values: hidden rows and columns, filters, comments, struck text, percents.

ISO/IEC 29500-1: 18.3.1.73 row, 18.3.1.13 col, 18.3.1.2 autoFilter, 18.7.3 comment, 18.8.10 cellXfs, 18.8.30 numFmt. A sheet
is searched, not parsed: most hold none of these, and their XML is long. Standard library alone, as the child process needs.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from analysis.intake.sheet import address, archive
from analysis.intake.sheet.archive import Attributes

ON = ("1", "true")
PERCENT_FORMATS = {"9", "10"}  # built in: 0% and 0.00%
LITERAL = re.compile(r'"[^"]*"|\\.')  # in a number format: text that is only shown
PREFIX = rb"<(?:[A-Za-z_][\w.-]*:)?"
ROW = re.compile(PREFIX + rb'row\s[^>]*?\bhidden="(?:1|true)"[^>]*>')
COLUMN = re.compile(PREFIX + rb'col\s[^>]*?\bhidden="(?:1|true)"[^>]*>')
FILTER = re.compile(PREFIX + rb"autoFilter\s[^>]*>")
ATTRIBUTE = re.compile(rb'\b(r|s|min|max|ref)="([^"]*)"')
CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
RANGE = re.compile(r"\$?[A-Z]{1,3}\$?([0-9]+):\$?[A-Z]{1,3}\$?([0-9]+)")
Told = tuple[str, str, str]


class Marks(NamedTuple):
    """Of one sheet: `notes`, cell or range, kind (codelist note_kind) and text; `struck`, `percent`: cells (row and column
    from 0) whose style strikes their text out, or shows their number times a hundred.
    """

    notes: list[Told]
    struck: set[tuple[int, int]]
    percent: set[tuple[int, int]]


def marks(path: Path) -> dict[str, Marks]:
    """Return the marks of each worksheet by its name; {} for a file that is no .xlsx.

    Raises what zipfile and expat raise for a broken one.
    """
    if not zipfile.is_zipfile(path):
        return {}
    with zipfile.ZipFile(path) as book:
        struck, percent = _styles(book)
        return {name: _of_sheet(book, member, struck, percent) for name, member in archive.sheets(book).items()}


def _of_sheet(book: zipfile.ZipFile, member: str, struck: set[str], percent: set[str]) -> Marks:
    xml = book.read(member)
    rows = [int(about["r"]) for about in _found(ROW, xml) if about.get("r", "").isdigit()]
    filters = [RANGE.fullmatch(about.get("ref", "")) for about in _found(FILTER, xml)]
    filtered = {row for one in filters if one for row in rows if int(one[1]) <= row <= int(one[2])}
    columns = [
        f"{address.letters(int(about['min']) - 1)}:{address.letters(int(about['max']) - 1)}"
        for about in _found(COLUMN, xml)
        if about.get("min", "").isdigit() and about.get("max", "").isdigit()
    ]
    notes = [
        *((one, "hidden_row", "") for one in _runs(row for row in rows if row not in filtered)),
        *((one, "filtered_row", "") for one in _runs(filtered)),
        *((one, "hidden_column", "") for one in columns),
        *_comments(book, member),
    ]
    styled = _styled(xml, struck | percent)
    return Marks(
        notes,
        {place for place, style in styled.items() if style in struck},
        {place for place, style in styled.items() if style in percent},
    )


def _found(tag: re.Pattern[bytes], xml: bytes) -> list[dict[str, str]]:
    return [{name.decode(): value.decode() for name, value in ATTRIBUTE.findall(match)} for match in tag.findall(xml)]


def _styled(xml: bytes, styles: set[str]) -> dict[tuple[int, int], str]:
    """Return the style of each cell that has one of these."""
    if not styles:
        return {}
    numbers = "|".join(sorted(styles)).encode()
    found = {}
    for about in _found(re.compile(PREFIX + rb'c\s[^>]*?\bs="(?:' + numbers + rb')"[^>]*>'), xml):
        cell = CELL.fullmatch(about.get("r", ""))
        if cell:
            found[int(cell[2]) - 1, address.column(cell[1])] = about["s"]
    return found


def _styles(book: zipfile.ZipFile) -> tuple[set[str], set[str]]:
    """Return the numbers of the cell styles that strike text out, and of those that show a percentage."""
    fonts: list[bool] = []
    codes: dict[str, str] = {}
    chosen: list[tuple[int, str]] = []
    inside = ""

    def begun(tag: str, about: Attributes) -> None:
        nonlocal inside
        if tag in ("fonts", "cellXfs", "cellStyleXfs", "dxfs"):
            inside = tag
        elif tag == "numFmt":
            codes[about.get("numFmtId", "")] = about.get("formatCode", "")
        elif tag == "font" and inside == "fonts":
            fonts.append(False)
        elif tag == "strike" and inside == "fonts" and fonts:
            fonts[-1] = about.get("val", "1") in ON
        elif tag == "xf" and inside == "cellXfs":
            chosen.append((int(about.get("fontId", "0")), about.get("numFmtId", "0")))

    if "xl/styles.xml" in book.namelist():
        with book.open("xl/styles.xml") as file:
            archive.parse(file, begun)
    percent = PERCENT_FORMATS | {key for key, code in codes.items() if "%" in LITERAL.sub("", code)}
    return (
        {str(at) for at, (font, _) in enumerate(chosen) if font < len(fonts) and fonts[font]},
        {str(at) for at, (_, number) in enumerate(chosen) if number in percent},
    )


def _comments(book: zipfile.ZipFile, member: str) -> list[Told]:
    """Return the comments of a sheet: cell, kind, text."""
    names = set(book.namelist())
    found: list[Told] = []
    cell, parts, inside = "", [""], False

    def begun(tag: str, about: Attributes) -> None:
        nonlocal cell, parts, inside
        if tag == "comment":
            cell, parts = about.get("ref", ""), []
        inside = tag == "t"

    def text(data: str) -> None:
        if inside:
            parts.append(data)

    def ended(tag: str) -> None:
        nonlocal inside
        inside = False
        if tag == "comment":
            found.append((cell, "comment", " ".join("".join(parts).split())))

    for target in archive.relations(book, member).values():
        if target in names and re.fullmatch(r"comments?\d*\.xml", target.rpartition("/")[2]):
            with book.open(target) as file:
                archive.parse(file, begun, text, ended)
    return found


def _runs(rows: Iterable[int]) -> list[str]:
    """Return rows as ranges: "5:7" for 5, 6, 7."""
    runs: list[list[int]] = []
    for row in sorted(rows):
        if runs and row == runs[-1][1] + 1:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    return [f"{first}:{last}" for first, last in runs]
