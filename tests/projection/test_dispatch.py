"""Every kind of target on every scale ends in a defined state, by the method the table names."""

import dataclasses
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.projection import dispatch, question
from analysis.projection.question import Questions
from analysis.schema.codelist import CODELISTS

HISTORIES = {
    "growing": [100.0, 104, 110, 113, 111, 120],
    "constant": [50.0] * 6,
    "zeros": [0.0] * 6,
    "negative": [-3.0, 1, 2, -1, 4, 5],
    "infinite": [1.0, 2, np.inf, 3, 4, 5],
    "one point": [np.nan] * 5 + [7.0],
    "none": [np.nan] * 6,
    "last missing": [1.0, 2, 3, 4, 5, np.nan],
}
STATES = {"ok", "not_projected", "no_target", "no_base", "closed", "too_few", "bad_value"}


def ask(**given):
    """One question a row; anything not given is the usual."""
    size = max((len(value) for value in given.values()), default=1)
    usual = {
        "kind": np.full(size, "level_by"),
        "transform": np.full(size, "log"),
        "comparator": np.full(size, "ge"),
        "history": np.tile(HISTORIES["growing"], (size, 1)),
        "last": np.full(size, 2025),
        "base_year": np.full(size, 2025),
        "deadline": np.full(size, 2030),
        "in_percent": np.full(size, False),
        "first_part": np.ones(size),
        "base_value": np.full(size, 120.0),
        "target": np.full(size, 130.0),
    }
    usual |= {name: np.full(size, False) for name in ("estimate", "stock", "production")}
    empty = {field.name: np.full(size, np.nan) for field in dataclasses.fields(Questions)}
    return Questions(**{**empty, **usual, **given})


def test_every_kind_scale_comparator_and_history_has_a_defined_state():
    kinds, scales = CODELISTS["target_kind"], CODELISTS["transform"]
    cases = list(
        itertools.product(kinds, scales, CODELISTS["comparator"], HISTORIES, (0.0, 2.0, 95.0, np.nan), (2030, 2020))
    )
    columns = list(zip(*cases, strict=True))
    history = np.array([HISTORIES[name] for name in columns[3]])
    units = np.where(np.arange(len(cases)) % 2 == 0, 8.0, np.nan)
    given = {
        "kind": np.array(columns[0]),
        "transform": np.array(columns[1]),
        "comparator": np.array(columns[2]),
        "history": history,
        "target": np.array(columns[4]),
        "deadline": np.array(columns[5]),
        "units": units,
        "in_percent": np.full(len(cases), True),
        "base_value": history[:, -1],
        "so_far": np.zeros(len(cases)),
    }
    found = dispatch.project(ask(**given))
    assert set(found.state) <= STATES
    ok = found.state == "ok"
    assert np.all((found.probability[ok] >= 0) & (found.probability[ok] <= 1))
    assert np.isnan(found.probability[~ok]).all() and np.all(found.model[ok] != "")
    known = ~np.isnan(found.quantiles).any(axis=1)
    assert np.all(np.diff(found.quantiles[known], axis=1) >= 0)
    assert set(found.state[np.isin(given["kind"], ["judged", "external", "not_local"])]) == {"not_projected"}
    assert set(found.state[np.isin(given["kind"], ["level_by"]) & (given["deadline"] == 2020)]) <= {
        "bad_value",
        "closed",
        "no_target",
        "too_few",
    }


@pytest.mark.parametrize(
    ("given", "method"),
    [
        ({"kind": ["growth_average"]}, "growth_average"),
        ({}, "level"),
        ({"transform": ["logit"]}, "share"),
        ({"transform": ["linear"]}, "linear"),
        ({"transform": ["flag"]}, "event"),
        ({"transform": ["count"]}, "level"),
        ({"transform": ["count"], "history": [[1.0, 2, 3, 2, 1, 2]]}, "count"),
        ({"transform": ["count"], "kind": ["zero_by"], "target": [0.0], "comparator": ["eq"]}, "level"),
        (
            {
                "transform": ["count"],
                "kind": ["zero_by"],
                "target": [0.0],
                "comparator": ["eq"],
                "history": [[0.0, 90, 80, 70, 60, 50]],
            },
            "zeros",
        ),
        ({"transform": ["binomial"], "units": [8.0]}, "x_of_n"),
        ({"transform": ["binomial"], "units": [2000.0]}, "share"),
        ({"transform": ["binomial"]}, "share"),
        ({"kind": ["cumulative"]}, "cumulative"),
        ({"kind": ["annual_share"], "transform": ["linear"]}, "annual_share"),
        ({"kind": ["keep_each_year"], "transform": ["flag"]}, "keep_each_year"),
        ({"kind": ["judged"]}, ""),
    ],
)
def test_the_table(given, method):
    assert dispatch.method_of(ask(**{name: np.array(value) for name, value in given.items()})).tolist() == [method]


