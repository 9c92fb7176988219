"""Vietnamese number texts: read, or refused with a reason; a missing figure is never zero."""

import math
import unicodedata

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.intake.sheet import number_text


def parse(text, lower=None, upper=None):
    frame = pd.DataFrame({"text": [text], "lower": [lower], "upper": [upper]})
    return number_text.parse(frame).iloc[0]


def vietnamese(value, decimals, group="."):
    """Write a number as officials do: a group mark for thousands, decimal comma."""
    text = f"{value:,.{decimals}f}"
    return text.replace(",", "\0").replace(".", ",").replace("\0", group)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("27.065.153", 27_065_153),
        ("4,7", 4.7),
        ("4.7", 4.7),
        ("1.300,5", 1300.5),
        ("34,763,390", 34_763_390),
        ("34,763,390.5", 34_763_390.5),
        ("1,300.25", 1300.25),
        ("1206742", 1_206_742),
        ("1 234,5", 1234.5),
        ("1\u00a0206\u00a0742", 1_206_742),
        ("12\u202f500", 12_500),
        ("12,5%", 12.5),
        ("12,5 %", 12.5),
        ("-1,8", -1.8),
        ("\u22121,8", -1.8),
        ("05", 5),
        ("0,125", 0.125),
        ("1234,567", 1234.567),
        ("  96,2 ", 96.2),
        ("0", 0),
    ],
)
def test_number_is_read(text, value):
    read = parse(text)
    assert read["value"] == value
    assert read["fault"] is None


@pytest.mark.parametrize("text", ["", " ", "-", "–", "—", "...", "…", "..", "x", "X", None])
def test_missing_mark_is_no_figure_and_never_zero(text):
    read = parse(text, 0, 10)
    assert math.isnan(read["value"])
    assert read["fault"] is None


@pytest.mark.parametrize(
    "text",
    [
        "12.7-13",
        ">10",
        "16/19",
        "không ghi năm",
        "1.23.456",
        "1,2,3",
        "1.234.56",
        "1e5",
        "nan",
        "=1+1",
        "%",
        "12 5",
        "½",
        "٣",
    ],
)
def test_anything_else_is_refused(text):
    read = parse(text, 0, 1e9)
    assert math.isnan(read["value"])
    assert read["fault"] == "number_wrong"


@pytest.mark.parametrize(
    ("text", "lower", "upper", "value"),
    [
        ("24.042", 1000, 50_000, 24_042),
        ("24.042", 0, 100, 24.042),
        ("1,234", 0, 500, 1.234),
        ("1,234", 1000, None, 1234),
        ("-1.800", None, -100, -1800),
    ],
)
def test_ambiguous_text_is_read_where_one_reading_is_plausible(text, lower, upper, value):
    assert parse(text, lower, upper)["value"] == value


@pytest.mark.parametrize(("lower", "upper"), [(None, None), (0, None), (0, 1e9), (200, 300)])
def test_ambiguous_text_is_never_guessed(lower, upper):
    read = parse("24.042", lower, upper)
    assert math.isnan(read["value"])
    assert read["fault"] == "number_ambiguous"
    assert (read["as_decimal"], read["as_thousands"]) == (24.042, 24_042)


@given(st.integers(-(10**12), 10**12), st.sampled_from([".", " ", "\u00a0", ",", ""]))
def test_whole_number_survives_the_writing(number, group):
    read = parse(vietnamese(number, 0, group), number - 0.5, number + 0.5)
    assert read["value"] == number
    assert read["fault"] is None


@given(st.integers(-(10**13), 10**13), st.sampled_from([1, 2, 4]), st.sampled_from([".", " ", "\u202f"]))
def test_decimal_number_survives_the_writing(digits, decimals, group):
    value = digits / 10**decimals
    read = parse(vietnamese(value, decimals, group))
    assert read["value"] == float(f"{value:.{decimals}f}")


@given(st.text(max_size=12))
def test_any_text_is_a_number_a_fault_or_missing(text):
    read = parse(text, 0, 100)
    clean = unicodedata.normalize("NFC", text).strip().lower()
    if read["fault"] is None and math.isnan(read["value"]):
        assert clean in number_text.MISSING
    assert read["fault"] in (None, "number_wrong", "number_ambiguous")
    assert (read["fault"] is None) or math.isnan(read["value"])


def test_one_call_reads_a_whole_column_on_its_own_index():
    frame = pd.DataFrame({"text": ["4,7", "…", "24.042", "?"], "lower": [0.0] * 4, "upper": [100.0] * 4}, index=[9, 7, 5, 3])
    read = number_text.parse(frame)
    assert list(read.index) == [9, 7, 5, 3]
    assert read["value"].to_dict() == pytest.approx({9: 4.7, 7: math.nan, 5: 24.042, 3: math.nan}, nan_ok=True)
    assert read["fault"].tolist() == [None, None, None, "number_wrong"]


def test_no_text_at_all():
    frame = pd.DataFrame(
        {"text": pd.Series(dtype="str"), "lower": pd.Series(dtype="float"), "upper": pd.Series(dtype="float")}
    )
    assert number_text.parse(frame).empty
