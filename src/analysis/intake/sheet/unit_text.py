"""Units as sheets write them: "Tỷ đồng", "Nghìn lượt khách.km", "%", alone in a cell, after a label or in a title."""

from __future__ import annotations

import functools
import re

from analysis.intake.sheet import text as text_of
from analysis.intake.sheet import word

BRACKETS = re.compile(r"\(([^()]*)\)")


@functools.cache
def _unit() -> re.Pattern[str]:
    units, many = ("|".join(re.escape(one) for one in word.words()[kind]) for kind in ("unit", "multiplier"))
    one = rf"(?:(?:{many})\s*)*(?:{units})(?:\s*/\s*(?:{units}))*"
    return re.compile(rf"{one}(?:\s*[,;-]\s*{one})*\.?")


@functools.cache
def _line() -> re.Pattern[str]:
    lines = "|".join(re.escape(one) for one in word.words()["unit_line"])
    return re.compile(rf"(?:{lines})\b\s*[:.]?\s*(?:la\s+)?(.*)")


def is_unit(folded: str) -> bool:
    """Whether a text is a unit and nothing else; `folded` as text.folded makes it."""
    return _unit().fullmatch(folded.strip(" ():")) is not None


def is_ditto(folded: str) -> bool:
    """Whether a text says that the unit above goes on."""
    return folded.strip() in word.words()["ditto"]


def is_unit_line(folded: str) -> bool:
    """Whether a lone cell is a table's unit line: a unit, or "Đơn vị tính: ..."."""
    return is_unit(folded) or after_label(folded) is not None


def after_label(folded: str) -> str | None:
    """Return what follows "đơn vị tính", None where that does not begin the text."""
    match = _line().fullmatch(folded.strip(" ()"))
    return match[1].strip() if match else None


def of_line(text: str) -> str:
    """Return the unit of a unit line as it stands: "Tỷ đồng" of "Đơn vị tính: Tỷ đồng"."""
    own = text.strip(" ()")
    folded = text_of.folded(own)
    rest = after_label(folded)
    return own if rest is None else own[len(folded) - len(rest) : len(folded)].strip()


def bracketed(text: str, folded: str) -> str:
    """Return the last unit that stands in brackets, "" where there is none; `folded` tells, `text` is what it returns."""
    found = ""
    for own, compared in zip(BRACKETS.findall(text), BRACKETS.findall(folded), strict=False):
        if is_unit(compared):
            found = own.strip()
    return found
