"""Rows as read become observations, and none is lost on the way."""

import csv

import pandas as pd
import pytest
from conftest import RAW, harmonised
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import InputError
from analysis.intake import manifest
from analysis.intake.reader import tidy
from analysis.schema.raw import RAW_ROW
from analysis.schema.reference import CORRECTION
from analysis.schema.table import PANDAS_TYPE, conform


def load(thread, rows):
    return harmonised(rows, thread.reference, thread.register)


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
        assert row["last_digit"] == pytest.approx(10.0 ** -len(cell.split(".")[1]))


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
        (put("vintage", "2026-13-01"), "cell_wrong"),
        (put("vintage_assumed", "yes"), "cell_wrong"),
        (put("activity", "farming"), "cell_wrong"),
        (put("indicator", ""), "cell_wrong"),
        (put("concept", "commune_product"), "not_as_card"),
        (put("obs_value", "108,5"), "cell_wrong"),
        (put("obs_value", "nan"), "cell_wrong"),
        (put("obs_status", "sơ bộ"), "cell_wrong"),
        (put("time_period", "2021-Q1"), "period_wrong"),
        (put("unit_measure", "PC"), "quantity_wrong"),
        (put("unit_measure", "furlong"), "quantity_wrong"),
        (put("source_id", "báo"), "source_unknown"),
        (put("time_period", "2022"), "key_repeated"),
        (lambda cells: cells[:-1], "row_broken"),
    ],
)
def test_faulty_row_is_rejected_with_its_rule_and_address(thread, change, rule):
    result = load(thread, rows_of(thread, change))
    assert len(result.observation) == 11
    (rejected,) = result.rejected.to_dict("records")
    assert rejected["rule"] == rule
    assert rejected["cell"].split(":")[0] in ("5", "4")


def test_the_same_figure_in_another_file_is_no_fault(thread):
    """Two files without a number on them: equal figures are skipped with a reason, other ones refused."""
    first, again = rows_of(thread, lambda cells: cells), rows_of(thread, put("obs_value", "101.5"))
    register = pd.concat([thread.register, thread.register.assign(path="again.csv", sha256="0")], ignore_index=True)
    result = harmonised(pd.concat([first, again.assign(file="again.csv")]), thread.reference, register)
    assert len(result.observation) == 12 and set(result.observation["file"]) == {thread.register["path"][0]}
    (refused,) = result.rejected.to_dict("records")
    assert (refused["file"], refused["cell"].split(":")[0], refused["rule"]) == ("again.csv", "5", "key_repeated")
    skipped = result.row_skipped[result.row_skipped["file"] == "again.csv"]["reason"].value_counts()
    assert skipped.to_dict() == {"skip_same_figure": 11, "skip_header": 1}


def test_growth_in_percent_becomes_an_index_and_keeps_its_last_digit(thread):
    def growth(cells):
        cells[tidy.HEADER.index("unit_measure")] = "PC_Y"
        cells[tidy.HEADER.index("obs_value")] = "8.5"
        return cells

    row = load(thread, rows_of(thread, growth)).observation.query("cell == '5:7'").iloc[0]
    assert (row["obs_value"], row["unit_measure"]) == (108.5, "IX_PY100")
    assert row["last_digit"] == pytest.approx(0.1)


def test_units_of_one_quantity_convert_by_hand(whole):
    """Nghìn người, tỷ đồng, triệu đồng: the figure as read times the factors of unit.csv."""
    units = whole.reference["unit"].set_index("unit_measure")
    cards = whole.cards.set_index("indicator")["unit_measure"]
    read, converted = 0, 0
    for row in whole.result.observation.sample(300, random_state=1).to_dict("records"):
        if row["sheet"] != "_Z":
            continue
        line = int(row["cell"].split(":")[0])
        cells = whole.rows[(whole.rows["file"] == row["file"]) & (whole.rows["row"] == line)]["cells"].iloc[0]
        entry = dict(zip(tidy.HEADER, cells, strict=True))
        unit, card = units.loc[entry["unit_measure"]], units.loc[cards[row["indicator"]]]
        value = (float(entry["obs_value"]) * unit["factor"] + unit["shift"] - card["shift"]) / card["factor"]
        assert row["obs_value"] == pytest.approx(value, rel=1e-12)
        read, converted = read + 1, converted + (entry["unit_measure"] != row["unit_measure"])
    assert read > 100 and converted > 5


