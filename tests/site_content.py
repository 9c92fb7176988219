"""The pages of both plans, written once from every registered file."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from analysis.progress.assess import Assessment
from analysis.report.page import site
from analysis.report.sheet import a4
from analysis.schema.database import TABLES
from analysis.schema.table import conform

if TYPE_CHECKING:
    from conftest import Once

ROOT = Path(__file__).resolve().parents[1]
RUN = {"run_id": "0123456789ab", "as_of": "2026-10-15"}


@pytest.fixture(scope="session")
def tables(whole: SimpleNamespace, assessed: dict[str, Assessment]) -> dict[str, pd.DataFrame]:
    """The tables that pages are made of, by name, each conforming to its contract; the checks are made by hand."""
    frames: dict[str, pd.DataFrame] = {f"core.{name}": table for name, table in whole.reference.items()}
    for name in ("target", "annual_target", "task", "activity", "body", "decision", "owner", "published_verdict"):
        parts = [getattr(plan, name).assign(plan=plan.id) for plan in whole.plans.values()]
        frames[f"core.{name}"] = pd.concat(parts, ignore_index=True)
    for name in ("projection", "progress", "official_class"):
        frames[f"out.{name}"] = pd.concat([getattr(one, name) for one in assessed.values()], ignore_index=True)
    some = whole.result.observation["obs_id"].head(2).tolist()
    checks = [
        ("key_unique", "critical", True, []),
        ("outlier", "warning", False, some),
        ("a_new_check", "critical", True, []),
    ]
    frames["out.check_result"] = pd.DataFrame(
        [
            {
                "check_id": name,
                "table_name": "core.observation",
                "severity": severity,
                "passed": passed,
                "rows_failed": len(rows),
                "rows_offending": rows,
            }
            for name, severity, passed, rows in checks
        ]
    )
    frames |= {"raw.manifest": whole.register, "core.observation": whole.result.observation, "core.series": whole.series}
    frames |= {"core.conflict": whole.conflict, "core.rejected": whole.result.rejected}
    frames |= {"out.row_account": whole.result.row_account, "out.row_skipped": whole.result.row_skipped}
    return {name: conform(frame, TABLES[name]) for name, frame in frames.items()}


def write_site(folder: Path, tables: dict[str, pd.DataFrame], plans: list, lang: str = "vi") -> Path:
    """Write the whole site as a run publishes it; return index.html."""
    draft = folder / RUN["run_id"]
    draft.mkdir(parents=True)
    site.write_assets(draft / "assets", ROOT / "data" / "processed" / "assets")
    for plan in plans:
        a4.write(folder / "gui-di", tables, plan, lang, RUN)
    index = folder / "index.html"
    index.write_text(site.write(draft, tables, plans, lang, RUN), encoding="utf-8")
    return index


@pytest.fixture(scope="session")
def pages(once: Once, request: pytest.FixtureRequest) -> Path:
    """The folder of the whole site."""

    def write(folder: Path) -> None:
        write_site(folder, request.getfixturevalue("tables"), list(request.getfixturevalue("whole").plans.values()))

    return once("báo cáo", write)
