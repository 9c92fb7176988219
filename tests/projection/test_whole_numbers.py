"""Counts, x of N, kept-up years, yearly trials, sums: by hand."""

import csv

import numpy as np
import pytest
from scipy import stats

from analysis.projection import fitted as fitted_of
from analysis.projection import law, residual
from analysis.projection.method import count, cumulative, keep, linear

N = np.full(1, 8.0)
FOUR = np.full(1, 4.0)


def test_beta_binomial_by_hand():
    # chance uniform on [0, 1]: each number of successes of 4 is as likely
    assert law.beta_binomial_at_least([0, 1, 4, 5], [4, 4, 4, 4], [1] * 4, [1] * 4) == pytest.approx([1, 0.8, 0.2, 0])


def test_negative_binomial_tends_to_poisson():
    assert law.negative_binomial_at_most([0, 2], [1e8, 1e8], [1.5, 1.5]) == pytest.approx(
        [np.exp(-1.5), np.exp(-1.5) * (1 + 1.5 + 1.125)], abs=1e-6
    )


def test_x_of_n_is_monotone_whole_and_counts_on_what_is_met():
    history = np.array([[2.0, 3, 4, 5, 6, 6]])
    chance = [count.share_probability(history, N, FOUR, np.array([float(k)]))[0] for k in range(10)]
    assert chance[0] == pytest.approx(1) and chance[9] == 0 and np.all(np.diff(chance) <= 0)
    assert chance[6] > 0.85 and 0.2 < chance[8] < chance[7] < 0.95
    drawn = count.share_quantiles(history, N, FOUR)
    assert np.all(drawn == np.round(drawn)) and drawn[0, 1] >= 6 and drawn.max() <= 8
    lapsed = np.array([[7.0, 8, 8, 6, 7, 8]])
    assert count.share_probability(lapsed, N, FOUR, N)[0] < count.share_probability(history[:, ::-1] * 0 + 8, N, FOUR, N)[0]


def test_x_of_n_by_hand():
    """5, 5, 6 of 8: one unit gained of three and three missing, none lost in ten unit-years; one year on."""
    history, one = np.array([[5.0, 5, 5, 5, 6]]), np.ones(1)
    gain, lapse = (1 + 0.2) / (12 + 1), 0.5 / (20 + 20.5)
    law_ = count.share_law(history, N, one)[0]
    come = stats.betabinom(2, gain * 13, (1 - gain) * 13)
    lost = stats.betabinom(6, lapse * 40.5, (1 - lapse) * 40.5)
    assert law_[8] == pytest.approx(come.pmf(2) * lost.pmf(0))
    assert law_[7] == pytest.approx(come.pmf(1) * lost.pmf(0) + come.pmf(2) * lost.pmf(1))
    assert law_.sum() == pytest.approx(1)


def test_counts_that_wander_go_on_from_their_last_figure():
    """2 to 8 in steps of one: nothing turns them round; 3, 9, 2, 8, 4, 9, 3: every year for itself."""
    rising, tossed = np.array([[2.0, 3, 4, 5, 6, 7, 8]]), np.array([[3.0, 9, 2, 8, 4, 9, 3]])
    for step in (1.0, 3.0):
        assert count.quantiles(rising, np.array([step]), (0.5,))[0, 0] == 8
        assert count.quantiles(tossed, np.array([step]), (0.5,))[0, 0] in (4, 5)
    falling = rising[:, ::-1] - 2
    drawn = count.quantiles(falling, np.full(1, 4.0))
    assert drawn.min() == 0 and np.all(np.diff(drawn) >= 0)
    assert count.persistence(rising)[0] > 0.85 and count.persistence(tossed)[0] == 0


def test_zero_targets():
    history = np.array([[5.0, 3, 4, 2, 1, 0], [0] * 6, [20, 22, 18, 25, 19, 21], [0, 0, 0, 0, 0, -1]])
    chance = count.at_most_probability(history, np.full(4, 4.0), np.zeros(4))
    assert 0.05 < chance[0] < 0.6 and 0.8 < chance[1] < 1 and chance[2] < 1e-3 and np.isnan(chance[3])


