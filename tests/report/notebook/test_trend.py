"""Growth, contributions and shares, by hand."""

import dataclasses

import pandas as pd
import pytest
from conftest import AS_OF
from variant import CITY, COMMUNE, SHORT, figures_of, known, real

from analysis.report.chart import chart_kind
from analysis.report.notebook import trend


@pytest.fixture(scope="module")
def commune(whole):
    return known(whole, whole.plans[COMMUNE], whole.series, AS_OF)


@pytest.fixture(scope="module")
def city(whole):
    return known(whole, whole.plans[CITY], whole.series, AS_OF)


def pieces(rows, period):
    return rows[rows["time_period"] == period].set_index("activity")["obs_value"]


def test_contribution_is_the_increase_over_the_total_of_the_year_before(commune):
    """2025: industry and construction (534,800 - 475,801) / 1,041,713 = 5.66 points; together the growth, 10.40."""
    found = pieces(trend.contributions(commune.own, trend.of_plan(commune)), "2025")
    assert found["agriculture"] == pytest.approx(100 * (184000 - 177093) / 1041713)
    assert found["industry_construction"] == pytest.approx(100 * (534800 - 475801) / 1041713)
    assert found["services"] == pytest.approx(100 * (431200 - 388819) / 1041713)
    assert round(found["industry_construction"], 2) == 5.66
    assert found.sum() == pytest.approx(100 * (1150000 / 1041713 - 1))


def test_contribution_of_nine_months_stands_beside_the_same_months(commune):
    found = pieces(trend.contributions(commune.own, trend.of_plan(commune)), "2026-09")
    assert found["industry_construction"] == pytest.approx(100 * (435275 - 389334) / 840844)


def test_published_contributions_stand_where_no_levels_are(city):
    """Hải Phòng 2025: 7.62 + 3.38 + 0.19 + 0.62 = 11.81."""
    found = pieces(trend.contributions(city.own, trend.of_plan(city)), "2025")
    assert found.to_dict() == {
        "agriculture": 0.19,
        "industry_construction": 7.62,
        "services": 3.38,
        "taxes_less_subsidies": 0.62,
    }
    assert round(found.sum(), 2) == 11.81


def test_an_area_without_the_plans_product_is_looked_at_by_its_own(whole):
    """The country beside the commune's plan: its GDP, not "no two comparable years"."""
    country = whole.areas[whole.areas["kind"] == "country"].iloc[0]
    plan = dataclasses.replace(
        whole.plans[COMMUNE], ref_area=country["ref_area"], area_valid_from=country["valid_from"].date()
    )
    here = known(whole, plan, whole.series, AS_OF)
    which = trend.product(here)
    assert which.concept == "grdp"
    text = trend.answer(here, which, trend.compared(here, which, "vi"), trend.contributions(here.own, which), "vi")
    assert "GDP năm 2025 tăng 8,02%" in text


def test_levels_that_do_not_add_are_not_put_together(commune):
    which = trend.of_plan(commune)
    own = commune.own.copy()
    spoilt = (own["indicator"] == which.constant) & (own["activity"] == "services") & (own["time_period"] == "2024")
    own.loc[spoilt, "obs_value"] += 5000  # as chain-linked levels would: half a percent off
    assert "2024" not in trend.levels(own, which.constant, which.parts, "A").index
    periods = set(trend.contributions(own, which)["time_period"])
    assert {"2023", "2026-09"} <= periods and not {"2024", "2025"} & periods


def test_no_change_is_taken_across_a_break(commune):
    which = trend.of_plan(commune)
    own = commune.own.copy()
    broken = (own["indicator"] == which.constant) & (own["activity"] == "total") & (own["time_period"] == "2024")
    own.loc[broken, "break_flag"] = True
    periods = set(trend.contributions(own, which)["time_period"])
    assert "2024" not in periods and "2025" in periods


def test_shares(commune, city):
    found, prices = trend.shares(commune.own, trend.of_plan(commune))
    assert prices == "Q"  # the commune has no current-price figures by part
    assert pieces(found, "2025").round(1).to_dict() == {"agriculture": 16.0, "industry_construction": 46.5, "services": 37.5}
    found, prices = trend.shares(city.own, trend.of_plan(city))
    assert prices == "V" and pieces(found, "2025").sum() == pytest.approx(100)


def test_city_and_country_stand_beside_by_their_own_product(commune):
    rows = trend.compared(commune, trend.of_plan(commune), "vi")
    assert list(dict.fromkeys(rows["area"])) == [
        "Xã Thái Tân (tổng giá trị sản phẩm trên địa bàn)",
        "Thành phố Hải Phòng (GRDP)",
        "Cả nước (GDP)",
    ]


def said(here, lang="vi"):
    which = trend.product(here)
    return trend.answer(here, which, trend.compared(here, which, lang), trend.contributions(here.own, which), lang)


@pytest.mark.parametrize(
    ("change", "words"), [(0.0, "tăng nhanh hơn"), (-30000.0, "tăng chậm hơn"), (-200000.0, "suy giảm")]
)
def test_answer_follows_the_figures(commune, whole, change, words):
    """Growth 2025: 10.40, 7.52 and -8.80 % after 9.12 % in 2024."""
    series = commune.series.copy()
    total = (series["ref_area"] == commune.plan.ref_area) & (series["activity"] == "total") & (series["freq"] == "A")
    growth = total & (series["indicator"] == "commune_product_growth") & (series["time_period"] == "2025")
    series.loc[growth, "obs_value"] = 100 * ((1150000 + change) / 1041713 - 1)
    text = said(known(whole, commune.plan, series, AS_OF))
    assert words in text and "nan" not in text


def test_one_year_and_nine_months(whole):
    here = known(whole, whole.plans[COMMUNE], figures_of(whole, [SHORT], AS_OF, real(whole)), AS_OF)
    text = said(here)
    assert "Chưa thấy được xu hướng" in text and "cấp trên năm 2025: thành phố Hải Phòng (GRDP) tăng 11,81%" in text
    levels = trend.level_table(here, trend.of_plan(here), "vi").rows
    assert [row[:3] for row in levels] == [["2025", "1.150.000", "sơ bộ"], ["9 tháng 2026", "924.138", "ước tính"]]


def test_no_figure_at_all(whole):
    here = known(whole, whole.plans[COMMUNE], whole.series.iloc[:0], AS_OF)
    assert "Chưa thấy được xu hướng" in said(here) and "No trend" in said(here, "en")
    assert trend.level_table(here, trend.of_plan(here), "vi").rows == []
    assert isinstance(trend.shares(here.own, None)[0], pd.DataFrame)


def test_every_kind_of_chart_keeps_to_the_schema():
    import altair

    growth = pd.DataFrame({"area": ["a", "b"], "year": [2024, 2025], "obs_value": [1.0, 2.0]})
    parts = pd.DataFrame({"part": ["a", "b"], "period": ["2024", "2024"], "place": [0, 1], "obs_value": [1.0, 2.0]})
    for spec in (
        chart_kind.growth_lines(growth, "vi"),
        chart_kind.parts_stack(parts, "chart_contribution", "vi"),
        chart_kind.years_known("vi"),
    ):
        altair.LayerChart.from_dict(chart_kind.noticed(spec, True, "vi"))
