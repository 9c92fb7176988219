"""What one typed cell leaves open is decided by its row, column, sheet and range together, or refused."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.intake import typed_number


def entries(cells: dict[str, object], lower: float | None = 0, upper: float | None = None) -> pd.DataFrame:
    """A sheet's cells by address: text is typed, a number is a number of the spreadsheet."""
    rows = [
        {
            "file": "a.xlsx", "sheet": "A", "row": int("".join(filter(str.isdigit, cell))), "cell": cell, "text": str(text),
            "number_form": "vi" if isinstance(text, str) else "canonical", "lower": lower, "upper": upper,
        }
        for cell, text in cells.items()
    ]  # fmt: skip
    return pd.DataFrame(rows)


def read(cells: dict[str, object], at: str, **bounds: float) -> pd.Series:
    frame = entries(cells, **bounds)
    return typed_number.read(frame).loc[frame.index[frame["cell"] == at][0]]


@pytest.mark.parametrize(
    ("around", "value", "reason"),
    [
        ({"C2": "9.250.000,5"}, 210500, "mark_around"),  # its own row
        ({"B3": "12,5"}, 210500, "mark_around"),  # its column
        ({"D9": "1.010.000"}, 210500, "mark_around"),  # its sheet
        ({"C2": "99,250,000.5"}, 210.5, "mark_around"),
        ({"C2": 215000, "D2": 220300}, 210500, "size_of_row"),
        ({"C2": 215.2, "D2": 220}, 210.5, "size_of_row"),
        ({"C2": 215000, "B3": "12,5"}, 210500, "mark_around+size_of_row"),
    ],
)
def test_an_ambiguous_cell_is_decided_by_what_stands_around(around, value, reason):
    own = read({"B2": "210.500", **around}, "B2")
    assert (own["value"], own["reason"], own["fault"]) == (value, reason, None)


@pytest.mark.parametrize(
    "around",
    [
        {},
        {"C2": "12,5", "D2": "12.5"},  # both marks in one row
        {"C2": 215000, "B3": "12.5"},  # the marks say 210.5, the row's size 210500
        {"C2": 7000},  # neither reading is of that size
    ],
)
def test_two_readings_that_remain_are_refused(around):
    own = read({"B2": "210.500", **around}, "B2")
    assert math.isnan(own["value"])
    assert own["fault"] == "number_ambiguous"


def test_the_range_of_the_card_comes_first():
    own = read({"B2": "19.010", "C2": 20.1}, "B2", lower=100)
    assert (own["value"], own["reason"]) == (19010, "plausible_range")


@pytest.mark.parametrize(
    ("text", "value", "status"),
    [
        ("78,9 (ước)", 78.9, "E"),
        ("78,9 ước", 78.9, "E"),
        ("78,9 (Ước tính)", 78.9, "E"),
        ("1.250.000 (sơ bộ)", 1_250_000, "P"),
        ("12,5% (Sb)", 12.5, "P"),
        ("12 (p)", 12, "P"),
        ("12 (Prel.)", 12, "P"),
        ("12 (chính thức)", 12, "A"),
    ],
)
def test_a_status_in_the_cell_is_taken_off_and_kept(text, value, status):
    own = read({"B2": text}, "B2")
    assert (own["value"], own["status"], own["reason"]) == (value, status, "status_in_cell")


@pytest.mark.parametrize("text", ["12 (nghìn)", "12 người", "ước", "12 p", "(ước) 12", "trên 12"])
def test_other_words_are_no_number(text):
    assert read({"B2": text}, "B2")["fault"] == "number_wrong"


def test_brackets_are_a_negative_number():
    own = read({"B2": "(1.250,5)"}, "B2")
    assert (own["value"], own["reason"]) == (-1250.5, "brackets_negative")


def test_a_count_of_the_total_beside_it():
    cells = {"J6": 8, "J7": "7/8", "K6": "16", "K7": "7/8", "L6": "8", "L7": "9/8"}
    assert (read(cells, "J7")["value"], read(cells, "J7")["reason"]) == (7, "count_of_total")
    assert read(cells, "K7")["fault"] == "number_wrong"  # its column's total is another
    assert read(cells, "L7")["fault"] == "number_wrong"  # more than the whole


@given(st.lists(st.text(alphabet="0123456789.,()/- %ướcpSb", max_size=9), min_size=1, max_size=12))
def test_any_text_is_read_refused_or_missing_and_never_zero_for_nothing(texts):
    frame = entries({f"B{at}": text for at, text in enumerate(texts, start=1)})
    made = typed_number.read(frame)
    assert list(made.index) == list(frame.index)
    assert (made["value"].isna() | made["fault"].isna()).all()
    bare = frame["text"].str.contains(r"\d")
    assert made.loc[~bare, "value"].isna().all()
