"""A plan: header, thresholds, targets of the whole period and of each year. Read from data/raw/plan/<plan_id>/."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.errors import InputError
from analysis.reference import file
from analysis.schema import ANNUAL_TARGET, TARGET

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


@dataclass(frozen=True)
class Plan:
    """`target` and `annual_target` are frames of the schema tables of that name."""

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
    target: pd.DataFrame
    annual_target: pd.DataFrame


def read(folder: Path, cards: pd.DataFrame, areas: pd.DataFrame) -> Plan:
    """Return the plan in `folder`.

    Raises InputError for a broken header, an unknown area, and a target row with an unknown comparator, kind, indicator
    or unit, a range that ends below its start or a deadline not after its base year.
    """
    header = _header(folder / "plan.toml")
    known = (areas["ref_area"] == header["ref_area"]) & (areas["valid_from"].dt.date == header["area_valid_from"])
    if not known.any():
        raise InputError("plan_area_unknown", file="plan.toml", area=header["ref_area"])
    target = file.read(folder / "target.csv", TARGET)
    annual = file.read(folder / "annual_target.csv", ANNUAL_TARGET)
    _agree(target, cards, "target.csv")
    _agree(annual, cards, "annual_target.csv")
    for row in target[target["deadline"] <= target["base_year"]].index:
        raise InputError("target_deadline", file="target.csv", row=int(row) + 2)
    return Plan(**header, target=target, annual_target=annual)


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


def _header(path: Path) -> dict[str, Any]:
    try:
        header = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise InputError("file_missing", file=f"{path.parent.name}/{path.name}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError("plan_broken", file=f"{path.parent.name}/{path.name}") from error
    for name, kind in HEADER.items():
        if not isinstance(header.get(name), kind):
            raise InputError("plan_header", file=f"{path.parent.name}/{path.name}", name=name)
    return {name: header[name] for name in HEADER}


def _agree(targets: pd.DataFrame, cards: pd.DataFrame, name: str) -> None:
    units = cards.set_index("indicator")["unit_measure"]
    for row, target in enumerate(targets.itertuples(), start=2):
        if target.indicator not in units.index:
            raise InputError("target_indicator", file=name, row=row, indicator=target.indicator)
        if target.unit_measure != units[target.indicator]:
            raise InputError("target_unit", file=name, row=row, unit=target.unit_measure)
        if target.value_high < target.value_low:
            raise InputError("target_range", file=name, row=row)


def judged(plan: Plan) -> pd.DataFrame:
    """Return the targets that get a verdict: those of target.csv, then each year's binding ones.

    Columns of target.csv up to `deadline`, and `value_met`, the least (greatest, where less is better) value that meets
    the target: a range's lower end; for "about" the value less the plan's tolerance.
    """
    import pandas as pd

    columns = [
        "target_id",
        "indicator",
        "activity",
        "kind",
        "comparator",
        "value_low",
        "value_high",
        "base_year",
        "deadline",
    ]
    annual = plan.annual_target[plan.annual_target["binding"]]
    annual = annual.assign(kind="growth_average", base_year=annual["year"] - 1, deadline=annual["year"])
    targets = pd.concat([plan.target[columns], annual[columns]], ignore_index=True)
    targets = targets.astype({"base_year": "int64", "deadline": "int64"})
    slack = targets["value_low"].abs() * plan.tolerance["about"]
    about = targets["comparator"] == "about"
    return targets.assign(
        value_met=targets["value_low"].where(~about, targets["value_low"] - slack),
        value_high=targets["value_high"].where(~about, targets["value_low"] + slack),
    )
