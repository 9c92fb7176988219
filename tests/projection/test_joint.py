"""The number of targets met together, and parts that add up on every path."""

import numpy as np
import pytest
from scipy import stats

from analysis.projection import joint, reconcile, residual


def test_twenty_targets_at_one_half():
    half = np.full(20, 0.5)
    assert joint.range_of(joint.number_met(half, 0.0)) == (7, 13)
    assert joint.range_of(joint.number_met(half, 0.35)) == (3, 17)


def test_two_targets_by_hand():
    assert joint.number_met(np.array([0.5, 0.2]), 0.0) == pytest.approx([0.4, 0.5, 0.1])
    together = joint.number_met(np.array([0.5, 0.5]), 0.3)
    # P(both) = 1/4 + asin(rho) / (2 pi)
    assert together[2] == pytest.approx(0.25 + np.arcsin(0.3) / (2 * np.pi), abs=2e-3)


def test_mean_number_does_not_depend_on_the_shock_and_sure_targets_are_sure():
    chance = np.array([0.0, 1.0, 0.3, 0.8, np.nan])
    for rho in (joint.RHO_LOW, joint.RHO, joint.RHO_HIGH):
        number = joint.number_met(chance, rho)
        assert number.sum() == pytest.approx(1) and number[0] == pytest.approx(0) and number[4] == pytest.approx(0)
        assert number @ np.arange(5) == pytest.approx(2.1, abs=0.01)
    assert joint.number_met(np.array([])).tolist() == [1.0]


def test_mint_adds_up_and_moves_what_is_uncertain():
    parts, total = reconcile.mint(np.array([10.0, 20.0]), np.array(33.0), np.array([1.0, 0.0]), np.array(1.0))
    assert parts == pytest.approx([11.5, 20.0]) and total == pytest.approx(31.5)
    still, whole = reconcile.mint(np.array([10.0, 20.0]), np.array(33.0), np.zeros(2), np.array(0.0))
    assert still == pytest.approx([10.0, 20.0]) and whole == pytest.approx(30.0)


def test_paths_are_correlated_as_asked_and_the_same_every_time():
    wanted = reconcile.correlation(("agriculture", "industry_construction", "services"))
    drawn = reconcile.normal_paths(wanted, 5)
    assert np.array_equal(drawn, reconcile.normal_paths(wanted, 5))
    found = np.corrcoef(drawn.reshape(-1, 3).T)
    assert found == pytest.approx(wanted, abs=0.03)


def laws(centre, spread):
    """Levels at residual.LEVELS of lognormal laws."""
    z = stats.norm.ppf(residual.LEVELS)
    return np.array(centre)[:, None] * np.exp(np.array(spread)[:, None] * z)


def test_sums_of_paths_are_paths_of_sums_and_contributions_are_exact():
    """methods: 2.5/11/12 % met exactly from shares 16/46.5/37.5 gives 10.20 % a year."""
    activities = ("agriculture", "industry_construction", "services")
    before = np.array([16.0, 46.5, 37.5])
    goal = before * np.array([1.025, 1.11, 1.12]) ** 5
    parts = laws(goal, [0.02, 0.06, 0.05])
    total = laws([goal.sum()], [0.05])
    one, whole = reconcile.coherent(parts[None], total, reconcile.correlation(activities))
    assert one.sum(axis=-1) == pytest.approx(whole, rel=1e-12)
    growth = 100 * (whole / before.sum() - 1)
    assert reconcile.contributions(one, before).sum(axis=-1) == pytest.approx(growth)
    assert 100 * np.expm1(np.log(np.median(whole) / 100) / 5) == pytest.approx(10.20, abs=0.05)
    met = np.stack([one[0, :, 1] >= goal[1], whole[0] >= goal.sum()])
    assert met.all(axis=0).mean() <= met.mean(axis=1).min()
    assert met.all(axis=0).mean() > met.mean(axis=1).prod()  # a part and its total err together


def test_groups_do_not_depend_on_each_other_and_still_parts_stay():
    wanted = reconcile.correlation(("agriculture", "industry_construction", "services"))
    parts = np.stack([laws([16.0, 46.5, 37.5], [0.02, 0.04, 0.03]), laws([1.0, 2, 3], [0, 0, 0])])
    total = laws([101.0, 9.0], [0.03, 0.0])
    both, wholes = reconcile.coherent(parts, total, wanted)
    alone, whole = reconcile.coherent(parts[:1], total[:1], wanted)
    assert np.array_equal(both[0], alone[0]) and np.array_equal(wholes[0], whole[0])
    assert both[1] == pytest.approx(np.tile([1.0, 2, 3], (reconcile.PATHS, 1))) and wholes[1] == pytest.approx(6.0)
