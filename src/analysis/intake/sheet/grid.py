"""A sheet as arrays: texts made whole, what each cell is, and which cells a merged one covers."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.intake.sheet import address
from analysis.intake.sheet import text as text_of
from analysis.intake.sheet.number_text import MISSING

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from analysis.intake.sheet.cells import Sheet

    Texts = NDArray[np.object_]
    Flags = NDArray[np.bool_]

NUMBERISH = re.compile(r"[(+\-\u2212]?\s*\d[\d.,\s\u00a0\u202f]*\)?\s*%?(?:\s*\([^)\d]*\))?")
RANGE = re.compile(r"([A-Z]+)(\d+):([A-Z]+)(\d+)")
YEAR = re.compile(r"\(?(?:19|20)\d\d\)?(?:\s*\(%\)|\s*%)?")


@dataclass(frozen=True)
class Grid:
    """`text` rows x columns, "" where empty; `folded` the same as compared; `number`, `mark`: whether a cell holds a figure,
    or a sign that there is none; `year`: whether it may be a year; `rows` the numbers of the rows; `merged` by cell: the
    last column that a merged cell of this row covers; `repairs` by cell: its text before and after, and what was mended;
    `letter` the type of each cell (cells.Row).
    """

    text: Texts
    folded: Texts
    number: Flags
    mark: Flags
    year: Flags
    rows: NDArray[np.int_]
    merged: dict[tuple[int, int], int]
    repairs: dict[tuple[int, int], tuple[str, str, str]]
    letter: NDArray[np.str_]

    @functools.cached_property
    def filled(self) -> Flags:
        """Whether a cell holds anything."""
        return np.asarray(self.text != "")

    @functools.cached_property
    def word(self) -> Flags:
        """Whether a cell holds text that is neither figure nor sign."""
        return self.filled & ~self.number & ~self.mark


def grid(sheet: Sheet) -> Grid:
    """Return the rows of a sheet as a grid."""
    rows, cells = [row.row for row in sheet.rows], [row.cells for row in sheet.rows]
    types = [row.types for row in sheet.rows]
    merged = [note.text for note in sheet.notes if note.kind == "merged"]
    width = max((len(one) for one in cells), default=0)
    texts = np.full((len(cells), width), "", dtype=object)
    letters = np.full((len(cells), width), "e", dtype="<U1")
    for place, (row, letter) in enumerate(zip(cells, types, strict=True)):
        texts[place, : len(row)] = row
        letters[place, : len(letter)] = list(letter)
    delivered = texts
    texts, mended = _whole(texts, letters)
    repairs = {place: (str(delivered[place]), str(texts[place]), names) for place, names in mended.items()}
    folded = _each(text_of.folded, texts, letters == "s")
    mark = np.isin(folded, MISSING) & (texts != "")
    numeric = np.isin(letters, ["n", "p", "f"])
    typed = _each(lambda text: NUMBERISH.fullmatch(text) is not None, texts, letters == "s").astype(bool) & ~mark
    number = numeric | np.where(letters == "s", typed, False).astype(bool)
    places = np.array(rows, dtype=int)
    return Grid(texts, folded, number, mark, _years(texts, number), places, _covered(merged, rows), repairs, letters)


def _whole(texts: Texts, letters: NDArray[np.str_]) -> tuple[Texts, dict[tuple[int, int], str]]:
    """Return the texts in Unicode, composed, without blanks at their ends, and by cell what was mended beside blanks; the
    encoding of a sheet is told by all its texts.
    """
    words = letters == "s"
    if not words.any():
        return texts, {}
    encoding = text_of.encoding_of(texts[words].tolist())
    known = {one: text_of.repaired(one, encoding) for one in set(texts[words].tolist())}
    telling = {one: "+".join(name for name in names if name != "blanks") for one, (_, names) in known.items()}
    rows, columns = np.nonzero(words)
    places = zip(rows.tolist(), columns.tolist(), strict=True)
    mended = {place: telling[texts[place]] for place in places if telling[texts[place]]}
    return _each(lambda text: known[text][0], texts, words), mended


def _each(change: object, texts: Texts, which: Flags) -> Texts:
    """Return the texts with those of `which` changed, each different one once."""
    made = texts.copy()
    if which.any():
        chosen = texts[which]
        known = {one: change(one) for one in set(chosen.tolist())}  # type: ignore[operator]
        made[which] = [known[one] for one in chosen.tolist()]
    return made


def _years(texts: Texts, number: Flags) -> Flags:
    years = np.zeros(texts.shape, dtype=bool)
    years[number] = [YEAR.fullmatch(text) is not None for text in texts[number].tolist()]
    return years


def _covered(merged: Sequence[str], rows: Sequence[int]) -> dict[tuple[int, int], int]:
    """Return for the first cell of each merged range in each of its rows the last column it covers."""
    place = {row: at for at, row in enumerate(rows)}
    found = {}
    for one in merged:
        match = RANGE.fullmatch(one)
        if match and int(match[2]) in place:
            found[place[int(match[2])], address.column(match[1])] = address.column(match[3])
    return found
