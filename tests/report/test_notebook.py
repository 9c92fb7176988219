"""Notebooks: strict parameters, the same tables as the pipeline, in the worker and in an ordinary kernel."""

import json
import os

import nbformat
import pytest
from conftest import AS_OF, PLAN_ID, ROOT, environment

from analysis import errors, store
from analysis.report import notebook
from analysis.settings import DATABASE_VARIABLE, Settings

SOURCE = ROOT / "notebooks" / "03_target_progress.ipynb"
GOOD = {"plan_id": PLAN_ID, "ref_area": "31", "as_of": AS_OF, "scenario": "baseline", "lang": "vi"}
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
        notebook.check_parameters(SOURCE, GOOD | change)
    assert caught.value.key == key and caught.value.values["name"] == name
    assert caught.value.exit_code == 2


def test_missing_parameter_is_named():
    with pytest.raises(errors.InputError) as caught:
        notebook.check_parameters(SOURCE, {name: value for name, value in GOOD.items() if name != "as_of"})
    assert caught.value.key == "parameter_missing"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_notebook_is_thin_and_committed_clean(path):
    book = nbformat.read(path, as_version=4)
    assert book.metadata.kernelspec.name == "python3"
    assert book.cells[0].cell_type == "markdown" and book.cells[0].source.startswith("# ")
    assert book.cells[1].metadata.tags == ["parameters"]
    code = [cell for cell in book.cells if cell.cell_type == "code"]
    assert len(code) <= 11
    for cell in code:
        assert not cell.outputs and cell.execution_count is None
        assert "def " not in cell.source and "to_csv" not in cell.source and "store.replace" not in cell.source
    assert set(GOOD) == {line.split(" = ")[0] for line in book.cells[1].source.splitlines()}


def tables(path):
    """The HTML tables and texts of a notebook's outputs."""
    book = nbformat.read(path, as_version=4)
    outputs = [output for cell in book.cells for output in cell.get("outputs", [])]
    return [o["data"].get("text/html", "") for o in outputs if "data" in o], [o["text"] for o in outputs if "text" in o]


def test_published_notebook_says_what_the_tables_say(published):
    from analysis.report import sentence

    (path,) = (published / "reports").glob("*/notebooks/*.ipynb")
    text = path.read_text(encoding="utf-8")
    assert str(published) not in text and str(ROOT) not in text and os.sep + "home" not in text
    database = Settings(published).published
    rows = store.read_table("out.progress", database).set_index("target_id", drop=False)
    card = store.read_table("core.indicator", database).set_index("indicator").loc["grdp_growth"].to_dict()
    headline = sentence.headline(rows.loc["grdp_growth_2026_2030"].to_dict(), card, "vi")
    assert headline in "".join(tables(path)[1])
    assert json.loads(text)["metadata"].get("papermill") is None


def test_notebook_assesses_to_the_rows_of_the_pipeline(published, tmp_path, monkeypatch):
    """The notebook calls assess itself; what it gets must equal out.progress."""
    monkeypatch.setenv(DATABASE_VARIABLE, str(Settings(published).published))
    book = nbformat.read(SOURCE, as_version=4)
    names: dict[str, object] = {}
    for cell in book.cells:
        if cell.cell_type == "code":
            exec(compile(cell.source, SOURCE.name, "exec"), names)
    from analysis.schema import PROGRESS, conform

    ours = conform(names["result"].progress, PROGRESS).sort_values("target_id", ignore_index=True)
    theirs = store.read_table("out.progress", Settings(published).published)
    for column in ours:
        assert ours[column].map(str).tolist() == theirs[column].map(str).tolist(), column


@pytest.mark.slow
def test_ordinary_kernel_gives_the_same_outputs(published, tmp_path):
    import papermill

    before = dict(os.environ)
    os.environ.update(environment(ROOT), **{DATABASE_VARIABLE: str(Settings(published).published)})
    try:
        papermill.execute_notebook(str(SOURCE), str(tmp_path / "kernel.ipynb"), parameters=GOOD, progress_bar=False)
    finally:
        os.environ.clear()
        os.environ.update(before)
    (path,) = (published / "reports").glob("*/notebooks/*.ipynb")
    kernel, worker = tables(tmp_path / "kernel.ipynb"), tables(path)
    assert [table for table in kernel[0] if "<table" in table] == [table for table in worker[0] if "<table" in table]
    assert kernel[1] == worker[1]


def test_failing_cell_and_time_limit_are_failures(tmp_path, monkeypatch):
    book = nbformat.read(SOURCE, as_version=4)
    broken, slow = tmp_path / "broken.ipynb", tmp_path / "slow.ipynb"
    book.cells[2].source = "1 / 0"
    nbformat.write(book, broken)
    book.cells[2].source = "import time; time.sleep(60)"
    nbformat.write(book, slow)
    with notebook.worker(tmp_path / "none.duckdb") as worker:
        with pytest.raises(Exception, match="ZeroDivisionError"):
            notebook.execute(worker, broken, tmp_path / "out" / "broken.ipynb", GOOD)
        assert not (tmp_path / "out" / "broken.ipynb").exists()
        worker.started.result(timeout=60)
        monkeypatch.setattr(notebook, "SECONDS", 1.0)
        with pytest.raises(RuntimeError, match="more than"):
            notebook.execute(worker, slow, tmp_path / "out" / "slow.ipynb", GOOD)
