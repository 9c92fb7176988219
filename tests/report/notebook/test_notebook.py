"""Notebooks: strict parameters, the same tables as the pipeline, in the worker and in an ordinary kernel."""

import json
import os
import re

import nbformat
import pytest
from conftest import AS_OF, PLAN_ID, ROOT, environment
from variant import CITY, COMMUNE, LATER, SHORT, database, figures_of, outputs, real

from analysis import errors, knowledge, store
from analysis.progress import summary
from analysis.projection.cross_check import MODELS
from analysis.reference import wording
from analysis.report.notebook import other_models, runner
from analysis.report.record import track_record, track_targets, track_text
from analysis.report.words import number
from analysis.settings import DATABASE_VARIABLE, Settings

SOURCE = ROOT / "notebooks" / "03_target_progress.ipynb"
GOOD = {"plan_id": PLAN_ID, "ref_area": "31", "as_of": AS_OF, "scenario": "baseline", "lang": "vi"}
COMPREHENSION = "(knowledge.table(name) for name in tables)"
AREAS = {COMMUNE: "10642", CITY: "31"}
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize(
    ("change", "key", "name"),
    [
        ({"plan": "x"}, "parameter_unknown", "plan"),
        ({"ref_area": 31}, "parameter_type", "ref_area"),
        ({"ref_area": ""}, "parameter_type", "ref_area"),
        ({"as_of": "15/10/2026"}, "parameter_type", "as_of"),
        ({"lang": "fr"}, "parameter_type", "lang"),
    ],
)
def test_wrong_parameter_is_named(change, key, name):
    with pytest.raises(errors.InputError) as caught:
        runner.check_parameters(SOURCE, GOOD | change)
    assert caught.value.key == key and caught.value.values["name"] == name
    assert caught.value.exit_code == 2


def test_missing_parameter_is_named():
    with pytest.raises(errors.InputError) as caught:
        runner.check_parameters(SOURCE, {name: value for name, value in GOOD.items() if name != "as_of"})
    assert caught.value.key == "parameter_missing"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_notebook_is_thin_and_committed_clean(path):
    book = nbformat.read(path, as_version=4)
    assert book.metadata.kernelspec.name == "python3"
    assert book.cells[0].cell_type == "markdown" and book.cells[0].source.startswith("# ")
    assert book.cells[1].metadata.tags == ["parameters"]
    code = [cell for cell in book.cells if cell.cell_type == "code"]
    assert len(code) <= 11
    answers = [cell.source for cell in code if "answer(" in cell.source]
    assert len(answers) == 1 and answers[0].startswith("print(")
    for cell in code:
        assert not cell.outputs and cell.execution_count is None
        assert not [
            word for word in ("def ", "for ", "to_csv", "store.", "open(") if word in cell.source.replace(COMPREHENSION, "")
        ]
    assert set(GOOD) == {line.split(" = ")[0] for line in book.cells[1].source.splitlines()}


def executed(root, name, plan):
    """The executed notebook of the one run of a project."""
    (path,) = (root / "reports").glob(f"*/notebooks/{name}.{plan}.ipynb")
    return path


@pytest.fixture(scope="module")
def told(published):
    """What a run stored: out.progress of each plan by target, and its headline rows."""
    path = Settings(published).published
    progress, target = (store.read_table(name, path) for name in ("out.progress", "core.target"))
    counted = summary.headline(progress, target)
    return {
        plan: (progress[progress["plan"] == plan].set_index("target_id"), counted[counted["plan"] == plan]) for plan in AREAS
    }


def test_every_notebook_is_run_for_every_plan_with_its_page(published):
    found = {path.name for path in (published / "reports").glob("*/notebooks/*")}
    assert found == {f"{path.stem}.{plan}.{kind}" for path in NOTEBOOKS for plan in AREAS for kind in ("ipynb", "html")}


@pytest.mark.parametrize("plan", AREAS)
@pytest.mark.parametrize("name", [path.stem for path in NOTEBOOKS])
def test_executed_notebook_names_no_place_and_knows_no_nan(published, name, plan):
    path = executed(published, name, plan)
    text = path.read_text(encoding="utf-8")
    assert str(published) not in text and str(ROOT) not in text and os.sep + "home" not in text
    assert json.loads(text)["metadata"].get("papermill") is None
    tables, texts = outputs(path)
    for one in (*tables, *texts):
        assert not {"nan", "NaN", "None", "NaT", "inf"} & set(one.replace("<", " ").replace(">", " ").split())
    invented = "SỐ LIỆU GIẢ ĐỊNH" in texts[1]
    assert invented == (plan == COMMUNE)


