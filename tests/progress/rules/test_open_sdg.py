"""Open SDG by hand: 100 in 2015, target 200 in 2025 asks for 2^(1/10) - 1 = 7.177 % a year."""

import numpy as np
import pytest

from analysis.progress.rules import open_sdg

NEEDED = 2 ** (1 / 10) - 1


def aimed(base, now, target, years=5.0, direction=1.0, deadline=2025.0):
    arrays = [np.array([float(v)]) for v in (base, 2015, now, 2015 + years, target, deadline, direction)]
    classes, score = open_sdg.with_target(*arrays)
    return str(classes[0]), score[0]


def free(base, now, years=1.0, direction=1.0, limit=np.nan):
    arrays = [np.array([float(v)]) for v in (base, 2015, now, 2015 + years, direction, limit)]
    classes, score = open_sdg.without_target(*arrays)
    return str(classes[0]), score[0]


@pytest.mark.parametrize(
    ("ratio", "word", "score"),
    [
        (1.0, "on_track", 2.8572),
        (0.9501, "on_track", 7.1429 * 0.9501 - 4.2857),
        (0.9499, "acceleration_needed", 7.1429 * 0.9499 - 4.2857),
        (0.6001, "acceleration_needed", 7.1429 * 0.6001 - 4.2857),
        (0.5999, "limited", 4.1667 * 0.5999 - 2.5),
        (0.0, "limited", -2.5),
        (-0.1, "deterioration", -2.91667),
        (-1.0, "deterioration", -5.0),
        (1.35, "on_track", 5.0),
    ],
)
def test_ratio_of_growth_observed_to_required(ratio, word, score):
    assert aimed(100, 100 * (1 + ratio * NEEDED) ** 5, 200) == (word, pytest.approx(score, abs=1e-9))


def test_canada_poverty_by_hand():
    """14.5 to 10.2 in eight years, half of 14.5 asked in fifteen: 0.04302 / 0.04516 = 0.9526; less is better."""
    word, score = aimed(14.5, 10.2, 7.25, years=8.0, direction=-1.0, deadline=2030.0)
    assert (word, round(score, 4)) == ("on_track", 2.5186)


@pytest.mark.parametrize(
    ("case", "word", "score"),
    [
        ({"base": 100, "now": 200, "target": 200}, "achieved", 5.0),
        ({"base": 100, "now": 250, "target": 200, "years": 0.0}, "achieved", 5.0),  # one figure is enough
        ({"base": -5, "now": 250, "target": 200}, "achieved", 5.0),  # whatever the sign
        ({"base": 100, "now": 150, "target": 200, "years": 0.0}, "", np.nan),  # fewer than two figures
        ({"base": -5, "now": 150, "target": 200}, "", np.nan),  # sign changes
        ({"base": 5, "now": -1, "target": 9}, "", np.nan),
        ({"base": 5, "now": 6, "target": -9, "direction": -1.0}, "", np.nan),  # target of the other sign
        ({"base": 200, "now": 190, "target": 200}, "deterioration", -5.0),  # base on the target, moved away
        ({"base": 200, "now": 200, "target": 200}, "achieved", 5.0),
        ({"base": 100, "now": 150, "target": 200, "deadline": 2015.0}, "", np.nan),  # deadline not after the base
        ({"base": 100, "now": 0, "target": 200}, "deterioration", -5.0),  # growth of -100 %
        ({"base": 0, "now": 0, "target": 0, "direction": -1.0}, "achieved", 5.0),  # target 0.001
        ({"base": 0, "now": 0.0005, "target": 0, "direction": -1.0}, "achieved", 5.0),
        ({"base": 0, "now": 10, "target": 0.001 * 2**10, "deadline": 2025.0, "years": 10.0}, "achieved", 5.0),
        ({"base": -100, "now": -50, "target": -25}, "on_track", 5.0),  # a loss that shrinks: 12.9 of 12.9 % needed
        ({"base": np.nan, "now": 150, "target": 200}, "", np.nan),
        ({"base": 100, "now": np.nan, "target": 200}, "", np.nan),
    ],
)
def test_edges_with_target(case, word, score):
    got = aimed(**case)
    if case.get("base") == -100:
        assert got[0] == word
    else:
        assert got == (word, pytest.approx(score, nan_ok=True))


