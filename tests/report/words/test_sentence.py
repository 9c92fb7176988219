"""Sentences of every state, in both languages, never with a hole in them."""

import ast
import re

import pytest
from conftest import ROOT
from markupsafe import Markup

from analysis.reference import wording
from analysis.report.words import sentence
from analysis.schema.codelist import CODELISTS


def reason_codes():
    """The codes that verdict.py can give: the keys of its table of reasons."""
    tree = ast.parse((ROOT / "src/analysis/progress/verdict.py").read_text(encoding="utf-8"))
    made = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "_reasons")
    table = next(node.value for node in ast.walk(made) if isinstance(node, ast.Return))
    return [key.value for key in table.keys]


@pytest.fixture(scope="module")
def rows(whole, assessed):
    """Every row of both plans with what sentences call it."""
    cards = whole.cards.set_index("indicator", drop=False).to_dict("index")
    made = {}
    for plan_id, one in assessed.items():
        plan = whole.plans[plan_id]
        named = {row["target_id"]: row for table in (plan.target, plan.annual_target) for row in table.to_dict("records")}
        for row in one.progress.astype(object).where(one.progress.notna(), None).to_dict("records"):
            made[row["target_id"]] = (row, sentence.naming(named[row["target_id"]], cards.get(row["indicator"])))
    return made


def test_headline_of_the_period(rows):
    row, card = rows["grdp_growth_2026_2030"]
    assert sentence.headline(row, card, "vi") == (
        "Chưa đúng tiến độ: theo nhịp tăng các năm qua, tốc độ tăng GRDP bình quân đến năm 2030 dự báo là 8,75%/năm, "
        "trong khi từ nay cần 13,23%/năm; khả năng hoàn thành: dưới 1/10."
    )
    assert "13.23%" in sentence.headline(row, card, "en")


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("grdp_growth_2026", "năm 2026 dự báo là 12,08%, trong khi cần 12,35%; khả năng hoàn thành: khoảng 3/10"),
        ("grdp_srv", "tốc độ tăng tổng giá trị sản phẩm trên địa bàn, dịch vụ bình quân đến năm 2030"),
        ("ent_double_2030", "là 57 doanh nghiệp, mức phải đạt là 82 doanh nghiệp; từ nay cần tăng 8,2 doanh nghiệp mỗi năm"),
        ("hi_cov_2026", "từ nay cần tăng 1,40 điểm phần trăm mỗi năm"),
        ("sch_std_term", "không còn giữ được mức 100,0%: 9 tháng 2026 là 87,5%; mỗi năm đến năm 2030 phải giữ mức này"),
        ("invest_total", "từ nay đến năm 2030 cần 32,1 tỷ đồng mỗi năm để đạt 200,0 tỷ đồng"),
        ("budget_rev_2025", "Vượt mục tiêu"),
        ("energy_diversify_2030", "cần kết luận của cấp có thẩm quyền"),
        ("cov_6g_2035", "mức đặt ra đến năm 2035 là 50"),
    ],
)
def test_headline_of_each_kind(rows, target, words):
    assert words in sentence.headline(*rows[target], "vi")


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("grdp_growth_2026_2030", "tốt lên khi từ nay đạt nhịp 13,23%/năm"),
        ("univ_primary_l3", "sẽ đổi ngay khi có một năm không đạt"),
        ("sch_std_term", "tốt lên khi số cả năm đạt 100,0%"),
        ("new_jobs_2030", "chiều tăng, giảm của những năm tới"),
        ("invest_total", "hiện có 1"),
        ("conscription", "khi có số liệu nhiều năm"),
        ("sch_digital_skill_2030", "nếu đến năm 2030 không còn giữ được 100,0%"),
        ("budget_rev_2025", "nếu số chính thức khác hẳn số ước tính"),
        ("cov_6g_2035", "khi đơn vị phụ trách công bố"),
        ("energy_diversify_2030", "khi cấp có thẩm quyền ghi quyết định"),
        ("dvctt_full_2035", "trong kỳ kế hoạch có hạn năm 2035"),
    ],
)
def test_every_verdict_says_what_would_change_it(rows, target, words):
    row, card = rows[target]
    assert words in sentence.change(row, "vi", card)


@pytest.mark.parametrize("lang", wording.LANGUAGES)
def test_every_row_has_whole_sentences(rows, lang):
    for target, (row, card) in rows.items():
        said = [sentence.headline(row, card, lang), sentence.next_step(row, lang, card), sentence.change(row, lang, card)]
        said += sentence.reasons(row, lang, card)
        assert len(said) == 3 + len(row["reasons"]) and row["reasons"], target
        for text in said:
            assert text.endswith(".") and not {"nan", "None", "<NA>"} & set(text.split()) and "{" not in text, target


MINUS = re.compile(r"(?<![\w])[-−]\d")  # a day or a span of years has a figure before its dash


def all_sentences(row, card, lang):
    made = [sentence.headline(row, card, lang), sentence.next_step(row, lang, card), sentence.change(row, lang, card)]
    return [*made, *sentence.reasons(row, lang, card)]


@pytest.mark.parametrize("lang", wording.LANGUAGES)
def test_no_sentence_of_any_target_has_a_bare_minus(rows, lang):
    """As they stand, and with every pace, projection and figure of growth turned into a fall and every reason given."""
    codes, paces = reason_codes(), ("required_rate", "best_own_rate", "best_peer_rate")
    fell = 0
    for row, card in rows.values():
        growing = ("latest_value", "projected_value", "lo80", "hi80") if card.get("unit_measure") == "PC_Y" else ()
        turned = {name: -abs(row[name]) - 1 for name in (*paces, *growing) if row[name] is not None}
        for one in (row, {**row, **turned, "reasons": codes}):
            said = all_sentences(one, card, lang)
            assert [text for text in said if MINUS.search(text)] == []
        fell += bool(turned) and any(word in text for text in said for word in ("giảm", "fall"))
    assert fell > 60


