"""Every state a target can be in, on the project's own data and on the workbooks that may come."""

import dataclasses
import math

import by_hand
import numpy as np
import pandas as pd
import pytest
from conftest import AS_OF
from variant import LATER, SHORT, figures_of

from analysis.progress import verdict
from analysis.progress.assess import assess
from analysis.projection.pool import Pool, from_series
from analysis.schema.codelist import CODELISTS
from analysis.schema.out import POOL
from analysis.schema.table import empty

PLAN = "thai_tan_2026_2030"


def rows_of(figures, whole, day, plan=None):
    one = plan or whole.plans[PLAN]
    own = figures[figures["ref_area"] == one.ref_area]
    pool = from_series(figures, whole.cards, whole.areas)
    return assess(own, one, "baseline", pool, day).progress.set_index("target_id")


@pytest.fixture(scope="module")
def long_file(whole):
    return whole.register[whole.register["illustrative"].astype(bool)]


@pytest.fixture(scope="module")
def in_2027(whole, long_file):
    figures = figures_of(whole, [LATER], "2027-03-25", long_file)
    return rows_of(figures, whole, "2027-03-25")


@pytest.fixture(scope="module")
def short(whole):
    return rows_of(figures_of(whole, [SHORT], AS_OF, whole.register[:0]), whole, AS_OF)


def test_every_verdict_state_occurs(assessed, in_2027, whole):
    seen = {verdict for one in assessed.values() for verdict in one.progress["verdict"]} | set(in_2027["verdict"])
    seen.add(one_point(whole, {}, (45.0, 44.0, 43.0, 42.0, 41.0))["verdict"])  # none of the plans' targets falls for years
    assert seen == set(CODELISTS["verdict"])


def test_every_binding_target_has_a_row_and_a_state(whole, assessed):
    for plan_id, one in whole.plans.items():
        ids = set(one.target.loc[one.target["binding"], "target_id"])
        ids |= set(one.annual_target.loc[one.annual_target["binding"], "target_id"])
        assert set(assessed[plan_id].progress["target_id"]) == ids


def test_a_year_later_misses_are_misses(in_2027):
    """The second workbook: insurance 95.7 % of 96, disbursement 97.3 %, waste 98.2 % of 100 each year."""
    assert in_2027.loc["hi_cov_2026", "verdict"] == "missed"
    for target in ("disburse_public", "waste_collect"):
        assert in_2027.loc[target, "verdict"] == "missed" and "year_failed" in in_2027.loc[target, "reasons"]
    assert in_2027.loc["grdp_total", "required_rate"] == pytest.approx(100 * ((1.109**5 / (1265200 / 1150000)) ** 0.25 - 1))


def test_open_sdg_needs_a_year_after_the_base(whole, long_file, in_2027):
    figures = figures_of(whole, [LATER], "2027-03-25", long_file)
    own = figures[figures["ref_area"] == "10642"]
    pool = from_series(figures, whole.cards, whole.areas)
    classes = assess(own, whole.plans[PLAN], "baseline", pool, "2027-03-25").official_class
    row = classes[(classes["target_id"] == "income_pc") & (classes["rule"] == "open_sdg")].iloc[0]
    ratio = (96.2 / 86.4 - 1) / 0.135
    assert row["score"] == pytest.approx(7.1429 * ratio - 4.2857) and row["class"] == "acceleration_needed"


def test_short_history_gives_required_path_and_no_claim(short):
    measured = short[~short["kind"].isin(["judged", "external", "not_local"])]
    lost = ["part_year_below" in codes for codes in measured["reasons"]]
    assert sum(lost) and set(measured.loc[lost, "verdict"]) == {"risk"}, "what is seen within the year needs no history"
    assert set(measured.loc[~np.array(lost), "verdict"]) <= {"insufficient", "achieved", "not_due", "missed"}
    row = short.loc["grdp_total"]
    assert row["verdict"] == "insufficient" and "too_few_points" in row["reasons"]
    assert row["required_rate"] > 10 and np.isnan(row["probability"])
    assert short["probability"].isna().all()


