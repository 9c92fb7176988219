"""The track record: what the back-test measured, one row a figure; `fitted/track_record.csv` is what the site's page
reads.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from analysis.projection.score import Share

COLUMNS = ("data", "method", "scheme", "points", "horizon", "measure", "value", "low", "high", "cases")


@dataclass(frozen=True)
class Row:
    """One figure: on which data, of which method, under which scheme, from how many points, how far ahead ("" all).

    `low`, `high`: its 95 % interval, clustered by series, where there is one. Measures that begin with "said_" come in pairs
    with "met_": what was said and how often it came true.
    """

    data: str
    method: str
    scheme: str
    points: int
    horizon: str
    measure: str
    value: float
    low: float | None = None
    high: float | None = None
    cases: int | None = None


def of_share(data: str, method: str, scheme: str, points: int, horizon: str, measure: str, found: Share) -> Row:
    """Return the row of a share with its interval clustered by series."""
    low, high = found.clustered
    return Row(data, method, scheme, points, horizon, measure, found.value, low, high, found.cases)


def cells(row: Row) -> list[str]:
    """Return the row as text: four digits after the point, empty where there is no figure."""
    values = [getattr(row, name) for name in COLUMNS]
    return ["" if value is None else f"{value:.4f}" if isinstance(value, float) else str(value) for value in values]


def write(rows: Iterable[Row], path: Path) -> None:
    """Write the track record."""
    draft = path.with_name(f"draft.{path.name}")
    with draft.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(cells(row) for row in rows)
    draft.replace(path)


def read(path: Path) -> list[dict[str, str]]:
    """Return the rows of a track record as they stand."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
