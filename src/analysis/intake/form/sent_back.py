"""A copy of the sender's own workbook in which each refused cell is red and says in a comment what is wrong and what to do.

Run as a module it is the child process that opens the workbook.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis import child
from analysis.whole_file import drafted

if TYPE_CHECKING:
    import pandas as pd
    from openpyxl.worksheet.worksheet import Worksheet

FORMS = (".xlsx", ".xlsm")  # what can be marked
RED, TAB = "FFFFC7CE", "FFC00000"
WIDTH, HEIGHT = 320, 110  # of a comment, in points
SECONDS, MEGABYTES = 60, 1024


def write(delivered: Path, target: Path, marks: pd.DataFrame, author: str) -> None:
    """Write to `target` (.xlsx, without macros) the workbook `delivered` with `marks`: sheet, cell, text.

    Raises InputError as child.run, before anything is written.
    """
    with drafted(target) as draft, tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "marks.json"
        told.write_text(json.dumps(marks[["sheet", "cell", "text"]].to_dict("records")), encoding="utf-8")
        arguments = [str(one.resolve()) for one in (delivered, draft, told)]
        with tempfile.TemporaryFile() as output:
            child.run(__name__, [*arguments, author], delivered.name, output, SECONDS, MEGABYTES)


def _marked(delivered: str, draft: str, told: str, author: str) -> int:
    """Be the child: write the marked copy; return the exit code."""
    import openpyxl

    book = openpyxl.load_workbook(delivered)
    marks = json.loads(Path(told).read_text(encoding="utf-8"))
    for mark in marks:
        _mark(book[mark["sheet"]], mark, author)
    if marks:
        book.active = book.sheetnames.index(marks[0]["sheet"])
        for sheet in book.worksheets:
            sheet.sheet_view.tabSelected = sheet is book.active
    with Path(draft).open("wb") as file:
        book.save(file)
    return 0


def _mark(sheet: Worksheet, mark: dict[str, Any], author: str) -> None:
    """Mark one refused cell, after what a comment of the sender's says there."""
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    cell = sheet[mark["cell"]]
    before = [cell.comment.text] if cell.comment else []
    cell.fill = PatternFill("solid", fgColor=RED)
    cell.comment = Comment("\n".join([*before, mark["text"]]), author, height=HEIGHT, width=WIDTH)
    sheet.sheet_properties.tabColor = TAB


if __name__ == "__main__":
    sys.exit(child.main(_marked, sys.argv[1:]))
