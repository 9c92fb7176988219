"""Any table: figures where there can be some, a state where not, never an exception."""

import io

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT, command
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.projection import forecast
from analysis.projection.method import level
from analysis.schema.codelist import QUANTILE_LEVELS

FIVE = [100.0, 110.0, 100.0, 120.0, 140.0]


def table(*series):
    """Rows (name, values, kind[, panel[, years]]) as the text a CSV gives."""
    rows = [
        {"series": name, "t": str(t), "value": str(value), "kind": kind, "panel": panel}
        for name, values, kind, panel, years in (
            (*one, *("level", "", None)[len(one) - 2 :]) if len(one) < 5 else one for one in series
        )
        for t, value in zip(years or range(2015, 2015 + len(values)), values, strict=True)
    ]
    return forecast.read(pd.DataFrame(rows))


def state(*one):
    return forecast.forecast(table(("a", *one)), 2)["state"].iloc[0]


def test_a_level_is_what_the_method_says():
    rows = forecast.forecast(table(("a", FIVE)), 3)
    expected = level.quantiles(level.fit(np.array([FIVE]), 3))[0]
    assert rows[list(forecast.QUANTILES)].to_numpy() == pytest.approx(expected)
    assert rows["t"].tolist() == [2020, 2021, 2022] and rows["step"].tolist() == [1, 2, 3]
    assert rows["median"].to_numpy() == pytest.approx(expected[:, QUANTILE_LEVELS.index(0.5)])


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        ((FIVE,), "ok"),
        (([7] * 5,), "constant"),
        (([0] * 5,), "constant"),
        (([1],), "too_few"),
        (([1, 2, 3, 4],), "too_few"),
        (([1, 2, 0, 4, 5],), "not_positive"),
        (([-1, 2, 3, 4, 5],), "not_positive"),
        (([1, 2, "inf", 4, 5],), "not_finite"),
        (([1, 2, "abc", 4, 5],), "not_finite"),
        (([1, 2, "", 4, 5],), "too_few"),
        (([50, 60, 70, 80, 101], "share"), "out_of_range"),
        (([3, 2, -1, 2, 1], "count"), "out_of_range"),
        (([3, 2.5, 1, 2, 1], "count"), "not_whole"),
        (([5, -100, 3, 2, 1], "growth"), "out_of_range"),
        ((FIVE, "levels"), "unknown_kind"),
        ((FIVE, "level", "", [2015, 2015, 2016, 2017, 2018]), "conflict"),
        (([1, 1, 2, 3, 4, 5], "level", "", [2015, 2015, 2016, 2017, 2018, 2019]), "merged"),
        (([9, *FIVE], "level", "", [2010, *range(2015, 2020)]), "after_gap"),
        ((FIVE, "level", "", [2015, 2016, 2017, 2018, "x"]), "bad_time"),
        ((FIVE, "level", "", [2015, 2016, 2017, 2018, 9999]), "bad_time"),
        (([90, 92, 93, 95, 96], "share", "", [2010, 2012, 2013, 2015, 2016]), "ok"),
    ],
)
def test_states(one, expected):
    assert state(*one) == expected


VALUES = st.one_of(st.floats(allow_nan=True, allow_infinity=True), st.integers(-5, 120), st.sampled_from(["", "x", "1e400"]))
ROWS = st.lists(st.tuples(st.sampled_from("abc"), st.integers(2000, 2012), VALUES), min_size=1, max_size=40)


@settings(max_examples=150, deadline=None)
@given(ROWS, st.sampled_from([*forecast.KINDS, "", "foo"]), st.integers(1, 8))
def test_whatever_comes_has_figures_or_a_state_that_says_why_not(rows, kind, horizon):
    frame = pd.DataFrame(rows, columns=["series", "t", "value"]).astype(str).assign(kind=kind, panel="p")
    frame["value"] = frame["value"].replace("nan", "")
    made = forecast.forecast(forecast.read(frame), horizon)
    silent = made["state"].isin(forecast.SILENT).to_numpy()
    figures = made[["mean", "median", *forecast.QUANTILES]].to_numpy()
    assert len(made) == horizon * frame["series"].nunique()
    assert np.isnan(figures[silent]).all() and np.isfinite(figures[~silent]).all()
    assert np.all(np.diff(figures[~silent][:, 2:], axis=1) >= 0)


