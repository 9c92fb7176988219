"""What a user sees while it works: one line a step, said when it starts and completed when it ends."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

from analysis.reference import wording
from pipelines import stop


def unheard() -> bool:
    """Return whether nobody reads the output any more, as after `run | head -1`; if so, the rest of it goes nowhere."""
    try:
        print(flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return True
    return False


def say_last(text: str) -> None:
    """Print a sentence on the error output, the last thing said; where even that cannot be written, say nothing.

    What is still to be printed goes nowhere: it may be meant for the very disk that is full.
    """
    with contextlib.suppress(OSError):
        print(text, file=sys.stderr, flush=True)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


@dataclass(frozen=True)
class Lines:
    """Prints the texts of wording.csv in one language."""

    lang: str

    def text(self, key: str, **values: object) -> str:
        """Return one text of wording.csv."""
        return wording.text(key, self.lang, **values)

    def say(self, key: str, **values: object) -> None:
        """Print one text."""
        print(self.text(key, **values), flush=True)

    @contextlib.contextmanager
    def step(self, number: int, total: int, key: str) -> Iterator[list[str]]:
        """Print that a step begins; when it ends, what the caller put into the list and the seconds it took.

        Raises KeyboardInterrupt instead when there was a Ctrl-C that the step before it lost.
        """
        stop.check()
        begun = time.monotonic()
        results: list[str] = []
        print(f"[{number}/{total}] {wording.text(key, self.lang)}: ", end="", flush=True)
        try:
            yield results
        except BaseException:
            print(flush=True)
            raise
        print(
            f"{'; '.join(results)} ({wording.text('seconds', self.lang, seconds=_seconds(begun, self.lang))})",
            flush=True,
        )


def _seconds(begun: float, lang: str) -> str:
    text = f"{time.monotonic() - begun:.1f}"
    return text.replace(".", ",") if lang == "vi" else text
