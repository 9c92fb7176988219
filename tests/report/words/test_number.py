import datetime as dt
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.report.words import number


@pytest.mark.parametrize(
    ("value", "digits", "vi", "en"),
    [
        (1234.5, 1, "1.234,5", "1,234.5"),
        (1234567.891, 2, "1.234.567,89", "1,234,567.89"),
        (2.675, 2, "2,68", "2.68"),  # half up as printed, though the float is a little less
        (0.125, 2, "0,13", "0.13"),
        (-0.004, 2, "0,00", "0.00"),
        (-1.5, 0, "-2", "-2"),
        (12.0, None, "12", "12"),
        (13.5, None, "13,5", "13.5"),
        (100, None, "100", "100"),
        (1e-7, None, "0,0000001", "0.0000001"),
        (7, 0, "7", "7"),
    ],
)
def test_decimal(value, digits, vi, en):
    assert number.decimal(value, digits, "vi") == vi
    assert number.decimal(value, digits, "en") == en


@pytest.mark.parametrize("missing", [None, float("nan"), pd.NA, pd.NaT, float("inf")])
@pytest.mark.parametrize("form", ["decimal:2", "percent:1", "share:0", "count", "year", "date", "chance"])
def test_missing_is_a_dash(missing, form):
    assert number.show(missing, form, "vi") == number.MISSING


@given(st.floats(-1e9, 1e9), st.integers(0, 4), st.sampled_from(["vi", "en"]))
def test_text_reads_back(value, digits, lang):
    point, thousands = number.SEPARATORS[lang]
    text = number.decimal(value, digits, lang).replace(thousands, "").replace(point, ".")
    assert abs(Decimal(text) - Decimal(repr(value))) <= Decimal(1).scaleb(-digits) / 2


def test_percent_has_no_blank():
    assert number.percent(10.9, 1, "vi") == "10,9%"
    assert number.show(0.1949, "share:0", "en") == "19%"


@pytest.mark.parametrize(
    ("p", "vi"),
    [
        (0.0, "dưới 1/10"),
        (0.0499, "dưới 1/10"),
        (0.05, "khoảng 1/10"),
        (0.55, "khoảng 6/10"),
        (0.6, "khoảng 6/10"),
        (0.95, "khoảng 9/10"),
        (0.9501, "trên 9/10"),
        (1.0, "trên 9/10"),
    ],
)
def test_chance(p, vi):
    assert number.chance(p, "vi") == vi


def test_date():
    for day in (dt.date(2026, 10, 5), pd.Timestamp("2026-10-05"), "2026-10-05"):
        assert number.date(day, "vi") == "05/10/2026"
        assert number.date(day, "en") == "2026-10-05"


def test_unknown_form():
    with pytest.raises(ValueError):
        number.show(1, "money", "vi")


@pytest.mark.parametrize(
    ("value", "form", "vi", "en"),
    [
        (-19.333, "change:in:HH:1", "giảm 19,3 hộ", "a fall of 19.3 households"),
        (-19.333, "yearly:change:in:HH:1", "giảm 19,3 hộ mỗi năm", "a fall of 19.3 households a year"),
        (8.2, "yearly:rise:in:ENT:1", "tăng 8,2 doanh nghiệp mỗi năm", "a rise of 8.2 enterprises a year"),
        (-0.4, "yearly:change:points:1", "giảm 0,4 điểm phần trăm mỗi năm", "a fall of 0.4 percentage points a year"),
        (-2.1, "yearly:change:percent:1", "giảm 2,1%/năm", "a fall of 2.1% a year"),
        (-2.1, "yearly:growth:1", "giảm 2,1%/năm", "a fall of 2.1% a year"),
        (11.15, "yearly:growth:2", "11,15%/năm", "11.15% a year"),
        (32.07, "yearly:in:VND_B:1", "32,1 tỷ đồng mỗi năm", "32.1 billion VND a year"),
        (0.0, "yearly:change:in:HH:1", "không đổi", "no change"),
        (-0.04, "yearly:change:in:HH:1", "không đổi", "no change"),  # prints as zero
        (-0.04, "growth:1", "0,0%", "0.0%"),
        (0.04, "change:points:1", "không đổi", "no change"),
        (-3.0, "yearly:rise:in:HH:0", "không giảm quá 3 hộ mỗi năm", "a fall of at most 3 households a year"),
        (3.0, "yearly:fall:in:HH:0", "không tăng quá 3 hộ mỗi năm", "a rise of at most 3 households a year"),
        (-3.0, "yearly:fall:in:HH:0", "giảm 3 hộ mỗi năm", "a fall of 3 households a year"),
        (-2.1, "rise:percent:1", "không giảm quá 2,1%", "a fall of at most 2.1%"),
        (-0.99, "beside:points:2", "thấp hơn 0,99 điểm phần trăm", "0.99 percentage points below"),
        (0.6, "beside:points:1", "cao hơn 0,6 điểm phần trăm", "0.6 percentage points above"),
        (0.0, "beside:points:1", "bằng", "equal"),
        (-0.344, "contribution:2", "giảm 0,34", "a fall of 0.34"),
        (-3.25, "in:VND_B:1", "âm 3,3 tỷ đồng", "minus 3.3 billion VND"),
        (-0.5, "percent:1", "âm 0,5%", "minus 0.5%"),
        (-0.05, "share:0", "âm 5%", "minus 5%"),
        (-0.5, "points:2", "âm 0,50 điểm phần trăm", "minus 0.50 percentage points"),
        (None, "yearly:change:in:HH:1", "–", "–"),
    ],
)
def test_a_change_is_said_in_words(value, form, vi, en):
    assert (number.show(value, form, "vi"), number.show(value, form, "en")) == (vi, en)


@pytest.mark.parametrize(
    ("period", "vi", "en"),
    [("2025", "năm 2025", "2025"), ("2026-09", "9 tháng 2026", "9 months of 2026"), ("2025-Q3", "quý 3/2025", "Q3 2025")],
)
def test_a_period_within_a_sentence(period, vi, en):
    assert (number.show(period, "when", "vi"), number.show(period, "when", "en")) == (vi, en)


BARE = {"decimal", "count", "year", "period", "when", "date", "chance", "flag", "tenths"}  # figures and days alone
TAILS = {"in": "HH:1", "change": "points:1", "rise": "percent:2", "fall": "in:HH:1", "yearly": "change:in:HH:0"}


@given(st.floats(-1e6, 1e6), st.sampled_from(sorted(set(number.FORMS) - BARE)), st.sampled_from(["vi", "en"]))
def test_no_figure_with_a_unit_has_a_bare_minus(value, name, lang):
    tail = TAILS.get(name, "points:1" if name == "beside" else "1")
    assert "-" not in number.show(value, f"{name}:{tail}", lang)
