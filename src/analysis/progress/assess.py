"""Every target of a plan against what is known: projection, progress and official class, for one area or thousands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.plan.plan import Plan, judged
from analysis.progress import required, verdict
from analysis.progress.rules import dns
from analysis.projection import growth
from analysis.projection.pool import Pool, paces_of
from analysis.schema import OFFICIAL_CLASS, PROGRESS, PROJECTION, QUANTILE_LEVELS, conform

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

AREA = ["ref_area", "area_valid_from"]
PLACE = ["indicator", *AREA, "activity"]
RECENT = 5


@dataclass(frozen=True)
class Assessment:
    """Frames out.projection, out.progress, out.official_class."""

    projection: pd.DataFrame
    progress: pd.DataFrame
    official_class: pd.DataFrame


@dataclass(frozen=True)
class History:
    """Yearly index levels as one array: a row a place, the last column its latest year, NaN before its latest stretch."""

    places: pd.DataFrame
    levels: Floats


def assess(series: pd.DataFrame, plan: Plan, scenario: str, pool: Pool, as_of: str) -> Assessment:
    """Return one row of progress a target and area: the plan's own area and every other in `series` (core.series).

    `scenario` names the rows; `as_of` is the day of knowledge, YYYY-MM-DD. Rows do not depend on which other areas are in
    `series`. An area without figures gets "insufficient".
    """
    targets = judged(plan).merge(pool.cards[["indicator", "growth_of"]], on="indicator", how="left")
    rows = _areas(series, plan).merge(targets, how="cross").assign(plan=plan.id, scenario=scenario, as_of=as_of)
    history = _history(series[series["indicator"].isin(targets["growth_of"])])
    rows = _with_history(rows, history, series)
    fitted, log_target = _distribution(rows, history)
    rows = _with_distribution(rows, fitted, log_target)
    rows = _with_required(rows, pool, series)
    rows = _with_class(rows, history, log_target)
    rows = _with_verdict(rows, plan)
    return Assessment(
        _projection(rows, fitted),
        conform(rows.rename(columns={"value_met": "target"})[PROGRESS.names], PROGRESS),
        _official_class(rows),
    )


def _areas(series: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    own = pd.DataFrame({"ref_area": [plan.ref_area], "area_valid_from": [pd.Timestamp(plan.area_valid_from)]})
    areas = pd.concat([own, series[AREA]]).drop_duplicates()
    return areas.astype({"ref_area": "str", "area_valid_from": "datetime64[s]"}).reset_index(drop=True)


def _history(levels: pd.DataFrame) -> History:
    """Return the yearly levels as an array whose last column is each place's own latest year, shifted right."""
    yearly = levels[levels["freq"] == "A"].assign(year=lambda frame: frame["time_period"].astype(int))
    places = yearly.groupby(PLACE, as_index=False).agg(last=("year", "max"), first=("year", "min"))
    width = int((places["last"] - places["first"]).max()) + 1 if len(places) else 1
    yearly = yearly.merge(places.reset_index(names="place"), on=PLACE)
    array = np.full((len(places), width), np.nan)
    array[yearly["place"], width - 1 - (yearly["last"] - yearly["year"])] = yearly["obs_value"]
    gap = np.cumsum(np.isnan(array[:, ::-1]), axis=1)[:, ::-1] > 0  # only the stretch without gap up to the latest year
    return History(places, np.where(gap, np.nan, array))


def _with_history(rows: pd.DataFrame, history: History, series: pd.DataFrame) -> pd.DataFrame:
    """Add where each row's index stands in `history` (`place`, -1 for none), its latest figure and marks."""
    places = history.places[[*PLACE, "last"]].reset_index(names="place").rename(columns={"indicator": "growth_of"})
    rows = rows.merge(places, on=["growth_of", *AREA, "activity"], how="left")
    rows = rows.assign(place=rows["place"].fillna(-1).astype(int), last=rows["last"].astype(float))
    yearly = series[series["freq"] == "A"]
    latest = yearly.sort_values("time_period").groupby(PLACE, as_index=False).last()
    latest = latest.rename(
        columns={"time_period": "latest_period", "obs_value": "latest_value", "obs_status": "latest_status"}
    )
    rows = rows.merge(latest[[*PLACE, "latest_period", "latest_value", "latest_status"]], on=PLACE, how="left")
    newest = yearly.groupby(PLACE)["time_period"].transform("max").astype(int)
    recent = yearly[yearly["time_period"].astype(int) > newest - RECENT]
    marks = yearly.groupby(PLACE, as_index=False).agg(illustrative=("illustrative", "any"), obs_ids=("obs_ids", _union))
    marks = marks.merge(
        recent.groupby(PLACE, as_index=False).agg(
            recent_break=("break_flag", "any"), recent_conflict=("conflict", "any"), any_back_cast=("back_cast", "any")
        ),
        on=PLACE,
    )
    rows = rows.merge(marks, on=PLACE, how="left")
    for mark in ("illustrative", "recent_break", "recent_conflict", "any_back_cast"):
        rows[mark] = rows[mark].astype("boolean").fillna(False).astype(bool)
    rows["obs_ids"] = [ids if isinstance(ids, list) else [] for ids in rows["obs_ids"]]
    levels = _levels(rows, history)
    rows["n_points"] = np.maximum((~np.isnan(levels)).sum(axis=1) - 1, 0)
    rows["base_value"] = _level_in(rows["base_year"], rows, levels)
    rows["level"] = _level_in(np.minimum(rows["last"], rows["deadline"]), rows, levels)
    return rows


