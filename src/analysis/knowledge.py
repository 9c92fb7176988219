"""What is known of one area on a day, measured by one plan: read once, then shared by the cells of a notebook."""

from __future__ import annotations

import dataclasses
import functools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from analysis import observation, settings, store
from analysis import series as series_of
from analysis.errors import InputError
from analysis.plan import plan as plan_of
from analysis.progress.assess import assess
from analysis.projection import pool as pool_of

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Knowledge:
    """`plan` is set to the area asked for; `of_run`: the stored tables of the run are of this day."""

    as_of: str
    plan: plan_of.Plan
    plan_is_own: bool
    of_run: bool
    cards: pd.DataFrame
    areas: pd.DataFrame
    series: pd.DataFrame

    @property
    def own(self) -> pd.DataFrame:
        """The rows of core.series of the area."""
        return of_area(self.series, self.plan)


def table(name: str) -> pd.DataFrame:
    """Return a table of the database, read once as long as the file stays as it is: ten notebooks of a run share it.

    What a notebook does to it stays its own (a shallow copy, copied on write).
    """
    path = settings.database()
    return _read(name, path, path.stat().st_mtime_ns).copy(deep=False)


@functools.lru_cache(maxsize=16)
def _read(name: str, path: Path, changed: int) -> pd.DataFrame:
    return store.read_table(name, path)


def known(plan_id: str, ref_area: str, as_of: str) -> Knowledge:
    """Return what is known of an area on `as_of` (YYYY-MM-DD), and the plan as if it were that area's (plan.standing).

    The run's own tables when they are of that day, else made again from the observations. Raises InputError for an area
    that no table knows and as plan.read says.
    """
    cards, areas = table("core.indicator"), table("core.area")
    plan = _plan(plan_id)
    here = _for_area(plan, areas, ref_area)
    run = table("out.run")
    of_run = bool(len(run)) and json.loads(run["parameters"].iloc[0])["as_of"] == as_of
    series = table("core.series") if of_run else _series(as_of, cards)
    return Knowledge(as_of, plan_of.standing(here, series), here is plan, of_run, cards, areas, series)


def _series(as_of: str, cards: pd.DataFrame) -> pd.DataFrame:
    observations, source = _observations()
    conflicts = observation.conflicts(observations, source, as_of)
    return series_of.derive(observation.as_of(observations, source, as_of), conflicts, cards)


def _plan(plan_id: str) -> plan_of.Plan:
    """Return the plan, read once as long as its files and the database stay as they are."""
    folder, database = settings.Settings().raw / "plan" / plan_id, settings.database()
    files = [database, *sorted(path for path in folder.glob("*") if path.is_file())]
    return _read_plan(folder, tuple((path, path.stat().st_mtime_ns) for path in files))


@functools.lru_cache(maxsize=16)
def _read_plan(folder: Path, changed: tuple[tuple[Path, int], ...]) -> plan_of.Plan:
    return plan_of.read(folder, table("core.indicator"), table("core.area"))


def _observations() -> tuple[pd.DataFrame, pd.DataFrame]:
    return table("core.observation"), table("core.source")


def pool(knowledge: Knowledge) -> pool_of.Pool:
    """Return what all areas together say on that day (projection.pool)."""
    cards, areas = knowledge.cards, knowledge.areas
    if knowledge.of_run:
        return pool_of.Pool(table("out.pool"), cards, areas)
    return pool_of.from_series(knowledge.series, cards, areas)


def conflict(knowledge: Knowledge) -> pd.DataFrame:
    """Return core.conflict as of that day."""
    if knowledge.of_run:
        return table("core.conflict")
    return observation.conflicts(*_observations(), knowledge.as_of)


def of_area(frame: pd.DataFrame, plan: plan_of.Plan) -> pd.DataFrame:
    """Return the rows of a table that are of the plan's area."""
    import pandas as pd

    same_day = frame["area_valid_from"] == pd.Timestamp(plan.area_valid_from)
    return frame[(frame["ref_area"] == plan.ref_area) & same_day]


def _for_area(plan: plan_of.Plan, areas: pd.DataFrame, ref_area: str) -> plan_of.Plan:
    """Return the plan itself for its own area, else set to the area that bears the code now or bore it last."""
    if ref_area == plan.ref_area:
        return plan
    found = areas[areas["ref_area"] == ref_area].sort_values("valid_from")
    if found.empty:
        raise InputError("area_unknown", area=ref_area)
    return dataclasses.replace(plan, ref_area=ref_area, area_valid_from=found["valid_from"].iloc[-1].date())


def progress(knowledge: Knowledge, scenario: str) -> pd.DataFrame:
    """Return out.progress of every target of the plan in the area: as the run stored it, else assessed now."""
    if knowledge.of_run and knowledge.plan_is_own:
        stored = table("out.progress")
        stored = stored[(stored["plan"] == knowledge.plan.id) & (stored["scenario"] == scenario)]
        if len(stored):
            return of_area(stored, knowledge.plan).reset_index(drop=True)
    return assess(knowledge.own, knowledge.plan, scenario, pool(knowledge), knowledge.as_of).progress


def equal_rows(knowledge: Knowledge, rows: pd.DataFrame) -> tuple[int, int]:
    """Return how many of `rows` stand in out.progress as they are, and how many out.progress has for the area."""
    stored = table("out.progress")
    stored = of_area(stored[stored["plan"] == knowledge.plan.id], knowledge.plan)
    both = [{tuple(map(str, row)) for row in frame.itertuples(index=False)} for frame in (rows, stored)]
    return len(both[0] & both[1]), len(stored)
