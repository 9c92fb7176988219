"""The data-entry workbook: writing the empty or filled-in form, and reading what an office has filled in.

One guide sheet says whose figures these are; then one sheet a domain, one row a card (numerator and denominator of a share
as rows of their own), one column a period. Columns are known by their header, rows by the code in column A, so that moved
or added ones still work.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.errors import InputError
from analysis.intake import cells
from analysis.intake.split import ENTRY, PLACE, Split, rejections, skips
from analysis.reference import wording
from analysis.schema import CODELISTS, NOT_APPLICABLE, RAW_ROW, conform

if TYPE_CHECKING:
    import pandas as pd
    from openpyxl import Workbook
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

SECTORS = ("agriculture", "industry_construction", "services")
PARTS: dict[str, tuple[str, ...]] = {"sectors": SECTORS, "sectors_taxes": (*SECTORS, "taxes_less_subsidies")}
ABOUT = ("code", "name", "unit", "definition", "supplier")  # columns before the periods; `note` comes after them
# the guide's labelled cells; a date is a date cell or dd/mm/yyyy
GUIDE = (
    *("area_code", "area_valid_from", "area_name", "plan_id", "base_year", "maker"),
    *("document_no", "document_date", "kind"),
)
GUIDE_DATES = ("area_valid_from", "document_date")
GUIDE_OPTIONAL = ("area_name", "plan_id", "document_no")
GUIDE_STEPS = 7
MET = {"flag_met": "1", "flag_not_met": "0"}
WIDTHS = {"code": 20, "name": 32, "unit": 12, "definition": 52, "supplier": 20}
PERIOD_WIDTH, NOTE_WIDTH, LINE_HEIGHT = 12, 32, 15
FONT = "Calibri"
HEAD, GREY, RED = "FFDCE6F1", "FFD9D9D9", "FFC00000"
EPOCH = (1980, 1, 1, 0, 0, 0)
MADE = dt.datetime(2026, 1, 1)
YEAR_HEADER = re.compile(r"(?:năm )?((?:19|20)\d\d)")
MONTHS_HEADER = re.compile(r"(\d{1,2}) (?:tháng|months)(?: đầu)?(?: năm| of)? ((?:19|20)\d\d)")
NAME = re.compile(r"[a-z_][a-z0-9_]*")
CODE = re.compile(r"[a-z][a-z0-9_]*(?:\|[a-z_]*)?")
FUNCTIONS = ("lag", "chain")


# ---------------------------------------------------------------- writing


@dataclass(frozen=True)
class _Form:
    """What every sheet of one workbook shares. `figures` is keyed by (indicator, activity, time_period)."""

    lang: str
    periods: tuple[str, ...]  # "2025" or "2026-09"
    illustrative: bool
    units: Mapping[str, str]
    figures: Mapping[tuple[str, str, str], float]
    statuses: Mapping[str, str]
    notes: Mapping[tuple[str, str], str]
    shares: Mapping[str, str] = field(default_factory=dict)

    def text(self, key: str, **values: object) -> str:
        """Return one text of wording.csv."""
        return wording.text(key, self.lang, **values)


def write_template(
    path: Path,
    area: Mapping[str, Any],
    plan: Any,
    cards: pd.DataFrame,
    units: pd.DataFrame,
    years: Sequence[int],
    part_years: Sequence[tuple[int, int]],
    values: pd.DataFrame | None = None,
    illustrative: bool = False,
    lang: str = "vi",
    guide: Mapping[str, object] | None = None,
) -> None:
    """Write the data-entry workbook of one area to `path`; the same arguments give the same bytes.

    `area` is a row of area.csv, `plan` an analysis.plan.plan.Plan; `cards` and `units` the schema tables. `values` fills it
    in: indicator, activity, time_period, obs_value, obs_status, note. `guide` fills in labelled cells of the guide sheet by
    their names in GUIDE.
    """
    from openpyxl import Workbook

    chosen = entered(cards, str(area["kind"]), plan)
    form = _form(cards, units, years, part_years, values, illustrative, lang)
    book = Workbook()
    book.remove(book.active)
    _write_guide(book, form, _guide_values(area, plan, form, guide or {}))
    for domain in CODELISTS["domain"]:
        rows = chosen[chosen["domain"] == domain]
        if len(rows):
            _write_domain(book, form, domain, rows)
    _save(book, path)


def entered(cards: pd.DataFrame, area_kind: str, plan: Any) -> pd.DataFrame:
    """Return the cards whose figures are entered, numerators beside their denominator.

    For a commune every card it can measure; for another area the plan's indicators and, down to those without a formula,
    the cards their formulas name.
    """
    if area_kind == "commune":
        chosen = cards[cards["measurable_at_commune"].isin(["yes", "estimate"]) & cards["formula"].isna()]
    else:
        formulas = cards.set_index("indicator")["formula"].dropna().to_dict()
        wanted = [*plan.target["indicator"].dropna(), *plan.annual_target["indicator"].dropna()]
        chosen = cards[cards["indicator"].isin(_named(wanted, formulas)) & cards["formula"].isna()]
    below = {numerator: denominator for numerator, denominator, _ in _shares(cards)}
    positions = {name: position for position, name in enumerate(chosen["indicator"])}
    groups: dict[str, int] = {}
    for name, position in positions.items():
        group = below.get(name, name)
        groups[group] = min(groups.get(group, position), position)

    def place(name: str) -> tuple[int, int, int]:
        group = below.get(name, name)
        first = group != name and positions[name] == groups[group]
        return groups[group], 0 if first else 1 if group == name else 2, positions[name]

    ordered = sorted(positions, key=place)
    return chosen.set_index("indicator", drop=False).loc[ordered].reset_index(drop=True)


def _named(wanted: Sequence[str], formulas: Mapping[str, str]) -> set[str]:
    found: set[str] = set()
    queue = list(wanted)
    while queue:
        name = queue.pop()
        if name not in found:
            found.add(name)
            queue += [part for part in NAME.findall(formulas.get(name, "")) if part not in FUNCTIONS]
    return found


def _shares(cards: pd.DataFrame) -> Iterator[tuple[str, str, str]]:
    """Return (numerator, denominator, name of the share) of the cards that are 100 * numerator / denominator."""
    for card in cards[cards["formula"].notna()].to_dict("records"):
        found = re.fullmatch(r"\s*100\s*\*\s*(\w+)\s*/\s*(\w+)\s*", card["formula"])
        if found:
            yield found[1], found[2], card["indicator"]


def _form(
    cards: pd.DataFrame,
    units: pd.DataFrame,
    years: Sequence[int],
    part_years: Sequence[tuple[int, int]],
    values: pd.DataFrame | None,
    illustrative: bool,
    lang: str,
) -> _Form:
    names = cards.set_index("indicator")[f"name_{lang}"]
    shares = {
        numerator: wording.text(
            "workbook_share", lang, share=names[share], numerator=names[numerator], denominator=names[denominator]
        )
        for numerator, denominator, share in _shares(cards)
        if numerator in names and denominator in names
    }
    records = [] if values is None else values.to_dict("records")
    return _Form(
        lang=lang,
        periods=(*(str(year) for year in years), *(f"{year}-{month:02d}" for year, month in part_years)),
        illustrative=illustrative,
        units=units.set_index("unit_measure")[f"name_{lang}"].to_dict(),
        figures={(one["indicator"], one["activity"], one["time_period"]): one["obs_value"] for one in records},
        statuses={one["time_period"]: one["obs_status"] for one in records},
        notes={(one["indicator"], one["activity"]): one["note"] for one in records if isinstance(one["note"], str)},
        shares=shares,
    )


def _guide_values(
    area: Mapping[str, Any], plan: Any, form: _Form, given: Mapping[str, object]
) -> dict[str, tuple[str, object]]:
    """Return {name: (label, value)} of the guide's labelled cells."""
    kind = "workbook_kind_assumed" if form.illustrative else "workbook_kind_real"
    known: dict[str, object] = {
        "area_code": area["ref_area"],
        "area_valid_from": area["valid_from"],
        "area_name": area[f"name_{form.lang}"],
        "plan_id": plan.id,
        "base_year": 2010,
        "kind": form.text(kind),
    }
    return {name: (form.text(f"workbook_guide_{name}"), (known | dict(given)).get(name)) for name in GUIDE}


