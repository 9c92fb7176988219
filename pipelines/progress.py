"""What a user sees while it works: one line a step, said when it starts and completed when it ends."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis import table_file
from analysis.reference import wording
from analysis.table_file import TableFile
from pipelines import stop

if TYPE_CHECKING:
    import pandas as pd

SHOWN = 5  # rows that say nothing, on the terminal


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

    def recognised(self, found: TableFile, name: str) -> None:
        """Print what was recognised of a person's file that is not in the project's own form."""
        if not table_file.is_canonical(found):
            told = table_file.told(found)
            words = {key: self.text(f"table_{key}_{told[key] or 'none'}") for key in ("separator", "decimal", "dates")}
            self.say("table_recognised", file=name, encoding=told["encoding"], **words)

    def repaired(self, repair: pd.DataFrame) -> None:
        """Print the first cells that were read otherwise than they stand, why, and how many there are of each reason."""
        for reason, own in repair.groupby("reason", sort=False):
            words = "; ".join(self.text(f"repair_{one}") for one in str(reason).split("+"))
            first = own.iloc[0]
            at = {name: first[name] for name in ("sheet", "cell", "before", "after")}
            self.say("repaired", count=len(own), reason=words, **at)

    def refused(self, rows: Sequence[tuple[int, str]]) -> None:
        """Print the first rows of a table that say nothing, each with why, and how many more there are."""
        for row, reason in rows[:SHOWN]:
            self.say("table_row", row=row, reason=reason)
        if len(rows) > SHOWN:
            self.say("table_more_rows", count=len(rows) - SHOWN)

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
