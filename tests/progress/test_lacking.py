"""What to hand in next: handing it in, step by step, makes known exactly what was said."""

import dataclasses
import re

import pandas as pd
import pytest
from conftest import AS_OF

from analysis import observation, series
from analysis.progress import lacking, summary
from analysis.progress.assess import assess
from analysis.projection.pool import from_series
from analysis.schema.core import CONFLICT, OBSERVATION
from analysis.schema.table import conform, empty

COMMUNE = "10642"
PLAN = "thai_tan_2026_2030"
ALTOGETHER = 3  # steps that are assessed one by one; then all the rest at once


@pytest.fixture(scope="module")
def handed_in(whole):
    """The two first lines of a form filled in: product and population, of three years; nothing is invented."""
    own = whole.result.observation[whole.result.observation["ref_area"] == COMMUNE]
    lines = own["indicator"].isin(["commune_product_q", "population_registered"]) & (own["activity"] == "total")
    years = own["time_period"].isin(["2023", "2024", "2025"])
    return own[lines & years].assign(illustrative=False)


def known_from(observed, whole, day=AS_OF, plan=None):
    """core.series of the commune and its rows of out.progress, from observations."""
    standing = observation.as_of(observed, whole.reference["source"], day)
    figures = series.derive(standing, empty(CONFLICT), whole.cards)
    pool = from_series(figures, whole.cards, whole.areas)
    return figures, assess(figures, plan or whole.plans[PLAN], "baseline", pool, day).progress


def next_steps(observed, whole, day=AS_OF):
    figures, progress = known_from(observed, whole, day)
    return lacking.of_plan(progress, whole.plans[PLAN].target, figures, whole.cards)


def unknown(progress, whole):
    rows = summary.headline(progress, whole.plans[PLAN].target)
    return set(rows.loc[rows["verdict"] == "insufficient", "target_id"])


def entered(observed, rows, whole):
    """The observations with those of `rows` added: growing by 8 %, of a share never more than the whole, a flag 1."""
    parts = {name for text in whole.cards["formula"].dropna() for name in re.findall(r"100 \* \(?(\w+)", text)}
    cards = whole.cards.set_index("indicator")
    made = []
    for row in rows.itertuples():
        card = cards.loc[row.indicator]
        for year in row.years:
            size = 4 if card["transform"] == "binomial" else 30 if row.indicator in parts else 60
            value = 1.0 if card["transform"] == "flag" else float(size + year - 2020)
            value = min(value, card["upper"]) if card["upper"] == card["upper"] else value
            made.append(
                {
                    **observed.iloc[0].to_dict(),
                    **{name: card[name] for name in ("unit_measure", "prices", "concept")},
                    "indicator": row.indicator,
                    "activity": row.activity,
                    "time_period": str(year),
                    "obs_value": value,
                    "base_per": "2010" if card["prices"] == "Q" else "_Z",
                    "obs_id": f"{row.indicator}|{row.activity}|{year}",
                }
            )
    return conform(pd.concat([observed, pd.DataFrame(made)], ignore_index=True), OBSERVATION)


def test_each_step_makes_known_what_it_says_and_nothing_else(handed_in, whole):
    rows = next_steps(handed_in, whole)
    before = unknown(known_from(handed_in, whole)[1], whole)
    assert set().union(*rows["targets"]) == before and len(before) > 40
    observed = handed_in
    steps = [step for _, step in rows.groupby("step")]
    for step in [*steps[:ALTOGETHER], pd.concat(steps[ALTOGETHER:])]:
        observed = entered(observed, step, whole)
        after = unknown(known_from(observed, whole)[1], whole)
        assert before - after == set().union(*step["targets"]), step[["indicator", "years"]].to_string()
        before = after
    assert before == set() and next_steps(observed, whole).empty


def test_a_figure_of_a_step_left_out_leaves_its_targets_unknown(handed_in, whole):
    rows = next_steps(handed_in, whole)
    pair = rows[rows["step"].map(rows["step"].value_counts()) == 2].iloc[:2]
    for left_out in (0, 1):
        one = entered(handed_in, pair.drop(index=pair.index[left_out]), whole)
        assert set(pair["targets"].iloc[0]) <= unknown(known_from(one, whole)[1], whole)
    year_less = pair.assign(years=[years[:-1] for years in pair["years"]])
    assert set(pair["targets"].iloc[0]) <= unknown(known_from(entered(handed_in, year_less, whole), whole)[1], whole)


