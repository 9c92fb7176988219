"""One reader of tables: every dialect a program writes is read alike, and what two readings fit is never guessed."""

import csv
import datetime as dt
import io
import re
import unicodedata

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis import table_cell, table_file
from analysis.errors import InputError

KINDS = {"năm": "year", "giá trị": "number", "ngày": "date", "đúng": "bool"}
NAMES = ["tên", *KINDS]
DIALECTS = [(",", "."), (";", ","), (";", "."), ("\t", ","), ("|", ".")]
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]
TEXTS = st.text(st.sampled_from("aĐ ưứờ1,;.\t\"'|%0\n-="), max_size=8).map(str.strip)


def write(path, rows, separator=",", encoding="utf-8", end="\r\n", header=NAMES):
    made = io.StringIO()
    csv.writer(made, delimiter=separator, lineterminator=end).writerows([header, *rows])
    path.write_bytes(made.getvalue().encode(encoding))
    return path


def cells_of(path, kinds=KINDS, needed=NAMES):
    return [cells for _, cells in table_file.read(path, kinds, needed).rows]


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.tuples(
            TEXTS,
            st.integers(1990, 2050),
            st.decimals(-99999, 99999, allow_nan=False, places=2),
            st.dates(dt.date(2000, 1, 1), dt.date(2030, 12, 31)),
            st.booleans(),
        ),
        min_size=1,
        max_size=6,
    ),
    dialect=st.sampled_from(DIALECTS),
    encoding=st.sampled_from(ENCODINGS),
    thousands=st.booleans(),
    end=st.sampled_from(["\r\n", "\n"]),
)
def test_any_table_written_in_any_dialect_reads_back_equal(tmp_path, rows, dialect, encoding, thousands, end):
    separator, mark = dialect
    given_, wanted = [], []
    for text, year, value, day, yes in [*rows, ("cuối", 2025, "1234567.25", dt.date(2026, 10, 25), True)]:
        number = f"{float(value):,.2f}" if thousands else f"{float(value):.2f}"
        number = number.translate(str.maketrans({",": ".", ".": ","})) if mark == "," else number
        given_.append([text, f"Năm {year}", number, f"{day:%d/%m/%Y}", "TRUE" if yes else "Sai"])
        wanted.append([text, str(year), f"{float(value):.2f}", day.isoformat(), "true" if yes else "false"])
    found = cells_of(write(tmp_path / "a.csv", given_, separator, encoding, end))
    assert [[*cells[:2], f"{float(cells[2]):.2f}", *cells[3:]] for cells in found] == wanted


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["10,5", "11,2", "13"], ["10.5", "11.2", "13"]),
        (["1.234", "2,5"], ["1234", "2.5"]),
        (["1,234", "2.5"], ["1234", "2.5"]),
        (["1.234", "1.234.567"], ["1234", "1234567"]),
        (["27.065.153", "4,7", "1.300,5"], ["27065153", "4.7", "1300.5"]),
        (["34,763,390", "1206742"], ["34763390", "1206742"]),
        (["0.912", "0.125"], ["0.912", "0.125"]),
        (["1 234,5", "12\u00a0000"], ["1234.5", "12000"]),
        (["12,5%", "96 %"], ["12.5", "96"]),
        (["\u22125,5", "+3"], ["-5.5", "+3"]),
        (["1e3", "2.5E-2", ".5", "7."], ["1e3", "2.5E-2", ".5", "7."]),
        (["10,5", "10.5"], ["10.5", "10.5"]),
        (["-", "…", "", "5"], ["", "", "", "5"]),
    ],
)
def test_the_cells_of_a_column_decide_its_marks(values, expected):
    found = table_cell.read({"a": table_cell.Column(values, "s" * len(values), "number")})
    assert found.texts["a"] == expected and not found.faults and not found.ambiguous


@pytest.mark.parametrize("values", [["1.234"], ["24.042", "31.500", "7"], ["1,234", "5"], ["1.234", "10,5", "10.5"]])
def test_what_two_readings_fit_is_never_guessed(tmp_path, values):
    path = write(tmp_path / "a.csv", [["x", value] for value in values], ";", header=["tên", "giá trị"])
    with pytest.raises(InputError) as caught:
        table_file.read(path, KINDS, NAMES)
    place = next(at for at, value in enumerate(values) if re.fullmatch(r"\d{1,2}[.,]\d{3}", value))
    assert caught.value.key == "table_ambiguous_number"
    assert (caught.value.values["row"], caught.value.values["column"]) == (place + 2, "giá trị")
    for reading in (caught.value.values["decimal"], caught.value.values["thousands"]):
        again = write(tmp_path / "b.csv", [["x", reading]], ";", header=["tên", "giá trị"])
        assert float(cells_of(again)[0][1]) == float(reading)


