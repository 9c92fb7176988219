"""The cells of a column as this project writes them: numbers, years, dates, yes and no, in whatever way they were typed.

A column is decided by all its cells: "10,5" says that its comma is a decimal mark, "1.234.567" that its point parts
thousands, "13/10/2026" that its days come first. What no cell of the column says, the other columns of the file say; "1.234"
or "05/10/2026" alone say nothing.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from analysis.intake.sheet.number_text import AMBIGUOUS, BLANK, MISSING, THOUSANDS_BLANK

Kinds = Mapping[str, str]

INTEGER = re.compile(r"[+-]?[0-9]+")
POINT = re.compile(r"[+-]?[0-9]*\.[0-9]+(?:[eE][+-]?[0-9]+)?|[+-]?[0-9]+[eE][+-]?[0-9]+|[+-]?[0-9]+\.")
COMMA = re.compile(r"[+-]?[0-9]*,[0-9]+|[+-]?[0-9]+,")
GROUPS_POINT = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{3}){2,}(?:,[0-9]+)?|[+-]?[0-9]{1,3}\.[0-9]{3},[0-9]+")
GROUPS_COMMA = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3}){2,}(?:\.[0-9]+)?|[+-]?[0-9]{1,3},[0-9]{3}\.[0-9]+")
EITHER = re.compile(AMBIGUOUS)
BLANKS = re.compile(THOUSANDS_BLANK)
YEAR = re.compile(r"(?:năm\s*)?([12][0-9]{3})(?:[.,]0+)?", re.IGNORECASE)
GROUPED_YEAR = re.compile(r"([12])[.,]([0-9]{3})")
ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?")
DAY = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})(?: 00:00(?::00)?)?")
YES, NO = ("true", "1", "đúng", "có", "yes", "x"), ("false", "0", "sai", "không", "no")


@dataclass(frozen=True)
class Column:
    """The texts of a column, the type letter of each cell of a workbook ("s" where it is text), and its kind."""

    texts: Sequence[str]
    typed: Sequence[str]
    kind: str


@dataclass(frozen=True)
class ReadCells:
    """`texts` by column; `faults` (column, place) that are not of their kind and stay as they were; `ambiguous`: the first
    cell that two readings fit, with both of them; `said`: decimal mark and order of dates, "" where nothing told.
    """

    texts: dict[str, list[str]]
    faults: list[tuple[str, int]]
    ambiguous: tuple[str, int, dict[str, str]] | None
    said: dict[str, str]


@dataclass
class _Found:
    texts: dict[str, list[str]] = field(default_factory=dict)
    faults: list[tuple[str, int]] = field(default_factory=list)
    ambiguous: tuple[str, int, dict[str, str]] | None = None


def read(columns: Mapping[str, Column], vietnamese: bool = False) -> ReadCells:
    """Return the columns as this project writes them. `vietnamese`: whether the file is otherwise written so."""
    marks = {name: decimal_marks(column) for name, column in columns.items() if column.kind == "number"}
    every = set().union(*marks.values()) if marks else set()
    orders = {name: _orders(column) for name, column in columns.items() if column.kind == "date"}
    vietnamese = vietnamese or every == {","}
    found, dates = _Found(), ""
    for name, column in columns.items():
        if column.kind == "number":
            mark = marks[name] or every
            one = _number(next(iter(mark)) if len(mark) == 1 else "")
        elif column.kind == "date":
            order = orders[name] or set().union(*orders.values()) or ({"dmy"} if vietnamese else set())
            dates = dates or "".join(sorted(order))
            one = _date(next(iter(order)) if len(order) == 1 else "")
        else:
            one = {"year": _year, "bool": _bool}[column.kind]
        _convert(found, name, column, one)
    decimal = next(iter(every)) if len(every) == 1 else ("mixed" if every else "")
    return ReadCells(found.texts, found.faults, found.ambiguous, {"decimal": decimal, "dates": dates})


class Ambiguous(ValueError):  # noqa: N818 - told as a refusal with both readings
    """A text that two readings fit."""

    def __init__(self, **readings: str) -> None:
        super().__init__(str(readings))
        self.readings = readings


def _convert(found: _Found, name: str, column: Column, one: Callable[[str], str]) -> None:
    texts = []
    for place, (raw, letter) in enumerate(zip(column.texts, column.typed, strict=True)):
        text = raw.strip()
        try:
            texts.append(text if not text or (letter == "n" and column.kind == "number") else one(clean(text)))
        except Ambiguous as error:
            found.ambiguous = found.ambiguous or (name, place, {"text": text, **error.readings})
            texts.append(text)
        except ValueError:
            found.faults.append((name, place))
            texts.append(text)
    found.texts[name] = texts


def clean(text: str) -> str:
    """Return a text without the blanks, marks and signs that say nothing of its value."""
    return unicodedata.normalize("NFC", text).replace("\u2212", "-").replace("\u00a0", " ").strip()


def bare(text: str) -> str:
    """Return the text of a number without percent sign and blanks between thousands."""
    text = re.sub(rf"{BLANK}*%$", "", text)
    return re.sub(BLANK, "", text) if BLANKS.fullmatch(text) else text


def decimal_marks(column: Column) -> set[str]:
    """Return the decimal marks that the cells of a column leave no doubt of."""
    marks = set()
    for raw, letter in zip(column.texts, column.typed, strict=True):
        text = bare(clean(raw))
        if letter == "n" or INTEGER.fullmatch(text) or EITHER.fullmatch(text):
            continue
        if GROUPS_POINT.fullmatch(text) or COMMA.fullmatch(text):
            marks.add(",")
        elif GROUPS_COMMA.fullmatch(text) or POINT.fullmatch(text):
            marks.add(".")
    return marks


def _number(mark: str) -> Callable[[str], str]:
    """Return how a number of a column with this decimal mark is written ("" where nothing told)."""

    def one(text: str) -> str:
        text = bare(text)
        if text.lower() in MISSING:
            return ""
        if INTEGER.fullmatch(text):
            return text
        if EITHER.fullmatch(text) and not mark:
            raise Ambiguous(decimal=text.replace(",", ".") + "0", thousands=re.sub(r"[.,]", "", text))
        if EITHER.fullmatch(text):
            return text.replace(",", ".") if mark in text else re.sub(r"[.,]", "", text)
        if GROUPS_POINT.fullmatch(text) or COMMA.fullmatch(text):
            return text.replace(".", "").replace(",", ".")
        if GROUPS_COMMA.fullmatch(text) or POINT.fullmatch(text):
            return text.replace(",", "")
        raise ValueError(text)

    return one


def number(text: str, mark: str = "") -> str:
    """Return one number as this project writes it; `mark`: the decimal mark known of its column. Raises ValueError for a
    text that is none, Ambiguous for one that two readings fit.
    """
    return _number(mark)(clean(text))


def _year(text: str) -> str:
    if match := YEAR.fullmatch(text):
        return match[1]
    if match := GROUPED_YEAR.fullmatch(text):
        return match[1] + match[2]
    if match := ISO.fullmatch(text):
        return match[1]
    if match := DAY.fullmatch(text):
        return match[3]
    raise ValueError(text)


def _bool(text: str) -> str:
    if text.lower() in YES:
        return "true"
    if text.lower() in NO:
        return "false"
    raise ValueError(text)


def _orders(column: Column) -> set[str]:
    """Return the orders of day and month that the cells of a column leave no doubt of."""
    orders = set()
    for raw in column.texts:
        if match := DAY.fullmatch(clean(raw)):
            first, second = int(match[1]), int(match[2])
            orders |= {"dmy"} if first > 12 >= second else {"mdy"} if second > 12 >= first else set()
    return orders


def _date(order: str) -> Callable[[str], str]:
    """Return how a date of a column with this order is written ("" where nothing told)."""

    def one(text: str) -> str:
        if match := ISO.fullmatch(text):
            return dt.date(int(match[1]), int(match[2]), int(match[3])).isoformat()
        match = DAY.fullmatch(text)
        if not match:
            raise ValueError(text)
        first, second, year = (int(part) for part in match.groups())
        if first <= 12 and second <= 12 and first != second and not order:
            readings = dt.date(year, second, first).isoformat(), dt.date(year, first, second).isoformat()
            raise Ambiguous(day_first=readings[0], month_first=readings[1])
        month_first = second > 12 or (order == "mdy" and first <= 12)
        day, month = (second, first) if month_first else (first, second)
        return dt.date(year, month, day).isoformat()

    return one
