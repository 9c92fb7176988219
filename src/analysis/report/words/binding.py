"""Every number on a page is rendered from where it stands: a key of a table, a column, a form."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from markupsafe import Markup

from analysis.reference import wording
from analysis.report.words import number, sentence
from analysis.schema.database import TABLES

if TYPE_CHECKING:
    import pandas as pd

Record = dict[str, Any]
FIGURE = '<data class="figure" value="{}" data-key="{}" data-form="{}">{}</data>'
SPAN = '<span class="t" lang="{}">{}</span>'


@dataclass(frozen=True)
class Binding:
    """One figure: where it stands (`key`) and the form it is printed in (`number.show`)."""

    key: str
    form: str


class Bindings:
    """Figures found by key: `<table>|<key values ...>|<column>`, an observation by its obs_id alone, `run|<name>`,
    `count|<name>` and `constant|<name>`.
    """

    def __init__(self, tables: Mapping[str, pd.DataFrame], alone: Mapping[str, Mapping[str, Any]]) -> None:
        self._tables, self._alone = tables, alone
        self._rows: dict[str, dict[str, Record]] = {}

    def rows(self, name: str) -> dict[str, Record]:
        """Return {key: row} of a table; the values are plain: a missing one None, several texts a list."""
        if name not in self._rows:
            made = records(self._tables[name])
            columns = ("obs_id",) if name == "core.observation" else TABLES[name].key
            self._rows[name] = {"|".join([plain_text(row[column]) for column in columns]): row for row in made}
        return self._rows[name]

    def value(self, key: str) -> Any:
        """Return the raw figure. Raises KeyError when the key means none."""
        name, _, rest = key.partition("|")
        if name in self._alone:
            return self._alone[name][rest]
        where, _, column = rest.rpartition("|")
        return self.rows(name)[where][column]

    def has(self, key: str) -> bool:
        """Return whether the key means a figure outside the tables."""
        name, _, rest = key.partition("|")
        return rest in self._alone.get(name, {})

    def figure(self, bound: Binding, lang: str) -> Markup:
        """Return the figure in a language, with its place beside it."""
        value = self.value(bound.key)
        shown = number.show(value, bound.form, lang)
        return Markup(FIGURE).format(plain_text(value), bound.key, bound.form, shown)


def records(frame: pd.DataFrame) -> list[Record]:
    """Return the rows as dicts of plain values: a missing one None, several texts a list (the store gives arrays)."""
    columns = []
    for name in frame:
        values = frame[name].astype(object)
        if any(column.name == name and column.type == "texts" for table in TABLES.values() for column in table.columns):
            columns.append([list(value) if isinstance(value, list | np.ndarray) else [] for value in values])
        else:
            columns.append(values.where(frame[name].notna(), None).tolist())
    return [dict(zip(map(str, frame.columns), row, strict=True)) for row in zip(*columns, strict=True)]


def plain_text(value: object) -> str:
    """Return a value as it stands in a key and in the attribute `value`: a day in ISO, a missing one empty."""
    if value is None or number.is_missing(value):
        return ""
    if isinstance(value, dt.date):  # a pandas Timestamp too
        return value.isoformat()[:10]
    item = value.item() if hasattr(value, "item") else value
    return str(item).lower() if isinstance(item, bool) else str(item)


def both(make: Callable[[str], str]) -> Markup:
    """Return both languages; the page shows one."""
    return Markup("").join(Markup(SPAN).format(one, make(one)) for one in wording.LANGUAGES)


def said(bindings: Bindings, key: str, values: Mapping[str, Any]) -> Markup:
    """Return a text of wording.csv in both languages: a Binding becomes its figure, a {vi, en} pair one of its two."""

    def one(lang: str) -> str:
        filled = {}
        for name, value in values.items():
            if isinstance(value, Binding):
                value = bindings.figure(value, lang)
            elif isinstance(value, Mapping):
                value = value[lang]
            filled[name] = value
        return sentence.fill(key, lang, filled)

    return both(one)
