"""Print what the program costs on this machine: medians of five, and the memory of the whole process tree.

It works in a copy of the project in a temporary folder, through the door as a user would, with the libraries already
installed; the published results are not touched.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd

from analysis.intake import manifest
from analysis.report.notebook import runner
from analysis.settings import Settings
from pipelines import environment, step4_report
from pipelines.progress import Lines

TIMES = 5
COPIED = ("data/raw", "src", "pipelines", "notebooks", "pyproject.toml", "requirements.lock")
LIMITS = {"help": 0.3, "full_run": 20.0, "nothing_changed": 3.0, "figure_changed": 10.0}
MEMORY_LIMIT = 1024.0
SET_UP = "import pathlib, sys; from pipelines import environment; environment.ensure(pathlib.Path(sys.argv[1]), sys.argv[2])"


def run(settings: Settings, lang: str) -> int:
    """Print each figure beside its limit; return 0 whatever they are: a measurement is not a test."""
    lines = Lines(lang)
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        root = copy(settings.root, Path(folder) / "plan")
        lines.say("benchmark_begins", times=TIMES, cores=os.cpu_count() or 0)
        _measure(root, ["run"])  # byte code of this copy
        asked: dict[str, tuple[Callable[[Path], None], list[str]]] = {
            "help": (_leave, ["--help"]),
            "full_run": (_forget, ["run"]),
            "nothing_changed": (_leave, ["run"]),
            "figure_changed": (_change, ["run"]),
        }
        peaks = []
        for name, (before, words) in asked.items():
            measured = []
            for _ in range(TIMES):
                before(root)
                measured.append(_measure(root, words))
            seconds, megabytes = (statistics.median(column) for column in zip(*measured, strict=True))
            peaks.append(megabytes)
            lines.say(f"benchmark_{name}", seconds=f"{seconds:.2f}", limit=f"{LIMITS[name]:.1f}")
        lines.say("benchmark_memory", megabytes=f"{max(peaks):.0f}", limit=f"{MEMORY_LIMIT:.0f}")
        for name, seconds in _parts(Settings(root, lang=lang)).items():
            lines.say(f"benchmark_{name}", seconds=f"{seconds:.2f}")
        lines.say("benchmark_set_up", seconds=f"{_set_up(root, lang):.0f}")
    return 0


def _parts(settings: Settings) -> dict[str, float]:
    """Return the seconds of all notebooks in a warm child, and of the board with all its pages."""
    given = step4_report.read(settings, settings.published)
    with runner.worker(settings.published) as worker:
        worker.pool.submit(runner.warm).result()

        def notebooks(draft: Path) -> None:
            asked = runner.ask_all(worker, settings.root, draft, given.plans, given.about["as_of"], settings.lang)
            runner.finish_all(worker, asked, settings.lang)

        return {
            "notebooks": _median(notebooks),
            "board": _median(lambda draft: step4_report.board(settings, draft, given, [])),
        }


def _median(work: Callable[[Path], object]) -> float:
    """Return the median seconds of `work` in a new folder."""
    measured = []
    for _ in range(TIMES):
        with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
            begun = time.monotonic()
            work(Path(folder))
            measured.append(time.monotonic() - begun)
    return statistics.median(measured)


def _set_up(root: Path, lang: str) -> float:
    """Return the median seconds of a first set-up: the environment made from the lock file, however libraries come."""
    measured = []
    for number in range(TIMES):
        begun = time.monotonic()
        place = root.parent / f"venv{number}"
        paths = os.pathsep.join([str(root / "src"), str(root)])
        variables = {**os.environ, environment.VARIABLE: str(place), "PYTHONPATH": paths}
        subprocess.run([sys.executable, "-c", SET_UP, str(root), lang], env=variables, check=True, stdout=subprocess.DEVNULL)
        measured.append(time.monotonic() - begun)
        shutil.rmtree(place, ignore_errors=True)
    return statistics.median(measured)


def copy(root: Path, target: Path) -> Path:
    """Copy what a run needs, without environment, results and caches; return `target`."""
    for name in COPIED:
        source = root / name
        if source.is_dir():
            shutil.copytree(
                source, target / name, ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints", "inbox")
            )
        else:
            shutil.copy(source, target / name)
    return target


def _forget(root: Path) -> None:
    """Remove every result, so that the next run starts from nothing."""
    for name in ("data/processed", "reports"):
        shutil.rmtree(root / name, ignore_errors=True)


def _leave(root: Path) -> None:
    """Change nothing."""


def _change(root: Path) -> None:
    """Give the first received table another first figure, registered as a new delivery is."""
    register = pd.read_csv(root / "data/raw/manifest.csv", dtype=str, keep_default_na=False)
    first = register.index[register["path"].str.endswith(".csv")][0]
    path = root / "data/raw" / register.loc[first, "path"]
    figures = pd.read_csv(path, dtype=str, keep_default_na=False)
    figures.loc[0, "obs_value"] = f"{float(figures.loc[0, 'obs_value']) + 0.001:.6f}"
    figures.to_csv(path, index=False, lineterminator="\n")
    register.loc[first, "sha256"], register.loc[first, "bytes"] = manifest.sha256(path), str(path.stat().st_size)
    register.to_csv(root / "data/raw/manifest.csv", index=False, lineterminator="\n")


def _measure(root: Path, arguments: Sequence[str]) -> tuple[float, float]:
    """Return the seconds a sub-command takes through the door, and the peak of its process tree's memory in MB."""
    variables = {**os.environ, environment.VARIABLE: sys.prefix}
    begun, peak = time.monotonic(), 0.0
    process = subprocess.Popen(
        [sys.executable, "-m", "pipelines", *arguments],
        cwd=root,
        env=variables,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while process.poll() is None:
        peak = max(peak, _tree_megabytes(process.pid))
        time.sleep(0.02)
    seconds = time.monotonic() - begun
    if process.returncode:
        raise RuntimeError(f"{arguments}: exit code {process.returncode}")
    return seconds, peak


def _tree_megabytes(pid: int) -> float:
    """Return the resident memory of a process and all below it; shared pages count in each."""
    import psutil

    total = 0
    try:
        process = psutil.Process(pid)
        members = [process, *process.children(recursive=True)]
    except psutil.Error:
        return 0.0
    for member in members:
        try:
            total += member.memory_info().rss
        except psutil.Error:
            continue
    return total / 2**20
