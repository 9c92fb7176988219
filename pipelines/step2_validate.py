"""Step 2: expectations and SQL rules. A critical failure stops the run."""

from __future__ import annotations

import pandas as pd

from analysis import build as tables_of
from analysis import observation, store
from analysis.build import Build, Change
from analysis.errors import CheckError
from analysis.fingerprint import Fingerprint

TABLES = (
    *("core.observation", "core.indicator", "core.area", "core.source", "core.identity"),
    *("core.target", "core.annual_target"),
)


def validate(build: Build, fingerprint: Fingerprint, day: str) -> Change:
    """Bring out.check_result up to date. `day`: the day of knowledge. Raises CheckError with the offending addresses."""
    inputs = {"code": fingerprint.code, "as_of": day} | tables_of.contents(build, TABLES)
    return tables_of.refresh(build, ["out.check_result"], inputs, lambda: {"out.check_result": _checked(build, day)})


def frames_of(build: Build, day: str) -> dict[str, pd.DataFrame]:
    """Return what the checks read: tables of core, the observations that stand on `day` and the conflicts."""
    frames = {name: store.read_table(name, build.database) for name in TABLES}
    known = (frames["core.observation"], frames["core.source"], day)
    return frames | {"core.standing": observation.as_of(*known), "core.conflict": observation.conflicts(*known)}


def _checked(build: Build, day: str) -> pd.DataFrame:
    from analysis.checks import rule, suite

    frames = frames_of(build, day)
    results = pd.concat([suite.run(frames), rule.run(frames, day)], ignore_index=True)
    failed = results[~results["passed"] & (results["severity"] == "critical")]
    if len(failed):
        lines = [f"{check.check_id}: {_address(row, frames)}" for check in failed.itertuples() for row in check.rows_offending]
        raise CheckError("check_failed", checks=", ".join(failed["check_id"]), rows="\n  ".join(lines))
    return results


def _address(row: str, frames: dict[str, pd.DataFrame]) -> str:
    observed = frames["core.observation"]
    found = observed[observed["obs_id"] == row]
    if found.empty:
        return row
    at = found.iloc[0]
    return f"{at['file']} {at['sheet'] + ' ' if at['sheet'] != '_Z' else ''}{at['cell']} = {at['obs_value']:g}"
