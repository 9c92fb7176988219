"""Step 1: received files and reference tables -> raw, core. Every row is accounted for."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from analysis import build as tables_of
from analysis import store
from analysis.build import Build, Change
from analysis.errors import InputError
from analysis.fingerprint import Fingerprint
from analysis.intake import harmonise, tidy
from analysis.plan import plan as plan_of
from analysis.reference import tables as reference_of
from analysis.schema import RAW_ROW

if TYPE_CHECKING:
    from analysis.settings import Settings

REFERENCE = ("core.indicator", "core.area", "core.source")
HARMONISED = ("core.observation", "core.rejected", "out.row_account", "out.row_skipped")


def load(settings: Settings, build: Build, fingerprint: Fingerprint, manifest: pd.DataFrame) -> list[Change]:
    """Bring raw.* and core.* up to date in the building database.

    Raises InputError for a broken reference or plan file and for a row that cannot be loaded.
    """
    reference = reference_of.read(settings.reference)
    plans = plan_of.read_all(settings.raw / "plan", reference["indicator"], reference["area"])
    code = {"code": fingerprint.code}
    files = fingerprint.files
    changes = []
    for name in REFERENCE:
        stem = name.partition(".")[2]
        inputs = code | {f"reference/{stem}.csv": files[f"reference/{stem}.csv"]}
        changes.append(tables_of.refresh(build, [name], inputs, partial(dict, {name: reference[stem]})))
    for stem in ("target", "annual_target"):
        inputs = code | {path: files[path] for path in (f"plan/{plan_id}/{stem}.csv" for plan_id in plans)}
        changes.append(tables_of.refresh(build, [f"core.{stem}"], inputs, partial(_targets, stem, plans)))
    received = {path: files[path] for path in manifest["path"]}
    changes.append(
        tables_of.refresh(
            build, ["raw.manifest"], code | {"manifest.csv": files["manifest.csv"]}, lambda: {"raw.manifest": manifest}
        )
    )
    changes.append(tables_of.refresh(build, ["raw.row"], code | received, lambda: {"raw.row": _rows(settings, manifest)}))
    inputs = code | tables_of.contents(build, ["raw.row", "raw.manifest", *REFERENCE])
    changes.append(tables_of.refresh(build, HARMONISED, inputs, lambda: _harmonise(build)))
    return changes


def _targets(name: str, plans: dict[str, plan_of.Plan]) -> dict[str, pd.DataFrame]:
    frames = [getattr(plan, name).assign(plan=plan.id) for plan in plans.values()]
    return {f"core.{name}": pd.concat(frames, ignore_index=True)}


def _rows(settings: Settings, manifest: pd.DataFrame) -> pd.DataFrame:
    frames = [tidy.read(settings.raw, path) for path in manifest["path"]]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=RAW_ROW.names)


def _harmonise(build: Build) -> dict[str, pd.DataFrame]:
    read = {name: store.read_table(name, build.database) for name in ("raw.row", "raw.manifest", *REFERENCE)}
    reference = harmonise.Reference(read["core.indicator"], read["core.area"], read["core.source"], read["raw.manifest"])
    result = harmonise.observations(read["raw.row"], reference)
    account = result.row_account
    if (account["rows_in"] != account["loaded"] + account["rejected"] + account["skipped"]).any():
        raise RuntimeError("rows_in = loaded + rejected + skipped does not hold")
    if len(result.rejected):
        first = result.rejected.iloc[0]
        row, _, column = first["cell"].partition(":")
        raise InputError(
            f"reject_{first['rule']}",
            file=first["file"],
            row=row,
            column=column,
            text="" if pd.isna(first["raw_text"]) else first["raw_text"],
            more=len(result.rejected) - 1,
        )
    frames = (result.observation, result.rejected, account, result.row_skipped)
    return dict(zip(HARMONISED, frames, strict=True))