def one_point(whole, changes, values=(41.0,), indicator="ent_active", target="ent_active_2030"):
    """The row of one target whose indicator has these yearly figures, the last in 2025."""
    template = whole.series[whole.series["indicator"] == indicator]
    template = template[template["freq"] == "A"].iloc[[0] * len(values)]
    years = [str(2025 - len(values) + 1 + n) for n in range(len(values))]
    figures = template.assign(time_period=years, obs_value=list(values), break_flag=False).reset_index(drop=True)
    plan = whole.plans[PLAN]
    targets = plan.target[plan.target["target_id"] == target].assign(**changes)
    plan = dataclasses.replace(plan, target=targets, annual_target=plan.annual_target.iloc[:0])
    pool = Pool(empty(POOL), whole.cards, whole.areas)
    return assess(figures, plan, "baseline", pool, AS_OF).progress.iloc[-1]


@pytest.mark.parametrize(
    ("changes", "values", "verdict"),
    [
        ({}, (41.0,), "insufficient"),  # one point
        ({"value_low": 30.0}, (41.0,), "achieved"),  # the base is above the target
        ({"deadline": 2025, "base_year": 2020}, (22.0, 41.0), "missed"),  # past its deadline
        ({"deadline": 2025, "base_year": 2020, "value_low": 40.0}, (22.0, 41.0), "achieved"),
        ({"deadline": 2025, "base_year": 2020, "value_low": 40.0, "value_high": 40.5}, (22.0, 41.0), "exceeded"),
        ({"deadline": 2035}, (41.0,), "not_due"),
        ({}, (41.0, 41.0, 41.0, 41.0, 41.0), "risk"),  # constant below the target
        ({}, (45.0, 44.0, 43.0, 42.0, 41.0), "reversing"),
        ({}, (0.0, 0.0, 0.0, 0.0, 0.0), "risk"),
        ({"kind": "multiply", "value_low": 2.0, "value_high": np.nan}, (0.0, 0.0, 0.0, 0.0, 0.0), "insufficient"),
        ({"comparator": "le", "value_low": 10.0, "value_high": np.nan}, (45.0, 44.0, 43.0, 42.0, 41.0), "risk"),
    ],
)
def test_odd_targets_have_a_defined_state(whole, changes, values, verdict):
    row = one_point(whole, changes, values)
    assert row["verdict"] == verdict
    assert row["reasons"], "a state always says why"


def test_nothing_known_of_an_area(whole):
    rows = rows_of(whole.series.iloc[:0], whole, AS_OF)
    assert set(rows["verdict"]) == {"insufficient", "judged", "external", "not_local", "not_due"}


def test_keep_each_year_is_missed_by_one_year(whole):
    """More than 90 %: 2023 had 90 and counts when the period holds it, whatever came after."""
    values = (95.0, 95.0, 90.0, 95.0, 95.0)
    row = one_point(whole, {"base_year": 2022}, values, "cult_family_share", "cult_family")
    assert row["verdict"] == "missed" and "year_failed" in row["reasons"]
    row = one_point(whole, {"base_year": 2023}, values, "cult_family_share", "cult_family")
    assert row["verdict"] == "effort" and "year_failed" not in row["reasons"]
    # two straight years, entered from below: the formula, less what such streaks fell short over five years
    formula = math.prod((2.3 + j) / (2.5 + j) for j in range(5))
    short = 0.71 / math.prod((3.3 + j) / (3.5 + j) for j in range(5))
    assert row["probability"] == pytest.approx(formula * short)


def test_levels_before_an_unlinked_break_change_nothing(whole):
    """Whatever is added to the figures of 2019, a break in 2020 keeps it out of every number of every target."""
    plan = whole.plans[PLAN]
    own = whole.series[whole.series["ref_area"] == plan.ref_area]
    broken = own.assign(break_flag=own["break_flag"] | (own["time_period"] == "2020"))
    before = broken["time_period"] < "2020"
    pool = Pool(empty(POOL), whole.cards, whole.areas)

    def assessed(added):
        moved = broken.assign(obs_value=broken["obs_value"].where(~before, broken["obs_value"] * 3 + added))
        return assess(moved, plan, "baseline", pool, AS_OF)

    first, second = assessed(0.0), assessed(1e6)
    for name in ("progress", "projection"):
        pd.testing.assert_frame_equal(getattr(first, name), getattr(second, name), check_exact=True)
    assert first.progress["probability"].notna().sum() > 20
    unbroken = assess(own, plan, "baseline", pool, AS_OF).progress
    assert not unbroken["probability"].equals(first.progress["probability"])


