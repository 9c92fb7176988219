"""The invented figures: consistent, whole where things are counted, marked, never about what is sensitive."""

import shutil

import pandas as pd
import pytest
from conftest import RAW, ROOT

from analysis import illustrative
from analysis.intake import manifest
from analysis.intake.form import returned
from analysis.intake.reader import choice
from analysis.plan import plan as plan_of
from analysis.reference import file, tables, wording
from analysis.schema.plan import ANNUAL_TARGET
from analysis.settings import Settings
from pipelines import illustrate

PLAN_ID = "thai_tan_2026_2030"
FOLDER = RAW / "plan" / PLAN_ID
FIRST, SECOND = pd.Timestamp("2026-10-05"), pd.Timestamp("2027-03-20")
COUNTED = (
    "PS",
    "HH",
    "ENT",
    "EST",
    "SCH",
    "VILLAGE",
    "FILE",
    "PROC",
    "EDU_LEVEL",
    "CRITERIA",
    "LEVEL",
    "TIMES_Y",
    "T",
    "FLAG",
)
NEVER = (
    *("conscription_rate", "police_service_rate", "drug_free", "life_expectancy", "hdi_edu", "cov_6g", "ehr"),
    *("hi_visits", "hi_visits_station", "energy_bau"),
)
NOTES = {"numerator": "tử", "denominator": "mẫu"}
TEXTS = {"assigned_by_vi": "HĐND xã (giả định)", "assigned_by_en": "Commune council (illustrative)", "note": "giả định"}


@pytest.fixture(scope="module")
def reference():
    return tables.read(RAW / "reference")


@pytest.fixture(scope="module")
def cards(reference):
    return reference["indicator"]


@pytest.fixture(scope="module")
def assumptions():
    return file.read(FOLDER / "assumption.csv", illustrative.ASSUMPTION)


@pytest.fixture(scope="module")
def figures(assumptions, cards):
    return illustrative.values(assumptions, cards, NOTES)


@pytest.fixture(scope="module")
def wide(figures):
    """One row a period and vintage, one column an indicator, the totals."""
    total = figures[figures["activity"] == "total"]
    return total.pivot_table(index=["vintage", "time_period"], columns="indicator", values="obs_value")


def test_sectors_add_to_the_total_exactly(figures):
    product = figures[figures["indicator"] == "commune_product_q"]
    table = product.pivot_table(index=["vintage", "time_period"], columns="activity", values="obs_value")
    assert len(table) == 11
    assert (table["agriculture"] + table["industry_construction"] + table["services"] == table["total"]).all()


def test_what_is_counted_is_whole(figures, cards):
    units = figures["indicator"].map(cards.set_index("indicator")["unit_measure"])
    assert (figures.loc[units.isin(COUNTED), "obs_value"] % 1 == 0).all()


def test_no_part_is_above_its_whole(wide, reference):
    """The identities of identity.csv, people insured and schools at standard among them."""
    seen = 0
    for row in reference["identity"].itertuples():
        if {row.part, row.whole} <= set(wide.columns):
            both = wide[[row.part, row.whole]].dropna()
            assert (both[row.part] <= both[row.whole]).all(), row.part
            seen += len(both)
    assert seen > 100


def test_schools_are_consistent(wide):
    schools = wide[["schools", "schools_general", "schools_preschool"]].dropna()
    assert len(schools) == 11
    assert (schools["schools_general"] + schools["schools_preschool"] == schools["schools"]).all()


def test_cumulative_figures_stay_below_the_year_and_enterprises_follow_from_the_new_ones(figures, wide, cards):
    cumulative = set(cards.loc[cards["part_year"] == "cumulative", "indicator"]) & set(wide.columns)
    for vintage, nine, year in ((FIRST, "2025-09", "2025"), (FIRST, "2026-09", "2026")):
        whole = wide.loc[(vintage if year == "2025" else SECOND, year), list(cumulative)]
        part = wide.loc[(vintage, nine), list(cumulative)]
        both = pd.DataFrame({"part": part, "whole": whole}).dropna()
        assert len(both) > 10
        assert (both["part"] <= both["whole"]).all(), both
    yearly = wide.loc[FIRST, ["ent_active", "ent_new"]].loc["2019":"2025"].iloc[:7]
    closed = yearly["ent_new"] - yearly["ent_active"].diff()
    assert closed.dropna().between(0, 3).all()


