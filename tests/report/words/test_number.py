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
