"""What is known of each target's measure: yearly figures as one array, and the current year as far as it has gone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.projection import spacing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

AREA = ["ref_area", "area_valid_from"]
PLACE = ["indicator", *AREA, "activity"]
RECENT = 5
EARLIER = 3  # years whose months say how much of a year usually has come
MARKS = ("illustrative", "recent_break", "recent_conflict", "any_back_cast")


@dataclass(frozen=True)
class History:
    """`levels`: a row a place, the last column its latest year, NaN before its latest break and where a year is missing."""

    places: pd.DataFrame
    levels: Floats


def yearly(series: pd.DataFrame) -> History:
    """Return the yearly figures of core.series as an array, shifted so that every place ends in the last column."""
    rows = series[series["freq"] == "A"].assign(year=lambda frame: frame["time_period"].astype("int64"))
    places = rows.groupby(PLACE, as_index=False).agg(last=("year", "max"), first=("year", "min"))
    width = int((places["last"] - places["first"]).max()) + 1 if len(places) else 1
    rows = rows.merge(places.reset_index(names="place"), on=PLACE)
    column = width - 1 - (rows["last"] - rows["year"])
    array, ends = np.full((len(places), width), np.nan), np.zeros((len(places), width), dtype=bool)
    array[rows["place"], column] = rows["obs_value"]
    ends[rows["place"], column] = rows["break_flag"]
    before = np.cumsum(ends[:, ::-1], axis=1)[:, ::-1]  # breaks in this year or later
    gone = np.column_stack([before[:, 1:], np.zeros(len(places), dtype=int)]) > 0
    return History(places, np.where(gone, np.nan, array))


def at(history: History, place: pd.Series) -> Floats:
    """Return the levels of each row's place (-1 for none: all NaN)."""
    if not len(history.levels):
        return np.full((len(place), 1), np.nan)
    return np.where((place >= 0).to_numpy()[:, None], history.levels[place], np.nan)


def level_in(levels: Floats, last: pd.Series, year: pd.Series) -> Floats:
    """Return each row's figure of `year`, NaN where it has none; `last` is the year of the last column."""
    column = levels.shape[1] - 1 - (last - year)
    inside = ((column >= 0) & (column < levels.shape[1])).fillna(False).astype(bool)
    return np.where(inside, levels[np.arange(len(levels)), column.where(inside, 0).astype(int)], np.nan)


def with_base(rows: pd.DataFrame, levels: Floats, least: int) -> pd.DataFrame:
    """Add `base_estimated`: whether the base year has no figure of its own; its value then lies between the figures around
    it at a constant rate, or goes on from the last one at the mean rate of all. Only for figures above zero, with `least`
    points, of targets that compare with their base.
    """
    compared = rows["kind"].isin(["growth_average", "multiply"]) & rows["base_value"].isna() & (rows["n_points"] >= least)
    with np.errstate(invalid="ignore", divide="ignore"):
        logs = np.log(np.where(levels > 0, levels, np.nan))
    drift = spacing.yearly(*spacing.changes(spacing.figures(logs, logs.shape[1])))[0]
    between = level_in(spacing.filled(logs), rows["last"], rows["base_year"])
    beyond = logs[:, -1] + drift * (rows["base_year"] - rows["last"]).to_numpy(float)
    value = np.exp(np.where((rows["base_year"] > rows["last"]).to_numpy(), beyond, between))
    known = compared.to_numpy() & np.isfinite(value)
    return rows.assign(base_value=np.where(known, value, rows["base_value"]), base_estimated=known)


def since(levels: Floats, last: pd.Series, base_year: pd.Series) -> Floats:
    """Return what has come together since the base year (0 in it), NaN before it and where a year is missing."""
    years = last.to_numpy(float)[:, None] - np.arange(levels.shape[1])[::-1]
    base = base_year.to_numpy(float)[:, None]
    added = np.where(years > base, levels, 0.0)
    total = np.where(years >= base, np.cumsum(np.nan_to_num(added, nan=0.0), axis=1), np.nan)
    missing = np.cumsum(np.isnan(added) & (years > base), axis=1) > 0
    first = np.nanmin(np.where(np.isnan(levels), np.inf, years), axis=1, initial=np.inf)[:, None]
    return np.where(missing | (first > base + 1) | np.isnan(years), np.nan, total)


