"""Step 4: notebooks and page of one run, written whole beside the published ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from analysis import publication, store
from analysis.plan import plan as plan_of
from analysis.report import notebook, paper, site

if TYPE_CHECKING:
    from analysis.settings import Settings

TABLES = (
    *("raw.manifest", "core.indicator", "core.unit", "core.area", "core.source"),
    *("core.target", "core.annual_target", "core.task", "core.activity", "core.decision", "core.owner"),
    *("core.observation", "core.series", "core.conflict", "core.rejected"),
    *("out.row_account", "out.row_skipped", "out.check_result"),
    *("out.projection", "out.progress", "out.official_class"),
)


def report(settings: Settings, database: Path, draft: Path, worker: notebook.Worker) -> str:
    """Write the run's folder into `draft` from the tables of `database`; return the text of index.html."""
    tables = {name: store.read_table(name, database) for name in TABLES}
    run = store.read("SELECT * FROM out.run", path=database).iloc[0]
    day = json.loads(run["parameters"])["as_of"]
    plans = list(plan_of.read_all(settings.raw / "plan", tables["core.indicator"], tables["core.area"]).values())
    asked = notebook.ask_all(worker, settings.root, draft, plans, day, settings.lang)
    site.write_assets(draft / "assets", settings.processed / "assets")
    about = {"run_id": run["run_id"], "as_of": day}
    for plan in plans:
        paper.write(draft / publication.TO_SEND, tables, plan, settings.lang, about)
    index = site.write(draft, tables, plans, settings.lang, about, [one.page.name for one in asked])
    notebook.finish_all(worker, asked, settings.lang)
    return index
