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
from analysis.intake.sheet import number_text
from analysis.reference import wording
from analysis.schema.codelist import NOT_APPLICABLE
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

    def noted(self, notes: pd.DataFrame, figures: pd.DataFrame) -> None:
        """Print what a person sees in a workbook beside its values and this program reads all the same, a line a kind.

        `notes`: sheet, cell, kind (codelist note_kind), text; of merged cells those alone that hold one of `figures`.
        """
        places = set(zip(figures["sheet"], figures["cell"], strict=True))
        for kind, own in notes.groupby("kind", sort=False):
            rows = zip(own["sheet"], own["cell"], own["text"], strict=True)
            told = [
                _place(sheet, cell, text if kind == "comment" else "")
                for sheet, cell, text in rows
                if kind != "merged" or (sheet, cell) in places
            ]
            more = self.text("and_more", count=len(told) - SHOWN) if len(told) > SHOWN else ""
            if told:
                self.say(f"note_{kind}", count=len(told), places=", ".join(told[:SHOWN]) + more)

    def rejected(self, rejected: pd.DataFrame) -> None:
        """Print each refused cell of a workbook (core.rejected), what it says and what to do."""
        for row in rejected.to_dict("records"):
            text = row["raw_text"] if isinstance(row["raw_text"], str) else ""
            cell = "" if row["cell"] == NOT_APPLICABLE else row["cell"]
            self.say("add_rejected", sheet=row["sheet"], cell=cell, text=text, todo=self.todo(row["todo"], text))

    def todo(self, key: str, text: str) -> str:
        """Return what to do about a refused cell; of a number that may be read two ways, both."""
        if key != "todo_number_ambiguous":
            return self.text(key)
        decimal, thousands = number_text.readings(text)
        return self.text(
            "add_ambiguous", decimal=decimal.replace(".", ",") if self.lang == "vi" else decimal, thousands=thousands
        )

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


def _place(sheet: str, cell: str, quoted: str) -> str:
    """Return the name of a place, and what somebody wrote there."""
    return (f"{sheet}!{cell}" if cell else sheet) + (f" “{quoted}”" if quoted else "")


def _seconds(begun: float, lang: str) -> str:
    text = f"{time.monotonic() - begun:.1f}"
    return text.replace(".", ",") if lang == "vi" else text