def test_a_row_does_not_depend_on_its_neighbours():
    kinds = np.array(["level_by", "multiply", "growth_average", "directional", "range", "cumulative"])
    target = np.array([130.0, 1.2, 6.0, np.nan, 125.0, 600.0])
    all_rows = ask(kind=kinds, target=target, so_far=np.zeros(6), deadline=np.array([2030, 2028, 2030, 2027, 2031, 2030]))
    together = dispatch.project(all_rows)
    for row in range(6):
        alone = dispatch.project(question.take(all_rows, np.array([row])))
        assert alone.state[0] == together.state[row] == "ok"
        assert alone.probability[0] == pytest.approx(together.probability[row])
        assert alone.quantiles[0] == pytest.approx(together.quantiles[row], nan_ok=True)


def test_multiply_is_the_level_of_the_multiple_and_less_is_the_complement():
    both = ask(kind=np.array(["multiply", "level_by"]), target=np.array([1.25, 150.0]))
    found = dispatch.project(both).probability
    assert found[0] == pytest.approx(found[1])
    less = dispatch.project(ask(comparator=np.array(["le"]), target=np.array([150.0]))).probability
    assert less[0] == pytest.approx(1 - found[1])


def test_seven_of_eight_schools_is_a_whole_number():
    history = np.array([[25, 37.5, 50, 62.5, 75, 75]])
    given = {
        "transform": np.array(["binomial"]),
        "history": history,
        "units": np.array([8.0]),
        "in_percent": np.array([True]),
    }
    at, above = (dispatch.project(ask(**given, target=np.array([goal]))).probability[0] for goal in (87.5, 87.6))
    assert at > above
    assert dispatch.project(ask(**given, target=np.array([76.0]))).probability[0] == pytest.approx(at)


@pytest.mark.parametrize(("goal", "percent", "whole"), [(33.3, True, 37.5), (2.1, False, 3.0)])
def test_units_needed_are_rounded_up(goal, percent, whole):
    """33.3 % of eight are three units, 2.1 units are three."""
    given = {
        "transform": np.array(["binomial"]),
        "history": np.array([[0.0, 0, 1, 1, 2, 2]]) * (12.5 if percent else 1),
        "units": np.array([8.0]),
        "in_percent": np.array([percent]),
    }
    asked, three, two = (
        dispatch.project(ask(**given, target=np.array([one]))).probability[0] for one in (goal, whole, whole * 2 / 3)
    )
    assert asked == pytest.approx(three) and asked < two


def test_growth_average_counts_what_the_year_has_shown():
    history = np.array([[100, 110, 118, 131, 140, 155.0]])
    given = {
        "kind": np.array(["growth_average"]),
        "history": history,
        "target": np.array([10.9]),
        "base_value": np.array([155.0]),
    }
    good, bad = (
        dispatch.project(ask(**given, change=np.array([np.log(growth)]), month=np.array([9.0]))).probability[0]
        for growth in (1.15, 1.02)
    )
    assert good > dispatch.project(ask(**given)).probability[0] > bad


def test_keeping_above_ninety_five_is_never_likelier_than_being_there():
    history = np.array([[95.5, 95.6, 95.2, 95.8, 95.4, 95.3]])
    given = {
        "transform": np.array(["logit"]),
        "history": history,
        "target": np.array([95.0]),
        "comparator": np.array(["gt"]),
    }
    keep, end = (
        dispatch.project(ask(**given, kind=np.array([kind]))).probability[0] for kind in ("keep_each_year", "level_by")
    )
    assert keep <= end


@pytest.mark.parametrize("scale", ["log", "logit", "linear", "count", "binomial"])
@pytest.mark.parametrize("history", ["growing", "constant"])
def test_contradictory_targets_are_never_both_likely(scale, history):
    """At least 60 and at most 55 of one figure: their chances add up to one at most."""
    values = np.array(HISTORIES[history]) * (0.5 if history == "growing" else 1)
    given = {
        "transform": np.full(2, scale),
        "history": np.tile(np.round(values), (2, 1)),
        "units": np.full(2, 80.0),
        "target": np.array([60.0, 55.0]),
        "comparator": np.array(["ge", "le"]),
    }
    found = dispatch.project(ask(**given))
    assert set(found.state) == {"ok"} and found.probability.sum() <= 1 + 1e-9


@given(
    st.lists(st.floats(0, 100), min_size=5, max_size=12),
    st.sampled_from(["log", "logit", "linear", "count", "binomial", "flag"]),
    st.sampled_from([kind for kind in CODELISTS["target_kind"] if kind not in ("judged", "external", "not_local")]),
    st.floats(0, 100),
    st.floats(0, 30),
)
@settings(max_examples=150, deadline=None)
def test_every_kind_is_in_bounds_and_falls_with_the_target(values, scale, kind, low, step):
    """A higher target to be at least reached is never likelier; a recognition has no higher one."""
    history = np.tile(np.round(values), (2, 1))
    given_ = {
        "kind": np.full(2, kind),
        "transform": np.full(2, scale),
        "history": history,
        "units": np.full(2, 100.0),
        "base_value": history[:, -1],
        "target": np.array([low, low + step]),
        "so_far": np.zeros(2),
    }
    found = dispatch.project(ask(**given_))
    known = found.probability[~np.isnan(found.probability)]
    assert np.all((known >= 0) & (known <= 1))
    if len(known) == 2 and kind != "directional" and scale != "flag":
        assert known[1] <= known[0] + 1e-9
