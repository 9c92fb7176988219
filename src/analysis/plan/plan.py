"""A plan: header, targets of the period and of each year, and what goes with them, from data/raw/plan/<plan_id>/."""

from __future__ import annotations

import dataclasses
import datetime as dt
import tomllib
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.errors import InputError
from analysis.reference import file
from analysis.schema.plan import PLAN

if TYPE_CHECKING:
    import pandas as pd

HEADER = {
    "id": str,
    "name_vi": str,
    "name_en": str,
    "ref_area": str,
    "area_valid_from": dt.date,
    "first_year": int,
    "last_year": int,
    "as_of": dt.date,
    "thresholds": dict,
    "tolerance": dict,
}
OPTIONAL: dict[str, tuple[type, Any]] = {"document": (dict, {}), "published_summary": (list, [])}
UNMEASURED = ("judged", "external", "not_local")  # no verdict from figures
WITHOUT_VALUE = (*UNMEASURED, "directional")
# column, the table it points into, and that table's key
LINKS = (
    ("target", "task_id", "task", "task_id"),
    ("target", "duplicate_of", "target", "target_id"),
    ("target", "implied_by", "target", "target_id"),
    ("activity", "task_id", "task", "task_id"),
    ("owner", "target_id", "target", "target_id"),
)


@dataclass(frozen=True)
class Plan:
    """The frames are the schema tables of these names; `document` and `published_summary` as in plan.toml."""

    id: str  # noqa: A003 - the field's name in plan.toml
    name_vi: str
    name_en: str
    ref_area: str
    area_valid_from: dt.date
    first_year: int
    last_year: int
    as_of: dt.date
    thresholds: dict[str, float]
    tolerance: dict[str, float]
    document: dict[str, str]
    published_summary: list[dict[str, Any]]
    target: pd.DataFrame
    annual_target: pd.DataFrame
    task: pd.DataFrame
    activity: pd.DataFrame
    body: pd.DataFrame
    decision: pd.DataFrame
    owner: pd.DataFrame
    published_verdict: pd.DataFrame


def read(folder: Path, cards: pd.DataFrame, areas: pd.DataFrame) -> Plan:
    """Return the plan in `folder`.

    Raises InputError, naming file and row, for a broken header, an unknown area, a target with an unknown comparator, kind,
    indicator, unit, programme or target, without the value its kind needs, with a range that ends below its start or a
    deadline not after its base year, and a quote that does not stand in the plan's document.
    """
    header = _header(folder / "plan.toml")
    known = (areas["ref_area"] == header["ref_area"]) & (areas["valid_from"].dt.date == header["area_valid_from"])
    if not known.any():
        raise InputError("plan_area_unknown", file="plan.toml", area=header["ref_area"])
    tables = {table.name: file.read(folder / f"{table.name}.csv", table) for table in PLAN}
    _agree(tables["target"], cards, "target.csv")
    _agree(tables["annual_target"], cards, "annual_target.csv")
    target = tables["target"]
    for row in target.index[target["deadline"] <= target["base_year"]]:
        raise InputError("target_deadline", file="target.csv", row=int(row) + 2)
    _link(tables)
    if "file" in header["document"]:
        text = folded(_text(folder / header["document"]["file"]))
        for name, column in (("target", "quote_vi"), ("activity", "quote_vi"), ("body", "duty_quote_vi")):
            _quoted(tables[name], column, f"{name}.csv", text)
    return Plan(**header, **tables)


def read_all(root: Path, cards: pd.DataFrame, areas: pd.DataFrame) -> dict[str, Plan]:
    """Return every plan below `root` by its id.

    Raises InputError as `read` does, for an id that is not its folder's name, and when there is no plan at all.
    """
    plans = {}
    for folder in sorted(path.parent for path in root.glob("*/plan.toml")):
        plans[folder.name] = read(folder, cards, areas)
        if plans[folder.name].id != folder.name:
            raise InputError("plan_header", file=f"{folder.name}/plan.toml", name="id")
    if not plans:
        raise InputError("file_missing", file="plan/<plan_id>/plan.toml")
    return plans