def test_the_figure_that_settles_most_stands_first(handed_in, whole):
    """Enterprises settle two targets (their number, and twice as many); people insured two as well (96 % in 2026, all in
    2030), but with the population, of which three of the five years are there.
    """
    rows = next_steps(handed_in, whole)
    first, second = (rows[rows["step"] == step].set_index("indicator") for step in (1, 2))
    assert first["targets"].tolist() == [["ent_active_2030", "ent_double_2030"]]
    assert first["years"].tolist() == [[2021, 2022, 2023, 2024, 2025]]
    supplier = whole.cards.set_index("indicator")["supplier_vi"]
    assert first["supplier_vi"].to_dict() == {"ent_active": supplier["ent_active"]}
    assert sorted(second.index) == ["hi_insured", "population_registered"]
    assert second.loc["hi_insured", "years"] == [2021, 2022, 2023, 2024, 2025]
    assert second.loc["population_registered", "years"] == [2021, 2022]
    assert second["targets"].iloc[0] == ["hi_cov_2026", "hi_universal_2030"]
    third = rows[rows["step"] == 3]
    assert third["indicator"].tolist() == ["commune_product_q"] and third["years"].tolist() == [[2020, 2021, 2022]]


def test_growth_needs_six_levels_and_a_base_year_that_can_be_estimated(handed_in, whole):
    product = next_steps(handed_in, whole).set_index(["indicator", "activity"])["years"]
    assert product["commune_product_q", "total"] == [2020, 2021, 2022]
    assert product["commune_product_q", "services"] == [2020, 2021, 2022, 2023, 2024, 2025]
    without_base = handed_in[~((handed_in["indicator"] == "commune_product_q") & (handed_in["time_period"] == "2025"))]
    product = next_steps(without_base, whole).set_index(["indicator", "activity"])["years"]
    assert product["commune_product_q", "total"] == [2020, 2021, 2022, 2025]
    own = whole.result.observation.query("ref_area == @COMMUNE and indicator == 'commune_product_q' and activity == 'total'")
    old = own[own["time_period"] == "2024"].iloc[[0] * 8].assign(illustrative=False)
    old = old.assign(time_period=[str(year) for year in range(2017, 2025)], obs_id=[f"old{n}" for n in range(8)])
    product = next_steps(old, whole).set_index(["indicator", "activity"])["years"]
    assert ("commune_product_q", "total") not in product, "of eight years the ninth is estimated"
    plan = whole.plans[PLAN]
    early = dataclasses.replace(plan, target=plan.target.assign(base_year=2015))
    target = plan.target[plan.target["target_id"] == "grdp_total"]
    figures, progress = known_from(old, whole, plan=early)
    assert lacking.of_plan(progress, target, figures, whole.cards)["years"].tolist() == [[2015]]
    again = entered(old, lacking.of_plan(progress, target, figures, whole.cards), whole)
    figures, progress = known_from(again, whole, plan=early)
    assert lacking.of_plan(progress, target, figures, whole.cards).empty


@pytest.mark.parametrize(("base", "years"), [(2022, [2021, 2022, 2023, 2024, 2025]), (2018, list(range(2019, 2026)))])
def test_a_sum_needs_every_year_since_its_base(handed_in, whole, base, years):
    plan = whole.plans[PLAN]
    target = plan.target[plan.target["target_id"] == "invest_total"].assign(base_year=base)
    plan = dataclasses.replace(plan, target=target)
    figures, progress = known_from(handed_in, whole, plan=plan)
    rows = lacking.of_plan(progress, target, figures, whole.cards)
    assert rows["years"].tolist() == [years]
    for handed, unknown_still in ((years[:2] + years[3:], True), (years, False)):
        observed = entered(handed_in, rows.assign(years=[handed]), whole)
        assert known_from(observed, whole, plan=plan)[1]["verdict"].eq("insufficient").tolist() == [unknown_still]
    later = target.assign(base_year=2026)
    figures, progress = known_from(handed_in, whole, plan=dataclasses.replace(plan, target=later))
    assert lacking.of_plan(progress, later, figures, whole.cards).empty, "a sum that has not begun"


def test_nothing_helps_across_a_break(handed_in, whole):
    broken = handed_in.assign(
        break_flag=(handed_in["indicator"] == "commune_product_q") & (handed_in["time_period"] == "2024")
    )
    rows = next_steps(broken, whole)
    assert "grdp_total" not in set().union(*rows["targets"]) and "grdp_srv" in set().union(*rows["targets"])


def test_invented_figures_count_as_missing(handed_in, whole):
    """Handing in real ones ends them all: what they say is as unknown as what nobody says."""
    assert next_steps(handed_in.assign(illustrative=True), whole).equals(next_steps(handed_in.iloc[:0], whole))


def test_nothing_is_asked_for_a_year_that_is_not_over(handed_in, whole):
    rows = next_steps(handed_in, whole, "2026-12-31")
    assert max(year for years in rows["years"] for year in years) == 2025
    rows = next_steps(handed_in, whole, "2027-01-15")
    assert max(year for years in rows["years"] for year in years) == 2026
