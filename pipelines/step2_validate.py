"""Step 2: expectations and SQL rules over core.observation. A critical failure stops the run."""

from __future__ import annotations

import pandas as pd

from analysis import build as tables_of
from analysis import store
from analysis.build import Build, Change
from analysis.errors import CheckError
from analysis.fingerprint import Fingerprint

TABLES = ("core.observation", "core.indicator")


def validate(build: Build, fingerprint: Fingerprint) -> Change:
    """Bring out.check_result up to date. Raises CheckError with the addresses of the offending rows."""
    inputs = {"code": fingerprint.code} | tables_of.contents(build, TABLES)
    return tables_of.refresh(build, ["out.check_result"], inputs, lambda: {"out.check_result": _checked(build)})


def _checked(build: Build) -> pd.DataFrame:
    from analysis.checks import rule, suite

    frames = {name: store.read_table(name, build.database) for name in TABLES}
    results = pd.concat([suite.run(frames["core.observation"]), rule.run(frames)], ignore_index=True)
    failed = results[~results["passed"] & (results["severity"] == "critical")]
    if len(failed):
        observation = frames["core.observation"].set_index("obs_id")
        lines = []
        for check in failed.itertuples():
            for obs_id in check.rows_offending:
                at = observation.loc[obs_id]
                lines.append(f"{check.check_id}: {at['file']} {at['cell']} = {at['obs_value']}")
        raise CheckError("check_failed", checks=", ".join(failed["check_id"]), rows="\n  ".join(lines))
    return results
