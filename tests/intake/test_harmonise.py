"""Rows as read become observations, and none is lost on the way."""

import csv

import pandas as pd
import pytest
from conftest import RAW
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.intake import harmonise, manifest, tidy
from analysis.schema import RAW_ROW, conform


def reference(thread):
    return harmonise.Reference(thread.cards, thread.reference["area"], thread.reference["source"], thread.register)


def rows_of(thread, change):
    """The real rows, with `change` applied to the cells of line 5."""
    rows = thread.rows.copy()
    rows["cells"] = [
        change(list(cells)) if row == 5 else cells for row, cells in zip(rows["row"], rows["cells"], strict=True)
    ]
    return conform(rows, RAW_ROW)


def put(column, text):
    def change(cells):
        cells[tidy.HEADER.index(column)] = text
        return cells

    return change


def test_every_figure_equals_the_cell_it_cites(thread):
    for row in thread.observation.to_dict("records"):
        line, column = map(int, row["cell"].split(":"))
        with (RAW / row["file"]).open(encoding="utf-8", newline="") as file:
            cell = list(csv.reader(file))[line - 1][column - 1]
        assert float(cell) == row["obs_value"]
        assert len(cell.split(".")[1]) == row["decimals"]


def test_back_cast_is_flagged_on_the_new_boundary_alone(thread):
    flags = thread.observation.set_index(["ref_area", "time_period"])["back_cast"]
    assert flags["31"].to_dict() == {
        "2020": True,
        "2021": True,
        "2022": True,
        "2023": True,
        "2024": True,
        "2025": False,
    }
    assert not flags["VN"].any()


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (put("indicator", "gdp_growth"), "indicator_unknown"),
        (put("ref_area", "99"), "area_unknown"),
        (put("area_valid_from", "2020-01-01"), "area_unknown"),
        (put("vintage", "1970-01-01"), "area_not_valid"),
        (put("obs_value", "108,5"), "cell_wrong"),
        (put("obs_value", "nan"), "cell_wrong"),
        (put("obs_status", "sơ bộ"), "cell_wrong"),
        (put("time_period", "2021-Q1"), "period_wrong"),
        (put("unit_measure", "PC"), "not_as_card"),
        (put("source_id", "báo"), "source_unknown"),
        (put("time_period", "2022"), "key_repeated"),
        (lambda cells: cells[:-1], "row_broken"),
    ],
)
def test_faulty_row_is_rejected_with_its_rule_and_address(thread, change, rule):
    result = harmonise.observations(rows_of(thread, change), reference(thread))
    assert len(result.observation) == 11
    (rejected,) = result.rejected.to_dict("records")
    assert rejected["rule"] == rule
    assert rejected["cell"].split(":")[0] in ("5", "4")


def test_missing_figure_is_skipped_and_never_zero(thread):
    result = harmonise.observations(rows_of(thread, put("obs_value", "")), reference(thread))
    assert len(result.observation) == 11
    assert (result.observation["obs_value"] > 0).all()
    assert "skip_no_value" in set(result.row_skipped["reason"])


@settings(max_examples=40, deadline=None)
@given(texts=st.lists(st.text(max_size=8), max_size=18), line=st.integers(2, 13))
def test_rows_in_is_loaded_plus_rejected_plus_skipped(thread, texts, line):
    rows = thread.rows.copy()
    rows["cells"] = [texts if row == line else cells for row, cells in zip(rows["row"], rows["cells"], strict=True)]
    account = harmonise.observations(conform(rows, RAW_ROW), reference(thread)).row_account.iloc[0]
    assert account["rows_in"] == account["loaded"] + account["rejected"] + account["skipped"] == 13


def test_obs_id_is_stable(thread):
    """Citations use it: it may never change for the same file, cell and key."""
    ids = thread.observation.set_index(["ref_area", "time_period"])["obs_id"]
    assert len(set(ids)) == 12
    again = harmonise.observations(thread.rows, reference(thread)).observation.set_index(["ref_area", "time_period"])
    pd.testing.assert_series_equal(ids, again["obs_id"])


def test_manifest_finds_nothing_wrong_with_the_project():
    assert len(manifest.read(RAW)) >= 1
