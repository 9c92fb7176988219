"""What must not be stored: lists of persons, identity and telephone numbers. Refused before anything is kept.

An identity number has twelve digits (Nghị định 137/2015/NĐ-CP, Điều 13) and begins with the code of a province, 001 to 096
(Thông tư 59/2021/TT-BCA); a mobile number has ten and begins with 03, 05, 07, 08 or 09.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from analysis.errors import InputError
from analysis.intake.sheet import text as text_of
from analysis.intake.sheet import word
from analysis.intake.sheet.address import letters

if TYPE_CHECKING:
    import pandas as pd

IDENTITY = r"0\d{11}"
TELEPHONE = r"(?:\+84|84|0)[35789]\d{8}"
PERSONAL = re.compile(rf"(?:{IDENTITY}|{TELEPHONE})")
BETWEEN = re.compile(r"[\s.\-]+")
SHORTEST = 10  # letters of any such number
FEW = 3  # cells of a column that look so by chance; a list has more


def personal(rows: pd.DataFrame) -> tuple[str, str] | None:
    """Return sheet and first cell of a column of `rows` (raw.row) that holds persons: more than FEW numbers of theirs, or a
    header of personal data (sheet_word personal) with more than FEW filled cells below; None where there is no such column.
    """
    kinds = {one: _kind(one) for one in set(itertools.chain.from_iterable(rows["cells"]))}
    if not any(kinds.values()):
        return None
    cells = rows[["sheet", "row", "cells"]].assign(column=rows["cells"].map(lambda one: range(len(one))))
    cells = cells.explode(["cells", "column"]).dropna(subset=["cells"])
    texts = cells["cells"].astype("str")
    cells = cells.assign(text=texts)[texts != ""]
    cells = cells.assign(kind=cells["text"].map(kinds))
    numbers = cells[cells["kind"] == "number"]
    head = cells[cells["kind"] == "head"]
    keys = ["sheet", "column"]
    below = cells.merge(head[[*keys, "row"]], on=keys, suffixes=("", "_head"))
    below = below[(below["row"] > below["row_head"]) & ~below["text"].str.fullmatch(r"[\d.,\s%-]{1,9}")]
    for found in (numbers, below):
        count = found.groupby(keys, sort=False)["row"].agg(["size", "first"])
        many = count[count["size"] > FEW]
        if len(many):
            sheet, column = many.index[0]
            return str(sheet), f"{letters(int(column))}{many['first'].iloc[0]}"
    return None


def refuse(rows: pd.DataFrame, file: str) -> None:
    """Raise InputError personal_data, with sheet and cell, for a file that holds persons."""
    found = personal(rows)
    if found:
        raise InputError("personal_data", file=file, sheet=found[0], cell=found[1])


def _kind(text: str) -> str:
    """Return "number" for an identity or telephone number, "head" for a header of personal data, "" for anything else."""
    if len(text) >= SHORTEST and PERSONAL.fullmatch(BETWEEN.sub("", text)):
        return "number"
    return "head" if text_of.folded(text).rstrip(" :") in word.words()["personal"] else ""
