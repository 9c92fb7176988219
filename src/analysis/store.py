"""The DuckDB file: open, do one thing, close; publish by replacing the file. The only importer of duckdb."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis import settings
from analysis.errors import SetupError
from analysis.schema.codelist import CODELISTS
from analysis.schema.database import TABLES
from analysis.schema.table import SQL_TYPE, conform, create_table_sql

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

RETRY_SECONDS = 5.0
HELD_WORDS = ("could not set lock", "used by another process")  # all else is no reason to wait
COLUMNS = {table.name: [(column.name, SQL_TYPE[column.type]) for column in table.columns] for table in TABLES.values()}
UNTRACKED = ("out.build", "out.run")  # out.build says what all others hold

# The figure that stands for a period on day d: known by then, no invented one in an area that has a real one, then status
# A > P > E, then the later vintage, then the rank of the source. `observation.as_of` says the same; a test compares.
OBSERVATION_AS_OF = f"""
CREATE OR REPLACE MACRO observation_as_of(d) AS TABLE
SELECT o.* FROM core.observation o JOIN core.source s USING (source_id)
WHERE o.vintage <= CAST(d AS DATE) AND NOT (o.illustrative AND EXISTS (
    SELECT 1 FROM core.observation r
    WHERE NOT r.illustrative AND r.vintage <= CAST(d AS DATE) AND r.ref_area = o.ref_area
        AND r.area_valid_from = o.area_valid_from))
QUALIFY row_number() OVER (
    PARTITION BY indicator, ref_area, area_valid_from, activity, freq, time_period, prices, base_per, concept
    ORDER BY list_position({list(CODELISTS["obs_status"])}, o.obs_status), o.vintage DESC, s.rank, o.obs_id) = 1
"""


_held: ContextVar[tuple[Path, duckdb.DuckDBPyConnection] | None] = ContextVar("_held", default=None)


@contextlib.contextmanager
def held(path: Path) -> Iterator[None]:
    """Keep the file open for this block's many small reads and writes; no other process can open it meanwhile."""
    with _connection(path, read_only=False) as connection:
        before = _held.set((path, connection))
        try:
            yield
        finally:
            _held.reset(before)


@contextlib.contextmanager
def _connection(path: Path | str, read_only: bool) -> Iterator[duckdb.DuckDBPyConnection]:
    import duckdb

    kept = _held.get()
    if kept is not None and kept[0] == path:
        with kept[1].cursor() as cursor:
            yield cursor
        return

    config: dict[str, Any] = {"enable_external_access": "false", "threads": "1"}
    deadline = time.monotonic() + RETRY_SECONDS
    while True:
        try:
            connection = duckdb.connect(str(path), read_only=read_only, config=config)
            break
        except duckdb.IOException as error:
            if not any(word in str(error).lower() for word in HELD_WORDS):
                raise
            if time.monotonic() > deadline:
                raise SetupError("database_held", file=Path(path).name) from error
            time.sleep(0.1)
    try:
        connection.execute("SET lock_configuration = true")
        yield connection
    finally:
        connection.close()


def _frame(relation: duckdb.DuckDBPyRelation) -> pd.DataFrame:
    return relation.to_arrow_table().to_pandas(date_as_object=False)


def create(path: Path) -> None:
    """Make the file with every table of schema/database.py, empty."""
    with _connection(path, read_only=False) as connection:
        for name in ("raw", "core", "out"):
            connection.execute(f"CREATE SCHEMA {name}")
        for table in TABLES.values():
            connection.execute(create_table_sql(table))
        connection.execute(OBSERVATION_AS_OF)


def read(sql: str, parameters: Sequence[object] = (), path: Path | None = None) -> pd.DataFrame:
    """Return the rows of one query; the file is open no longer than that."""
    with _connection(path or settings.database(), read_only=True) as connection:
        return _frame(connection.sql(sql, params=list(parameters)))


def read_table(name: str, path: Path | None = None) -> pd.DataFrame:
    """Return one whole table with the dtypes of schema, in the order of its key."""
    return read_tables([name], path)[name]


