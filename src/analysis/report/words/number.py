"""Figures as a reader of each language writes them. A missing figure is a dash, never "nan"."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pandas as pd

from analysis.reference import unit, wording

MISSING = "–"
SEPARATORS = {"vi": (",", "."), "en": (".", ",")}  # decimal, thousands


def is_missing(value: Any) -> bool:
    """Return whether there is no figure: None, NaN, NaT, NA, or an infinite one."""
    return bool(pd.isna(value)) or (isinstance(value, float) and abs(value) == float("inf"))


def decimal(value: Any, digits: int | None, lang: str) -> str:
    """Return `value` rounded half up to `digits` decimals; None keeps those it has ("13", "13,5")."""
    if is_missing(value):
        return MISSING
    exact = Decimal(repr(float(value)) if not isinstance(value, int | Decimal) else str(value))
    rounded = exact if digits is None else exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    plain = f"{abs(rounded):,f}"
    if digits is None and "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    point, thousands = SEPARATORS[lang]
    sign = "-" if rounded < 0 else ""
    return sign + plain.replace(",", "\0").replace(".", point).replace("\0", thousands)


def percent(value: Any, digits: int | None, lang: str) -> str:
    """Return a figure that is in percent, without a blank before the sign."""
    return MISSING if is_missing(value) else decimal(value, digits, lang) + "%"


def chance(p: Any, lang: str) -> str:
    """Return a probability in words, in tenths: "khoảng 6/10", "dưới 1/10", "trên 9/10"."""
    if is_missing(p):
        return MISSING
    tenths = int((Decimal(repr(float(p))) * 10).quantize(Decimal(1), ROUND_HALF_UP))
    key = "chance_below" if p < 0.05 else "chance_above" if p > 0.95 else "chance_about"
    return wording.text(key, lang, tenths=min(max(tenths, 1), 9), ten=10)


def tenths(p: Any, digits: int | None, lang: str) -> str:
    """Return a share as so many of ten: "8,5/10", "8.5 of 10"."""
    ten = 10
    return wording.text("tenths", lang, tenths=decimal(Decimal(repr(float(p))) * ten, digits, lang), ten=ten)


def date(d: Any, lang: str) -> str:
    """Return a day: 15/10/2026 in Vietnamese, 2026-10-15 in English, where 5/10 would be read both ways."""
    if is_missing(d):
        return MISSING
    day = dt.date.fromisoformat(d) if isinstance(d, str) else d
    return f"{day.day:02}/{day.month:02}/{day.year}" if lang == "vi" else f"{day.year}-{day.month:02}-{day.day:02}"


def spans(years: Sequence[int]) -> str:
    """Return years, ascending, as they are written: "2019, 2021–2025"."""
    runs: list[list[int]] = []
    for year in years:
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def period(text: str, lang: str) -> str:
    """Return a period in words: "2025", "9 tháng 2026", "quý 3/2025"."""
    year, _, rest = text.partition("-")
    if not rest:
        return year
    if rest.startswith("Q"):
        return wording.text("period_quarter", lang, number=rest[1:], year=year)
    return wording.text("period_months", lang, number=int(rest), year=year)


def when(text: str, lang: str) -> str:
    """Return a period as it stands in a sentence: "năm 2025", "9 tháng 2026"."""
    said = period(text, lang)
    return said if "-" in text else wording.text("period_year", lang, year=said)


def _sign(value: Any, written: Callable[[Any], str]) -> int:
    """Return the sign of a figure as it is `written`: what reads as zero has none."""
    return 0 if written(abs(value)) == written(0) else -1 if value < 0 else 1


def _signed(value: Any, written: Callable[[Any], str], lang: str, below: str = "number_minus") -> str:
    """Return a figure, below zero in the words `below` of wording.csv: a bare minus reads as a dash."""
    shown = written(abs(value))
    return wording.text(below, lang, value=shown) if _sign(value, written) < 0 else shown


def show(value: Any, form: str, lang: str) -> str:
    """Return `value` in a form named by text, as templates do.

    Bare: "decimal:2", "count", "year", "period", "when" (a period in a sentence), "date", "chance", "flag" (1 met, 0 not).
    With a unit, below zero "âm 3 tỷ đồng": "percent:2", "percent" (the decimals it has), "share:0" (a fraction as percent),
    "points:2" (percentage points), "in:ENT:0"; and "tenths:1" (a fraction as so many of ten).
    Below zero "giảm 2,1%": "growth:2" (percent), "contribution:2" (a bare figure).
    Before another form: "change:" ("tăng 3 hộ", "giảm 3 hộ", "không đổi"); "rise:" and "fall:" (a change that is needed so
    that there is more, or less, in the end: the other way it is "không giảm quá 3 hộ"); "beside:" ("cao hơn 3 hộ");
    "yearly:" ("giảm 3 hộ mỗi năm", "11,15%/năm"). Raises ValueError for any other.
    """
    name, _, tail = form.partition(":")
    if name not in FORMS:
        raise ValueError(f"unknown form of a figure: {form}")
    return MISSING if is_missing(value) else FORMS[name](value, tail, lang)


def _digits(tail: str) -> int | None:
    return int(tail) if tail else None


def _percent(value: Any, tail: str, lang: str) -> str:
    return _signed(value, lambda one: percent(one, _digits(tail), lang), lang)


def _growth(value: Any, tail: str, lang: str) -> str:
    return _signed(value, lambda one: percent(one, _digits(tail), lang), lang, "number_fall")


def _contribution(value: Any, tail: str, lang: str) -> str:
    return _signed(value, lambda one: decimal(one, _digits(tail), lang), lang, "number_fall")


def _share(value: Any, tail: str, lang: str) -> str:
    return _percent(Decimal(repr(float(value))) * 100, tail, lang)


def _points(value: Any, tail: str, lang: str) -> str:
    unit_name = wording.text("points", lang)
    return _signed(value, lambda one: f"{decimal(one, _digits(tail), lang)} {unit_name}", lang)


def _in_unit(value: Any, tail: str, lang: str) -> str:
    code, _, digits = tail.partition(":")
    unit_name = unit.names()[code][lang]
    return _signed(value, lambda one: f"{decimal(one, _digits(digits), lang)} {unit_name}", lang)


def _moving(more: str, less: str, same: str = "number_same") -> Callable[[Any, str, str], str]:
    """Return what says a change in words: `more` and `less` are keys of wording.csv."""

    def said(value: Any, tail: str, lang: str) -> str:
        key = {1: more, -1: less, 0: same}[_sign(value, lambda one: show(one, tail, lang))]
        return wording.text(key, lang, value=show(abs(value), tail, lang))

    return said


def _yearly(value: Any, tail: str, lang: str) -> str:
    shown = show(value, tail, lang)
    if shown == wording.text("number_same", lang):
        return shown
    in_percent = {"percent", "growth"} & set(tail.split(":"))
    return wording.text("yearly_percent" if in_percent else "yearly", lang, value=shown)


FORMS: dict[str, Callable[[Any, str, str], str]] = {
    "decimal": lambda value, tail, lang: decimal(value, _digits(tail), lang),
    "count": lambda value, tail, lang: decimal(value, 0, lang),
    "year": lambda value, tail, lang: str(value),
    "period": lambda value, tail, lang: period(str(value), lang),
    "when": lambda value, tail, lang: when(str(value), lang),
    "date": lambda value, tail, lang: date(value, lang),
    "chance": lambda value, tail, lang: chance(value, lang),
    "flag": lambda value, tail, lang: wording.text("flag_met" if value >= 1 else "flag_not_met", lang),
    "percent": _percent,
    "contribution": _contribution,
    "share": _share,
    "tenths": lambda value, tail, lang: tenths(value, _digits(tail), lang),
    "points": _points,
    "in": _in_unit,
    "growth": _growth,
    "change": _moving("number_rise", "number_fall"),
    "rise": _moving("number_rise", "number_fall_at_most"),
    "fall": _moving("number_rise_at_most", "number_fall"),
    "beside": _moving("number_above", "number_below", "number_equal"),
    "yearly": _yearly,
}