def _write_guide(book: Workbook, form: _Form, labelled: Mapping[str, tuple[str, object]]) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.worksheet.datavalidation import DataValidation

    sheet = book.create_sheet(form.text("workbook_sheet_guide"))
    row = _write_title(sheet, form, form.text("workbook_guide_title"), 2)
    for label, value in labelled.values():
        _put(sheet.cell(row, 1), label).font = Font(name=FONT, bold=True)
        cell = _put(sheet.cell(row, 2), value)
        cell.alignment = Alignment(wrap_text=True, horizontal="left")
        cell.number_format = "dd/mm/yyyy" if isinstance(cell.value, dt.date) else "@"
        row += 1
    kinds = ",".join(form.text(f"workbook_kind_{kind}") for kind in ("real", "assumed"))
    validation = DataValidation(type="list", formula1=f'"{kinds}"', allow_blank=False)
    validation.add(sheet.cell(row - 1, 2))
    sheet.add_data_validation(validation)
    steps = [form.text(f"workbook_guide_step_{number}") for number in range(1, GUIDE_STEPS + 1)]
    statuses = [form.text(f"workbook_status_about_{code}") for code in CODELISTS["obs_status"]]
    for text in (*steps, *statuses):
        row += 1
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=2)
        _put(sheet.cell(row, 1), text).alignment = Alignment(wrap_text=True, vertical="top")
        sheet.row_dimensions[row].height = 16 * (1 + len(text) // 110)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 42, 60
    _print_setup(sheet, form)
    sheet.page_setup.fitToHeight = 1


def _write_title(sheet: Worksheet, form: _Form, title: str, row: int) -> int:
    """Write the mark of invented figures into row 1 and the title into `row`; return the next row but one."""
    from openpyxl.styles import Font

    if form.illustrative:
        _put(sheet.cell(1, 1), form.text("page_illustrative")).font = Font(name=FONT, bold=True, color=RED, size=13)
    _put(sheet.cell(row, 1), title).font = Font(name=FONT, bold=True, size=14)
    return row + 2


def _write_domain(book: Workbook, form: _Form, domain: str, cards: pd.DataFrame) -> None:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.utils import get_column_letter

    name = form.text(f"workbook_sheet_{domain}")
    sheet = book.create_sheet(name)
    top = _write_title(sheet, form, form.text("workbook_title", sheet=name), 2)
    first = len(ABOUT) + 1
    heads: list[object] = [form.text(f"workbook_{column}") for column in ABOUT]
    heads += [_period_header(form, period) for period in form.periods]
    for column, head in enumerate([*heads, form.text("workbook_note")], start=1):
        _put(sheet.cell(top, column), head)
    _write_statuses(sheet, form, top + 1, first)
    row = top + 2
    for card in cards.to_dict("records"):
        for activity in ("total", *PARTS.get(_known(card["parts"]), ())):
            _write_card(sheet, form, row, card, activity)
            row += 1
    thin = Side(style="thin", color="FFBFBFBF")
    for line in sheet.iter_rows(min_row=top, max_row=row - 1, max_col=len(heads) + 1):
        for cell in line:
            cell.border = Border(left=thin, right=thin, top=thin, bottom=thin)
            heading = cell.row < top + 2
            cell.alignment = Alignment(wrap_text=True, vertical="top", horizontal="center" if heading else None)
            if heading:
                cell.font, cell.fill = Font(name=FONT, bold=True), PatternFill("solid", fgColor=HEAD)
    widths = [*WIDTHS.values(), *([PERIOD_WIDTH] * len(form.periods)), NOTE_WIDTH]
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = sheet.cell(top + 2, 3)
    sheet.print_title_rows, sheet.print_title_cols = f"{top}:{top + 1}", "A:B"
    _print_setup(sheet, form)
    sheet.page_setup.fitToWidth = 2


def _period_header(form: _Form, period: str) -> object:
    year, _, month = period.partition("-")
    return form.text("workbook_months", months=int(month), year=year) if month else int(year)


def _write_statuses(sheet: Worksheet, form: _Form, row: int, first: int) -> None:
    """Write the row of statuses, a list cell a period."""
    from openpyxl.worksheet.datavalidation import DataValidation

    _put(sheet.cell(row, 2), form.text("workbook_status"))
    words = {code: form.text(f"workbook_status_{code}") for code in CODELISTS["obs_status"]}
    validation = DataValidation(type="list", formula1=f'"{",".join(words.values())}"', allow_blank=True)
    validation.error = form.text("workbook_error_status", words=", ".join(words.values()))
    for column, period in enumerate(form.periods, start=first):
        if period in form.statuses:
            _put(sheet.cell(row, column), words[form.statuses[period]])
        validation.add(sheet.cell(row, column))
    sheet.add_data_validation(validation)


def _write_card(sheet: Worksheet, form: _Form, row: int, card: Mapping[str, Any], activity: str) -> None:
    """Write one row of the form: what the card says, the figures there are, the bounds of each cell."""
    from openpyxl.styles import PatternFill

    name, definition = card[f"name_{form.lang}"], card[f"definition_{form.lang}"]
    code = card["indicator"]
    if activity != "total":
        name = form.text("workbook_part", name=name, activity=form.text(f"workbook_activity_{activity}"))
        code, definition = f"{code}|{activity}", ""
    definition = " ".join(part for part in (definition, form.shares.get(code)) if part)
    about = (code, name, form.units[card["unit_measure"]], definition, card["supplier_vi"])
    for column, text in enumerate(about, start=1):
        _put(sheet.cell(row, column), text)
    flag = card["unit_measure"] == "FLAG"
    validation = _validation(form, card, flag)
    for column, period in enumerate(form.periods, start=len(about) + 1):
        cell = sheet.cell(row, column)
        value = form.figures.get((card["indicator"], activity, period))
        if value is not None:
            word = next(word for word, number in MET.items() if float(number) == value) if flag else ""
            _put(cell, form.text(f"workbook_{word}") if flag else _number(value))
        decimals = int(card["decimals"])
        cell.number_format = "General" if flag else "#,##0" + ("." + "0" * decimals if decimals else "")
        if "-" in period and card["part_year"] == "none":
            cell.fill = PatternFill("solid", fgColor=GREY)
        validation.add(cell)
    sheet.add_data_validation(validation)
    note = form.notes.get((card["indicator"], activity), "")
    _put(sheet.cell(row, len(about) + len(form.periods) + 1), note)
    wrapped = zip((*about, note), (*WIDTHS.values(), NOTE_WIDTH), strict=True)
    sheet.row_dimensions[row].height = LINE_HEIGHT * max(1 + len(text) // width for text, width in wrapped)


def _validation(form: _Form, card: Mapping[str, Any], flag: bool) -> Any:
    """Return what Excel lets a user type into the figures of one card."""
    from openpyxl.worksheet.datavalidation import DataValidation

    if flag:
        words = [form.text(f"workbook_{word}") for word in MET]
        validation = DataValidation(type="list", formula1=f'"{",".join(words)}"', allow_blank=True)
        validation.error = form.text("workbook_error_flag", words=", ".join(words))
        return validation
    lower, upper = (None if _known(card[name]) == "" else float(card[name]) for name in ("lower", "upper"))
    bounds = {"type": "decimal", "allow_blank": True}
    if lower is not None and upper is not None:
        validation = DataValidation(operator="between", formula1=_plain(lower), formula2=_plain(upper), **bounds)
        validation.error = form.text("workbook_error_between", lower=_plain(lower), upper=_plain(upper))
    elif upper is not None:
        validation = DataValidation(operator="lessThanOrEqual", formula1=_plain(upper), **bounds)
        validation.error = form.text("workbook_error_upper", upper=_plain(upper))
    else:
        least = lower if lower is not None else -1e15
        validation = DataValidation(operator="greaterThanOrEqual", formula1=_plain(least), **bounds)
        validation.error = form.text("workbook_error_lower" if lower is not None else "workbook_error_number", lower=least)
    validation.errorTitle = form.text("workbook_error_title")
    return validation


def _put(cell: Cell, value: object) -> Cell:
    """Write a value; text stays text whatever it begins with, never a formula."""
    if value is None or value == "":
        return cell
    if hasattr(value, "to_pydatetime"):
        value = value.to_pydatetime()
    if isinstance(value, dt.datetime):
        value = value.date()
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
        if value[0] in "=+-@":
            cell.quotePrefix = True
    return cell


def _print_setup(sheet: Worksheet, form: _Form) -> None:
    """A4 landscape, all columns on one page's width unless changed; the mark of invented figures on every printed page."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.right.text = "&P/&N"
    if form.illustrative:
        for part in (sheet.oddHeader.center, sheet.oddFooter.center):
            part.text, part.color, part.size = form.text("page_illustrative"), RED[2:], 10


def _save(book: Workbook, path: Path) -> None:
    """Write the workbook with fixed dates and without compression, so that the same content is the same bytes anywhere."""
    book.properties.creator, book.properties.created = "", MADE
    drawn = io.BytesIO()
    book.save(drawn)
    beside = path.with_name(f".{path.name}.new")
    with zipfile.ZipFile(drawn) as source, zipfile.ZipFile(beside, "w", zipfile.ZIP_STORED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                stamp = rb"\g<1>" + MADE.strftime("%Y-%m-%dT%H:%M:%SZ").encode() + rb"\g<2>"
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)", stamp, content)
            target.writestr(zipfile.ZipInfo(name, EPOCH), content)
    beside.replace(path)


def _number(value: float) -> int | float:
    return int(value) if float(value).is_integer() else float(value)


def _plain(value: float) -> str:
    return str(_number(value))


def _known(value: object) -> str:
    """Return the text of a value, "" for a missing one."""
    return "" if value is None or value != value else str(value)


# ---------------------------------------------------------------- reading


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


def read(raw: Path, path: str) -> pd.DataFrame:
    """Return raw.row of the workbook `path` (below the folder `raw`): every row of every sheet as read.

    Raises InputError as cells.read does.
    """
    import pandas as pd

    records = [
        {"file": path, "sheet": sheet, "row": row.row, "cells": row.cells, "types": row.types}
        for sheet, rows in cells.read(raw / path).items()
        for row in rows
    ]
    return conform(pd.DataFrame(records, columns=RAW_ROW.names), RAW_ROW)


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
    reading = _Reading(about, str(file["source_id"]), cards.set_index("indicator", drop=False).to_dict("index"))
    guides = _spoken("workbook_sheet_guide")
    for name, sheet in rows.groupby("sheet", sort=False):
        lines = sheet.sort_values("row").to_dict("records")
        if _folded(str(name)) in guides:
            reading.skip_rows(lines, "skip_guide")
        else:
            reading.sheet(lines)
    return reading.split()


class _Reading:
    """Collects what the cells of one workbook are."""

    def __init__(self, about: Mapping[str, str], source_id: str, cards: Mapping[str, Mapping[str, Any]]) -> None:
        self.about, self.source_id, self.cards = about, source_id, cards
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
        if activity != "total" and activity not in PARTS.get(_known(card["parts"]), ()):
            return "activity_unknown"
        return "" if _known(card["formula"]) == "" else "figure_computed"

    def _figure(self, line: Mapping[str, Any], period: _Period, card: Mapping[str, Any], activity: str) -> None:
        """Read one cell that may hold a figure."""
        text, letter = _at(line, period.column), (line["types"] + "e" * period.column)[period.column]
        if not text:
            self._skip(line, period.column, "skip_no_value")
            return
        if not period.year_only and card["part_year"] == "none":
            self._reject(line, period.column, "part_year_none")
            return
        form = "canonical" if letter == "n" else "vi"
        if letter == "d":
            self._reject(line, period.column, "number_is_date")
            return
        if card["unit_measure"] == "FLAG":
            text, form = _flag(text), "canonical"
            if not text:
                self._reject(line, period.column, "flag_unknown")
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
        from openpyxl.utils import get_column_letter

        cell = NOT_APPLICABLE if column is None else f"{get_column_letter(column + 1)}{line['row']}"
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
