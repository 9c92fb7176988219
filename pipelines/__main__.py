"""The door: answers --help, builds the environment when it must, and starts the command inside. Standard library alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from analysis.errors import ProjectError, is_disk_full  # noqa: E402
from analysis.reference import wording  # noqa: E402
from pipelines import arguments, environment, progress  # noqa: E402


def main(argv: list[str]) -> int:
    """Return the exit code of the sub-command."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    try:
        wording.texts()
    except (OSError, KeyError, ValueError):
        print("Thiếu hoặc hỏng tệp data/raw/reference/wording.csv; đề nghị chép lại tệp này.", file=sys.stderr)
        print("data/raw/reference/wording.csv is missing or damaged; please restore it.", file=sys.stderr)
        return 2
    options = arguments.parse(argv)
    try:
        python = environment.ensure(ROOT, options.lang)
        return _inside(python, argv)
    except ProjectError as error:
        print(wording.text(error.key, options.lang, **error.values), file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print(wording.text("interrupted", options.lang), file=sys.stderr)
        return 130
    except BrokenPipeError:
        if not progress.unheard():
            raise
        return 130
    except OSError as error:
        if not is_disk_full(error):
            raise
        progress.say_last(wording.text("disk_full", options.lang))
        return 2


def _inside(python: Path, argv: list[str]) -> int:
    """Run the command in the project's environment: in this very process's place where the system can, else as a child."""
    command = [str(python), "-m", "pipelines.command", *argv]
    paths = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    variables = {**os.environ, "PYTHONPATH": paths, "PYTHONUTF8": "1"}
    if sys.platform != "win32":
        os.execve(command[0], command, variables)
    process = subprocess.Popen(command, env=variables)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue  # the child got it too and says what there is to say


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
