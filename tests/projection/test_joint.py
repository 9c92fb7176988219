"""The number of targets met together, and parts that add up on every path."""

import numpy as np
import pytest

from analysis.projection import joint, reconcile


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


def test_sums_of_paths_are_paths_of_sums_and_contributions_are_exact():
    wanted = reconcile.correlation(("agriculture", "industry_construction", "services"))
    last = np.array([16.0, 46.5, 37.5])
    paths = reconcile.growth_paths(last, np.log([1.025, 1.11, 1.12]), np.array([0.02, 0.04, 0.03]), wanted, 5)
    before = np.concatenate([np.broadcast_to(last, (len(paths), 1, 3)), paths[:, :-1]], axis=1)
    growth = 100 * (paths.sum(axis=2) / before.sum(axis=2) - 1)
    assert reconcile.contributions(paths, before).sum(axis=2) == pytest.approx(growth)
    # methods: 2.5/11/12 % met exactly from shares 16/46.5/37.5 gives 10.20 % a year
    assert 100 * np.expm1(np.log(np.median(paths[:, -1].sum(axis=1)) / 100) / 5) == pytest.approx(10.20, abs=0.15)
    goals = np.stack([paths[:, -1, 1] > 46.5 * 1.11**5, paths[:, -1].sum(axis=1) > 100 * 1.102**5], axis=1)
    one, other, both = reconcile.joint_probability(goals)
    assert max(one + other - 1, 0) <= both <= min(one, other)
