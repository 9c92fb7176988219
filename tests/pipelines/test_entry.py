"""A clerk's way: take the form, fill it in, hand it back; real figures then stand in place of the invented ones."""

import csv
import datetime as dt
import shutil
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from conftest import command, copy_project, first_run, shrink

from analysis import store
from analysis.reference import wording
from analysis.settings import Settings

PLAN, AREA = "thai_tan_2026_2030", "10642"
PEOPLE, INSURED = 20000, [17000, 17300, 17600, 17900, 18200, 18500, 18800]


def commune_alone(folder):
    """A project with the commune's plan and its invented figures alone."""
    root = copy_project(folder / "xã")
    with (root / "data/raw/manifest.csv").open(encoding="utf-8") as file:
        (received,) = [row["path"] for row in csv.DictReader(file) if row["illustrative"] == "true"]
    return shrink(root, PLAN, received)


@pytest.fixture
def commune(tmp_path):
    """Such a project in which nothing has been run yet."""
    return commune_alone(tmp_path)


@pytest.fixture
def after_run(once, tmp_path):
    """A copy of such a project after one good run."""
    folder = once("xã", lambda folder: first_run(folder, commune_alone(folder)))
    return Path(shutil.copytree(folder / "xã", tmp_path / "xã đã chạy"))


def fill(path, cells):
    """Fill the form in: the guide, and figures by (code, header)."""
    book = openpyxl.load_workbook(path)
    guide = book.worksheets[0]
    answers = {"Đơn vị lập biểu": "UBND xã", "Số văn bản": "12/BC-UBND", "Ngày văn bản": dt.date(2026, 10, 1)}
    for row in guide.iter_rows():
        for label, answer in answers.items():
            if str(row[0].value or "").startswith(label):
                row[1].value = answer
    placed = {}
    for sheet in book.worksheets[1:]:
        header = next(row for row in sheet.iter_rows() if row[0].value == "Mã")
        columns = {str(cell.value): cell.column for cell in header if cell.value is not None}
        for row in sheet.iter_rows(min_row=header[0].row + 2):
            for (code, period), value in cells.items():
                if row[0].value == code:
                    sheet.cell(row[0].row, columns[period], value)
                    sheet.cell(header[0].row + 1, columns[period], "Chính thức")
                    placed[code, period] = (sheet.title, sheet.cell(row[0].row, columns[period]).coordinate)
    assert set(placed) == set(cells)
    book.save(path)
    return placed


def progress(root):
    return store.read_table("out.progress", Settings(root).published).set_index("target_id")


def no_invented_figure_is_left(root):
    """Not in a result, nor on a page, in what is exported or in what a check found; one file says it is used no longer."""
    database = Settings(root).published
    assert not store.read_table("core.series", database)["illustrative"].any()
    assert not any("illustrative" in flags for flags in store.read_table("out.progress", database)["flags"])
    known = store.read_table("core.observation", database)
    invented = set(known.loc[known["illustrative"], "obs_id"])
    found = store.read_table("out.check_result", database)["rows_offending"]
    assert invented and not invented & {one for rows in found for one in rows}
    notice = wording.text("page_illustrative", "vi")
    pages = {path: path.read_text(encoding="utf-8") for path in (root / "reports").rglob("*.html")}
    assert len(pages) > 100 and not [path.name for path, text in pages.items() if notice in text]
    marked = [path.name for path, text in pages.items() if wording.text("mark_no_longer_used", "vi") in text]
    assert marked == ["quality.html"] and not [path for path, text in pages.items() if 'class="invented">giả' in text]
    assert command(root, "export").code == 0
    exported = pd.read_csv(root / "data/processed/export/observation.csv", dtype=str)
    assert set(exported["illustrative"]) == {"False"} and len(exported) == (~known["illustrative"]).sum()


