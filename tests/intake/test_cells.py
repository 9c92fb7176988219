"""A workbook is read in a child process: what is hostile or broken is one sentence, never a crash of the program."""

import datetime as dt
import json
import os
import subprocess
import sys
import time
import zipfile

import pytest
from conftest import ROOT
from openpyxl import Workbook

from analysis.errors import InputError
from analysis.intake.sheet import cells


def saved(path, fill):
    book = Workbook()
    fill(book.active)
    book.save(path)
    return path


def key_of(path, **limits):
    with pytest.raises(InputError) as raised:
        cells.read(path, **limits)
    assert raised.value.values["file"] == path.name
    return raised.value.key


def test_each_cell_has_its_text_and_its_letter(tmp_path):
    def fill(sheet):
        sheet.title = "Kinh tế"
        row = [7, 4.7, "27.065.153", dt.date(2026, 7, 4), True, None, "=1+1", dt.datetime(2026, 7, 4, 3, 5), -0.5]
        for column, value in enumerate(row, start=2):
            sheet.cell(3, column, value)
        sheet["H3"].data_type = "s"

    ((name, rows, _),) = cells.read(saved(tmp_path / "a b.xlsx", fill))
    assert name == "Kinh tế"
    assert [row.row for row in rows] == [1, 2, 3]
    assert rows[0].types == "e" * 10
    assert rows[2].cells[1:] == [
        *("7", "4.7", "27.065.153", "2026-07-04", "true", "", "=1+1"),
        *("2026-07-04T03:05:00", "-0.5"),
    ]
    assert rows[2].types == "ennsdbesdn"


def test_every_sheet_is_read_in_order_also_an_empty_one(tmp_path):
    book = Workbook()
    book.active.title = "Một"
    book.create_sheet("Hai")["A1"] = 2
    book.save(tmp_path / "two.xlsx")
    assert {name: len(rows) for name, rows, _ in cells.read(tmp_path / "two.xlsx")} == {"Một": 0, "Hai": 1}


def test_cell_at_the_far_corner_is_too_large_and_kills_nothing(tmp_path):
    def fill(sheet):
        sheet["A1"] = 1
        sheet["XFD1048576"] = 2

    assert key_of(saved(tmp_path / "far.xlsx", fill)) == "workbook_too_large"


@pytest.mark.parametrize("address", ["A200001", "SG1"])
def test_more_rows_or_columns_than_a_form_has_are_refused(tmp_path, address):
    assert key_of(saved(tmp_path / "wide.xlsx", lambda sheet: sheet.__setitem__(address, 1))) == "workbook_too_large"


@pytest.mark.parametrize("content", [b"", b"no workbook", b"PK\x03\x04 broken", "Chỉ tiêu;2025\n".encode()])
def test_file_that_is_no_workbook_is_unreadable(tmp_path, content):
    path = tmp_path / "x.xlsx"
    path.write_bytes(content)
    assert key_of(path) == "workbook_unreadable"


def test_missing_file_is_unreadable(tmp_path):
    assert key_of(tmp_path / "none.xlsx") == "workbook_unreadable"


def test_zip_bomb_is_stopped_at_the_memory_limit(tmp_path):
    """A sheet of 400 MB of rows in a file below 3 MB."""
    good, bomb = saved(tmp_path / "good.xlsx", lambda sheet: sheet.__setitem__("A1", 1)), tmp_path / "bomb.xlsx"
    row = b"<row><c t='inlineStr'><is><t>" + b"x" * 32_000 + b"</t></is></c></row>"
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            if name != "xl/worksheets/sheet1.xml":
                target.writestr(name, source.read(name))
        with target.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>')
            for _ in range(12_500):
                sheet.write(row)
            sheet.write(b"</sheetData></worksheet>")
    assert bomb.stat().st_size < 3_000_000
    assert key_of(bomb, megabytes=256) == "workbook_too_large"


def test_child_is_ended_at_the_time_limit(tmp_path):
    path = saved(tmp_path / "slow.xlsx", lambda sheet: sheet.__setitem__("A1", 1))
    begun = time.monotonic()
    assert key_of(path, seconds=0) == "workbook_too_large"
    assert time.monotonic() - begun < 5


def test_child_prints_json_and_needs_no_library_but_the_reader(tmp_path):
    path = saved(tmp_path / "a.xlsx", lambda sheet: sheet.__setitem__("A1", "Đạt"))
    command = [sys.executable, "-X", "importtime", "-m", "analysis.intake.sheet.cells", str(path), "1024"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONUTF8": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, encoding="utf-8", check=True)
    assert json.loads(done.stdout) == [["Sheet", [[1, ["Đạt"], "s"]], []]]
    assert "pandas" not in done.stderr
    assert "openpyxl" not in done.stderr


def with_cell(tmp_path, xml):
    """A workbook whose only row of XML is this one."""
    good, made = saved(tmp_path / "good.xlsx", lambda sheet: sheet.__setitem__("A1", 1)), tmp_path / "made.xlsx"
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(made, "w") as target:
        for name in source.namelist():
            text = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                prefix = "x:" if "<x:row" in xml else ""
                space = f'xmlns{":x" if prefix else ""}="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
                text = (
                    f"<{prefix}worksheet {space}><{prefix}sheetData>{xml}</{prefix}sheetData></{prefix}worksheet>".encode()
                )
            target.writestr(name, text)
    return made


@pytest.mark.parametrize(
    ("xml", "text", "letter"),
    [
        ('<row r="1"><c r="B1"><f>A1*1.1</f><v/></c></row>', "=A1*1.1", "f"),
        ('<row r="1"><c r="B1" t="n"><f>A1*1.1</f></c></row>', "=A1*1.1", "f"),
        ('<row><c/><c><f t="shared" si="0"/></c></row>', "=", "f"),
        ('<x:row r="1"><x:c r="B1"><x:f>A1</x:f></x:c></x:row>', "=A1", "f"),
        ('<row r="1"><c r="B1"><f>A1*1.1</f><v>1.1</v></c></row>', "1.1", "n"),
        ('<row r="1"><c r="B1" t="str"><f>A9&amp;""</f><v></v></c></row>', "", "e"),
        ('<row r="1"><c r="A1"><v>7</v></c><c r="B1"/></row>', "", "e"),
    ],
)
def test_formula_without_a_stored_result_is_no_empty_cell(tmp_path, xml, text, letter):
    """ISO/IEC 29500-1, 18.3.1.40: f is the formula, v its last result; only a text may be empty."""
    ((_, rows, _),) = cells.read(with_cell(tmp_path, xml))
    cell = [(row.cells[1], row.types[1]) for row in rows if len(row.cells) > 1] or [("", "e")]
    assert cell == [(text, letter)]


def test_formula_far_away_is_too_large(tmp_path):
    xml = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><f>A1</f></c></row>'
    assert key_of(with_cell(tmp_path, xml)) == "workbook_too_large"


def test_hidden_sheets_are_read_and_named(tmp_path):
    book = Workbook()
    for name, state in (("Ẩn", "hidden"), ("Ẩn hẳn", "veryHidden")):
        sheet = book.create_sheet(name)
        sheet["A1"], sheet.sheet_state = 7, state
    book.save(tmp_path / "hidden.xlsx")
    found = {sheet.name: sheet for sheet in cells.read(tmp_path / "hidden.xlsx")}
    assert [name for name, sheet in found.items() if ("", "hidden_sheet", "") in sheet.notes] == ["Ẩn", "Ẩn hẳn"]
    assert found["Ẩn hẳn"].rows[0].cells == ["7"]
