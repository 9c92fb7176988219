"""Every table of the database, and every file kept by hand."""

from __future__ import annotations

from analysis.schema.core import CONFLICT, OBSERVATION, REJECTED, SERIES
from analysis.schema.out import (
    BUILD,
    CHECK_RESULT,
    OFFICIAL_CLASS,
    POOL,
    PROGRESS,
    PROJECTION,
    ROW_ACCOUNT,
    ROW_SKIPPED,
    RUN,
)
from analysis.schema.plan import PLAN
from analysis.schema.raw import MANIFEST, RAW_NOTE, RAW_ROW
from analysis.schema.reference import REFERENCE, WORDING
from analysis.schema.table import Table, text


def _in_schema(schema: str, table: Table) -> Table:
    return Table(f"{schema}.{table.name}", table.columns, table.key)


def _of_plan(table: Table) -> Table:
    return Table(f"core.{table.name}", (text("plan", "plan id"), *table.columns), ("plan", *table.key))


FILES = (MANIFEST, WORDING, *REFERENCE, *PLAN)

TABLES = {
    table.name: table
    for table in (
        *(_in_schema("raw", MANIFEST), RAW_ROW, RAW_NOTE),
        *(_in_schema("core", table) for table in REFERENCE),
        *(_of_plan(table) for table in PLAN),
        *(OBSERVATION, REJECTED, CONFLICT, SERIES),
        *(ROW_ACCOUNT, ROW_SKIPPED, CHECK_RESULT, POOL, PROJECTION, PROGRESS, OFFICIAL_CLASS, RUN, BUILD),
    )
}
