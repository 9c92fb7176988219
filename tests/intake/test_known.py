"""The workbook round trip: what is known is handed out, what comes back unchanged is no news, what is written comes back."""

import openpyxl
import pandas as pd
import pytest
from conftest import RAW
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.intake import reading
from analysis.intake.form import entered, handout, known, returned
from analysis.intake.reader import choice
from analysis.plan import plan as plan_of
from analysis.reference import tables
from analysis.schema.codelist import CODELISTS
from analysis.settings import Settings
from pipelines import template

COMMUNE, PLAN, CITY, CITY_PLAN = "10642", "thai_tan_2026_2030", "31", "hai_phong_2026_2030"
YEARS, PART_YEARS = [2024, 2025], [(2026, 6)]
GUIDE = {"maker": "UBND xã", "document_no": "9/BC-UBND", "document_date": pd.Timestamp("2026-10-07")}


@pytest.fixture(scope="module")
def made():
    reference = tables.read(RAW / "reference")
    plan = plan_of.read_all(RAW / "plan", reference["indicator"], reference["area"])[PLAN]
    chosen = entered.cards(reference["indicator"], "commune", plan)
    keys = entered.keys(chosen, YEARS, PART_YEARS).merge(chosen[["indicator", "unit_measure", "lower", "upper"]])
    return reference, plan, keys


def written(folder, made, lang="vi", **content):
    reference, plan, _ = made
    path = folder / "form.xlsx"
    area = template.area_row(reference["area"], COMMUNE)
    about = (area, plan, reference["indicator"], reference["unit"], YEARS, PART_YEARS)
    handout.write_template(path, *about, guide=GUIDE, lang=lang, **content)
    return path


def read(path, made):
    file = {"obs_status": "E", "illustrative": False, "source_id": reading.TEMPLATE}
    return reading.read(choice.read(path.parent, path.name), made[0], file)


HANDED = {
    ("households", "total", "2025"): known.Figure(5120.0, "A", "UBND xã, 07/10/2026"),
    ("electricity_sold", "total", "2026-06"): known.Figure(38.25, "E", "Điện lực, 05/07/2026"),
    ("clinic_std", "total", "2025"): known.Figure(1.0, "A", "Trạm y tế, 01/02/2026"),
}


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_untouched_workbook_changes_nothing(tmp_path, made, lang):
    path = written(tmp_path, made, lang, handed=HANDED)
    result = read(path, made)
    assert result.observation.empty and result.rejected.empty
    assert set(result.note["kind"]) == {"merged"}  # of the guide
    book = openpyxl.load_workbook(path)
    (hidden,) = [sheet for sheet in book if sheet.sheet_state == "hidden"]
    assert hidden.protection.sheet and hidden.max_row == 1 + len(HANDED)
    shown = [rule for sheet in book for own in sheet.conditional_formatting for rule in own.rules]
    met = handout.wording.text("workbook_flag_met", lang)
    assert sorted((rule.operator, *rule.formula) for rule in shown) == sorted(
        ("notEqual", text) for text in ("5120", "38.25", f'"{met}"')
    )


def test_what_was_written_over_is_a_revision_and_the_rest_is_no_news(tmp_path, made):
    path = written(tmp_path, made, handed=HANDED)
    book = openpyxl.load_workbook(path)
    cells = {
        cell.value: cell for sheet in book if sheet.sheet_state == "visible" for row in sheet.iter_rows() for cell in row
    }
    cells[5120].value = 5200
    cells["Đạt"].value = "Không đạt"
    book.save(path)
    result = read(path, made)
    assert result.observation.set_index("indicator")["obs_value"].to_dict() == {"households": 5200, "clinic_std": 0}
    account = result.account.drop(columns="sheet").sum()
    assert account["rows_in"] == account[["loaded", "rejected", "skipped", "not_mapped"]].sum()


def test_figure_that_became_final_is_news_although_it_is_the_same(tmp_path, made):
    path = written(tmp_path, made, handed=HANDED)
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets:
        for row in sheet.iter_rows(max_row=8):
            if str(row[1].value) == handout.wording.text("workbook_status", "vi"):
                for cell in row[5:]:
                    cell.value = handout.wording.text("workbook_status_A", "vi")
    book.save(path)
    assert read(path, made).observation.set_index("indicator")["obs_status"].to_dict() == {"electricity_sold": "A"}


def value_of(key):
    if key["unit_measure"] == "FLAG":
        return st.sampled_from([0.0, 1.0])
    lower = -1e9 if pd.isna(key["lower"]) else key["lower"]
    upper = 1e12 if pd.isna(key["upper"]) else key["upper"]
    return st.floats(lower, upper, allow_subnormal=False).map(lambda one: float(f"{one:.12g}")) | st.integers(
        int(lower), int(upper)
    ).map(float)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.data())
def test_any_valid_values_written_are_read_back_exactly(tmp_path, made, data):
    keys = made[2].to_dict("records")
    rows = data.draw(st.lists(st.integers(0, len(keys) - 1), min_size=1, max_size=60, unique=True))
    statuses = {period: data.draw(st.sampled_from(CODELISTS["obs_status"])) for period in ("2024", "2025", "2026-06")}
    chosen = [keys[at] | {"obs_value": data.draw(value_of(keys[at])), "note": None} for at in rows]
    values = pd.DataFrame(chosen).assign(obs_status=[statuses[one["time_period"]] for one in chosen])
    result = read(written(tmp_path, made, values=values), made)
    assert result.rejected.empty
    key = ["indicator", "activity", "freq", "time_period"]
    own = result.observation[[*key, "obs_value", "obs_status"]].sort_values(key).reset_index(drop=True)
    expected = values[[*key, "obs_value", "obs_status"]].sort_values(key).reset_index(drop=True)
    pd.testing.assert_frame_equal(own, expected, check_dtype=False, check_exact=True)


def test_real_figures_are_handed_out_and_invented_ones_never(published, tmp_path, capsys):
    home = Settings(root=published)
    city, commune = tmp_path / "city.xlsx", tmp_path / "commune.xlsx"
    assert template.run(home, "en", CITY, CITY_PLAN, str(city)) == 0
    assert template.run(home, "en", COMMUNE, PLAN, str(commune)) == 0
    said = capsys.readouterr().out.splitlines()
    assert ", 0 cells known already)" in said[1]
    count = int(said[0].split(" rows to fill in, ")[1].split()[0])
    assert count > 10
    hidden = openpyxl.load_workbook(city)[handout.wording.text(known.SHEET, "en")]
    kept = known.read([{"cells": [str(cell) for cell in row]} for row in hidden.iter_rows(values_only=True)])
    assert len(kept) == count
    assert kept["budget_rev", "total", "2025"] == known.Figure(190379.0, "E", "VnEconomy, 12/01/2026")
    assert returned.is_known(hidden.title)
