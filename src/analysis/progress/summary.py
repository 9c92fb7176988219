"""All targets of a plan at a glance: how many stand where, and which come first."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

# worst first; what nobody can judge from figures comes last
ORDER = (
    *("missed", "reversing", "risk", "behind", "effort", "insufficient", "likely", "achieved", "exceeded"),
    *("not_due", "external", "not_local", "judged"),
)
GROUPS = {
    "met": ("exceeded", "achieved"),
    "in_reach": ("likely", "effort"),
    "behind": ("behind",),
    "in_danger": ("risk", "reversing", "missed"),
    "insufficient": ("insufficient",),
}
IN_DANGER = ("missed", "reversing", "risk", "behind")


def headline(progress: pd.DataFrame, target: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of out.progress that "x of y targets" counts: measurable, unique, due within the plan.

    `target`: core.target (in_headline, and `plan` where it holds several plans).
    """
    keys = [name for name in ("plan", "target_id") if name in target and name in progress]
    counted = target.loc[target["in_headline"].astype(bool), keys]
    return progress.merge(counted, on=keys)


def counts(rows: pd.DataFrame) -> dict[str, int]:
    """Return how many of the rows stand in each group, and `all`."""
    found = {name: int(rows["verdict"].isin(verdicts).sum()) for name, verdicts in GROUPS.items()}
    return {"all": len(rows), **found}


def worst_first(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows by verdict, within it the least probable and those furthest from the best pace first."""
    order = {verdict: place for place, verdict in enumerate(ORDER)}
    best = rows[["best_own_rate", "best_peer_rate"]].abs().max(axis=1)
    strain = (rows["required_rate"].abs() / best.where(best > 0)).fillna(0.0)
    keyed = rows.assign(_place=rows["verdict"].map(order), _chance=rows["probability"].fillna(1.0), _strain=-strain)
    keyed = keyed.sort_values(["_place", "_chance", "_strain", "target_id"], kind="stable")
    return keyed.drop(columns=["_place", "_chance", "_strain"])
