"""Texts of every encoding that offices still use come out as composed Unicode, and what was mended is said."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.intake.sheet import text

VIETNAMESE = "Tổng sản phẩm trên địa bàn, nông nghiệp; ước thực hiện quý hai của các xã, phường ở Hải Dương"


def written_as(encoding: dict[str, str], plain: str) -> str:
    """The text as a font of that encoding keeps it."""
    back = {letter: code for code, letter in encoding.items()}
    return "".join(back.get(letter, letter) for letter in plain)


@pytest.mark.parametrize(("name", "table"), [("tcvn3", text.TCVN3), ("vni", text._vni())])
def test_old_encodings_are_read_back(name, table):
    lower = VIETNAMESE.lower()
    old = written_as(table, lower)
    assert old != lower
    assert text.encoding_of([old]) == name
    assert text.repaired(old, name) == (lower, (name,))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("H¶i D­¬ng", "Hải Dương", ("tcvn3",)),  # as the office's workbooks of 2003 have it
        ("Hải Dƣơng", "Hải Dương", ("look_alike",)),
        ("Ðồng Tháp", "Đồng Tháp", ("look_alike",)),
        ("Hà\u00a0Nội ", "Hà Nội", ("blanks",)),
        (unicodedata.normalize("NFD", "Hải Phòng"), "Hải Phòng", ("composed",)),
        ("Нải Рhòng", "Hải Phòng", ("look_alike",)),  # its first letters are Cyrillic
        ("Москва", "Москва", ()),
        ("25×30", "25×30", ()),
        ("Kích thước 25×30 (µg), «ổn» Intel®", "Kích thước 25×30 (µg), «ổn» Intel®", ()),
        ("µg/m³", "µg/m³", ()),
        ("15. (Tiếp theo) §Çu t­", "15. (Tiếp theo) ĐầU tư".replace("U", "u"), ("tcvn3",)),
    ],
)
def test_repairs_are_named(before, after, said):
    assert text.repaired(before, text.encoding_of([before])) == (after, said)


def test_a_sheet_tells_the_encoding_of_what_is_doubtful():
    """Alone `cïng kú` could be of either old set; among texts of TCVN3 it is of that."""
    sheet = ["D©n sè trung b×nh", "H¶i Phßng", "cïng kú"]
    assert [text.repaired(one, text.encoding_of(sheet))[0] for one in sheet] == ["Dân số trung bình", "Hải Phòng", "cùng kỳ"]


@given(st.text(alphabet="aàảãáạăằắâấđeêếioôơợuưứyỳ ABCĐ0123456789.,%()-", max_size=30))
def test_unicode_is_left_as_it_is(own):
    whole = "ứ " + own
    assert text.repaired(whole, "")[0] == " ".join(whole.split())
    assert text.folded(text.folded(own)) == text.folded(own)


def test_foreign_names_in_a_sheet_of_unicode_stay():
    """Their letters are signs of VNI, and nothing but the sheet could say so."""
    encoding = text.encoding_of(["Tỷ lệ", "Số hộ", "Müller", "España"])
    assert [text.repaired(one, encoding)[0] for one in ("Müller", "España")] == ["Müller", "España"]


def test_marks_of_footnotes_do_not_count():
    assert {text.folded(one) for one in ("Hải Phòng", "HẢI PHÒNG (*)", "Hải Phòng(1)", " hải  phòng **")} == {"hai phong"}
    assert text.folded("km²") == "km2"