@pytest.mark.parametrize("plan", AREAS)
@pytest.mark.parametrize("name", [path.stem for path in NOTEBOOKS])
def test_executed_notebook_says_falls_in_words_and_has_no_empty_column(published, name, plan):
    tables, texts = outputs(executed(published, name, plan))
    shown = [re.sub(r"<[^>]+>", " ", one) for one in tables if "<table" in one]
    assert [found for one in (*texts, *shown) for found in re.findall(r"(?<!\w)[-−]\d.{0,20}", one)] == []
    for one in tables:
        rows = [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in re.findall(r"<tr>(.*?)</tr>", one)]
        for column in zip(*[row for row in rows if row], strict=True):
            assert set(column) - {"", number.MISSING}, column


def answer(published, name, plan):
    """The generated sentence of a notebook, without the notice."""
    return outputs(executed(published, name, plan))[1][1].strip().splitlines()[-1]


@pytest.mark.parametrize("plan", AREAS)
def test_data_quality_counts_what_out_progress_can_judge(published, told, plan):
    path, counted = Settings(published).published, told[plan][1]
    checks, conflict = (store.read_table(name, path) for name in ("out.check_result", "core.conflict"))
    here = conflict["differs"] & (conflict["ref_area"] == AREAS[plan]) & (conflict["area_valid_from"] == "2025-07-01")
    text = answer(published, "01_data_quality", plan)
    assert f"{(counted['verdict'] != 'insufficient').sum()}/{len(counted)} chỉ tiêu" in text
    assert f"{checks['passed'].sum()}/{len(checks)} phép kiểm đạt" in text
    assert f"{len(store.read_table('core.rejected', path))} ô bị từ chối, {here.sum()} số liệu mâu thuẫn" in text


@pytest.mark.parametrize(("plan", "card"), [(COMMUNE, "commune_product_growth"), (CITY, "grdp_growth")])
def test_trend_says_the_growth_of_core_series(published, plan, card):
    series = store.read_table("core.series", Settings(published).published)
    digits = store.read_table("core.indicator", Settings(published).published).set_index("indicator").loc[card, "decimals"]
    own = series[(series["indicator"] == card) & (series["activity"] == "total") & (series["ref_area"] == AREAS[plan])]
    own = own[own["area_valid_from"] == "2025-07-01"]
    growth = own.set_index(["freq", "time_period"])["obs_value"]
    text = answer(published, "02_trend", plan)
    for key, words in {("A", "2025"): "năm 2025", ("A", "2024"): "năm 2024", ("YTD", "2026-09"): "9 tháng 2026"}.items():
        assert f"{words} tăng {number.percent(growth[key], int(digits), 'vi')}" in text


@pytest.mark.parametrize("plan", AREAS)
def test_target_progress_counts_the_verdicts_of_out_progress(published, told, plan):
    counted = told[plan][1]
    counts = summary.counts(counted)
    names = store.read_table("core.target", Settings(published).published).set_index(["plan", "target_id"])["name_vi"]
    text = answer(published, "03_target_progress", plan)
    assert f"trong {counts['all']} chỉ tiêu được tính, {counts['met']} đã đạt, {counts['in_reach']} trong tầm" in text
    assert f"{counts['in_danger']} khó hoàn thành hoặc không đạt, {counts['insufficient']} chưa đủ" in text
    assert f"đáng lo nhất: {names[plan, summary.worst_first(counted).iloc[0]['target_id']]}" in text
    texts = outputs(executed(published, "03_target_progress", plan))[1]
    assert f"Đối chiếu: {len(told[plan][0])}/{len(told[plan][0])} dòng" in texts[-1]  # assess here equals the run's


