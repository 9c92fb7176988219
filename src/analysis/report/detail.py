"""What only one page shows: a target's history with its cells, its neighbours; the quality of the data; the words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from analysis.progress import summary
from analysis.reference import wording
from analysis.report import chart
from analysis.report.binding import Bindings, Record, plain_text, records
from analysis.report.model import Index
from analysis.schema import TABLES

if TYPE_CHECKING:
    import pandas as pd

    from analysis.plan.plan import Plan

MOST_ADDRESSES = 20  # of the rows a check found, shown on the quality page
PACE = (("required_rate", "rate"), ("best_own_rate", "rate"), ("best_peer_rate", "rate"), ("last_feasible_year", "year"))


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
    ahead = found.projections.get((row["plan"], measure or "", *place), [])
    lines = chart.path(row, own, peer, ahead) if one["measured"] and measure else []
    table = found.figures.get((row["indicator"] or "", *place), [])
    same = [other for other in board["targets"] if other["row"]["indicator"] == row["indicator"] and row["indicator"]]
    return {
        "rows": lines,
        "growing": row["kind"] == "growth_average",
        "index_card": found.cards.get(measure or "", card),
        "figures": [_figure(figure, near, found) for figure in sorted(table, key=_newest, reverse=True)],
        "decisions": [one_ for one_ in near["decisions"] if row["target_id"] in one_["target_ids"]],
        "others": [other for other in near["others"] if _same(other, row)],
        "related": [
            other
            for other in same
            if other is not one and other["row"]["activity"] == row["activity"] and other["yearly"] != one["yearly"]
        ],
        "pace": [(name, one["rate"] if form == "rate" else form) for name, form in PACE if row[name] is not None],
        "duplicates": [other for other in board["targets"] if other["id"] in board["beside"].get(one["id"], [])],
        "counted_as": [
            other
            for other in board["targets"]
            if other["id"] in (one["target"].get("duplicate_of"), one["target"].get("implied_by"))
        ],
    }


def _country(found: Index, measure: str, row: Record) -> list[Record]:
    if row["ref_area"] == found.country:
        return []
    for (name, area, _, activity), figures in found.figures.items():
        if (name, area, activity) == (measure, found.country, row["activity"]):
            return figures
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


def quality(tables: Mapping[str, pd.DataFrame], bindings: Bindings) -> Record:
    """Return what the page on the quality of the data shows."""
    observed = bindings.rows("core.observation")
    sources = {row["source_id"]: row for row in records(tables["core.source"])}
    files = {row["path"]: row for row in records(tables["raw.manifest"])}
    accounts = records(tables["out.row_account"])
    used: dict[str, list[str]] = {}
    for obs_id, row in observed.items():
        used.setdefault(row["source_id"], []).append(obs_id)

    def vintage(obs_id: str) -> Any:
        return observed[obs_id]["vintage"]

    reasons = _skipped(tables)
    return {
        "checks": [_check(row, observed) for row in records(tables["out.check_result"].sort_values(["passed", "check_id"]))],
        "accounts": [{**row, "reasons": reasons.get((row["file"], row["sheet"]), [])} for row in accounts],
        "rejected": records(tables["core.rejected"]),
        "sources": [
            {**sources[name], "latest": (last := max(ids, key=vintage)), "assumed": observed[last]["vintage_assumed"]}
            for name, ids in used.items()
        ],
        "files": files,
        "conflicts": [
            {**row, "lost": observed[row["obs_id"]], "won": observed[row["winner_obs_id"]]}
            for row in records(tables["core.conflict"])
            if row["differs"]
        ],
        "cards_by_id": {row["indicator"]: row for row in records(tables["core.indicator"])},
        "areas": {(row["ref_area"], plain_text(row["valid_from"])): row for row in records(tables["core.area"])},
    }


def skipped(tables: Mapping[str, pd.DataFrame]) -> dict[str, int]:
    """Return how many rows of each sheet were passed over for each reason: `skipped|<file>|<sheet>|<reason>`."""
    counted = tables["out.row_skipped"].groupby(["file", "sheet", "reason"]).size()
    return {f"skipped|{file}|{sheet}|{reason}": int(count) for (file, sheet, reason), count in counted.items()}


def _skipped(tables: Mapping[str, pd.DataFrame]) -> dict[tuple[str, str], list[tuple[str, str]]]:
    made: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for key in skipped(tables):
        _, file, sheet, reason = key.split("|")
        made.setdefault((file, sheet), []).append((reason, f"count|{key}"))
    return made


def _check(row: Record, observed: Mapping[str, Record]) -> Record:
    name = f"check_{row['check_id']}"
    found = [observed.get(one, {"name": one}) for one in row["rows_offending"][:MOST_ADDRESSES]]
    result = "passed" if row["passed"] else "warning" if row["severity"] == "warning" else "stopped"
    return {**row, "text": name if name in wording.texts() else "", "result": result, "found": found}


def words(plans: Sequence[Plan]) -> dict[str, Any]:
    """Return the words of a verdict in order and each plan's thresholds."""
    return {"verdicts": summary.ORDER, "plans": list(plans)}
