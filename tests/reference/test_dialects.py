"""Tables of the register, of reference and of a plan, saved by other programs: read as if this one had saved them."""

import csv
import io
import re

import openpyxl
import pandas as pd
import pytest
from conftest import RAW, copy_project

from analysis.errors import InputError
from analysis.intake import manifest
from analysis.plan import plan as plan_of
from analysis.reference import file, tables
from analysis.schema.plan import PLAN
from analysis.schema.raw import MANIFEST
from analysis.schema.reference import REFERENCE

PLAN_ID = "thai_tan_2026_2030"
FILES = {
    **{f"reference/{table.name}.csv": table for table in REFERENCE},
    **{f"plan/{PLAN_ID}/{table.name}.csv": table for table in PLAN},
    "manifest.csv": MANIFEST,
}
FILES = {name: table for name, table in FILES.items() if (RAW / name).is_file()}


def as_vietnamese(text, column):
    """A cell as Excel under Vietnamese settings writes it."""
    if column.type == "float" and text:
        return text.replace(".", ",")
    if column.type == "date" and text:
        return re.sub(r"(\d{4})-(\d{2})-(\d{2})", r"\3/\2/\1", text)
    return text.upper() if column.type == "bool" else text


def saved(path, rows, how):
    """Save the rows as another program does; return where."""
    if how == "xlsx":
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        path.unlink(missing_ok=True)
        book.save(path.with_suffix(".xlsx"))
        return path
    made = io.StringIO()
    separator = {"excel": ";", "unicode": "\t"}[how]
    csv.writer(made, delimiter=separator, lineterminator="\r\n").writerows(rows)
    path.write_bytes(made.getvalue().encode({"excel": "utf-8-sig", "unicode": "utf-16"}[how]))
    return path


def cells_of(path):
    with path.open(encoding="utf-8", newline="") as opened:
        return list(csv.reader(opened))


@pytest.mark.parametrize("how", ["excel", "unicode", "xlsx"])
@pytest.mark.parametrize("name", FILES)
def test_every_table_kept_by_hand_in_every_dialect(tmp_path, name, how):
    table, rows = FILES[name], cells_of(RAW / name)
    typed = {column.name: column for column in table.columns}
    given = [rows[0], *([as_vietnamese(text, typed[at]) for text, at in zip(row, rows[0], strict=True)] for row in rows[1:])]
    path = saved(tmp_path / (RAW / name).name, given, how)
    try:
        found = file.read(path, table)
    except InputError as error:
        values = [row[rows[0].index(error.values["column"])] for row in given[1:]]
        assert error.values["text"] in values, error
        # without a semicolon or a decimal comma nothing tells that days come first
        assert error.key == "table_ambiguous_number" or (error.key == "table_ambiguous_date" and how != "excel"), error
        return
    pd.testing.assert_frame_equal(found, file.read(RAW / name, table))
    assert file.texts(path, table)[0] == table.names


def test_few_tables_are_ambiguous(tmp_path):
    """Most are read; those that are not have a figure that two readings fit, and nothing else to tell."""
    refused = []
    for name, table in FILES.items():
        rows = cells_of(RAW / name)
        typed = {column.name: column for column in table.columns}
        given = [
            rows[0],
            *([as_vietnamese(text, typed[at]) for text, at in zip(row, rows[0], strict=True)] for row in rows[1:]),
        ]
        try:
            file.read(saved(tmp_path / (RAW / name).name, given, "excel"), table)
        except InputError:
            refused.append(name)
    assert len(refused) <= 1, refused


def test_register_saved_by_excel_is_written_back_in_this_project_s_form(tmp_path):
    """`add` appends to it: the whole of it is canonical again."""
    from pipelines import register

    root = copy_project(tmp_path / "p")
    raw = root / "data" / "raw"
    rows, typed = cells_of(raw / "manifest.csv"), {column.name: column for column in MANIFEST.columns}
    before = (raw / "manifest.csv").read_text(encoding="utf-8")
    given = [rows[0], *([as_vietnamese(text, typed[at]) for text, at in zip(row, rows[0], strict=True)] for row in rows[1:])]
    saved(raw / "manifest.csv", given, "excel")
    pd.testing.assert_frame_equal(manifest.read(raw), manifest.read(RAW))
    first = manifest.read(RAW).iloc[0]
    register.enter(raw, {name: rows[1][rows[0].index(name)] for name in MANIFEST.names} | {"path": first["path"]})
    assert (raw / "manifest.csv").read_text(encoding="utf-8") == before


def test_a_whole_plan_saved_by_excel_is_the_same_plan(tmp_path):
    root = copy_project(tmp_path / "p")
    folder = root / "data" / "raw" / "plan"
    reference = tables.read(RAW / "reference")
    before = plan_of.read_all(RAW / "plan", reference["indicator"], reference["area"])[PLAN_ID]
    for name, table in FILES.items():
        if name.startswith("plan/"):
            path = folder.parent / name
            rows, typed = cells_of(path), {column.name: column for column in table.columns}
            given = [[as_vietnamese(text, typed[at]) for text, at in zip(row, rows[0], strict=True)] for row in rows[1:]]
            saved(path, [rows[0], *given], "xlsx" if table.name == "owner" else "excel")
    after = plan_of.read_all(folder, reference["indicator"], reference["area"])[PLAN_ID]
    pd.testing.assert_frame_equal(after.target, before.target)
    pd.testing.assert_frame_equal(after.annual_target, before.annual_target)
    pd.testing.assert_frame_equal(after.decision, before.decision)


def test_a_table_and_a_workbook_of_one_name_are_one_sentence(tmp_path):
    name, table = next(iter(FILES.items()))
    path = tmp_path / (RAW / name).name
    saved(path, cells_of(RAW / name), "xlsx")
    path.write_text("x", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        file.read(path, table)
    assert caught.value.key == "table_twice"