@pytest.mark.parametrize("plan", AREAS)
def test_target_progress_says_the_track_record_of_the_site(published, plan):
    tables, texts = outputs(executed(published, "03_target_progress", plan))
    assert f"{track_text.said('vi')}\n{track_targets.said('vi')}\n" in texts
    page = next((published / "reports").glob("*/track_record.html")).read_text(encoding="utf-8")
    for line in track_text.seen(track_record.read(), "vi", lambda key, form, lang: key):
        assert line[0] in page and any(line[0] in table for table in tables)
    assert wording.text("cross_not_wanted", "vi") in "".join(tables), "statsmodels waits until it is asked"


@pytest.mark.parametrize("plan", AREAS)
def test_other_models_stand_beside_ours_when_asked(published, told, plan, tmp_path, monkeypatch):
    monkeypatch.setenv(DATABASE_VARIABLE, str(Settings(published).published))
    book = nbformat.read(SOURCE, as_version=4)
    (cell,) = [cell for cell in book.cells if "wanted = False" in cell.source]
    cell.source = cell.source.replace("wanted = False", "wanted = True")
    nbformat.write(book, tmp_path / SOURCE.name)
    own = GOOD | {"plan_id": plan, "ref_area": AREAS[plan]}
    runner._run(str(tmp_path / SOURCE.name), str(tmp_path / "out.ipynb"), own)
    tables, texts = outputs(tmp_path / "out.ipynb")
    (shown,) = [table for table in tables if "ETSModel" in table]
    lines = [re.findall(r"<td[^>]*>(.*?)</td>", line) for line in shown.split("<tr>")[2:]]
    assert [line[0].split(" ")[0] for line in lines] == ["Công", *MODELS, "Mục"]
    row = summary.worst_first(told[plan][1].query("kind == 'growth_average'")).iloc[0]
    assert lines[0][-1] == number.percent(row["projected_value"], 2, "vi")
    assert lines[-1][-1] == number.percent(row["target"], 2, "vi")
    assert ("SỐ LIỆU GIẢ ĐỊNH" in shown) == (plan == COMMUNE)
    printed = "".join(texts)
    assert other_models.why_not("vi") in printed and "Warning" not in printed


@pytest.mark.parametrize(("plan", "target"), [(COMMUNE, "grdp_total"), (CITY, "grdp_growth_2026_2030")])
def test_what_if_says_what_out_progress_needs(published, told, plan, target):
    row = told[plan][0].loc[target]
    text = answer(published, "04_what_if", plan)
    assert f"từ nay cần {number.percent(row['required_rate'], 2, 'vi')}/năm" in text
    assert f"tốt nhất từng đạt trong cùng số năm là {number.percent(row['best_own_rate'], 2, 'vi')}/năm" in text
    assert ("10,20%/năm" in text) == (plan == COMMUNE)


@pytest.mark.parametrize("plan", AREAS)
def test_annual_review_counts_the_years_plan(published, told, plan):
    annual = store.read_table("core.annual_target", Settings(published).published)
    wanted = annual[(annual["plan"] == plan) & (annual["year"] == 2026) & annual["binding"]]
    counts = summary.counts(told[plan][0].loc[wanted["target_id"]])
    text = answer(published, "05_annual_review", plan)
    assert f"{counts['met']}/{len(wanted)} chỉ tiêu kế hoạch năm đã đạt, {counts['in_reach']} trong tầm" in text
    assert f"{counts['insufficient']} chưa đủ số liệu" in text


@pytest.fixture(scope="module")
def variants(once, request):
    """Databases of the short history, of March 2027 and of nothing at all."""
    later = "2027-03-25"

    def write(folder):
        whole = request.getfixturevalue("whole")
        database(folder / "short.duckdb", whole, figures_of(whole, [SHORT], AS_OF, real(whole)), AS_OF)
        database(folder / "later.duckdb", whole, figures_of(whole, [LATER], later, whole.register), later)
        database(folder / "none.duckdb", whole, whole.series.iloc[:0], AS_OF)

    folder = once("variants", write)
    return {name: (folder / f"{name}.duckdb", later if name == "later" else AS_OF) for name in ("short", "later", "none")}


