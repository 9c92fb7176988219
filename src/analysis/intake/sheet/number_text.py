"""Figures typed as Vietnamese text: `27.065.153`, `4,7`, `1.300,5`, `1 234,5`, `12,5%`; and the marks of a missing one."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

MISSING = ("", "-", "–", "—", "...", "…", "..", "x")
BLANK = "[ \u00a0\u2009\u202f]"  # blank, no-break, thin, narrow no-break
DIGIT = "[0-9]"
# Exactly three digits after the one separator, and no leading zero: it may part thousands as well as decimals.
AMBIGUOUS = rf"[+-]?[1-9]{DIGIT}{{0,2}}[.,]{DIGIT}{{3}}"
THOUSANDS_DOT = rf"[+-]?{DIGIT}{{1,3}}(?:(?:\.{DIGIT}{{3}}){{2,}}|\.{DIGIT}{{3}}(?=,))(?:,{DIGIT}+)?"
THOUSANDS_COMMA = rf"[+-]?{DIGIT}{{1,3}}(?:(?:,{DIGIT}{{3}}){{2,}}|,{DIGIT}{{3}}(?=\.))(?:\.{DIGIT}+)?"
THOUSANDS_BLANK = rf"[+-]?{DIGIT}{{1,3}}(?:{BLANK}{DIGIT}{{3}})+(?:[.,]{DIGIT}+)?"
CANONICAL = rf"-?{DIGIT}+(?:\.{DIGIT}+)?(?:e[+-]?{DIGIT}+)?"
PLAIN = rf"[+-]?{DIGIT}+(?:[.,]{DIGIT}+)?"


def parse(frame: pd.DataFrame) -> pd.DataFrame:
    """Return what the texts say, on the same index: `value` (missing for a mark of no figure, never zero), `fault`
    (number_ambiguous, number_wrong, or missing), and for an ambiguous text both readings, `as_decimal`, `as_thousands`.

    `frame` has `text`, and `lower` and `upper`, the card's plausible range (missing: no bound). "24.042" is read the one way
    that lies in it; when both or neither do, nothing is guessed.
    """
    import pandas as pd

    texts = frame["text"].fillna("").astype("str").str.normalize("NFC").str.strip()
    missing = is_missing(texts)
    number = texts.str.replace(rf"{BLANK}*%$", "", regex=True).str.replace("\u2212", "-")  # the minus sign of Word
    form = {
        name: number.str.fullmatch(pattern).astype(bool) & ~missing
        for name, pattern in (
            ("dot", THOUSANDS_DOT),
            ("comma", THOUSANDS_COMMA),
            ("blank", THOUSANDS_BLANK),
            ("plain", PLAIN),
            ("ambiguous", AMBIGUOUS),
        )
    }
    decimal = number.str.replace(BLANK, "", regex=True).str.replace(",", ".")
    whole = number.str.replace(r"[.,]", "", regex=True)
    value = _numbers(decimal, (form["plain"] | form["blank"]) & ~form["ambiguous"])
    value = value.fillna(_numbers(number.str.replace(".", "").str.replace(",", "."), form["dot"]))
    value = value.fillna(_numbers(number.str.replace(",", ""), form["comma"]))
    as_decimal, as_thousands = _numbers(decimal, form["ambiguous"]), _numbers(whole, form["ambiguous"])
    fits, fits_too = _between(as_decimal, frame), _between(as_thousands, frame)
    value = value.where(~(fits & ~fits_too), as_decimal).where(~(fits_too & ~fits), as_thousands)
    fault = pd.Series([None] * len(frame), index=frame.index, dtype="object")
    fault[value.isna() & ~missing] = "number_wrong"
    fault[value.isna() & form["ambiguous"]] = "number_ambiguous"
    return pd.DataFrame({"value": value, "fault": fault, "as_decimal": as_decimal, "as_thousands": as_thousands})


def readings(text: str) -> tuple[str, str]:
    """Return what an ambiguous text means with decimals, and what as thousands: "24.042" is 24.042 or 24042."""
    number = re.sub(BLANK, "", unicodedata.normalize("NFC", text)).rstrip("%")
    return number.replace(",", "."), re.sub("[.,]", "", number)


def _numbers(texts: pd.Series, which: pd.Series) -> pd.Series:
    import pandas as pd

    return pd.to_numeric(texts.where(which), errors="coerce").astype("float64")


def _between(values: pd.Series, frame: pd.DataFrame) -> pd.Series:
    lower = frame["lower"].astype("float64").fillna(float("-inf"))
    upper = frame["upper"].astype("float64").fillna(float("inf"))
    return (values >= lower) & (values <= upper)


def is_missing(texts: pd.Series) -> pd.Series:
    """Return whether each text is a sign of no figure."""
    return texts.astype("str").str.strip().str.lower().isin(MISSING)


def is_canonical(texts: pd.Series) -> pd.Series:
    """Return whether each text is a number as this project writes it: digits, a decimal point, a minus sign."""
    return texts.astype("str").str.fullmatch(CANONICAL).astype("bool")
