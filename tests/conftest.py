"""Shared fixtures: the project's real data through the real functions, and a copy of the project to run commands in."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from analysis import observation, series, store
from analysis.intake import harmonise, manifest
from analysis.intake.reader import choice
from analysis.intake.reader import tables as tables_reader
from analysis.plan import plan
from analysis.progress.assess import Assessment, assess
from analysis.projection.pool import from_series
from analysis.reference import tables
from analysis.report.page import site
from analysis.schema.raw import RAW_NOTE
from analysis.schema.table import empty
from pipelines import benchmark, lock

pytest_plugins = ("site_content", "chromium")
ROOT = Path(__file__).resolve().parents[1]
RAW = ROOT / "data" / "raw"
ASSETS = ROOT / "data" / "processed" / "assets"
AS_OF = "2026-10-15"
PLAN_ID = "hai_phong_2026_2030"
Once = Callable[[str, Callable[[Path], object]], Path]


FIRST_FILE = "received/nso_pxweb_plv0301/2026-10-05/grdp_growth_index.csv"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the slow tests: one worker takes them on, the other ends with the last of its short ones."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def reference_of(tables: dict[str, pd.DataFrame], register: pd.DataFrame) -> harmonise.Reference:
    names = ("indicator", "unit", "area", "source", "correction")
    return harmonise.Reference(*(tables[name] for name in names), register)


def harmonised(rows: pd.DataFrame, tables: dict[str, pd.DataFrame], register: pd.DataFrame) -> harmonise.Harmonised:
    """What the rows of raw.row become."""
    splits = choice.split(rows, empty(RAW_NOTE), register, tables_reader.known(tables))
    return harmonise.observations(splits, reference_of(tables, register))


def computed(register: pd.DataFrame) -> SimpleNamespace:
    """The files of `register`, rows of the manifest, computed step by step from reading to pool; and every plan by id."""
    reference = tables.read(RAW / "reference")
    cards, source, areas = reference["indicator"], reference["source"], reference["area"]
    rows = pd.concat([choice.read(RAW, path).rows for path in register["path"]], ignore_index=True)
    result = harmonised(rows, reference, register)
    known = observation.as_of(result.observation, source, AS_OF)
    conflict = observation.conflicts(result.observation, source, AS_OF)
    figures = series.derive(known, conflict, cards)
    return SimpleNamespace(
        register=register,
        reference=reference,
        rows=rows,
        result=result,
        observation=result.observation,
        known=known,
        conflict=conflict,
        cards=cards,
        areas=areas,
        series=figures,
        plans=plan.read_all(RAW / "plan", cards, areas),
        pool=from_series(figures, cards, areas),
    )


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """Fill a folder once for all workers: the first that asks for `name` makes it, the others wait; none changes it."""
    own = tmp_path_factory.getbasetemp()
    base = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own

    def made(name: str, make: Callable[[Path], object]) -> Path:
        folder, done = base / name, base / f"{name}.done"
        with lock.held(base / f"{name}.lock", lambda: None):
            if not done.exists():
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                make(folder)
                done.touch()
        return folder

    return made


@pytest.fixture(scope="session")
def thread() -> SimpleNamespace:
    """One real file and, as `plan`, the plan that reads it."""
    register = manifest.read(RAW)
    one = computed(register[register["path"] == FIRST_FILE].reset_index(drop=True))
    return SimpleNamespace(**vars(one), plan=one.plans[PLAN_ID])


@pytest.fixture(scope="session")
def whole() -> SimpleNamespace:
    """Every registered file."""
    return computed(manifest.read(RAW))


@pytest.fixture(scope="session")
def assessed(whole: SimpleNamespace) -> dict[str, Assessment]:
    """Every plan's own area, assessed from every registered file."""
    made = {}
    for plan_id, one in whole.plans.items():
        valid_from = pd.Timestamp(one.area_valid_from)
        own = whole.series[(whole.series["ref_area"] == one.ref_area) & (whole.series["area_valid_from"] == valid_from)]
        made[plan_id] = assess(own, one, "baseline", whole.pool, AS_OF)
    return made


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "test.duckdb"
    store.create(path)
    return path


