"""Plans of other places: what they announced, each with its page, and what that is of our own targets."""

import html
import re

import pandas as pd
import pytest
from conftest import AS_OF, RAW
from site_content import RUN
from variant import known

from analysis.errors import InputError
from analysis.progress import plan_outcome, summary
from analysis.reference import file, wording
from analysis.reference import tables as reference_tables
from analysis.report.notebook import annual_review, target_progress
from analysis.report.sheet import a4
from analysis.report.words import outcome
from analysis.schema.reference import PLAN_OUTCOME

COMMUNE, CITY = "thai_tan_2026_2030", "hai_phong_2026_2030"


@pytest.fixture(scope="module")
def outcomes():
    return file.read(RAW / "reference" / "plan_outcome.csv", PLAN_OUTCOME)


def test_every_plan_says_in_its_own_words_how_many_it_met(outcomes):
    for row in outcomes.itertuples():
        said = {int(one) for one in re.findall(r"\d+", row.quote)}
        exceeded = None if pd.isna(row.exceeded) else int(row.exceeded)
        assert row.met in said or {exceeded, row.met - exceeded} <= said, row.place_vi
        assert re.fullmatch(r"https?://[^/\s]+/\S+", row.source_url) and "…" not in row.source_url, row.place_vi
        assert re.fullmatch(r"20\d\d(-\d\d){0,2}", row.published), row.place_vi


def test_the_middle_half_of_the_terms_by_hand(outcomes):
    """Eleven terms, in order: 13/16 24/29 19/22 14/16 22/25 17/19 14/15 18/19 1 1 1: the quartiles lie half way between
    the third and the fourth, the eighth and the ninth.
    """
    terms = outcomes[outcomes["plan_kind"] == "term"]
    assert sorted(terms["met"] / terms["targets"])[:4] == pytest.approx([13 / 16, 24 / 29, 19 / 22, 14 / 16])
    found = plan_outcome.shares(outcomes, "term")
    assert found == {
        "plans": 11,
        "low": pytest.approx((19 / 22 + 14 / 16) / 2),
        "high": pytest.approx((18 / 19 + 1) / 2),
    }
    assert plan_outcome.shares(outcomes, "annual")["plans"] == 34


def test_scaled_to_our_own_number_and_silent_about_too_few(outcomes):
    found = plan_outcome.beside(outcomes, {"term": 33, "annual": 0})
    assert (found["term"]["of"], found["term"]["least"], found["term"]["most"]) == (33, 29, 32)  # 28.7 and 32.1
    assert set(found["annual"]) == {"plans", "low", "high"}
    few = outcomes[outcomes["plan_kind"] == "term"].head(plan_outcome.LEAST_PLANS - 1)
    assert plan_outcome.beside(few, {"term": 33, "annual": 5}) == {} and outcome.said(few, {"term": 33}, "vi") == ""
    more = pd.concat([outcomes, few.assign(place_vi="Xã khác")])  # a row more is a plan more
    assert plan_outcome.shares(more, "term")["plans"] == 11 + len(few)


def test_our_own_numbers_are_the_targets_with_a_chance_and_those_of_the_year(whole, assessed):
    for plan_id, annual in ((COMMUNE, 45), (CITY, 5)):
        plan, progress = whole.plans[plan_id], assessed[plan_id].progress
        rows = summary.headline(progress, plan.target)
        term = summary.expected(rows).get("of", len(rows))
        assert plan_outcome.own(progress, plan.target, plan.annual_target) == {"term": term, "annual": annual}
    assert len(summary.headline(assessed[CITY].progress, whole.plans[CITY].target)) == term, "too few with a chance: all"


@pytest.mark.parametrize("lang", wording.LANGUAGES)
def test_page_sheet_and_notebooks_say_the_same_beside_what_is_expected(whole, assessed, pages, tables, outcomes, lang):
    board = html.unescape(re.sub(r"<[^>]+>", "", (pages / "index.html").read_text(encoding="utf-8")))
    for plan_id, plan in whole.plans.items():
        progress = assessed[plan_id].progress
        text = outcome.said(outcomes, plan_outcome.own(progress, plan.target, plan.annual_target), lang)
        *sentences, _ = re.split(r"(?<=\.) ", text.removesuffix(f" {wording.text('outcome_warning', lang)}") + " x")
        assert len(sentences) == 2 and all(one in board for one in sentences)
        assert wording.text("outcome_warning", lang) in board and wording.text("outcome_warning", lang) in text
        assert text == a4._content(tables, plan, lang, RUN)["others"]
        here = known(whole, plan, whole.series, AS_OF)
        assert text in target_progress.expected(here, progress, outcomes, lang)
        assert text == annual_review.beside(here, progress, outcomes, lang)
    assert "11" in text and "34" in text


def test_every_plan_is_on_the_page_with_its_address(pages, outcomes):
    text = (pages / RUN["run_id"] / "definition.html").read_text(encoding="utf-8")
    for row in outcomes.itertuples():
        assert html.escape(row.source_url) in text and html.escape(row.quote, quote=False) in html.unescape(text)


@pytest.mark.parametrize(("column", "value"), [("met", "99"), ("exceeded", "24")])
def test_more_met_than_planned_is_told_with_its_row(tmp_path, column, value):
    for path in (RAW / "reference").glob("*.csv"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    table = pd.read_csv(tmp_path / "plan_outcome.csv", dtype=str, keep_default_na=False)
    row = table.index[table["place_vi"] == "Xã Sao Vàng"][0]
    table.loc[row, column] = value
    table.to_csv(tmp_path / "plan_outcome.csv", index=False)
    with pytest.raises(InputError) as caught:
        reference_tables.read(tmp_path)
    assert caught.value.key == "cell_wrong" and f"'row': {row + 2}" in str(caught.value)
