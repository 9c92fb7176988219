"""Formulas of an .xlsx that have no stored result: a program wrote the file and no spreadsheet ever opened it.

Such a cell reads as empty; nothing but the sheet's own XML tells that somebody meant a figure (ISO/IEC 29500-1, 18.3.1.4 c,
18.3.1.40 f, 18.3.1.96 v). Standard library alone: the child process of `cells` needs nothing more.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from analysis.intake.sheet import address, archive
from analysis.intake.sheet.archive import Attributes

ADDRESS = re.compile(r"([A-Z]{1,3})([0-9]+)")
FORMULA = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?f[\s/>]")
CHUNK, TAG = 2**20, 64  # bytes: read at once, and longer than the tag's name
Place = tuple[int, int]  # row and column, from 0


def without_result(path: Path) -> dict[str, dict[Place, str]]:
    """Return the formulas without a stored result by sheet name and place, "=" before each; {} for a file that is no .xlsx.

    Raises what zipfile and expat raise for a broken one.
    """
    if not zipfile.is_zipfile(path):
        return {}
    with zipfile.ZipFile(path) as book:
        members = archive.sheets(book)
        return {name: _of_sheet(book, member) for name, member in members.items() if _has_formula(book, member)}


def _has_formula(book: zipfile.ZipFile, member: str) -> bool:
    """Whether a sheet holds any formula: most hold none, and searching its bytes takes a fiftieth of reading its XML."""
    before = b""
    with book.open(member) as file:
        while part := file.read(CHUNK):
            if FORMULA.search(before + part):
                return True
            before = part[-TAG:]
    return False


def _of_sheet(book: zipfile.ZipFile, member: str) -> dict[Place, str]:
    found: dict[Place, str] = {}
    row, column, formula, kind, inside = -1, -1, [""], "", ""
    known = False

    def begun(tag: str, about: Attributes) -> None:
        nonlocal row, column, formula, kind, inside, known
        if tag == "row":
            row, column = int(about["r"]) - 1 if "r" in about else row + 1, -1
        elif tag == "c":
            match = ADDRESS.fullmatch(about.get("r", ""))
            column = address.column(match[1]) if match else column + 1
            formula, kind, known = [], about.get("t", ""), False
        elif tag == "f":
            formula = ["="]
        inside = tag

    def text(data: str) -> None:
        nonlocal known
        if inside == "f":
            formula.append(data)
        elif inside in ("v", "t"):
            known = known or bool(data.strip())

    def ended(tag: str) -> None:
        nonlocal inside
        inside = ""
        if tag == "c" and formula and not known and kind != "str":
            found[row, column] = "".join(formula)

    with book.open(member) as file:
        archive.parse(file, begun, text, ended)
    return found
