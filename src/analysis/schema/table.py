"""What a table is: columns with types, codelists and keys; how a frame is made to fit one.

Words are SDMX's, lower case (https://sdmx.org/standards-2/): indicator, ref_area, time_period, obs_value,
obs_status, unit_measure, base_per. The DuckDB tables, the reading of reference files and the checks all come from here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.schema.codelist import CODELISTS

if TYPE_CHECKING:
    import pandas as pd

ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")

SQL_TYPE = {
    "text": "VARCHAR",
    "int": "BIGINT",
    "float": "DOUBLE",
    "bool": "BOOLEAN",
    "date": "DATE",
    "texts": "VARCHAR[]",
}

PANDAS_TYPE = {
    "text": "str",
    "int": "Int64",
    "float": "float64",
    "bool": "bool",
    "date": "datetime64[s]",
    "texts": "object",
}


@dataclass(frozen=True)
class Column:
    """One column; `required` means never missing; `codes` names a codelist."""

    name: str
    type: str
    about: str
    required: bool = True
    codes: str = ""


@dataclass(frozen=True)
class Table:
    """One table; `name` is `schema.table` for DuckDB and the plain file stem for a CSV."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def names(self) -> list[str]:
        """Column names in order."""
        return [column.name for column in self.columns]


def text(name: str, about: str, codes: str = "") -> Column:
    """Return a column of text that is never missing."""
    return Column(name, "text", about, codes=codes)


def maybe(name: str, type_: str, about: str, codes: str = "") -> Column:
    """Return a column that may be missing."""
    return Column(name, type_, about, required=False, codes=codes)


AREA_KEY = (
    text("ref_area", "area code as issued"),
    Column("area_valid_from", "date", "first day of this area's validity"),
)


def create_table_sql(table: Table) -> str:
    """Return the DuckDB statement that makes `table`."""
    columns = ", ".join(f'"{c.name}" {SQL_TYPE[c.type]}{" NOT NULL" if c.required else ""}' for c in table.columns)
    return f"CREATE TABLE {table.name} ({columns})"


def conform(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Return `frame` with the table's columns, order and dtypes.

    Raises ValueError when a column is missing or foreign, a required value is missing, a code is unknown or a key is
    repeated: a fault of the program, never of the user.
    """
    import pandas as pd

    if set(frame.columns) != set(table.names):
        difference = sorted(set(frame.columns) ^ set(table.names))
        raise ValueError(f"{table.name}: columns differ: {difference}")
    typed = frame[table.names].astype({c.name: PANDAS_TYPE[c.type] for c in table.columns})
    for column in table.columns:
        if column.type == "texts":  # DuckDB hands arrays back
            typed[column.name] = pd.Series([list(value) for value in typed[column.name]], typed.index, dtype="object")
        values = typed[column.name]
        if column.required and values.isna().any():
            raise ValueError(f"{table.name}.{column.name}: missing value")
        if column.codes and not values.dropna().isin(CODELISTS[column.codes]).all():
            unknown = sorted(set(values.dropna()) - set(CODELISTS[column.codes]))
            raise ValueError(f"{table.name}.{column.name}: not in codelist {column.codes}: {unknown}")
    if typed.duplicated(list(table.key)).any():
        raise ValueError(f"{table.name}: key {table.key} is repeated")
    return typed.reset_index(drop=True)


def empty(table: Table) -> pd.DataFrame:
    """Return the table without rows, typed."""
    import pandas as pd

    return pd.DataFrame({c.name: pd.Series(dtype=PANDAS_TYPE[c.type]) for c in table.columns})
