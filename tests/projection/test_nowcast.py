"""This year's months: by hand, and that they move the year's end and everything after it the right way."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_dispatch import ask

from analysis.projection import dispatch, nowcast, residual
from analysis.projection.method import part_year

INSURED = np.array([[90.0, 91.2, 92.1, 93.5, 94.0, 94.4, 94.6]])


def share(counted=np.nan, month=np.nan, deadline=2026, target=96.0, **given_):
    """A share of each year to 2025, counted within 2026."""
    asked = {
        "history": INSURED,
        "transform": ["logit"],
        "target": [target],
        "deadline": [deadline],
        "in_percent": [True],
        "counted": [counted],
        "counted_month": [month],
        "stock": [True],
    } | given_
    return nowcast.project(ask(**{name: np.asarray(value) for name, value in asked.items()}))


def test_without_months_nothing_changes():
    asked = ask(history=INSURED, transform=np.array(["logit"]), target=np.array([96.0]))
    for name in ("probability", "quantiles"):
        assert getattr(nowcast.project(asked), name) == pytest.approx(getattr(dispatch.project(asked), name))


def test_a_stock_goes_on_from_the_day_it_was_counted():
    """95.2 % after nine months: the year's end is not below it, its range half as wide, the later years higher."""
    plain, told = share(), share(95.2, 9)
    expected = 95.2 + 0.25 * (plain.projected - 94.6)
    assert told.projected == pytest.approx(expected) and told.projected > 95.2
    width = told.quantiles[0, 5] - told.quantiles[0, 1]
    assert width == pytest.approx(0.5 * (plain.quantiles[0, 5] - plain.quantiles[0, 1]))
    assert share(95.2, 9, 2028).projected > share(deadline=2028).projected
    assert share(95.2, 12).projected == pytest.approx(95.2) and share(95.2, 12).probability == 0
    assert share(96.2, 12).probability == 1


@settings(max_examples=25, deadline=None)
@given(st.floats(88, 97), st.floats(0.1, 2), st.integers(1, 11))
def test_a_higher_count_never_lowers_the_chance_of_the_year(counted, more, month):
    low, high = share(counted, month), share(counted + more, month)
    assert high.probability >= low.probability - 1e-9 and high.projected >= low.projected - 1e-9
    assert 0 <= low.probability <= 1 and low.quantiles.min() >= 0 and high.quantiles.max() <= 100


def test_a_flow_is_what_has_come_over_its_usual_part():
    history = np.array([[100.0, 104, 110, 113, 111, 120]])
    given_ = {"history": history, "counted": np.array([78.0]), "counted_month": np.array([9.0])}
    given_ |= {"usual_part": np.array([0.65]), "deadline": np.array([2026]), "target": np.array([120.0])}
    told = nowcast.project(ask(**given_))
    law = part_year.learnt()[1, 2]
    assert told.quantiles[0] == pytest.approx(
        np.maximum(120 * np.exp(residual.quantile(law, np.array([0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975]))), 78.0)
    )
    assert told.probability == pytest.approx(1 - residual.below(law, np.array(0.0)), abs=1e-3)
    production = nowcast.project(ask(**given_, production=np.array([True])))
    assert production.quantiles[0, 5] - production.quantiles[0, 1] < told.quantiles[0, 5] - told.quantiles[0, 1]
    come = nowcast.project(ask(**(given_ | {"target": np.array([78.0])})))
    assert come.probability == 1, "what has come cannot go"


def test_a_ratio_of_flows_is_the_months_and_the_rest():
    plain = share()
    told = share(90.0, 9, stock=[False], usual_part=[1.0])
    assert told.projected == pytest.approx(0.75 * 90 + 0.25 * plain.projected)


def test_units_go_on_from_their_count_and_the_years_after_need_this_one():
    """Seven of eight schools in September, all eight the years before: to keep all of them five years is no likelier than
    to have them this year.
    """
    asked = {"history": np.full((1, 6), 100.0), "transform": np.array(["binomial"]), "units": np.array([8.0])}
    asked |= {"in_percent": np.array([True]), "target": np.array([100.0]), "stock": np.array([True])}
    asked |= {"counted": np.array([87.5]), "counted_month": np.array([9.0])}
    year = nowcast.project(ask(**asked, deadline=np.array([2026])))
    kept = nowcast.project(ask(**asked, kind=np.array(["keep_each_year"]), deadline=np.array([2030])))
    once = nowcast.project(ask(**asked, kind=np.array(["keep_each_year"]), deadline=np.array([2026])))
    assert once.probability == pytest.approx(year.probability)
    assert 0 < kept.probability < year.probability < 0.5
    held = nowcast.project(ask(**(asked | {"counted": np.array([100.0])}), deadline=np.array([2026])))
    assert held.probability > 0.9


def test_growth_averages_and_sums_keep_their_own_months():
    asked = ask(
        kind=np.array(["growth_average"]), target=np.array([4.0]), counted=np.array([3.0]), counted_month=np.array([9.0])
    )
    assert nowcast.project(asked).probability == dispatch.project(asked).probability
