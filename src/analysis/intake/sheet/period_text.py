"""Periods as headings and titles write them: "Tháng 5 năm 2024", "5 tháng đầu năm", "Quý I/2024", "Sb 2022"."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from analysis.intake.sheet import word

ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
SPELT = {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "sau": 6, "bay": 7, "tam": 8, "chin": 9, "muoi": 10}
YEAR = r"(?P<year>(?:19|20)\d\d)"
OF_YEAR = rf"(?:\s*(?:[/.,-]|,?\s*(?:dau )?nam(?: nam)?|of)?\s*{YEAR}(?!\d))?"
PART = r"(?P<part>\d{1,2})"
# A form is tried in this order, the longest reading first; SPAN is "from the first of January to".
DAY = r"(?:ngay )?\d{1,2}\s*/\s*"
SPAN = rf"(?:tu )?(?:ngay )?0?1\s*/\s*0?1(?:\s*/\s*\d{{4}})?\s*(?:-|den)\s*{DAY}{PART}(?:\s*(?:/|[.-]|,?\s*nam)?\s*{YEAR})?"
FORMS = tuple(
    (freq, re.compile(rf"(?<![\w/.,]){pattern}(?![\w/])"))
    for freq, pattern in (
        ("YTD", SPAN),
        ("YTD", rf"tu dau nam den (?:ngay )?\d{{1,2}}\s*(?:/|thang)\s*{PART}{OF_YEAR}"),
        ("YTD", rf"(?:jan|january)(?:uary)?\s*-\s*(?P<month>[a-z]{{3,9}})\.?{OF_YEAR}"),
        ("YTD", rf"{PART}(?: |-)?(?:th[ao]ng|months?)(?: dau)?{OF_YEAR}"),
        ("YTD", rf"(?P<spelt>{'|'.join(SPELT)}) thang(?: dau)?{OF_YEAR}"),
        ("D", rf"(?:ngay )?\d{{1,2}}\s*(?:/|[.]|-|thang)\s*{PART}\s*(?:/|[.]|-|nam)\s*{YEAR}"),
        ("M", rf"(?:th[ao]ng|month) ?{PART}{OF_YEAR}"),
        ("M", rf"t{PART}(?:\s*[/.-]\s*{YEAR})"),
        ("M", rf"{PART}\s*[/-]\s*{YEAR}"),
        ("Q", rf"(?:quy|quarter|q)\s*(?P<quarter>iv|i{{1,3}}|[1-4]){OF_YEAR}"),
        ("A", rf"nam hoc (?:19|20)\d\d\s*[-–]\s*{YEAR}"),  # a school year is that of its end
        ("A", rf"(?:ca |trong |whole )?(?:nam|year|ca nam)(?: nam)? {YEAR}"),
        ("A", r"ca nam|whole year|full year"),
        ("A", YEAR),
    )
)
POSSIBLE = re.compile(r"(?:19|20)\d\d|th[ao]ng|months?|jan|quy|quarter|q *(?:\d|i)|nam|year|\d\s*/\s*\d")  # in any form
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True)
class Period:
    """`freq` A, Q, M, YTD or D (a state on a day of the month `part`); year and part 0 where the text does not say."""

    freq: str
    year: int
    part: int

    @property
    def text(self) -> str:
        """The period as core.observation writes it, "" while it is not known whole."""
        if not self.year or (self.freq != "A" and not self.part):
            return ""
        return {"A": f"{self.year}", "Q": f"{self.year}-Q{self.part}"}.get(self.freq, f"{self.year}-{self.part:02d}")


def find(folded: str) -> tuple[Period, str] | None:
    """Return the period of a text (text.folded) and the text without it, None where there is none."""
    if not POSSIBLE.search(folded):
        return None
    for freq, form in FORMS:
        match = form.search(folded)
        if match:
            period = _period(freq, match.groupdict())
            if period is not None:
                return period, f"{folded[: match.start()]} {folded[match.end() :]}"
    return None


def _period(freq: str, found: dict[str, str | None]) -> Period | None:
    year, part = int(found.get("year") or 0), int(found.get("part") or 0)
    if found.get("quarter"):
        quarter = str(found["quarter"])
        part = ROMAN.get(quarter) or int(quarter)
    if found.get("spelt"):
        part = SPELT[str(found["spelt"])]
    if found.get("month"):
        part = next((at for at, name in enumerate(MONTHS, start=1) if str(found["month"]).startswith(name)), 0)
    if freq in ("M", "YTD", "D") and not 1 <= part <= 12:
        return None
    return Period("A" if freq == "YTD" and part == 12 else freq, year, 0 if freq == "YTD" and part == 12 else part)


def relative(folded: str, own: Period | None) -> tuple[Period, str] | None:
    """Return the period that a text names by the table's `own`: this one, the one before, the same of the year before."""
    if own is None:
        return None
    for kind, period in (
        ("same_period", replace(own, year=own.year - 1 if own.year else 0)),
        ("previous_month", previous(own)),
        ("this_period", own),
    ):
        match = word.pattern(kind).search(folded)
        if match:
            return period, f"{folded[: match.start()]} {folded[match.end() :]}"
    return None


def previous(own: Period) -> Period:
    """Return the period before: of the year the year, of a month the month; of months since January one month less."""
    if own.freq == "A":
        return replace(own, year=own.year - 1)
    last = 4 if own.freq == "Q" else 12
    return replace(own, year=own.year - (own.part == 1), part=own.part - 1 or last)
