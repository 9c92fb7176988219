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
AREA = ["ref_area", "area_valid_from"]  # either real or invented as a whole


def without_ended(observations: pd.DataFrame, day: str) -> pd.DataFrame:
    """Return the rows without the invented ones of every area that has a real figure published by `day` (YYYY-MM-DD).

    The day of the first real figure that was loaded decides, whatever its indicator: before it the invented ones stand.
    `observations` may be any table with the columns ref_area, area_valid_from, vintage and illustrative.
    """
    import pandas as pd

    invented = observations["illustrative"].astype(bool)
    real = observations.loc[~invented & (observations["vintage"] <= pd.Timestamp(day)), AREA]
    ended = pd.MultiIndex.from_frame(observations[AREA]).isin(pd.MultiIndex.from_frame(real)).astype(bool)
    return observations[~(invented & ended)]


def _ranked(observations: pd.DataFrame, source: pd.DataFrame, as_of: str) -> pd.DataFrame:
    import pandas as pd

    known = without_ended(observations[observations["vintage"] <= pd.Timestamp(as_of)], as_of)
    ranked = known.merge(source[["source_id", "rank"]], on="source_id")
    ranked["certainty"] = ranked["obs_status"].map(CODELISTS["obs_status"].index)
    ranked = ranked.sort_values(ORDER, ascending=ASCENDING)
    ranked["place"] = ranked.groupby(list(SERIES.key), sort=False).cumcount()
    return ranked


def as_of(observations: pd.DataFrame, source: pd.DataFrame, day: str) -> pd.DataFrame:
    """Return the rows of core.observation that stand on `day` (YYYY-MM-DD), one a series and period.

    vintage <= day; invented figures only in an area without a real one (`without_ended`); then status A > P > E, then the
    later vintage, then the rank in source.csv. The DuckDB macro observation_as_of says the same; a test compares.
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
