"""Register a received workbook: keep it as delivered, say what was read of it and which cells must be mended."""

from __future__ import annotations

import contextlib
import datetime as dt
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.errors import InputError
from analysis.intake import guard, reading
from analysis.intake import manifest as manifest_of
from analysis.intake.form import returned, sent_back
from analysis.intake.reader import choice
from analysis.intake.reading import Reading
from analysis.reference import file as file_of
from analysis.reference import tables as reference_of
from analysis.schema.raw import MANIFEST
from pipelines import lock, register
from pipelines.progress import Lines

if TYPE_CHECKING:
    import pandas as pd

    from analysis.settings import Settings

STATUSES = ("A", "P", "E")


@dataclass(frozen=True)
class Document:
    """What the call says of the file: who made it, number, date (ISO) and status of its figures, the day it came in."""

    provider: str | None = None
    number: str | None = None
    date: str | None = None
    status: str | None = None
    received_on: str | None = None


def run(settings: Settings, lang: str, file: str, document: Document | None = None) -> int:
    """Register the workbook `file`: a data-entry workbook says itself what `document` must say of any other.

    A cell that cannot be read is told with sheet and cell and never stops the rest. Raises InputError, before anything is
    written, for a file without figures, a data-entry workbook that names an unknown area, another without maker and date.
    """
    lines, delivered = Lines(lang), Path(file)
    if not delivered.is_file():
        raise InputError("file_missing", file=delivered.name)
    if delivered.suffix.lower() not in choice.WORKBOOKS:
        raise InputError("form_unknown", file=delivered.name)
    with lock.held(settings.processed / "run.lock", lambda: lines.say("waiting_for_run")):
        for path in register.returned_strays(settings.raw):
            lines.say("add_stray", path=f"data/raw/{path}")
        return _registered(settings, lines, delivered, document or Document())


def _registered(settings: Settings, lines: Lines, delivered: Path, document: Document) -> int:
    """Keep and enter the file, and say what was read of it."""
    import pandas as pd

    raw = settings.raw
    registered = file_of.read(raw / "manifest.csv", MANIFEST)
    digest = manifest_of.sha256(delivered)
    same = registered[registered["sha256"] == digest]
    if len(same):
        lines.say("add_known", file=delivered.name, path=same["path"].iloc[0])
        return 0
    received, reference = choice.read(delivered.parent, delivered.name), reference_of.read(settings.reference)
    if received.rows.empty:
        raise InputError("workbook_empty", file=delivered.name)
    guard.refuse(received.rows, delivered.name)
    form = choice.form_of(received.rows)
    said = (
        _of_template(received, reference, delivered.name)
        if form == "template"
        else _of_tables(lines, document, delivered.name)
    )
    row = {
        "original_name": delivered.name,
        **said,
        "received_on": document.received_on or said["document_date"],
        "licence": lines.text("add_licence"),
        "note": "",
    }
    made = reading.read(received, reference, row)
    older = _older(registered, row)
    path = register.keep(raw, delivered, digest, str(said["source_id"]), str(said["document_date"]))
    try:
        register.enter(raw, {"path": path, **row})
    except BaseException:  # a file that is not in the register would be found by nobody
        (raw / path).unlink()
        raise
    if older is not None:
        before = reading.read(choice.read(raw, older), reference, row)
        _tell_newer(lines, made.observation, before.observation, older)
    _tell(lines, made, delivered.name, path, bool(said["illustrative"]))
    lines.noted(made.note, pd.concat([made.figure, made.rejected]))
    if len(made.rejected):
        _send_back(settings, lines, raw / path, made)
    lines.say("add_next")
    return 0


def _send_back(settings: Settings, lines: Lines, received: Path, made: Reading) -> None:
    """Write what was refused, and a copy of the workbook in which it is marked, into reports/gui-lai for its sender."""
    folder = settings.reports / "gui-lai" / received.stem
    reading.write(folder, made)
    copy = folder / f"{received.stem}.xlsx"
    if received.suffix not in sent_back.FORMS:
        lines.say("back_list", folder=str(folder))
        return
    texts = [lines.todo(*one) for one in zip(made.rejected["todo"], made.rejected["raw_text"].fillna(""), strict=True)]
    try:
        sent_back.write(received, copy, made.rejected.assign(text=texts), lines.text("back_author"))
    except InputError:  # it was read, but is too large to be written again: the list says the same
        lines.say("back_list", folder=str(folder))
    else:
        lines.say("back_written", file=str(copy))