@pytest.mark.parametrize("name", [path.stem for path in NOTEBOOKS])
@pytest.mark.parametrize("variant", ["short", "later", "none"])
@pytest.mark.parametrize("plan", AREAS)
def test_little_or_nothing_known_is_still_a_useful_notebook(variants, variant, plan, name, tmp_path, monkeypatch):
    path, day = variants[variant]
    monkeypatch.setenv(DATABASE_VARIABLE, str(path))
    parameters = {"plan_id": plan, "ref_area": AREAS[plan], "as_of": day, "scenario": "baseline", "lang": "en"}
    runner._run(str(ROOT / "notebooks" / f"{name}.ipynb"), str(tmp_path / "out.ipynb"), parameters)
    tables, texts = outputs(tmp_path / "out.ipynb")
    assert len(texts[1].strip().splitlines()[-1]) > 40
    for one in (*tables, *texts):
        assert not {"nan", "NaN", "None", "NaT"} & set(one.replace("<", " ").replace(">", " ").split())


@pytest.mark.parametrize("area", ["10675", "291", "VN"])
def test_an_area_with_a_point_or_two_is_judged_by_the_plan(published, monkeypatch, area):
    monkeypatch.setenv(DATABASE_VARIABLE, str(Settings(published).published))
    here = knowledge.known(COMMUNE, area, AS_OF)
    rows = knowledge.progress(here, "baseline")
    assert set(rows["ref_area"]) == {area} and rows["target_id"].is_unique
    assert (rows.loc[rows["n_points"] < 2, "probability"].isna()).all()


def test_an_unknown_area_is_one_sentence(published, monkeypatch):
    monkeypatch.setenv(DATABASE_VARIABLE, str(Settings(published).published))
    with pytest.raises(errors.InputError) as caught:
        knowledge.known(COMMUNE, "99999", AS_OF)
    assert caught.value.key == "area_unknown"


def test_an_earlier_day_is_computed_from_the_observations(published, monkeypatch):
    monkeypatch.setenv(DATABASE_VARIABLE, str(Settings(published).published))
    before = knowledge.known(CITY, "31", "2026-03-01")
    assert not before.of_run and str(before.series["vintage"].max())[:10] <= "2026-03-01"
    again = knowledge.known(CITY, "31", AS_OF)
    assert again.of_run and len(again.series) > len(before.series)


def test_a_notebook_cannot_spoil_what_another_reads(published, monkeypatch):
    monkeypatch.setenv(DATABASE_VARIABLE, str(Settings(published).published))
    first = knowledge.known(CITY, "31", AS_OF)
    first.series.loc[:, "obs_value"] = 0.0
    assert knowledge.known(CITY, "31", AS_OF).series["obs_value"].abs().sum() > 0


@pytest.mark.slow
@pytest.mark.parametrize("name", [path.stem for path in NOTEBOOKS])
def test_ordinary_kernel_gives_the_same_outputs(published, tmp_path, name):
    import papermill

    before = dict(os.environ)
    os.environ.update(environment(ROOT), **{DATABASE_VARIABLE: str(Settings(published).published)})
    own = GOOD | {"plan_id": COMMUNE, "ref_area": "10642"}
    try:
        papermill.execute_notebook(
            str(ROOT / "notebooks" / f"{name}.ipynb"), str(tmp_path / "kernel.ipynb"), parameters=own, progress_bar=False
        )
    finally:
        os.environ.clear()
        os.environ.update(before)
    kernel, worker = outputs(tmp_path / "kernel.ipynb"), outputs(executed(published, name, COMMUNE))
    assert [table for table in kernel[0] if "<table" in table] == [table for table in worker[0] if "<table" in table]
    assert kernel[1] == worker[1]


def test_failing_cell_and_time_limit_are_failures(tmp_path, monkeypatch):
    book = nbformat.read(SOURCE, as_version=4)
    broken, slow = tmp_path / "broken.ipynb", tmp_path / "slow.ipynb"
    book.cells[2].source = "1 / 0"
    nbformat.write(book, broken)
    book.cells[2].source = "import time; time.sleep(60)"
    nbformat.write(book, slow)
    with runner.worker(tmp_path / "none.duckdb") as worker:
        with pytest.raises(Exception, match="ZeroDivisionError"):
            runner.execute(worker, broken, tmp_path / "out" / "broken.ipynb", GOOD)
        assert not (tmp_path / "out" / "broken.ipynb").exists()
        worker.started.result(timeout=60)
        monkeypatch.setattr(runner, "SECONDS", 1.0)
        with pytest.raises(RuntimeError, match="more than"):
            runner.execute(worker, slow, tmp_path / "out" / "slow.ipynb", GOOD)
