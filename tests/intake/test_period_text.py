"""Periods are read off headings and titles in the ways the statistics office writes them."""

from __future__ import annotations

import pytest

from analysis.intake.sheet import heading, period_text
from analysis.intake.sheet.period_text import Period
from analysis.intake.sheet.text import folded

WRITTEN = {
    "Tháng 5 năm 2024": ("M", "2024-05"),
    "5 tháng năm 2024": ("YTD", "2024-05"),
    "Sáu tháng đầu năm 2013": ("YTD", "2013-06"),
    "12 tháng năm 2024": ("A", "2024"),
    "Ước tính Quý I/2010": ("Q", "2010-Q1"),
    "Sơ bộ quý IV năm 2023": ("Q", "2023-Q4"),
    "Cả năm 2024": ("A", "2024"),
    "Sb 2022": ("A", "2022"),
    "thời điểm 01/5/2024": ("D", "2024-05"),
    "đến ngày 15 tháng 5 năm 2024": ("D", "2024-05"),
    "từ 01/01- 20/05/2024": ("YTD", "2024-05"),
    "năm học 2006-2007": ("A", "2007"),
    "tháng7 năm 2012": ("M", "2012-07"),
}


@pytest.mark.parametrize("text", WRITTEN)
def test_each_way_of_writing(text):
    found = period_text.find(folded(text))
    assert found is not None
    assert (found[0].freq, found[0].text) == WRITTEN[text]


@pytest.mark.parametrize("text", ["Tổng số", "15 tuổi trở lên", "Tháng 13", "1.234", "7 phường, 20240 người"])
def test_what_is_no_period(text):
    assert period_text.find(folded(text)) is None


def test_a_heading_without_a_year_stays_open():
    assert period_text.find("thang 5") == (Period("M", 0, 5), " ")
    assert Period("M", 0, 5).text == ""


@pytest.mark.parametrize(
    ("text", "measure", "period", "unit"),
    [
        ("Tháng 5 năm 2024 so với cùng kỳ năm trước (%)", "index_same_period", "2024-05", "%"),
        ("Tháng 5 năm 2024 so với: Tháng 12 năm 2023", "index_december", "2024-05", ""),
        ("Tháng 5 năm 2024 so với: Tháng 4 năm 2024", "index_previous", "2024-05", ""),
        ("Tháng 1 năm 2007 so với tháng 12 năm 2006", "index_previous", "2007-01", ""),
        ("Tháng 5 năm 2024 so với: Kỳ gốc (2019)", "index_base", "2024-05", ""),
        ("Tăng/giảm so với vụ đông xuân 2002 Diện tích (Nghìn ha)", "difference", "", "Nghìn ha"),
        ("Tháng 5 năm 2024 Tăng, giảm so với cùng kỳ năm trước (%)", "growth", "2024-05", "%"),
        ("So với cùng kỳ năm trước (%) Quý IV năm 2018", "index_same_period", "2018-Q4", "%"),
        ("5 tháng năm 2024 so với kế hoạch năm 2024 (%)", "of_plan", "2024-05", "%"),
        ("Ước tính 5 tháng năm 2024 Cơ cấu (%)", "share", "2024-05", "%"),
        ("Ước tính 5 tháng năm 2024 Tổng mức (Tỷ đồng)", "value", "2024-05", "Tỷ đồng"),
        ("Theo giá so sánh 2010 Tốc độ phát triển so với 6 tháng năm 2012 (%)", "index_other", "", "%"),
    ],
)
def test_a_heading_says_period_measure_and_unit(text, measure, period, unit):
    made = heading._heading(3, text, "", None)
    assert (made.measure, made.period.text if made.period else "", made.unit) == (measure, period, unit)


def test_a_base_year_is_no_period():
    made = heading._heading(3, "Theo giá so sánh 2010 Quý I năm 2015", "", None)
    assert (made.prices, made.base_per, made.period) == ("Q", "2010", Period("Q", 2015, 1))
