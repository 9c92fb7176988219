"""Which figure stands for a period on a given day, and which lost against it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.schema import CODELISTS, CONFLICT, SERIES, conform

if TYPE_CHECKING:
    import pandas as pd

ORDER = ["certainty", "vintage", "rank", "obs_id"]
ASCENDING = [True, False, True, True]


def _ranked(observations: pd.DataFrame, source: pd.DataFrame, as_of: str) -> pd.DataFrame:
    import pandas as pd

    known = observations[observations["vintage"] <= pd.Timestamp(as_of)]
    ranked = known.merge(source[["source_id", "rank"]], on="source_id")
    ranked["certainty"] = ranked["obs_status"].map(CODELISTS["obs_status"].index)
    ranked = ranked.sort_values(ORDER, ascending=ASCENDING)
    ranked["place"] = ranked.groupby(list(SERIES.key), sort=False).cumcount()
    return ranked


def as_of(observations: pd.DataFrame, source: pd.DataFrame, day: str) -> pd.DataFrame:
    """Return the rows of core.observation that stand on `day` (YYYY-MM-DD), one a series and period.

    vintage <= day, then status A > P > E, then the later vintage, then the rank in source.csv. The DuckDB macro
    observation_as_of says the same; a test compares.
    """
    ranked = _ranked(observations, source, day)
    return (
        ranked[ranked["place"] == 0]
        .drop(columns=["certainty", "rank", "place"])
        .sort_values("obs_id")
        .reset_index(drop=True)
    )


def conflicts(observations: pd.DataFrame, source: pd.DataFrame, day: str) -> pd.DataFrame:
    """Return core.conflict: the figures known on `day` that another figure of the same period outranks, and why."""
    import numpy as np

    ranked = _ranked(observations, source, day)
    key = list(SERIES.key)
    winner = ranked[ranked["place"] == 0]
    both = ranked[ranked["place"] > 0].merge(winner, on=key, suffixes=("", "_winner"))
    reason = np.where(both["vintage"] != both["vintage_winner"], "vintage", "rank")
    both["reason"] = np.where(both["obs_status"] != both["obs_status_winner"], "status", reason)
    both = both.rename(columns={"obs_id_winner": "winner_obs_id", "obs_value_winner": "winner_value"})
    return conform(both[CONFLICT.names], CONFLICT)