def test_keep_formula_and_recent_streaks():
    # (3.3 / 3.5) (4.3 / 4.5) (5.3 / 5.5)
    assert keep.probability(np.array([3.0]), np.array([3.0])) == pytest.approx([0.868190], abs=1e-6)
    recent = keep.probability(np.full(3, 3.0), np.array([1.0, 3, 5]), np.full(3, True))
    assert recent == pytest.approx([0.89, 0.77, 0.71])
    met = [[0.0, 1, 1, 1], [1, 1, 1, 1], [1, 1, 1, 0], [1, 1, np.nan, 1], [0, np.nan, 1, np.nan]]
    run, lately = keep.streak(np.array(met))
    assert run.tolist() == [3, 4, 0, 3, 1]  # a year not known neither counts as kept nor ends a streak
    assert lately.tolist() == [True, False, False, False, True]


def test_yearly_trials_fall_with_the_years_and_rise_with_the_record():
    met = np.array([[1.0, 1, 1, 1, 1], [1, 0, 1, 0, 1], [0, 0, 0, 0, 0], [np.nan] * 5])
    one, five = (keep.each_year(met, np.full(4, years)) for years in (1.0, 5.0))
    assert np.all(five[:3] < one[:3]) and one[0] > one[1] > one[2] and np.isnan(one[3])


def test_yearly_trials_by_hand():
    """Missed, then met twice: 1 + .8 against .64, three quarters added to both; one and two more years."""
    met = np.array([[0.0, 1, 1]])
    a, b = 1 + 0.8 + 0.75, 0.64 + 0.75
    one, two = (keep.each_year(met, np.array([years]))[0] for years in (1.0, 2.0))
    assert one == pytest.approx(a / (a + b)) and two == pytest.approx(a / (a + b) * (a + 1) / (a + b + 1))
    lately, before = (keep.each_year(np.array([past]), np.array([1.0]))[0] for past in ([0.0, 1.0], [1.0, 0.0]))
    assert lately > before, "the last year counts most"


def test_sum_of_a_steady_flow():
    flow = np.full((2, 6), 40.0)
    coming = cumulative.law(flow, np.array([4.0, 4.0]), np.array([1.0, 0.25]))
    assert coming[:, len(residual.LEVELS) // 2] == pytest.approx([160.0, 130.0])
    so_far = np.array([40.0, 70.0])
    assert np.all(cumulative.probability_at_least(so_far, coming, np.array([200.0, 200.0])) > 0.85)
    assert np.all(cumulative.probability_at_least(so_far, coming, np.array([201.0, 201.0])) < 0.2)
    assert cumulative.probability_at_least(np.array([210.0, 0]), coming, np.array([200.0, np.nan]))[0] == 1.0


def test_linear_by_hand():
    # changes 1, 3, 1, 3: mean 2, half of it carried on
    fitted = linear.fit(np.array([[-2.0, -1, 2, 3, 6], [5, 5, 5, 5, 5]]), np.array([2.0, 2.0]))
    assert fitted.centre == pytest.approx([8.0, 5.0])
    assert fitted.scale == pytest.approx([np.sqrt(4 / 3) * np.sqrt(2 * 1.5), 0.0])
    moved, down = _still_table()[("0", "5", "2")]
    assert linear.probability_at_least(fitted, np.array([8.0, 5.0])) == pytest.approx([0.5, 1 - moved * down])


def _still_table():
    """{(group, points from, horizon): (moved, share of it that went down)}: read apart from the code."""
    with (fitted_of.FOLDER / "still.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    keys = ("group", "points_from", "horizon")
    return {tuple(row[key] for key in keys): (float(row["moved"]), float(row["down"])) for row in rows}


def test_what_was_lost_may_be_regained_by_hand():
    """Not met three years, met, lost: gained once in three years, lost once in one; two years on."""
    met = np.array([[0.0, 0, 0, 1, 0], [0.0, 0, 0, 0, 0], [np.nan] * 5])
    gain, lose = 1.5 / 4, (1 + 1 - 1.3 / 1.5) / 2
    by_steps = gain * (1 - lose) + (1 - gain) * gain
    never, first = 0.5 / 5, 1 - 1.3 / 1.5
    found = keep.regained(met, np.full(3, 2.0))
    assert found[:2] == pytest.approx([by_steps, never * (1 - first) + (1 - never) * never])
    assert np.isnan(found[2])
