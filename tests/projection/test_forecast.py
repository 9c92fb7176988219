"""Any table: figures where there can be some, a state where not, never an exception."""

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT, command
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.projection import forecast, series_table
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
    return series_table.read(pd.DataFrame(rows))


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
        (([1, 2, 0, 4, 5],), "zeros"),
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
        (([9, *FIVE], "level", "", [2010, *range(2015, 2020)]), "gaps"),
        ((FIVE, "level", "", [2015, 2016, 2017, 2018, "x"]), "bad_time"),
        ((FIVE, "level", "", [2015, 2016, 2017, 2018, 9999]), "bad_time"),
        (([90, 92, 93, 95, 96], "share", "", [2010, 2012, 2013, 2015, 2016]), "gaps"),
        (([0.9, 0.91, 0.93, 0.95, 0.96], "share"), "ok"),
        (([0.9, 0.91, 0.93, 0.95, 1.2], "share"), "mixed_scale"),
        (([0, 0, 1, 1, 0], "share"), "mixed_scale"),
        (([0, 0, 0, 0, 0], "share"), "constant"),
    ],
)
def test_states(one, expected):
    assert state(*one) == expected


VALUES = st.one_of(st.floats(allow_nan=True, allow_infinity=True), st.integers(-5, 120), st.sampled_from(["", "x", "1e400"]))
ROWS = st.lists(st.tuples(st.sampled_from("abc"), st.integers(2000, 2012), VALUES), min_size=1, max_size=40)


@settings(max_examples=150, deadline=None)
@given(ROWS, st.sampled_from([*series_table.KINDS, "", "foo"]), st.integers(1, 8))
def test_whatever_comes_has_figures_or_a_state_that_says_why_not(rows, kind, horizon):
    frame = pd.DataFrame(rows, columns=["series", "t", "value"]).astype(str).assign(kind=kind, panel="p")
    frame["value"] = frame["value"].replace("nan", "")
    made = forecast.forecast(series_table.read(frame), horizon)
    silent = made["state"].isin(series_table.SILENT).to_numpy()
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
    shown = command(ROOT, "forecast", files[0], "--horizon", "3")
    assert shown.code == 0 and Path(files[1]).read_text(encoding="utf-8") in shown.out
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
    states = {
        *series_table.SILENT,
        "ok",
        "constant",
        "merged",
        "gaps",
        "zeros",
        "not_positive",
        "not_whole",
        "unknown_series",
    }
    assert {f"forecast_state_{one}" for one in states} <= set(words)


def rows_of(*one):
    return forecast.forecast(table(("a", *one)), 3)


def chance(made, year, target, comparator="ge"):
    asked = pd.DataFrame([{"series": "a", "t": str(year), "target": str(target), "comparator": comparator}])
    return forecast.probabilities(made, asked)["probability"].iloc[0]


def test_a_missing_year_is_spacing():
    """The case of the issue: seven figures over nine years."""
    years = [2015, 2016, 2017, 2019, 2021, 2022, 2023]
    made = rows_of([10, 11, 12, 14, 15, 16, 17], "level", "", years)
    whole = rows_of([10, 11, 12, 168**0.5, 14, 210**0.5, 15, 16, 17], "level", "", list(range(2015, 2024)))
    assert made["state"].unique().tolist() == ["gaps"] and whole["state"].unique().tolist() == ["ok"]
    assert np.all(made["q0.9"] - made["q0.1"] >= whole["q0.9"] - whole["q0.1"])
    assert made["median"].to_numpy() == pytest.approx(whole["median"].to_numpy(), rel=0.01)
    given = table(("a", [10, 11, 12, 14, 15, 16, 17], "level", "", years))
    assert 0.2 < chance(given, 2026, 20) < 0.5
    assert series_table.notes(given)[0] == [
        ("gaps", {"missing": 2, "points": 7, "number": 0, "limit": pytest.approx(np.nan, nan_ok=True)})
    ]


@pytest.mark.parametrize("kind", ["level", "growth", "share", "count"])
def test_every_kind_takes_missing_years(kind):
    years = [2010, 2011, 2013, 2014, 2017, 2018, 2019]
    made = rows_of([10, 12, 11, 13, 14, 13, 15], kind, "", years)
    assert made["state"].unique().tolist() == ["gaps"] and np.isfinite(made["q0.9"]).all()


def test_growth_of_a_year_not_known_is_no_growth_of_zero():
    broken = rows_of([8, 9, 7, 8, 8, 9], "growth", "", [2015, 2016, 2018, 2019, 2020, 2021])
    assert broken["median"].iloc[0] == pytest.approx(
        np.expm1(np.mean(np.log1p(np.array([8, 9, 7, 8, 8, 9]) / 100))) * 100, abs=0.2
    )


def test_a_series_that_was_never_negative_has_nothing_below_zero():
    made = rows_of([0, 0, 3, 0, 0, 2, 0, 0])
    figures = made[list(forecast.QUANTILES)].to_numpy()
    assert figures.min() == 0 and np.all(made["median"] == 0) and np.all(made["q0.975"] > 2)
    given = table(("a", [0, 0, 3, 0, 0, 2, 0, 0]))
    assert 0.5 < chance(given, 2024, 0, "le") < 0.8 and chance(given, 2024, 0) == 1
    assert chance(given, 2024, -1, "le") == 0 and chance(given, 2024, 0.5) == pytest.approx(
        1 - chance(given, 2024, 0, "le"), abs=0.1
    )


