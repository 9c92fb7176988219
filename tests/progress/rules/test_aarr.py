"""UNICEF's rate: a slope of -.06613 is a reduction of 6.4 % a year."""

import numpy as np
import pytest

from analysis.progress.rules import aarr

YEARS = np.arange(1990.0, 2006.0)


def test_published_example():
    history = np.array([40 * np.exp(-0.06613 * (YEARS - 1990))])
    assert aarr.observed(history, YEARS)[0] == pytest.approx(0.064, abs=5e-5)


def test_gaps_do_no_harm_and_the_line_is_least_squares():
    """ln p = 0, 1, 1 at t = 0, 1, 3: mean t = m = 4/3, sum of (t - m) ln p = 4/3, sum of (t - m)^2 = 14/3."""
    history = np.array([[1.0, np.e, np.nan, np.e]])
    assert aarr.observed(history, np.arange(4.0))[0] == pytest.approx(1 - np.exp((4 / 3) / (14 / 3)))


def test_no_rate_with_one_figure_a_zero_or_a_negative():
    history = np.array([[np.nan, 3.0], [0.0, 3.0], [-1.0, 3.0], [np.nan, np.nan]])
    assert np.isnan(aarr.observed(history, np.arange(2.0))).all()
    assert np.isnan(aarr.observed(np.empty((1, 0)), np.array([]))).all()


def test_required_and_words():
    """Half in ten years asks for 1 - .5^(1/10) = 6.697 % a year; a target of zero for none that exists."""
    base, year, target, end = (np.array(v, float) for v in ([40, 40, 40], [2015] * 3, [20, 0, 20], [2025, 2025, 2015]))
    needed = aarr.required(base, year, target, end)
    assert needed == pytest.approx([0.0669670, np.nan, np.nan], nan_ok=True)
    words = aarr.verdict(
        np.array([30.0, 30.0, 20.0, 30.0]),
        np.array([20.0, 20.0, 20.0, np.nan]),
        np.full(4, -1.0),
        np.array([0.07, 0.06, 0.01, 0.07]),
        np.array([0.067, 0.067, 0.067, np.nan]),
    )
    assert words.tolist() == ["on track", "off track", "achieved", ""]
