"""How plans of other places came out, as pages show it beside what is expected of ours: each number bound."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from analysis.progress import plan_outcome
from analysis.report.words import outcome
from analysis.report.words.binding import Binding

if TYPE_CHECKING:
    import pandas as pd


def counts(tables: Mapping[str, pd.DataFrame]) -> dict[str, float]:
    """Return `<plan>|other|<term or annual>|<plans, low, high, of, least or most>` of every plan."""
    return {
        f"{plan_id}|other|{kind}|{name}": value
        for plan_id in tables["out.progress"]["plan"].unique()
        for kind, one in _beside(tables, str(plan_id)).items()
        for name, value in one.items()
    }


def texts(tables: Mapping[str, pd.DataFrame], plan_id: str) -> list[outcome.Text]:
    """Return the key of each text with its values, bound."""
    found = _beside(tables, plan_id)
    return outcome.keyed(found, lambda kind, name, form: Binding(f"count|{plan_id}|other|{kind}|{name}", form))


def _beside(tables: Mapping[str, pd.DataFrame], plan_id: str) -> dict[str, dict[str, float]]:
    progress, target, annual = (
        tables[name][tables[name]["plan"] == plan_id] for name in ("out.progress", "core.target", "core.annual_target")
    )
    return plan_outcome.beside(tables["core.plan_outcome"], plan_outcome.own(progress, target, annual))