@pytest.mark.parametrize("rows", [2, 3, 4, 5])
def test_with_fewer_than_five_points_only_the_path_is_said(whole, rows):
    """The first years of every series are taken away: kinds of every sort, nothing is claimed before five are there."""
    plan = whole.plans[PLAN]
    own = whole.series[whole.series["ref_area"] == plan.ref_area]
    recent = own[own["time_period"].str.slice(0, 4).astype(int) > 2025 - rows]
    pool = Pool(empty(POOL), whole.cards, whole.areas)
    progress = assess(recent, plan, "baseline", pool, AS_OF).progress
    said = progress["probability"].notna()
    assert said.any() == (rows == 5)
    assert not (said & progress["verdict"].eq("insufficient")).any()
    assert progress["required_rate"].notna().sum() > 20


def test_an_estimate_after_the_base_year_counts_with_its_usual_revision(whole, long_file):
    """Were the income of 2026 an estimate: a revision of -0.23 points on average, 0.95 either way, beside the law's own."""
    figures = figures_of(whole, [LATER], "2027-03-25", long_file)
    newest = figures["indicator"].isin(["income_pc", "income_pc_growth"]) & (figures["time_period"] == "2026")
    figures = figures.assign(obs_status=figures["obs_status"].where(~newest, "E"))
    own = figures[(figures["indicator"] == "income_pc") & (figures["freq"] == "A") & (figures["ref_area"] == "10642")]
    steps = np.diff(np.log(own.sort_values("time_period")["obs_value"].to_numpy()))
    row = rows_of(figures, whole, "2027-03-25").loc["income_pc"]
    assert (row["latest_status"], row["latest_period"], row["n_points"]) == ("E", "2026", len(steps))
    ahead = by_hand.around(steps.mean(), steps.std(ddof=1), len(steps), 4, start=0.0095)
    known = steps[-1] - 0.0023
    for name, level in {"projected_value": 0.5, "lo80": 0.1, "hi80": 0.9}.items():
        assert row[name] == pytest.approx(by_hand.quantile(ahead, level, known)), name


@pytest.mark.parametrize(
    ("changes", "grade"),
    [
        ({}, "strong"),
        ({"n_points": 7}, "medium"),
        ({"latest_status": "E"}, "medium"),
        ({"last": 2024.0}, "medium"),
        ({"last": 2023.0}, "weak"),
        ({"last": np.nan}, "weak"),
        ({"n_points": 4}, "weak"),
        ({"recent_break": True}, "weak"),
        ({"recent_conflict": True}, "weak"),
        ({"illustrative": True}, "weak"),
    ],
)
def test_evidence_by_its_rule(changes, grade):
    """Eight official points to last year, without break, conflict or invention; one thing less at a time."""
    marks = dict.fromkeys(("recent_break", "recent_conflict", "illustrative"), False)
    row = {"n_points": 8, "latest_status": "A", "last": 2025.0, "as_of": AS_OF, **marks, **changes}
    assert verdict.evidence(pd.DataFrame([row])).tolist() == [grade]


def test_a_count_within_the_year_that_says_otherwise_lowers_the_chance(whole):
    """Schools at standard: met each year to 2025, 87.5 % in September; three quarters would be said by the years alone."""
    plan = whole.plans[PLAN]
    own = whole.series[whole.series["ref_area"] == plan.ref_area]
    pool = Pool(empty(POOL), whole.cards, whole.areas)

    def row(series):
        return assess(series, plan, "baseline", pool, AS_OF).progress.set_index("target_id").loc["sch_std_term"]

    now, before = row(own), row(own[own["freq"] == "A"])
    assert 0 < now["probability"] < 0.2 and now["verdict"] == "risk" and "part_year_below" in now["reasons"]
    assert before["probability"] > 0.5 and before["verdict"] == "effort"


LAPSE = "no_longer_held"


