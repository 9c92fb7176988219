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
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.progress import Lines

if TYPE_CHECKING:
    from analysis.settings import Settings

TIMES = 5
COPIED = ("data/raw", "src", "pipelines", "notebooks", "pyproject.toml", "requirements.lock")
LIMITS = {"help": 0.3, "nothing_changed": 3.0, "full_run": 12.0}
MEMORY_LIMIT = 1024.0


def run(settings: Settings, lang: str) -> int:
    """Print each figure beside its limit; return 0 whatever they are: a measurement is not a test."""
    lines = Lines(lang)
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        root = _copy(settings.root, Path(folder) / "plan")
        lines.say("benchmark_begins", times=TIMES, cores=os.cpu_count() or 0)
        _measure(root, ["run"])  # byte code of this copy
        megabytes = 0.0
        for name, words in {"help": ["--help"], "nothing_changed": ["run"], "full_run": ["run"]}.items():
            measured = []
            for _ in range(TIMES):
                if name == "full_run":
                    _forget(root)
                measured.append(_measure(root, words))
            seconds, megabytes = (statistics.median(column) for column in zip(*measured, strict=True))
            lines.say(f"benchmark_{name}", seconds=f"{seconds:.2f}", limit=f"{LIMITS[name]:.1f}")
        lines.say("benchmark_memory", megabytes=f"{megabytes:.0f}", limit=f"{MEMORY_LIMIT:.0f}")
    return 0


def _copy(root: Path, target: Path) -> Path:
    for name in COPIED:
        source = root / name
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=shutil.ignore_patterns("inbox", ".ipynb_checkpoints"))
        else:
            shutil.copy(source, target / name)
    return target


def _forget(root: Path) -> None:
    """Remove every result, so that the next run starts from nothing."""
    for name in ("data/processed", "reports"):
        shutil.rmtree(root / name, ignore_errors=True)


def _measure(root: Path, arguments: Sequence[str]) -> tuple[float, float]:
    """Return the seconds a sub-command takes through the door, and the peak of its process tree's memory in MB."""
    environment = {**os.environ, "PLAN_PROGRESS_VENV": sys.prefix}
    begun, peak = time.monotonic(), 0.0
    process = subprocess.Popen(
        [sys.executable, "-m", "pipelines", *arguments],
        cwd=root,
        env=environment,
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