@pytest.mark.slow
def test_filled_in_form_takes_the_place_of_invented_figures(after_run):
    before, page = progress(after_run), (after_run / "reports/index.html").read_text(encoding="utf-8")
    assert "illustrative" in before.loc["hi_cov_2026", "flags"]
    form = after_run / "biểu đã điền.xlsx"
    assert command(after_run, "template", "--area", AREA, "--plan", PLAN, "--out", str(form)).code == 0
    years = [str(year) for year in range(2019, 2026)]
    cells = {("population_registered", year): PEOPLE for year in years}
    cells |= dict(zip([("hi_insured", year) for year in years], INSURED, strict=True))
    cells |= {("ent_active", "2025"): "bốn mươi", ("households", "2025"): "6.310"}
    placed = fill(form, cells)
    added = command(after_run, "add", str(form))
    assert added.code == 0, added.err
    sheet, cell = placed["ent_active", "2025"]
    assert sheet in added.out and cell in added.out and "bốn mươi" in added.out
    result = command(after_run, "run")
    assert result.code == 0, result.err
    after = progress(after_run)
    row = after.loc["hi_cov_2026"]
    assert row["latest_value"] == pytest.approx(100 * INSURED[-1] / PEOPLE) and row["latest_period"] == "2025"
    assert "illustrative" not in row["flags"] and row["evidence"] != "weak"
    assert after.loc["grdp_total", "verdict"] == "insufficient", "one real figure of the area ends all invented ones"
    targets = store.read_table("core.target", Settings(after_run).published)
    assert set(after.index) == set(targets.loc[targets["binding"], "target_id"]), "a year's invented targets go as well"
    no_invented_figure_is_left(after_run)
    now = (after_run / "reports/index.html").read_text(encoding="utf-8")
    heading = wording.text("hand_in_heading", "vi")
    assert now != page and now.index(heading) < now.index("2021–2025") < now.index('<form class="filters"')
    rejected = store.read_table("core.rejected", Settings(after_run).published)
    assert rejected[["sheet", "cell", "raw_text"]].to_numpy().tolist() == [[sheet, cell, "bốn mươi"]]
    known = store.read_table("core.observation", Settings(after_run).published)
    real = known[~known["illustrative"]]
    assert len(real) == 15 and set(real.loc[real["indicator"] == "households", "obs_value"]) == {6310}
    again = command(after_run, "add", str(form))
    assert again.code == 0 and len(pd.read_csv(after_run / "data/raw/manifest.csv")) == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("template", "--area", "99999", "--plan", PLAN), "99999"),
        (("template", "--area", AREA, "--plan", "khong_co"), "khong_co"),
        (("add", "khong_co.xlsx"), "khong_co.xlsx"),
        (("add", "data/raw/manifest.csv"), "manifest.csv"),
    ],
)
def test_wrong_call_is_one_sentence(commune, words, said):
    manifest = (commune / "data/raw/manifest.csv").read_bytes()
    result = command(commune, *words)
    assert result.code == 2 and said in result.err and len(result.err.strip().splitlines()) == 1
    assert (commune / "data/raw/manifest.csv").read_bytes() == manifest


def test_illustrate_makes_the_same_figures_again(commune):
    files = ["data/raw/manifest.csv", f"data/raw/plan/{PLAN}/annual_target.csv"]
    before = {name: (commune / name).read_bytes() for name in files}
    assert command(commune, "illustrate").code == 0
    assert {name: (commune / name).read_bytes() for name in files} == before


def test_export_before_a_run_is_refused(commune):
    assert command(commune, "export").code == 2, "nothing has been run yet"


def test_export_is_one_tidy_table_with_its_dictionary(after_run):
    assert command(after_run, "export").code == 0
    folder = after_run / "data/processed/export"
    table = pd.read_csv(folder / "observation.csv", dtype=str, keep_default_na=False)
    stored = store.read_table("core.observation", Settings(after_run).published)
    assert len(table) == len(stored) and set(table["ref_area"]) == {AREA}
    assert table["notice"].str.contains("GIẢ ĐỊNH").all()
    dictionary = pd.read_csv(folder / "data_dictionary.csv", keep_default_na=False)
    assert list(dictionary["column"]) == list(table.columns) and dictionary["about"].ne("").all()
    assert set(table["indicator"]) <= set(pd.read_csv(folder / "indicator.csv")["indicator"])
    assert command(after_run, "export", "--format", "parquet", "--out", str(after_run / "ra")).code == 0
    parquet = pd.read_parquet(after_run / "ra/observation.parquet")
    assert parquet["obs_value"].tolist() == stored["obs_value"].tolist()
