"""A table of series as verdicts are published: one row a series, its figures in one cell "year:value|year:value|...".

Text in, arrays out. A cell that cannot be read makes a fault of its row and never stops the others. No rule is known here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Value = TypeVar("Value")
NOT_GIVEN = frozenset({"", "na", "n/a", "nan", "none", "null"})
YEAR = re.compile(r"(\d{4})(?:\.0*|\s*[-/–]\s*(?:\d{2}|\d{4}))?")  # 2015, 2015.0, and of a range (2015-16) the first
YEARS = (1500, 2500)
TOWARD = {
    **{"increase": 1.0, "not decrease": 1.0, "positive": 1.0, "1": 1.0, "+1": 1.0, "1.0": 1.0},
    **{"decrease": -1.0, "not increase": -1.0, "negative": -1.0, "-1": -1.0, "-1.0": -1.0},
}
HOLDING = ("not increase", "not decrease")
NUMBERS = ("target", "limit", "binary_target", "cagr_required")
WHOLE_YEARS = ("base_year", "target_year")
LIMITS = ("cagr_limits", "cr_limits")
TEXTS = ("method", "target_kind")


class CellError(ValueError):
    """A cell that says nothing: `key` of wording.csv and its values."""

    def __init__(self, key: str, **values: str) -> None:
        super().__init__(key)
        self.key, self.values = key, values


@dataclass(frozen=True)
class Cases:
    """`history`: series x `years` (ascending), NaN where there is no figure. `numbers` by name (`toward` +1 or -1 among
    them), one a series, NaN for not given; `limits` by name, series x 3; `texts` by name, blank for not given; `holding`:
    whether the direction is only not to get worse; `faults`: {row: why it cannot be judged}.
    """

    history: Floats
    years: Floats
    numbers: dict[str, Floats]
    limits: dict[str, Floats]
    texts: dict[str, list[str]]
    holding: NDArray[np.bool_]
    faults: dict[int, CellError]

    def latest(self) -> tuple[Floats, Floats]:
        """Return value and year of each series's latest figure, NaN and NaN without any."""
        if not len(self.years):
            return np.full(len(self.history), np.nan), np.full(len(self.history), np.nan)
        known = ~np.isnan(self.history)
        place, found = len(self.years) - 1 - known[:, ::-1].argmax(axis=1), known.any(axis=1)
        return self.history[np.arange(len(place)), place], np.where(found, self.years[place], np.nan)


def read(rows: Sequence[Mapping[str, str]]) -> Cases:
    """Return the rows (column name -> cell; a missing column is blank), in their order."""
    faults: dict[int, CellError] = {}
    three_unknown = (math.nan, math.nan, math.nan)
    no_figure: dict[float, float] = {}
    points = _column(rows, "history", figures, no_figure, faults)
    numbers = {name: np.array(_column(rows, name, number, math.nan, faults), float) for name in NUMBERS}
    numbers |= {name: np.array(_column(rows, name, year, math.nan, faults), float) for name in WHOLE_YEARS}
    numbers["toward"] = np.array(_column(rows, "direction", toward, math.nan, faults), float)
    limits = {
        name: np.array(_column(rows, name, three, three_unknown, faults), float).reshape(len(rows), 3) for name in LIMITS
    }
    texts = {name: [cell(row, name) for row in rows] for name in TEXTS}
    holding = np.array([_words(cell(row, "direction")) in HOLDING for row in rows], bool)
    return Cases(*_grid(points), numbers, limits, texts, holding, faults)


def cell(row: Mapping[str, str], name: str) -> str:
    """Return a cell without blanks around it; "" for one that is not given."""
    text = (row.get(name) or "").strip()
    return "" if text.lower() in NOT_GIVEN else text


def _column(
    rows: Sequence[Mapping[str, str]],
    name: str,
    parse: Callable[[str], Value],
    not_given: Value,
    faults: dict[int, CellError],
) -> list[Value]:
    """Return what each row's cell says; equal texts are read once. The first fault of a row is kept."""
    known: dict[str, Value | CellError] = {"": not_given}
    values: list[Value] = []
    for place, row in enumerate(rows):
        text = cell(row, name)
        if text not in known:
            try:
                known[text] = parse(text)
            except CellError as error:
                known[text] = CellError(error.key, column=name, **error.values)
        found = known[text]
        if isinstance(found, CellError):
            faults.setdefault(place, found)
            found = not_given
        values.append(found)
    return values


def number(text: str) -> float:
    """Return a number with a decimal point. Raises CellError for any other text, or no finite number."""
    try:
        value = float(text)
    except ValueError:
        raise CellError("judge_number", text=text) from None
    if not math.isfinite(value) or "_" in text:
        raise CellError("judge_number", text=text)
    return value


def year(text: str) -> float:
    """Return a year, of a range of years the first. Raises CellError for any other text."""
    found = YEAR.fullmatch(text.strip())
    if not found or not YEARS[0] <= int(found[1]) <= YEARS[1]:
        raise CellError("judge_year", text=text)
    return float(found[1])


def toward(text: str) -> float:
    """Return +1 where more is better, -1 where less is. Raises CellError for any other text."""
    if _words(text) not in TOWARD:
        raise CellError("judge_direction", text=text)
    return TOWARD[_words(text)]


def three(text: str) -> tuple[float, float, float]:
    """Return three numbers written "[0.95, 0.5, -0.1]". Raises CellError for any other text."""
    parts = [part.strip() for part in text.strip("[]() ").split(",")]
    if len(parts) != 3:
        raise CellError("judge_limits", text=text)
    return number(parts[0]), number(parts[1]), number(parts[2])


def figures(text: str) -> dict[float, float]:
    """Return {year: value} of a history, in any order; a year without a value is left out, one said twice alike counts once.

    Raises CellError for a part that is no "year:value" and for a year with two different values.
    """
    points: dict[float, float] = {}
    for part in text.split("|"):
        when, colon, said = part.partition(":")
        said = said.strip()
        if said.lower() in NOT_GIVEN and (colon or not when.strip()):
            continue
        if not colon:
            raise CellError("judge_history", text=part.strip())
        at, value = year(when), number(said)
        if points.setdefault(at, value) != value:
            raise CellError("judge_year_twice", text=f"{at:.0f}")
    return points


def _words(text: str) -> str:
    """Return a text in small letters with single blanks."""
    return " ".join(text.lower().split())


def _grid(points: Sequence[Mapping[float, float]]) -> tuple[Floats, Floats]:
    """Return the histories as series x years, and the years."""
    years = sorted(set().union(*points)) if points else []
    place = {at: column for column, at in enumerate(years)}
    history = np.full((len(points), len(years)), np.nan)
    rows = np.repeat(np.arange(len(points)), [len(one) for one in points])
    columns = [place[at] for one in points for at in one]
    history[rows, columns] = [value for one in points for value in one.values()]
    return history, np.array(years, float)
