"""What the notebooks read, made from any set of files: the registered ones, or a workbook of tests/fixtures."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pandas as pd
from conftest import ROOT, harmonised

from analysis import knowledge, observation, series, store
from analysis.intake.reader import choice
from analysis.plan.plan import Plan
from analysis.progress.assess import assess
from analysis.projection.pool import from_series
from analysis.schema.database import TABLES
from analysis.schema.table import conform, empty

FIXTURES = ROOT / "tests" / "fixtures"
COMMUNE, CITY = "thai_tan_2026_2030", "hai_phong_2026_2030"
SHORT, LATER = "thai_tan_short.xlsx", "thai_tan_2027_03_20.xlsx"


def real(whole: SimpleNamespace) -> pd.DataFrame:
    """The registered files without the invented ones."""
    return whole.register[~whole.register["illustrative"].astype(bool)]


def figures_of(whole: SimpleNamespace, names: Sequence[str], day: str, register: pd.DataFrame) -> pd.DataFrame:
    """core.series known on `day` of the files in `register`, rows of the manifest, and the workbooks `names`."""
    template = whole.register[whole.register["illustrative"].astype(bool)].iloc[0].to_dict()
    rows, entries = [whole.rows[whole.rows["file"].isin(register["path"])]], [register]
    for name in names:
        rows.append(choice.read(FIXTURES, name).rows)
        digest = hashlib.sha256((FIXTURES / name).read_bytes()).hexdigest()
        entries.append(pd.DataFrame([{**template, "path": name, "sha256": digest}]))
    joined = pd.concat(entries, ignore_index=True).astype(whole.register.dtypes.to_dict())
    result = harmonised(pd.concat(rows, ignore_index=True), whole.reference, joined)
    source = whole.reference["source"]
    known, lost = (f(result.observation, source, day) for f in (observation.as_of, observation.conflicts))
    return series.derive(known, lost, whole.cards)


def known(whole: SimpleNamespace, plan: Plan, figures: pd.DataFrame, day: str) -> knowledge.Knowledge:
    """What a notebook knows of the plan's area from these figures, without a database."""
    return knowledge.Knowledge(day, plan, True, False, whole.cards, whole.areas, figures)


def progress(here: knowledge.Knowledge, whole: SimpleNamespace) -> pd.DataFrame:
    """out.progress of that area."""
    pool = from_series(here.series, whole.cards, whole.areas)
    return assess(here.own, here.plan, "baseline", pool, here.as_of).progress


def database(path: Path, whole: SimpleNamespace, figures: pd.DataFrame, day: str) -> Path:
    """A database of the tables that notebooks read, as a run would have left it."""
    store.create(path)
    pool = from_series(figures, whole.cards, whole.areas)
    rows = [progress(known(whole, plan, figures, day), whole) for plan in whole.plans.values()]
    run = {"run_id": "0123456789ab", "manifest_sha256": "0", "code_sha256": "0", "lock_sha256": "0", "seconds": 1.0}
    frames = {
        "core.indicator": whole.cards,
        "core.area": whole.areas,
        "core.plan_outcome": whole.reference["plan_outcome"],
        "core.series": figures,
        "core.conflict": empty(TABLES["core.conflict"]),
        "out.pool": pool.table,
        "out.progress": conform(pd.concat(rows, ignore_index=True), TABLES["out.progress"]),
        "out.run": pd.DataFrame([{**run, "parameters": json.dumps({"as_of": day, "scenario": "baseline"})}]),
    }
    store.replace(path, frames)
    return path


def outputs(path: Path) -> tuple[list[str], list[str]]:
    """The tables of an executed notebook, and what each cell printed: a kernel cuts that where its clock strikes."""
    book = nbformat.read(path, as_version=4)
    cells = [cell.get("outputs", []) for cell in book.cells]
    shown = [one["data"].get("text/html", "") for found in cells for one in found if "data" in one]
    printed = ["".join(one["text"] for one in found if "text" in one) for found in cells]
    return [html for html in shown if html], [text for text in printed if text]
