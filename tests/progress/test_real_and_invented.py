"""Real and invented never meet: not in a benchmark, not in a plan of the year, not on another day than the right one."""

import pandas as pd
import pytest
from conftest import AS_OF
from variant import known

from analysis import observation
from analysis.plan import plan as plan_of
from analysis.progress.assess import assess
from analysis.projection.pool import from_series, peers
from analysis.report.chart import target_chart
from analysis.report.notebook import trend
from analysis.report.page import target_page, target_text
from analysis.report.words import binding
from pipelines import step2_validate, step4_report

COMMUNE, CITY = "thai_tan_2026_2030", "hai_phong_2026_2030"
OWN, NEIGHBOUR = "10642", "10660"


def place(series, code):
    return series[series["ref_area"] == code]


@pytest.fixture(scope="module")
def real(whole):
    """The commune's figures as if they were its own."""
    return place(whole.series, OWN).assign(illustrative=False)


def rows_of(series, whole, plan, pool=None):
    pool = pool or from_series(series, whole.cards, whole.areas)
    progress = assess(series, plan, "baseline", pool, AS_OF).progress
    return progress[progress["ref_area"] == plan.ref_area].set_index("target_id")


def test_an_invented_neighbour_is_no_benchmark_and_a_real_one_is(whole, real):
    """The neighbour grows twice as fast: what the best other commune did, and what communes do on average."""
    faster = real.assign(ref_area=NEIGHBOUR, obs_value=real["obs_value"] ** 2)
    plan = whole.plans[COMMUNE]
    invented, true = (pd.concat([real, faster.assign(illustrative=flag)], ignore_index=True) for flag in (True, False))
    alone = rows_of(real, whole, plan)
    beside = rows_of(place(invented, OWN), whole, plan, from_series(invented, whole.cards, whole.areas))
    pd.testing.assert_frame_equal(alone, beside)
    pool = from_series(true, whole.cards, whole.areas)
    assert rows_of(place(true, OWN), whole, plan, pool).loc["grdp_total", "best_peer_rate"] > 15
    asked = pd.DataFrame(
        [{"indicator": "commune_product_q", "ref_area": OWN, "activity": "total", "kind": "commune"}]
    ).assign(area_valid_from=real["area_valid_from"].iloc[0])
    assert peers(pool, "log_change_mean", asked).notna().all()
    assert peers(from_series(invented, whole.cards, whole.areas), "log_change_mean", asked).isna().all()


def test_the_shipped_example_is_in_no_benchmark(whole):
    assert OWN not in set(whole.pool.table["ref_area"]) and "31" in set(whole.pool.table["ref_area"])


def test_nothing_invented_is_drawn_or_told_beside(whole, assessed, tables):
    """As if the country's and the city's figures were invented."""
    others = whole.series.assign(illustrative=True)
    plan = whole.plans[COMMUNE]
    city = assessed[CITY].progress.set_index("target_id", drop=False).loc["grdp_growth_2026_2030"].to_dict()
    for series, seen in ((whole.series, True), (others, False)):
        drawn = target_chart.rows(series, assessed[CITY].projection, city, "grdp_volume_index", "VN")
        assert ("peer" in set(drawn["line"])) == seen
        frames = {**tables, "core.series": series}
        page = target_text.index(frames, binding.Bindings(frames, {}))
        assert bool(target_page._country(page, "grdp_volume_index", city)) == seen
        here = known(whole, plan, series, AS_OF)
        compared = trend.compared(here, trend.product(here), "vi")
        assert (set(compared["place"]) == {0, 1, 2}) == seen and 0 in set(compared["place"])


def test_invented_targets_of_a_year_end_with_the_first_real_figure_of_their_area(whole, real):
    plan = whole.plans[COMMUNE]
    invented = set(plan.annual_target["target_id"])
    assert len(invented) == 45 and invented <= set(rows_of(place(whole.series, OWN), whole, plan).index)
    one = real.tail(1)
    assert not invented & set(rows_of(one, whole, plan).index)
    both = pd.concat([one, place(whole.series, OWN).assign(ref_area=NEIGHBOUR)], ignore_index=True)
    pool = from_series(both, whole.cards, whole.areas)
    progress = assess(both, plan, "baseline", pool, AS_OF).progress
    assert not invented & set(progress.loc[progress["ref_area"] == OWN, "target_id"])
    assert invented <= set(progress.loc[progress["ref_area"] == NEIGHBOUR, "target_id"]), "every area for itself"
    assert plan_of.standing(plan, whole.series) is plan and plan_of.standing(plan, real.iloc[:0]) is plan
    assert plan_of.standing(plan, one).annual_target.empty
    kept = plan_of.standing(whole.plans[CITY], whole.series).annual_target
    assert len(kept) == len(whole.plans[CITY].annual_target) > 0


def test_pages_checks_and_tables_of_a_run_have_none_from_the_vintage_on(whole, tables, monkeypatch):
    """One real figure published on 10 October: a run of the ninth shows the invented ones, one of the tenth none."""
    all_ = whole.result.observation
    mine = all_["ref_area"] == OWN
    first = all_[mine].head(1).assign(illustrative=False, vintage=pd.Timestamp("2026-10-10"), obs_id="first")
    frames = {**tables, "core.observation": pd.concat([all_, first.astype(all_.dtypes)], ignore_index=True)}
    for day, left in (("2026-10-09", int(mine.sum())), ("2026-10-10", 0)):
        standing = observation.as_of(frames["core.observation"], whole.reference["source"], day)
        checked = step2_validate.known_on(frames, day)
        series = frames["core.series"]
        if not left:
            series = pd.concat([series[~series["illustrative"]], place(series, OWN).tail(1).assign(illustrative=False)])
        monkeypatch.setattr(step4_report.store, "read_tables", lambda *_, series=series: frames | {"core.series": series})
        heading = step4_report.Given({}, list(whole.plans.values()), {"run_id": "x", "as_of": day})
        given = step4_report._whole(heading, "any.duckdb")
        for rows in (checked["core.observation"], given.tables["core.observation"]):
            assert rows["illustrative"].sum() == left
        assert standing["illustrative"].any() == bool(left) == checked["core.standing"]["illustrative"].any()
        assert given.tables["core.annual_target"]["illustrative"].sum() == (45 if left else 0)
        assert len(given.plans[1].annual_target) == (45 if left else 0)
