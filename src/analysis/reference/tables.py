"""The reference tables of data/raw/reference, read strictly, and what must hold between them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from analysis.errors import InputError
from analysis.reference import file
from analysis.schema.reference import REFERENCE

if TYPE_CHECKING:
    import pandas as pd

EXACT = 1e-9


def read(folder: Path) -> dict[str, pd.DataFrame]:
    """Return {"indicator": ..., "unit": ..., "area": ...}: every table of schema/reference.py, typed.

    Raises InputError, naming file and row, for a broken cell (reference.file.read), an unknown unit of a card, two
    validities of one area code that overlap, a change that does not conserve or names an unknown area, an identity or a
    correction of an unknown card, a plan that met more targets than it had.
    """
    tables = {table.name: file.read(folder / f"{table.name}.csv", table) for table in REFERENCE}
    _overlap(tables["area"])
    _conserve(tables["area_change"], tables["area"])
    _known(tables, "indicator", "unit_measure", "unit", "unit_measure", "unit_unknown")
    for column in ("part", "whole"):
        _known(tables, "identity", column, "indicator", "indicator", "name_unknown")
    _known(tables, "correction", "indicator", "indicator", "indicator", "name_unknown")
    _within(tables["plan_outcome"])
    return tables


def _within(outcome: pd.DataFrame) -> None:
    for column, most in (("met", "targets"), ("exceeded", "met")):
        for row in outcome.index[outcome[column] > outcome[most]]:
            raise InputError(
                "cell_wrong", file="plan_outcome.csv", row=int(row) + 2, column=column, text=outcome.loc[row, column]
            )


def _overlap(area: pd.DataFrame) -> None:
    ordered = area.sort_values(["ref_area", "valid_from"])
    before = ordered.groupby("ref_area")["valid_to"].shift()
    follows = ordered["ref_area"].duplicated()
    overlap = ordered[follows & ~(before < ordered["valid_from"])]
    if len(overlap):
        raise InputError("area_overlap", file="area.csv", row=int(overlap.index[0]) + 2)


def _conserve(change: pd.DataFrame, area: pd.DataFrame) -> None:
    known = set(zip(area["ref_area"], area["valid_from"], strict=True))
    old, new = ["ref_area", "area_valid_from"], ["new_ref_area", "new_valid_from"]
    for columns in (old, new):
        for row, key in enumerate(zip(*(change[column] for column in columns), strict=True), start=2):
            if key not in known:
                raise InputError("name_unknown", file="area_change.csv", row=row, name=key[0])
    total = change.groupby(old)["weight"].transform("sum")
    for row in change.index[(total - 1).abs() > EXACT]:
        raise InputError("change_not_whole", file="area_change.csv", row=int(row) + 2, area=change.loc[row, "ref_area"])


def _known(tables: dict[str, pd.DataFrame], name: str, column: str, other: str, key: str, text: str) -> None:
    """Raise InputError for the first value of a column that is no key of the other table."""
    values = tables[name][column]
    for row in values.index[values.notna() & ~values.isin(tables[other][key])]:
        raise InputError(text, file=f"{name}.csv", row=int(row) + 2, name=values[row])