def read_tables(names: Iterable[str], path: Path | None = None) -> dict[str, pd.DataFrame]:
    """Return whole tables by name as `read_table` does, the file being opened once."""
    found = {}
    with _connection(path or settings.database(), read_only=True) as connection:
        for name in names:
            order = ", ".join(f'"{column}"' for column in TABLES[name].key)
            found[name] = conform(_frame(connection.sql(f"SELECT * FROM {name} ORDER BY {order}")), TABLES[name])
    return found


def replace(path: Path, frames: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    """Replace the rows of the named tables in one transaction; return each table's content hash.

    The hash is of the set of rows, whatever their order: row count and the sum of DuckDB's row hashes.
    """
    contents = {}
    with _connection(path, read_only=False) as connection:
        connection.execute("BEGIN")
        for name, frame in frames.items():
            connection.register("incoming", conform(frame, TABLES[name]))
            connection.execute(f"DELETE FROM {name}")
            connection.execute(f"INSERT INTO {name} SELECT * FROM incoming")
            connection.unregister("incoming")
            contents[name] = _content(connection, name)
        connection.execute("COMMIT")
    return contents


def query_frames(
    queries: Mapping[str, tuple[str, pd.DataFrame]], frames: Mapping[str, pd.DataFrame]
) -> dict[str, pd.DataFrame]:
    """Return the rows of each query over frames named like tables (`core.observation`), without any file.

    A query comes with its own table run.parameter.
    """
    found = {}
    with _connection(":memory:", read_only=False) as connection:
        for name, frame in frames.items():
            _put(connection, name, frame)
        for name, (sql, parameter) in queries.items():
            _put(connection, "run.parameter", parameter)
            found[name] = _frame(connection.sql(sql))
    return found


def _put(connection: duckdb.DuckDBPyConnection, name: str, frame: pd.DataFrame) -> None:
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {name.partition('.')[0]}")
    connection.register("incoming", frame)
    connection.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM incoming")
    connection.unregister("incoming")


def is_sound(path: Path) -> bool:
    """Whether the file opens, has the tables of schema with their columns and types, and every row it was built with.

    Every block is read, so that DuckDB compares its checksums; each table's rows are held against what out.build says.
    """
    import duckdb

    query = """SELECT table_schema || '.' || table_name AS name, list((column_name, data_type) ORDER BY ordinal_position)
               FROM information_schema.columns GROUP BY ALL"""
    try:
        with _connection(path, read_only=True) as connection:
            if dict(connection.execute(query).fetchall()) != COLUMNS:
                return False
            built = dict(connection.execute("SELECT table_name, content FROM out.build").fetchall())
            contents = {name: _content(connection, name) for name in TABLES}
            return all(contents[name] == built.get(name, "0:0") for name in TABLES if name not in UNTRACKED)
    except (duckdb.Error, SetupError, OSError):
        return False


def _content(connection: duckdb.DuckDBPyConnection, name: str) -> str:
    """Return row count and sum of row hashes: the same for the same set of rows, in whatever order."""
    query = f"SELECT count(*) || ':' || coalesce(sum(hash(t)::HUGEINT), 0) FROM {name} t"
    return str(connection.execute(query).fetchall()[0][0])


def begin(building: Path, published: Path) -> None:
    """Start a new building file: a copy of the published one when that is sound, so that unchanged tables are kept."""
    discard(building)
    if published.exists() and is_sound(published):
        shutil.copyfile(published, building)
    else:
        create(building)


def discard(path: Path) -> None:
    """Remove a database file and its log."""
    for stale in (path, path.with_name(path.name + ".wal")):
        stale.unlink(missing_ok=True)


def publish(complete: Path, published: Path) -> None:
    """Put the finished file in the published one's place at once.

    Raises SetupError when the system refuses because a program holds the old file; the finished one then stays and is
    adopted at the next start.
    """
    discard(published.with_name(published.name + ".wal"))
    deadline = time.monotonic() + RETRY_SECONDS
    while True:
        try:
            os.replace(complete, published)  # noqa: PTH105 - one call to patch in the test of a refusal
            return
        except PermissionError as error:
            if time.monotonic() > deadline:
                raise SetupError("database_held", file=published.name) from error
            time.sleep(0.1)