def _level_in(year: pd.Series, rows: pd.DataFrame, levels: Floats) -> Floats:
    column = levels.shape[1] - 1 - (rows["last"] - year)
    inside = (column >= 0) & (column < levels.shape[1])
    return np.where(inside, levels[np.arange(len(rows)), column.where(inside, 0).astype(int)], np.nan)


def _union(lists: pd.Series) -> list[str]:
    return sorted({one for ids in lists for one in ids})


def _levels(rows: pd.DataFrame, history: History) -> Floats:
    if not len(history.levels):
        return np.full((len(rows), 1), np.nan)
    return np.where((rows["place"] >= 0).to_numpy()[:, None], history.levels[rows["place"]], np.nan)


def _distribution(rows: pd.DataFrame, history: History) -> tuple[growth.Fit, Floats]:
    """Return the fit of every row's index and the log index that meets its target."""
    fitted = growth.fit(np.log(_levels(rows, history)))
    years = (rows["deadline"] - rows["base_year"]).to_numpy(float)
    met = rows["value_met"].to_numpy(float)
    return fitted, np.log(rows["base_value"].to_numpy(float)) + years * np.log1p(met / 100)


def _average_pct(rows: pd.DataFrame, log_level: Floats) -> Floats:
    years = (rows["deadline"] - rows["base_year"]).to_numpy(float)
    return np.asarray(100 * np.expm1((log_level - np.log(rows["base_value"].to_numpy(float))) / years))


def _with_distribution(rows: pd.DataFrame, fitted: growth.Fit, log_target: Floats) -> pd.DataFrame:
    """Add the projected average growth with its 80 % range and the probability of meeting the target."""
    horizon = (rows["deadline"] - rows["last"]).to_numpy(float)
    ahead = horizon > 0
    reach = np.where(ahead, horizon, np.nan)
    values = {"projected_value": 0.5, "lo80": 0.1, "hi80": 0.9}
    columns = {name: _average_pct(rows, growth.quantile(fitted, reach, level)) for name, level in values.items()}
    probability = growth.probability_at_least(fitted, reach, log_target)
    return rows.assign(horizon=horizon, **columns, probability=np.where(ahead & ~np.isnan(log_target), probability, np.nan))


def _with_required(rows: pd.DataFrame, pool: Pool, series: pd.DataFrame) -> pd.DataFrame:
    """Add the rate still needed, the best paces over as many years, and the last feasible year."""
    years = (rows["deadline"] - rows["base_year"]).to_numpy(float)
    elapsed = (rows["last"] - rows["base_year"]).clip(lower=0).to_numpy(float)
    factor = (rows["level"] / rows["base_value"]).to_numpy(float)
    needed = required.rate_pct(rows["value_met"].to_numpy(float), years, elapsed, factor)
    own, peer = _best(rows, pool, series)
    best_log = np.log1p(np.fmax(own, peer) / 100)
    usual_log = np.log1p(rows["projected_value"].to_numpy(float) / 100)
    left = rows["horizon"].to_numpy(float)
    last = required.last_feasible_year(
        np.log1p(needed / 100) * left,
        usual_log,
        best_log,
        rows["last"].to_numpy(float),
        rows["deadline"].to_numpy(float),
    )
    last_year = pd.Series(last, index=rows.index).round().astype("Int64")
    return rows.assign(required_rate=needed, best_own_rate=own, best_peer_rate=peer, last_feasible_year=last_year)


def _best(rows: pd.DataFrame, pool: Pool, series: pd.DataFrame) -> tuple[Floats, Floats]:
    """Return the best own and best peer pace, %/year, over as many years as are left, NaN when none is so long."""
    own, peer = pd.Series(np.nan, index=rows.index), pd.Series(np.nan, index=rows.index)
    for length, group in rows[rows["horizon"] > 0].groupby("horizon"):
        levels = series[series["indicator"].isin(group["growth_of"])]
        paces = paces_of(levels, int(length)).groupby(PLACE, as_index=False)["obs_value"].max()
        paces = paces.rename(columns={"indicator": "growth_of"})
        keys = group[["growth_of", "indicator", *AREA, "activity"]].reset_index(names="row")
        found = keys.merge(paces, on=["growth_of", *AREA, "activity"])
        own[found["row"]] = found["obs_value"].to_numpy()
        best = pool.table[(pool.table["statistic"] == "best_pace_pct") & (pool.table["length"] == length)]
        others = keys.merge(best, on=["indicator", "activity"], suffixes=("", "_peer"))
        others = others[
            (others["ref_area"] != others["ref_area_peer"]) | (others["area_valid_from"] != others["area_valid_from_peer"])
        ]
        others = others.sort_values("rank").drop_duplicates("row")
        peer[others["row"]] = others["obs_value"].to_numpy()
    return own.to_numpy(), peer.to_numpy()


