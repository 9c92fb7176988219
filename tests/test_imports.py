"""A room is a room: each big library has one door, and the arrows between rooms point one way."""

import ast

import pytest
from conftest import ROOT

SRC = ROOT / "src" / "analysis"
ONLY_IN = {
    "duckdb": "store.py",
    "great_expectations": "checks/suite.py",
    "altair": "report/chart.py",
    "vl_convert": "report/site.py",
    "papermill": "report/notebook.py",
    "jinja2": "report/site.py",
    "scipy": "projection/law.py",
    "statsmodels": "projection/cross_check.py",
    "IPython": "report/notebook.py",
    "typst": "report/paper.py",
    "openpyxl": "intake/form.py",
    "python_calamine": "intake/cells.py",
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
# what a room may use beside errors, schema, settings and itself
MAY_USE = {
    "reference": set(),
    "intake": {"reference"},
    "checks": {"store"},
    "plan": {"reference"},
    "projection": {"series"},
    "progress": {"plan", "projection"},
    "scenario": set(),
    "report": {"reference", "plan", "store", "projection", "progress", "scenario", "knowledge"},
}
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
        assert ONLY_IN.get(library, place) == place, f"{place} imports {library}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(SRC).as_posix())
def test_heavy_library_is_imported_inside_the_function_that_needs_it(path):
    assert not {name.split(".")[0] for name in imports(path, top_only=True)} & HEAVY_AT_TOP


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(SRC).as_posix())
def test_rooms_use_only_the_rooms_before_them(path):
    parts = path.relative_to(SRC).parts
    if len(parts) == 1:
        return
    room = parts[0]
    allowed = MAY_USE[room] | {room, "errors", "schema", "settings", "startup"}
    for name in set(imports(path)) - set(guarded(path)):
        pieces = name.split(".")
        if pieces[0] == "analysis":
            assert pieces[1] in allowed, f"{path.name} imports {name}"


def test_every_rule_of_this_table_is_needed():
    used = {name.split(".")[0] for path in FILES for name in imports(path)}
    assert set(ONLY_IN) <= used
