"""The SQL rules of rules/*.sql: each returns the obs_id of every offending row."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from analysis import store
from analysis.schema import CHECK_RESULT, conform

if TYPE_CHECKING:
    import pandas as pd

FOLDER = Path(__file__).parent


def declared() -> list[dict[str, str]]:
    """Return the rows of rule.csv: check_id, table_name, severity."""
    with (FOLDER / "rule.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def run(frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return out.check_result, a row a rule. `frames`: the tables the rules read, by name (`core.observation`)."""
    import pandas as pd

    rows = []
    for rule in declared():
        sql = (FOLDER / "rules" / f"{rule['check_id']}.sql").read_text(encoding="utf-8")
        offending = store.query_frames(sql, frames)["obs_id"].tolist()
        rows.append((*rule.values(), not offending, len(offending), offending))
    return conform(pd.DataFrame(rows, columns=CHECK_RESULT.names), CHECK_RESULT)
