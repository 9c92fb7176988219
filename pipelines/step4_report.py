"""Step 4: notebooks and page of one run, written whole beside the published ones."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from analysis import observation, publication, store
from analysis.plan import plan as plan_of
from analysis.report.notebook import runner
from analysis.report.page import site
from analysis.report.sheet import a4

if TYPE_CHECKING:
    import pandas as pd

    from analysis.plan.plan import Plan
    from analysis.settings import Settings

FIRST = ("core.indicator", "core.area")  # what plans are read with
TABLES = (
    *("raw.manifest", "core.unit", "core.source", "core.plan_outcome"),
    *("core.target", "core.annual_target", "core.task", "core.activity", "core.decision", "core.owner"),
    *("core.observation", "core.series", "core.conflict", "core.rejected"),
    *("out.row_account", "out.row_skipped", "out.check_result"),
    *("out.projection", "out.progress", "out.official_class"),
)


@dataclass(frozen=True)
class Given:
    """What the pages and notebooks of a run are made from: its tables by name, its plans, its day and number."""

    tables: dict[str, pd.DataFrame]
    plans: list[Plan]
    about: dict[str, str]


def read(settings: Settings, database: Path) -> Given:
    """Return what `database` holds for the pages; `about`: run_id and as_of."""
    return _whole(_heading(settings, database), database)


def _whole(heading: Given, database: Path) -> Given:
    """Return the heading with every table, without what was invented for areas that have real figures now."""
    tables = heading.tables | store.read_tables(TABLES, database)
    observations, annual = tables["core.observation"], tables["core.annual_target"]
    plans = [plan_of.standing(plan, tables["core.series"]) for plan in heading.plans]
    real = [after.id for before, after in zip(heading.plans, plans, strict=True) if after is not before]
    tables["core.observation"] = observation.without_ended(observations, heading.about["as_of"])
    tables["core.annual_target"] = annual[~(annual["illustrative"] & annual["plan"].isin(real))]
    return replace(heading, tables=tables, plans=plans)


def _heading(settings: Settings, database: Path) -> Given:
    """Return the plans and what the run is about, with the tables they need: enough to ask for the notebooks."""
    known = store.read_tables(FIRST, database)
    run = store.read("SELECT * FROM out.run", path=database).iloc[0]
    plans = plan_of.read_all(settings.raw / "plan", known["core.indicator"], known["core.area"])
    return Given(known, list(plans.values()), {"run_id": run["run_id"], "as_of": json.loads(run["parameters"])["as_of"]})


def report(settings: Settings, database: Path, draft: Path, worker: runner.Worker) -> str:
    """Write the run's folder into `draft` from the tables of `database`; return the text of index.html."""
    heading = _heading(settings, database)
    asked = runner.ask_all(worker, settings.root, draft, heading.plans, heading.about["as_of"], settings.lang)
    index = board(settings, draft, _whole(heading, database), [one.page.name for one in asked])
    runner.finish_all(worker, asked, settings.lang)
    return index


def board(settings: Settings, draft: Path, given: Given, notebooks: Sequence[str]) -> str:
    """Write the board's pages and the pages to send into `draft`; return the text of index.html."""
    site.write_assets(draft / "assets", settings.processed / "assets")
    for plan in given.plans:
        a4.write(draft / publication.TO_SEND, given.tables, plan, settings.lang, given.about)
    return site.write(draft, given.tables, given.plans, settings.lang, given.about, notebooks)
