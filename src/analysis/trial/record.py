"""The track record: what the back-test measured, one row a figure; `track_record.csv` is what the site's page reads."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from analysis.trial import score
from analysis.trial.score import Share

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int_]

FOLDER = Path(__file__).resolve().parent
COLUMNS = ("data", "method", "scheme", "points", "horizon", "measure", "value", "low", "high", "cases")
BASES = {"pooled": score.pooled_base, "threshold": score.threshold_base}


@dataclass(frozen=True)
class Row:
    """One figure: on which data, of which method, under which scheme, from how many points, how far ahead ("" all).

    `low`, `high`: its 95 % interval, clustered by series, where there is one. Measures that begin with "said_" come in pairs
    with "met_": what was said and how often it came true; of a class of probability "reliability_LOW_HIGH" says it with
    the bounds of the class and the interval. "pit_0" to "pit_9": which share of outcomes fell into each tenth of its law.
    "reached_10.9" of an outside view: which share averaged at least that many %/year; scheme is the band of the past, points
    its years. "met_own_mean": how often the own past mean was met; "said_kept", "met_kept": a level kept every year.
    "skill_pooled", "skill_threshold" stand with the Brier scores they are made of ("brier_...", "brier_..._base").
    "common_share": which part of the squared errors is common to all areas of one origin.
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


def of_reliability(described: Row, said: Floats, came: Floats, series: Ints, edges: Floats) -> Iterator[Row]:
    """Yield said_, met_ and reliability_ of each class of probability that holds cases; `said`, `came`: cases x anything."""
    place = np.clip(np.digitize(said, edges) - 1, 0, len(edges) - 2)
    for number, (least, most) in enumerate(pairwise(edges)):
        same = (place == number) & ~np.isnan(said) & ~np.isnan(came)
        if not same.any():
            continue
        found = score.share(np.where(same, came, np.nan), series)
        low, high = found.clustered
        mean = float(said[same].mean())
        yield replace(described, measure=f"said_{number:02d}", value=mean, cases=found.cases)
        yield replace(described, measure=f"met_{number:02d}", value=found.value, cases=found.cases)
        bounds = f"reliability_{least:.2f}_{min(most, 1.0):.2f}"
        yield replace(described, measure=bounds, value=found.value, low=low, high=high, cases=found.cases)


def of_brier(described: Row, said: Floats, came: Floats, against: str) -> Iterator[Row]:
    """Yield the skill, the Brier score it is made of and that of always saying base rates: "pooled", the share of all
    events, or "threshold", each threshold's own. `said`, `came`: thresholds x anything, NaN not known.
    """
    own, base = score.brier(said, came), BASES[against](came)
    cases = int((~np.isnan(came)).sum())
    yield replace(described, measure=f"skill_{against}", value=score.skill(own, base), cases=cases)
    yield replace(described, measure=f"brier_{against}", value=own, cases=cases)
    yield replace(described, measure=f"brier_{against}_base", value=base, cases=cases)


def of_pit(described: Row, place: Floats) -> Iterator[Row]:
    """Yield which share of outcomes fell into each tenth of their laws; `place`: the share of its law below each outcome."""
    counts, _ = np.histogram(place[~np.isnan(place)], bins=np.linspace(0, 1, 11))
    for tenth, count in enumerate(counts):
        yield replace(described, measure=f"pit_{tenth}", value=float(count / counts.sum()), cases=int(count))


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
