"""What is to be expected of each target: the projection of its measure for every year from the latest to the deadline."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.progress.history import AREA, PLACE
from analysis.projection import nowcast, question
from analysis.projection.method import regional
from analysis.projection.pool import Pool, peers
from analysis.projection.question import Answers, Questions
from analysis.schema.codelist import QUANTILE_LEVELS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int_]

LEAST_POINTS = 5  # with fewer nothing is said but what is still needed
LONGEST = 10  # years: nothing farther ahead was ever tested
PRODUCTION = ("commune_product", "grdp", "value_added", "gross_output")
FIRM = ("A",)  # status of figures that no revision is expected for


@dataclass(frozen=True)
class Outlook:
    """One element a target and year ahead of it: the place of its row, the year, the question and its answer."""

    row: Ints
    year: Ints
    questions: Questions
    answers: Answers


def project(rows: pd.DataFrame, figures: Floats, series: pd.DataFrame, pool: Pool) -> Outlook:
    """Project every open target of the rows of `assess` to each year up to its deadline.

    `figures`: the yearly figures of each row's measure as observed, oldest first. Targets with fewer than LEAST_POINTS
    points, past their deadline or with one more than LONGEST years ahead are left out.
    """
    start = _start(rows)
    ahead = rows["deadline"].to_numpy(float) - start
    able = (rows["n_points"] >= LEAST_POINTS).to_numpy() & rows["open"].to_numpy() & (ahead <= LONGEST)
    count = np.where(able, np.nan_to_num(ahead), 0).astype(int)
    place = np.repeat(np.arange(len(rows)), count)
    step = np.arange(len(place)) - np.repeat(np.cumsum(count) - count, count) + 1
    asked = question.take(_questions(rows, figures, series, pool), place)
    year = asked.last + step
    asked = dataclasses.replace(asked, deadline=year)
    return Outlook(place, year, asked, nowcast.project(asked))


def _start(rows: pd.DataFrame) -> Floats:
    """Return the year that the projection of each row begins after: the last with a figure, or the base year beyond it, as
    what counts is how far the figure moves from its base.
    """
    last, beyond = rows["last"].to_numpy(float), rows["base_estimated"] & (rows["base_year"] > rows["last"])
    return np.asarray(np.where(beyond.to_numpy(), rows["base_year"].to_numpy(float), last))


def _questions(rows: pd.DataFrame, figures: Floats, series: pd.DataFrame, pool: Pool) -> Questions:
    """Return each row as a question to its deadline; a multiple is asked as the level it means."""
    summed, known = rows["kind"] == "cumulative", rows["part_known"]
    places = _places(rows)
    drift, spread = (_peers(rows, places, pool, name) for name in ("log_change_mean", "log_change_sd"))
    return Questions(
        kind=rows["kind"].where(rows["kind"] != "multiply", "level_by").to_numpy(str),
        transform=rows["transform"].fillna("").to_numpy(str),
        comparator=rows["comparator"].fillna("").to_numpy(str),
        history=_from_base(rows, figures),
        last=np.nan_to_num(_start(rows)).astype("int64"),
        base_year=rows["base_year"].to_numpy("int64"),
        deadline=rows["deadline"].to_numpy("int64"),
        base_value=rows["base_value"].to_numpy(float),
        target=rows["value_met"].to_numpy(float),
        units=_units(rows, series),
        in_percent=(rows["unit_measure"] == "PC").to_numpy(),
        peer_drift=drift,
        peer_spread=spread,
        change=rows["change"].fillna(rows["country_change"]).to_numpy(float),
        month=rows["month"].fillna(rows["country_month"]).to_numpy(float),
        beside=rows["beside"].to_numpy(float),
        estimate=(rows["growing"] & ~rows["latest_status"].isin(FIRM) & (rows["last"] > rows["base_year"])).to_numpy(),
        so_far=rows["now_level"].where(summed).to_numpy(float),
        first_part=1 - rows["part"].where(summed & known, 0.0).to_numpy(float),
        counted=rows["counted"].to_numpy(float),
        counted_month=rows["counted_month"].fillna(0.0).to_numpy(float),
        stock=(rows["part_year"] == "point").to_numpy(),
        usual_part=rows["usual_part"].to_numpy(float),
        production=rows["concept"].isin(PRODUCTION).to_numpy(),
        lower=rows["lower"].to_numpy(float),
        upper=rows["upper"].to_numpy(float),
    )


def _from_base(rows: pd.DataFrame, figures: Floats) -> Floats:
    """Return the figures; where the base year lies beyond the last, moved to end in the estimate of the base: from there on
    they go as they would have gone from their last.
    """
    beyond = (rows["base_estimated"] & (rows["base_year"] > rows["last"])).to_numpy()
    with np.errstate(invalid="ignore", divide="ignore"):
        factor = np.where(beyond, rows["base_value"].to_numpy(float) / figures[:, -1], 1.0)
    return np.where(beyond[:, None], figures * factor[:, None], figures)


def with_country(rows: pd.DataFrame, pool: Pool) -> pd.DataFrame:
    """Add what the country's months say of the year after each growth average's last that has none of its own, NaN where
    they say nothing: `country_change`, `country_month` and `beside` (question.Questions).
    """
    places = _places(rows)
    so_far = pool.table[pool.table["statistic"] == "country_so_far"].drop_duplicates(["indicator", "activity"])
    known = places[["indicator", "activity"]].merge(so_far, on=["indicator", "activity"], how="left").set_index(rows.index)
    next_year = known["time_period"].str.slice(0, 4).astype("float64") == rows["last"] + 1
    known = known.where(rows["growing"] & rows["change"].isna() & next_year & (rows["last"] + 1 <= rows["deadline"]))
    own = {}
    for name in ("log_beyond_mean", "log_beyond_sd"):
        table = pool.table.loc[pool.table["statistic"] == name, [*PLACE, "obs_value", "length"]]
        own[name] = places[PLACE].merge(table, on=PLACE, how="left").set_index(rows.index)
    mean, spread = (peers(pool, name, places).to_numpy(float) for name in own)
    change = regional.change(known["obs_value"], own["log_beyond_mean"]["obs_value"], mean)
    beside = regional.error(own["log_beyond_sd"]["obs_value"], spread, own["log_beyond_sd"]["length"], regional.learnt()[1])
    found = {"country_change": change, "country_month": known["length"], "beside": beside}
    said = pd.DataFrame(found, index=rows.index).astype(float)
    return rows.join(said.where(said.notna().all(axis=1)))


def _places(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the place (PLACE) and kind of area of each row's measure."""
    places = rows.drop(columns=["indicator", "kind"]).rename(columns={"measure": "indicator", "area_kind": "kind"})
    return places[[*PLACE, "kind"]]