def test_shares_are_those_of_the_assumptions(assumptions, wide, cards):
    """Whole numbers give the invented share back, as near as their size allows."""
    formulas = cards.set_index("indicator")["formula"]
    shares = assumptions[assumptions["indicator"].map(formulas).notna()]
    assert len(shares) > 50
    for row in shares.itertuples():
        part, whole = illustrative.SHARE.fullmatch(formulas[row.indicator]).groups()
        line = wide.loc[(row.vintage, row.time_period)]
        assert 100 * line[part] / line[whole] == pytest.approx(row.value, abs=50 / line[whole] + 1e-9)


def test_nothing_sensitive_undefined_or_foreign_is_invented(figures, cards):
    assert not set(NEVER) & set(figures["indicator"])
    known = cards.set_index("indicator").loc[figures["indicator"].unique()]
    assert not known["sensitive"].any()
    assert (known["measurable_at_commune"] != "no").all()
    assert known["formula"].isna().all()


@pytest.mark.parametrize("name", ["drug_free", "grdp_q"])
def test_sensitive_or_foreign_assumption_is_a_fault(assumptions, cards, name):
    with pytest.raises(ValueError, match="never invented"):
        illustrative.values(assumptions.assign(indicator=name).head(1), cards, NOTES)


def test_share_without_a_path_is_a_fault(assumptions, cards):
    with pytest.raises(ValueError, match="no path: schools"):
        illustrative.values(assumptions.head(1).assign(indicator="sch_std_share", value=50.0), cards, NOTES)


def test_figure_does_not_depend_on_what_else_is_generated(assumptions, cards, figures):
    part = illustrative.values(
        assumptions[assumptions["indicator"].isin(["vaccination_share", "population_registered"])], cards, NOTES
    )
    key = ["indicator", "activity", "time_period", "vintage", "obs_value"]
    assert set(map(tuple, part[key].to_numpy())) <= set(map(tuple, figures[key].to_numpy()))


def test_figures_lie_within_the_bounds_and_the_cards_parts_of_a_year(figures, cards):
    card = cards.set_index("indicator").loc[figures["indicator"]].reset_index(drop=True)
    value = figures["obs_value"].reset_index(drop=True)
    assert not (value < card["lower"]).any()
    assert not (value > card["upper"]).any()
    part = figures["time_period"].str.contains("-").reset_index(drop=True)
    freq = figures["freq"].reset_index(drop=True)
    assert (freq[part] == card.loc[part, "part_year"].map({"cumulative": "YTD", "point": "M"})).all()
    assert (freq[~part] == "A").all()


def test_breaks_are_noted(figures):
    notes = figures.groupby("indicator")["note"].first()
    assert "chuẩn nghèo mới" in notes["poor_households"]
    assert "xã mới" in notes["tthc_digitised"]


def test_public_facts_hold(wide):
    assert wide.loc[(FIRST, "2025"), ["population_registered", "schools"]].tolist() == [20334, 8]


# ---------------------------------------------------------------- the year's targets


@pytest.fixture(scope="module")
def annual(figures, cards):
    """The year's targets by the id of the target they come from."""
    target = file.read(FOLDER / "target.csv", plan_of.PLAN[0])
    first = figures[figures["vintage"] == FIRST]
    made = illustrative.annual_targets(target, first, cards, 2026, TEXTS)
    return made.assign(of=made["target_id"].str.removesuffix("_2026")).set_index("of")


@pytest.mark.parametrize(
    ("name", "indicator", "kind", "comparator", "value"),
    [
        ("grdp_total", "commune_product_growth", "growth_average", "gt", 10.9),
        ("grdp_srv", "commune_product_growth", "growth_average", "ge", 12),
        ("hi_cov_2026", "hi_coverage", "level_by", "ge", 96),  # due this year: the target itself
        ("uppersec_done_2030", "uppersec_share", "level_by", "ge", 91.2),  # 745/825 = 90.30, + (95 - 90.30)/5 = 91.24
        ("ent_double_2030", "ent_active", "level_by", "ge", 48),  # 41 * 2**(1/5) = 47.1
        ("ent_active_2030", "ent_active", "range", "ge", 43),  # 41 + 9/5 = 42.8
        ("poor_hh_2028", "poor_households", "level_by", "le", 39),  # 58 - 58/3 = 38.7
        ("sch_level2_2030", "sch_level2_share", "level_by", "ge", 62.5),  # 4 of 8, then 5
        ("invest_total", "investment_total", "cumulative", "ge", 32.7),  # (200 - 36.5) / 5
        ("vaccination", "vaccination_share", "keep_each_year", "gt", 95),
        ("disburse_public", "disbursement_rate", "annual_share", "ge", 100),
        ("new_jobs_2030", "new_jobs", "level_by", "gt", 360),
    ],
)
def test_year_moves_by_the_plans_own_rate(annual, name, indicator, kind, comparator, value):
    row = annual.loc[name]
    assert row[["indicator", "kind", "comparator", "value_low"]].tolist() == [indicator, kind, comparator, value]


