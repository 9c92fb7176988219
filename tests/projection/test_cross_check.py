"""The cross-check with statsmodels: steady growth is carried on by every model, odd histories are none."""

import warnings

import numpy as np
import pytest

from analysis.projection import cross_check

pytest.importorskip("statsmodels")


def test_every_model_carries_growth_on():
    rng = np.random.default_rng(5)
    levels = 100 * 1.08 ** (np.arange(12) + rng.normal(0, 0.05, 12))
    found = cross_check.others(levels, 5)
    assert [one.model for one in found] == ["ETSModel", "ThetaModel", "UnobservedComponents"]
    for one in found:
        assert one.low < one.centre < one.high
    components = found[2]
    assert components.centre == pytest.approx(levels[-1] * (levels[-1] / levels[0]) ** (5 / 11), rel=0.01)
    for damped in found[:2]:
        assert levels[-1] * 1.08 < damped.centre < levels[-1] * 1.08**5.5


@pytest.mark.parametrize("levels", [[1.0, 2, 3, 4], [], [1.0, 2, 0, 4, 5], [1.0, 2, np.nan, 4, 5]])
def test_too_short_or_impossible_a_history_has_no_cross_check(levels):
    assert cross_check.others(np.array(levels), 3) == []


def test_doubtful_fits_say_nothing_on_the_side(capsys):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = cross_check.others(np.array([62.0, 69, 75, 81, 90, 100, 111.82]), 5)
    assert len(found) == 3 and all(np.isfinite([one.low, one.high]).all() for one in found)
    assert capsys.readouterr() == ("", "")
