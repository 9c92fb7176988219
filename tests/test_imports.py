"""A room is a room: each big library has one door, and the arrows between rooms point one way."""

import ast

import pytest
from conftest import ROOT

SRC = ROOT / "src" / "analysis"
ONLY_IN = {
    "duckdb": "store.py",
    "great_expectations": "checks/suite.py",
    "altair": "report/chart/target_chart.py",
    "vl_convert": "report/page/site.py",
    "papermill": "report/notebook/runner.py",
    "jinja2": "report/page/site.py",
    "scipy": "projection/law.py",
    "statsmodels": "projection/cross_check.py",
    "IPython": "report/notebook/runner.py",
    "typst": "report/sheet/a4.py",
    "openpyxl": "intake/form/",
    "python_calamine": "intake/sheet/cells.py",
}
HEAVY_AT_TOP = {
    "openpyxl",
    "python_calamine",
    "duckdb",
    "great_expectations",
    "altair",
    "papermill",
    "scipy",
    "statsmodels",
    "vl_convert",
    "IPython",
}
# the rooms in the order in which data passes: each uses only itself and those before it
ORDER = (
    *("errors", "child", "startup", "whole_file", "schema", "settings"),
    *("intake.sheet", "table_cell", "table_file", "reference", "intake"),
    *("fingerprint", "store", "build", "publication"),
    *("observation", "series", "checks", "plan"),
    *("projection", "trial", "progress", "scenario", "illustrative", "knowledge"),
    *("report.words", "report.chart", "report.record", "report.notebook", "report.page", "report.sheet"),
)
MOST_FILES = 15  # in one folder, beside its __init__
LONGEST_MODULE = 400
FILES = sorted(SRC.rglob("*.py"))


def imports(path, top_only=False):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = tree.body if top_only else ast.walk(tree)
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def guarded(path):
    """Imports under TYPE_CHECKING cost nothing at run time."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            for child in ast.walk(node):
                if isinstance(child, ast.Import):
                    yield from (alias.name for alias in child.names)
                elif isinstance(child, ast.ImportFrom):
                    yield from (f"{child.module}.{alias.name}" for alias in child.names)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(SRC).as_posix())
def test_big_library_has_one_importer(path):
    place = path.relative_to(SRC).as_posix()
    for name in imports(path):
        library = name.split(".")[0]
        assert place.startswith(ONLY_IN.get(library, place)), f"{place} imports {library}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(SRC).as_posix())
def test_heavy_library_is_imported_inside_the_function_that_needs_it(path):
    assert not {name.split(".")[0] for name in imports(path, top_only=True)} & HEAVY_AT_TOP


def room_of(name):
    """Return the place of a dotted name's room in ORDER."""
    return next((place for place, room in enumerate(ORDER) if f"{name}.".startswith(f"{room}.")), None)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(SRC).as_posix())
def test_no_import_runs_upward(path):
    own = room_of(".".join(path.relative_to(SRC).with_suffix("").parts))
    if own is None:
        assert path.name == "__init__.py", f"{path.name} stands in no room of ORDER"
        return
    for name in set(imports(path)) - set(guarded(path)):
        if name.startswith("analysis."):
            used = room_of(name.removeprefix("analysis."))
            assert used is not None, f"{name} stands in no room of ORDER"
            assert used <= own, f"{path.name} imports {name}, which stands behind it"


def test_no_run_imports_a_trial_but_for_the_shipped_record():
    learning = {"analysis.trial.backtest", "analysis.trial.learn", "analysis.trial.panel", "analysis.trial.window"}
    for path in FILES:
        if path.relative_to(SRC).parts[0] != "trial":
            for name in imports(path):
                assert not any(f"{name}.".startswith(f"{one}.") for one in learning), f"{path.name} imports {name}"


def test_no_folder_is_crowded_and_no_module_long():
    for folder in {path.parent for path in FILES}:
        files = [path for path in folder.glob("*.py") if path.name != "__init__.py"]
        assert len(files) <= MOST_FILES, f"{folder.name}: {len(files)} files"
    for path in FILES:
        assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE, path.name


def test_every_rule_of_this_table_is_needed():
    used = {name.split(".")[0] for path in FILES for name in imports(path)}
    assert set(ONLY_IN) <= used
