"""Tables of sheets that others made are found by what they hold, wherever they stand, and every figure of them is read."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from panels import WORKBOOKS, needs_workbooks

from analysis.intake.reader import choice
from analysis.intake.sheet import cells, figure
from analysis.intake.sheet.cells import Note, Row, Sheet
from analysis.intake.sheet.text import folded
from analysis.intake.split import Split

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "annex_hai_phong_hai_duong.csv"
AREA = re.compile(r"(?:[-+*] ?)?(?:tp\.? ?|tinh |thanh pho )?hai (?:phong|duong)")
KEPT = ["file", "sheet", "cell", "title", "group", "label", "heading", "measure", "freq", "time_period", "unit", "prices"]
KEPT += ["base_per", "obs_status", "text"]
EASY = ("tong san pham", "doanh nghiep", "von dau tu", "ban le", "ngan sach", "chi so gia tieu dung", "lao dong")
MOST = 0.95

INVESTMENT = [
    ["11. Vốn đầu tư thực hiện từ nguồn ngân sách nhà nước"],
    [],
    ["", "", "", "", "", "Tỷ đồng"],
    ["", "", "Thực hiện", "Ước tính", "Cộng dồn", "5 tháng năm"],
    ["", "", "tháng 4", "tháng 5", "5 tháng", "2024 so với"],
    ["", "", "năm", "năm", "năm", "kế hoạch"],
    ["", "", "2024", "2024", "2024", "năm 2024 (%)"],
    [],
    ["TỔNG SỐ", "", "46110.5", "49600", "190600", "26.6"],
    ["Trung ương", "", "8200", "8900.25", "33000", "27.1"],
    ["Trong đó:"],
    ["", "Bộ Y tế", "120", "-", "500", "24.9"],
    ["", "Hải Phòng", "1206742", "13", "5000", "30"],
    ["Nguồn: số liệu thử"],
]


def sheet(lines: list[list[str]], name: str = "Trang 1", first: int = 1, merged: tuple[str, ...] = ()) -> Sheet:
    number = re.compile(r"-?\d+(?:\.\d+)?")
    rows = [
        Row(at, line, "".join("n" if number.fullmatch(one) else "s" if one else "e" for one in line))
        for at, line in enumerate(lines, start=first)
    ]
    return Sheet(name, rows, [Note(one.split(":")[0], "merged", one) for one in merged])


def read(*sheets: Sheet) -> pd.DataFrame:
    return figure.figures(sheets).figures


def test_a_table_of_the_office_is_read():
    made = read(sheet(INVESTMENT)).set_index("cell")
    assert set(made["title"]) == {"11. Vốn đầu tư thực hiện từ nguồn ngân sách nhà nước"}
    one = made.loc["D10"]
    assert (one["label"], one["text"], one["unit"], one["freq"], one["time_period"], one["obs_status"], one["measure"]) == (
        *("Trung ương", "8900.25", "Tỷ đồng", "M", "2024-05", "E", "value"),
    )
    assert (made.loc["F9", "measure"], made.loc["F9", "unit"], made.loc["F9", "freq"]) == ("of_plan", "%", "YTD")
    assert made.loc["C13", "label"] == "Hải Phòng"
    assert made.loc["D12", "text"] == "-"
    assert len(made) == 16
    assert (made["question"] == "").all()


@settings(max_examples=25, deadline=None)
@given(above=st.integers(0, 6), left=st.integers(0, 3), blank=st.integers(0, 5))
def test_rows_and_columns_put_in_change_no_figure(above, left, blank):
    lines = [[""] * left + line for line in INVESTMENT]
    lines = lines[:1] + [[]] * blank + lines[1:]
    before, after = read(sheet(INVESTMENT)), read(sheet(lines, first=1 + above))
    same = [*figure.FIGURE[4:]]
    pd.testing.assert_frame_equal(before[same], after[same])


def test_a_row_that_numbers_the_columns_is_neither_figures_nor_heading():
    lines = [*INVESTMENT[:7], ["A", "B", "1", "2", "3", "4"], *INVESTMENT[8:]]
    before, after = read(sheet(INVESTMENT)), read(sheet(lines))
    pd.testing.assert_frame_equal(before, after)


def test_two_tables_below_each_other_and_a_continuation():
    second = [
        ["12. Doanh nghiệp đăng ký thành lập mới"],
        ["", "Tháng 5 năm 2024", "5 tháng năm 2024"],
        ["", "Số DN (DN)", "Số DN (DN)"],
        ["Hải Phòng", "210", "1000"],
        [],
        ["12. (Tiếp theo) Doanh nghiệp đăng ký thành lập mới"],
        ["", "Tháng 5 năm 2024", "5 tháng năm 2024"],
        ["", "Số DN (DN)", "Số DN (DN)"],
        ["Hải Dương", "110", "600"],
    ]
    made = read(sheet([*INVESTMENT, [], *second]))
    assert list(dict.fromkeys(made["title"])) == [INVESTMENT[0][0], second[0][0], second[5][0]]
    last = made[made["label"] == "Hải Dương"]
    assert last["text"].tolist() == ["110", "600"]
    assert last["unit"].tolist() == ["DN", "DN"]
    assert last["freq"].tolist() == ["M", "YTD"]


def test_a_merged_header_covers_its_columns_and_no_more():
    lines = [
        ["1. Tổng sản phẩm trong nước theo giá hiện hành"],
        ["", "Quý I năm 2024", "", "Quý II năm 2024", ""],
        ["", "Tổng số (Tỷ đồng)", "Cơ cấu (%)", "Tổng số (Tỷ đồng)", "Cơ cấu (%)"],
        ["Dịch vụ", "100", "40", "120", "41"],
        ["Công nghiệp", "150", "60", "170", "59"],
    ]
    made = read(sheet(lines, merged=("B2:C2", "D2:E2")))
    assert made["time_period"].tolist() == ["2024-Q1", "2024-Q1", "2024-Q2", "2024-Q2"] * 2
    assert made["measure"].tolist() == ["value", "share"] * 4
    assert set(made["prices"]) == {"V"}


def test_years_down_and_a_status_in_the_row():
    lines = [["Tỷ lệ thất nghiệp"], ["", "", "%"], ["", "Chung", "Nông thôn"], ["Năm 2013", "2.75", "3.31"]]
    lines += [["Sơ bộ 2014", "2.4", "2.96"], ["Quý I", "2.43", "3.05"]]
    made = read(sheet(lines))
    assert made["time_period"].tolist() == ["2013"] * 2 + ["2014"] * 2 + ["2014-Q1"] * 2
    assert made["obs_status"].tolist() == [""] * 2 + ["P"] * 2 + [""] * 2
    assert set(made["unit"]) == {"%"}


def test_what_a_table_does_not_say_is_asked():
    lines = [["Số hộ nghèo"], ["", "Tháng 5", "Tháng 6"], ["Minh Tân", "12", "13"], ["An Sơn", "7", "9"]]
    made = read(sheet(lines))
    assert set(made["question"]) == {"period"}
    dated = read(sheet([["Số hộ nghèo năm 2026"], *lines[1:]]))
    assert set(dated["question"]) == {"unit"}
    whole = read(sheet([["Số hộ nghèo năm 2026 (hộ)"], *lines[1:]]))
    assert set(whole["question"]) == {""}
    assert whole["time_period"].tolist() == ["2026-05", "2026-06"] * 2


def test_one_line_gives_the_units_of_counts_and_of_money():
    lines = [
        ["10. Đầu tư năm 2019"],
        ["", "", "Dự án; Triệu USD"],
        ["", "Số dự án", "Vốn đăng ký"],
        ["Hải Dương", "30", "288.7"],
    ]
    assert read(sheet(lines))["unit"].tolist() == ["Dự án", "Triệu USD"]


def test_formulas_and_dates_among_figures_are_faults():
    made = sheet(INVESTMENT)
    rows = [row._replace(types=row.types[:3] + "f" + row.types[4:]) if row.row == 9 else row for row in made.rows]
    rows = [row._replace(types=row.types[:2] + "d" + row.types[3:]) if row.row == 10 else row for row in rows]
    found = read(made._replace(rows=rows)).set_index("cell")["fault"]
    assert found[found != ""].to_dict() == {"D9": "formula_without_result", "C10": "number_is_date"}


def test_workings_beside_a_table_are_named_not_read():
    beside = [[*line, *[""] * (6 - len(line)), "", "777"] for line in INVESTMENT[8:10] + INVESTMENT[11:13]]
    lines = [*INVESTMENT[:8], *beside]
    found = figure.figures([sheet(lines)])
    assert "777" not in set(found.figures["text"])
    assert found.unread["reason"].value_counts()["skip_no_heading"] == 4


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(st.sampled_from(["", "-", "x", "1", "2024", "3,5", "Tổng", "%", "Tỷ đồng", "Tháng 5", "so với", "(2)"]),
                 max_size=7),
        max_size=14,
    )
)  # fmt: skip
def test_any_sheet_at_all_loses_no_row(lines):
    """No crash; each row is somewhere, each figure once."""
    found = figure.figures([sheet(lines)])
    seen = set(found.figures["row"]) | set(found.unread["row"])
    assert seen == set(range(1, len(lines) + 1))
    places = [*found.figures["cell"], *found.unread.loc[found.unread["cell"] != "_Z", "cell"]]
    assert len(places) == len(set(places))


def workbooks() -> list[Path]:
    return sorted(WORKBOOKS.glob("*.xls*"))


@pytest.fixture(scope="module")
def annex() -> pd.DataFrame:
    """Every figure of the statistics office's workbooks."""
    return pd.concat([read(*cells.read(path)).assign(file=path.name) for path in workbooks()], ignore_index=True)


