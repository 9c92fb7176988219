"""Step 3: observations -> series -> pool -> projection, progress and official class of every target."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from analysis import build as tables_of
from analysis import observation, store
from analysis import series as series_of
from analysis.build import Build, Change
from analysis.fingerprint import Fingerprint
from analysis.plan import plan as plan_of
from analysis.progress.assess import assess
from analysis.projection import pool as pool_of

if TYPE_CHECKING:
    from analysis.settings import Settings

SCENARIO = "baseline"
ASSESSED = ("out.projection", "out.progress", "out.official_class")


def project(build: Build, fingerprint: Fingerprint, plans: dict[str, plan_of.Plan], day: str) -> list[Change]:
    """Bring core.series, core.conflict, out.pool, out.projection, out.progress and out.official_class up to date."""
    cards, areas = (store.read_table(name, build.database) for name in ("core.indicator", "core.area"))
    known = {"code": fingerprint.code, "as_of": day}
    read = ("core.observation", "core.source", "core.indicator")
    changes = [
        tables_of.refresh(
            build,
            ("core.series", "core.conflict"),
            known | tables_of.contents(build, read),
            lambda: _series(build, cards, day),
        )
    ]
    changes.append(
        tables_of.refresh(
            build,
            ["out.pool"],
            known | tables_of.contents(build, ["core.series", "core.indicator", "core.area"]),
            lambda: {"out.pool": pool_of.from_series(store.read_table("core.series", build.database), cards, areas).table},
        )
    )
    inputs = ["core.series", "out.pool", "core.indicator", "core.area", "core.target", "core.annual_target"]
    headers = {f"plan/{plan_id}/plan.toml": fingerprint.files[f"plan/{plan_id}/plan.toml"] for plan_id in plans}
    changes.append(
        tables_of.refresh(
            build,
            ASSESSED,
            known | headers | tables_of.contents(build, inputs),
            lambda: _assessed(build, pool_of.Pool(store.read_table("out.pool", build.database), cards, areas), plans, day),
        )
    )
    return changes


def knowledge_day(settings: Settings, plans: dict[str, plan_of.Plan]) -> str:
    """Return the day of knowledge: the run's own, or the latest of the plans'. Never the clock."""
    return settings.as_of or max(plan.as_of for plan in plans.values()).isoformat()


def _series(build: Build, cards: pd.DataFrame, day: str) -> dict[str, pd.DataFrame]:
    observations = store.read_table("core.observation", build.database)
    source = store.read_table("core.source", build.database)
    conflict = observation.conflicts(observations, source, day)
    series = series_of.derive(observation.as_of(observations, source, day), conflict, cards)
    return {"core.series": series, "core.conflict": conflict}


def _assessed(build: Build, pool: pool_of.Pool, plans: dict[str, plan_of.Plan], day: str) -> dict[str, pd.DataFrame]:
    series = store.read_table("core.series", build.database)
    parts = []
    for plan in plans.values():
        valid_from = pd.Timestamp(plan.area_valid_from)
        own = series[(series["ref_area"] == plan.ref_area) & (series["area_valid_from"] == valid_from)]
        parts.append(assess(own, plan, SCENARIO, pool, day))
    return {
        name: pd.concat([getattr(part, name.partition(".")[2]) for part in parts], ignore_index=True) for name in ASSESSED
    }
