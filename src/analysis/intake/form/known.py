"""The figures that a data-entry workbook brings along: shown in their cells, kept on a hidden sheet nobody writes into.

A cell that still says what it was handed out with is no news; one that says something else turns amber and is a revision.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from analysis.reference import wording

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell

SHEET = "workbook_sheet_known"
INK, CHANGED = "FF1F4E79", "FFFFEB9C"
Key = tuple[str, str, str]  # indicator, activity, "2025" or "2026-09"


class Figure(NamedTuple):
    """What a cell was handed out with; `source`: who said so and when, for the person who reads it."""

    value: float
    obs_status: str
    source: str


def write(book: Workbook, figures: Mapping[Key, Figure], lang: str) -> None:
    """Add the hidden sheet with the figures to a workbook that is written."""
    sheet = book.create_sheet(wording.text(SHEET, lang))
    sheet.append([wording.text("workbook_known_about", lang)])
    for (indicator, activity, period), figure in figures.items():
        sheet.append([indicator, activity, period, repr(float(figure.value)), figure.obs_status, figure.source])
    sheet.sheet_state = "hidden"
    sheet.protection.sheet = True


def show(cell: Cell, shown: object) -> None:
    """Mark a cell as one that was filled in with `shown`, amber as soon as it says something else."""
    from openpyxl.formatting.rule import CellIsRule
    from openpyxl.styles import Font, PatternFill

    font = cell.font
    cell.font = Font(name=font.name, color=INK)
    formula = f'"{shown}"' if isinstance(shown, str) else repr(shown)
    amber = PatternFill("solid", bgColor=CHANGED)
    cell.parent.conditional_formatting.add(cell.coordinate, CellIsRule("notEqual", [formula], fill=amber))


def read(lines: Sequence[Mapping[str, Any]]) -> dict[Key, Figure]:
    """Return the figures of the hidden sheet from its rows of raw.row."""
    return dict(_figures(lines))


def _figures(lines: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Key, Figure]]:
    for line in lines:
        if len(line["cells"]) >= 6:
            indicator, activity, period, value, status, source = line["cells"][:6]
            try:
                yield (indicator, activity, period), Figure(float(value), status, source)
            except ValueError:  # its title
                continue
