"""What would still get there: the levers, the path and the sentence, beside out.progress."""

import json

import pytest
from conftest import AS_OF
from variant import CITY, COMMUNE, SHORT, figures_of, known, progress, real

from analysis.report.chart import chart_kind
from analysis.report.notebook import what_if
from analysis.report.words import number
from analysis.scenario import lever


@pytest.fixture(scope="module")
def commune(whole, assessed):
    here = known(whole, whole.plans[COMMUNE], whole.series, AS_OF)
    return here, what_if.case(here, assessed[COMMUNE].progress)


@pytest.fixture(scope="module")
def city(whole, assessed):
    here = known(whole, whole.plans[CITY], whole.series, AS_OF)
    return here, what_if.case(here, assessed[CITY].progress)


def test_levers_are_the_levels_of_the_base_year_at_the_targets_of_the_parts(commune):
    _, case = commune
    assert [(one.level, one.rate) for one in case.levers] == [(184000, 2.5), (534800, 11), (431200, 12)]
    assert [round(share, 1) for share in lever.shares(case.levers)] == [16.0, 46.5, 37.5]


def test_answer_prints_what_out_progress_says(commune, city, assessed):
    for (here, case), plan, target in ((commune, COMMUNE, "grdp_total"), (city, CITY, "grdp_growth_2026_2030")):
        row = assessed[plan].progress.set_index("target_id").loc[target]
        for lang in ("vi", "en"):
            text = what_if.answer(here, case, lang)
            for name in ("required_rate", "projected_value", "best_own_rate"):
                assert number.show(row[name], "percent:2", lang) in text
    text = what_if.answer(*commune, "vi")
    assert "10,20%/năm, còn thiếu 0,70 điểm phần trăm" in text and "12,44%/năm" in text


def test_parts_that_overshoot_need_nobody(commune):
    here, case = commune
    parts = {name: {**row, "target": 12.0} for name, row in case.parts.items()}
    levers = tuple(lever.Lever(one.name, one.level, 12.0) for one in case.levers)
    better = what_if.Case(case.goal, case.card, parts, levers, case.invented)
    assert "hơn 1,10 điểm phần trăm so với 10,9%" in what_if.answer(here, better, "vi")


def test_shares_that_can_be_are_not_called_impossible(commune):
    _, case = commune
    few = tuple(lever.Lever(one.name, level, one.rate) for one, level in zip(case.levers, (10.0, 15.0, 75.0), strict=True))
    text = what_if.coherence(what_if.Case(case.goal, case.card, case.parts, few, False), "vi")
    assert "với 10,0% thì cần 75,0%." in text and "Không cơ cấu nào" not in text


def test_coherence_line(commune, city):
    text = what_if.coherence(commune[1], "vi")
    assert "8,5 lần" in text and "trừ 10,0 điểm phần trăm" in text and "126,0%" in text
    assert text.endswith("Không cơ cấu nào cho được tỷ trọng đó: phải nâng tốc độ tăng của các ngành.")
    assert "chỉ xét tăng trưởng chung" in what_if.coherence(city[1], "vi")


def test_plan_without_parts_has_the_total_alone(city):
    _, case = city
    assert case.levers == () and "mọi ngành" in what_if.levers(case, "vi").empty
    spec = what_if.sliders(case, "vi").specification
    values = {one["name"]: one["value"] for one in spec["params"]}
    assert values == {"rate_from_2026": 12.08, "rate_from_2027": 13.23}


def test_sliders_need_no_server_and_carry_the_notice(commune):
    data = what_if.sliders(commune[1], "vi")._repr_mimebundle_()
    spec = data[chart_kind.MEDIA_TYPE]
    assert [one["bind"]["input"] for one in spec["params"]] == ["range"] * 3
    assert spec["title"]["text"].startswith("SỐ LIỆU GIẢ ĐỊNH")
    assert "url" not in json.dumps(spec["data"])


def test_path_after_a_first_year(commune):
    rows = dict(what_if.path(commune[1], "vi").rows)
    assert rows["Nếu năm 2026 tăng 8%, từ năm 2027 mỗi năm cần"] == "11,64%"


def test_one_point_still_has_a_path(whole):
    here = known(whole, whole.plans[COMMUNE], figures_of(whole, [SHORT], AS_OF, real(whole)), AS_OF)
    case = what_if.case(here, progress(here, whole))
    assert "10,20%" in what_if.answer(here, case, "vi") and len(case.levers) == 3


def test_no_base_and_no_goal_are_said(whole):
    here = known(whole, whole.plans[COMMUNE], whole.series.iloc[:0], AS_OF)
    case = what_if.case(here, progress(here, whole))
    assert "chưa có số liệu năm gốc 2025" in what_if.answer(here, case, "vi")
    assert "8,5 lần" in what_if.coherence(case, "vi")
    for show in (what_if.levers, what_if.path, what_if.sliders):
        assert "nan" not in str(show(case, "vi"))
        assert show(None, "vi").rows == []