def test_growth_leans_on_the_other_series_of_its_panel():
    own = ("a", [5, 6, 7, 4, 8], "growth", "p")
    alone = forecast.forecast(table(own), 1)["median"].iloc[0]
    others = [(name, [12, 11, 13, 12, 14], "growth", "p") for name in "bcd"]
    beside = forecast.forecast(table(own, *others), 1)["median"].iloc[0]
    assert alone == pytest.approx(6.0, abs=0.5) and beside == pytest.approx(9.1, abs=0.6)
    elsewhere = forecast.forecast(table(own, *[(*one[:3], "q") for one in others]), 1)["median"].iloc[0]
    assert elsewhere == pytest.approx(alone)


def test_median_of_all_others():
    values = np.array([3.0, 1.0, 2.0, 10.0])
    assert forecast._median_of_others(values) == pytest.approx([2.0, 3.0, 3.0, 2.0])


CSV = (
    "series,t,value,kind\n" + "".join(f"a,{2015 + year},{value},\n" for year, value in enumerate(FIVE)) + "b,2020,1,level\n"
)
TARGETS = "series,t,target,comparator\n" + "".join(
    f"{line}\n"
    for line in (
        *("a,2024,150,ge", "a,2024,150,le", "a,2020,1e9,ge", "a,2019,1,ge"),
        *("b,2022,1,ge", "c,2022,1,ge", "a,2021,x,ge", "a,2021,1,?"),
    )
)


def test_the_command_writes_one_row_a_series_and_step_and_joins_targets(tmp_path):
    (tmp_path / "s.csv").write_text(CSV, encoding="utf-8")
    (tmp_path / "t.csv").write_text(TARGETS, encoding="utf-8")
    files = [str(tmp_path / name) for name in ("s.csv", "o.csv", "t.csv")]
    result = command(ROOT, "forecast", files[0], "--horizon", "3", "--out", files[1])
    assert result.code == 0, result.out + result.err
    plain = pd.read_csv(files[1])
    assert len(plain) == 6 and plain["reason"].notna().all()
    result = command(ROOT, "forecast", files[0], "--horizon", "3", "--out", files[1], "--targets", files[2], "--lang", "en")
    assert result.code == 0, result.out + result.err
    made = pd.read_csv(files[1])
    asked = made[made["target_state"].notna()].set_index(["series", "t", "comparator"])
    assert asked.loc[("a", 2024, "ge"), "probability"] + asked.loc[("a", 2024, "le"), "probability"] == pytest.approx(1)
    assert sorted(asked["target_state"]) == [
        "bad_comparator",
        "bad_target",
        "closed",
        "ok",
        "ok",
        "ok",
        "too_few",
        "unknown_series",
    ]
    steps = made[made["step"].notna()].drop_duplicates(["series", "step"])
    assert steps[["series", "step"]].to_numpy().tolist() == [[name, step] for name in "ab" for step in (1, 2, 3)]


@pytest.mark.parametrize("text", ["", "series,t\na,1\n", "series,t,value\n", "\udcff"])
def test_what_is_no_table_is_one_sentence(tmp_path, text):
    (tmp_path / "s.csv").write_bytes(text.encode("utf-8", "surrogateescape"))
    result = command(ROOT, "forecast", str(tmp_path / "s.csv"), "--horizon", "3", "--out", str(tmp_path / "o.csv"))
    assert result.code == 2 and len(result.err.strip().splitlines()) == 1 and not (tmp_path / "o.csv").exists()


def test_wording_has_every_state():
    words = pd.read_csv(io.StringIO((ROOT / "data/raw/reference/wording.csv").read_text(encoding="utf-8")))["key"]
    states = {*forecast.SILENT, "ok", "constant", "merged", "after_gap", "not_positive", "not_whole", "unknown_series"}
    assert {f"forecast_state_{one}" for one in states} <= set(words)
