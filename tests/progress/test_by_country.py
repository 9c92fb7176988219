"""A province without months of its own: the country's months stand in, by hand."""

import numpy as np
import pandas as pd
import pytest
from conftest import AS_OF

from analysis.progress.assess import assess
from analysis.projection.method import regional
from analysis.projection.pool import from_series

CITY = "hai_phong_2026_2030"
INDEX = "grdp_volume_index"
SINCE = pd.Timestamp("2025-07-01")
SO_FAR = 9.0  # % in nine months, made up for the test


@pytest.fixture(scope="module")
def silent(whole):
    """The real figures without the city's own months."""
    own = whole.series["ref_area"] == "31"
    return whole.series[~(own & whole.series["freq"].isin(["YTD", "M"]))]


def country_months(series, period):
    yearly = series[(series["ref_area"] == "VN") & (series["indicator"] == INDEX) & (series["activity"] == "total")]
    return yearly.iloc[[-1]].assign(freq="YTD", time_period=period, obs_value=SO_FAR)


def rows_of(series, whole):
    pool = from_series(series, whole.cards, whole.areas)
    own = series[(series["ref_area"] == "31") & (series["area_valid_from"] == SINCE)]
    found = assess(own, whole.plans[CITY], "baseline", pool, AS_OF)
    return found.progress.set_index("target_id"), found.projection


def steps(series):
    rows = series[(series["indicator"] == INDEX) & (series["activity"] == "total") & (series["freq"] == "A")]
    wide = rows.pivot_table(index=["ref_area", "area_valid_from"], columns="time_period", values="obs_value")
    return np.log(wide).diff(axis=1)


def test_the_countrys_months_move_a_province_without_its_own(silent, whole):
    series = pd.concat([silent, country_months(silent, "2026-09")], ignore_index=True)
    without, _ = rows_of(silent, whole)
    found, projection = rows_of(series, whole)
    growing = found[found["reasons"].map(lambda codes: "country_months_used" in codes)]
    assert len(growing) and not any("country_months_used" in codes for codes in without["reasons"])
    assert (growing["probability"] != without.loc[growing.index, "probability"]).all()
    moved = projection[(projection["indicator"] == INDEX) & (projection["output_type"] == "quantile")]
    moved = moved[(moved["activity"] == "total") & (moved["time_period"] == "2026")].set_index("output_type_id")["obs_value"]
    changes = steps(series)
    beyond = changes.sub(changes.xs("VN").iloc[0], axis=1)
    living = whole.areas[whole.areas["valid_to"].isna() & (whole.areas["kind"] == "province")]
    provinces = beyond[beyond.index.get_level_values(0).isin(living["ref_area"])].loc[
        lambda frame: frame.index.get_level_values(1) == SINCE
    ]
    own, peers = provinces.xs("31").iloc[0].dropna(), provinces.drop(index="31", level=0)
    usual, width = regional.learnt()
    spread = provinces.apply(lambda e: ((usual**2 + ((e - e.mean()) ** 2).sum()) / e.count()) ** 0.5, axis=1)
    centre = np.log1p(SO_FAR / 100) + 0.5 * own.mean() + 0.5 * peers.mean(axis=1).median()
    error = (spread.xs("31").iloc[0] * spread.drop(index="31", level=0).median()) ** 0.5 * width[len(own) - 1]
    level = silent[(silent["ref_area"] == "31") & (silent["area_valid_from"] == SINCE) & (silent["indicator"] == INDEX)]
    newest = level[(level["activity"] == "total") & (level["freq"] == "A")].sort_values("time_period").iloc[-1]
    middle = np.log(newest["obs_value"]) + centre
    assert np.log(moved["0.5"]) == pytest.approx(middle, abs=1e-6)
    half = 1.2816 * np.hypot(error, 0.005)
    assert np.log(moved["0.9"] / moved["0.5"]) == pytest.approx(half, rel=1e-3)


def test_own_months_and_months_of_another_year_leave_the_country_aside(silent, whole):
    own = pd.concat([whole.series, country_months(whole.series, "2026-09")], ignore_index=True)
    pd.testing.assert_frame_equal(rows_of(own, whole)[0], rows_of(whole.series, whole)[0])
    old = pd.concat([silent, country_months(silent, "2025-09")], ignore_index=True)
    pd.testing.assert_frame_equal(rows_of(old, whole)[0], rows_of(silent, whole)[0])
