"""Figures as a reader of each language writes them. A missing figure is a dash, never "nan"."""

from __future__ import annotations

import datetime as dt
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


def period(text: str, lang: str) -> str:
    """Return a period in words: "2025", "9 tháng 2026", "quý 3/2025"."""
    year, _, rest = text.partition("-")
    if not rest:
        return year
    if rest.startswith("Q"):
        return wording.text("period_quarter", lang, number=rest[1:], year=year)
    return wording.text("period_months", lang, number=int(rest), year=year)


def show(value: Any, form: str, lang: str) -> str:
    """Return `value` in a form named by text, as templates do.

    "decimal:2", "percent:2", "percent" (the decimals it has), "share:0" (a fraction as percent), "tenths:1" (a
    fraction as so many of ten), "points:2" (percentage
    points), "in:ENT:0" (with its unit), "flag" (1 met, 0 not met), "count", "year", "period", "date", "chance". Raises
    ValueError for any other.
    """
    name, _, tail = form.partition(":")
    if name == "in":
        code, _, digits_text = tail.partition(":")
        printed = decimal(value, int(digits_text) if digits_text else None, lang)
        return printed if printed == MISSING else f"{printed} {unit.names()[code][lang]}"
    if name == "flag":
        return MISSING if is_missing(value) else wording.text("flag_met" if value >= 1 else "flag_not_met", lang)
    digits = int(tail) if tail else None
    if name in ("decimal", "percent"):
        return {"decimal": decimal, "percent": percent}[name](value, digits, lang)
    if name == "points":
        printed = decimal(value, digits, lang)
        return printed if printed == MISSING else f"{printed} {wording.text('points', lang)}"
    if name == "period":
        return MISSING if is_missing(value) else period(str(value), lang)
    if name == "share":
        return MISSING if is_missing(value) else percent(Decimal(repr(float(value))) * 100, digits, lang)
    if name == "tenths":
        return MISSING if is_missing(value) else tenths(value, digits, lang)
    if name == "count":
        return decimal(value, 0, lang)
    if name == "year":
        return MISSING if is_missing(value) else str(value)
    if name == "date":
        return date(value, lang)
    if name == "chance":
        return chance(value, lang)
    raise ValueError(f"unknown form of a figure: {form}")
