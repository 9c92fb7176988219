"""Formulas of definition cards on hand-made figures."""

import pandas as pd
import pytest

from analysis import series
from analysis.errors import InputError
from analysis.schema.core import CONFLICT, OBSERVATION
from analysis.schema.table import conform, empty


def observed(thread, rows):
    """core.observation of xã Thái Tân: (indicator, period, value) with marks in a dict."""
    cards = thread.cards.set_index("indicator")
    template = thread.observation.iloc[0].to_dict()
    made = []
    for number, (indicator, period, value, *marks) in enumerate(rows):
        card = cards.loc[indicator]
        freq = "A" if len(period) == 4 else "Q" if "Q" in period else "YTD"
        own = {"indicator": indicator, "time_period": period, "obs_value": value, "freq": freq}
        own |= {"unit_measure": card["unit_measure"], "prices": card["prices"], "concept": card["concept"]}
        base = "2010" if card["prices"] == "Q" else "_Z"
        own |= {"base_per": base, "obs_id": f"{number:012x}", **(marks[0] if marks else {})}
        made.append({**template, **own})
    return conform(pd.DataFrame(made), OBSERVATION)


def values(thread, rows, indicator):
    made = series.derive(observed(thread, rows), empty(CONFLICT), thread.cards)
    own = made[made["indicator"] == indicator]
    return own.set_index(["freq", "time_period"])


def test_growth_is_against_the_same_period_of_the_year_before(thread):
    rows = [("commune_product_q", "2024", 200.0), ("commune_product_q", "2025", 221.0)]
    rows += [("commune_product_q", "2025-09", 150.0), ("commune_product_q", "2026-09", 165.0)]
    made = values(thread, rows, "commune_product_growth")["obs_value"]
    assert made.to_dict() == {("A", "2025"): pytest.approx(10.5), ("YTD", "2026-09"): pytest.approx(10.0)}


def test_no_growth_across_a_break(thread):
    rows = [("commune_product_q", "2024", 200.0), ("commune_product_q", "2025", 400.0, {"break_flag": True})]
    made = values(thread, rows, "commune_product_growth")
    assert made.empty


def test_share_from_its_parts_with_the_ids_and_least_certain_status_of_both(thread):
    rows = [("hi_insured", "2025", 19236.0, {"obs_status": "E"}), ("population_registered", "2025", 20334.0)]
    row = values(thread, rows, "hi_coverage").loc[("A", "2025")]
    assert row["obs_value"] == pytest.approx(94.6002, abs=1e-4)
    assert (row["obs_status"], len(row["obs_ids"])) == ("E", 2)


def test_missing_denominator_makes_no_share(thread):
    assert values(thread, [("hi_insured", "2025", 19236.0)], "hi_coverage").empty


def test_given_share_stands_where_it_cannot_be_computed(thread):
    rows = [("hi_coverage", "2019", 89.0), ("hi_coverage", "2025", 99.0)]
    rows += [("hi_insured", "2025", 19236.0), ("population_registered", "2025", 20334.0)]
    made = values(thread, rows, "hi_coverage")["obs_value"]
    assert made[("A", "2019")] == 89.0 and made[("A", "2025")] == pytest.approx(94.6002, abs=1e-4)


def test_sum_from_january_meets_the_count_of_that_month(thread):
    rows = [("residents_checked", "2026-09", 9000.0), ("population_registered", "2026-09", 20000.0, {"freq": "M"})]
    assert values(thread, rows, "resident_check_share")["obs_value"].to_dict() == {("YTD", "2026-09"): 45.0}


def test_chain_ends_at_a_gap_and_at_a_break(thread):
    rows = [("grdp_growth_index", str(year), 110.0) for year in (2018, 2020, 2021, 2023, 2024, 2025)]
    rows[4] = (*rows[4], {"break_flag": True})
    made = values(thread, rows, "grdp_volume_index")["obs_value"]
    assert made.to_dict() == {("A", "2023"): 100.0, ("A", "2024"): pytest.approx(110), ("A", "2025"): pytest.approx(121)}


@pytest.mark.parametrize(
    "formula", ["a +", "max(ent_active)", "ent_active ** 2", "lag(ent_active, 2)", "'x'", "chain(a) + 1"]
)
def test_formula_out_of_form_names_its_row(thread, formula):
    cards = thread.cards.copy()
    cards.loc[cards["indicator"] == "hi_coverage", "formula"] = formula
    with pytest.raises(InputError) as raised:
        series.order(cards)
    row = int(cards.index[cards["indicator"] == "hi_coverage"][0]) + 2
    assert raised.value.key in ("formula_broken", "formula_unknown_name") and f"'row': {row}" in str(raised.value)