def test_share_of_few_schools_is_one_of_whole_schools(annual, wide):
    """2 of 3 preschools meet their target: the printed share is not above the true one."""
    assert annual.loc["sch_dx2_preschool_2030", "value_low"] <= 100 * 2 / 3
    assert annual.loc["sch_lang2_2030", "value_low"] <= 100 * 1 / 3


def test_what_has_no_figure_is_sensitive_or_due_later_has_no_target(annual):
    assert not {"conscription", "conscription_police", "drug_free_2027", "energy_saving_2030", "preschool_univ"} & set(
        annual.index
    )


def test_registered_targets_are_these(annual):
    written = file.read(FOLDER / "annual_target.csv", ANNUAL_TARGET)
    written = written[written["illustrative"]].set_index("target_id")
    again = annual.set_index("target_id")
    assert list(written.index) == list(again.index)
    assert written["value_low"].to_numpy() == pytest.approx(again["value_low"].to_numpy(), abs=1e-9)
    assert written["assigned_by_vi"].unique().tolist() == [wording.text("annual_by", "vi")]


# ---------------------------------------------------------------- the command


def made_by(home, capsys):
    """Run the command; return the bytes of every file of the project's data and fixtures."""
    assert illustrate.run(home, "vi") == 0
    assert "giả định" in capsys.readouterr().out
    return {path.relative_to(home.root): path.read_bytes() for path in home.root.rglob("*") if path.is_file()}


def test_command_writes_the_same_bytes_every_time(tmp_path, capsys):
    shutil.copytree(RAW, tmp_path / "data" / "raw")
    home = Settings(root=tmp_path)
    assert made_by(home, capsys) == made_by(home, capsys)
    (entry,) = manifest.read(home.raw).query("source_id == 'illustrative'").to_dict("records")
    assert entry["illustrative"]
    assert entry["path"].endswith("_long.xlsx")


def test_registered_workbook_holds_the_figures_of_the_assumptions(cards, figures):
    (entry,) = manifest.read(RAW).query("source_id == 'illustrative'").to_dict("records")
    split = returned.split(choice.read(RAW, entry["path"]).rows, entry, cards)
    assert split.rejected.empty
    same_figures(split.entries, figures[figures["vintage"] == FIRST])


def same_figures(entries, figures):
    key = ["indicator", "activity", "freq", "time_period", "obs_status"]
    found = entries.set_index(key)["obs_value"].astype(float).sort_index()
    expected = figures.set_index(key)["obs_value"].sort_index()
    pd.testing.assert_series_equal(found, expected, check_names=False, check_index_type=False)


@pytest.mark.parametrize(
    ("name", "periods"),
    [
        ("thai_tan_short.xlsx", {"2025", "2026-09"}),
        ("thai_tan_2027_03_20.xlsx", {"2025", "2026"}),
    ],
)
def test_fixture_holds_its_periods_and_is_marked(name, periods, cards, figures):
    rows = choice.read(ROOT / "tests" / "fixtures", name).rows
    split = returned.split(rows, {"source_id": "illustrative", "illustrative": True}, cards)
    assert split.rejected.empty
    assert set(split.entries["time_period"]) == periods
    vintage = pd.Timestamp(split.entries["vintage"].iloc[0])
    same_figures(split.entries, figures[(figures["vintage"] == vintage) & figures["time_period"].isin(periods)])
    marks = rows.groupby("sheet")["cells"].first().map(lambda cells: cells[0])
    assert marks.str.startswith("SỐ LIỆU GIẢ ĐỊNH").all()
