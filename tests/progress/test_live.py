"""From the cell to the verdict: the plan's main targets, every number recomputed by hand from the figures as received."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

YEARS = [str(year) for year in range(2019, 2026)]
THAI_TAN, HAI_PHONG = "thai_tan_2026_2030", "hai_phong_2026_2030"


@pytest.fixture(scope="module")
def cell(whole):
    """The text of a cell of the commune's registered workbook by row code and column header."""
    path = whole.register.loc[whole.register["illustrative"], "path"].iloc[0]
    rows = whole.rows[whole.rows["file"] == path]

    def find(code, header):
        for _, sheet in rows.groupby("sheet", sort=False):
            lines = list(sheet["cells"])
            head = next((line for line in lines if line and line[0] == "Mã"), None)
            found = next((line for line in lines if line and line[0] == code), None)
            if head and found:
                return float(found[head.index(header)])
        raise KeyError(code)

    return find


@pytest.fixture(scope="module")
def row(assessed):
    rows = {plan_id: one.progress.set_index("target_id").to_dict("index") for plan_id, one in assessed.items()}
    return lambda target, plan_id=THAI_TAN: rows[plan_id][target]


def growth_by_hand(levels, part, rate, years=5):
    """Required, best own four years, projected and probability of a growth average known to nine months of its first year.

    `levels`: seven years to the base; `part`: nine months of this and last year, None where there is none.
    """
    steps = np.diff(np.log(levels))
    mean, spread, count = steps.mean(), steps.std(ddof=1), len(steps)
    known = math.log(part[1] / part[0]) if part else 0.0
    left = years - 1 if part else years
    needed = years * math.log(1 + rate / 100) - known
    error = math.sqrt(spread**2 * left * (1 + left / count) + (0.005**2 if part else 0))
    windows = [math.log(levels[n + left] / levels[n]) / left for n in range(len(levels) - left)]
    return {
        "required_rate": 100 * math.expm1(needed / left),
        "best_own_rate": 100 * math.expm1(max(windows)),
        "projected_value": 100 * math.expm1((known + left * mean) / years),
        "probability": stats.t.sf((needed - left * mean) / error, count - 1),
    }


@pytest.mark.parametrize(
    ("target", "code", "rate", "verdict"),
    [
        ("grdp_total", "commune_product_q", 10.9, "risk"),
        ("grdp_agri", "commune_product_q|agriculture", 2.5, "behind"),
        ("grdp_ind", "commune_product_q|industry_construction", 11.0, "behind"),
        ("grdp_srv", "commune_product_q|services", 12.0, "risk"),
        ("income_pc", "income_pc", 13.5, "risk"),
    ],
)
def test_growth_targets_of_the_commune(cell, row, target, code, rate, verdict):
    levels = [cell(code, year) for year in YEARS]
    part = None if code == "income_pc" else (cell(code, "9 tháng 2025"), cell(code, "9 tháng 2026"))
    expected, found = growth_by_hand(levels, part, rate), row(target)
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, rel=1e-9), name
    assert found["base_value"] == levels[-1] and found["n_points"] == 6
    assert found["latest_value"] == pytest.approx(100 * (levels[-1] / levels[-2] - 1))
    assert found["verdict"] == verdict and "illustrative" in found["flags"]


def test_product_of_the_sectors_is_the_total(cell):
    parts = ("agriculture", "industry_construction", "services")
    for header in [*YEARS, "9 tháng 2025", "9 tháng 2026"]:
        assert sum(cell(f"commune_product_q|{part}", header) for part in parts) == cell("commune_product_q", header)


def test_enterprises_doubled(cell, row):
    stock = [cell("ent_active", year) for year in YEARS]
    now, found = cell("ent_active", "9 tháng 2026"), row("ent_double_2030")
    slope = (stock[-1] - stock[-6]) / 5
    assert found["target"] == math.ceil(2 * stock[-1])
    assert (found["latest_period"], found["latest_value"]) == ("2026-09", now)
    assert found["required_rate"] == pytest.approx((2 * stock[-1] - stock[-1]) / 5)
    assert found["best_own_rate"] == pytest.approx(max((stock[n + 5] - stock[n]) / 5 for n in range(2)))
    assert found["projected_value"] == pytest.approx(stock[-1] + 5 * slope)
    missing = (found["target"] - found["projected_value"]) / (found["target"] - stock[-1])
    assert missing > 0.20 and slope > 0 and found["verdict"] == "behind"


def coverage(cell):
    return [100 * cell("hi_insured", year) / cell("population_registered", year) for year in YEARS]


