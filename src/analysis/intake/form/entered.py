"""Which figures an office enters: the cards of an area and plan, and the cells that each has in the form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from analysis.intake.form.returned import known_text
from analysis.schema.codelist import PARTS

if TYPE_CHECKING:
    import pandas as pd

NAME = re.compile(r"[a-z_][a-z0-9_]*")
FUNCTIONS = ("lag", "chain")


def cards(every: pd.DataFrame, area_kind: str, plan: Any) -> pd.DataFrame:
    """Return the cards whose figures are entered, numerators beside their denominator.

    For a commune every card it can measure; for another area the plan's indicators and, down to those without a formula,
    the cards their formulas name.
    """
    if area_kind == "commune":
        chosen = every[every["measurable_at_commune"].isin(["yes", "estimate"]) & every["formula"].isna()]
    else:
        formulas = every.set_index("indicator")["formula"].dropna().to_dict()
        wanted = [*plan.target["indicator"].dropna(), *plan.annual_target["indicator"].dropna()]
        chosen = every[every["indicator"].isin(_named(wanted, formulas)) & every["formula"].isna()]
    below = {numerator: denominator for numerator, denominator, _ in shares(every)}
    positions = {name: position for position, name in enumerate(chosen["indicator"])}
    groups: dict[str, int] = {}
    for name, position in positions.items():
        group = below.get(name, name)
        groups[group] = min(groups.get(group, position), position)

    def place(name: str) -> tuple[int, int, int]:
        group = below.get(name, name)
        first = group != name and positions[name] == groups[group]
        return groups[group], 0 if first else 1 if group == name else 2, positions[name]

    ordered = sorted(positions, key=place)
    return chosen.set_index("indicator", drop=False).loc[ordered].reset_index(drop=True)


def keys(chosen: pd.DataFrame, years: Sequence[int], part_years: Sequence[tuple[int, int]]) -> pd.DataFrame:
    """Return indicator, activity, freq, time_period of every cell that takes a figure in the form of these cards."""
    import pandas as pd

    periods = [("A", str(year)) for year in years]
    parts = {"none": [], "cumulative": [("YTD", f"{year}-{month:02d}") for year, month in part_years]}
    at_end = [("M", period) for _, period in parts["cumulative"]]
    made = [
        (card["indicator"], activity, *period)
        for card in chosen.to_dict("records")
        for activity in ("total", *PARTS.get(known_text(card["parts"]), ()))
        for period in (*periods, *parts.get(card["part_year"], at_end))
    ]
    return pd.DataFrame(made, columns=["indicator", "activity", "freq", "time_period"])


def _named(wanted: Sequence[str], formulas: Mapping[str, str]) -> set[str]:
    found: set[str] = set()
    queue = list(wanted)
    while queue:
        name = queue.pop()
        if name not in found:
            found.add(name)
            queue += [part for part in NAME.findall(formulas.get(name, "")) if part not in FUNCTIONS]
    return found


def shares(cards: pd.DataFrame) -> Iterator[tuple[str, str, str]]:
    """Return (numerator, denominator, name of the share) of the cards that are 100 * numerator / denominator."""
    for card in cards[cards["formula"].notna()].to_dict("records"):
        found = re.fullmatch(r"\s*100\s*\*\s*(\w+)\s*/\s*(\w+)\s*", card["formula"])
        if found:
            yield found[1], found[2], card["indicator"]
