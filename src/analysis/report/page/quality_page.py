"""What the page on the quality of the data shows: checks, refused cells, the account of rows, conflicts, sources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from analysis.reference import wording
from analysis.report.words.binding import Bindings, Record, plain_text, records

if TYPE_CHECKING:
    import pandas as pd

MOST_ADDRESSES = 20  # of the rows a check found


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
        "in_use": {row["file"] for row in observed.values()},  # an invented file is not once there are real figures
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
