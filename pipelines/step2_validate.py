"""Step 2: expectations and SQL rules. A critical failure stops the run."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from analysis import build as tables_of
from analysis import observation, store
from analysis.build import Build, Change
from analysis.errors import CheckError
from analysis.fingerprint import Fingerprint

Suite = Callable[[dict[str, pd.DataFrame]], pd.DataFrame]
TABLES = (
    *("core.observation", "core.indicator", "core.area", "core.source", "core.identity"),
    *("core.target", "core.annual_target"),
)


def validate(build: Build, fingerprint: Fingerprint, day: str, run_suite: Suite | None = None) -> Change:
    """Bring out.check_result up to date. `day`: the day of knowledge; `run_suite` where the suites are run: by default here.

    Raises CheckError with the offending addresses.
    """
    inputs = {"code": fingerprint.code, "as_of": day} | tables_of.contents(build, TABLES)
    return tables_of.refresh(
        build, ["out.check_result"], inputs, lambda: {"out.check_result": _checked(build, day, run_suite)}
    )


def known_on(frames: dict[str, pd.DataFrame], day: str) -> dict[str, pd.DataFrame]:
    """Return the tables with the observations that stand on `day` (core.standing) and those that lost (core.conflict);
    core.observation without the invented ones of areas that have real ones by then.
    """
    known = (frames["core.observation"], frames["core.source"], day)
    made = {"core.standing": observation.as_of(*known), "core.conflict": observation.conflicts(*known)}
    return frames | made | {"core.observation": observation.without_ended(frames["core.observation"], day)}


def _checked(build: Build, day: str, run_suite: Suite | None) -> pd.DataFrame:
    from analysis.checks import rule, suite

    frames = store.read_tables(TABLES, build.database)
    form = (run_suite or suite.run)(frames)
    _stop(form, frames)  # the rules read only tables of sound form
    content = rule.run(known_on(frames, day), day)
    _stop(content, frames)
    return pd.concat([form, content], ignore_index=True)


def _stop(results: pd.DataFrame, frames: dict[str, pd.DataFrame]) -> None:
    """Raise CheckError when a critical check found something."""
    failed = results[~results["passed"] & (results["severity"] == "critical")]
    if len(failed):
        found = [(check.check_id, row) for check in failed.itertuples() for row in check.rows_offending]
        lines = [f"{check_id}: {_address(row, frames)}" for check_id, row in found]
        raise CheckError("check_failed", checks=", ".join(failed["check_id"]), rows="\n  ".join(lines))


def _address(row: str, frames: dict[str, pd.DataFrame]) -> str:
    observed = frames["core.observation"]
    found = observed[observed["obs_id"] == row]
    if found.empty:
        return row
    at = found.iloc[0]
    return f"{at['file']} {at['sheet'] + ' ' if at['sheet'] != '_Z' else ''}{at['cell']} = {at['obs_value']}"
