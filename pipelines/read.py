"""Say what is read of a received file, and store nothing: `read FILE [--csv DIR]`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from analysis.errors import InputError
from analysis.intake import guard, reading
from analysis.intake.reader import choice
from analysis.intake.reading import Reading
from analysis.reference import tables as reference_of
from pipelines.progress import Lines

if TYPE_CHECKING:
    import pandas as pd

    from analysis.settings import Settings

SHOWN = 20


def run(settings: Settings, lang: str, file: str, csv: str | None = None) -> int:
    """Print what was recognised in `file` and what was refused; with `csv` write the four tables there.

    A file without a date of its own is taken to be of the last day of the last period that it holds. Raises InputError for a
    file that cannot be read.
    """
    import pandas as pd

    lines, path = Lines(lang), Path(file)
    if not path.is_file():
        raise InputError("file_missing", file=path.name)
    received, reference = choice.read(path.parent, path.name), reference_of.read(settings.reference)
    if received.rows.empty:
        raise InputError("workbook_empty", file=path.name)
    guard.refuse(received.rows, path.name)
    made = reading.read(received, reference, None)
    _tell(lines, path.name, choice.form_of(received.rows), made)
    lines.noted(made.note, pd.concat([made.figure, made.rejected]))
    if csv:
        reading.write(Path(csv), made)
        lines.say("read_written", folder=csv)
    return 0


def _tell(lines: Lines, name: str, form: str, made: Reading) -> None:
    """Print the form, each table, each question and refusal, and the account."""
    lines.say("read_form", file=name, form=lines.text(f"read_form_{form}"))
    if form == "tables":
        for (sheet, title), own in made.figure.groupby(["sheet", "title"], sort=False):
            _tell_table(lines, str(sheet), str(title), own)
    lines.rejected(made.rejected.head(SHOWN))
    if len(made.rejected) > SHOWN:
        lines.say("read_more", count=len(made.rejected) - SHOWN)
    lines.repaired(made.repair)
    lines.say("read_account", sheets=len(made.account), **made.account.drop(columns="sheet").sum().to_dict())


def _tell_table(lines: Lines, sheet: str, title: str, own: pd.DataFrame) -> None:
    said = {
        "periods": ", ".join(sorted(set(own["time_period"].unique()) - {""})),
        "units": ", ".join(sorted(set(own["unit"].unique()) - {""})),
        "statuses": ", ".join(sorted(set(own["obs_status"].unique()) - {""})) or "-",
    }
    lines.say("read_table", sheet=sheet, title=title, figures=len(own), mapped=int((own["indicator"] != "").sum()), **said)
    for question, asked in own[own["question"] != ""].groupby("question"):
        first = asked.iloc[0]
        lines.say("read_question", what=lines.text(f"read_lacks_{question}"), cell=first["cell"], heading=first["heading"],
                  label=first["label"], count=len(asked))  # fmt: skip
