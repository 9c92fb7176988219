"""The few small tables that need everybody: so far the best pace any area kept up over a number of years."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis import series as series_of
from analysis.schema import CONFLICT, POOL, conform, empty

if TYPE_CHECKING:
    import pandas as pd

LONGEST = 10
PLACE = ["indicator", "ref_area", "area_valid_from", "activity"]


@dataclass(frozen=True)
class Pool:
    """`table` is out.pool, `cards` the indicator table it was made with."""

    table: pd.DataFrame
    cards: pd.DataFrame


def pool(observations: pd.DataFrame, cards: pd.DataFrame) -> Pool:
    """Return what all areas together say, from the observations that stand (observation.as_of) and the indicator table.

    best_pace_pct: for every growth indicator, activity and length of 1 to LONGEST years the greatest geometric mean
    growth in %/year over so many consecutive years, of the best area and of the best other area.
    """
    return from_series(series_of.derive(observations, empty(CONFLICT), cards), cards)


def from_series(series: pd.DataFrame, cards: pd.DataFrame) -> Pool:
    """Return the same from core.series already derived."""
    import pandas as pd

    paces = [
        paces_of(series[series["indicator"] == card.growth_of], length).assign(indicator=card.indicator)
        for card in cards[cards["growth_of"].notna()].itertuples()
        for length in range(1, LONGEST + 1)
    ]
    if not paces:
        return Pool(empty(POOL), cards)
    best = pd.concat(paces).sort_values("obs_value", ascending=False, kind="stable")
    best = best.drop_duplicates([*PLACE, "length"])
    best["rank"] = best.groupby(["indicator", "activity", "length"], sort=False).cumcount() + 1
    best = best[best["rank"] <= 2].assign(statistic="best_pace_pct")
    return Pool(conform(best[POOL.names], POOL).sort_values(list(POOL.key), ignore_index=True), cards)


def paces_of(levels: pd.DataFrame, length: int) -> pd.DataFrame:
    """Return the geometric mean growth, %/year, over every stretch of `length` years of yearly levels.

    `levels`: rows of core.series. Columns of the result: PLACE, length, time_period (the stretch's last year), obs_value.
    """
    yearly = levels[levels["freq"] == "A"].sort_values([*PLACE, "time_period"])
    grouped = yearly.groupby(PLACE, sort=False)
    start = grouped["obs_value"].shift(length)
    elapsed = yearly["time_period"].astype(int) - grouped["time_period"].shift(length).astype("Int64")
    pace = 100 * ((yearly["obs_value"] / start) ** (1 / length) - 1)
    found = yearly.assign(obs_value=pace, length=length)[(elapsed == length).fillna(False)]
    return found[[*PLACE, "length", "time_period", "obs_value"]]