@needs_workbooks
@pytest.mark.slow
def test_tables_of_the_office_are_recognised(annex):
    one = annex.assign(asked=annex["question"] != "").groupby(["file", "sheet", "table"], sort=False)
    tables = pd.DataFrame({"asked": one["asked"].any(), "title": one["title"].first().map(folded)})
    easy = tables[tables["title"].map(lambda title: any(word in title for word in EASY))]
    assert len(easy) > 300
    assert (~easy["asked"]).mean() >= MOST
    assert (~tables["asked"]).mean() >= MOST


@needs_workbooks
@pytest.mark.slow
def test_hai_phong_and_hai_duong_are_read_right(annex):
    """The golden rows were looked at beside the sheets."""
    known = {text: AREA.fullmatch(folded(text)) is not None for text in {*annex["label"], *annex["group"]}}
    own = annex[annex["label"].map(known) | annex["group"].map(known)]
    golden = pd.read_csv(GOLDEN, dtype="str", keep_default_na=False, encoding="utf-8")
    pd.testing.assert_frame_equal(own[KEPT].astype("str").reset_index(drop=True), golden, check_dtype=False)


@needs_workbooks
@pytest.mark.slow
def test_every_row_of_the_office_is_somewhere():
    for path in random.Random(7).sample(workbooks(), 6):
        sheets = cells.read(path)
        found = figure.figures(sheets)
        seen = {*zip(found.figures["sheet"], found.figures["row"], strict=True)}
        seen |= {*zip(found.unread["sheet"], found.unread["row"], strict=True)}
        assert seen == {(one.name, row.row) for one in sheets for row in one.rows}


def test_a_split_that_lost_a_row_stops_the_program():
    rows = pd.DataFrame({"file": "a.xlsx", "sheet": "A", "row": [1, 2, 3]})
    place = pd.DataFrame({"sheet": ["A"], "row": [1]})
    whole = Split(place, place.assign(row=2), place.assign(row=3))
    assert choice.accounted(rows, whole) is whole
    with pytest.raises(RuntimeError, match=r"a\.xlsx: a row is not accounted for"):
        choice.accounted(rows, Split(place, place.assign(row=2), place.iloc[:0]))
