"""The few small tables that need everybody: how fast each area went, and the best pace any of them kept up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis import series as series_of
from analysis.projection.method import regional
from analysis.schema.core import CONFLICT
from analysis.schema.out import POOL
from analysis.schema.table import conform, empty

if TYPE_CHECKING:
    import pandas as pd

LONGEST = 10
YEARS = 10_000  # more than any year's number
LEAST_CHANGES = 3  # yearly changes an area needs before its mean says anything to others
PLACE = ["indicator", "ref_area", "area_valid_from", "activity"]
COUNTRY = "country"


@dataclass(frozen=True)
class Pool:
    """`table` is out.pool; `cards` and `areas` the indicator and area tables it was made with."""

    table: pd.DataFrame
    cards: pd.DataFrame
    areas: pd.DataFrame


def pool(observations: pd.DataFrame, cards: pd.DataFrame, areas: pd.DataFrame) -> Pool:
    """Return what all areas together say, from the observations that stand (observation.as_of) and the reference tables.

    best_pace: for every indicator, activity, kind of area and length of 1 to LONGEST years the best mean pace over so many
    consecutive years, of the best area and of the best other one: %/year where the card's scale is "log", else points or
    units a year. log_change_mean, log_change_sd: of every area's yearly changes; log_beyond_mean, log_beyond_sd: of what
    they were beyond the country's of the same year. country_so_far: the country's log growth in a year by its newest months.
    Areas that are no more are left out, and so are invented figures: none is a benchmark for anybody.
    """
    return from_series(series_of.derive(observations, empty(CONFLICT), cards), cards, areas)


def from_series(series: pd.DataFrame, cards: pd.DataFrame, areas: pd.DataFrame) -> Pool:
    """Return the same from core.series already derived."""
    import pandas as pd

    living = areas.loc[areas["valid_to"].isna(), ["ref_area", "valid_from", "kind"]]
    levels = series[~series["illustrative"]].merge(
        living.rename(columns={"valid_from": "area_valid_from"}), on=["ref_area", "area_valid_from"]
    )
    so_far = _so_far(levels[(levels["freq"] == "YTD") & (levels["kind"] == COUNTRY)])
    levels = levels[levels["freq"] == "A"].merge(cards[["indicator", "transform", "direction"]], on="indicator")
    if levels.empty:
        return Pool(empty(POOL), cards, areas)
    kinds = levels[[*PLACE, "kind", "direction"]].drop_duplicates()
    best = pd.concat([paces_of(levels, length) for length in range(1, LONGEST + 1)]).merge(kinds, on=PLACE)
    best["better"] = best["obs_value"] * best["direction"]
    best = best.sort_values("better", ascending=False, kind="stable").drop_duplicates([*PLACE, "length"])
    best["rank"] = best.groupby(["indicator", "activity", "kind", "length"], sort=False).cumcount() + 1
    best = best[best["rank"] <= 2].assign(statistic="best_pace")
    steps = _steps(levels)
    table = pd.concat([best[POOL.names], _changes(steps)[POOL.names], _beyond(steps)[POOL.names], so_far[POOL.names]])
    return Pool(conform(table, POOL).sort_values(list(POOL.key), ignore_index=True), cards, areas)


def _so_far(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the newest log growth within a year of the country and the months it is known for; `rows`: YTD, in %."""
    newest = rows.sort_values("time_period").drop_duplicates(PLACE, keep="last")
    months = newest["time_period"].str.slice(5).astype("int64")
    growth = np.log1p(newest["obs_value"].clip(lower=-99.0) / 100)
    return newest.assign(statistic="country_so_far", length=months, rank=0, obs_value=growth)


def _steps(levels: pd.DataFrame) -> pd.DataFrame:
    """Return the log change (`step`) of every place on a log scale since its figure before, and the years it `took`."""
    logs = levels[(levels["transform"] == "log") & (levels["obs_value"] > 0)].sort_values([*PLACE, "time_period"])
    grouped = logs.groupby(PLACE, sort=False)
    step = np.log(logs["obs_value"]) - np.log(grouped["obs_value"].shift())
    took = logs["time_period"].astype("int64") - grouped["time_period"].shift().astype("Int64").astype("float64")
    breaks = logs["break_flag"].astype("int64").cumsum()
    same = breaks == breaks.groupby([logs[name] for name in PLACE], sort=False).shift()
    return logs.assign(step=step.where(same), took=took.where(same))


