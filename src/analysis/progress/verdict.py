"""From numbers to the one word a leader reads, the grade of the evidence behind it, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.progress.outlook import LEAST_POINTS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from analysis.plan.plan import Plan

STRONG_POINTS = 8
FRESH, OLD = 1, 3  # years from the latest yearly figure to the day of knowledge: usual, and too many
EXACT = 1e-9
EACH_YEAR = ("annual_share", "keep_each_year")
AT_ANY_TIME = ("level_by", "range", "multiply", "zero_by", "cumulative")  # may be met before the deadline
BY_CLASS = {"sun": "likely", "sun_cloud": "effort", "cloud": "behind", "thunderstorm": "risk", "": "insufficient"}
OPEN = ("likely", "effort", "behind", "risk", "reversing")


def meets(value: pd.Series, targets: pd.DataFrame) -> pd.Series:
    """Return whether `value` meets each target (columns comparator, value_met, value_high); "gt" and "lt" are strict."""
    bound, code = targets["value_met"], targets["comparator"]
    least = value >= bound - EXACT
    most = value <= bound + EXACT
    return (
        (code.isin(["ge", "about"]) & least)
        | ((code == "gt") & (value > bound))
        | ((code == "le") & most)
        | ((code == "eq") & most & least)
        | ((code == "lt") & (value < bound))
    )


def exceeds(value: pd.Series, targets: pd.DataFrame) -> pd.Series:
    """Return whether `value` is beyond the target: above a range's upper end or, without one, above the value itself."""
    beyond = targets["value_high"].fillna(targets["value_met"])
    less_is_better = targets["comparator"].isin(["le", "lt", "eq"])
    return meets(value, targets) & ((value > beyond + EXACT) & ~less_is_better | (value < beyond - EXACT) & less_is_better)


