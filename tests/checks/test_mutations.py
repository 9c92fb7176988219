"""Every check of the project is broken on purpose and must fire; a check without a mutation fails the build."""

import csv

import duckdb
import pandas as pd
import pytest
from conftest import AS_OF, ROOT

from analysis.checks import rule, suite
from analysis.schema.database import TABLES
from analysis.schema.table import PANDAS_TYPE
from pipelines import step2_validate

with (ROOT / "tests" / "mutations.csv").open(encoding="utf-8") as opened:
    MUTATIONS = list(csv.DictReader(opened))
KEPT = ("outlier", "large_revision", "stale", "target_sources_differ", "vintage_known", "parts_without_total")


@pytest.fixture(scope="module")
def frames(whole):
    """The real tables the checks read."""
    plans = whole.plans.values()
    of_plans = {
        f"core.{name}": pd.concat([getattr(plan, name).assign(plan=plan.id) for plan in plans], ignore_index=True)
        for name in ("target", "annual_target")
    }
    reference = {f"core.{name}": table for name, table in whole.reference.items()}
    return {**reference, **of_plans, "core.observation": whole.result.observation}


def checked(frames, only=None):
    """The results by check_id, of one check or all."""
    expectations = [e for e in suite.expectations() if only in (None, e["id"])]
    rules = [r for r in rule.declared() if only in (None, r["check_id"])]
    results = [suite.run(frames, expectations)] if expectations else []
    results += [rule.run(step2_validate.known_on(frames, AS_OF), AS_OF, rules)] if rules else []
    return {row["check_id"]: row for result in results for row in result.to_dict("records")}


@pytest.fixture(scope="module")
def before(frames):
    return checked(frames)


def test_every_check_has_a_mutation():
    declared = {e["id"] for e in suite.expectations()} | {r["check_id"] for r in rule.declared()}
    assert {mutation["check_id"] for mutation in MUTATIONS} == declared
    assert {path.stem for path in (rule.FOLDER / "rules").glob("*.sql")} == {r["check_id"] for r in rule.declared()}


def test_real_data_pass_every_critical_check(before):
    for name, result in before.items():
        assert result["passed"] or result["severity"] == "warning", name
        assert result["passed"] or name in KEPT, name


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation["check_id"])
def test_mutation_fires_its_check(mutation, frames, before):
    name, check = mutation["table_name"], mutation["check_id"]
    with duckdb.connect() as connection:
        connection.register("frame", frames[name])
        connection.execute("CREATE TABLE t AS SELECT * FROM frame")
        changed = connection.execute(mutation["change"]).fetchall()[0][0]
        mutated = connection.execute("SELECT * FROM t").df()
    assert changed > 0, "the mutation changed nothing"
    table = TABLES[name]
    mutated = mutated.astype({c.name: PANDAS_TYPE[c.type] for c in table.columns})[table.names]
    result = checked({**frames, name: mutated}, check)[check]
    assert not result["passed"]
    assert set(result["rows_offending"]) - set(before[check]["rows_offending"]), "nothing new was found"


def test_crash_inside_the_library_is_not_reported_as_bad_data(frames):
    broken = frames["core.observation"].drop(columns="obs_status")
    expectations = [e for e in suite.expectations() if e["id"] == "obs_status_known"]
    with pytest.raises(RuntimeError):
        suite.run({**frames, "core.observation": broken}, expectations)