def test_other_columns_say_what_a_column_does_not(tmp_path):
    path = write(tmp_path / "a.csv", [["1.234", "5,25"]], ";", header=["a", "b"])
    assert cells_of(path, {"a": "number", "b": "number"}, []) == [["1234", "5.25"]]


@pytest.mark.parametrize(
    ("separator", "days", "expected"),
    [
        (";", ["05/10/2026", "06/10/2026"], ["2026-10-05", "2026-10-06"]),
        (",", ["05/10/2026", "25/10/2026"], ["2026-10-05", "2026-10-25"]),
        (",", ["10/05/2026", "10/25/2026"], ["2026-10-05", "2026-10-25"]),
        (",", ["05/05/2026", "2026-10-05", "2026-1-5"], ["2026-05-05", "2026-10-05", "2026-01-05"]),
        (",", ["05/10/2026"], None),
        (";", ["25/10/2026", "10/25/2026", "05/10/2026"], None),
    ],
)
def test_the_order_of_days_and_months(tmp_path, separator, days, expected):
    path = write(tmp_path / "a.csv", [[day, "x"] for day in days], separator, header=["ngày", "b"])
    if expected is None:
        with pytest.raises(InputError) as caught:
            table_file.read(path, KINDS)
        assert caught.value.key == "table_ambiguous_date" and caught.value.values["text"] == "05/10/2026"
    else:
        assert [cells[0] for cells in cells_of(path, KINDS, [])] == expected


@pytest.mark.parametrize("text", ["2025", "2025.0", "Năm 2025", "2025-01-01", "31/12/2025", "2.025", "2025-12-31 00:00:00"])
def test_a_year_however_it_is_written(text):
    assert table_cell.read({"t": table_cell.Column([text], "s", "year")}).texts["t"] == ["2025"]


def test_letters_with_their_marks_apart_are_read(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(unicodedata.normalize("NFD", "tên;giá trị\nĐông Hải;10,5\n").encode("utf-8"))
    found = table_file.read(path, KINDS, NAMES)
    assert found.names == ["tên", "giá trị"]
    path.write_bytes("tên;giá trị\nThái;10,5\n".encode("cp1258", "replace").replace(b"?", b"a"))
    assert table_file.read(path, {"value": "number"}).said["encoding"] == "cp1258"


def test_a_workbook_is_read_as_a_table(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(NAMES)
    book.active.append(["00004", dt.date(2025, 1, 1), 1.234, dt.date(2026, 10, 5), True])
    book.active.append(["b", 2026, "10,5", "2026-10-06", "sai"])
    book.save(tmp_path / "a.xlsx")
    assert cells_of(tmp_path / "a.xlsx") == [
        ["00004", "2025", "1.234", "2026-10-05", "true"],
        ["b", "2026", "10.5", "2026-10-06", "false"],
    ]


def test_a_line_that_names_the_separator_is_no_header(tmp_path):
    (tmp_path / "a.csv").write_text("sep=;\ntên;giá trị\na;1,5\n\n;\n", encoding="utf-8")
    found = table_file.read(tmp_path / "a.csv", KINDS, NAMES)
    assert found.rows == [(3, ["a", "1.5"])]


def test_what_is_no_number_is_a_fault_of_its_row(tmp_path):
    path = write(tmp_path / "a.csv", [["a", "1"], ["b", "abc"]], header=["tên", "giá trị"])
    found = table_file.read(path, KINDS, NAMES)
    assert found.faults == [table_file.Fault(3, "giá trị", "abc", "table_no_number")]
    assert found.rows[1] == (3, ["b", "abc"])


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"", "table_empty"),
        (b"a,b\n1\n", "row_broken"),
        (b"a,b\n1,2,3\n", "row_broken"),
        (b'a,b\n"1,2\n', "row_broken"),
        (b"a,a\n1,2\n", "table_header"),
        (b"a,\x00b\n1,2\n", "table_no_text"),
        (b"\xff\xfea", "table_encoding"),
    ],
)
def test_what_is_no_table_is_one_sentence(tmp_path, content, key):
    (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(InputError) as caught:
        table_file.read(tmp_path / "a.csv", {"a": "number"})
    assert caught.value.key == key


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_rows_or_one_sentence(tmp_path, content):
    (tmp_path / "a.csv").write_bytes(content)
    try:
        table_file.read(tmp_path / "a.csv", KINDS, NAMES)
    except InputError as error:
        assert error.key


def test_a_file_of_this_project_comes_out_as_it_is(tmp_path):
    rows = [["a, b", "2025", "1234.5", "2026-10-05", "true"], ['"c"', "2026", "-0.5", "2026-10-06", "false"]]
    path = write(tmp_path / "a.csv", rows, end="\n")
    found = table_file.read(path, KINDS, NAMES)
    assert [cells for _, cells in found.rows] == rows and table_file.is_canonical(found)
