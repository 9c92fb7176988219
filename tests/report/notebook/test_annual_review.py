"""The annual review: every comparison by hand, the months that stand for the year, percentage points."""

import re

import pandas as pd
import pytest
from conftest import AS_OF
from variant import CITY, COMMUNE, LATER, SHORT, figures_of, known, progress, real

from analysis.report.notebook import annual_review

MARCH = "2027-03-25"


@pytest.fixture(scope="module")
def october(whole, assessed):
    here = known(whole, whole.plans[COMMUNE], whole.series, AS_OF)
    return here, annual_review.lines(here, assessed[COMMUNE].progress)


@pytest.fixture(scope="module")
def march(whole):
    here = known(whole, whole.plans[COMMUNE], figures_of(whole, [LATER], MARCH, whole.register), MARCH)
    rows = progress(here, whole)
    return here, annual_review.lines(here, rows), rows


def line(found, indicator, activity="total"):
    names = [one for one in found if one.card["indicator"] == indicator and one.row.get("activity", activity) == activity]
    return names[0]


@pytest.mark.parametrize(
    ("day", "year"), [("2026-10-15", 2026), ("2026-12-20", 2026), ("2027-03-20", 2026), ("2027-04-01", 2027)]
)
def test_year_under_review(day, year):
    assert annual_review.year_of(day) == year


def test_before_the_year_is_over_its_months_stand_beside_the_same_months(october):
    """New jobs: 258 in nine months of 2026 after 265, plan 360: -2.6 %, 71.7 % of the plan."""
    jobs = line(october[1], "new_jobs")
    assert (jobs.before, jobs.same, jobs.plan, jobs.value, jobs.period, jobs.freq) == (360, 265, 360, 258, "2026-09", "YTD")
    assert jobs.change == pytest.approx(100 * 258 / 265 - 100) and jobs.of_plan == pytest.approx(100 * 258 / 360)
    assert annual_review.sentences([jobs], "vi").endswith(
        "Số lao động được tạo việc làm mới trong năm 9 tháng 2026 đạt 258 người, "
        "giảm 2,6% so với cùng kỳ, bằng 71,7% kế hoạch năm."
    )


def test_differences_of_percent_are_points(october):
    """Disbursement: 15.9 of 25.6 = 62.1 %; the year before at the same time 58.5 %; the plan 100 %."""
    paid = line(october[1], "disbursement_rate")
    assert paid.value == pytest.approx(100 * 15.9 / 25.6) and paid.of_plan == pytest.approx(100 * 15.9 / 25.6 - 100)
    assert paid.change == pytest.approx(paid.value - paid.same)
    text = annual_review.sentences([paid], "vi")
    assert "thấp hơn kế hoạch năm (100%) 37,9 điểm phần trăm" in text and "3,6 điểm phần trăm so với cùng kỳ" in text


def test_growth_beside_its_plan(october):
    total = line(october[1], "commune_product_growth")
    assert total.value == pytest.approx(100 * (924138 / 840844 - 1)) and total.plan == 10.9
    assert "là 9,91%, thấp hơn kế hoạch năm (10,9%) 0,99 điểm phần trăm." in annual_review.sentences([total], "vi")


def test_count_at_a_month_without_the_same_month_stands_beside_the_end_of_the_year_before(october):
    checked = line(october[1], "pupil_check_share")
    assert checked.same is None and checked.compared == checked.before
    assert "so với cuối năm trước" in annual_review.note(checked, "vi")


def test_annex_has_its_columns_and_no_gap(october):
    table = annual_review.annex(*october, "vi")
    assert [name for name, _ in table.columns] == [
        *("STT", "Chỉ tiêu", "Đơn vị", "Thực hiện năm 2025", "Cùng kỳ năm 2025", "Kế hoạch năm 2026"),
        *("Ước thực hiện năm 2026", "So sánh với TH năm trước hoặc cùng kỳ (%)", "So sánh với KH năm (%)"),
        *("Đánh giá", "Ghi chú"),  # nobody has planned 2027 yet
    ]
    assert [row[0] for row in table.rows] == [str(place) for place in range(1, len(table.rows) + 1)]
    assert table.notice.startswith("SỐ LIỆU GIẢ ĐỊNH")
    assert not [cell for row in table.rows for cell in row if cell in ("", "nan", "None")]
    for place, (name, _) in enumerate(table.columns):
        assert {row[place] for row in table.rows} - {"", "–"}, f"nothing in {name}"
    flag = next(row for row in table.rows if row[2] == "đạt/không đạt" and row[6] != "–")
    assert flag[6] in ("đạt", "chưa đạt") and flag[7:9] == ["–", "–"]


