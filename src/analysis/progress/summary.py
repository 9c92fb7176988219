"""All targets of a plan at a glance: how many stand where, and which come first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.projection import joint

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

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
SHOCKS = {"_weak": joint.RHO_LOW, "": joint.RHO, "_strong": joint.RHO_HIGH}
LEAST_EXPECTED = 5
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


def chances(rows: pd.DataFrame) -> NDArray[np.float64]:
    """Return the probability that each row is met in the end: 1 for what is met, 0 for what was missed, NaN unknown."""
    settled = rows["verdict"].map({"exceeded": 1.0, "achieved": 1.0, "missed": 0.0})
    return np.asarray(settled.fillna(rows["probability"]), dtype=float)


def numbers_met(rows: pd.DataFrame) -> dict[str, NDArray[np.float64]]:
    """Return the probabilities that 0, 1, 2, ... of the rows are met, under a weak, usual ("") and strong common shock."""
    known = chances(rows)
    return {name: joint.number_met(known, rho) for name, rho in SHOCKS.items()}


def expected(rows: pd.DataFrame) -> dict[str, int]:
    """Return the range in which the number of rows met will lie with 80 %: `low` and `high` of each shock (SHOCKS), and
    `of`, how many rows have a probability. {} for fewer than LEAST_EXPECTED: a range of so few says nothing.
    """
    laws = numbers_met(rows)
    made = {"of": len(laws[""]) - 1}
    if made["of"] < LEAST_EXPECTED:
        return {}
    for name, law in laws.items():
        made[f"low{name}"], made[f"high{name}"] = joint.range_of(law)
    return made


def worst_first(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows by verdict, within it those that lost a level they must keep, the least probable, and those furthest
    from the best pace first.
    """
    order = {verdict: place for place, verdict in enumerate(ORDER)}
    best = rows[["best_own_rate", "best_peer_rate"]].abs().max(axis=1)
    strain = (rows["required_rate"].abs() / best.where(best > 0)).fillna(0.0)
    lost = np.array(["part_year_below" in codes for codes in rows["reasons"]], dtype=bool)
    chance = rows["probability"].fillna(1.0).mask(lost, -1.0)
    keyed = rows.assign(_place=rows["verdict"].map(order), _chance=chance, _strain=-strain)
    keyed = keyed.sort_values(["_place", "_chance", "_strain", "target_id"], kind="stable")
    return keyed.drop(columns=["_place", "_chance", "_strain"])
