"""Every target of a plan against what is known: projection, progress and official class, for one area or thousands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.plan.plan import UNMEASURED, Plan, judged
from analysis.progress import classify, history, identity, outlook, required, verdict
from analysis.progress.history import AREA, PLACE, History
from analysis.progress.identity import Together
from analysis.projection.pool import Pool, beside, paces_of
from analysis.schema.codelist import NOT_APPLICABLE, QUANTILE_LEVELS
from analysis.schema.out import OFFICIAL_CLASS, PROGRESS, PROJECTION
from analysis.schema.table import conform

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

EACH_YEAR = ("annual_share", "keep_each_year", "directional")  # there is no path: every year counts for itself
MEASURE = ["measure", *AREA, "activity"]
CARD = ["indicator", "growth_of", "transform", "direction", "lower", "upper", "formula", "part_year", "concept"]


@dataclass(frozen=True)
class Assessment:
    """Frames out.projection, out.progress, out.official_class."""

    projection: pd.DataFrame
    progress: pd.DataFrame
    official_class: pd.DataFrame


def assess(series: pd.DataFrame, plan: Plan, scenario: str, pool: Pool, as_of: str) -> Assessment:
    """Return one row of progress a target and area: the plan's own area and every other in `series` (core.series).

    `scenario` names the rows; `as_of` is the day of knowledge, YYYY-MM-DD. Rows do not depend on which other areas are in
    `series`. An area without figures gets "insufficient"; one with real figures has no invented target of a year.
    """
    rows = _rows(series, plan, pool).assign(plan=plan.id, scenario=scenario, as_of=as_of)
    yearly = history.yearly(series[series["indicator"].isin(rows["measure"])])
    rows = _with_figures(rows, series, yearly)
    figures = history.at(yearly, rows["place"])
    levels = _levels(rows, figures)
    rows = outlook.with_country(_with_now(rows, series, figures, levels), pool)
    found = identity.together(rows, outlook.project(rows, figures, series, pool))
    rows = classify.with_classes(rows, levels)
    rows = _with_projection(rows, found.outlook)
    rows = _with_required(rows, pool, series)
    rows = verdict.with_verdicts(rows, plan)
    progress = rows.rename(columns={"value_met": "target"})[PROGRESS.names]
    return Assessment(_projection(rows, found), conform(progress, PROGRESS), _official_class(rows))


def _rows(series: pd.DataFrame, plan: Plan, pool: Pool) -> pd.DataFrame:
    """Return every target in every area with its card, the measure judged (`measure`) and the arithmetic (`rate_unit`)."""
    own = pd.DataFrame({"ref_area": [plan.ref_area], "area_valid_from": [pd.Timestamp(plan.area_valid_from)]})
    areas = pd.concat([own, series[AREA]]).drop_duplicates()
    areas = areas.astype({"ref_area": "str", "area_valid_from": "datetime64[s]"})
    kinds = pool.areas.rename(columns={"valid_from": "area_valid_from", "kind": "area_kind"})
    areas = areas.merge(kinds[[*AREA, "area_kind"]], on=AREA, how="left")
    real = pd.MultiIndex.from_frame(series.loc[~series["illustrative"], AREA])
    rows = areas.merge(judged(plan).merge(pool.cards[CARD], on="indicator", how="left"), how="cross")
    rows = rows[~(rows.pop("illustrative") & pd.MultiIndex.from_frame(rows[AREA]).isin(real))].reset_index(drop=True)
    parts = pool.cards.set_index("indicator")["parts"]
    growing = rows["kind"] == "growth_average"
    measured = ~rows["kind"].isin(UNMEASURED)
    rows["measure"] = rows["growth_of"].where(growing, rows["indicator"]).where(measured)
    rows["growing"], rows["parts"] = growing, rows["measure"].map(parts)
    pct = growing | ((rows["transform"] == "log") & (rows["kind"] != "cumulative"))
    rows["rate_unit"] = pd.Series(np.where(pct, "pct", "step"), index=rows.index).where(measured)
    fewer = rows["comparator"].isin(["le", "lt", "eq"])
    rows["toward"] = np.where(fewer, -1.0, np.where(rows["kind"] == "directional", rows["direction"], 1.0)).astype(float)
    return rows


def _with_figures(rows: pd.DataFrame, series: pd.DataFrame, yearly: History) -> pd.DataFrame:
    """Add the place in `yearly` (-1 for none), the last year, the newest figure and the marks of each row."""
    places = yearly.places[[*PLACE, "last"]].reset_index(names="place").rename(columns={"indicator": "measure"})
    rows = rows.merge(places, on=MEASURE, how="left")
    rows = rows.assign(place=rows["place"].fillna(-1).astype("int64"), last=rows["last"].astype("float64"))
    names = {"time_period": "latest_period", "obs_value": "latest_value", "obs_status": "latest_status"}
    annual = history.newest(series, ("A",)).rename(columns=names)
    recent = history.newest(series, ("A", "M")).rename(columns=names)
    shown = [*PLACE, *names.values()]
    point = (rows["part_year"] == "point") & ~rows["growing"]
    chosen = {True: recent[shown], False: annual[shown]}
    parts = [rows[point == which].merge(figures, on=PLACE, how="left") for which, figures in chosen.items()]
    index = [*rows.index[point], *rows.index[~point]]
    rows = pd.concat([part for part in parts if len(part)]).set_axis(index).sort_index()
    return history.with_marks(rows, series, MEASURE)


def _levels(rows: pd.DataFrame, figures: Floats) -> Floats:
    """Return the yearly figures each row is judged by; of a sum, what has come together since the base year."""
    summed = (rows["kind"] == "cumulative").to_numpy()[:, None]
    return np.where(summed, history.since(figures, rows["last"], rows["base_year"]), figures)


def _with_now(rows: pd.DataFrame, series: pd.DataFrame, figures: Floats, levels: Floats) -> pd.DataFrame:
    """Add base, level at the deadline or last year, how far the current year is known, and `horizon`, the years left.

    `now` is the time up to which something is known: the last year, a year later where the growth of that year's first
    months is known (`change`, logarithm; `month`), a part of a year later for sums. `value_met` of a multiple is computed.
    """
    known = (~np.isnan(figures)).sum(axis=1)
    rows["n_points"] = np.where(rows["growing"], np.maximum(known - 1, 0), known)
    rows["base_value"] = history.level_in(levels, rows["last"], rows["base_year"])
    rows = history.with_base(rows, levels, outlook.LEAST_POINTS)
    rows["level"] = history.level_in(levels, rows["last"], np.minimum(rows["last"], rows["deadline"]))
    times = rows["kind"] == "multiply"
    base = rows["base_value"].where(rows["base_value"] > 0)  # twice nothing is no target
    rows["value_met"] = rows["value_met"].where(~times, np.ceil(rows["value_met"] * base - 1e-9))
    names = {"obs_value": "part_value", "year": "part_year_of", "time_period": "part_period"}
    part = history.newest(series, ("YTD",)).rename(columns=names)
    rows = rows.merge(part[[*PLACE, *names.values(), "part"]], on=PLACE, how="left")
    rows = history.with_count(rows, series)
    current = (rows["part_year_of"] == rows["last"] + 1) & (rows["part_year_of"] <= rows["deadline"])
    growing, summed = current & rows["growing"], current & (rows["kind"] == "cumulative")
    rows["change"] = np.log1p(rows["part_value"].where(growing) / 100)
    rows["month"] = (rows["part"] * 12).where(growing)
    rows["now"] = rows["last"] + np.select([growing, summed], [1.0, rows["part"]], 0.0)
    level = np.exp(rows["change"].fillna(0.0)) * rows["level"] + rows["part_value"].where(summed, 0.0)
    rows["now_level"] = level.where(rows["now"] <= rows["deadline"], rows["level"])
    total = rows["kind"] == "cumulative"
    rows["latest_value"] = rows["latest_value"].where(~total, rows["now_level"])
    rows["latest_period"] = rows["latest_period"].where(~summed, rows["part_period"])
    horizon = (rows["deadline"] - rows["now"]).to_numpy(float)
    open_ = (horizon >= 0) & (rows["last"] < rows["deadline"]).to_numpy()
    return rows.assign(part_known=growing | summed, horizon=horizon, open=open_)


def _goal(rows: pd.DataFrame) -> Floats:
    """Return the level that meets each target: of a growth average, the base grown at the target's rate."""
    years = (rows["deadline"] - rows["base_year"]).to_numpy(float)
    value = rows["value_met"].to_numpy(float)
    with np.errstate(invalid="ignore"):
        grown = rows["base_value"].to_numpy(float) * (1 + value / 100) ** years
    return np.asarray(np.where(rows["growing"], grown, value))


