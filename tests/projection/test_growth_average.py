"""Growth averages: half own past, half peers; nested targets; part of a year known."""

import numpy as np
import pytest

from analysis.projection.method import growth_average as growth
from analysis.projection.method.growth import from_start, towards

HISTORY = np.log(np.array([[100, 110, 118, 131, 140, 155.0]]))


def test_centre_is_half_own_half_peers_and_scale_their_geometric_mean():
    fitted = growth.fit(HISTORY)
    steps = np.diff(HISTORY[0])
    drawn = towards(fitted, np.array([0.06]), np.array([0.02]))
    assert drawn.drift == pytest.approx([0.5 * steps.mean() + 0.03])
    assert drawn.spread == pytest.approx([np.sqrt(steps.std(ddof=1) * 0.02)])
    assert towards(fitted, np.array([np.nan]), np.array([np.nan])) == fitted


def test_ten_point_nine_percent_over_five_years():
    goal = growth.log_level_for(np.log(np.array([100.0])), np.array([5.0]), np.array([10.9]))
    assert np.exp(goal) == pytest.approx([167.75], abs=0.01)
    assert growth.average(goal, np.log(np.array([100.0])), np.array([5.0])) == pytest.approx([10.9])


def test_nested_targets_are_monotone_and_probabilities_are_the_quantiles():
    fitted = growth.fit(np.repeat(HISTORY, 60, axis=0))
    goals = HISTORY[0, -1] + np.linspace(-1, 2, 60)
    chance = growth.probability_at_least(fitted, np.full(60, 5.0), goals)
    assert np.all(np.diff(chance) <= 0) and np.all((chance >= 0) & (chance <= 1))
    one = growth.fit(HISTORY)
    for level in (0.025, 0.1, 0.5, 0.9):
        goal = growth.quantiles(one, np.array([5.0]), (level,))[:, 0]
        assert growth.probability_at_least(one, np.array([5.0]), goal) == pytest.approx([1 - level], abs=1e-6)


def test_the_start_known_by_some_months_adds_its_own_error():
    base = growth.fit(HISTORY)
    for month, error in ((3, 0.0133), (6, 0.0083), (9, 0.005), (12, 0.0)):
        started = from_start(base, np.array([0.08]), np.array([float(month)]), np.array([0.0]))
        assert started.start_error == pytest.approx([error])
        assert started.level == pytest.approx(HISTORY[:, -1] + 0.08)
        low, high = growth.quantiles(started, np.array([0.0]), (0.1, 0.9))[0]
        assert high - low == pytest.approx(2 * 1.2816 * error, abs=1e-4)
    beside = from_start(base, np.array([0.08]), np.array([9.0]), np.array([0.012]))
    assert beside.start_error == pytest.approx([0.013])  # .005 and .012


def test_an_estimate_may_be_revised():
    moved = growth.unrevised(growth.fit(HISTORY), np.array([True]))
    assert moved.level == pytest.approx(HISTORY[:, -1] - 0.0023)
    assert moved.start_error == pytest.approx([0.0095])


def test_a_series_that_never_varied_nearly_surely_goes_on():
    """Six changes of a tenth each: the spread believed is .0042, what one country's stretch in a hundred stayed below."""
    steady = growth.fit(np.cumsum(np.full((1, 7), 0.1), axis=1))
    drawn = towards(steady, np.array([0.02]), np.array([0.05]))
    assert drawn.drift == pytest.approx([0.1]) and growth.spread(drawn) == pytest.approx([0.0042])
    chance = [growth.probability_at_least(drawn, np.array([2.0]), np.array([one]))[0] for one in (0.86, 0.9, 0.94)]
    assert 1 > chance[0] > 0.98 and 0.4 < chance[1] < 0.6 and 0 < chance[2] < 0.02


def test_a_constant_added_before_the_history_changes_no_probability():
    shifted = growth.fit(HISTORY + 3.0)
    goal = HISTORY[:, -1] + 0.5
    plain = growth.probability_at_least(growth.fit(HISTORY), np.array([5.0]), goal)
    assert growth.probability_at_least(shifted, np.array([5.0]), goal + 3.0) == pytest.approx(plain)


def test_too_few_changes_claim_nothing():
    assert np.isnan(growth.probability_at_least(growth.fit(HISTORY[:, 1:]), np.array([1.0]), np.array([0.0]))).all()
