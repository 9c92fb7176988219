"""The data-entry workbook as it comes back: what an office has filled into the form of intake/form/handout.py.

Columns are known by their header, rows by the code in column A, so that moved or added ones still work.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.errors import InputError
from analysis.intake.form import known
from analysis.intake.sheet.address import letters
from analysis.intake.split import ENTRY, PLACE, Split, rejections, skips
from analysis.reference import wording
from analysis.schema.codelist import CODELISTS, NOT_APPLICABLE, PARTS

if TYPE_CHECKING:
    import pandas as pd

ABOUT = ("code", "name", "unit", "definition", "supplier")  # columns before the periods; `note` comes after them
# the guide's labelled cells; a date is a date cell or dd/mm/yyyy
GUIDE = (
    *("area_code", "area_valid_from", "area_name", "plan_id", "base_year", "maker"),
    *("document_no", "document_date", "kind"),
)
GUIDE_DATES = ("area_valid_from", "document_date")
GUIDE_OPTIONAL = ("area_name", "plan_id", "document_no")
MET = {"flag_met": "1", "flag_not_met": "0"}
YEAR_HEADER = re.compile(r"(?:năm )?((?:19|20)\d\d)")
MONTHS_HEADER = re.compile(r"(\d{1,2}) (?:tháng|months)(?: đầu)?(?: năm| of)? ((?:19|20)\d\d)")
CODE = re.compile(r"[a-z][a-z0-9_]*(?:\|[a-z_]*)?")


@dataclass(frozen=True)
class _Period:
    """A column of figures: its number from 0, freq A or a part of a year, the period, the status read below its header."""

    column: int
    year_only: bool
    time_period: str
    obs_status: str


@dataclass(frozen=True)
class _Sheet:
    """A domain sheet: its number of rows up to the first figures, its periods, and the columns that cannot be read."""

    head: int
    periods: tuple[_Period, ...]
    unread: tuple[int, ...]


def guide(rows: pd.DataFrame) -> dict[str, str]:
    """Return the guide's labelled cells by their names in GUIDE, dates ISO, `kind` "real" or "assumed".

    Raises InputError for rows without a guide sheet (workbook_foreign) and for a missing or unreadable cell
    (workbook_guide_missing), naming file, sheet and cell.
    """
    sheets = _spoken("workbook_sheet_guide")
    own = rows[[_folded(name) in sheets for name in rows["sheet"]]]
    if own.empty:
        raise InputError("workbook_foreign", file=Path(rows["file"].iloc[0]).name if len(rows) else "")
    found: dict[str, str] = {}
    for name in GUIDE:
        labels = _spoken(f"workbook_guide_{name}")
        line = next((one for one in own.itertuples() if one.cells and _folded(one.cells[0]) in labels), None)
        text = line.cells[1].strip() if line is not None and len(line.cells) > 1 else ""
        value = _guide_value(name, text)
        if value is None or (value == "" and name not in GUIDE_OPTIONAL):
            cell = f"B{line.row}" if line is not None else "A:B"
            label = wording.text(f"workbook_guide_{name}", "vi")
            file = Path(own["file"].iloc[0]).name
            raise InputError("workbook_guide_missing", file=file, sheet=own["sheet"].iloc[0], cell=cell, label=label)
        found[name] = value
    return found


def is_form(rows: pd.DataFrame) -> bool:
    """Whether the rows are of the data-entry workbook: they have its guide sheet."""
    sheets = _spoken("workbook_sheet_guide")
    return any(_folded(name) in sheets for name in rows["sheet"].unique())


def is_known(sheet: str) -> bool:
    """Whether a sheet of this name keeps the figures that the form was handed out with."""
    return _folded(sheet) in _spoken(known.SHEET)


def _guide_value(name: str, text: str) -> str | None:
    """Return a guide cell's value, "" for an empty one, None when it cannot be read."""
    if name == "kind":
        kinds = {kind: _spoken(f"workbook_kind_{kind}") for kind in ("real", "assumed")}
        return next((kind for kind, words in kinds.items() if _folded(text) in words), None if text else "")
    if name == "base_year":
        return text if re.fullmatch(r"(19|20)\d\d", text) or not text else None
    if name not in GUIDE_DATES or not text:
        return text
    found = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)|(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", text)
    try:
        parts = [int(part) for part in found.groups() if part] if found else []
        return (dt.date(*parts) if found and found[1] else dt.date(*reversed(parts))).isoformat()
    except (ValueError, TypeError):
        return None


def split(rows: pd.DataFrame, file: Mapping[str, Any], cards: pd.DataFrame) -> Split:
    """Return what the rows of raw.row of one workbook are: a figure's cell is an entry, skipped (empty) or rejected; any
    other row is skipped once, or rejected for an unknown code.

    `file` is its row of the manifest, `cards` the indicator table. A column whose header or status cannot be read is
    rejected at that cell and its figures wait, skipped. Raises InputError as `guide` does, and when the workbook says its
    figures are invented and the manifest does not.
    """
    about = guide(rows)
    if about["kind"] == "assumed" and not file["illustrative"]:
        raise InputError("workbook_mark_lost", file=Path(str(rows["file"].iloc[0])).name)
    guides, kept = _spoken("workbook_sheet_guide"), _spoken(known.SHEET)
    sheets = {
        _folded(str(name)): sheet.sort_values("row").to_dict("records") for name, sheet in rows.groupby("sheet", sort=False)
    }
    handed = {key: figure for name in kept for key, figure in known.read(sheets.get(name, [])).items()}
    by_code = cards.set_index("indicator", drop=False).to_dict("index")
    reading = _Reading(about, str(file["source_id"]), by_code, handed)
    for name, lines in sheets.items():
        if name in kept:
            reading.skip_rows(lines, "skip_known")
        elif name in guides:
            reading.skip_rows(lines, "skip_guide")
        else:
            reading.sheet(lines)
    return reading.split()


class _Reading:
    """Collects what the cells of one workbook are."""

    def __init__(
        self,
        about: Mapping[str, str],
        source_id: str,
        cards: Mapping[str, Mapping[str, Any]],
        handed: Mapping[known.Key, known.Figure],
    ) -> None:
        self.about, self.source_id, self.cards, self.handed = about, source_id, cards, handed
        self.entries: list[dict[str, object]] = []
        self.skipped: list[dict[str, object]] = []
        self.rejected: list[dict[str, object]] = []

    def split(self) -> Split:
        """Return what has been collected."""
        import pandas as pd

        return Split(
            pd.DataFrame(self.entries, columns=[*PLACE, "number_form", *ENTRY]),
            skips(pd.DataFrame(self.skipped, columns=[*PLACE, "reason"])),
            rejections(pd.DataFrame(self.rejected, columns=[*PLACE, "raw_text", "rule"])),
        )

    def skip_rows(self, lines: Sequence[Mapping[str, Any]], reason: str) -> None:
        """Skip whole rows; a blank one for being blank."""
        for line in lines:
            blank = not any(text.strip() for text in line["cells"])
            self._skip(line, None, "skip_blank" if blank else reason)

    def sheet(self, lines: Sequence[Mapping[str, Any]]) -> None:
        """Read one domain sheet; a sheet without the form's header is skipped row by row."""
        heads = _spoken("workbook_code")
        top = next((at for at, line in enumerate(lines) if line["cells"] and _folded(line["cells"][0]) in heads), None)
        if top is None:
            self.skip_rows(lines, "skip_foreign_sheet")
            return
        shape = self._shape(lines, top)
        self.skip_rows(lines[: shape.head], "skip_header")
        for line in lines[shape.head :]:
            self._line(line, shape)

    def _shape(self, lines: Sequence[Mapping[str, Any]], top: int) -> _Sheet:
        """Return the columns of a sheet; reject the header or status cells that cannot be read."""
        labels = _spoken("workbook_status")
        below = lines[top + 1] if top + 1 < len(lines) else None
        status = below if below and any(_folded(text) in labels for text in below["cells"][:2]) else None
        known = {label for column in (*ABOUT, "note") for label in _spoken(f"workbook_{column}")}
        head = top + (1 if status is None else 2)
        filled = {at for line in lines[head:] for at, text in enumerate(line["cells"]) if text.strip()}
        periods, unread = [], []
        for column in range(1, max((len(line["cells"]) for line in lines[top:]), default=0)):
            text = _at(lines[top], column)
            if _folded(text) in known or (not text and column not in filled):
                continue
            period = _period(text)
            word = _at(status, column) if status else ""
            code = next((one for one in CODELISTS["obs_status"] if _folded(word) in _spoken(f"workbook_status_{one}")), "")
            if period is None:
                self._reject(lines[top], column, "column_unknown")
                unread.append(column)
            elif status is not None and word and not code:
                self._reject(status, column, "status_unknown")
                unread.append(column)
            else:
                periods.append(_Period(column, "-" not in period, period, code))
        return _Sheet(head, tuple(periods), tuple(unread))

    def _line(self, line: Mapping[str, Any], shape: _Sheet) -> None:
        """Read one row below the header."""
        code = _at(line, 0)
        columns = (*(period.column for period in shape.periods), *shape.unread)
        filled = [column for column in columns if _at(line, column)]
        name, _, activity = code.partition("|")
        card, activity = self.cards.get(name), activity or "total"
        if (not code and not filled) or not columns:
            self.skip_rows([line], "skip_text")
            return
        rule = self._row_fault(code, card, activity)
        if rule:
            if not filled and not CODE.fullmatch(code):
                self._skip(line, None, "skip_text")
                return
            self._reject(line, 0, rule)
            for column in filled:
                self._skip(line, column, "skip_row_unread")
            return
        assert card is not None
        for period in shape.periods:
            self._figure(line, period, card, activity)
        for column in shape.unread:
            self._skip(line, column, "skip_column_unread" if _at(line, column) else "skip_no_value")

    def _row_fault(self, code: str, card: Mapping[str, Any] | None, activity: str) -> str:
        if not code:
            return "code_missing"
        if card is None:
            return "indicator_unknown"
        if activity != "total" and activity not in PARTS.get(known_text(card["parts"]), ()):
            return "activity_unknown"
        return "" if known_text(card["formula"]) == "" else "figure_computed"

    def _figure(self, line: Mapping[str, Any], period: _Period, card: Mapping[str, Any], activity: str) -> None:
        """Read one cell that may hold a figure."""
        text, letter = _at(line, period.column), (line["types"] + "e" * period.column)[period.column]
        if not text:
            self._skip(line, period.column, "skip_no_value")
            return
        if not period.year_only and card["part_year"] == "none":
            self._reject(line, period.column, "part_year_none")
            return
        form = {"n": "canonical", "p": "percent"}.get(letter, "vi")
        if letter == "d":
            self._reject(line, period.column, "number_is_date")
            return
        if letter == "f":
            self._reject(line, period.column, "formula_without_result")
            return
        if card["unit_measure"] == "FLAG":
            text, form = _flag(text), "canonical"
            if not text:
                self._reject(line, period.column, "flag_unknown")
                return
        before = self.handed.get((card["indicator"], activity, period.time_period))
        if before and form != "vi" and float(text) == before.value and period.obs_status in ("", before.obs_status):
            self._skip(line, period.column, "skip_unchanged")
            return
        freq = "A" if period.year_only else "YTD" if card["part_year"] == "cumulative" else "M"
        self.entries.append(
            {
                **self._place(line, period.column),
                "number_form": form,
                "indicator": card["indicator"],
                "ref_area": self.about["area_code"],
                "area_valid_from": self.about["area_valid_from"],
                "activity": activity,
                "freq": freq,
                "time_period": period.time_period,
                "obs_value": text,
                "unit_measure": card["unit_measure"],
                "prices": card["prices"],
                "base_per": self.about["base_year"] if card["prices"] == "Q" else NOT_APPLICABLE,
                "concept": card["concept"],
                "obs_status": period.obs_status,
                "vintage": self.about["document_date"],
                "vintage_assumed": "false",
                "source_id": self.source_id,
            }
        )

    def _place(self, line: Mapping[str, Any], column: int | None) -> dict[str, object]:
        cell = NOT_APPLICABLE if column is None else f"{letters(column)}{line['row']}"
        return {"file": line["file"], "sheet": line["sheet"], "row": line["row"], "cell": cell}

    def _skip(self, line: Mapping[str, Any], column: int | None, reason: str) -> None:
        self.skipped.append({**self._place(line, column), "reason": reason})

    def _reject(self, line: Mapping[str, Any], column: int, rule: str) -> None:
        self.rejected.append({**self._place(line, column), "raw_text": _at(line, column) or None, "rule": rule})


def _at(line: Mapping[str, Any], column: int) -> str:
    """Return the text of a cell, "" beyond the end of its row."""
    return str(line["cells"][column]).strip() if column < len(line["cells"]) else ""


def _flag(text: str) -> str:
    """Return "1" for met, "0" for not met, "" for anything else."""
    words = {number: {*_spoken(f"workbook_{word}"), number} for word, number in MET.items()}
    return next((number for number, spoken in words.items() if _folded(text) in spoken), "")


def _period(text: str) -> str | None:
    """Return "2025" or "2026-09" for a header "2025", "9 tháng 2026"; None for anything else."""
    head = _folded(text)
    year = YEAR_HEADER.fullmatch(head)
    if year:
        return year[1]
    months = MONTHS_HEADER.fullmatch(head)
    if months and 1 <= int(months[1]) <= 12:
        return f"{months[2]}-{int(months[1]):02d}"
    return None


def _spoken(key: str) -> set[str]:
    """Return a text of wording.csv in every language, as compared."""
    return {_folded(wording.text(key, lang)) for lang in wording.LANGUAGES}


def _folded(text: str) -> str:
    """Return a text as it is compared: NFC, lower case, single blanks, without a colon at its end."""
    return " ".join(unicodedata.normalize("NFC", str(text)).casefold().split()).rstrip(":").rstrip()


def known_text(value: object) -> str:
    """Return the text of a value, "" for a missing one."""
    return "" if value is None or value != value else str(value)