def test_zero_base_and_zero_target_stand_for_a_thousandth():
    """0.001 to 0.512 in nine years doubles yearly; 1.024 in ten years asks for the same: R = 1."""
    assert aimed(0, 0.512, 1.024, years=9.0) == ("on_track", pytest.approx(2.8572))
    """1 to 0.1 in five years is half the way, in logarithms, of 1 to 0.001 in fifteen: 36.9 % both."""
    assert aimed(1, 0.1, 0, years=5.0, direction=-1.0, deadline=2030.0) == ("on_track", pytest.approx(2.8572))


@pytest.mark.parametrize(
    ("now", "word", "score"),
    [
        (101.6, "on_track", 3.0),
        (101.51, "on_track", 2.55),
        (101.0, "acceleration_needed", 1.25),
        (100.4, "limited", -0.5),
        (100.0, "limited", -2.5),
        (99.0, "deterioration", -3.75),
        (97.0, "deterioration", -5.0),
        (103.0, "on_track", 5.0),
    ],
)
def test_without_target_against_fixed_rates(now, word, score):
    assert free(100, now) == (word, pytest.approx(score, abs=1e-6))


def test_limit_shrinks_the_rates_asked_for():
    """C = 1 - .5^4.44 = .95394 at half of a maximum, and at half as much again above a minimum."""
    factor = 1 - 0.5**4.44
    got = open_sdg.limit_factor(
        np.array([50.0, 15.0, 20.0, 100.0, 0.0, 5.0]), np.array([100.0, 10.0, 10.0, 100.0, 0.0, np.nan])
    )
    assert got == pytest.approx([factor, factor, 1.0, 0.0, 1.0, 1.0])
    assert free(50, 50 * 1.0145, limit=100.0) == ("on_track", pytest.approx(500 * 0.0145 / factor - 5))
    assert free(50, 50 * 1.0145)[0] == "acceleration_needed"


def test_a_limit_that_is_kept_is_on_track_and_left_is_deterioration():
    assert free(100, 100, limit=100.0) == ("on_track", 5.0)
    assert free(100, 99, limit=100.0) == ("deterioration", pytest.approx(-3.75))


def test_edges_without_target():
    assert free(0, 0.002) == ("on_track", 5.0)
    assert free(-10, 5)[0] == "" and np.isnan(free(-10, 5)[1])
    assert free(100, 150, years=0.0)[0] == ""
    assert free(-10, 5, years=5.0)[0] == ""
    assert free(-10, -9) == ("on_track", 5.0)  # a negative base that rises, more is better


def test_missing_base_year_is_the_next_later_year():
    years = np.array([2010.0, 2014.0, 2017.0, 2020.0])
    history = np.array([[1.0, 2.0, 3.0, 4.0], [1.0, 2.0, np.nan, 4.0], [1.0, 2.0, np.nan, np.nan]])
    value, year = open_sdg.base(history, years, np.full(3, 2015.0))
    assert value == pytest.approx([3.0, 4.0, np.nan], nan_ok=True) and year == pytest.approx(
        [2017, 2020, np.nan], nan_ok=True
    )


def test_several_series_by_their_mean_score():
    group = np.array([0, 0, 1, 1, 2, 2, 3, 4, 4, 5])
    words = np.array(["achieved", "achieved", "achieved", "limited", "limited", "", "", "", "achieved", "x"])
    score = np.array([5.0, 5.0, 5.0, 0.0, -2.5, np.nan, np.nan, np.nan, 5.0, -2.6])
    classes, mean = open_sdg.combined(group, words, score)
    assert classes.tolist() == ["achieved", "on_track", "limited", "", "achieved", "deterioration"]
    assert mean == pytest.approx([5.0, 2.5, -2.5, np.nan, 5.0, -2.6], nan_ok=True)
    assert open_sdg.combined(np.array([0, 0]), np.array(["achieved", "limited"]), np.array([5.0, -5.0]))[0][0] == (
        "acceleration_needed"
    )


def test_no_series_at_all():
    none = np.array([])
    assert len(open_sdg.verdict(*[none] * 8)[0]) == 0
    assert len(open_sdg.combined(np.array([], int), np.array([], str), none)[0]) == 0
