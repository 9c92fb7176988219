"""The outside view: how many countries reached a rate after a past like it."""

import numpy as np
import pytest
from panels import FOLDER, needs_panels

from analysis.projection import fitted, outside_view
from analysis.trial import panel, record
from analysis.trial.backtest import growth_trial
from analysis.trial.learn import growth_fit


def country(past, came, missing=False):
    """Return 15 years of log growth: ten that vary around `past`, five of `came`, %/year."""
    wave = 0.01 * np.where(np.arange(10) % 2, 1, -1)
    years = np.concatenate([np.log1p(past / 100) + wave, np.full(5, np.log1p(came / 100))])
    years[9] = np.nan if missing else years[9]
    return years


GROWTH = np.stack([country(7, 5), country(7.5, 11), country(6.5, 12), country(1, 3), country(7, 20, missing=True)])


def test_windows_by_hand():
    found = growth_fit.windows(GROWTH)  # one origin: the tenth year, six before it, five after it
    assert found.area.tolist() == [0, 1, 2, 3]
    assert [growth_fit.BANDS[band] for band in found.band] == [6, 6, 6, 0]
    assert found.came == pytest.approx([5, 11, 12, 3])
    assert np.bincount(growth_fit.windows(GROWTH, every=1).area).tolist() == [5, 5, 5, 5]


def test_shares_by_hand():
    columns = growth_fit.outside_view(GROWTH)
    rows = columns["past_from"] == 6
    share = dict(zip(columns["rate"][rows].round(1), columns["reached"][rows], strict=True))
    assert [share[rate] for rate in (0, 4.9, 5.1, 11.1, 12.1, 20)] == pytest.approx([1, 1, 2 / 3, 1 / 3, 0, 0])
    assert set(columns["origins"][rows]) == {3} and set(columns["countries"][rows]) == {3}
    assert set(columns["past_to"][rows]) == {8} and np.isnan(columns["reached"][columns["past_from"] == 8]).all()
    longer = growth_fit.outside_view(np.hstack([country(7, 7), country(7, 7)])[None])
    assert set(longer["origins"][rows]) == {4} and set(longer["countries"][rows]) == {1}


def test_shipped_shares_at_the_rate_of_the_plan():
    share, origins, start, end = outside_view.reached(np.array([7.0, 9.0, 11.0]), np.array(10.9))
    assert share.round(2).tolist() == [0.04, 0.10, 0.14]
    assert np.all(origins >= outside_view.LEAST_WINDOWS)
    assert start.tolist() == [6, 8, 10] and end.tolist() == [8, 10, 13]


def test_shares_fall_with_the_rate_and_bands_leave_no_gap():
    table = outside_view.learnt()
    assert np.all(np.diff(table["reached"], axis=1) <= 0)
    assert np.all((table["reached"] >= 0) & (table["reached"] <= 1))
    assert np.array_equal(table["past_to"][:-1], table["past_from"][1:])
    assert table["past_from"][0, 0] == -np.inf and table["past_to"][-1, 0] == np.inf
    finer = outside_view.reached(np.array([[3.0], [9.0]]), np.linspace(0, 20, 777))[0]
    assert finer.shape == (2, 777) and np.all(np.diff(finer) <= 1e-12)


def test_between_rates_the_share_is_linear():
    past = np.full(3, 5.0)
    low, middle, high = outside_view.reached(past, np.array([4.0, 4.025, 4.1]))[0]
    assert low > high and middle == pytest.approx(0.75 * low + 0.25 * high)


def test_a_band_begins_with_its_lower_end():
    assert outside_view.reached(np.array([7.999, 8.0]), np.array(5.0))[2].tolist() == [6, 8]


def test_nothing_is_said_outside_the_table_or_from_few_windows():
    past = np.array([5.0, 5.0, 5.0, 20.0, np.nan])
    share, origins, start, _ = outside_view.reached(past, np.array([-0.1, 20.1, np.nan, 10.0, 10.0]))
    assert np.isnan(share).all()
    assert 0 < origins[3] < outside_view.LEAST_WINDOWS and start[3] == 13
    assert np.isnan(origins[4]) and np.isnan(start[4])
    assert not np.isnan(outside_view.reached(np.array([5.0, 5.0]), np.array([0.0, 20.0]))[0]).any()


def test_the_record_tells_the_outside_view_and_the_common_share():
    rows = record.read(record.FOLDER / "track_record.csv")
    value = {(row["data"], row["method"], row["scheme"], row["points"], row["horizon"], row["measure"]): row for row in rows}
    found = [
        float(value["world", "outside_view", band, "6", "5", "reached_10.9"]["value"]) for band in ("6-8", "8-10", "10-13")
    ]
    assert found == pytest.approx(outside_view.reached(np.array([7.0, 9.0, 11.0]), np.array(10.9))[0], abs=1e-4)
    provinces = value["provinces", "outside_view", "last", "0", "5", "reached_10.9"]
    assert float(provinces["value"]) == pytest.approx(1 / 63, abs=1e-4) and provinces["cases"] == "63"
    assert float(value["provinces", "peers", "rolling", "5", "1", "common_share"]["value"]) == pytest.approx(0.26, abs=0.005)


@needs_panels
def test_the_shipped_table_and_the_record_are_what_the_panel_says():
    growth = panel.world_growth(FOLDER)
    learnt, shipped = growth_fit.outside_view(growth), fitted.read("outside_view")
    assert list(learnt) == list(shipped)
    for name, column in learnt.items():
        assert shipped[name] == pytest.approx(column, abs=1e-6), name
    kept = {tuple(row.values()) for row in record.read(record.FOLDER / "track_record.csv")}
    rows = [*growth_trial.world(growth), *growth_trial.provinces(panel.province_growth(FOLDER).growth)]
    new = [row for row in rows if row.measure in ("common_share", "reached_10.9")]
    assert len(new) == 4 + 16 + 3 and all(tuple(record.cells(row)) in kept for row in new)
