"""The weather symbols, by hand: values 0, 1, 2, 3 with slope 1, so five years on stand at 8."""

import numpy as np
import pytest

from analysis.progress.rules.dns import annual_target, concrete_target, directional, recent

STEADY = [np.nan, 0.0, 1.0, 2.0, 3.0]


def one(history, target, years=5.0, direction=1):
    classes, share = concrete_target(np.array([history]), np.array([target]), np.array([years]), direction)
    return str(classes[0]), share[0]


@pytest.mark.parametrize(
    ("target", "expected", "missing"),
    [
        (8.0, "sun", 0.0),
        (7.0, "sun", 0.0),
        (8.2, "sun", 0.2 / 5.2),
        (8.5, "sun_cloud", 0.5 / 5.5),
        (9.2, "sun_cloud", 1.2 / 6.2),
        (9.3, "cloud", 1.3 / 6.3),
        (3.0, "sun", 0.0),
    ],
)
def test_bands_of_the_remaining_distance(target, expected, missing):
    word, share = one(STEADY, target)
    assert word == expected
    assert share == pytest.approx(missing)


def test_wrong_direction_is_a_thunderstorm_and_mirrors():
    assert one([3.0, 2.0, 1.0, 0.5], 4.0)[0] == "thunderstorm"
    assert one([3.0, 2.0, 1.0, 0.5], -3.5, direction=-1)[0] == "sun"


def test_fewer_than_four_points_have_no_class():
    assert one([np.nan, 0.0, 1.0, 2.0], 5.0)[0] == ""


def test_slope_is_the_mean_of_the_last_five_changes():
    """100 then 0..5: the fall from 100 lies before the last five changes and must not count."""
    assert one([100.0, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0], 10.0)[0] == "sun"


def test_no_distance_left_is_met_whatever_the_slope():
    assert one([0.0, 1.0, 2.0, 3.0], 3.0, direction=-1) == ("sun", 0.0)


def test_unknown_target_has_no_class():
    word, share = one(STEADY, np.nan)
    assert word == "" and np.isnan(share)


@pytest.mark.parametrize(
    ("history", "direction", "word"),
    [
        ([0, 1, 2, 3], 1, "sun"),
        ([0, 1, 4, 3], 1, "sun_cloud"),
        ([5, 2, 1, 3], 1, "cloud"),
        ([0, 1, 2, 3], -1, "thunderstorm"),
        ([3, 3, 3, 3], 1, "thunderstorm"),
        ([np.nan, 1, 2, 3], 1, ""),
    ],
)
def test_direction_by_average_and_last_change(history, direction, word):
    assert directional(np.array([history], float), np.array([direction]))[0] == word


@pytest.mark.parametrize(
    ("history", "met", "word"),
    [
        ([0, 1, 2, 3], True, "sun"),
        ([3, 3, 3, 3], True, "sun"),
        ([3, 2, 1, 0], True, "sun_cloud"),
        ([0, 1, 2, 3], False, "cloud"),
        ([3, 3, 3, 3], False, "thunderstorm"),
        ([np.nan, 1, 2, 3], True, ""),
    ],
)
def test_target_of_every_year(history, met, word):
    assert annual_target(np.array([history], float), np.array([met]), np.array([1.0]))[0] == word


def test_recent_years_lie_on_the_line_between_figures_and_want_four_of_them():
    years = np.array([2010.0, 2015.0, 2016.0, 2018.0, 2020.0, 2021.0])
    nan = np.nan
    history = np.array(
        [
            [0.0, 5.0, nan, 11.0, 12.0, 13.0],  # 2016 and 2017 between 5 and 11: 7, 9; 2019: 11.5; window from 2016
            [nan, 1.0, 2.0, 6.0, 8.0, nan],  # ends in 2020
            [1.0, 2.0, nan, 3.0, nan, 4.0],  # two figures from 2016 on
            [nan] * 6,
        ]
    )
    made = recent(history, years)
    assert made[0] == pytest.approx([nan] * 6, nan_ok=True)  # three figures in 2016-2021
    assert made[1] == pytest.approx([1, 2, 4, 6, 7, 8], nan_ok=True)
    assert np.isnan(made[2:]).all()
    history[0, 2] = 6.0
    assert recent(history, years)[0] == pytest.approx([6, 8.5, 11, 11.5, 12, 13])
    assert recent(np.empty((2, 0)), np.array([])).shape == (2, 6)
