"""Invented figures of an area that has none of its own yet, for demonstration only, from a table of assumptions.

Pure and reproducible: no clock, no random state. The little noise of the invented denominators is a hash of (SEED, card,
year), so that a figure never depends on what else is generated.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.schema.table import Column, Table

if TYPE_CHECKING:
    import pandas as pd

SEED = "20260415"
ASSUMPTION = Table(
    "assumption",
    (
        Column("indicator", "text", "id of a definition card; of a share given in percent, the share's"),
        Column("activity", "text", "economic activity", codes="activity"),
        Column("time_period", "text", "2025, 2026-09"),
        Column("freq", "text", "A, M or YTD, as the card's part_year says", codes="freq"),
        Column("value", "float", "the invented figure, in the card's unit"),
        Column("obs_status", "text", "status it is given", codes="obs_status"),
        Column("vintage", "date", "date of the workbook that carries it"),
        Column("origin", "text", "S leans on a public figure, C computed to fit others, R assumed"),
        Column("note", "text", "what it leans on, what breaks", required=False),
    ),
    ("indicator", "activity", "time_period", "vintage"),
)
SHARE = re.compile(r"\s*100\s*\*\s*(\w+)\s*/\s*(\w+)\s*")
FREQ = {"cumulative": "YTD", "point": "M"}
FEW = 30  # a share of so few units moves by whole units


@dataclass(frozen=True)
class Path:
    """How an invented denominator follows another figure: `rate` a unit of `of` (of nothing: the figure itself), give or
    take the fraction `spread` from year to year; `accrues`: nine months hold nine twelfths of the year.
    """

    of: str
    rate: float
    spread: float
    accrues: bool = False


DENOMINATORS = {
    "population_usual": Path("population_registered", 0.874, 0),  # the city's ratio of usual residents to registered
    "population_14plus": Path("population_registered", 0.78, 0.001),
    "households": Path("population_registered", 1 / 3.22, 0),  # people a household
    "uppersec_age_group": Path("population_registered", 0.04, 0.02),  # four years of age
    "vaccination_due": Path("population_registered", 0.0132, 0.03),  # a year's births
    "pupils": Path("population_registered", 0.16, 0.005),
    "waste_generated": Path("population_registered", 0.19, 0.01, accrues=True),  # about 0.6 kg a resident and day, tonnes
    "files_total": Path("population_registered", 0.45, 0.04, accrues=True),
    "tthc_due": Path("", 365, 0.01),
    "tthc_eligible": Path("", 220, 0.01),
}


def values(assumptions: pd.DataFrame, cards: pd.DataFrame, notes: Mapping[str, str]) -> pd.DataFrame:
    """Return the figures to enter: indicator, activity, freq, time_period, obs_value, obs_status, vintage, note.

    `assumptions` has the columns of ASSUMPTION. A share given only in percent becomes whole numbers, numerator and
    denominator; `notes` has a text for each of the two ("numerator", "denominator"). Raises ValueError for a sensitive
    card, one that no commune measures, and a denominator without a path.
    """
    import pandas as pd

    card = cards.set_index("indicator").to_dict("index")
    forbidden = [name for name in assumptions["indicator"] if card[name]["sensitive"]]
    forbidden += [name for name in assumptions["indicator"] if card[name]["measurable_at_commune"] == "no"]
    if forbidden:
        raise ValueError(f"never invented: {sorted(set(forbidden))}")
    made: dict[tuple[object, ...], dict[str, Any]] = {}
    records = assumptions.rename(columns={"value": "obs_value"}).to_dict("records")
    for record in records:
        if not isinstance(card[record["indicator"]]["formula"], str):
            made[_key(record)] = record
    for record in records:
        if isinstance(card[record["indicator"]]["formula"], str):
            for one in _whole(record, made, card, notes):
                made.setdefault(_key(one), one)
    columns = ["indicator", "activity", "freq", "time_period", "obs_value", "obs_status", "vintage", "note"]
    frame = pd.DataFrame(list(made.values()))[columns]
    return frame.assign(note=_joined(frame))


def _key(record: Mapping[str, Any]) -> tuple[object, ...]:
    return record["indicator"], record["activity"], record["time_period"], record["vintage"]


def _joined(frame: pd.DataFrame) -> pd.Series:
    """Return one note a row of the form: the different notes of its figures."""
    grouped = frame.groupby(["indicator", "activity"])["note"]
    return grouped.transform(lambda notes: "; ".join(dict.fromkeys(notes.dropna())) or None)


def _whole(
    record: Mapping[str, Any],
    made: Mapping[tuple[object, ...], Mapping[str, Any]],
    card: Mapping[str, Mapping[str, Any]],
    notes: Mapping[str, str],
) -> Iterator[dict[str, Any]]:
    """Return the denominator and numerator that give a share, in whole numbers."""
    found = SHARE.fullmatch(card[record["indicator"]]["formula"])
    if not found:
        raise ValueError(f"no share: {record['indicator']}")
    numerator, denominator = found.groups()
    whole = made.get(_key({**record, "indicator": denominator}))
    size = whole["obs_value"] if whole else _denominator(denominator, record, made)
    part = math.floor(record["obs_value"] * size / 100 + 0.5)
    for name, value, note in ((denominator, size, notes["denominator"]), (numerator, part, notes["numerator"])):
        own = record["note"] if name == numerator else None
        yield {
            **record,
            "indicator": name,
            "freq": FREQ.get(card[name]["part_year"], "A") if "-" in record["time_period"] else "A",
            "obs_value": float(value),
            "note": f"{own}; {note}" if isinstance(own, str) else note,
        }


def _denominator(name: str, record: Mapping[str, Any], made: Mapping[tuple[object, ...], Mapping[str, Any]]) -> int:
    if name not in DENOMINATORS:
        raise ValueError(f"no path: {name}")
    path = DENOMINATORS[name]
    base = made[_key({**record, "indicator": path.of})]["obs_value"] if path.of else 1
    year, _, month = record["time_period"].partition("-")
    share = int(month) / 12 if month and path.accrues else 1
    return math.floor(base * path.rate * (1 + path.spread * _noise(name, year)) * share + 0.5)


def _noise(name: str, year: str) -> float:
    """Return a number in -1..1 that depends on its arguments alone."""
    digits = hashlib.sha256(f"{SEED}|{name}|{year}".encode()).hexdigest()[:8]
    return int(digits, 16) / 0x7FFFFFFF - 1


def annual_targets(
    targets: pd.DataFrame, figures: pd.DataFrame, cards: pd.DataFrame, year: int, texts: Mapping[str, str]
) -> pd.DataFrame:
    """Return rows of annual_target.csv: each headline target that has a base figure, one year on along the plan's path.

    Growth and what holds each year keep their value. A level moves by an equal step a year to its deadline, whole units
    rounded up; a doubling moves by an equal rate; what only has to rise must exceed the year before. A recognition that is
    due later is not brought forward. `texts` has assigned_by_vi, assigned_by_en and note.
    """
    import pandas as pd

    known = _Known(figures, cards, year - 1)
    rows = [row for target in targets[targets["in_headline"]].to_dict("records") if (row := _one(target, known, year))]
    frame = pd.DataFrame(rows).assign(year=year, binding=True, illustrative=True, **texts)
    for column in ("source_title", "source_url", "source_date", "quote_vi"):
        frame[column] = None
    return frame


class _Known:
    """The figures of the base year, by card."""

    def __init__(self, figures: pd.DataFrame, cards: pd.DataFrame, year: int) -> None:
        self.year = year
        self.cards = cards.set_index("indicator").to_dict("index")
        keys = zip(figures["indicator"], figures["activity"], figures["time_period"], strict=True)
        self.figures = dict(zip(keys, figures["obs_value"], strict=True))

    def at(self, name: str, activity: str, year: int) -> float | None:
        """Return a figure of a year: entered, a share of two entered ones, or of a growth card its level."""
        card = self.cards[name]
        share = SHARE.fullmatch(card["formula"]) if isinstance(card["formula"], str) else None
        if share:
            part, whole = (self.at(one, activity, year) for one in share.groups())
            return 100 * part / whole if part is not None and whole else None
        if isinstance(card["growth_of"], str):
            return self.at(card["growth_of"], activity, year)
        return self.figures.get((name, activity, str(year)))

    def units(self, name: str, activity: str) -> float | None:
        """Return the denominator of a share in the base year."""
        formula = self.cards[name]["formula"]
        share = SHARE.fullmatch(formula) if isinstance(formula, str) else None
        return self.at(share[2], activity, self.year) if share else None


def _one(target: Mapping[str, Any], known: _Known, year: int) -> dict[str, Any] | None:
    name, activity = target["indicator"], target["activity"]
    base = known.at(name, activity, year - 1) if isinstance(name, str) else None
    if base is None:
        return None
    card, low, high = known.cards[name], target["value_low"], target["value_high"]
    left = int(target["deadline"]) - (year - 1)
    kind, comparator, unit = target["kind"], target["comparator"], card["unit_measure"]
    if kind in ("level_by", "range", "zero_by"):
        if card["transform"] == "flag" and left > 1 and low > base:
            return None
        low, high = (_step(base, one, left, card, known.units(name, activity)) for one in (low, high))
        comparator = "le" if kind == "zero_by" else comparator if left == 1 else "ge"
        kind = "level_by" if kind == "zero_by" else kind
    elif kind == "multiply":
        kind, low = "level_by", _rounded(base * low ** (1 / (target["deadline"] - target["base_year"])), card, None)
    elif kind == "directional":
        kind, comparator, low = "level_by", "gt", round(base, 10)
    elif kind == "cumulative":
        done = sum(known.at(name, activity, one) or 0 for one in range(target["base_year"] + 1, year))
        low = _rounded((low - done) / left, card, None)
    return {
        "target_id": f"{target['target_id']}_{year}",
        "indicator": name,
        "activity": activity,
        "kind": kind,
        "comparator": comparator,
        "value_low": low,
        "value_high": high,
        "unit_measure": unit,
    }


def _step(base: float, goal: float, left: int, card: Mapping[str, Any], units: float | None) -> float:
    """Return the base moved one of `left` equal steps towards the goal; a goal passed already stays."""
    if goal != goal:
        return goal
    behind = (goal - base) * card["direction"] > 0 and left > 1
    return _rounded(base + (goal - base) / left, card, units) if behind else goal


def _rounded(value: float, card: Mapping[str, Any], units: float | None) -> float:
    if units is not None and units <= FEW:
        exact = 100 * math.ceil(value * units / 100 - 1e-9) / units
        return math.floor(exact * 1e10) / 1e10  # never above the share of those whole units
    if card["transform"] in ("count", "binomial") and card["unit_measure"] != "PC":
        return float(math.ceil(value - 1e-9))
    return round(value, 1)
