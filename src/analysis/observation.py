"""Which observation stands for a period on a given day, and which lost against it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.schema.codelist import CODELISTS
from analysis.schema.core import CONFLICT, SERIES
from analysis.schema.table import conform

if TYPE_CHECKING:
    import pandas as pd

ORDER = ["certainty", "vintage", "rank", "obs_id"]
ASCENDING = [True, False, True, True]
# What is either real or invented as a whole: one real figure, and the invented ones of the same kind go.
KIND = ["indicator", "ref_area", "area_valid_from", "activity"]


def _ranked(observations: pd.DataFrame, source: pd.DataFrame, as_of: str) -> pd.DataFrame:
    import pandas as pd

    known = observations[observations["vintage"] <= pd.Timestamp(as_of)]
    invented = known["illustrative"].astype(bool)
    real = pd.MultiIndex.from_frame(known.loc[~invented, KIND])
    known = known[~invented | ~pd.MultiIndex.from_frame(known[KIND]).isin(real)]
    ranked = known.merge(source[["source_id", "rank"]], on="source_id")
    ranked["certainty"] = ranked["obs_status"].map(CODELISTS["obs_status"].index)
    ranked = ranked.sort_values(ORDER, ascending=ASCENDING)
    ranked["place"] = ranked.groupby(list(SERIES.key), sort=False).cumcount()
    return ranked


def as_of(observations: pd.DataFrame, source: pd.DataFrame, day: str) -> pd.DataFrame:
    """Return the rows of core.observation that stand on `day` (YYYY-MM-DD), one a series and period.

    vintage <= day; invented figures only where an indicator, area and activity has no real one; then status A > P > E,
    then the later vintage, then the rank in source.csv. The DuckDB macro observation_as_of says the same; a test compares.
    """
    ranked = _ranked(observations, source, day)
    return (
        ranked[ranked["place"] == 0]
        .drop(columns=["certainty", "rank", "place"])
        .sort_values("obs_id")
        .reset_index(drop=True)
    )


def conflicts(observations: pd.DataFrame, source: pd.DataFrame, day: str) -> pd.DataFrame:
    """Return core.conflict: the figures known on `day` that another figure of the same period outranks, and why.

    `differs` is true when the two are further apart than half of each one's last printed digit.
    """
    import numpy as np

    ranked = _ranked(observations, source, day)
    key = list(SERIES.key)
    winner = ranked[ranked["place"] == 0]
    both = ranked[ranked["place"] > 0].merge(winner, on=key, suffixes=("", "_winner"))
    reason = np.where(both["vintage"] != both["vintage_winner"], "vintage", "rank")
    both["reason"] = np.where(both["obs_status"] != both["obs_status_winner"], "status", reason)
    rounding = 0.5 * (both["last_digit"] + both["last_digit_winner"])
    apart = (both["obs_value"] - both["obs_value_winner"]).abs()
    both["differs"] = apart > rounding * (1 + 1e-9) + 1e-9 * both["obs_value"].abs()
    both = both.rename(columns={"obs_id_winner": "winner_obs_id", "obs_value_winner": "winner_value"})
    return conform(both[CONFLICT.names], CONFLICT)