def places(plan):
    """Where the plan first sets a value for each indicator, and for each indicator of an activity."""
    rows = plan.target[~plan.target["kind"].isin(["judged", "external", "not_local"])].reset_index(drop=True)
    names = list(zip(rows["indicator"], rows["activity"], strict=True))
    indicators = rows["indicator"].tolist()
    return lambda indicator, activity: (indicators.index(indicator), names.index((indicator, activity)))


def activity_of(one):
    """The activity of a line, by the end of its name."""
    parts = {"nông, lâm nghiệp và thủy sản": "agriculture", "công nghiệp - xây dựng": "industry_construction"}
    parts["dịch vụ"] = "services"
    found = [code for name, code in parts.items() if one.name["vi"].endswith(f", {name}")]
    return found[0] if found else "total"


def test_annex_follows_the_plan_the_economy_first(october):
    here, found = october
    place = places(here.plan)
    order = [place(one.card["indicator"], activity_of(one)) for one in found]
    assert order == sorted(order) and len(set(order)) > 40
    assert [activity_of(one) for one in found[:4]] == ["total", "agriculture", "industry_construction", "services"]
    assert {one.card["indicator"] for one in found[:4]} == {"commune_product_growth"}
    sections = here.plan.target.set_index("indicator")["section"]
    first = {one.card["indicator"]: sections.loc[[one.card["indicator"]]].iloc[0] for one in found[4:]}
    parts = [section.split(".")[1] for section in first.values()]
    assert parts == sorted(parts), "programmes (B.I) before tasks (B.II), as in the text"


def test_the_order_is_that_of_the_plans_file_whatever_it_is(whole, october):
    import dataclasses

    here = october[0]
    turned = dataclasses.replace(here.plan, target=here.plan.target.iloc[::-1].reset_index(drop=True))
    again = known(whole, turned, whole.series, AS_OF)
    found = annual_review.lines(again, progress(again, whole))
    place = places(turned)
    order = [place(one.card["indicator"], activity_of(one)) for one in found]
    assert order == sorted(order) and found[0].card["indicator"] != "commune_product_growth"


def test_a_note_stands_once_below_and_its_mark_in_the_line(october):
    here, found = october
    table = annual_review.annex(here, found, "vi")
    notes = dict(note.split(" ", 1) for note in table.notes)
    assert list(notes) == [f"({n})" for n in range(1, len(notes) + 1)] and len(set(notes.values())) == len(notes)
    assert [notes[row[-1]] for row in table.rows] == [annual_review.note(one, "vi") for one in found]
    shown = table._repr_html_()
    assert all(shown.count(note) == 1 for note in table.notes) and shown.index("</table>") < shown.index(table.notes[0])
    assert repr(table).splitlines()[-len(notes) :] == list(table.notes)


@pytest.mark.parametrize(("lang", "words"), [("vi", ("giảm 12,5", "thấp hơn 12,5")), ("en", ("a fall of 12.5", "12.5"))])
def test_falls_are_said_in_words(october, lang, words):
    here, found = october
    table = annual_review.annex(here, found, lang)
    cells = [cell for row in table.rows for cell in row]
    assert not [cell for cell in cells if re.search(r"(?<!\w)[-+−]\d", cell)]
    kept = table.rows[[one.card["indicator"] for one in found].index("sch_std_share")]
    assert kept[7].startswith(words[0]) and kept[8].startswith(words[1])


def test_growth_below_zero_is_said_in_words(october):
    import dataclasses

    here, found = october
    fell = dataclasses.replace(line(found, "commune_product_growth"), before=-1.234, value=-2.5)
    row = annual_review.annex(here, [fell], "vi").rows[0]
    assert "giảm 1,23%" in row and "giảm 2,50%" in row
    assert " là giảm 2,50%, thấp hơn kế hoạch năm (10,9%) 13,40 điểm phần trăm." in annual_review.sentences([fell], "vi")