def _changes(steps: pd.DataFrame) -> pd.DataFrame:
    """Return mean and standard deviation of the yearly log changes of every place."""
    import pandas as pd

    whole = steps.groupby(PLACE, sort=False)[["step", "took"]].transform("sum")
    mean = whole["step"] / whole["took"]
    square = (steps["step"] - steps["took"] * mean) ** 2 / steps["took"]
    summary = (
        steps.assign(mean=mean, square=square)
        .groupby([*PLACE, "kind"], as_index=False)
        .agg(mean=("mean", "first"), sd=("square", "sum"), length=("step", "count"), time_period=("time_period", "last"))
    )
    summary = summary[summary["length"] >= LEAST_CHANGES]
    summary = summary.assign(sd=np.sqrt(summary["sd"] / (summary["length"] - 1)))
    parts = [
        summary.assign(statistic=f"log_change_{name}", obs_value=summary[name], rank=0).dropna(subset=["obs_value"])
        for name in ("mean", "sd")
    ]
    return pd.concat(parts).assign(length=lambda frame: frame["length"].astype("int64"))


def _beyond(steps: pd.DataFrame) -> pd.DataFrame:
    """Return mean and spread (regional.spread) of what every place's yearly changes were beyond the country's."""
    import pandas as pd

    yearly = steps[steps["took"] == 1]
    same = ["indicator", "activity", "time_period"]
    country = yearly.loc[yearly["kind"] == COUNTRY, [*same, "step"]].rename(columns={"step": "country_step"})
    both = yearly[yearly["kind"] != COUNTRY].merge(country, on=same)
    both = both.assign(beyond=both["step"] - both["country_step"])
    both["square"] = (both["beyond"] - both.groupby(PLACE, sort=False)["beyond"].transform("mean")) ** 2
    summary = both.groupby(PLACE, as_index=False).agg(
        mean=("beyond", "mean"), square=("square", "sum"), length=("beyond", "count"), time_period=("time_period", "last")
    )
    usual = regional.learnt()[0]
    summary = summary.assign(sd=regional.spread(summary["square"].to_numpy(float), summary["length"].to_numpy(float), usual))
    parts = [summary.assign(statistic=f"log_beyond_{name}", obs_value=summary[name], rank=0) for name in ("mean", "sd")]
    return pd.concat(parts)


def paces_of(levels: pd.DataFrame, length: int) -> pd.DataFrame:
    """Return the mean pace over every stretch of `length` years of yearly levels without a break, known at both its ends.

    `levels`: rows of core.series with their card's `transform`. %/year (geometric) where it is "log", else points or units
    a year. Columns of the result: PLACE, length, time_period (the stretch's last year), obs_value.
    """
    yearly = levels[levels["freq"] == "A"].sort_values([*PLACE, "time_period"])
    place = yearly.groupby(PLACE, sort=False).ngroup().to_numpy()
    year = place * YEARS + yearly["time_period"].to_numpy("int64")  # rises from row to row
    before = np.minimum(np.searchsorted(year, year - length), max(len(year) - 1, 0))
    breaks = yearly["break_flag"].to_numpy("int64").cumsum()
    same = (year[before] == year - length) & (breaks[before] == breaks)
    end = yearly["obs_value"].to_numpy(float)
    start = end[before]
    with np.errstate(invalid="ignore", divide="ignore"):
        rate = 100 * ((end / np.where(start > 0, start, np.nan)) ** (1 / length) - 1)
    pace = np.where(yearly["transform"] == "log", rate, (end - start) / length)
    found = yearly.assign(obs_value=pace, length=length)[same]
    return found.loc[found["obs_value"].notna(), [*PLACE, "length", "time_period", "obs_value"]]


def peers(pooled: Pool, statistic: str, places: pd.DataFrame) -> pd.Series:
    """Return for each place (columns PLACE and `kind`) the median of `statistic` over the other areas of its kind, where
    there is none that of the country, NaN where there is none either.
    """
    index = places.reset_index(drop=True).reset_index(names="row")
    both = beside(pooled, index, pooled.table[pooled.table["statistic"] == statistic])
    return both.groupby("row")["obs_value"].median().reindex(index["row"])


def beside(pooled: Pool, places: pd.DataFrame, rows: pd.DataFrame, *alike: str) -> pd.DataFrame:
    """Return `rows` of the pool joined to each place (columns row, PLACE, kind) they may be compared with: those of other
    areas of its kind, or the country's where there is none. `alike`: further columns in which both must agree.
    """
    kinds = pooled.areas.rename(columns={"valid_from": "area_valid_from"})[["ref_area", "area_valid_from", "kind"]]
    both = places.merge(rows.merge(kinds), on=["indicator", "activity", *alike], suffixes=("", "_peer"))
    other = (both["ref_area"] != both["ref_area_peer"]) | (both["area_valid_from"] != both["area_valid_from_peer"])
    both = both[other].assign(alike=lambda frame: frame["kind"] == frame["kind_peer"])
    alone = ~both.groupby("row")["alike"].transform("any")
    return both[both["alike"] | (alone & (both["kind_peer"] == COUNTRY))]
