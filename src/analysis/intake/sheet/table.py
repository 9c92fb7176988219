"""The tables of a sheet, found by what their cells are: title, unit line, header lines, stub, figures, notes.

A row with figures is body. A table begins with the words above its first body row: those that stand in columns of figures
are its header, those that do not its title; a lone unit between them is its unit. It ends where words stand in two columns
of figures again: that is the next table's header. No name of a sheet, no number of a row or column is known beforehand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.intake.sheet import unit_text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from analysis.intake.sheet.grid import Grid

    Flags = NDArray[np.bool_]
    Ints = NDArray[np.int_]

ORDINAL = re.compile(r"[a-d]?|\(?\d{1,2}\)?")  # of a column, or an empty cell
MOST_HEADER = 12  # rows above the first figures that may belong to their table
TITLED = re.compile(
    r"(?:bieu|bang|table|phu luc)?\s*[\divxlc]+(?:[.,]\d+)*\s*[.:)/-]\s*\S|(?:bieu|bang|table|phu luc|\(?tiep theo)\b"
)


@dataclass(frozen=True)
class Found:
    """Places (row and column indices of the grid) of one table. `title`, `header`, `body`, `notes`: rows; `stub`, `data`:
    columns of labels and of figures; `units`: the column of units, -1 for none; `unit`: the table's unit as it stands.
    """

    title: Ints
    header: Ints
    body: Ints
    notes: Ints
    stub: Ints
    data: Ints
    units: int
    unit: str


def tables(grid: Grid) -> list[Found]:
    """Return the tables of a sheet from top to bottom; rows that belong to none are left out."""
    if not grid.text.size or not grid.number.any():
        return []
    body = _is_body(grid)
    found = []
    for first, last in _blocks(grid, body):
        one = _table(grid, body, first, last)
        if one is not None:
            found.append(one)
    return found


def _is_body(grid: Grid) -> Flags:
    """Whether a row holds figures of a table: a number that is no year, or a sign of none, beside a label."""
    real = grid.number & ~grid.year
    label = _labelled(grid)
    signs = grid.mark & ~np.isin(grid.folded, ["x"])
    counted = real.any(axis=1) | (signs.sum(axis=1) >= 1) & label
    years_down = grid.year[:, :2].any(axis=1) & real.any(axis=1)
    lone = (grid.filled.sum(axis=1) == 1) & grid.number.any(axis=1)  # the number of a page
    heading = grid.year.any(axis=1) & ~(real.any(axis=1))
    real_label = label | years_down | (real.sum(axis=1) >= 2)
    return np.asarray((counted | years_down) & ~lone & ~heading & real_label & ~numbered(grid))


def numbered(grid: Grid) -> Flags:
    """Return whether each row numbers the columns: "A B 1 2 3"."""
    count = {one: ORDINAL.fullmatch(one) is not None for one in set(grid.folded.ravel().tolist())}
    likely = np.array([all(map(count.__getitem__, row)) for row in grid.folded.tolist()], dtype=bool)
    for row in np.flatnonzero(likely):
        likely[row] = _counts_up([one for one in grid.folded[row].tolist() if one and not one.isalpha()])
    return likely


def _counts_up(texts: list[str]) -> bool:
    if len(texts) < 3:
        return False
    numbers = [int(one.strip("()")) for one in texts]
    return numbers[0] <= 3 and all(0 < after - before <= 2 for before, after in zip(numbers, numbers[1:], strict=False))


def _labelled(grid: Grid) -> Flags:
    """Whether a word stands left of the first figure of the row."""
    columns = np.arange(grid.text.shape[1])
    figure = grid.number | grid.mark
    first = np.where(figure.any(axis=1), np.where(figure, columns, len(columns)).min(axis=1), 0)
    label = grid.word & (columns < first[:, None])
    # an ordinal before the label: the word stands between two numbers
    second = grid.word.any(axis=1) & (np.where(grid.word, columns, len(columns)).min(axis=1) <= 2)
    return np.asarray(label.any(axis=1) | second)


def _blocks(grid: Grid, body: Flags) -> list[tuple[int, int]]:
    """Return the first and the last row of each table: from the words above its figures to the last before the next."""
    if not body.any():
        return []
    data = _figure_columns(grid, body)
    starts = [0]
    in_body = False
    rows = np.flatnonzero(grid.filled.any(axis=1))
    for place, row in enumerate(rows):
        if body[row]:
            in_body = True
        elif in_body and _is_header(grid, int(row), data):
            starts.append(_begins(grid, body, rows, place))
            in_body = False
    ends = [*starts[1:], len(body)]
    return [(start, end - 1) for start, end in zip(starts, ends, strict=True)]


def _figure_columns(grid: Grid, body: Flags) -> Ints:
    real = ((grid.number & ~grid.year) | grid.mark)[body].sum(axis=0)
    return np.flatnonzero(real > 0)


def _is_header(grid: Grid, row: int, data: Ints) -> bool:
    """Whether words (or years) that are no unit stand in two columns of figures."""
    words = [column for column in data if column > 0 and (grid.word[row, column] or grid.year[row, column])]
    words = [column for column in words if not unit_text.is_unit(grid.folded[row, column])]
    return len(words) >= 2


def _begins(grid: Grid, body: Flags, rows: Ints, place: int) -> int:
    """Return the first row of a table whose header begins at rows[place]: its title is above, after a note or a blank."""
    first = place
    while first > 0 and not body[rows[first - 1]]:
        first -= 1
    titled = [at for at in range(place, first - 1, -1) if TITLED.match(line(grid, rows[at]))]
    if titled:
        return int(rows[titled[0]])
    gaps = [at for at in range(place - 1, first - 1, -1) if rows[at] - rows[at - 1] > 1]
    return int(rows[gaps[0] if gaps else place])


def line(grid: Grid, row: int) -> str:
    """Return the texts of a row as one, as compared."""
    return " ".join(one for one in grid.folded[row].tolist() if one)


def _table(grid: Grid, body: Flags, first: int, last: int) -> Found | None:
    """Return the table within rows first to last, None where there are no figures."""
    inside = np.arange(first, last + 1)
    rows = inside[body[inside]]
    if not len(rows):
        return None
    stub, data, units = _columns(grid, rows)
    if not len(data):
        return None
    between = inside[(inside >= rows[0] - 1) & (inside <= rows[-1])]
    left = np.flatnonzero(grid.word[between].any(axis=0))
    stub = np.union1d(stub, left[(left < data.min()) & (left != units)])
    above = inside[inside < rows[0]]
    above = above[grid.filled[above].any(axis=1)][-MOST_HEADER:]
    title, header, section, unit_row = _above(grid, above, data)
    below = inside[inside > rows[-1]]
    notes = below[grid.filled[below].any(axis=1)]
    unit = next((one for one in grid.text[unit_row].tolist() if one), "") if unit_row >= 0 else ""
    from_row = section[0] if len(section) else rows[0]
    body_rows = inside[(inside >= from_row) & (inside <= rows[-1]) & grid.filled[inside].any(axis=1)]
    return Found(title, header, body_rows, notes, stub, data, units, unit)


def _columns(grid: Grid, rows: Ints) -> tuple[Ints, Ints, int]:
    """Return the columns of labels, of figures, and of units (-1) of a table whose rows of figures are `rows`."""
    number, word = (grid.number | grid.mark)[rows], grid.word[rows]
    real = (grid.number & ~grid.year)[rows]
    filled = grid.filled[rows].sum(axis=0)
    figures = number.sum(axis=0)
    units = -1
    for column in np.flatnonzero(word.sum(axis=0) > 0):
        texts = grid.folded[rows, column]
        words = texts[grid.word[rows, column]]
        if len(words) and np.mean([unit_text.is_unit(one) or unit_text.is_ditto(one) for one in words]) > 0.5:
            units = int(column)
            break
    labels = [column for column in np.flatnonzero(word.sum(axis=0) > 0) if column != units]
    labels = [column for column in labels if word[:, column].sum() > figures[column]]
    periods_down = not labels and (grid.year[rows, 0].mean() > 0.5)
    if periods_down:
        labels = [np.intp(0)]
    if not labels:
        return np.array([], dtype=int), np.array([], dtype=int), units
    # labels stand left of the figures: words further right are notes beside the table, numbers further left ordinals
    firm = [column for column in np.flatnonzero(real.sum(axis=0) >= 1) if figures[column] * 2 > filled[column]]
    main = max(labels, key=lambda column: (word[:, column].sum(), -column))
    from_column = main if any(column > main for column in firm) else labels[0]
    right = [column for column in firm if column > from_column and column not in labels]
    if not right:
        return np.array([], dtype=int), np.array([], dtype=int), units
    stub = np.array([column for column in labels if column < right[0]])
    return stub, np.array(right), units


def _above(grid: Grid, above: Ints, data: Ints) -> tuple[Ints, Ints, Ints, int]:
    """Divide the rows above the figures: title, header, lines that head rows of the body, the row of a lone unit (-1)."""
    unit_row, header_from = -1, len(above)
    for place, row in enumerate(above):
        words = np.flatnonzero(grid.filled[row])
        if len(words) == 1 and unit_text.is_unit_line(grid.folded[row, words[0]]):
            unit_row = int(row)
        elif np.isin(words, data).any() and not (len(words) == 1 and place == 0 and len(above) > 1):
            header_from = min(header_from, place)
    title = np.array([row for row in above[:header_from] if row != unit_row], dtype=int)
    below = np.array([row for row in above[header_from:] if row != unit_row], dtype=int)
    headed = np.flatnonzero(grid.filled[np.ix_(below, data)].any(axis=1)) if len(below) else np.array([], dtype=int)
    last = int(headed[-1]) + 1 if len(headed) else 0
    return title, below[:last], below[last:], unit_row
