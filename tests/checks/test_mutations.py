"""Every check of the project is broken on purpose and must fire; a check without a mutation fails the build."""

import csv

import duckdb
import pytest
from conftest import ROOT

from analysis import schema
from analysis.checks import rule, suite

with (ROOT / "tests" / "mutations.csv").open(encoding="utf-8") as opened:
    MUTATIONS = list(csv.DictReader(opened))


@pytest.fixture(scope="module")
def sound(thread):
    """The real observations as if every day of publication were known: no check has anything to say."""
    return thread.observation.assign(vintage_assumed=False)


def checked(observation, thread):
    frames = {"core.observation": observation, "core.indicator": thread.cards}
    results = [suite.run(observation), rule.run(frames)]
    return {row["check_id"]: row for result in results for row in result.to_dict("records")}


def test_every_check_has_a_mutation():
    declared = {e["id"] for e in suite.expectations()} | {r["check_id"] for r in rule.declared()}
    assert {mutation["check_id"] for mutation in MUTATIONS} == declared
    assert {path.stem for path in (rule.FOLDER / "rules").glob("*.sql")} == {r["check_id"] for r in rule.declared()}


def test_sound_data_pass_every_check(sound, thread):
    assert all(result["passed"] for result in checked(sound, thread).values())


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation["check_id"])
def test_mutation_fires_its_check(mutation, sound, thread):
    with duckdb.connect() as connection:
        connection.register("frame", sound)
        connection.execute("CREATE TABLE t AS SELECT * FROM frame")
        changed = connection.execute(mutation["change"]).fetchall()[0][0]
        mutated = connection.execute("SELECT * FROM t").df()
    assert changed > 0, "the mutation changed nothing"
    mutated = mutated.astype({c.name: schema.PANDAS_TYPE[c.type] for c in schema.OBSERVATION.columns})
    result = checked(mutated, thread)[mutation["check_id"]]
    assert not result["passed"]
    assert 0 < result["rows_failed"] <= len(mutated)
    assert set(result["rows_offending"]) <= set(mutated["obs_id"])


def test_crash_inside_the_library_is_not_reported_as_bad_data(sound):
    with pytest.raises(RuntimeError):
        suite.run(sound.drop(columns="obs_status"))
