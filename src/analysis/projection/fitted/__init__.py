"""Tables learnt from other series. Only `python3 -m pipelines backtest --refit` writes them."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

FOLDER = Path(__file__).resolve().parent


def read(name: str) -> dict[str, NDArray[np.float64]]:
    """Return the columns of `<name>.csv` as arrays of numbers; an empty cell is NaN."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {column: np.array([float(row[column] or "nan") for row in rows]) for column in rows[0]}


def write(name: str, columns: dict[str, NDArray[np.float64]], folder: Path = FOLDER) -> Path:
    """Write `<name>.csv`: one line a row, numbers with six digits after the point at most."""
    path = folder / f"{name}.csv"
    names = list(columns)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        for row in zip(*columns.values(), strict=True):
            writer.writerow([("" if np.isnan(value) else f"{value:.6f}".rstrip("0").rstrip(".")) for value in row])
    return path
