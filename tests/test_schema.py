"""The tables of schema, the DuckDB file and the contract of the observation agree."""

import duckdb
import pandas as pd
import pytest

from analysis import store
from analysis.schema.codelist import CODELISTS
from analysis.schema.core import OBSERVATION
from analysis.schema.database import FILES, TABLES
from analysis.schema.out import PROGRESS
from analysis.schema.table import PANDAS_TYPE, SQL_TYPE, conform, empty

NAMES_OF_OBSERVATION = (
    "obs_id indicator ref_area area_valid_from activity freq time_period obs_value last_digit unit_measure prices base_per "
    "concept obs_status break_flag back_cast vintage vintage_assumed source_id file sheet cell illustrative"
).split()
NAMES_OF_PROGRESS = (
    "plan target_id ref_area area_valid_from indicator activity scenario as_of kind comparator target deadline base_year "
    "base_value latest_period latest_value latest_status n_points rate_unit required_rate best_own_rate best_peer_rate "
    "last_feasible_year projected_value lo80 hi80 probability evidence verdict reasons flags obs_ids"
).split()
CONTRACT = {
    "core.observation",
    "core.series",
    "core.rejected",
    "core.conflict",
    "out.row_account",
    "out.row_skipped",
} | {f"out.{name}" for name in ("check_result", "pool", "projection", "progress", "official_class", "run", "build")}


def test_duckdb_has_every_table_with_the_columns_and_types_of_schema(database):
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute(
            """SELECT table_schema || '.' || table_name, column_name, data_type, is_nullable = 'NO'
               FROM information_schema.columns"""
        ).fetchall()
    wanted = {
        (table.name, column.name, SQL_TYPE[column.type], column.required)
        for table in TABLES.values()
        for column in table.columns
    }
    assert set(rows) == wanted
    assert set(TABLES) >= CONTRACT
    assert store.is_sound(database)


def test_contract_columns_are_those_of_the_design():
    assert OBSERVATION.names == NAMES_OF_OBSERVATION
    assert set(PROGRESS.names) == set(NAMES_OF_PROGRESS)


@pytest.mark.parametrize("table", [*TABLES.values(), *FILES], ids=lambda table: table.name)
def test_table_is_well_formed(table):
    assert len(set(table.names)) == len(table.names)
    assert set(table.key) <= set(table.names)
    for column in table.columns:
        assert column.type in SQL_TYPE and column.type in PANDAS_TYPE
        assert column.codes == "" or column.codes in CODELISTS
        assert column.about
        assert column.required or column.name not in table.key, "a key column is never missing"


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_empty_table_survives_the_database(table, database):
    frame = conform(empty(table), table)
    store.replace(database, {table.name: frame})
    assert store.read_table(table.name, database).dtypes.to_dict() == frame.dtypes.to_dict()


def test_conform_refuses_a_foreign_column_a_missing_value_an_unknown_code_and_a_repeated_key(thread):
    good = thread.observation
    broken = {
        "columns differ": good.assign(extra=1),
        "missing value": good.assign(obs_value=None),
        "codelist": good.assign(obs_status="Z"),
        "repeated": pd.concat([good, good]),
    }
    for message, frame in broken.items():
        with pytest.raises(ValueError, match=message):
            conform(frame, OBSERVATION)


def test_old_database_is_not_sound(database):
    with duckdb.connect(str(database)) as connection:
        connection.execute("ALTER TABLE out.pool DROP COLUMN length")
    assert not store.is_sound(database)


def test_codes_of_areas_stay_text(database):
    area = empty(TABLES["core.area"])
    row = ["00004", "2025-07-01", None, "Phường", "Ward", "commune", "01", "NQ"]
    area = pd.concat([area, pd.DataFrame([row], columns=area.columns)])
    store.replace(database, {"core.area": area})
    assert store.read_table("core.area", database)["ref_area"].tolist() == ["00004"]
