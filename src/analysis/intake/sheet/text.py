"""A cell's text in composed Unicode, whatever it was typed in, and the same text as it is compared.

The tables of the old one-byte sets are TCVN 5712:1993 (the fonts .Vn...) and VNI-Windows (the fonts VNI-...), in which a
spreadsheet keeps each Vietnamese letter as one or two letters of Windows-1252.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable

TCVN3 = dict(
    zip(
        "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ¡¢§£¤¥¦",
        "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂĐÊÔƠƯ",
        strict=True,
    )
)
# Signs of TCVN3 that are no letters of Vietnamese, beside a letter: "25×30", "µg", "Intel®" and "«tên»" have none.
TCVN3_WORD = re.compile("[A-Za-z][µ¸¶·¹¨¾¼½©ª×Þß«¬\u00ad÷þ¡¢§£¤¥¦]|(?!µ[glms]\\b)[µ¸¶·¹¨»¾¼½©®ª×Þß¬\u00ad÷þ¡¢§£¤¥¦][A-Za-z]")
_SIGNS = {"ø": "\u0300", "ù": "\u0301", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
_CIRCUMFLEX = {"â": "", "à": "\u0300", "á": "\u0301", "å": "\u0309", "ã": "\u0303", "ä": "\u0323"}
_BREVE = {"ê": "", "è": "\u0300", "é": "\u0301", "ú": "\u0309", "ü": "\u0303", "ë": "\u0323"}
VNI_ALONE = {"ñ": "đ", "ö": "ư", "ô": "ơ", "î": "ỵ", "æ": "ỉ", "ó": "ĩ", "ò": "ị"}
VNI_ONLY = re.compile("[ñøûïåäüëæöî]|[aeo]â|a[êáàãéè]|e[áàã]")
UNICODE_ONLY = re.compile(
    "[\u0102\u0103\u0110\u0111\u0128\u0129\u0168\u0169\u01a0\u01a1\u01af\u01b0\u0300-\u0323\u1ea0-\u1ef9]"
)
LOOK_ALIKE = str.maketrans("ÐðƢƣ", "ĐđƯư")
CYRILLIC = str.maketrans("АВЕКМНОРСТХУаеорсухі", "ABEKMHOPCTXYaeopcyxi")
BLANKS = re.compile(r"[\s\u00a0\u2000-\u200b\u202f\u2060\ufeff]+")
POWERS = str.maketrans("²³", "23")
POWER = re.compile(r"\b(k?m) ?([23])\b")
MARKS = re.compile(r"(?:\s*(?:\(?\*+\)?|\(\d\)|¹))+$")  # of footnotes
ENDS_OF_MARKS = ("*", ")", "¹")
COMBINING = re.compile("[\u0300-\u036f]")
NUMBERED = re.compile(r"^(?:[-+*•–]|(?:[a-z]|[ivx]+|\d{1,2})[.)/])\s*")  # before the label of a line
ENCODINGS = ("tcvn3", "vni")


@functools.cache
def _vni() -> dict[str, str]:
    """Return what each one or two letters of VNI-Windows stand for."""
    made = dict(VNI_ALONE)
    for base in "aeouyöô":
        letter = VNI_ALONE.get(base, base)
        made |= {base + sign: unicodedata.normalize("NFC", letter + mark) for sign, mark in _SIGNS.items()}
    for base in "aeo":
        made |= {base + sign: unicodedata.normalize("NFC", f"{base}\u0302{mark}") for sign, mark in _CIRCUMFLEX.items()}
    made |= {f"a{sign}": unicodedata.normalize("NFC", f"a\u0306{mark}") for sign, mark in _BREVE.items()}
    upper = {key.upper(): value.upper() for key, value in made.items()}
    return made | {key[0].upper() + key[1:]: value.upper() for key, value in made.items()} | upper


@functools.cache
def _vni_pattern() -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, _vni()), key=len, reverse=True)))


def encoding_of(texts: Iterable[str]) -> str:
    """Return "tcvn3", "vni" or "" (Unicode) of the texts of one sheet: what most of the telling ones are in."""
    found = [_own_encoding(text) for text in texts]
    counts = {one: found.count(one) for one in ENCODINGS}
    likely = "tcvn3" if counts["tcvn3"] else "vni"  # the signs of VNI are letters of TCVN3, not the reverse
    return likely if counts["tcvn3"] + counts["vni"] > found.count("unicode") else ""


def _own_encoding(text: str) -> str:
    """Return what a text by itself says of its encoding: one of ENCODINGS, "unicode", or "" for nothing."""
    if UNICODE_ONLY.search(text):
        return "unicode"
    if TCVN3_WORD.search(text):
        return "tcvn3"
    return "vni" if VNI_ONLY.search(text.lower()) else ""


def repaired(text: str, encoding: str = "") -> tuple[str, tuple[str, ...]]:
    """Return the text in composed Unicode with single blanks, and the names of what was mended (wording repair_NAME).

    `encoding`: of the sheet. A text of TCVN3 or Unicode tells itself; one of VNI does not ("Müller"): its sheet must.
    """
    own = _own_encoding(text)
    telling = own if own in ("tcvn3", "unicode") else encoding
    done, made = [], text
    if telling == "tcvn3":
        made = _from_tcvn3(text)
    elif telling == "vni":
        made = _vni_pattern().sub(lambda match: _vni()[match[0]], text)
    elif TCVN3_WORD.search(text):  # a cell of two fonts
        made = "".join(_of_two_fonts(one) for one in re.split(r"(\s+)", text))
    if made != text:
        done.append("vni" if telling == "vni" else "tcvn3")
    steps = (
        ("composed", lambda one: unicodedata.normalize("NFC", one)),
        ("look_alike", _without_look_alikes),
        ("blanks", lambda one: BLANKS.sub(" ", one).strip()),
    )
    for name, step in steps:
        changed = step(made)
        if changed != made:
            done.append(name)
        made = changed
    return made, tuple(done)


def _of_two_fonts(word: str) -> str:
    return _from_tcvn3(word) if re.search("[A-Za-z]", word) and not UNICODE_ONLY.search(word) else word


def _from_tcvn3(text: str) -> str:
    return "".join(TCVN3.get(char, char) for char in text)


def _without_look_alikes(text: str) -> str:
    """Return the text with letters of other alphabets that look like ours in their place; a wholly foreign word stays."""
    made = text.translate(LOOK_ALIKE)
    if not any("\u0400" <= char <= "\u04ff" for char in made):
        return made
    mixed = [
        word.translate(CYRILLIC) if re.search(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]", word) else word
        for word in re.split(r"(\s+)", made)
    ]
    return "".join(mixed)


@functools.lru_cache(maxsize=2**18)
def folded(text: str) -> str:
    """Return a text as it is compared: lower case without diacritics, marks of footnotes and double blanks."""
    plain = POWER.sub(r"\1\2", text.translate(POWERS)).lower()
    if not plain.isascii():
        plain = COMBINING.sub("", unicodedata.normalize("NFD", plain.replace("đ", "d")))
    plain = plain.strip()
    if plain.endswith(ENDS_OF_MARKS):
        plain = MARKS.sub("", plain)
    return " ".join(plain.split()) if plain.isascii() else BLANKS.sub(" ", plain).strip()
