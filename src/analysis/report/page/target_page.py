"""What only the page of one target shows: its history with its cells, its neighbours, what it is measured against."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from analysis.projection import outside_view
from analysis.report.chart import target_chart
from analysis.report.page.target_text import Index
from analysis.report.words import sentence
from analysis.report.words.binding import Binding, Record, plain_text, records
from analysis.schema.codelist import PARTS
from analysis.schema.database import TABLES

if TYPE_CHECKING:
    import pandas as pd

    from analysis.plan.plan import Plan

OUTSIDE_FORMS = {"share": "share:0", "origins": "count", "low": "growth:0", "high": "growth:0"}
LEAST_CHANCE = 0.4  # below it a good class never stands alone
GOOD_CLASSES = ("sun", "sun_cloud", "on_track", "acceleration_needed")
PRODUCTS = ("commune_product", "grdp")  # whose growth is that of a country's product
OUTDATED = ("part_year_below", "part_year_restored")  # reasons: the year's own figure says otherwise than the whole years
BEST = ("best_own_rate", "best_peer_rate")


def around(tables: Mapping[str, pd.DataFrame], plan: Plan) -> Record:
    """Return what belongs to the targets of a plan: decisions, targets of other sources, the pages figures come from."""
    of_plan = {name: records(tables[name][tables[name]["plan"] == plan.id]) for name in ("core.decision", "core.target")}
    annual = tables["core.annual_target"]
    of_plan["core.annual_target"] = records(annual[annual["plan"] == plan.id])
    return {
        "decisions": of_plan["core.decision"],
        "others": [
            {**row, "key": f"{name}|{plan.id}|{row['target_id']}", "last": row.get("deadline") or row.get("year")}
            for name in ("core.target", "core.annual_target")
            for row in of_plan[name]
            if not row["binding"]
        ],
        "sources": {row["source_id"]: row for row in records(tables["core.source"])},
    }


def beside(tables: Mapping[str, pd.DataFrame], plan: Plan, targets: list[Record]) -> dict[str, list[Record]]:
    """Return by target the values that other sources set for the same indicator and year: shown beside, never judged."""
    others = around(tables, plan)["others"]
    found = {one["id"]: [other for other in others if _same(other, one["row"])] for one in targets}
    return {name: rows for name, rows in found.items() if rows}


def target(one: Record, board: Record, near: Record, found: Index) -> Record:
    """Return what the page of one target shows beside its model."""
    row, card = one["row"], one["card"]
    measure = (card or {}).get("growth_of") if row["kind"] == "growth_average" else row["indicator"]
    place = (plain_text(row["ref_area"]), plain_text(row["area_valid_from"]), row["activity"] or "")
    own = found.figures.get((measure or "", *place), [])
    peer = [] if not measure else _country(found, measure, row)
    ahead = found.projections.get(("quantile", row["plan"], measure or "", *place), [])
    ahead = [one_ for one_ in ahead if (one_["model_id"] in target_chart.SUMS) == (row["kind"] == "cumulative")]
    chances = found.projections.get(("probability", row["plan"], row["indicator"] or "", *place), [])
    lines = target_chart.path(row, own, peer, ahead) if one["measured"] and measure else []
    lines = lines if len({point["year"] for point in lines}) > 1 else []  # one point is no chart
    table = found.figures.get((row["indicator"] or "", *place), [])
    good = any(class_ in GOOD_CLASSES for _, class_ in one["official"])
    same = [other for other in board["targets"] if other["row"]["indicator"] == row["indicator"] and row["indicator"]]
    return {
        "rows": lines,
        "growing": row["kind"] == "growth_average",
        "fan": any(point["lo80"] is not None for point in lines),
        "model_id": next((one_["model_id"] for one_ in chances if one_["output_type_id"] == row["target_id"]), ""),
        "parts": _parts(row, measure or "", found),
        "outside": _outside(row, found),
        "class_but_chance": good and row["probability"] is not None and row["probability"] < LEAST_CHANCE,
        "class_but_part_year": good and "part_year_below" in row["reasons"],
        "outdated": any(code in row["reasons"] for code in OUTDATED),
        "index_card": found.cards.get(measure or "", card),
        "figures": [_figure(figure, near, found) for figure in sorted(table, key=_newest, reverse=True)],
        "decisions": [one_ for one_ in near["decisions"] if row["target_id"] in one_["target_ids"]],
        "others": [other for other in near["others"] if _same(other, row)],
        "related": [
            other
            for other in same
            if other is not one and other["row"]["activity"] == row["activity"] and other["yearly"] != one["yearly"]
        ],
        "pace": [(name, form) for name, form in _pace(one) if row[name] is not None],
        "duplicates": [other for other in board["targets"] if other["id"] in board["beside"].get(one["id"], [])],
        "counted_as": [
            other
            for other in board["targets"]
            if other["id"] in (one["target"].get("duplicate_of"), one["target"].get("implied_by"))
        ],
    }


def _pace(one: Record) -> list[tuple[str, str]]:
    """Return the columns of the required path, each with its form."""
    best = [(name, f"yearly:{one['pace_form']}") for name in BEST]
    return [("required_rate", f"yearly:{one['needed_form']}"), *best, ("last_feasible_year", "year")]


def _parts(row: Record, measure: str, found: Index) -> Record:
    """Return where a total and its parts say something together: `chance` of all targets, what each `adds` in `year`."""
    if row["kind"] != "growth_average" or row["activity"] != "total":
        return {}
    place = (row["plan"], measure, plain_text(row["ref_area"]), plain_text(row["area_valid_from"]))
    of_all = [
        one
        for one in found.projections.get(("probability", *place, "total"), [])
        if (one["output_type_id"], one["time_period"]) == ("together", str(row["deadline"]))
    ]
    if not of_all:
        return {}
    added = [
        (activity, one)
        for activity in (*PARTS["sectors_taxes"], "total")
        for one in found.projections.get(("contribution", *place, activity), [])
    ]
    return {
        "chance": _key(of_all[0]),
        "year": f"{_place(added[0][1])}|time_period" if added else "",
        "adds": [(activity, _key(one)) for activity, one in added],
    }


def _place(one: Record) -> str:
    return "out.projection|" + "|".join(plain_text(one[name]) for name in TABLES["out.projection"].key)


def _key(one: Record) -> str:
    return f"{_place(one)}|obs_value"


def outside(tables: Mapping[str, pd.DataFrame]) -> dict[str, float]:
    """Return how many countries that had grown as fast reached each open five-year target of a product's growth:
    `<plan>|<target>|<share, origins, low or high>`, nothing where there is nothing to compare.
    """
    rows, cards = tables["out.progress"], tables["core.indicator"][["indicator", "concept", "growth_of"]]
    rows = rows[(rows["kind"] == "growth_average") & rows["verdict"].isin(sentence.OPEN)].merge(cards, on="indicator")
    rows = rows[rows["concept"].isin(PRODUCTS) & (rows["deadline"] - rows["base_year"] == outside_view.NEXT_YEARS)]
    place = ["growth_of", "ref_area", "area_valid_from", "activity"]
    yearly = tables["core.series"].query("freq == 'A'").rename(columns={"indicator": "growth_of"})
    yearly = yearly[[*place, "time_period", "obs_value"]].assign(year=yearly["time_period"].astype("int64"))
    last = yearly.sort_values("year").drop_duplicates(place, keep="last")
    first = yearly.assign(year=yearly["year"] + outside_view.PAST_YEARS)
    rows = rows.merge(last.merge(first, on=[*place, "year"], suffixes=("", "_before")), on=place)
    past = 100 * ((rows["obs_value"] / rows["obs_value_before"]) ** (1 / outside_view.PAST_YEARS) - 1)
    share, origins, low, high = outside_view.reached(past.to_numpy(float), rows["target"].to_numpy(float))
    made = rows.assign(share=share, origins=origins, low=low, high=high)
    made = made[np.isfinite(made[["share", "low", "high"]]).all(axis=1)]
    return {f"{row['plan']}|{row['target_id']}|{name}": float(row[name]) for row in records(made) for name in OUTSIDE_FORMS}


def _outside(row: Record, found: Index) -> dict[str, Binding]:
    """Return the outside view of one target, bound; {} where there is none."""
    key = f"outside|{row['plan']}|{row['target_id']}"
    bound = {name: Binding(f"{key}|{name}", form) for name, form in OUTSIDE_FORMS.items()}
    return bound if found.bindings.has(bound["share"].key) else {}


def _country(found: Index, measure: str, row: Record) -> list[Record]:
    if row["ref_area"] == found.country:
        return []
    for (name, area, _, activity), figures in found.figures.items():
        if (name, area, activity) == (measure, found.country, row["activity"]):
            return [figure for figure in figures if not figure["illustrative"]]
    return []


def _newest(figure: Record) -> tuple[str, int]:
    period = str(figure["time_period"])
    return period[:4], 12 if figure["freq"] == "A" else int(period[-2:].lstrip("Q") or 0)


def _same(other: Record, row: Record) -> bool:
    return (other["indicator"], other["activity"], other["last"]) == (row["indicator"], row["activity"], row["deadline"])


def _figure(figure: Record, near: Record, found: Index) -> Record:
    """Return one figure with the cells it rests on, their pages, and what other sources say."""
    key = "|".join(plain_text(figure[column]) for column in TABLES["core.series"].key)
    known = found.bindings.rows("core.observation")
    cells = [known[obs_id] for obs_id in figure["obs_ids"] if obs_id in known]
    return {
        "key": f"core.series|{key}",
        "status": figure["obs_status"],
        "marks": [mark for mark in ("break_flag", "back_cast", "illustrative") if figure[mark]],
        "cells": [
            {**cell, "source": near["sources"][cell["source_id"]], "card": found.cards[cell["indicator"]]} for cell in cells
        ],
        "conflicts": [
            {**lost, "obs": known[lost["obs_id"]], "source": near["sources"][known[lost["obs_id"]]["source_id"]]}
            for cell in cells
            for lost in found.conflicts.get(cell["obs_id"], [])
            if lost["differs"]
        ],
    }
