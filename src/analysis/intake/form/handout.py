"""The data-entry workbook as it is handed out: the empty form of an area, or filled in. The only importer of openpyxl.

One guide sheet says whose figures these are; then one sheet a domain, one row a card (numerator and denominator of a share
as rows of their own), one column a period. What is written here, intake/form/returned.py reads.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.intake.form import entered, known
from analysis.intake.form.returned import ABOUT, GUIDE, MET, known_text
from analysis.reference import wording
from analysis.schema.codelist import CODELISTS, PARTS
from analysis.whole_file import drafted

if TYPE_CHECKING:
    import pandas as pd
    from openpyxl import Workbook
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

GUIDE_STEPS, BASE_YEAR = 7, 2010
WIDTHS = {"code": 20, "name": 32, "unit": 12, "definition": 52, "supplier": 20}
PERIOD_WIDTH, NOTE_WIDTH, LINE_HEIGHT = 12, 32, 15
FONT = "Calibri"
HEAD, GREY, RED = "FFDCE6F1", "FFD9D9D9", "FFC00000"
EPOCH = (1980, 1, 1, 0, 0, 0)
MADE = dt.datetime(2026, 1, 1)


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
    known: Mapping[known.Key, known.Figure] = field(default_factory=dict)

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
    handed: Mapping[known.Key, known.Figure] | None = None,
) -> None:
    """Write the data-entry workbook of one area to `path`; the same arguments give the same bytes.

    `area` is a row of area.csv, `plan` an analysis.plan.plan.Plan; `cards` and `units` the schema tables. `values` fills it
    in: indicator, activity, time_period, obs_value, obs_status, note. `guide` fills in labelled cells of the guide sheet by
    their names in GUIDE. `handed`: the figures that are known already, of which only what is changed is news.
    """
    from openpyxl import Workbook

    chosen = entered.cards(cards, str(area["kind"]), plan)
    form = _form(cards, units, years, part_years, values, illustrative, lang, handed or {})
    book = Workbook()
    book.remove(book.active)
    _write_guide(book, form, _guide_values(area, plan, form, guide or {}))
    for domain in CODELISTS["domain"]:
        rows = chosen[chosen["domain"] == domain]
        if len(rows):
            _write_domain(book, form, domain, rows)
    if form.known:
        known.write(book, form.known, lang)
    _save(book, path)


def _form(
    cards: pd.DataFrame,
    units: pd.DataFrame,
    years: Sequence[int],
    part_years: Sequence[tuple[int, int]],
    values: pd.DataFrame | None,
    illustrative: bool,
    lang: str,
    handed: Mapping[known.Key, known.Figure],
) -> _Form:
    names = cards.set_index("indicator")[f"name_{lang}"]
    shares = {
        numerator: wording.text(
            "workbook_share", lang, share=names[share], numerator=names[numerator], denominator=names[denominator]
        )
        for numerator, denominator, share in entered.shares(cards)
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
        known=handed,
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
        "base_year": BASE_YEAR,
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
    steps += [form.text("workbook_guide_known")] if form.known else []
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
        for activity in ("total", *PARTS.get(known_text(card["parts"]), ())):
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
        key = (card["indicator"], activity, period)
        known_before = form.known.get(key)
        value = form.figures.get(key, known_before.value if known_before else None)
        if value is not None:
            word = next(word for word, number in MET.items() if float(number) == value) if flag else ""
            _put(cell, form.text(f"workbook_{word}") if flag else _number(value))
        if known_before:
            known.show(cell, cell.value)
        decimals = int(card["decimals"])
        cell.number_format = "General" if flag else "#,##0" + ("." + "0" * decimals if decimals else "")
        if "-" in period and card["part_year"] == "none":
            cell.fill = PatternFill("solid", fgColor=GREY)
        validation.add(cell)
    sheet.add_data_validation(validation)
    note = form.notes.get((card["indicator"], activity), "")
    _put(sheet.cell(row, len(about) + len(form.periods) + 1), note)
    wrapped = zip((*about, note), (*WIDTHS.values(), NOTE_WIDTH), strict=True)
    sheet.row_dimensions[row].height = LINE_HEIGHT * max(1 + round(len(text) / width) for text, width in wrapped)


def _validation(form: _Form, card: Mapping[str, Any], flag: bool) -> Any:
    """Return what Excel lets a user type into the figures of one card."""
    from openpyxl.worksheet.datavalidation import DataValidation

    if flag:
        words = [form.text(f"workbook_{word}") for word in MET]
        validation = DataValidation(type="list", formula1=f'"{",".join(words)}"', allow_blank=True)
        validation.error = form.text("workbook_error_flag", words=", ".join(words))
        return validation
    lower, upper = (None if known_text(card[name]) == "" else float(card[name]) for name in ("lower", "upper"))
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
    with drafted(path) as draft, zipfile.ZipFile(drawn) as source, zipfile.ZipFile(draft, "w", zipfile.ZIP_STORED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                stamp = rb"\g<1>" + MADE.strftime("%Y-%m-%dT%H:%M:%SZ").encode() + rb"\g<2>"
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)", stamp, content)
            target.writestr(zipfile.ZipInfo(name, EPOCH), content)


def _number(value: float) -> int | float:
    return int(value) if float(value).is_integer() else float(value)


def _plain(value: float) -> str:
    return str(_number(value))
