"""What places announced of their own plans: how many of their targets they met. The class to which a plan belongs.

A forecast leans on how its class came out: Kahneman and Tversky, "Intuitive Prediction: Biases and Corrective Procedures"
(1979). Places report on themselves and the news prefers success, so the shares are rather too high.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.progress import summary

if TYPE_CHECKING:
    import pandas as pd

KINDS = ("term", "annual")
MIDDLE = (0.25, 0.75)  # half of the plans lie between these quantiles
LEAST_PLANS = 8  # fewer say nothing of a half of them


def shares(outcomes: pd.DataFrame, kind: str) -> dict[str, float]:
    """Return of the plans of a kind (a row of core.plan_outcome each) how many there are, `plans`, and between which shares
    of targets met the middle half lies, `low` and `high`, 0-1; {} for fewer than LEAST_PLANS.
    """
    rows = outcomes[outcomes["plan_kind"] == kind]
    if len(rows) < LEAST_PLANS:
        return {}
    low, high = (rows["met"] / rows["targets"]).quantile(list(MIDDLE))
    return {"plans": len(rows), "low": float(low), "high": float(high)}


def own(progress: pd.DataFrame, target: pd.DataFrame, annual_target: pd.DataFrame) -> dict[str, int]:
    """Return how many targets of one plan are compared: `term`, the headline ones that have a chance, as summary.expected
    counts them, all where it counts none; `annual`, those of the plan of the year of knowledge.
    """
    rows = summary.headline(progress, target)
    known = int(np.isfinite(summary.chances(rows)).sum())
    ends = annual_target.loc[annual_target["year"].isin(progress["as_of"].dt.year), "target_id"]
    this_year = int(progress["target_id"].isin(ends).sum())
    return {"term": known if known >= summary.LEAST_EXPECTED else len(rows), "annual": this_year}


def beside(outcomes: pd.DataFrame, counts: dict[str, int]) -> dict[str, dict[str, float]]:
    """Return `shares` of each kind of plan and, where `counts` has a number of targets of our own for it, that number, `of`,
    and as many of them as those shares are, `least` and `most`, rounded.
    """
    found = {kind: shares(outcomes, kind) for kind in KINDS}
    for kind, of in counts.items():
        if found[kind] and of:
            found[kind] |= {"of": of, "least": round(found[kind]["low"] * of), "most": round(found[kind]["high"] * of)}
    return {kind: one for kind, one in found.items() if one}
