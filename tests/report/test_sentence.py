import ast

import pytest
from conftest import ROOT
from markupsafe import Markup
from page_content import content

from analysis.reference import wording
from analysis.report import sentence
from analysis.schema import CODELISTS


def reason_codes():
    """The codes that assess.py can give: the keys of its table of reasons."""
    tree = ast.parse((ROOT / "src/analysis/progress/assess.py").read_text(encoding="utf-8"))
    made = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "_reasons")
    table = next(node.value for node in ast.walk(made) if isinstance(node, ast.Return))
    return [key.value for key in table.keys]


@pytest.fixture(scope="module")
def rows(thread):
    tables, _ = content(thread)
    cards = tables["core.indicator"].set_index("indicator")
    return [(row, cards.loc[row["indicator"]].to_dict()) for row in tables["out.progress"].to_dict("records")]


def test_headline_of_the_period(rows):
    row, card = rows[0]
    assert sentence.headline(row, card, "vi") == (
        "Chưa đúng tiến độ: theo nhịp tăng các năm qua, tốc độ tăng GRDP bình quân đến năm 2030 dự báo đạt 10,07%/năm, "
        "trong khi từ nay cần 13,00%/năm; khả năng hoàn thành: dưới 1/10."
    )
    assert "13.00%" in sentence.headline(row, card, "en")


def test_headline_of_the_year(rows):
    text = sentence.headline(*rows[1], "vi")
    assert "năm 2026 dự báo đạt 10,07%, trong khi cần 12,35%" in text
    assert "khoảng 1/10" in text


@pytest.mark.parametrize("lang", wording.LANGUAGES)
@pytest.mark.parametrize("verdict", CODELISTS["verdict"])
@pytest.mark.parametrize("known", [True, False])
def test_every_verdict_has_a_sentence(rows, verdict, lang, known):
    row, card = rows[0]
    blank = {} if known else dict.fromkeys(("probability", "projected_value", "required_rate", "latest_status"))
    text = sentence.headline({**row, **blank, "verdict": verdict}, card, lang)
    assert text.startswith(wording.text(f"answer_{verdict}", lang))
    assert "nan" not in text.split() and "None" not in text and "{" not in text


@pytest.mark.parametrize("lang", wording.LANGUAGES)
def test_every_reason_has_a_sentence(rows, lang):
    row, card = rows[0]
    codes = reason_codes()
    assert len(codes) > 5
    texts = sentence.reasons({**row, "reasons": codes}, lang, card)
    assert len(set(texts)) == len(codes)
    assert all(text.endswith(".") and "{" not in text for text in texts)


@pytest.mark.parametrize("lang", wording.LANGUAGES)
def test_every_code_has_a_word(lang):
    lists = {"verdict": "verdict", "evidence": "evidence", "dns_class": "dns", "obs_status": "status"}
    for codelist, prefix in lists.items():
        words = [wording.text(f"{prefix}_{code}", lang) for code in CODELISTS[codelist]]
        assert len(set(words)) == len(words)


def test_markup_among_the_values_escapes_the_rest(rows):
    row, card = rows[0]
    text = sentence.headline(row, card | {"name_vi": "<b>"}, "vi", lambda column, form, lang: Markup("<i>1</i>"))
    assert "&lt;b&gt;" in text and "<i>1</i>" in text
