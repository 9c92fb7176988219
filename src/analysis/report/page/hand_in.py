"""What to hand in next, as pages show it: step by step, each number bound."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from analysis.progress import lacking
from analysis.report.words import number, sentence
from analysis.report.words.binding import Binding, Record

if TYPE_CHECKING:
    import pandas as pd


def counts(tables: Mapping[str, pd.DataFrame]) -> dict[str, int | str]:
    """Return the figures of every step: `<plan>|next|<step>|known`, the verdicts it turns from unknown to known, and of each
    figure `<plan>|next|<indicator>|<activity>|<step>|years` ("2020–2025") and `...|missing`, how many years.
    """
    made: dict[str, int | str] = {}
    for plan_id, progress in tables["out.progress"].groupby("plan"):
        for row in _of(tables, str(plan_id), progress).itertuples():
            key = f"{plan_id}|next|{row.step}"
            made[f"{key}|known"] = len(row.targets)
            made[f"{key}|{row.indicator}|{row.activity}|years"] = number.spans(row.years)
            made[f"{key}|{row.indicator}|{row.activity}|missing"] = len(row.years)
    return made


def steps(tables: Mapping[str, pd.DataFrame], plan_id: str, cards: Mapping[str, Record]) -> list[Record]:
    """Return each step of a plan: its `figures` (name, supplier, numbers bound), the ids of the `targets` it makes known and
    their number, `known`.
    """
    progress = tables["out.progress"]
    made: list[Record] = []
    for step, rows in _of(tables, plan_id, progress[progress["plan"] == plan_id]).groupby("step"):
        key = f"count|{plan_id}|next|{step}"
        figures = [_figure(f"{key}|{row.indicator}|{row.activity}", row, cards[row.indicator]) for row in rows.itertuples()]
        made.append({"figures": figures, "targets": rows["targets"].iloc[0], "known": Binding(f"{key}|known", "count")})
    return made


def _of(tables: Mapping[str, pd.DataFrame], plan_id: str, progress: pd.DataFrame) -> pd.DataFrame:
    target = tables["core.target"]
    return lacking.of_plan(progress, target[target["plan"] == plan_id], tables["core.series"], tables["core.indicator"])


def _figure(key: str, row: Any, card: Record) -> Record:
    named = sentence.naming({"kind": "level_by", "activity": row.activity}, card)
    return {
        "name": {lang: named[f"name_{lang}"] for lang in ("vi", "en")},
        "supplier": row.supplier_vi,
        "years": Binding(f"{key}|years", "year"),
        "missing": Binding(f"{key}|missing", "count"),
    }
