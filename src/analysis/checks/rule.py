"""The SQL rules of rules/*.sql: each returns the `row_id` of every offending row."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from analysis import store
from analysis.schema.out import CHECK_RESULT
from analysis.schema.table import conform

if TYPE_CHECKING:
    import pandas as pd

FOLDER = Path(__file__).parent


def declared() -> list[dict[str, str]]:
    """Return the rows of rule.csv: check_id, table_name, severity, threshold."""
    with (FOLDER / "rule.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def run(frames: Mapping[str, pd.DataFrame], as_of: str, rules: list[dict[str, str]] | None = None) -> pd.DataFrame:
    """Return out.check_result, a row a rule. `frames`: the tables the rules read, by name (`core.observation`;
    `core.standing` are the observations that stand on the day `as_of`); `rules`: by default all.
    """
    import pandas as pd

    rules = declared() if rules is None else rules
    queries = {}
    for rule in rules:
        sql = (FOLDER / "rules" / f"{rule['check_id']}.sql").read_text(encoding="utf-8")
        parameter = pd.DataFrame({"as_of": pd.to_datetime([as_of]), "threshold": [float(rule["threshold"] or "nan")]})
        queries[rule["check_id"]] = (sql, parameter)
    found = store.query_frames(queries, frames)
    rows = []
    for rule in rules:
        name = rule["check_id"]
        offending = sorted(str(row) for row in found[name]["row_id"])
        rows.append((name, rule["table_name"], rule["severity"], not offending, len(offending), offending))
    return conform(pd.DataFrame(rows, columns=CHECK_RESULT.names), CHECK_RESULT)
