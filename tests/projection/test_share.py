"""Shares: bounds, gaps, the way to exactly 100 %."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.projection.method import share

SHARES = st.lists(st.floats(0, 100), min_size=5, max_size=16).map(lambda values: np.array([values]))
RISING = np.array([[80.0, 84, 88, 91, 93, 95]])


def at_least(history, goal, step=4):
    return share.probability_at_least(share.fit(history, 6), np.array([step]), np.array([goal]))[0]


@settings(max_examples=80, deadline=None)
@given(SHARES, st.floats(0, 100), st.floats(0, 100), st.integers(1, 6))
def test_bounds_and_monotone_in_the_target(history, one, other, step):
    low, high = min(one, other), max(one, other)
    assert 0 <= at_least(history, high, step) <= at_least(history, low, step) <= 1
    drawn = share.quantiles(share.fit(history, 6))
    assert np.all(np.diff(drawn, axis=2) >= 0) and drawn.min() >= 0 and drawn.max() <= 100


def test_the_bound_itself_is_rarely_reached():
    assert at_least(RISING, 98.0) > 0.25
    assert at_least(RISING, 100.0) < 0.15
    assert at_least(RISING, 100.0) <= at_least(RISING, 99.9)


def test_mirror_of_a_falling_share():
    falling = 100 - RISING
    mirrored = share.probability_at_most(falling, 6, np.array([4]), np.array([0.0]))[0]
    assert mirrored == pytest.approx(at_least(RISING, 100.0))


def test_a_gap_takes_its_years():
    moved = share.movement(np.array([[80.0, np.nan, 84, 88, 91, 93]]))
    x = share.stretch(np.array([80.0, 93.0]))
    assert moved.points[0] == 5
    assert moved.drift == pytest.approx([(x[1] - x[0]) / 5])


def test_constant_few_and_out_of_range():
    still = np.full((1, 6), 97.0)
    drawn = share.quantiles(share.fit(still, 2))
    assert drawn[:, :, 2:5] == pytest.approx(np.full((1, 2, 3), 97.0)) and drawn[0, 1, 0] < 97 < drawn[0, 1, -1] <= 100
    assert 1 > at_least(still, 97.0) > 0.9 and 0.25 > at_least(still, 97.5) > 0
    for bad in ([50, 51, 52, 53], [50, 51, 101, 52, 53], [50, 51, 52, 53, np.nan]):
        assert np.isnan(at_least(np.array([bad], dtype=float), 60.0))