def _of_template(received: choice.Received, reference: Mapping[str, pd.DataFrame], name: str) -> dict[str, object]:
    """Return what the guide sheet of a data-entry workbook says for the register."""
    about = returned.guide(received.rows)
    _known_area(about, reference["area"], name)
    return {
        "source_id": reading.TEMPLATE,
        "provider": about["maker"],
        "document_no": about["document_no"],
        "document_date": about["document_date"],
        "obs_status": reading.STATUS,
        "illustrative": about["kind"] == "assumed",
    }


def _of_tables(lines: Lines, document: Document, name: str) -> dict[str, object]:
    """Return what the call says, or who sits at the terminal, for the register of a workbook that another office made."""
    if not (document.provider and document.date) and sys.stdin is not None and sys.stdin.isatty():
        document = _asked(lines, document, name)
    if not document.provider or not document.date:
        raise InputError("add_document_missing", file=name)
    return {
        "source_id": reading.TABLES,
        "provider": document.provider,
        "document_no": document.number or "",
        "document_date": document.date,
        "obs_status": document.status or reading.STATUS,
        "illustrative": False,
    }


def _asked(lines: Lines, document: Document, name: str) -> Document:
    """Return the document with what the person at the terminal says of it; an answer left empty stays unknown."""
    lines.say("ask_about", file=name)
    provider = document.provider or input(lines.text("ask_provider")).strip() or None
    number = document.number or input(lines.text("ask_document_no")).strip() or None
    date = document.date
    while provider and not date:
        date = _day(input(lines.text("ask_document_date")))
    status = document.status or input(lines.text("ask_status")).strip().upper()
    return replace(document, provider=provider, number=number, date=date, status=status if status in STATUSES else None)


def _day(text: str) -> str | None:
    """Return a day typed as 31/12/2026 or 2026-12-31 as the latter, None for anything else."""
    for form in ("%d/%m/%Y", "%Y-%m-%d"):
        with contextlib.suppress(ValueError):
            return dt.datetime.strptime(text.strip(), form).date().isoformat()
    return None


def _known_area(about: Mapping[str, str], areas: pd.DataFrame, name: str) -> None:
    days = areas["valid_from"].dt.strftime("%Y-%m-%d")
    if not ((areas["ref_area"] == about["area_code"]) & (days == about["area_valid_from"])).any():
        raise InputError("workbook_area_unknown", file=name, area=about["area_code"], valid_from=about["area_valid_from"])


def _older(registered: pd.DataFrame, row: Mapping[str, object]) -> str | None:
    """Return the path of the last registered copy of the same document, None for a document that is new or has no number."""
    if not row["document_no"]:
        return None
    same = registered["document_no"] == row["document_no"]
    same &= registered["provider"] == row["provider"]
    same &= registered["document_date"].dt.strftime("%Y-%m-%d") == row["document_date"]
    return str(registered.loc[same, "path"].iloc[-1]) if same.any() else None


def _tell_newer(lines: Lines, now: pd.DataFrame, before: pd.DataFrame, path: str) -> None:
    """Say that a newer copy of a document stands in place of the older, and where their observations differ."""
    key = ["indicator", "ref_area", "activity", "freq", "time_period"]
    both = now.merge(before, how="outer", on=key, suffixes=("", "_before"))
    alike = both["obs_value"] == both["obs_value_before"]
    changed = both[~alike].copy()
    lines.say("add_newer", path=path, same=int(alike.sum()), changed=len(changed))
    for row in changed.to_dict("records"):
        at = {name: row[name] if isinstance(row[name], str) else row[f"{name}_before"] for name in ("sheet", "cell")}
        said = {"before": row["obs_value_before"], "after": row["obs_value"]}
        lines.say("add_changed", **at, **{name: "–" if value != value else f"{value:.15g}" for name, value in said.items()})


def _tell(lines: Lines, made: Reading, name: str, path: str, illustrative: bool) -> None:
    """Say how much was read and, cell by cell, what was refused and what to do."""
    account = made.account.drop(columns="sheet").sum()
    counts = {name: int(account[name]) for name in ("loaded", "rejected", "skipped")}
    lines.say("add_done", file=name, path=path, **counts)
    if account["not_mapped"]:
        lines.say("add_not_mapped", count=int(account["not_mapped"]))
    if illustrative:
        lines.say("add_illustrative")
    lines.repaired(made.repair)
    lines.rejected(made.rejected)
