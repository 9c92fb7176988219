"""Beside its values a sheet shows what must be told: hidden, filtered, commented, struck; percents are read as shown."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font

from analysis.intake.sheet import cells


def told(tmp_path, fill, **filled):
    """Return the only sheet of a workbook that `fill` made, and its notes by kind."""
    book = Workbook()
    for row in range(1, 11):
        for column in range(1, 6):
            book.active.cell(row, column, row * column)
    fill(book.active, **filled)
    book.save(tmp_path / "x.xlsx")
    (sheet,) = cells.read(tmp_path / "x.xlsx")
    return sheet, {kind: [note.cell for note in sheet.notes if note.kind == kind] for kind in {n.kind for n in sheet.notes}}


def test_rows_and_columns_that_are_hidden_are_read_and_named(tmp_path):
    def fill(sheet):
        for row in (3, 4, 7, 20):
            sheet.row_dimensions[row].hidden = True
        sheet.column_dimensions["C"].hidden = True
        sheet.column_dimensions["Z"].hidden = True

    sheet, notes = told(tmp_path, fill)
    assert notes == {"hidden_row": ["3:4", "7:7"], "hidden_column": ["C:C"]}
    assert sheet.rows[2].cells[:5] == ["3", "6", "9", "12", "15"]


def test_rows_that_a_filter_hides_are_told_apart_from_those_a_person_hid(tmp_path):
    def fill(sheet):
        sheet.auto_filter.ref = "A2:E8"
        sheet.row_dimensions[5].hidden = sheet.row_dimensions[9].hidden = True

    assert told(tmp_path, fill)[1] == {"filtered_row": ["5:5"], "hidden_row": ["9:9"]}


def test_comment_is_named_with_what_it_says(tmp_path):
    def fill(sheet):
        sheet["B2"].comment = Comment("số của\n  công an", "Lan")

    sheet, notes = told(tmp_path, fill)
    assert notes == {"comment": ["B2"]}
    assert sheet.notes[0].text == "số của công an"


def test_struck_cell_is_named_unless_it_is_empty(tmp_path):
    def fill(sheet):
        for cell, struck in (("B2", True), ("C2", False), ("F2", True)):
            sheet[cell].font = Font(strike=struck)

    sheet, notes = told(tmp_path, fill)
    assert notes == {"struck": ["B2"]}
    assert sheet.rows[1].cells[1] == "4"


@pytest.mark.parametrize(
    ("form", "text", "letter"),
    [
        *(("0%", "96", "p"), ("0.00%", "96", "p"), ("0.0 %", "96", "p"), ("[Red]#,##0.000%", "96", "p")),
        *(("General", "0.96", "n"), ("0.00", "0.96", "n"), ('0.00" %"', "0.96", "n"), (r"0.00\%", "0.96", "n")),
    ],
)
def test_number_in_percent_format_is_read_as_shown(tmp_path, form, text, letter):
    def fill(sheet):
        sheet["B2"] = 0.96
        sheet["B2"].number_format = sheet["B3"].number_format = form
        sheet["B3"] = "0.96"

    sheet, _ = told(tmp_path, fill)
    assert (sheet.rows[1].cells[1], sheet.rows[1].types[1]) == (text, letter)
    assert (sheet.rows[2].cells[1], sheet.rows[2].types[1]) == ("0.96", "s")


@settings(max_examples=30, deadline=None)
@given(st.decimals(-1000, 1000, places=4))
def test_any_number_in_percent_format_is_a_hundred_times_what_is_stored(tmp_path_factory, number):
    def fill(sheet):
        sheet["A1"] = float(number)
        sheet["A1"].number_format = "0.00%"

    sheet, _ = told(tmp_path_factory.mktemp("p"), fill)
    assert float(sheet.rows[0].cells[0]) == float(number * 100)
