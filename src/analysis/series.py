"""From observations to series: as observed, and computed by the definition cards' formulas."""

from __future__ import annotations

import ast
import itertools
import operator
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from analysis.errors import InputError
from analysis.schema import CODELISTS, SERIES, conform

if TYPE_CHECKING:
    import pandas as pd

OPERATORS: dict[type[ast.operator], Callable[[pd.Series, pd.Series], pd.Series]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
FUNCTIONS = ("chain",)
# A formula joins the figures of one area, activity and period.
PLACE = ["ref_area", "area_valid_from", "activity", "freq", "time_period"]


def derive(observations: pd.DataFrame, conflict: pd.DataFrame, cards: pd.DataFrame) -> pd.DataFrame:
    """Return core.series: the observations that stand (observation.as_of) and what the cards' formulas make of them.

    `cards` is the indicator table. Each value carries the list of its obs_ids. Raises InputError for a formula that
    cannot be read, names an unknown card, or goes in a circle.
    """
    import pandas as pd

    losers = set(conflict.loc[conflict["obs_value"] != conflict["winner_value"], "winner_obs_id"])
    direct = observations.assign(
        conflict=observations["obs_id"].isin(losers), obs_ids=[[one] for one in observations["obs_id"]]
    )[SERIES.names]
    done = dict(iter(direct.groupby("indicator")))
    for name in order(cards):
        card = cards.set_index("indicator").loc[name]
        made = _evaluate(name, card["formula"], done)
        if made is not None:
            done[name] = made.assign(
                indicator=name, unit_measure=card["unit_measure"], prices=card["prices"], concept=card["concept"]
            )
    frames = [frame for frame in done.values() if len(frame)]
    return conform(pd.concat(frames) if frames else direct, SERIES).sort_values(list(SERIES.key), ignore_index=True)


def order(cards: pd.DataFrame) -> list[str]:
    """Return the cards with a formula, each after those it names. Raises InputError as `derive` says."""
    formulas = {card.indicator: card.formula for card in cards.itertuples() if isinstance(card.formula, str)}
    placed: list[str] = []

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            raise InputError("formula_circle", file="indicator.csv", indicator=name)
        for part in _names(name, formulas[name]):
            if part not in set(cards["indicator"]):
                raise InputError("formula_unknown_name", file="indicator.csv", indicator=name, name=part)
            if part in formulas and part not in placed:
                visit(part, (*path, name))
        if name not in placed:
            placed.append(name)

    for name in formulas:
        visit(name, ())
    return placed


def _tree(name: str, formula: str) -> ast.expr:
    try:
        return ast.parse(formula, mode="eval").body
    except SyntaxError as error:
        raise InputError("formula_broken", file="indicator.csv", indicator=name) from error


def _names(name: str, formula: str) -> Iterator[str]:
    for node in ast.walk(_tree(name, formula)):
        if isinstance(node, ast.Name) and node.id not in FUNCTIONS:
            yield node.id


def _evaluate(name: str, formula: str, done: dict[str, pd.DataFrame]) -> pd.DataFrame | None:
    """Return the series rows of one formula, None when a series it needs has no figure."""
    parts = list(dict.fromkeys(_names(name, formula)))
    if not all(part in done for part in parts):
        return None
    tree = _tree(name, formula)
    if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) and tree.func.id == "chain" and len(parts) == 1:
        return _chain(done[parts[0]])
    joined = _join([done[part] for part in parts])
    values = {part: joined[f"obs_value_{position}"] for position, part in enumerate(parts)}
    return joined.assign(obs_value=_value(name, tree, values))[SERIES.names]


def _value(name: str, node: ast.expr, values: dict[str, pd.Series]) -> pd.Series:
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        return OPERATORS[type(node.op)](_value(name, node.left, values), _value(name, node.right, values))
    if isinstance(node, ast.Name) and node.id in values:
        return values[node.id]
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return node.value  # a number stands for itself beside a Series
    raise InputError("formula_broken", file="indicator.csv", indicator=name)


def _join(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """Return the periods that all frames have, with obs_value_0, obs_value_1 ... and the least certain marks."""
    joined = frames[0].rename(columns={"obs_value": "obs_value_0"})
    for position, frame in enumerate(frames[1:], start=1):
        other = frame[[*PLACE, "obs_value", "obs_status", "break_flag", "back_cast", "conflict", "illustrative", "obs_ids"]]
        joined = joined.merge(other, on=PLACE, suffixes=("", "_other")).rename(
            columns={"obs_value": f"obs_value_{position}"}
        )
        ranks = joined[["obs_status", "obs_status_other"]].map(CODELISTS["obs_status"].index).max(axis=1)
        joined["obs_status"] = ranks.map(dict(enumerate(CODELISTS["obs_status"])))
        for mark in ("break_flag", "back_cast", "conflict", "illustrative"):
            joined[mark] = joined[mark] | joined[f"{mark}_other"]
        joined["obs_ids"] = joined["obs_ids"] + joined["obs_ids_other"]
        joined = joined.drop(columns=[column for column in joined if str(column).endswith("_other")])
    return joined


def _chain(index: pd.DataFrame) -> pd.DataFrame:
    """Return the linked index of a yearly index (previous year = 100): the year before the first = 100.

    A gap ends the chain: only the latest unbroken stretch of years of each series is linked.
    """
    import pandas as pd

    place = [column for column in PLACE if column != "time_period"]
    made = []
    for _, group in index[index["freq"] == "A"].groupby(place):
        group = group.sort_values("time_period")
        years = group["time_period"].astype(int)
        starts = (years.diff() != 1) | group["break_flag"]
        group = group[starts.cumsum() == starts.cumsum().max()]
        base = str(int(group["time_period"].iloc[0]) - 1)
        ids = list(itertools.accumulate(group["obs_ids"], operator.add))
        linked = group.assign(obs_value=100 * (group["obs_value"] / 100).cumprod(), obs_ids=ids)
        first = linked.iloc[[0]].assign(time_period=base, obs_value=100.0, obs_ids=[[]])
        made.append(pd.concat([first, linked]).assign(base_per=base))
    return pd.concat(made)[SERIES.names] if made else index.iloc[:0]
