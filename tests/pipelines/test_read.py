"""`read` says what a received file holds, counts every row, and stores nothing."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from analysis.errors import InputError
from analysis.intake import reading
from analysis.intake.reader import choice
from analysis.reference import tables
from analysis.settings import Settings
from pipelines import read

RAW = Settings().raw
PRODUCT = [
    ["2. Tổng sản phẩm trong nước theo giá so sánh 2010"],
    ["", "", "Tỷ đồng"],
    ["", "Sơ bộ 9 tháng năm 2024", "9 tháng năm 2024 so với cùng kỳ năm trước (%)"],
    ["TỔNG SỐ", 4000500.5, 106.82],
    ["Dịch vụ", "1.800.250,5", 106.95],
    ["Nông nghiệp", 300, 103.1],
    ["Công nghiệp và xây dựng", "chưa có", "..."],
]


def workbook(path: Path, lines: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "So lieu"
    for line in lines:
        sheet.append(line)
    book.save(path)
    return path


def frames(folder: Path) -> dict[str, pd.DataFrame]:
    names = ("observation", "rejected", "repair", "account")
    return {name: pd.read_csv(folder / f"{name}.csv", keep_default_na=False, encoding="utf-8") for name in names}


def loaded(path: Path) -> pd.DataFrame:
    """core.observation of a workbook that came on 6 October 2024."""
    received = choice.read(path.parent, path.name)
    return reading.read(received, tables.read(RAW / "reference"), {"received_on": dt.date(2024, 10, 6)}).observation


def test_read_writes_four_tables_and_stores_nothing(tmp_path, capsys):
    before = (RAW / "manifest.csv").read_bytes()
    assert read.run(Settings(), "vi", str(workbook(tmp_path / "gdp.xlsx", PRODUCT)), str(tmp_path / "out")) == 0
    made = frames(tmp_path / "out")
    own = made["observation"].set_index("cell")
    assert own.loc["B4", ["indicator", "activity", "ref_area", "obs_value", "time_period", "obs_status"]].astype(
        "str"
    ).tolist() == [
        *("grdp_q", "total", "VN", "4000500.5", "2024-09", "P"),
    ]
    assert float(own.loc["B5", "obs_value"]) == 1800250.5
    assert own.loc["C5", ["indicator", "activity", "obs_value"]].astype("str").tolist() == [
        "grdp_growth_index",
        "services",
        "106.95",
    ]
    assert own.loc["B6", ["indicator", "obs_value"]].astype("str").tolist() == ["", "300.0"]
    account = made["account"].iloc[0]
    assert account["rows"] == len(PRODUCT)
    assert account["rows_in"] == account[["loaded", "rejected", "skipped", "not_mapped"]].sum()
    assert account[["loaded", "rejected", "not_mapped"]].tolist() == [4, 1, 2]
    said = capsys.readouterr().out
    assert "2. Tổng sản phẩm trong nước theo giá so sánh 2010" in said
    assert "4 nạp + 1 từ chối" in said
    assert (RAW / "manifest.csv").read_bytes() == before


def test_a_question_is_told_with_its_cell(tmp_path, capsys):
    lines = [*PRODUCT[:1], ["", "Quý I"], ["TỔNG SỐ", 100.5], ["Dịch vụ", 40]]
    read.run(Settings(), "vi", str(workbook(tmp_path / "gdp.xlsx", lines)), str(tmp_path / "out"))
    assert frames(tmp_path / "out")["rejected"]["rule"].tolist() == ["question_period"] * 2
    said = capsys.readouterr().out
    assert "Cần hỏi: kỳ số liệu của 2 số liệu, từ ô B3" in said
    assert "ô B3: '100.5' – ghi kỳ số liệu" in said


def test_what_others_made_goes_the_same_way_in_a_run(tmp_path):
    """A table workbook in the register becomes observations with its status and day."""
    own = loaded(workbook(tmp_path / "gdp.xlsx", PRODUCT))
    assert own["obs_value"].tolist() == [4000500.5, 106.82, 1800250.5, 106.95]
    assert set(own["freq"]) == {"YTD"}
    assert set(own["vintage"].astype("str").str[:10]) == {"2024-10-06"}
    assert own["obs_status"].tolist() == ["P", "E", "P", "E"]


def test_the_status_of_a_cell_goes_before_that_of_its_column(tmp_path):
    lines = [*PRODUCT[:3], ["TỔNG SỐ", "4.000.500,5 (ước)", 106.82], ["Dịch vụ", 1800250.5, 106.95]]
    path = workbook(tmp_path / "gdp.xlsx", lines)
    assert loaded(path)["obs_status"].tolist() == ["E", "E", "P", "E"]  # of 106.82 and 106.95 nothing says
    read.run(Settings(), "vi", str(path), str(tmp_path / "out"))
    own = frames(tmp_path / "out")["observation"].set_index("cell")
    assert own.loc[["B4", "B5"], "obs_status"].tolist() == ["E", "P"]


def test_a_constant_price_base_that_the_card_does_not_have_is_no_observation(tmp_path):
    lines = [["2. Tổng sản phẩm trong nước theo giá so sánh 1994"], *PRODUCT[1:]]
    read.run(Settings(), "vi", str(workbook(tmp_path / "gdp.xlsx", lines)), str(tmp_path / "out"))
    assert "grdp_q" not in set(frames(tmp_path / "out")["observation"]["indicator"])


@pytest.mark.parametrize("name", ["missing.xlsx", "text.pdf"])
def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path, name):
    if name == "text.pdf":
        (tmp_path / name).write_bytes(b"%PDF")
    with pytest.raises(InputError):
        read.run(Settings(), "vi", str(tmp_path / name))


def test_a_list_of_persons_is_refused(tmp_path, capsys):
    lines = [["STT", "Họ và tên", "Số tiền"], *[[at, f"Trần Thị {letter}", 100] for at, letter in enumerate("ABCDE", 1)]]
    with pytest.raises(InputError) as raised:
        read.run(Settings(), "vi", str(workbook(tmp_path / "ho_ngheo.xlsx", lines)), str(tmp_path / "out"))
    said = vars(raised.value)["values"]
    assert (raised.value.key, said["sheet"], said["cell"]) == ("personal_data", "So lieu", "B2")
    assert not (tmp_path / "out").exists()


def test_what_a_sheet_shows_beside_its_values_is_named(tmp_path, capsys):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "BHYT"
    rows = [
        ["Tỷ lệ tham gia bảo hiểm y tế"],
        ["Đơn vị tính: %"],
        ["", "2023", "2024", "2025"],
        ["Toàn xã", 0.934, 0.95, 0.96],
    ]
    for row in [*rows, ["Thôn A", 0.9, 0.92, 0.93], ["Thôn B", 0.91, 0.93, None]]:
        sheet.append(row)
    for row in sheet["B4:D6"]:
        for cell in row:
            cell.number_format = "0.0%"
    sheet.merge_cells("C6:D6")
    sheet.merge_cells("A1:D1")
    sheet.row_dimensions[5].hidden = True
    sheet["D4"].font = openpyxl.styles.Font(strike=True)
    book.save(tmp_path / "bhyt.xlsx")
    assert read.run(Settings(), "en", str(tmp_path / "bhyt.xlsx"), str(tmp_path / "out")) == 0
    said = capsys.readouterr().out
    assert "Hidden rows, read all the same (1): BHYT!5:5." in said
    assert "Merged cells that hold a figure, taken for the first cell alone (1): BHYT!C6." in said
    assert "Struck-through cells, read all the same (1): BHYT!D4." in said
    assert "a cell in percent format, read as shown" in said
    made = pd.read_csv(tmp_path / "out" / "observation.csv")
    assert made.set_index("cell")["obs_value"].to_dict() == {
        **{"B4": 93.4, "C4": 95, "D4": 96, "B5": 90, "C5": 92, "D5": 93, "B6": 91, "C6": 93}
    }
    repair = pd.read_csv(tmp_path / "out" / "repair.csv")
    assert repair.set_index("cell").loc["B4", ["before", "after"]].tolist() == [0.934, 93.4]
