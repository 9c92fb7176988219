"""Missing years are spacing: by hand, and against the same series without a gap."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.projection import spacing
from analysis.projection.method import growth, growth_average, level, linear, share

NAN = np.nan
GAPPED = np.array([[10.0, 11, 12, NAN, 14, NAN, 15, 16, 17]])


def test_figures_stand_at_their_own_years():
    found = spacing.figures(GAPPED, 6)
    assert found.value[0].tolist() == [11, 12, 14, 15, 16, 17] and found.years[0].tolist() == [1, 2, 4, 6, 7, 8]
    assert found.count.tolist() == [6] and spacing.missing(GAPPED).tolist() == [2]
    assert not spacing.gapped(np.array([[NAN, NAN, 1.0, 2.0]])).any()
    change, took = spacing.changes(found)
    assert change[0].tolist() == [1, 2, 1, 1, 1] and took[0].tolist() == [1, 2, 2, 1, 1]


def test_mean_and_deviation_by_hand():
    """1, 2 in two years, 3: six in four years, 1.5 a year; strays -.5, -1 over two years, 1.5."""
    mean, spread, count = spacing.yearly(np.array([[1.0, 2.0, 3.0]]), np.array([[1.0, 2.0, 1.0]]))
    assert (mean[0], count[0]) == (1.5, 3)
    assert spread[0] == pytest.approx(((0.25 + 1 / 2 + 2.25) / 2) ** 0.5)


def test_missing_years_are_filled_on_the_line():
    assert spacing.filled(GAPPED)[0].tolist() == [10, 11, 12, 13, 14, 14.5, 15, 16, 17]
    assert np.isnan(spacing.filled(np.array([[NAN, 1.0, NAN]]))).tolist() == [[True, False, True]]


def test_growth_across_a_gap_is_the_root_of_the_whole_change():
    fitted = growth.fit(np.log(np.array([[10.0, 11, 12, NAN, 14, 15, 16]])))
    assert fitted.drift == pytest.approx(np.log(1.6) / 6) and fitted.changes == 5


def widths(history, horizon=3):
    """The 80 % range of every method, one element a method."""
    steps = np.full(1, float(horizon))
    drawn = {
        "level": level.quantiles(level.fit(history, horizon))[0, -1],
        "growth": growth_average.quantiles(growth_average.fit(np.log(history)), steps, (0.1, 0.9))[0],
        "linear": linear.quantiles(linear.fit(history, steps))[0],
        "share": share.quantiles(share.fit(history, horizon))[0, -1],
    }
    return {name: one[-2] - one[1] if len(one) > 2 else one[1] - one[0] for name, one in drawn.items()}


def test_range_with_gaps_is_no_narrower_than_that_of_the_unbroken_series():
    broken, whole = widths(GAPPED), widths(spacing.filled(GAPPED))
    for name, width in broken.items():
        assert width >= whole[name] * (1 - 1e-9), name


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(20, 80), min_size=9, max_size=14), st.sets(st.integers(1, 7), min_size=1, max_size=3))
def test_a_gap_never_moves_the_last_figure_nor_loses_one(values, holes):
    history = np.array([values])
    history[0, list(holes)] = NAN
    for made in (level.quantiles(level.fit(history, 2)), share.quantiles(share.fit(history, 2))):
        assert np.isfinite(made).all() and np.all(np.diff(made, axis=-1) >= 0)
    assert linear.fit(history, np.ones(1)).freedom == len(values) - len(holes) - 2
