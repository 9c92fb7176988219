"""The best pace, by hand: growth 10, 20, 0 % in one area, 5, 5, 5 % in another."""

import pandas as pd
import pytest

from analysis.projection.pool import from_series, paces_of


@pytest.fixture
def levels(thread):
    template = thread.series[thread.series["indicator"] == "grdp_volume_index"].iloc[[0] * 8].reset_index(drop=True)
    return template.assign(
        ref_area=["31"] * 4 + ["VN"] * 4,
        area_valid_from=pd.Timestamp("2025-07-01"),
        time_period=["2022", "2023", "2024", "2025"] * 2,
        obs_value=[100, 110, 132, 132, 100, 105, 110.25, 115.7625],
    )


def test_best_pace_of_each_length_and_of_the_best_other_area(levels, thread):
    table = from_series(levels, thread.cards).table
    best = table.set_index(["length", "rank"])[["ref_area", "obs_value"]]
    assert best.loc[(1, 1)].tolist() == ["31", pytest.approx(20)]
    assert best.loc[(1, 2)].tolist() == ["VN", pytest.approx(5)]
    assert best.loc[(2, 1), "obs_value"] == pytest.approx(100 * ((1.1 * 1.2) ** 0.5 - 1))
    assert best.loc[(3, 1), "obs_value"] == pytest.approx(100 * (1.32 ** (1 / 3) - 1))
    assert set(table["length"]) == {1, 2, 3}


def test_no_pace_is_taken_across_a_gap(levels):
    gapped = levels[levels["time_period"] != "2024"]
    assert set(paces_of(gapped, 1)["time_period"]) == {"2023"}
    assert paces_of(gapped, 2).empty