def copy_project(folder: Path) -> Path:
    """Copy what a run needs, without environment, results and caches."""
    return benchmark.copy(ROOT, folder)


def environment(root: Path) -> dict[str, str]:
    path = os.pathsep.join([str(root / "src"), str(root)])
    return {**os.environ, "PYTHONPATH": path, "PYTHONUTF8": "1"}


def start(root: Path, *arguments: str) -> subprocess.Popen[str]:
    """Start a sub-command behind the door (`pipelines.command`) in a project folder, in a process group of its own."""
    command = [sys.executable, "-m", "pipelines.command", *arguments]
    return subprocess.Popen(
        command,
        cwd=root,
        env=environment(root),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )


def command(root: Path, *arguments: str) -> SimpleNamespace:
    process = start(root, *arguments)
    out, err = process.communicate(timeout=120)
    return SimpleNamespace(code=process.returncode, out=out, err=err)


def shrink(root: Path, plan_id: str = PLAN_ID, received: str = FIRST_FILE) -> Path:
    """Leave one plan, one received file and one notebook in a copy of the project: what a run does is the same, sooner.

    The drawing library, two seconds to make, is brought along; the run of the whole project makes its own.
    """
    kept = root / "data" / "processed" / "assets"
    kept.mkdir(parents=True)
    shutil.copy(site.vega_bundle(ASSETS), kept)
    for notebook in (root / "notebooks").glob("*.ipynb"):
        if notebook.stem != "03_target_progress":
            notebook.unlink()
    raw = root / "data" / "raw"
    for folder in (raw / "plan").iterdir():
        if folder.name != plan_id:
            shutil.rmtree(folder)
    register = pd.read_csv(raw / "manifest.csv", dtype=str, keep_default_na=False)
    for path in register.loc[register["path"] != received, "path"]:
        (raw / path).unlink()
    register[register["path"] == received].to_csv(raw / "manifest.csv", index=False, lineterminator="\n")
    return root


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project in which nothing has been run yet."""
    return shrink(copy_project(tmp_path / "xã Thái Tân"))


def first_run(folder: Path, root: Path) -> None:
    """Run a project for the first time from an empty home; in `folder` stand `home` and `output.txt`, what it printed."""
    (folder / "home").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        for name in ("HOME", "USERPROFILE"):
            patch.setenv(name, str(folder / "home"))
        patch.delenv("IPYTHONDIR", raising=False)
        result = command(root, "run")
    assert (result.code, result.err) == (0, ""), result.out
    (folder / "output.txt").write_text(result.out, encoding="utf-8")


@pytest.fixture(scope="session")
def published(once: Once) -> Path:
    """A copy of the whole project after one good run."""
    return once("published", lambda folder: first_run(folder, copy_project(folder / "kế hoạch"))) / "kế hoạch"


@pytest.fixture(scope="session")
def small(once: Once) -> Path:
    """A small project after one good run; tests copy it before they change anything."""
    return once("small", lambda folder: first_run(folder, shrink(copy_project(folder / "kế hoạch")))) / "kế hoạch"


@pytest.fixture
def fresh(small: Path, tmp_path: Path) -> Path:
    """A copy of the small published project that a test may change."""
    return Path(shutil.copytree(small, tmp_path / "bản sao"))


def register_again(root: Path) -> None:
    """Write the hashes of a project's received files into its manifest, as a new delivery would."""
    path = root / "data" / "raw" / "manifest.csv"
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    files = [root / "data" / "raw" / name for name in table["path"]]
    table["sha256"] = [manifest.sha256(file) for file in files]
    table["bytes"] = [str(file.stat().st_size) for file in files]
    table.to_csv(path, index=False, lineterminator="\n")
