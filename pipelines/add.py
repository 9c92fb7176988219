"""Register a received workbook: keep it as delivered, say what was read of it and which cells must be mended."""

from __future__ import annotations

import contextlib
import datetime as dt
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.errors import InputError
from analysis.intake import guard, typed_number
from analysis.intake import manifest as manifest_of
from analysis.intake.form import returned
from analysis.intake.reader import choice, tables
from analysis.reference import file as file_of
from analysis.reference import tables as reference_of
from analysis.schema.raw import MANIFEST
from pipelines import lock, register
from pipelines.progress import Lines

if TYPE_CHECKING:
    import pandas as pd

    from analysis.intake.split import Split
    from analysis.settings import Settings

SOURCE, TABLES = "commune_workbook", "received_tables"
STATUSES = ("A", "P", "E")
STATUS = "E"  # of a column whose status was left empty: the least certain


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
    known = tables.known(reference)
    entry = pd.Series(row)
    split = choice.of_file(received.rows, received.notes, entry, known)
    older = _older(registered, row)
    path = register.keep(raw, delivered, digest, str(said["source_id"]), str(said["document_date"]))
    try:
        register.enter(raw, {"path": path, **row})
    except BaseException:  # a file that is not in the register would be found by nobody
        (raw / path).unlink()
        raise
    if older is not None:
        before = choice.read(raw, older)
        _tell_newer(lines, split, choice.of_file(before.rows, before.notes, entry, known), older)
    _tell(lines, split, reference["indicator"], delivered.name, path, bool(said["illustrative"]))
    lines.noted(received.notes, pd.concat([split.entries, split.rejected]))
    lines.say("add_next")
    return 0


def _of_template(received: choice.Received, reference: Mapping[str, pd.DataFrame], name: str) -> dict[str, object]:
    """Return what the guide sheet of a data-entry workbook says for the register."""
    about = returned.guide(received.rows)
    _known_area(about, reference["area"], name)
    return {
        "source_id": SOURCE,
        "provider": about["maker"],
        "document_no": about["document_no"],
        "document_date": about["document_date"],
        "obs_status": STATUS,
        "illustrative": about["kind"] == "assumed",
    }


def _of_tables(lines: Lines, document: Document, name: str) -> dict[str, object]:
    """Return what the call says, or who sits at the terminal, for the register of a workbook that another office made."""
    if not (document.provider and document.date) and sys.stdin is not None and sys.stdin.isatty():
        document = _asked(lines, document, name)
    if not document.provider or not document.date:
        raise InputError("add_document_missing", file=name)
    return {
        "source_id": TABLES,
        "provider": document.provider,
        "document_no": document.number or "",
        "document_date": document.date,
        "obs_status": document.status or STATUS,
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


def _tell_newer(lines: Lines, split: Split, older: Split, path: str) -> None:
    """Say that a newer copy of a document stands in place of the older, and where their figures differ."""
    key = ["indicator", "ref_area", "activity", "freq", "time_period"]
    both = split.entries.merge(older.entries, how="outer", on=key, suffixes=("", "_before"))
    both = both.fillna({"obs_value": "", "obs_value_before": ""})
    changed = both[both["obs_value"] != both["obs_value_before"]]
    lines.say("add_newer", path=path, same=len(both) - len(changed), changed=len(changed))
    for row in changed.to_dict("records"):
        at = {name: row[name] if isinstance(row[name], str) else row[f"{name}_before"] for name in ("sheet", "cell")}
        lines.say("add_changed", **at, before=row["obs_value_before"] or "–", after=row["obs_value"] or "–")


def _tell(lines: Lines, split: Split, cards: pd.DataFrame, name: str, path: str, illustrative: bool) -> None:
    """Say how much was read and, cell by cell, what was refused and what to do."""
    read = split.entries.merge(cards[["indicator", "lower", "upper"]], on="indicator", how="left")
    read = read.assign(text=read["obs_value"])
    parsed = typed_number.read(read).reindex(read.index)
    faulty = (read["number_form"] == "vi") & parsed["fault"].notna()
    empty = (read["number_form"] == "vi") & parsed["value"].isna() & ~faulty
    repair = typed_number.repairs(read, parsed)
    unmapped = int((split.skipped["reason"] == "skip_not_mapped").sum())
    loaded = len(read) - int(faulty.sum()) - int(empty.sum())
    rejected, skipped = int(faulty.sum()) + len(split.rejected), int(empty.sum()) + len(split.skipped)
    lines.say("add_done", file=name, path=path, loaded=loaded, rejected=rejected, skipped=skipped)
    if unmapped:
        lines.say("add_not_mapped", count=unmapped)
    if illustrative:
        lines.say("add_illustrative")
    lines.repaired(repair)
    for row in split.rejected.to_dict("records"):
        _tell_one(lines, row, row["raw_text"], lines.text(row["todo"]))
    for row in read.join(parsed)[faulty].to_dict("records"):
        todo = lines.text(f"todo_{row['fault']}")
        if row["fault"] == "number_ambiguous":
            todo = lines.text("add_ambiguous", **_readings(row, lines.lang))
        _tell_one(lines, row, row["text"], todo)


def _tell_one(lines: Lines, row: Mapping[str, Any], text: object, todo: str) -> None:
    lines.say("add_rejected", sheet=row["sheet"], cell=row["cell"], text=text if isinstance(text, str) else "", todo=todo)


def _readings(row: Mapping[str, Any], lang: str) -> dict[str, str]:
    decimal, thousands = f"{row['as_decimal']:.3f}", f"{row['as_thousands']:.0f}"
    return {"decimal": decimal.replace(".", ",") if lang == "vi" else decimal, "thousands": thousands}
