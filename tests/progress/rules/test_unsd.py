"""UN Progress Chart, by hand; a doubling of 100 by 2030 from 2015 asks for 2^(1/15) - 1 = 4.729 % a year."""

import numpy as np
import pytest

from analysis.progress.rules import unsd

A, OT, F, L, D = (
    "Target Achieved",
    "On Track",
    "Fair progress but acceleration needed",
    "Limited or No Progress",
    "Deterioration",
)
INS, NOT, OLD = "Insufficient Data", "Target Not Achieved", "No Data After 2015"
NONE = (np.nan,) * 3


def one(method, base, now, target=np.nan, toward=1.0, **more):
    values = {"base_year": 2015.0, "year": 2020.0, "deadline": 2030.0, "required": np.nan, "binary_target": np.nan} | more
    limits = {name: np.array([values.pop(name, NONE)], float) for name in ("pace_limits", "ratio_limits")}
    holding = np.array([values.pop("holding", False)])
    arrays = {name: np.array([float(value)]) for name, value in values.items()}
    arrays |= {
        name: np.array([float(v)]) for name, v in {"base": base, "now": now, "target": target, "toward": toward}.items()
    }
    return str(unsd.verdict(np.array([method]), unsd.Series(**arrays, **limits, holding=holding))[0])


def after(share, years=5, factor=2.0, base=100.0, span=15):
    """Return what `base` becomes at `share` of the rate that multiplies it by `factor` in `span` years."""
    return base * (1 + share * (factor ** (1 / span) - 1)) ** years


@pytest.mark.parametrize(
    ("share", "word"), [(0.951, OT), (0.949, F), (0.501, F), (0.499, L), (0.0, L), (-0.099, L), (-0.101, D)]
)
def test_cagrr_bands(share, word):
    assert one("CAGRR", 100, after(share), 200) == word
    assert one("CAGRR", 100, after(share, factor=0.5), 50, toward=-1.0) == word


@pytest.mark.parametrize(
    ("case", "word"),
    [
        ({"base": 100, "now": 199.95, "target": 200}, A),  # .99975 of the target
        ({"base": 100, "now": 199.8, "target": 200}, OT),  # .999
        ({"base": 100, "now": 0, "target": 50, "toward": -1.0}, A),  # zero where less is better
        ({"base": 210, "now": 199, "target": 200}, D),  # base met, moving back
        ({"base": 0, "now": 20, "target": 200}, INS),  # no rate from zero
        ({"base": np.nan, "now": 20, "target": 200}, INS),
        ({"base": np.nan, "now": 200, "target": 200}, A),  # no rate is needed
        ({"base": 100, "now": 120, "target": 200, "base_year": 2020.0}, INS),  # one year
        ({"base": 100, "now": 120, "target": -5}, INS),  # a target of the other sign
        ({"base": 100, "now": 120, "target": 200, "deadline": 2015.0}, INS),
        ({"base": 100, "now": 120, "target": 200, "year": 2015.0, "base_year": 2010.0}, OLD),
        ({"base": 100, "now": np.nan, "target": 200, "year": np.nan}, INS),
        ({"base": 100, "now": after(0.2), "target": 200, "ratio_limits": (0.95, 0.1, -0.1)}, F),
        ({"base": 100, "now": 100 * 0.97**5, "toward": -1.0, "required": -0.026}, OT),
        ({"base": 100, "now": 100 * 0.98**5, "toward": -1.0, "required": -0.026}, F),
    ],
)
def test_cagrr_edges(case, word):
    assert one("CAGRR", **case) == word


def test_nothing_required_is_met_iff_not_worse():
    assert one("CAGRR", 100, 100.02, 100.04, required=0.0) == A
    assert one("CAGRR", 100, 90, 100.5, required=0.0) == D


def test_a_change_of_sign_takes_the_real_part_of_the_root():
    """(-32 / 1)^(1/5) has the root 2 (cos 36 deg + i sin 36 deg): 1.618 - 1 = .618, on track; with -1.2, .839 - 1: worse."""
    assert unsd.growth(np.array([1.0]), np.array([-32.0]), np.array([5.0]))[0] == pytest.approx(0.6180339887)
    assert one("CAGRA", 1, -32) == OT
    assert one("CAGRA", 1, -1.2) == D


@pytest.mark.parametrize(("rate", "word"), [(0.0101, OT), (0.0099, F), (0.0051, F), (0.0049, L), (-0.0099, L), (-0.0101, D)])
def test_cagra_bands(rate, word):
    assert one("CAGRA", 100, 100 * (1 + rate) ** 5) == word
    assert one("CAGRA", 100, 100 * (1 - rate) ** 5, toward=-1.0) == word


@pytest.mark.parametrize(
    ("case", "word"),
    [
        ({"base": 100, "now": 96, "target": 95}, A),  # the target first
        ({"base": 100, "now": 96, "target": 95, "holding": True}, L),  # but not where only holding is asked
        ({"base": np.nan, "now": 0, "toward": -1.0}, A),  # nothing left and no base
        ({"base": np.nan, "now": 0, "toward": -1.0, "holding": True}, INS),
        ({"base": 5, "now": 0, "toward": -1.0}, OT),  # a fall to zero is a rate of -1
        ({"base": 5, "now": 0, "toward": -1.0, "target": 2}, A),
        ({"base": np.nan, "now": 7}, INS),
        ({"base": 100, "now": 100 * 0.9995**5, "holding": True, "pace_limits": (0.001, -0.0004, -0.001)}, L),
        ({"base": 100, "now": 100 * 1.004**5, "toward": -1.0, "pace_limits": (0.01, 0.005, -0.01)}, F),  # limits as given
    ],
)
def test_cagra_edges(case, word):
    assert one("CAGRA", **case) == word