def _with_projection(rows: pd.DataFrame, ahead: outlook.Outlook) -> pd.DataFrame:
    """Add projected value, its 80 % range, probability and model; of a period that is over its result."""
    rows = rows.assign(goal=_goal(rows), **outlook.at_deadline(rows, ahead))
    over = rows["last"] >= rows["deadline"]
    return rows.assign(projected_value=rows["projected_value"].where(~over, _in_unit(rows, rows["level"].to_numpy(float))))


def _in_unit(rows: pd.DataFrame, level: Floats) -> Floats:
    """Return a level in the target's unit: for a growth average the mean growth since the base year, %/year."""
    years = (rows["deadline"] - rows["base_year"]).to_numpy(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        average = 100 * ((level / rows["base_value"].to_numpy(float)) ** (1 / years) - 1)
    return np.where(rows["growing"], average, level)


def _with_required(rows: pd.DataFrame, pool: Pool, series: pd.DataFrame) -> pd.DataFrame:
    """Add what is still needed a year, the best paces over as many years, and the last feasible year."""
    left = np.where(rows["open"], rows["horizon"], np.nan)
    level, goal = rows["now_level"].to_numpy(float), rows["goal"].to_numpy(float)
    pct = (rows["rate_unit"] == "pct").to_numpy()
    each_year = (rows["kind"].isin(EACH_YEAR) | (rows["unit_measure"] == "FLAG")).to_numpy()
    summed = (rows["kind"] == "cumulative").to_numpy()  # what comes in a year is no pace of change
    needed = np.where(pct, required.rate_pct(level, goal, left), required.step(level, goal, left))
    # the whole of the period is ahead: the needed rate is the target's own, to the last digit
    whole = (rows["growing"] & (rows["now"] == rows["base_year"])).to_numpy() & ~np.isnan(needed)
    needed = np.where(whole, rows["value_met"], needed)
    own, peer = (np.where(summed, np.nan, best) for best in _best(rows, pool, series))
    toward = rows["toward"].to_numpy(float)
    best = np.fmax(toward * own, toward * peer)
    with np.errstate(invalid="ignore", divide="ignore"):
        per_year = np.where(pct, np.log1p(best / 100), best)
        usual = np.where(pct, np.log1p(_pace(rows) / 100), toward * rows["slope"])
        missing = toward * np.where(pct, np.log(goal / level), goal - level)
    now, deadline = rows["now"].to_numpy(float), rows["deadline"].to_numpy(float)
    last = required.last_feasible_year(missing, usual, per_year, now, deadline)
    last = np.where(each_year | np.isnan(left), np.nan, np.floor(last + 1e-9))
    return rows.assign(
        required_rate=np.where(each_year, np.nan, needed),
        best_own_rate=np.where(each_year, np.nan, own),
        best_peer_rate=np.where(each_year, np.nan, peer),
        last_feasible_year=pd.Series(last, index=rows.index).round().astype("Int64"),
    )


def _pace(rows: pd.DataFrame) -> Floats:
    """Return the pace, %/year, at which the projection goes on from now."""
    with np.errstate(invalid="ignore", divide="ignore"):
        ahead = np.where(
            rows["growing"],
            rows["base_value"] * (1 + rows["projected_value"] / 100) ** (rows["deadline"] - rows["base_year"]),
            rows["projected_value"],
        )
        return np.asarray(100 * ((ahead / rows["now_level"]) ** (1 / rows["horizon"]) - 1))


def _best(rows: pd.DataFrame, pool: Pool, series: pd.DataFrame) -> tuple[Floats, Floats]:
    """Return the best own and best peer pace over as many years as are left, NaN when none is so long."""
    length = np.ceil(rows["horizon"].where(rows["open"] & (rows["horizon"] > 0)) - 1e-9)
    keys = rows.assign(length=length)[[*MEASURE, "length", "area_kind", "toward"]].dropna(subset=["length"])
    keys = keys.astype({"length": "int64"}).reset_index(names="row")
    keys = keys.rename(columns={"measure": "indicator", "area_kind": "kind"})
    levels = series[(series["freq"] == "A") & series["indicator"].isin(keys["indicator"])]
    levels = levels.merge(pool.cards[["indicator", "transform"]], on="indicator")
    paces = pd.concat([paces_of(levels, one) for one in sorted(set(keys["length"]))] or [paces_of(levels, 1)])
    found = keys.merge(paces, on=[*PLACE, "length"])
    found = found.assign(better=found["obs_value"] * found["toward"]).sort_values("better")
    others = beside(pool, keys, pool.table[pool.table["statistic"] == "best_pace"], "length").sort_values("rank")
    own, peer = (
        best.drop_duplicates("row", keep=keep).set_index("row")["obs_value"].reindex(rows.index).to_numpy(float)
        for best, keep in ((found, "last"), (others, "first"))
    )
    return own, peer


def _projection(rows: pd.DataFrame, found: Together) -> pd.DataFrame:
    """Return out.projection: quantiles of each measure for every year ahead, probabilities, contributions."""
    shared = ["as_of", "scenario", "plan", *AREA, "activity"]
    ahead, values = found.outlook, outlook.in_measure(found.outlook)
    base = rows[[*shared, "measure", "kind"]].iloc[ahead.row].reset_index(drop=True)
    base = base.assign(time_period=ahead.year.astype("str"), model_id=ahead.answers.model, output_type="quantile")
    sums = base["kind"] == "cumulative"
    first = ~base.assign(sums=sums).duplicated([*MEASURE, "time_period", "sums"]) & ~np.isnan(values[:, 0])
    base = base.drop(columns="kind").rename(columns={"measure": "indicator"})[first]
    levels = np.tile([str(level) for level in QUANTILE_LEVELS], len(base))
    each = base.loc[base.index.repeat(len(QUANTILE_LEVELS))]
    parts = [each.assign(output_type_id=levels, obs_value=values[first].ravel())]
    chance = rows[rows["probability"].notna()].assign(output_type="probability")
    names = {"deadline": "time_period", "target_id": "output_type_id", "probability": "obs_value"}
    parts.append(chance.rename(columns=names)[[*shared, "indicator", "model_id", "output_type", *names.values()]])
    parts += [
        _of_paths(rows, table, *kind)
        for table, kind in (
            (found.chance.assign(activity="total"), ("probability", "together")),
            (found.contribution, ("contribution", NOT_APPLICABLE)),
        )
    ]
    whole = pd.concat(parts).astype({"time_period": "str"})
    return conform(whole, PROJECTION).sort_values(list(PROJECTION.key), ignore_index=True)


def _of_paths(rows: pd.DataFrame, table: pd.DataFrame, output_type: str, output_type_id: str) -> pd.DataFrame:
    """Return rows of out.projection from what a total and its parts have together (identity.Together)."""
    names = {"measure": "indicator", "year": "time_period", "value": "obs_value"}
    known = {name: rows[name].iloc[0] for name in ("as_of", "scenario", "plan")} if len(rows) else {}
    made = table.rename(columns=names).assign(**known, model_id=identity.MODEL_ID)
    return made.assign(output_type=output_type, output_type_id=output_type_id)


def _official_class(rows: pd.DataFrame) -> pd.DataFrame:
    parts = []
    for rule in classify.RULES:
        classed = rows[rows[f"{rule}_class"] != ""]
        parts.append(classed.assign(rule=rule, score=classed[f"{rule}_score"], **{"class": classed[f"{rule}_class"]}))
    return conform(pd.concat(parts)[OFFICIAL_CLASS.names], OFFICIAL_CLASS)
