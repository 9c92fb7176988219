"""Work on a file that others made, in a child process: a hostile or broken file can end the child, never the program.

A module that is such a child ends in `sys.exit(child.main(work, sys.argv[1:]))`: 0, TOO_LARGE or UNREADABLE.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

from analysis.errors import InputError

MOST_WRITTEN = 128  # megabytes of output that the parent is willing to read
TOO_LARGE, UNREADABLE = 3, 4
PAUSE = 0.02
MEGABYTE = 2**20


def run(module: str, arguments: Sequence[str], name: str, output: IO[bytes], seconds: float, megabytes: int) -> None:
    """Run `module` on `arguments`, its standard output into `output`.

    Raises InputError about the file `name`: workbook_too_large beyond the limits of time, memory or output,
    workbook_unreadable for anything else that ends the child.
    """
    import tempfile

    with tempfile.TemporaryFile() as errors:
        code = _ended(module, [*arguments, str(megabytes)], output, errors, seconds, megabytes)
        errors.seek(0)
        if code == TOO_LARGE or b"memory allocation" in errors.read(MEGABYTE):
            raise InputError("workbook_too_large", file=name)
    if code:
        raise InputError("workbook_unreadable", file=name)


def main(work: Callable[..., int], arguments: Sequence[str]) -> int:
    """Be the child: limit the memory to the last argument's megabytes, do `work` on the others, return the exit code."""
    *own, megabytes = arguments
    _limit(int(megabytes))
    try:
        return work(*own)
    except MemoryError:
        return TOO_LARGE
    except BaseException as error:  # noqa: BLE001 - a panic of a reader is no Exception
        print(error, file=sys.stderr)
        return UNREADABLE


def _ended(
    module: str, arguments: Sequence[str], output: IO[bytes], errors: IO[bytes], seconds: float, megabytes: int
) -> int:
    """Return the exit code of the child, TOO_LARGE when it had to be ended."""
    source = str(Path(__file__).resolve().parents[1])
    before = os.environ.get("PYTHONPATH")
    environment = {**os.environ, "PYTHONUTF8": "1", "PYTHONPATH": os.pathsep.join([source, *([before] if before else [])])}
    command = [sys.executable, "-m", module, *arguments]
    process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=errors)
    end = time.monotonic() + seconds
    try:
        while process.poll() is None:
            written = os.fstat(output.fileno()).st_size
            if time.monotonic() > end or _memory(process.pid) > megabytes or written > MOST_WRITTEN * MEGABYTE:
                return TOO_LARGE
            time.sleep(PAUSE)
        return process.returncode
    finally:
        process.kill()
        process.wait()


def _memory(pid: int) -> float:
    """Return the resident memory of a process in megabytes, 0 when it is gone."""
    import psutil

    try:
        return float(psutil.Process(pid).memory_info().rss) / MEGABYTE
    except psutil.Error:
        return 0.0


def _limit(megabytes: int) -> None:
    """Let the system itself refuse memory beyond the limit, where it can."""
    if sys.platform == "win32":
        return
    import resource

    size = megabytes * MEGABYTE
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
