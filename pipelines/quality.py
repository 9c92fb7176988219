"""The `test` command: lint, types, tests, each whether or not the one before failed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipelines.progress import Lines

if TYPE_CHECKING:
    from analysis.settings import Settings


def run(settings: Settings, lang: str, pytest_arguments: Sequence[str]) -> int:
    """Return 0 when everything passed, else 1. `pytest_arguments` replace the default of two workers."""
    tools = [
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["mypy"],
        ["pytest", *(pytest_arguments or ["-n", "2", "--dist", "worksteal"])],
    ]
    failed = []
    for tool in tools:
        Lines(lang).say("testing", tool=" ".join(tool))
        if subprocess.run([sys.executable, "-m", *tool], cwd=settings.root).returncode:
            failed.append(tool[0])
    Lines(lang).say("tests_failed" if failed else "tests_passed", tools=", ".join(failed))
    return 1 if failed else 0