def with_marks(rows: pd.DataFrame, series: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Add the marks of the yearly figures and the ids behind every figure of each row's place (`key` names its columns)."""
    recent = series[series["freq"] == "A"].assign(year=lambda frame: frame["time_period"].astype("int64"))
    newest = recent.groupby(PLACE)["year"].transform("max")
    close = recent[recent["year"] > newest - RECENT]
    marks = series.groupby(PLACE, as_index=False).agg(
        illustrative=("illustrative", "any"), any_back_cast=("back_cast", "any"), obs_ids=("obs_ids", _union)
    )
    nearby = close.groupby(PLACE, as_index=False).agg(
        recent_break=("break_flag", "any"), recent_conflict=("conflict", "any")
    )
    marks = marks.merge(nearby, on=PLACE, how="left")
    rows = rows.merge(marks.rename(columns=dict(zip(PLACE, key, strict=True))), on=key, how="left")
    for mark in MARKS:
        rows[mark] = rows[mark].astype("boolean").fillna(False).astype(bool)
    rows["obs_ids"] = [ids if isinstance(ids, list) else [] for ids in rows["obs_ids"]]
    return rows


def newest(series: pd.DataFrame, freqs: tuple[str, ...]) -> pd.DataFrame:
    """Return the newest figure of each place among these frequencies: PLACE, time_period, obs_value, obs_status, year and
    the part of the year that had gone by its end.
    """
    rows = series[series["freq"].isin(freqs)]
    month = rows["time_period"].str.slice(5).where(rows["freq"] != "A", "12").astype("int64")
    year = rows["time_period"].str.slice(0, 4).astype("int64")
    rows = rows.assign(year=year, part=month / 12).sort_values(["year", "part"])
    return rows.groupby(PLACE, as_index=False).last()[[*PLACE, "time_period", "obs_value", "obs_status", "year", "part"]]


def with_count(rows: pd.DataFrame, series: pd.DataFrame) -> pd.DataFrame:
    """Add what is known of the year after the last one: `counted` (a stock's newest month, a flow since January),
    `counted_month`, and `usual_part`, how much of a year's flow had come by that month in the years before, on average.
    """
    within = series[series["freq"].isin(["M", "YTD"])]
    within = within.assign(
        year=within["time_period"].str.slice(0, 4).astype("int64"), month=within["time_period"].str.slice(5).astype("int64")
    )
    within = within[[*PLACE, "freq", "year", "month", "obs_value"]]
    wanted = rows[[*PLACE, "last", "part_year"]].reset_index(names="row")
    wanted = wanted.assign(freq=wanted["part_year"].map({"point": "M", "cumulative": "YTD"}), year=wanted["last"] + 1)
    newest = wanted.merge(within, on=[*PLACE, "freq", "year"]).sort_values("month").drop_duplicates("row", keep="last")
    parts = _usual_parts(newest, within, series)
    newest = newest.set_index("row")
    found = rows.assign(counted=newest["obs_value"].reindex(rows.index), counted_month=newest["month"].reindex(rows.index))
    return found.assign(usual_part=parts.reindex(rows.index))


def _usual_parts(newest: pd.DataFrame, within: pd.DataFrame, series: pd.DataFrame) -> pd.Series:
    """Return by row the mean, on logarithms, of what had come by the same month over the whole of the years before."""
    flows = newest.loc[newest["freq"] == "YTD", ["row", *PLACE, "freq", "month", "year"]]
    yearly = series.loc[series["freq"] == "A", [*PLACE, "time_period", "obs_value"]]
    yearly = yearly.assign(year_=yearly["time_period"].astype("int64")).rename(columns={"obs_value": "whole"})
    both = flows.merge(within.rename(columns={"year": "year_"}), on=[*PLACE, "freq", "month"])
    both = both[(both["year_"] < both["year"]) & (both["year_"] >= both["year"] - EARLIER)]
    both = both.merge(yearly[[*PLACE, "year_", "whole"]], on=[*PLACE, "year_"])
    both = both[(both["obs_value"] > 0) & (both["whole"] > 0)]
    return np.exp(np.log(both["obs_value"] / both["whole"]).groupby(both["row"]).mean())


def _union(lists: pd.Series) -> list[str]:
    return sorted({one for ids in lists for one in ids})