@pytest.mark.parametrize(("target", "value", "left"), [("hi_cov_2026", 96, 1), ("hi_universal_2030", 100, 5)])
def test_health_insurance(cell, row, target, value, left):
    shares, found = coverage(cell), row(target)
    slope = (shares[-1] - shares[-6]) / 5
    latest = 100 * cell("hi_insured", "9 tháng 2026") / cell("population_registered", "9 tháng 2026")
    assert found["latest_value"] == pytest.approx(latest) and found["latest_period"] == "2026-09"
    assert found["required_rate"] == pytest.approx((value - shares[-1]) / left)
    assert found["projected_value"] == pytest.approx(min(shares[-1] + left * slope, 100))
    missing = (value - shares[-1] - left * slope) / (value - shares[-1])
    expected = "likely" if missing < 0.05 else "effort" if missing <= 0.2 else "behind" if slope > 0 else "risk"
    assert found["verdict"] == expected
    assert math.isnan(found["probability"])


def test_schools_at_national_standard_each_year(cell, row):
    found = row("sch_std_term")
    assert [cell("sch_std", year) / cell("schools", year) for year in YEARS[3:]] == [1.0] * 4
    assert found["latest_value"] == pytest.approx(100 * cell("sch_std", "9 tháng 2026") / cell("schools", "9 tháng 2026"))
    assert found["latest_value"] < 100 and found["verdict"] == "reversing" and "part_year_below" in found["reasons"]


def test_seven_of_eight_schools_at_level_two(cell, row):
    shares, found = [100 * cell("sch_level2", year) / cell("schools", year) for year in YEARS], row("sch_level2_2030")
    assert found["target"] == 87.5
    assert found["required_rate"] == pytest.approx((87.5 - shares[-1]) / 5)
    assert found["projected_value"] == pytest.approx(shares[-1] + (shares[-1] - shares[-6]))


def test_growth_of_the_city_on_real_figures(whole, row):
    """13 % a year from 2025, twelve months of 2020-25 and nine of 2026 as received, the other 33 provinces as peers."""
    known = whole.known[(whole.known["indicator"] == "grdp_growth_index") & (whole.known["activity"] == "total")]
    yearly = known[known["freq"] == "A"]
    provinces = whole.areas.query("kind == 'province' and valid_to.isna()")["ref_area"]
    current = yearly[yearly["ref_area"].isin(provinces) & (yearly["area_valid_from"] == pd.Timestamp("2025-07-01"))]
    steps = {code: np.log(own.sort_values("time_period")["obs_value"] / 100) for code, own in current.groupby("ref_area")}
    assert len(steps) == 34
    own = steps.pop("31").to_numpy()
    mean = 0.5 * own.mean() + 0.5 * np.median([one.mean() for one in steps.values()])
    spread = math.sqrt(own.std(ddof=1) * np.median([one.std(ddof=1) for one in steps.values()]))
    part = known[(known["freq"] == "YTD") & (known["ref_area"] == "31") & (known["time_period"] == "2026-09")]
    change = math.log(part["obs_value"].iloc[0] / 100)
    needed = 5 * math.log(1.13) - change
    error = math.sqrt(spread**2 * 4 * (1 + 4 / 6) + 0.005**2)
    found = row("grdp_growth_2026_2030", HAI_PHONG)
    assert found["required_rate"] == pytest.approx(100 * math.expm1(needed / 4))
    assert found["projected_value"] == pytest.approx(100 * math.expm1((change + 4 * mean) / 5))
    assert found["probability"] == pytest.approx(stats.t.sf((needed - 4 * mean) / error, 5))
    best = max(own[n : n + 4].sum() / 4 for n in range(3))
    peers = max(one.to_numpy()[n : n + 4].sum() / 4 for one in steps.values() for n in range(3))
    assert found["best_own_rate"] == pytest.approx(100 * math.expm1(best))
    assert found["best_peer_rate"] == pytest.approx(100 * math.expm1(peers))
    assert (found["verdict"], found["evidence"]) == ("risk", "medium") and "illustrative" not in found["flags"]


def test_closed_year_of_the_city_as_published(whole, row):
    published = whole.plans[HAI_PHONG].published_verdict.set_index("target_id")["verdict"]
    both = [target for target in published.index if not math.isnan(_latest(row, target))]
    assert len(both) == 5
    for target in both:
        assert row(target, HAI_PHONG)["verdict"] == published[target], target


def _latest(row, target):
    try:
        return row(target, HAI_PHONG)["latest_value"]
    except KeyError:
        return math.nan
