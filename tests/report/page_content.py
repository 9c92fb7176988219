"""What the page is made of, small: the real thread's tables with checks and accounts made by hand."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from analysis.progress.assess import assess
from analysis.schema import TABLES, conform

RUN = {"run_id": "0123456789ab", "as_of": "2026-10-15"}


def content(thread: SimpleNamespace) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    """Return the tables by name, each conforming to its contract, and the run."""
    own = thread.series[thread.series["ref_area"] == thread.plan.ref_area]
    result = assess(own, thread.plan, "baseline", thread.pool, RUN["as_of"])
    file = thread.register["path"].iloc[0]
    count = len(thread.observation)
    checks = [
        ("key_unique", "critical", True, 0),
        ("vintage_known", "warning", False, count),
        ("a_check_without_a_name", "critical", True, 0),
    ]
    frames = {
        "raw.manifest": thread.register,
        "core.indicator": thread.cards,
        "core.area": thread.reference["area"],
        "core.source": thread.reference["source"],
        "core.target": thread.plan.target.assign(plan=thread.plan.id),
        "core.annual_target": thread.plan.annual_target.assign(plan=thread.plan.id),
        "core.observation": thread.observation,
        "core.series": thread.series,
        "core.conflict": thread.conflict,
        "out.row_account": pd.DataFrame(
            [{"file": file, "sheet": "_Z", "rows_in": count, "loaded": count, "rejected": 0, "skipped": 0}]
        ),
        "out.check_result": pd.DataFrame(
            [
                {
                    "check_id": check,
                    "table_name": "core.observation",
                    "severity": severity,
                    "passed": passed,
                    "rows_failed": failed,
                    "rows_offending": [],
                }
                for check, severity, passed, failed in checks
            ]
        ),
        "out.projection": result.projection,
        "out.progress": result.progress,
        "out.official_class": result.official_class,
    }
    return {name: _as_stored(conform(frame, TABLES[name]), name) for name, frame in frames.items()}, RUN


def _as_stored(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """The store gives columns of several texts as arrays."""
    columns = [column.name for column in TABLES[name].columns if column.type == "texts"]
    return frame.assign(**{column: frame[column].map(lambda texts: np.array(texts, dtype=object)) for column in columns})