def with_verdicts(rows: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Add verdict, evidence, reasons and flags to the rows of `assess`."""
    offset = rows["deadline"] - rows["base_year"]
    average = 100 * ((rows["level"] / rows["base_value"]) ** (1 / offset) - 1)
    actual = average.where(rows["growing"], rows["level"])
    newest = rows["latest_value"].where(rows["kind"] != "cumulative", rows["now_level"])
    within = rows["latest_period"].str.contains("-", regex=False).fillna(False).astype(bool)
    inside = (rows["part_year"] == "point") & newest.notna() & within  # counted within the year
    each_year, held = rows["kind"].isin(EACH_YEAR), meets(rows["level"], rows)
    outdated = inside & (meets(newest, rows) != meets(rows["level"], rows))
    used = rows["counted"].notna() & ~rows["growing"] & (rows["kind"] != "cumulative") & (rows["transform"] != "flag")
    rows = rows.assign(
        probability=rows["probability"].where(~outdated | used),  # of recognitions it knows whole years alone
        count_used=used,
        closed=(rows["last"] >= rows["deadline"]) & actual.notna(),
        met=meets(actual, rows) & ~rows["failed"],
        exceeded=exceeds(actual, rows) & (rows["kind"] != "keep_each_year") & ~rows["failed"],
        ahead=rows["kind"].isin(AT_ANY_TIME) & meets(newest, rows),
        slipping=each_year & held & inside & ~meets(newest, rows),
        lapsed=each_year & ~held & rows["held_before"] & ~inside,
        restored=each_year & ~held & inside & meets(newest, rows),
        no_base=(rows["base_value"].isna() & rows["kind"].isin(["growth_average", "cumulative"]))
        | (rows["value_met"].isna() & (rows["kind"] == "multiply")),
        later=rows["deadline"] > plan.last_year,
    )
    rows = rows.assign(verdict=words(rows, plan.thresholds), evidence=evidence(rows))
    return rows.assign(reasons=_codes(rows, _reasons(rows)), flags=_codes(rows, _flags(rows)))


def words(rows: pd.DataFrame, thresholds: dict[str, float]) -> NDArray[np.str_]:
    """Return the verdict of each row.

    `rows`: kind, closed, met, exceeded, ahead, failed, slipping, no_base, later (bool), place, probability (0-1, NaN for
    none), dns_class, worsening. A growth average is never "achieved" before its last year. Without a probability the
    official class decides. A level that must be kept and is not kept now is hard to reach; what is hard to reach is
    "reversing" where its average change over several years goes the wrong way, never for one year alone.
    """
    chance, kind = rows["probability"], rows["kind"]
    storm = (rows["dns_class"] == "thunderstorm") & rows["worsening"]
    return np.select(
        [
            kind.isin(["external", "not_local"]),
            rows["later"] & ~rows["ahead"],
            kind == "judged",
            rows["place"] < 0,
            rows["closed"] & rows["exceeded"],
            rows["closed"] & rows["met"],
            rows["closed"] | rows["failed"],
            rows["ahead"],
            rows["slipping"] & rows["worsening"],
            rows["slipping"],
            rows["no_base"],
            chance >= thresholds["likely"],
            chance >= thresholds["effort"],
            chance >= thresholds["behind"],
            storm,
            chance < thresholds["behind"],
        ],
        [
            kind,
            "not_due",
            kind,
            "insufficient",
            "exceeded",
            "achieved",
            "missed",
            "achieved",
            "reversing",
            "risk",
            "insufficient",
            "likely",
            "effort",
            "behind",
            "reversing",
            "risk",
        ],
        default=rows["dns_class"].map(BY_CLASS).where(~_too_few(rows), "insufficient"),
    )


def _too_few(rows: pd.DataFrame) -> pd.Series:
    """Whether there are too few figures to say more than what is still needed."""
    return (rows["n_points"] < LEAST_POINTS) | (rows["dns_class"] == "")


def evidence(rows: pd.DataFrame) -> NDArray[np.str_]:
    """Return strong, medium or weak.

    `rows`: n_points, latest_status, last (year of the latest yearly figure), as_of, and recent_break, recent_conflict,
    illustrative (bool; the last five years). Strong: 8 or more points, the newest official and of last year, no break or
    conflict. Medium: 5 to 7, or the newest not official, or two years old. Else weak.
    """
    age = pd.to_datetime(rows["as_of"]).dt.year - rows["last"]
    spoilt = rows["recent_break"] | rows["recent_conflict"] | rows["illustrative"] | (rows["n_points"] < LEAST_POINTS)
    spoilt |= ~(age < OLD)
    full = (rows["n_points"] >= STRONG_POINTS) & (rows["latest_status"] == "A") & (age <= FRESH)
    return np.select([spoilt, full], ["weak", "strong"], default="medium")


def _reasons(rows: pd.DataFrame) -> dict[str, pd.Series]:
    estimate = rows["latest_status"].isin(["P", "E"])
    open_ = rows["verdict"].isin(OPEN)
    measured = ~rows["kind"].isin(["judged", "external", "not_local"])
    lacking = rows["verdict"] == "insufficient"
    beyond = rows["toward"] * rows["required_rate"]
    judged_now = open_ | lacking
    aimed = open_ & rows["projected_value"].notna() & (rows["kind"] != "directional")
    each_year, held = rows["kind"].isin(EACH_YEAR), meets(rows["level"], rows)
    base_is_latest = (rows["latest_period"] == rows["base_year"].astype("str")) & ~rows["part_known"]
    return {
        "judged": rows["verdict"] == "judged",
        "external": rows["verdict"] == "external",
        "not_local": rows["verdict"] == "not_local",
        "not_due": rows["verdict"] == "not_due",
        "no_series": measured & (rows["place"] < 0),
        "no_base": measured & (rows["place"] >= 0) & rows["no_base"],
        "too_few_points": lacking & (rows["place"] >= 0) & ~rows["no_base"],
        "deadline_passed": rows["closed"],
        "year_failed": rows["failed"] & ~rows["closed"],
        "met_ahead": (rows["verdict"] == "achieved") & ~rows["closed"],
        "part_year_below": open_ & rows["slipping"],
        "no_longer_held": open_ & rows["lapsed"],
        "moving_away": rows["verdict"] == "reversing",
        "below_each_year": open_ & each_year & ~held & ~rows["lapsed"] & ~rows["restored"],
        "part_year_restored": open_ & rows["restored"],
        "last_change_wrong": open_ & (rows["kind"] == "directional") & rows["dns_class"].isin(["sun_cloud", "thunderstorm"]),
        "projection_short": aimed & ~meets(rows["projected_value"], rows),
        "above_best_own": judged_now & (beyond > rows["toward"] * rows["best_own_rate"] + EXACT),
        "above_best_peer": judged_now & (beyond > rows["toward"] * rows["best_peer_rate"] + EXACT),
        "no_longer_feasible": open_
        & rows["last_feasible_year"].isna()
        & rows["best_own_rate"].notna()
        & rows["required_rate"].notna(),
        "projection_reaches": aimed & meets(rows["projected_value"], rows),
        "projection_alone": open_ & rows["projected_value"].notna() & (rows["kind"] == "directional"),
        "level_held": open_ & each_year & held & ~rows["slipping"],
        "not_recognised": open_ & (rows["transform"] == "flag") & ~meets(rows["level"], rows),
        "part_year_used": open_ & (rows["part_known"] | (rows["count_used"] & rows["probability"].notna())),
        "country_months_used": open_ & rows["beside"].notna() & rows["probability"].notna(),
        "base_estimated": judged_now & rows["base_estimated"],
        "base_and_latest_estimate": open_ & estimate & base_is_latest,
        "estimate_may_turn": (open_ | rows["closed"]) & estimate & ~base_is_latest,
        "break_in_history": rows["recent_break"],
        "class_decides": open_ & rows["probability"].isna() & ~rows["slipping"],
    }


def _flags(rows: pd.DataFrame) -> dict[str, pd.Series]:
    return {
        "illustrative": rows["illustrative"],
        "break": rows["recent_break"],
        "estimate": rows["latest_status"].isin(["P", "E"]),
        "back_cast": rows["any_back_cast"],
        "definition": rows["comparator"] == "about",
        "part_year": rows["part_known"] | (rows["count_used"] & rows["probability"].notna()),
    }


def _codes(rows: pd.DataFrame, conditions: dict[str, pd.Series]) -> list[list[str]]:
    table = pd.DataFrame(conditions, index=rows.index).astype(bool).to_numpy()
    names = np.array(list(conditions))
    return [names[row].tolist() for row in table]
