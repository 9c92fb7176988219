"""Step 1: received files, reference tables and plans -> raw, core. Every row is accounted for."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from analysis import build as tables_of
from analysis import series, store
from analysis.build import Build, Change
from analysis.errors import InputError
from analysis.fingerprint import Fingerprint
from analysis.intake import harmonise
from analysis.intake.reader import choice, tables
from analysis.plan import plan as plan_of
from analysis.reference import tables as reference_of
from analysis.schema.codelist import NOT_APPLICABLE
from analysis.schema.plan import PLAN
from analysis.schema.raw import RAW_NOTE, RAW_ROW
from analysis.schema.reference import REFERENCE
from analysis.schema.table import empty

if TYPE_CHECKING:
    from analysis.settings import Settings

READ_BY = ("core.indicator", "core.unit", "core.area", "core.source", "core.correction", "raw.manifest")
RAW = ("raw.row", "raw.note")
HARMONISED = ("core.observation", "core.rejected", "out.row_account", "out.row_skipped")


def load(settings: Settings, build: Build, fingerprint: Fingerprint, manifest: pd.DataFrame) -> list[Change]:
    """Bring raw.* and core.* up to date in the building database.

    Raises InputError for a broken reference or plan file and for a row of a transcribed file that cannot be loaded.
    """
    reference = reference_of.read(settings.reference)
    series.order(reference["indicator"])
    plans = plan_of.read_all(settings.raw / "plan", reference["indicator"], reference["area"])
    code = {"code": fingerprint.code}
    files = fingerprint.files
    changes = []
    for name in (table.name for table in REFERENCE):
        inputs = code | {f"reference/{name}.csv": files[f"reference/{name}.csv"]}
        changes.append(tables_of.refresh(build, [f"core.{name}"], inputs, partial(dict, {f"core.{name}": reference[name]})))
    for name in (table.name for table in PLAN):
        inputs = code | {path: files[path] for path in (f"plan/{plan_id}/{name}.csv" for plan_id in plans)}
        changes.append(tables_of.refresh(build, [f"core.{name}"], inputs, partial(_of_plans, name, plans)))
    received = {path: files[path] for path in manifest["path"]}
    inputs = code | {"manifest.csv": files["manifest.csv"]}
    changes.append(tables_of.refresh(build, ["raw.manifest"], inputs, lambda: {"raw.manifest": manifest}))
    changes.append(tables_of.refresh(build, RAW, code | received, lambda: _received(settings, manifest)))
    inputs = code | tables_of.contents(build, ["raw.row", "raw.note", "core.mapping", *READ_BY])
    changes.append(tables_of.refresh(build, HARMONISED, inputs, lambda: _harmonise(build)))
    return changes


def _of_plans(name: str, plans: dict[str, plan_of.Plan]) -> dict[str, pd.DataFrame]:
    frames = [getattr(plan, name).assign(plan=plan.id) for plan in plans.values()]
    return {f"core.{name}": pd.concat(frames, ignore_index=True)}


def _received(settings: Settings, manifest: pd.DataFrame) -> dict[str, pd.DataFrame]:
    read = [choice.read(settings.raw, path) for path in manifest["path"]]
    rows = [empty(RAW_ROW), *(one.rows for one in read)]
    notes = [empty(RAW_NOTE), *(one.notes for one in read)]
    return {"raw.row": pd.concat(rows, ignore_index=True), "raw.note": pd.concat(notes, ignore_index=True)}


def _harmonise(build: Build) -> dict[str, pd.DataFrame]:
    read = store.read_tables(("raw.row", "raw.note", "core.mapping", *READ_BY), build.database)
    reference = harmonise.Reference(*(read[name] for name in READ_BY))
    known = tables.known({name.removeprefix("core."): frame for name, frame in read.items()})
    splits = choice.split(read["raw.row"], read["raw.note"], read["raw.manifest"], known)
    result = harmonise.observations(splits, reference)
    account = result.row_account
    if (account["rows_in"] != account["loaded"] + account["rejected"] + account["skipped"]).any():
        raise RuntimeError("rows_in = loaded + rejected + skipped does not hold")
    _stop_at_transcribed(result.rejected)
    frames = (result.observation, result.rejected, account, result.row_skipped)
    return dict(zip(HARMONISED, frames, strict=True))


def _stop_at_transcribed(rejected: pd.DataFrame) -> None:
    """A broken row of a transcribed file is the project's own to mend; a workbook's is listed and its user told."""
    ours = rejected[rejected["sheet"] == NOT_APPLICABLE]
    if len(ours):
        first = ours.iloc[0]
        row, _, column = first["cell"].partition(":")
        text = "" if pd.isna(first["raw_text"]) else first["raw_text"]
        raise InputError(
            f"reject_{first['rule']}", file=first["file"], row=row, column=column, text=text, more=len(ours) - 1
        )