def test_answer_says_that_the_year_is_not_over(october, assessed, whole):
    rows = assessed[COMMUNE].progress
    mine = rows[rows["target_id"].isin(whole.plans[COMMUNE].annual_target["target_id"])]
    met = mine["verdict"].isin(["achieved", "exceeded"]).sum()
    text = annual_review.answer(*october, "vi")
    assert "Năm 2026 chưa hết, tạm lấy số 9 tháng 2026" in text and f"{met}/{len(mine)} chỉ tiêu kế hoạch năm đã đạt" in text


def test_march_reports_what_was_done(march):
    """The workbook of March 2027: the product 1,265,200 after 1,150,000 is 10.02 %, plan 10.9 %."""
    here, found, rows = march
    total = line(found, "commune_product_growth")
    assert total.whole and total.value == pytest.approx(100 * (1265200 / 1150000 - 1))
    assert total.change == pytest.approx(total.value - 100 * (1150000 / 1041713 - 1))
    planned = rows[rows["target_id"].isin(here.plan.annual_target["target_id"])]
    counts = planned["verdict"].value_counts()
    text = annual_review.answer(here, found, "vi")
    met = counts.get("achieved", 0) + counts.get("exceeded", 0)
    assert f"Năm 2026: {met}/{len(planned)} chỉ tiêu kế hoạch năm đạt và vượt" in text
    assert f"{counts.get('exceeded', 0)} chỉ tiêu vượt" in text and f"{counts.get('missed', 0)} chỉ tiêu không đạt" in text
    assert "so với năm trước" in annual_review.sentences([total], "vi")


@pytest.mark.parametrize(("status", "word"), [("A", " đạt "), ("P", " sơ bộ đạt "), ("E", " ước đạt ")])
def test_an_estimate_is_called_one(march, status, word):
    import dataclasses

    jobs = dataclasses.replace(line(march[1], "new_jobs"), status=status)
    assert word in annual_review.sentences([jobs], "vi")


def test_next_years_plan_joins(whole, october):
    import dataclasses

    plan = whole.plans[COMMUNE]
    later = plan.annual_target.assign(year=2027, target_id=plan.annual_target["target_id"] + "_next", value_low=1234.0)
    more = dataclasses.replace(plan, annual_target=pd.concat([plan.annual_target, later], ignore_index=True))
    here = known(whole, more, whole.series, AS_OF)
    found = annual_review.lines(here, progress(here, whole))
    assert line(found, "new_jobs").plan_next == 1234.0
    assert "Kế hoạch năm 2027" in [name for name, _ in annual_review.annex(here, found, "vi").columns]


def test_the_citys_real_figures_bear_no_notice(whole, assessed):
    here = known(whole, whole.plans[CITY], whole.series, AS_OF)
    found = annual_review.lines(here, assessed[CITY].progress)
    assert not annual_review.is_invented(found)
    text = annual_review.sentences(found, "vi")
    assert text == (
        "Tốc độ tăng GRDP 9 tháng 2026 là 12,08%, tăng 0,49 điểm phần trăm so với cùng kỳ, "
        "thấp hơn kế hoạch năm (13%) 0,92 điểm phần trăm."
    )


def test_short_history_and_none(whole):
    here = known(whole, whole.plans[COMMUNE], figures_of(whole, [SHORT], AS_OF, real(whole)), AS_OF)
    assert "9 tháng 2026" in annual_review.answer(here, annual_review.lines(here, progress(here, whole)), "vi")
    empty = known(whole, whole.plans[COMMUNE], whole.series.iloc[:0], AS_OF)
    found = annual_review.lines(empty, progress(empty, whole))
    assert "Chưa có số liệu năm 2026 của xã Thái Tân" in annual_review.answer(empty, found, "vi")
    assert annual_review.sentences(found, "vi").endswith("Không có dòng nào.")
    bare = known(whole, whole.plans[COMMUNE], whole.series, "2031-10-15")
    assert "Chưa có kế hoạch năm 2031" in annual_review.answer(bare, annual_review.lines(bare, progress(bare, whole)), "vi")