def test_a_share_in_parts_of_one_is_the_share_in_percent():
    parts = [0.91, 0.92, 0.93, 0.94, 0.95, 0.955, 0.96]
    small, great = rows_of(parts, "share"), rows_of([100 * one for one in parts], "share")
    names = ["mean", *forecast.QUANTILES]
    assert small[names].to_numpy() * 100 == pytest.approx(great[names].to_numpy()) and small["q0.975"].max() <= 1
    one, hundred = table(("a", parts, "share")), table(("a", [100 * value for value in parts], "share"))
    assert chance(one, 2024, 1) == pytest.approx(chance(hundred, 2024, 100)) and chance(one, 2024, 1) < 0.05
    assert series_table.notes(one)[0][0][0] == "fraction" and not series_table.notes(hundred)[0]


def limited(values, kind, limit):
    rows = [
        {"series": "a", "t": str(2018 + at), "value": str(value), "kind": kind, "limit": limit}
        for at, value in enumerate(values)
    ]
    return series_table.read(pd.DataFrame(rows))


def test_a_limit_says_what_the_figures_do_not():
    small = [0.6, 0.7, 0.8, 0.9, 0.8]
    assert forecast.forecast(limited(small, "share", "100"), 1)["q0.975"].iloc[0] > 1
    assert forecast.forecast(limited(small, "share", ""), 1)["q0.975"].iloc[0] <= 1
    assert forecast.forecast(limited([*small, 1.2], "share", "100"), 1)["state"].iloc[0] == "ok"
    for bad, state in (("x", "bad_limit"), ("-1", "bad_limit"), ("0.7", "out_of_range")):
        assert forecast.forecast(limited(small, "share", bad), 1)["state"].iloc[0] == state
    assert forecast.forecast(limited([5, 6, 9, 7, 7], "count", "8"), 1)["state"].iloc[0] == "out_of_range"


def test_schools_of_eight_stay_recognised():
    """The case of the issue: most of the weight on 7 and 8, never more than 8."""
    schools = limited([5, 5, 6, 6, 7, 7, 7], "count", "8")
    made = forecast.forecast(schools, 3)
    assert made["median"].tolist() == [7, 7, 7] and made["q0.975"].max() == 8
    assert made[["q0.1", "q0.9"]].iloc[0].tolist() == [7, 8]
    asked = pd.DataFrame([{"series": "a", "t": "2025", "target": target, "comparator": "ge"} for target in ("7", "8", "9")])
    seven, eight, nine = forecast.probabilities(schools, asked)["probability"]
    assert seven > 0.85 and 0.05 < eight < 0.35 and nine == 0
    free = forecast.forecast(table(("a", [5, 5, 6, 6, 7, 7, 7], "count")), 3)
    assert free["median"].tolist() == [7, 7, 7] and free["q0.1"].iloc[0] >= 6


def test_what_falls_towards_zero_may_be_there():
    falling = table(("a", [61, 42, 30, 17, 9, 3], "count"))
    near = chance(falling, 2024, 0, "le")
    assert 0.05 < near < 0.4
    far = table(("a", [900, 910, 905, 890, 880, 870], "count"))
    assert chance(far, 2024, 0, "le") < 0.01


@pytest.mark.parametrize(
    "values", [[0] * 6, [1e300] * 6, [1e-300, 2e-300, 1e-300, 3e-300, 1e-300], [1e300, 1e308, 1, 2, 3], [1, 0, 1e9, 2, 3, 0]]
)
@pytest.mark.parametrize("kind", ["level", "growth", "share", "count", "total"])
def test_no_warning_of_a_library_whatever_the_figures(values, kind, recwarn):
    made = table(("a", values, kind))
    forecast.forecast(made, 4)
    for comparator in forecast.COMPARATORS:
        chance(made, 2023, 0, comparator)
    assert not [str(one.message) for one in recwarn]


def test_a_running_total_never_falls():
    """Flows of 10, 12, 8, 11, 9, 10, 12: at the last figure at least, each year no lower than the one before."""
    totals = [100, 110, 122, 130, 141, 150, 160, 172]
    made = rows_of(totals, "total")
    drawn = made[list(forecast.QUANTILES)].to_numpy()
    assert drawn.min() >= 172 and np.all(np.diff(drawn, axis=0) >= 0)
    a_year = (made["median"] - 172) / made["step"]
    assert np.all(a_year > 10) and np.all(a_year < 13)
    given = table(("a", totals, "total"))
    assert chance(given, 2023, 172) == 1 and chance(given, 2023, 171, "le") == 0
    assert chance(given, 2025, 190) > 0.9 > chance(given, 2025, 205) > 0.05


def test_a_total_that_stood_and_one_that_was_corrected():
    still_, broken = rows_of([5] * 8, "total"), rows_of([100, 110, 120, 90, 101, 110, 121, 130], "total")
    assert still_["q0.1"].tolist() == [5] * 3 and np.isfinite(still_["q0.975"]).all()
    assert broken["q0.025"].min() >= 130 and 135 < broken["median"].iloc[0] < 145
    assert series_table.notes(table(("a", [100, 110, 120, 90, 101, 110, 121, 130], "total")))[0][0][0] == "fell"
