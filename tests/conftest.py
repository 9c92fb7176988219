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
from analysis.intake import harmonise, manifest, tidy
from analysis.plan import plan
from analysis.projection.pool import pool
from analysis.reference import tables

ROOT = Path(__file__).resolve().parents[1]
RAW = ROOT / "data" / "raw"
AS_OF = "2026-10-15"
PLAN_ID = "hai_phong_2026_2030"
COPIED = ("data/raw", "src", "pipelines", "notebooks", "pyproject.toml", "requirements.lock")


@pytest.fixture(scope="session")
def thread() -> SimpleNamespace:
    """The one real thread, computed step by step: register, reference, observation, cards, conflict, series, plan, pool."""
    register, reference = manifest.read(RAW), tables.read(RAW / "reference")
    rows = pd.concat([tidy.read(RAW, path) for path in register["path"]], ignore_index=True)
    cards, source = reference["indicator"], reference["source"]
    result = harmonise.observations(rows, harmonise.Reference(cards, reference["area"], source, register))
    known = observation.as_of(result.observation, source, AS_OF)
    conflict = observation.conflicts(result.observation, source, AS_OF)
    return SimpleNamespace(
        register=register,
        reference=reference,
        rows=rows,
        result=result,
        observation=result.observation,
        conflict=conflict,
        cards=cards,
        series=series.derive(known, conflict, cards),
        plan=plan.read(RAW / "plan" / PLAN_ID, cards, reference["area"]),
        pool=pool(known, cards),
    )


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "test.duckdb"
    store.create(path)
    return path


def copy_project(folder: Path) -> Path:
    """Copy what a run needs, without environment, results and caches."""
    for name in COPIED:
        source, target = ROOT / name, folder / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints", "inbox"))
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)
    return folder


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


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return copy_project(tmp_path / "xã Thái Tân")


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project after one good run from an empty home; tests copy it before they change anything.

    Beside it stand `home` and `output.txt`, what that run left in the home folder and what it printed.
    """
    folder = tmp_path_factory.mktemp("published")
    root = copy_project(folder / "kế hoạch")
    (folder / "home").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        for name in ("HOME", "USERPROFILE"):
            patch.setenv(name, str(folder / "home"))
        patch.delenv("IPYTHONDIR", raising=False)
        result = command(root, "run")
    assert result.code == 0, result.out + result.err
    (folder / "output.txt").write_text(result.out, encoding="utf-8")
    return root


@pytest.fixture
def fresh(published: Path, tmp_path: Path) -> Path:
    """A copy of the published project that a test may change."""
    return Path(shutil.copytree(published, tmp_path / "bản sao"))


@pytest.fixture
def register_again() -> Callable[[Path], None]:
    """Write the hashes of a project's received files into its manifest, as a new delivery would."""

    def rewrite(root: Path) -> None:
        path = root / "data" / "raw" / "manifest.csv"
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
        files = [root / "data" / "raw" / name for name in table["path"]]
        table["sha256"] = [manifest.sha256(file) for file in files]
        table["bytes"] = [str(file.stat().st_size) for file in files]
        table.to_csv(path, index=False, lineterminator="\n")

    return rewrite