def _peers(rows: pd.DataFrame, places: pd.DataFrame, pool: Pool, statistic: str) -> Floats:
    """Return the median of the other areas' growth for growth averages, NaN for the rest."""
    return np.asarray(np.where(rows["growing"], peers(pool, statistic, places).to_numpy(float), np.nan))


def _units(rows: pd.DataFrame, series: pd.DataFrame) -> Floats:
    """Return N of "x of N": the denominator of the card's formula in the latest year, or the card's upper bound."""
    whole = rows["formula"].astype("str").str.replace(r".*/\s*", "", regex=True)
    asked = rows.assign(whole=whole.where(rows["transform"] == "binomial"), year=rows["last"].astype("Int64").astype("str"))
    yearly = series.loc[series["freq"] == "A", [*PLACE, "time_period", "obs_value"]]
    yearly = yearly.rename(columns={"indicator": "whole", "time_period": "year"})
    found = asked[["whole", *AREA, "activity", "year"]].merge(yearly, how="left")["obs_value"].to_numpy(float)
    bounded = (rows["transform"] == "binomial") & (rows["unit_measure"] != "PC")
    return np.asarray(np.where(bounded, rows["upper"].to_numpy(float), found))


def at_deadline(rows: pd.DataFrame, outlook: Outlook) -> pd.DataFrame:
    """Return the projected value with its 80 % range, the probability and the model of each row, missing where there is
    none.
    """
    due = outlook.year == rows["deadline"].to_numpy()[outlook.row]
    answers, row = question.take_answers(outlook.answers, due), outlook.row[due]
    low, high = (answers.quantiles[:, QUANTILE_LEVELS.index(level)] for level in (0.1, 0.9))
    found = {"projected_value": answers.projected, "lo80": low, "hi80": high, "probability": answers.probability}
    made = pd.DataFrame(index=rows.index)
    for name, values in found.items():
        whole = np.full(len(rows), np.nan)
        whole[row] = values
        made[name] = whole
    made["model_id"] = ""
    made.iloc[row, made.columns.get_loc("model_id")] = answers.model
    return made


def in_measure(outlook: Outlook) -> Floats:
    """Return the quantiles of each element in the unit of its measure: of a growth average the level that grows."""
    asked = outlook.questions
    years = (outlook.year - asked.base_year).astype(float)
    grown = asked.base_value[:, None] * (1 + outlook.answers.quantiles / 100) ** years[:, None]
    growing = (asked.kind == "growth_average")[:, None]
    return np.where(growing, grown, outlook.answers.quantiles)