def correction(thread, **changes):
    given = {
        "correction_id": "one", "source_id": "nso_pxweb_plv0301", "indicator": "grdp_growth_index", "ref_area": "31",
        "area_valid_from": pd.Timestamp("2025-07-01"), "activity": "total", "freq": "A", "time_period": "2023",
        "action": "override", "expected": 108.457956288559, "value": 108.5, "reason_vi": "thử", "evidence_url": None,
    }  # fmt: skip
    frame = pd.DataFrame([given | changes], columns=CORRECTION.names)
    types = {c.name: PANDAS_TYPE[c.type] for c in CORRECTION.columns}
    return {**thread.reference, "correction": frame.astype(types)}


def corrected(thread, **changes):
    result = harmonised(thread.rows, correction(thread, **changes), thread.register)
    return result, result.observation.set_index(["ref_area", "time_period"])


def test_correction_overrides_scales_marks_and_drops(thread):
    assert corrected(thread)[1].loc[("31", "2023"), "obs_value"] == 108.5
    assert corrected(thread, action="scale", value=2.0)[1].loc[("31", "2023"), "obs_value"] == 2 * 108.457956288559
    flags = corrected(thread, action="break", value=None)[1]["break_flag"]
    assert flags.sum() == 1 and flags.loc[("31", "2023")]
    result, kept = corrected(thread, action="drop", value=None)
    assert ("31", "2023") not in kept.index and "skip_corrected" in set(result.row_skipped["reason"])
    account = result.row_account.iloc[0]
    assert account["rows_in"] == account["loaded"] + account["rejected"] + account["skipped"]


def test_quarter_that_runs_from_january_becomes_cumulative(thread):
    def quarter(cells):
        cells[tidy.HEADER.index("freq")], cells[tidy.HEADER.index("time_period")] = "Q", "2023-Q2"
        return cells

    tables = correction(thread, action="as_cumulative", freq="Q", time_period="2023-Q2", ref_area="VN",
                        area_valid_from=pd.Timestamp("1976-07-02"), expected=None)  # fmt: skip
    rows = harmonised(rows_of(thread, quarter), tables, thread.register).observation
    assert rows.loc[rows["freq"] == "YTD", "time_period"].tolist() == ["2023-06"]


@pytest.mark.parametrize(
    ("changes", "key"), [({"expected": 108.0}, "correction_stale"), ({"time_period": "1999"}, "correction_idle")]
)
def test_correction_of_a_mended_source_stops_with_its_row(thread, changes, key):
    with pytest.raises(InputError) as raised:
        corrected(thread, **changes)
    assert raised.value.key == key and "'row': 2" in str(raised.value)


def test_missing_figure_is_skipped_and_never_zero(thread):
    result = load(thread, rows_of(thread, put("obs_value", "")))
    assert len(result.observation) == 11
    assert (result.observation["obs_value"] > 0).all()
    assert "skip_no_value" in set(result.row_skipped["reason"])


@settings(max_examples=40, deadline=None)
@given(texts=st.lists(st.text(max_size=8), max_size=18), line=st.integers(2, 13))
def test_rows_in_is_loaded_plus_rejected_plus_skipped(thread, texts, line):
    rows = thread.rows.copy()
    rows["cells"] = [texts if row == line else cells for row, cells in zip(rows["row"], rows["cells"], strict=True)]
    account = load(thread, conform(rows, RAW_ROW)).row_account.iloc[0]
    assert account["rows_in"] == account["loaded"] + account["rejected"] + account["skipped"] == 13


def test_obs_id_is_stable(thread):
    """Citations use it: it may never change for the same file, cell and key."""
    ids = thread.observation.set_index(["ref_area", "time_period"])["obs_id"]
    assert len(set(ids)) == 12
    again = load(thread, thread.rows).observation.set_index(["ref_area", "time_period"])
    pd.testing.assert_series_equal(ids, again["obs_id"])


def test_manifest_finds_nothing_wrong_with_the_project():
    assert len(manifest.read(RAW)) >= 1
