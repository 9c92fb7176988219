"""Lists of persons are refused before anything is stored; tables of figures are not taken for them."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.intake import guard

PERSONS = [["STT", "Họ và tên", "Ghi chú"], *[[str(at), f"Nguyễn Văn {letter}", ""] for at, letter in enumerate("ABCDE", 1)]]


def rows(lines: list[list[str]]) -> pd.DataFrame:
    return pd.DataFrame({"sheet": "Trang 1", "row": range(1, len(lines) + 1), "cells": lines})


@pytest.mark.parametrize(
    ("lines", "cell"),
    [
        (PERSONS, "B2"),
        ([["Mã"], *[[f"0310870012{at:02d}"] for at in range(5)]], "A2"),
        ([["Hộ", "Liên hệ"], *[[str(at), f"0912 345 67{at}"] for at in range(5)]], "B2"),
        ([["", "Số CCCD"], *[["", f"x{at}"] for at in range(5)]], "B2"),
    ],
)
def test_persons_are_found_with_their_cell(lines, cell):
    assert guard.personal(rows(lines)) == ("Trang 1", cell)


@pytest.mark.parametrize(
    "lines",
    [
        [
            ["Xã", "Năm 2025"],
            *[["Minh Tân", str(100000000000 + at)] for at in range(9)],
        ],  # twelve digits, none begins with 0
        [["Họ và tên"], ["Người lập biểu"]],  # a signature
        [["Xã", "Họ và tên"], *[[one, "12"] for one in "ABCDEF"]],  # counts below it
        [["Điện thoại"], ["0912345678"], ["0912345679"]],  # two lines of contact
        [[]],
    ],
)
def test_figures_and_contacts_are_no_persons(lines):
    assert guard.personal(rows(lines)) is None
