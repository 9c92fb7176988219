"""From rows as read to observations; every row is accounted for as loaded, rejected or skipped."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.intake.tidy import COLUMNS, HEADER
from analysis.reference.file import parse
from analysis.schema import OBSERVATION, REJECTED, ROW_ACCOUNT, ROW_SKIPPED, TIME_PERIOD, conform

if TYPE_CHECKING:
    import pandas as pd

PERIOD_OF_FREQ = {"A": r"\d{4}", "Q": r"\d{4}-Q[1-4]", "M": r"\d{4}-\d{2}", "YTD": r"\d{4}-\d{2}"}


@dataclass(frozen=True)
class Harmonised:
    """The tables core.observation, core.rejected, out.row_account, out.row_skipped."""

    observation: pd.DataFrame
    rejected: pd.DataFrame
    row_account: pd.DataFrame
    row_skipped: pd.DataFrame


@dataclass(frozen=True)
class Reference:
    """What a row must agree with: frames of the schema tables indicator, area, source and manifest."""

    indicator: pd.DataFrame
    area: pd.DataFrame
    source: pd.DataFrame
    manifest: pd.DataFrame


def observations(rows: pd.DataFrame, reference: Reference) -> Harmonised:
    """Return what the rows of raw.row become.

    A row is skipped when it is the header, blank, or has no figure; rejected when a cell is not of its type or codelist,
    the indicator, area, source or unit is unknown, the area was not valid at the vintage, or its key stands twice. A
    missing value is never a zero. Addresses are line:column, both from 1.
    """
    lookup = _lookup(reference)
    loaded, rejected, skipped = [], [], []
    for record in rows.to_dict("records"):
        place = {"file": record["file"], "sheet": record["sheet"]}
        cells = list(record["cells"])
        if cells == HEADER or not any(cell.strip() for cell in cells):
            skipped.append({**place, "row": record["row"], "reason": "skip_header" if cells == HEADER else "skip_blank"})
            continue
        values, faults = _typed(cells)
        faults = faults or _unknown(values, lookup)
        if faults:
            column, rule = faults[0]
            text = cells[column] if column < len(cells) else None
            cell = f"{record['row']}:{column + 1}"
            rejected.append({**place, "cell": cell, "raw_text": text, "rule": rule, "todo": f"todo_{rule}"})
        elif values["obs_value"] is None:
            skipped.append({**place, "row": record["row"], "reason": "skip_no_value"})
        else:
            text = cells[HEADER.index("obs_value")].strip()
            cell = f"{record['row']}:{HEADER.index('obs_value') + 1}"
            loaded.append({**place, "cell": cell, "decimals": _decimals(text), **values})
    return _tables(rows, _frame(loaded, reference), rejected, skipped)


def _typed(cells: list[str]) -> tuple[dict[str, object], list[tuple[int, str]]]:
    """Return the row's values by column name and the faults as (column position, rule)."""
    if len(cells) != len(COLUMNS):
        return {}, [(min(len(cells), len(COLUMNS)), "row_broken")]
    values: dict[str, object] = {}
    for position, (column, text) in enumerate(zip(COLUMNS, cells, strict=True)):
        try:
            values[column.name] = parse(text, column)
        except (ValueError, KeyError):
            return {}, [(position, "cell_wrong")]
    if not re.fullmatch(PERIOD_OF_FREQ[str(values["freq"])], str(values["time_period"])) or not TIME_PERIOD.fullmatch(
        str(values["time_period"])
    ):
        return {}, [(HEADER.index("time_period"), "period_wrong")]
    return values, []


@dataclass(frozen=True)
class _Lookup:
    cards: dict[str, dict[str, object]]
    areas: dict[tuple[object, object], object]
    sources: frozenset[str]


def _lookup(reference: Reference) -> _Lookup:
    area = reference.area
    last_days = area["valid_to"].dt.date.where(area["valid_to"].notna(), dt.date.max)
    return _Lookup(
        cards=reference.indicator.set_index("indicator")[["unit_measure", "concept", "prices"]].to_dict("index"),
        areas=dict(zip(zip(area["ref_area"], area["valid_from"].dt.date, strict=True), last_days, strict=True)),
        sources=frozenset(reference.source["source_id"]),
    )


def _unknown(values: dict[str, Any], lookup: _Lookup) -> list[tuple[int, str]]:
    """Return (column position, rule) where the row does not agree with the reference tables."""
    card = lookup.cards.get(values["indicator"])
    if card is None:
        return [(HEADER.index("indicator"), "indicator_unknown")]
    for name, expected in card.items():
        if values[name] != expected:
            return [(HEADER.index(name), "not_as_card")]
    last_day: Any = lookup.areas.get((values["ref_area"], values["area_valid_from"]))
    if last_day is None:
        return [(HEADER.index("ref_area"), "area_unknown")]
    if not values["area_valid_from"] <= values["vintage"] <= last_day:
        return [(HEADER.index("vintage"), "area_not_valid")]
    if values["source_id"] not in lookup.sources:
        return [(HEADER.index("source_id"), "source_unknown")]
    return []


def _decimals(text: str) -> int:
    return len(text.partition(".")[2]) if "e" not in text.lower() else 0


def _frame(loaded: list[dict[str, object]], reference: Reference) -> pd.DataFrame:
    """Return core.observation with repeated keys still in it."""
    import pandas as pd

    columns = ["file", "sheet", "cell", "decimals", *HEADER]
    frame = pd.DataFrame(loaded, columns=columns).drop(columns="note")
    manifest = reference.manifest.set_index("path")
    frame["obs_status"] = frame["obs_status"].fillna(frame["file"].map(manifest["obs_status"]))
    frame["illustrative"] = frame["file"].map(manifest["illustrative"]).astype(bool)
    frame["break_flag"] = False
    year = frame["time_period"].astype("str").str.slice(0, 4).astype("int64")
    frame["back_cast"] = year < pd.to_datetime(frame["area_valid_from"]).dt.year
    hashes = frame["file"].map(manifest["sha256"])
    keys = frame[list(OBSERVATION.key)].astype(str).agg("|".join, axis=1)
    texts = hashes + "|" + frame["sheet"] + "|" + frame["cell"] + "|" + keys
    frame["obs_id"] = [hashlib.sha256(text.encode("utf-8")).hexdigest()[:12] for text in texts]
    return frame


def _tables(
    rows: pd.DataFrame, frame: pd.DataFrame, rejected: list[dict[str, object]], skipped: list[dict[str, object]]
) -> Harmonised:
    """Return the four tables; the second row of a repeated key is rejected."""
    import pandas as pd

    repeated = frame[frame.duplicated(list(OBSERVATION.key))]
    rejected = rejected + [
        {**repeat, "raw_text": None, "rule": "key_repeated", "todo": "todo_key_repeated"}
        for repeat in repeated[["file", "sheet", "cell"]].to_dict("records")
    ]
    observation = conform(frame.drop(repeated.index), OBSERVATION)
    rejections = conform(pd.DataFrame(rejected, columns=REJECTED.names), REJECTED)
    skips = conform(pd.DataFrame(skipped, columns=ROW_SKIPPED.names), ROW_SKIPPED)
    place = ["file", "sheet"]
    account = rows.groupby(place).size().rename("rows_in").reset_index()
    for name, table in (("loaded", observation), ("rejected", rejections), ("skipped", skips)):
        count = table.groupby(place).size().rename(name).reset_index()
        account = account.merge(count, on=place, how="left").fillna({name: 0})
    return Harmonised(observation, rejections, conform(account, ROW_ACCOUNT), skips)
