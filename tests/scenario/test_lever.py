"""Levers, by hand: Thái Tân's targets of 2.5, 11 and 12 % do not make 10.9 %."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.scenario import lever
from analysis.scenario.lever import Lever

PARTS = (
    Lever("agriculture", 16.0, 2.5),
    Lever("industry_construction", 46.5, 11.0),
    Lever("services", 37.5, 12.0),
)


def test_parts_at_their_own_targets_miss_the_whole():
    """16 * 1.025^5 + 46.5 * 1.11^5 + 37.5 * 1.12^5 = 18.1025 + 78.3552 + 66.0878 = 162.5456."""
    assert lever.index(PARTS, 5) == pytest.approx(18.1025 + 78.3552 + 66.0878, abs=2e-4)
    assert round(lever.mean_rate(PARTS, 5), 2) == 10.20


def test_first_year_is_the_weighted_mean():
    assert lever.mean_rate(PARTS, 1) == pytest.approx(0.16 * 2.5 + 0.465 * 11 + 0.375 * 12)


@pytest.mark.parametrize(
    ("shares", "first", "five"),
    [((10, 50, 40), 10.55, 10.68), ((5, 62.5, 32.5), 10.9, 10.97), ((21, 42.5, 36.4), 9.6, 9.8)],
)
def test_other_shares(shares, first, five):
    levers = [Lever(str(place), share, rate) for place, (share, rate) in enumerate(zip(shares, (2.5, 11, 12), strict=True))]
    digits = 1 if first == 9.6 else 2
    assert round(lever.mean_rate(levers, 1), digits) == first
    assert round(lever.mean_rate(levers, 5), digits) == five


def test_what_the_rates_ask_of_the_shares():
    slope, intercept = lever.share_line((2.5, 11.0, 12.0), 10.9)
    assert slope == pytest.approx(8.5) and intercept == pytest.approx(-0.1)
    agriculture = 0.05
    services = slope * agriculture + intercept
    assert 2.5 * agriculture + 11 * (1 - agriculture - services) + 12 * services == pytest.approx(10.9)


def test_one_part_alone():
    """Services alone: 0.375 (1 + g)^5 = 1.109^5 - 0.181025 - 0.783552."""
    needed = 100 * (((1.109**5 - 0.16 * 1.025**5 - 0.465 * 1.11**5) / 0.375) ** 0.2 - 1)
    assert lever.rate_alone(PARTS, "services", 10.9, 5) == pytest.approx(needed)
    assert round(needed, 2) == 13.71


@given(
    st.lists(st.tuples(st.floats(0.01, 1e6), st.floats(-10, 20)), min_size=2, max_size=5),
    st.floats(0, 15),
    st.integers(1, 10),
)
def test_the_rate_alone_gives_the_goal(parts, goal, years):
    levers = [Lever(str(place), level, rate) for place, (level, rate) in enumerate(parts)]
    rate = lever.rate_alone(levers, "0", goal, years)
    if not math.isnan(rate):
        moved = [Lever("0", levers[0].level, rate), *levers[1:]]
        assert lever.index(moved, years) == pytest.approx(100 * (1 + goal / 100) ** years, rel=1e-6)


def test_no_growth_brings_the_whole_down_far_enough():
    assert math.isnan(lever.rate_alone((Lever("a", 1.0, 0.0), Lever("b", 99.0, 20.0)), "a", 1.0, 5))


@pytest.mark.parametrize(("first", "after"), [(8.0, 11.64), (9.0, 11.38), (10.9, 10.9)])
def test_after_a_first_year(first, after):
    assert round(lever.rate_after(10.9, 5, first), 2) == after
    assert math.isnan(lever.rate_after(10.9, 1, first))