@pytest.mark.parametrize(
    ("target", "values", "verdict", "codes"),
    [
        # kept for years, then one of eight schools fewer: what happened is said, no direction
        ("clean_water", (100.0, 100.0, 100.0, 100.0, 100.0, 87.5), "behind", {LAPSE}),
        ("clean_water", (100.0, 100.0, 100.0, 100.0, 87.5), "behind", {LAPSE}),
        # entered from below, kept, lost
        ("clean_water", (90.0, 95.0, 100.0, 100.0, 100.0, 87.5), "risk", {LAPSE}),
        # every year starts again: one bad year after years that went up and down around the same level
        ("disburse_public", (96.2, 98.4, 96.2, 93.2, 98.6, 96.9, 94.6), "risk", {"below_each_year"}),
        ("budget_rev", (104.0, 101.0, 106.0, 103.0, 105.0, 99.0), "behind", {LAPSE}),
        # falling for years, with or without the last
        ("clean_water", (99.0, 98.0, 97.5, 96.0, 95.0, 94.0), "reversing", {"moving_away", "below_each_year"}),
        ("disburse_public", (99.0, 98.0, 97.5, 96.0, 95.0, 94.0), "reversing", {"moving_away", "below_each_year"}),
        ("budget_rev", (104.0, 103.0, 101.0, 99.0, 98.0, 97.0), "reversing", {"moving_away", "below_each_year"}),
        # never met and no worse than before
        ("clean_water", (94.0, 95.0, 94.0, 95.0, 94.0, 95.0), "risk", {"below_each_year"}),
    ],
)
def test_one_lost_year_is_no_direction(whole, target, values, verdict, codes):
    rows = whole.plans[PLAN].target
    indicator = rows.loc[rows["target_id"] == target, "indicator"].iloc[0]
    row = one_point(whole, {}, values, indicator, target)
    assert row["verdict"] == verdict
    said = {"moving_away", "below_each_year", LAPSE, "level_held", "part_year_below", "part_year_restored"}
    assert set(row["reasons"]) & said == codes


def test_a_level_with_a_deadline_that_was_met_and_lost_has_no_direction_either(whole):
    """Insured: 100 % for years, then 87.5 %; the average of five changes is negative through one of them."""
    lost = one_point(whole, {"value_low": 100.0}, (100.0, 100.0, 100.0, 100.0, 100.0, 87.5), "hi_coverage", "hi_cov_2030")
    fell = one_point(whole, {"value_low": 100.0}, (100.0, 98.0, 95.0, 92.0, 90.0, 87.5), "hi_coverage", "hi_cov_2030")
    assert (lost["verdict"], fell["verdict"]) == ("risk", "reversing")


def test_within_the_year_a_level_is_lost_or_found_again(whole):
    """Clean water in September: 95 % after years of 100 %; 100 % after a year of 95 %."""
    plan = whole.plans[PLAN]
    own = whole.series[(whole.series["indicator"] == "clean_water_share") & (whole.series["ref_area"] == plan.ref_area)]
    pool = Pool(empty(POOL), whole.cards, whole.areas)

    def row(year, month):
        value = own["obs_value"].mask(own["time_period"] == "2025", year).mask(own["time_period"] == "2026-09", month)
        progress = assess(own.assign(obs_value=value), plan, "baseline", pool, AS_OF).progress
        return progress.set_index("target_id").loc["clean_water"]

    lost, found = row(100.0, 95.0), row(95.0, 100.0)
    assert lost["verdict"] == "risk" and lost["reasons"][0] == "part_year_below" and "level_held" not in lost["reasons"]
    assert "part_year_restored" in found["reasons"] and "below_each_year" not in found["reasons"]
    assert found["verdict"] != "reversing" and lost["probability"] < found["probability"] < 1


def test_a_sum_has_no_best_pace(whole, assessed):
    """What comes in a year is an amount; the growth of the country's investment, in percent, is no pace of it."""
    rows = assessed[PLAN].progress
    sums = rows[rows["kind"] == "cumulative"]
    assert len(sums) and sums["required_rate"].notna().all()
    assert sums[["best_own_rate", "best_peer_rate"]].isna().all(axis=None)
