"""Builds the project's own environment from requirements.lock, whole or not at all. Standard library alone."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from analysis.errors import SetupError, is_disk_full
from analysis.reference import wording
from pipelines import lock

VARIABLE = "PLAN_PROGRESS_VENV"  # where the environment stands, when not in .venv
STAMP = "plan_progress.stamp"
LEAST_FREE = 1 << 20  # bytes: with less the installer's own log may lack its last words
PATH_FILE = "plan_progress.pth"
PIN = re.compile(r"^[A-Za-z0-9._-]+(\[[^]]*\])?==", re.MULTILINE)


def folder(root: Path) -> Path:
    """Return the folder of the environment."""
    return Path(os.environ.get(VARIABLE) or root / ".venv")


def python(environment: Path) -> Path:
    """Return the interpreter of an environment."""
    return environment / "Scripts" / "python.exe" if sys.platform == "win32" else environment / "bin" / "python"


def stamp(root: Path) -> str:
    """Return what the environment depends on: the lock file's hash and the Python version."""
    locked = hashlib.sha256((root / "requirements.lock").read_bytes()).hexdigest()
    return f"{locked} {sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}"


def is_ready(root: Path) -> bool:
    """Whether the environment is complete and made from today's lock file and Python."""
    mark = folder(root) / STAMP
    return mark.is_file() and mark.read_text(encoding="utf-8") == stamp(root) and python(folder(root)).exists()


def ensure(root: Path, lang: str) -> Path:
    """Return the interpreter of the environment, building it first where it is missing or out of date.

    Raises SetupError when Python is too old, its venv module is missing, or the installer fails; the environment that
    was there before stays.
    """
    if sys.version_info < (3, 11):  # noqa: UP036 - the door is opened with whatever Python there is
        raise SetupError("python_old", version=sys.version.split()[0])
    target = folder(root)
    if is_ready(root):
        return python(target)
    waiting = lambda: print(wording.text("waiting_for_setup", lang), flush=True)  # noqa: E731
    with lock.held(target.with_name(target.name + ".lock"), waiting):
        if not is_ready(root):
            _build(root, target, lang)
    return python(target)


def _build(root: Path, target: Path, lang: str) -> None:
    fresh = target.with_name(target.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    print(wording.text("setup_begins", lang), flush=True)
    try:
        for command in _commands(root, fresh):
            _install(command, root, fresh, lang)
        _write_path_file(root, target, fresh)
        (fresh / STAMP).write_text(stamp(root), encoding="utf-8")
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    old = target.with_name(target.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    fresh.rename(target)
    shutil.rmtree(old, ignore_errors=True)
    print(wording.text("setup_done", lang), flush=True)


def _commands(root: Path, fresh: Path) -> list[list[str]]:
    """Return the two commands: make the environment, install into it; `uv` where it is there, else venv and pip."""
    wheels = root / "wheels"
    offline = ["--no-index", "--find-links", str(wheels)] if wheels.is_dir() else []
    locked = ["--require-hashes", "-r", str(root / "requirements.lock")]
    uv = shutil.which("uv")
    if uv:
        install = [uv, "pip", "install", "--python", str(python(fresh)), "--compile-bytecode", *offline, *locked]
        return [[uv, "venv", "--python", sys.executable, str(fresh)], install]
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        raise SetupError("venv_missing")
    pip = [str(python(fresh)), "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    return [[sys.executable, "-m", "venv", str(fresh)], [*pip, *offline, *locked]]


def _install(command: Sequence[str], root: Path, fresh: Path, lang: str) -> None:
    """Run one command, its words going to a log file, and say every few seconds how far it is."""
    total = len(PIN.findall((root / "requirements.lock").read_text(encoding="utf-8")))
    log = fresh.with_name(fresh.name + ".log")
    begun = said = time.monotonic()
    with log.open("a" if command[1:3] != ["-m", "venv"] else "w", encoding="utf-8") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        try:
            while process.poll() is None:
                time.sleep(0.1)
                if time.monotonic() - said > 2:
                    said = time.monotonic()
                    done = len(list(fresh.glob("**/site-packages/*.dist-info")))
                    print(
                        wording.text("setup_progress", lang, done=done, total=total, seconds=f"{said - begun:.0f}"),
                        flush=True,
                    )
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        said_last = log.read_text(encoding="utf-8", errors="replace")
        full = is_disk_full(OSError(said_last)) or shutil.disk_usage(log.parent).free < LEAST_FREE
        raise SetupError("setup_disk_full") if full else SetupError("setup_failed", log=log.name)


def _write_path_file(root: Path, target: Path, fresh: Path) -> None:
    """Let the environment find the project by two relative lines, so that a moved folder works.

    An environment outside the project serves several copies and gets none.
    """
    if not target.resolve().is_relative_to(root.resolve()):
        return
    packages = next(fresh.glob("Lib/site-packages" if sys.platform == "win32" else "lib/*/site-packages"))
    up = "/".join([".."] * len(packages.relative_to(fresh.parent).parts))
    (packages / PATH_FILE).write_text(f"{up}\n{up}/src\n", encoding="ascii")