@pytest.mark.parametrize(("share", "word"), [(0.96, OT), (0.94, F), (0.51, F), (0.49, L), (-0.09, L), (-0.11, D)])
def test_logarithmic_rates(share, word):
    """From 100 to 25 by 2030 asks for ln 4 / 15 a year."""
    assert one("CAGRR+AARRR", 100, 100 * np.exp(-share * np.log(4) / 3), 25, toward=-1.0) == word


@pytest.mark.parametrize(
    ("now", "word"), [(30.0, OT), (62.0, OT), (64.0, L), (100.0, L), (1200.0, L), (1300.0, D), (25.0, A)]
)
def test_aarrr(now, word):
    """ln 4 / 15 = .0924 a year asked: 62 in five years is .0956, 64 is .0893; 1,300 is -.513."""
    assert one("AARRR", 100, now, 25, toward=-1.0) == word


def test_aarrr_fair_and_edges():
    assert one("AARRR", 100, 100 * np.exp(-2.6), 0.001, toward=-1.0) == F  # .52 a year of .767
    assert one("AARRR", 20, 22, 25, toward=-1.0) == A
    assert one("AARRR", 20, 30, 25, toward=-1.0) == D
    assert one("AARRR", 100, -3, 25, toward=-1.0) == INS


def test_halving_and_doubling():
    assert one("Halving", 40, 20) == A and one("Halving", 40, 0) == A
    assert one("Halving", 40, after(0.6, factor=0.5, base=40)) == F
    assert one("Halving", np.nan, 20) == INS
    assert one("Doubling", 40, 80) == A
    assert one("Doubling", 40, after(0.4, base=40), ratio_limits=(0.95, 0.1, -0.1)) == L  # the usual limits in any case


def test_binary_needs_no_year():
    assert one("Binary", np.nan, 1, binary_target=1, year=2012.0) == A
    assert one("Binary", np.nan, 0, binary_target=1) == NOT


@pytest.mark.parametrize(("base", "now", "word"), [(2, 5, A), (2, 4, OT), (3, 4, F), (3, 3, L), (3, 2, D), (0, 2, OT)])
def test_likert(base, now, word):
    assert one("Likert", base, now, 5) == word


def test_likert_edges():
    assert one("Likert", np.nan, 5, 5) == A and one("Likert", np.nan, 4, 5) == INS
    assert one("Likert", 4, 2, 1, toward=-1.0) == OT
    assert one("Likert", 3, 4, 5, base_year=2020.0) == INS


@pytest.mark.parametrize(
    ("base", "now", "word"),
    [
        (0.8, 0.98, A),
        (0.8, 0.97, OT),  # the ends of the band are outside
        (0.8, 1.029, A),
        (0.8, 1.2, OT),  # passed
        (0.8, 0.8, L),
        (0.8, 0.7, D),
        (1.0, 1.1, D),
        (np.nan, 1.0, INS),
        (1.2, 1.2 * (1 / 1.2) ** (0.6 / 3), F),
    ],
)
def test_parity(base, now, word):
    assert one("Parity", base, now) == word


def test_parity_inside_the_band_needs_one_year_only():
    assert one("Parity", 1.0, 1.0, base_year=2020.0) == A and one("Parity", 1.1, 1.1, base_year=2020.0) == INS


@pytest.mark.parametrize(("now", "word"), [(35.0, OT), (39.5, F), (39.7, L), (40.3, L), (41.0, D), (0.25, A)])
def test_special_gini(now, word):
    """From 40: 35 is -2.6 % a year; 39.5 is -1.27 % of itself but -.25 % a year; 39.7 is -.76 %; 41 is +2.4 %."""
    assert one("SpecialGINI", 40, now, 0.25) == word


def test_base_is_the_nearest_to_2015_the_later_of_two_and_never_a_zero_where_a_rate_is_needed():
    years = np.array([2011.0, 2012.0, 2014.0, 2016.0, 2018.0, 2019.0])
    full = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    cases = np.array([full, full, full, full, full, full])
    cases[1, 3], cases[2, 1:5], cases[3, 3], cases[4, 3] = np.nan, np.nan, 0.0, 0.0
    given = np.array([np.nan, np.nan, np.nan, np.nan, np.nan, 2011.0])
    value, year = unsd.base(cases, years, given, np.array([False, False, False, False, True, False]))
    assert year == pytest.approx([2016, 2014, np.nan, 2014, 2016, 2011], nan_ok=True)
    assert value == pytest.approx([4, 3, np.nan, 3, 0, 1], nan_ok=True)
    assert np.isnan(unsd.base(cases[:1], years, np.array([2013.0]), np.array([False]))[0][0])
    assert len(unsd.base(np.empty((2, 0)), np.array([]), np.full(2, np.nan), np.zeros(2, bool))[0]) == 2


def test_unknown_method_has_no_word():
    assert one("Magic", 1, 2, 3) == ""