@pytest.mark.parametrize(
    ("target", "changes", "needed", "best"),
    [
        ("poor_hh_2028", {}, "giảm 19,3 hộ mỗi năm", "giảm 24,7 hộ mỗi năm"),
        ("poor_hh_2028", {"best_own_rate": 2.0}, "giảm 19,3 hộ mỗi năm", "tăng 2,0 hộ mỗi năm"),
        ("poor_hh_2028", {"required_rate": 0.0}, "không đổi", "giảm 24,7 hộ mỗi năm"),
        ("poor_hh_2028", {"required_rate": 2.0}, "không tăng quá 2,0 hộ mỗi năm", "giảm 24,7 hộ mỗi năm"),
        (
            "poor_hh_2028",
            {"rate_unit": "pct", "required_rate": -2.1, "best_own_rate": -3.0},
            "giảm 2,10%/năm",
            "giảm 3,00%/năm",
        ),
        ("si_cov_2030", {"best_own_rate": -0.4}, "tăng 3,40 điểm phần trăm mỗi năm", "giảm 0,40 điểm phần trăm mỗi năm"),
        ("si_cov_2030", {"required_rate": -0.4}, "không giảm quá 0,40 điểm phần trăm mỗi năm", "tăng 3,00 điểm"),
        ("grdp_total", {}, "11,15%/năm", "9,46%/năm"),
        ("grdp_total", {"best_own_rate": -2.1}, "11,15%/năm", "giảm 2,10%/năm"),
        ("grdp_total", {"required_rate": -2.1}, "không giảm quá 2,10%/năm", "9,46%/năm"),
        ("ent_double_2030", {}, "tăng 8,2 doanh nghiệp mỗi năm", "tăng 3,4 doanh nghiệp mỗi năm"),
        ("invest_total", {}, "32,1 tỷ đồng mỗi năm", ""),
    ],
)
def test_paces_are_said_by_their_direction(rows, target, changes, needed, best):
    row, card = rows[target]
    row = {**row, **changes, "verdict": "risk", "reasons": ["above_best_own"] if best else ["class_decides"]}
    said = " ".join(all_sentences(row, card, "vi"))
    assert f"từ nay đạt nhịp {needed}" in said and (not best or f"({needed})" in said and f"({best}" in said)


def test_growth_that_falls_is_said_so(rows):
    row, card = rows["grdp_growth_2026_2030"]
    row = {**row, "projected_value": -2.1, "required_rate": 14.2}
    assert "dự báo là giảm 2,10%/năm, trong khi từ nay cần 14,20%/năm" in sentence.headline(row, card, "vi")
    assert "would average a fall of 2.10% a year" in sentence.headline(row, card, "en")


def test_a_lost_level_says_what_happened_and_names_no_direction(rows):
    row, card = rows["sch_std_term"]
    whole = {**row, "latest_period": "2026", "reasons": ["no_longer_held"]}
    assert "không còn giữ được mức 100,0%: năm 2026 là 87,5%" in sentence.headline(whole, card, "vi")
    for one in (row, whole):
        said = " ".join(all_sentences(one, card, "vi"))
        assert "chiều hướng" not in said and "đi ngược hướng" not in said


def test_what_is_met_but_seldom_every_year_says_the_chance(rows):
    row, card = rows["budget_rev"]
    assert row["verdict"] == "behind" and row["latest_value"] > row["target"]
    assert "khả năng đạt mọi năm: khoảng 3/10" in sentence.headline(row, card, "vi")


@pytest.mark.parametrize("lang", wording.LANGUAGES)
@pytest.mark.parametrize("verdict", CODELISTS["verdict"])
@pytest.mark.parametrize("known", [True, False])
def test_every_verdict_has_a_sentence(rows, verdict, lang, known):
    row, card = rows["grdp_growth_2026_2030"]
    blank = {} if known else dict.fromkeys(("probability", "projected_value", "required_rate", "latest_status"))
    reasons = ["deadline_passed"] if verdict in sentence.CLOSED else []
    text = sentence.headline({**row, **blank, "verdict": verdict, "reasons": reasons}, card, lang)
    assert text.startswith(wording.text(f"answer_{verdict}", lang))
    assert "nan" not in text.split() and "None" not in text and "{" not in text


@pytest.mark.parametrize("lang", wording.LANGUAGES)
def test_every_reason_has_a_sentence(rows, lang):
    row, card = rows["grdp_growth_2026_2030"]
    codes = reason_codes()
    assert len(codes) > 5
    texts = sentence.reasons({**row, "reasons": codes}, lang, card)
    assert len(set(texts)) == len(codes)
    assert all(text.endswith(".") and "{" not in text for text in texts)


@pytest.mark.parametrize("lang", wording.LANGUAGES)
def test_every_code_has_a_word(lang):
    lists = {"verdict": "verdict", "evidence": "evidence", "obs_status": "status"}
    for codelist, prefix in lists.items():
        words = [wording.text(f"{prefix}_{code}", lang) for code in CODELISTS[codelist]]
        assert len(set(words)) == len(words)


def test_markup_among_the_values_escapes_the_rest(rows):
    row, card = rows["grdp_growth_2026_2030"]
    text = sentence.headline(row, card | {"name_vi": "<b>"}, "vi", lambda column, form, lang: Markup("<i>1</i>"))
    assert "&lt;b&gt;" in text and "<i>1</i>" in text
