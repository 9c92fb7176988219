"""Levels: continuations by hand, and what must hold whatever the series."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.projection import residual
from analysis.projection.method import centre, level
from analysis.schema.codelist import QUANTILE_LEVELS

SERIES = st.lists(st.floats(0.5, 1e6), min_size=5, max_size=20).map(lambda values: np.array([values]))
FIVE = np.array([[100.0, 110.0, 100.0, 120.0, 140.0]])


def test_median_and_root_continuations_by_hand():
    # changes 10, -10, 20, 20: median 15
    assert centre.median(FIVE, 3) == pytest.approx(np.array([[155.0, 170.0, 185.0]]))
    change = 0.8 * (np.sqrt(140) - 10) / 4
    assert centre.root(FIVE, 2) == pytest.approx(np.square([[np.sqrt(140) + change, np.sqrt(140) + 2 * change]]))


def test_damped_follows_a_straight_line_that_fades():
    # a line is met exactly only by phi = 1; of the grid the slowest fading errs least
    line = np.array([[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]])
    ahead = centre.damped(line, 3)[0]
    assert 7.5 < ahead[0] < 9.01 and np.all(np.diff(ahead) > 0) and np.all(np.diff(ahead, 2) < 0)


def test_theta_of_a_straight_line_goes_on_with_at_least_half_its_slope():
    ahead = centre.theta(np.array([[1.0, 2.0, 3.0, 4.0, 5.0]]), 2)[0]
    assert ahead == pytest.approx([5.5, 6.0])  # the doubled line is the line itself, smoothed with alpha 1


def test_centre_never_falls_below_a_tenth_of_the_last_value():
    assert np.all(centre.centre(np.array([[1e6, 1e5, 1e4, 1e3, 1e2]]), 6) >= 10)


@settings(max_examples=60, deadline=None)
@given(SERIES, st.floats(1e-3, 1e3))
def test_a_change_of_unit_changes_the_unit_alone(history, unit):
    one, other = (level.quantiles(level.fit(series, 4)) for series in (history, history * unit))
    assert other == pytest.approx(one * unit, rel=1e-6)


@settings(max_examples=60, deadline=None)
@given(SERIES, st.integers(1, 8), st.floats(0.01, 1e7), st.floats(1.0, 5.0))
def test_probability_is_in_bounds_and_falls_with_the_target(history, step, goal, times):
    fitted = level.fit(history, 8)
    low, high = (level.probability_at_least(fitted, np.array([step]), np.array([one]))[0] for one in (goal, goal * times))
    assert 0 <= high <= low <= 1


@settings(max_examples=60, deadline=None)
@given(SERIES)
def test_quantiles_rise_and_are_positive(history):
    drawn = level.quantiles(level.fit(history, 8))
    assert np.all(np.diff(drawn, axis=2) >= 0) and np.all(drawn > 0) and np.isfinite(drawn).all()


@given(st.floats(0.01, 1e9), st.integers(5, 18))
def test_a_constant_series_mostly_not_surely_stays(value, years):
    fitted = level.fit(np.full((1, years), value), 3)
    drawn = level.quantiles(fitted)
    assert drawn[:, :, 2:5] == pytest.approx(np.full((1, 3, 3), value)) and drawn[0, 2, 0] < value < drawn[0, 2, -1]
    chance = [level.probability_at_least(fitted, np.array([3]), np.array([value * part]))[0] for part in (0.5, 1, 1.001, 2)]
    assert 1 > chance[0] > chance[1] > 0.9 and 0.15 > chance[2] > chance[3] > 0


def test_probability_is_what_the_quantiles_say():
    fitted = level.fit(FIVE, 6)
    for place, one in enumerate(QUANTILE_LEVELS):
        goal = level.quantiles(fitted)[:, 5, place]
        assert level.probability_at_least(fitted, np.array([6]), goal) == pytest.approx([1 - one], abs=1e-6)


def test_what_is_not_claimed_is_nan_and_rows_do_not_touch_each_other():
    rows = np.array(
        [[np.nan, 1.0, 2, 3, 4], [1, 2, 0, 4, 5], [1, 2, np.inf, 4, 5], [1, 2, -3, 4, 5], [100, 110, 100, 120, 140]]
    )
    fitted = level.fit(rows, 2)
    assert np.isnan(level.quantiles(fitted)[:4]).all()
    assert level.quantiles(fitted)[4:] == pytest.approx(level.quantiles(level.fit(FIVE, 2)))


def test_only_the_last_fifteen_years_count_and_farther_horizons_are_wider():
    long = np.exp(np.cumsum(np.random.default_rng(1).normal(0.05, 0.1, (1, 30)), axis=1))
    assert level.quantiles(level.fit(long, 9)) == pytest.approx(level.quantiles(level.fit(long[:, -15:], 9)))
    assert np.all(np.diff(level.fit(long, 9).scale[0, 5:]) > 0)


def test_tails_beyond_the_last_quantile_go_on_falling():
    law = level.learnt().laws[5, 5]
    inside = residual.below(law, np.array([law[0], law[-1]]))
    assert inside == pytest.approx([0.01, 0.99])
    beyond = residual.below(law, np.array([10 * law[0], 10 * law[-1]]))
    assert 0 <= beyond[0] < 0.01 and 0.99 < beyond[1] <= 1
    assert residual.below_each(law[None], np.array([0.37])) == pytest.approx(residual.below(law, np.array([0.37])))
