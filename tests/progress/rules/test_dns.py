"""The weather symbols, by hand: values 0, 1, 2, 3 with slope 1, so five years on stand at 8."""

import numpy as np
import pytest

from analysis.progress.rules.dns import annual_target, average_change, concrete_target, directional

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


EDUCATION = np.array([2007, 2010, 2011, 2012, 2014, 2016, 2018, 2020, 2022], float)
HEALTH = np.array([1999, 2003, 2005, 2009, 2013, 2017], float)


def test_a_survey_every_few_years_changes_by_the_year_between_its_figures():
    """Its last five changes are those between its last six figures: 2 in 2 years five times, a slope of 1 a year."""
    values = np.array([[0.0, 99.0, 98.0, 0.0, 2.0, 4.0, 6.0, 8.0, 10.0]])
    assert average_change(values, EDUCATION) == pytest.approx([1.0])
    classes, missed = concrete_target(values, np.array([18.0]), np.array([8.0]), np.array([1.0]), EDUCATION)
    assert classes[0] == "sun" and missed[0] == 0
    assert concrete_target(values, np.array([20.4]), np.array([8.0]), np.array([1.0]), EDUCATION)[0][0] == "cloud"


def test_uneven_surveys_by_hand():
    """Changes 4 in 4, 1 in 2, 8 in 4, 0 in 4, -2 in 4 years: 1, .5, 2, 0, -.5 a year, .6 on average."""
    values = np.array([[10.0, 14.0, 15.0, 23.0, 23.0, 21.0]])
    assert average_change(values, HEALTH) == pytest.approx([0.6])
    assert directional(values, np.array([1.0]), HEALTH)[0] == "sun_cloud"
    assert annual_target(values, np.array([False]), np.array([1.0]), HEALTH)[0] == "cloud"


def test_missing_years_of_a_yearly_series_are_the_same_spacing():
    nan = np.nan
    whole = np.array([[10.0, nan, nan, nan, 14.0, nan, 15.0, nan, nan, nan, 23.0, nan, nan, nan, 23.0, nan, nan, nan, 21.0]])
    assert average_change(whole) == pytest.approx([0.6])
    assert np.isnan(average_change(np.array([[nan, 1.0, nan, 2.0, 3.0]])))