def folded(text: str) -> str:
    """Return a text as it is compared: NFC, every run of white space one blank."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def _header(path: Path) -> dict[str, Any]:
    name = f"{path.parent.name}/{path.name}"
    try:
        header = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise InputError("file_missing", file=name) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError("plan_broken", file=name) from error
    header = {key: default for key, (_, default) in OPTIONAL.items()} | header
    for key, kind in (HEADER | {key: kind for key, (kind, _) in OPTIONAL.items()}).items():
        if not isinstance(header.get(key), kind):
            raise InputError("plan_header", file=name, name=key)
    return {key: header[key] for key in (*HEADER, *OPTIONAL)}


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise InputError("file_missing", file=f"{path.parent.name}/{path.name}") from error


def _agree(targets: pd.DataFrame, cards: pd.DataFrame, name: str) -> None:
    """Raise InputError where a target lacks what its kind needs or does not agree with its indicator's card."""
    import pandas as pd

    units = cards.set_index("indicator")["unit_measure"]
    for row, target in enumerate(targets.itertuples(), start=2):
        where = {"file": name, "row": row}
        given = {key: not pd.isna(getattr(target, key)) for key in ("indicator", "comparator", "value_low")}
        if given["indicator"] and target.indicator not in units.index:
            raise InputError("target_indicator", **where, indicator=target.indicator)
        needed = ["indicator", "comparator"] if target.kind not in UNMEASURED else []
        needed += ["value_low"] if target.kind not in WITHOUT_VALUE else []
        for key in needed:
            if not given[key]:
                raise InputError("target_lacks", **where, name=key, kind=target.kind)
        unit = "TIMES" if target.kind == "multiply" else units.get(target.indicator)
        if given["value_low"] and given["indicator"] and target.unit_measure != unit:
            raise InputError("target_unit", **where, unit=target.unit_measure)
        if target.value_high < target.value_low:
            raise InputError("target_range", **where)


def _link(tables: dict[str, pd.DataFrame]) -> None:
    for name, column, other, key in LINKS:
        values = tables[name][column]
        for row in values.index[values.notna() & ~values.isin(tables[other][key])]:
            raise InputError("name_unknown", file=f"{name}.csv", row=int(row) + 2, name=values[row])
    known = set(tables["target"]["target_id"])
    for row, ids in enumerate(tables["decision"]["target_ids"], start=2):
        for name in ids:
            if name not in known:
                raise InputError("name_unknown", file="decision.csv", row=row, name=name)


def _quoted(frame: pd.DataFrame, column: str, name: str, text: str) -> None:
    for row, quote in frame[column].dropna().items():
        if folded(quote) not in text:
            raise InputError("quote_missing", file=name, row=int(str(row)) + 2, column=column)


def standing(plan: Plan, series: pd.DataFrame) -> Plan:
    """Return the plan without invented targets of a year, where its area has real figures in `series` (core.series)."""
    import pandas as pd

    here = (series["ref_area"] == plan.ref_area) & (series["area_valid_from"] == pd.Timestamp(plan.area_valid_from))
    if series.loc[here, "illustrative"].all():
        return plan
    return dataclasses.replace(plan, annual_target=plan.annual_target[~plan.annual_target["illustrative"].astype(bool)])


def judged(plan: Plan) -> pd.DataFrame:
    """Return the targets that get a row of out.progress: those of target.csv, then each year's binding ones.

    Columns of target.csv up to `in_headline`, `illustrative` (bool), and `value_met`, the least (greatest, where less is
    better) value that meets the target: a range's lower end; for "about" the value less the plan's tolerance.
    """
    import pandas as pd

    columns = ["target_id", "indicator", "activity", "kind", "comparator", "value_low", "value_high", "unit_measure"]
    columns += ["base_year", "deadline", "in_headline", "illustrative"]
    annual = plan.annual_target[plan.annual_target["binding"]]
    annual = annual.assign(base_year=annual["year"] - 1, deadline=annual["year"], in_headline=False)
    of_plan = plan.target[plan.target["binding"]].assign(illustrative=False)
    targets = pd.concat([of_plan[columns], annual[columns]], ignore_index=True)
    targets = targets.astype({"base_year": "int64", "deadline": "int64", "in_headline": "bool", "illustrative": "bool"})
    slack = targets["value_low"].abs() * plan.tolerance["about"]
    about = targets["comparator"] == "about"
    return targets.assign(
        value_met=targets["value_low"].where(~about, targets["value_low"] - slack),
        value_high=targets["value_high"].where(~about, targets["value_low"] + slack),
    )
