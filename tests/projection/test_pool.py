"""The best pace, by hand: growth 10, 20, 0 % in one area, 5, 5, 5 % in another."""

import numpy as np
import pandas as pd
import pytest

from analysis.projection.pool import from_series, paces_of, peers


@pytest.fixture
def levels(thread):
    template = thread.series[thread.series["indicator"] == "grdp_volume_index"].iloc[[0] * 8].reset_index(drop=True)
    return template.assign(
        ref_area=["31"] * 4 + ["01"] * 4,
        transform="log",
        area_valid_from=pd.Timestamp("2025-07-01"),
        time_period=["2022", "2023", "2024", "2025"] * 2,
        obs_value=[100, 110, 132, 132, 100, 105, 110.25, 115.7625],
    )


def test_best_pace_of_each_length_and_of_the_best_other_area(levels, thread):
    table = from_series(levels.drop(columns="transform"), thread.cards, thread.areas).table
    table = table[table["statistic"] == "best_pace"]
    best = table.set_index(["length", "rank"])[["ref_area", "obs_value"]]
    assert best.loc[(1, 1)].tolist() == ["31", pytest.approx(20)]
    assert best.loc[(1, 2)].tolist() == ["01", pytest.approx(5)]
    assert best.loc[(2, 1), "obs_value"] == pytest.approx(100 * ((1.1 * 1.2) ** 0.5 - 1))
    assert best.loc[(3, 1), "obs_value"] == pytest.approx(100 * (1.32 ** (1 / 3) - 1))
    assert set(table["length"]) == {1, 2, 3}


def test_a_missing_year_is_spacing(levels, thread):
    """Without 2024 nothing is known of its year and the next alone, but of both together: 132 / 110 in two years."""
    gapped = levels[levels["time_period"] != "2024"]
    assert set(paces_of(gapped, 1)["time_period"]) == {"2023"}
    two = paces_of(gapped, 2).set_index(["ref_area", "time_period"])["obs_value"]
    assert set(two.index) == {("31", "2025"), ("01", "2025")}
    assert two[("31", "2025")] == pytest.approx(100 * ((132 / 110) ** 0.5 - 1))
    own = levels[levels["ref_area"] == "31"].assign(time_period=["2020", "2021", "2023", "2024"])
    table = from_series(own.drop(columns="transform"), thread.cards, thread.areas).table.set_index("statistic")["obs_value"]
    mean = np.log(1.32) / 4
    square = (np.log(1.1) - mean) ** 2 + (np.log(1.2) - 2 * mean) ** 2 / 2 + mean**2
    assert table["log_change_mean"] == pytest.approx(mean)
    assert table["log_change_sd"] == pytest.approx((square / 2) ** 0.5)


def test_pace_of_a_series_that_is_not_on_a_log_scale_is_in_units_a_year(levels):
    steps = paces_of(levels.assign(transform="binomial"), 2).set_index(["ref_area", "time_period"])["obs_value"]
    assert steps[("31", "2024")] == pytest.approx((132 - 100) / 2)


def test_no_pace_is_taken_across_a_break(levels):
    broken = levels.assign(break_flag=levels["time_period"] == "2024")
    assert set(paces_of(broken, 1)["time_period"]) == {"2023", "2025"}
    assert paces_of(broken, 3).empty


def test_mean_and_spread_of_yearly_changes_by_hand(levels, thread):
    table = from_series(levels.drop(columns="transform"), thread.cards, thread.areas).table
    steps = np.log([1.1, 1.2, 1.0])
    own = table[table["ref_area"] == "31"].set_index("statistic")["obs_value"]
    assert own["log_change_mean"] == pytest.approx(steps.mean())
    assert own["log_change_sd"] == pytest.approx(steps.std(ddof=1))


def test_peers_are_the_other_areas_of_the_kind_else_the_country(levels, thread):
    pool = from_series(levels.drop(columns="transform"), thread.cards, thread.areas)
    place = {"indicator": "grdp_volume_index", "area_valid_from": pd.Timestamp("2025-07-01"), "activity": "total"}
    places = pd.DataFrame([{**place, "ref_area": code, "kind": "province"} for code in ("31", "01", "99")])
    five = np.log(1.05)
    both = np.mean([five, np.log([1.1, 1.2, 1.0]).mean()])
    expected = [five, np.log([1.1, 1.2, 1.0]).mean(), both]
    assert peers(pool, "log_change_mean", places).tolist() == pytest.approx(expected)
    assert peers(pool, "log_change_mean", places.assign(kind="commune")).isna().all()
    country = levels[levels["ref_area"] == "01"].assign(ref_area="VN", area_valid_from=pd.Timestamp("1976-07-02"))
    with_country = from_series(country.drop(columns="transform"), thread.cards, thread.areas)
    assert peers(with_country, "log_change_mean", places).tolist() == pytest.approx([five] * 3)
