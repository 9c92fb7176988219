"""Say what is read of a received file, and store nothing: `read FILE [--csv DIR]`."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.errors import InputError
from analysis.intake import guard, harmonise, typed_number
from analysis.intake.reader import choice, tables
from analysis.intake.sheet import figure
from analysis.reference import tables as reference_of
from analysis.schema.codelist import NOT_APPLICABLE
from analysis.schema.raw import MANIFEST
from analysis.whole_file import drafted
from pipelines import add
from pipelines.progress import Lines

if TYPE_CHECKING:
    import pandas as pd

    from analysis.intake.split import Split
    from analysis.settings import Settings

OBSERVATION = (
    *("sheet", "row", "cell", "title", "group", "label", "heading", "measure", "text", "obs_value", "unit", "freq"),
    *("time_period", "prices", "base_per", "obs_status", "indicator", "activity", "ref_area", "area_valid_from"),
    *("unit_measure", "question"),
)
ACCOUNT = ("sheet", "rows", "rows_in", "loaded", "rejected", "skipped", "not_mapped")
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
    form = choice.form_of(received.rows)
    frames = _of_tables(path, received, reference) if form == "tables" else _of_own_form(path, received, reference)
    _tell(lines, path.name, form, frames)
    lines.noted(received.notes, pd.concat([frames["observation"], frames["rejected"]]))
    if csv:
        _write(Path(csv), frames)
        lines.say("read_written", folder=csv)
    return 0


def _of_own_form(path: Path, received: choice.Received, reference: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return the four tables of a file in a form of the project's own."""
    file = _entry(path, add.SOURCE, None)
    part = choice.of_file(received.rows, received.notes, file.iloc[0], tables.known(reference))
    result = _harmonised(part, reference, file)
    return _frames(result.observation, result.repair, received.rows, result)


def _of_tables(path: Path, received: choice.Received, reference: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return the four tables of a workbook that others made: every figure, whether an observation or not."""
    import pandas as pd

    known = tables.known(reference)
    found = tables.recognise(received.rows, received.notes)
    file = _entry(path, add.TABLES, _day(found.figures))
    figures = tables.mapped(found.figures, known, tables.day_of(file.iloc[0]))
    part = tables.divided(figures, found.unread, path.name, file.iloc[0], known)
    result = _harmonised(choice.accounted(received.rows, part), reference, file)
    figures, repair = _joined(figures.assign(file=path.name), result.observation)
    return _frames(figures, pd.concat([found.repairs, repair]), received.rows, result)


def _harmonised(part: Split, reference: dict[str, pd.DataFrame], file: pd.DataFrame) -> harmonise.Harmonised:
    names = ("indicator", "unit", "area", "source", "correction")
    return harmonise.observations([part], harmonise.Reference(**{name: reference[name] for name in names}, manifest=file))


def _frames(
    observed: pd.DataFrame, repair: pd.DataFrame, rows: pd.DataFrame, result: harmonise.Harmonised
) -> dict[str, pd.DataFrame]:
    return {
        "observation": observed.reindex(columns=[*OBSERVATION]),
        "rejected": result.rejected,
        "repair": repair[[*figure.REPAIR]],
        "account": _account(rows, result),
    }


def _entry(path: Path, source_id: str, day: dt.date | None) -> pd.DataFrame:
    """Return the row of the manifest that the file would have."""
    import pandas as pd

    row = dict.fromkeys(MANIFEST.names) | {
        "path": path.name, "sha256": "", "bytes": path.stat().st_size, "original_name": path.name, "source_id": source_id,
        "received_on": pd.Timestamp(day) if day else pd.NaT, "obs_status": add.STATUS, "illustrative": True,
    }  # fmt: skip
    return pd.DataFrame([row], columns=list(MANIFEST.names))


def _day(figures: pd.DataFrame) -> dt.date:
    """Return the last day of the last period of the figures, 1900-01-01 where there is none."""
    texts = [text for text in figures["time_period"].unique() if text]
    ends = [(int(text[:4]), int(text[6:]) * 3 if "Q" in text else int(text[5:] or 12)) for text in texts]
    year, month = max(ends, default=(1900, 1))
    return dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)


def _joined(figures: pd.DataFrame, loaded: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return every figure as read, with its number in core.observation where it became one, and what was repaired."""
    import pandas as pd

    entries = figures.assign(lower=None, upper=None)
    read = typed_number.read(entries).reindex(entries.index)
    value = pd.to_numeric(figures["text"].where(figures["number_form"] != "vi"), errors="coerce").fillna(
        read["value"].astype("float64")
    )
    keys = ["sheet", "cell"]
    observed = loaded.set_index(keys)["obs_value"]
    taken = pd.Series(observed.reindex(pd.MultiIndex.from_frame(figures[keys])).to_numpy(), index=figures.index)
    indicator = figures["indicator"].where(taken.notna(), "")
    said = read["status"].fillna("")
    status = figures["obs_status"].where(said == "", said)
    made = figures.assign(obs_value=taken.fillna(value), indicator=indicator, obs_status=status)
    return made, typed_number.repairs(entries, read)


def _account(rows: pd.DataFrame, result: harmonise.Harmonised) -> pd.DataFrame:
    """Return for each sheet its rows in the file and what became of their places.

    Raises RuntimeError where they do not add up.
    """
    import pandas as pd

    physical = rows.groupby("sheet", sort=False).size().rename("rows")
    own = result.row_account.set_index("sheet")[["rows_in", "loaded", "rejected", "skipped"]]
    skipped = result.row_skipped
    unmapped = skipped[skipped["reason"] == "skip_not_mapped"].groupby("sheet").size().rename("not_mapped")
    made = pd.concat([physical, own, unmapped], axis=1).fillna(0).astype("int64").rename_axis("sheet").reset_index()
    made["skipped"] -= made["not_mapped"]
    if (made["rows_in"] != made[["loaded", "rejected", "skipped", "not_mapped"]].sum(axis=1)).any():
        raise RuntimeError("rows_in = loaded + rejected + skipped + not_mapped does not hold")
    return made[[*ACCOUNT]]


def _tell(lines: Lines, name: str, form: str, frames: dict[str, pd.DataFrame]) -> None:
    """Print the form, each table, each question and refusal, and the account."""
    account, rejected, observed = frames["account"], frames["rejected"], frames["observation"]
    lines.say("read_form", file=name, form=lines.text(f"read_form_{form}"))
    if form == "tables":
        for (sheet, title), own in observed.groupby(["sheet", "title"], sort=False):
            _tell_table(lines, str(sheet), str(title), own)
    for row in rejected.head(SHOWN).to_dict("records"):
        text = row["raw_text"] if isinstance(row["raw_text"], str) else ""
        cell = "" if row["cell"] == NOT_APPLICABLE else row["cell"]
        lines.say("add_rejected", sheet=row["sheet"], cell=cell, text=text, todo=lines.text(row["todo"]))
    if len(rejected) > SHOWN:
        lines.say("read_more", count=len(rejected) - SHOWN)
    lines.repaired(frames["repair"])
    total = account.drop(columns="sheet").sum().to_dict()
    lines.say("read_account", sheets=len(account), **total)


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


def _write(folder: Path, frames: dict[str, pd.DataFrame]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in frames.items():
        with drafted(folder / f"{name}.csv") as draft:
            frame.to_csv(draft, index=False, encoding="utf-8", lineterminator="\n")