def _with_class(rows: pd.DataFrame, history: History, log_target: Floats) -> pd.DataFrame:
    classes, score = dns.concrete_target(
        np.log(_levels(rows, history)), log_target, np.maximum(rows["horizon"].to_numpy(float), 0), direction=1
    )
    return rows.assign(dns_class=classes, dns_score=score)


def _with_verdict(rows: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Add closed, met, exceeded, verdict, evidence, reasons and flags."""
    closed = rows["horizon"] <= 0
    offset = rows["deadline"] - rows["base_year"]
    actual = 100 * ((rows["level"] / rows["base_value"]) ** (1 / offset) - 1)
    rows = rows.assign(
        closed=closed & rows["base_value"].notna(),
        met=verdict.meets(actual, rows),
        exceeded=verdict.exceeds(actual, rows),
        no_distribution=(rows["n_points"] < growth.LEAST_CHANGES) | rows["base_value"].isna(),
    )
    rows = rows.assign(verdict=verdict.words(rows, plan.thresholds), evidence=verdict.evidence(rows))
    return rows.assign(reasons=_codes(rows, _reasons(rows)), flags=_codes(rows, _flags(rows)))


def _reasons(rows: pd.DataFrame) -> dict[str, pd.Series]:
    estimate = rows["latest_status"].isin(["P", "E"])
    open_ = rows["verdict"].isin(["likely", "effort", "behind", "risk"])
    return {
        "no_series": rows["place"] < 0,
        "no_base": (rows["place"] >= 0) & rows["base_value"].isna(),
        "too_few_points": (rows["place"] >= 0) & (rows["n_points"] < growth.LEAST_CHANGES),
        "deadline_passed": rows["closed"],
        "above_best_own": open_ & (rows["required_rate"] > rows["best_own_rate"]),
        "above_best_peer": open_ & (rows["required_rate"] > rows["best_peer_rate"]),
        "no_longer_feasible": open_ & rows["last_feasible_year"].isna(),
        "base_and_latest_estimate": open_ & estimate & (rows["last"] == rows["base_year"]),
        "estimate_may_turn": open_ & estimate & (rows["last"] != rows["base_year"]),
        "break_in_history": rows["recent_break"],
        "uncalibrated": open_,
    }


def _flags(rows: pd.DataFrame) -> dict[str, pd.Series]:
    return {
        "illustrative": rows["illustrative"],
        "break": rows["recent_break"],
        "estimate": rows["latest_status"].isin(["P", "E"]),
        "back_cast": rows["any_back_cast"],
        "definition": rows["comparator"] == "about",
    }


def _codes(rows: pd.DataFrame, conditions: dict[str, pd.Series]) -> list[list[str]]:
    table = pd.DataFrame(conditions, index=rows.index).astype(bool).to_numpy()
    names = np.array(list(conditions))
    return [names[row].tolist() for row in table]


def _projection(rows: pd.DataFrame, fitted: growth.Fit) -> pd.DataFrame:
    """Return out.projection: quantiles and mean of the index for every year to the deadline, and the probabilities."""
    shared = ["as_of", "scenario", "plan", *AREA, "activity"]
    parts = []
    farthest = (
        rows[rows["projected_value"].notna()]
        .sort_values("deadline")
        .drop_duplicates(["growth_of", *AREA, "activity"], keep="last")
    )
    for step in range(1, int(farthest["horizon"].max()) + 1 if len(farthest) else 1):
        reach = np.where(farthest["horizon"] >= step, float(step), np.nan)
        chosen = growth.Fit(*(getattr(fitted, name)[farthest.index] for name in ("level", "drift", "spread", "changes")))
        year = (farthest["last"].astype(int) + step).astype(str)
        base = farthest[shared].assign(indicator=farthest["growth_of"], time_period=year)
        for level in QUANTILE_LEVELS:
            value = np.exp(growth.quantile(chosen, reach, level))
            parts.append(base.assign(output_type="quantile", output_type_id=str(level), obs_value=value))
    chance = rows[rows["probability"].notna()]
    parts.append(
        chance[shared].assign(
            indicator=chance["indicator"],
            time_period=chance["deadline"].astype(str),
            output_type="probability",
            output_type_id=chance["target_id"],
            obs_value=chance["probability"],
        )
    )
    projection = pd.concat(parts).assign(model_id=growth.MODEL_ID).dropna(subset=["obs_value"])
    return conform(projection, PROJECTION).sort_values(list(PROJECTION.key), ignore_index=True)


def _official_class(rows: pd.DataFrame) -> pd.DataFrame:
    classed = rows[rows["dns_class"] != ""]
    frame = classed.assign(rule="dns", score=classed["dns_score"], **{"class": classed["dns_class"]})
    return conform(frame[OFFICIAL_CLASS.names], OFFICIAL_CLASS)
