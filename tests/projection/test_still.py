"""What has stood still: the shipped chances, the atom, and that quantiles and probabilities say the same."""

import numpy as np
import pytest
from panels import FOLDER, needs_panels

from analysis.projection.method import level, linear, share, still

LEVELS = np.array([0.01, 0.05, 0.1, 0.5, 0.9, 0.95, 0.99])
ALIKE = {
    "level": np.full((1, 8), 5.0),
    "share": np.full((1, 8), 60.0),
    "full": np.full((1, 8), 100.0),
    "empty": np.zeros((1, 8)),
}


def chance(name, step, goal):
    if name == "level":
        return level.probability_at_least(level.fit(ALIKE[name], step), np.array([step]), np.array([goal]))[0]
    return share.probability_at_least(share.fit(ALIKE[name], step), np.array([step]), np.array([goal]))[0]


def drawn(name, step):
    if name == "level":
        return level.quantiles(level.fit(ALIKE[name], step), tuple(LEVELS))[0, step - 1]
    return share.quantiles(share.fit(ALIKE[name], step), tuple(LEVELS))[0, step - 1]


@pytest.mark.parametrize("name", ALIKE)
def test_the_chance_of_no_move_is_that_of_others_that_stood_as_long(name):
    last, group = ALIKE[name][0, -1], still.GROUPS.index(name)
    for step in (1, 3, 6):
        moved = still.learnt().moved[group, 1, step - 1]
        up = chance(name, step, last + 1e-7) if last < 100 else 0.0
        down = 1 - chance(name, step, last) if last > 0 else 0.0
        assert up + down == pytest.approx(moved, abs=5e-3)
        assert 0.004 < moved < 0.4


@pytest.mark.parametrize("name", ALIKE)
def test_quantiles_and_chances_agree_within_the_bounds(name):
    for step in (1, 6, 9):
        values = drawn(name, step)
        assert np.all(np.diff(values) >= 0) and values.min() >= 0 and (name == "level" or values.max() <= 100)
        for one, value in zip(LEVELS, values, strict=True):
            assert chance(name, step, value) >= 1 - one - 1e-6
            assert chance(name, step, value * 1.0001 + 1e-6) <= 1 - one + 2e-3


def test_longer_ahead_moves_are_likelier_and_a_longer_rest_makes_them_rarer():
    group = np.zeros(1, dtype=int) + still.GROUPS.index("share")

    def moved(points, step):
        law = still.moves(np.array([points]), np.array([step]), group)
        return (law.down + law.up)[0]

    assert moved(6, 1) < moved(6, 3) < moved(6, 6) < moved(6, 12) < 1
    assert moved(12, 1) < moved(6, 1)


def test_a_figure_that_may_be_negative_moves_both_ways():
    lines = linear.fit(np.array([[-5.0] * 6, [0.0] * 6]), np.array([3.0, 3.0]))
    low, middle, high = linear.quantiles(lines, (0.005, 0.5, 0.995)).T
    assert middle.tolist() == [-5, 0] and np.all(low < middle) and np.all(middle < high)
    assert linear.probability_at_least(lines, np.array([-5.0, 0.0]))[1] == pytest.approx(
        1 - still.learnt().moved[still.GROUPS.index("zero"), 0, 2] / 2
    )


def test_rounding_alone_is_no_move():
    history = np.array([[0.1 + 0.2, 0.3, 0.3, 0.1 + 0.2, 0.3], [1, 1, 1, 1, 1 + 1e-6]])
    assert still.run(history).tolist() == [5, 0]


@needs_panels
def test_shipped_tables_are_what_the_histories_say():
    from analysis.trial import panel
    from analysis.trial.learn import still_fit

    origins = still_fit.stood(panel.histories(FOLDER))
    table = still_fit.learn(origins, np.ones(len(origins.series), dtype=bool))
    assert table.moved == pytest.approx(still.learnt().moved, abs=1e-5)
    assert table.size == pytest.approx(still.learnt().size, abs=1e-5)
    by_hand = origins.move[(origins.group == 4) & (origins.points < 8), 0]
    by_hand = by_hand[~np.isnan(by_hand)]
    assert table.moved[4, 0, 0] == pytest.approx((by_hand != 0).mean(), abs=0.01)
