"""From observations to series: as observed, and computed by the definition cards' formulas."""

from __future__ import annotations

import ast
import itertools
import operator
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from analysis.errors import InputError
from analysis.schema.codelist import CODELISTS
from analysis.schema.core import SERIES
from analysis.schema.table import conform

if TYPE_CHECKING:
    import pandas as pd

OPERATORS: dict[type[ast.operator], Callable[[pd.Series, pd.Series], pd.Series]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
FUNCTIONS = ("chain", "lag")
# A formula joins the figures of one area, activity and period.
PLACE = ["ref_area", "area_valid_from", "activity", "freq", "time_period"]
MARKS = ["break_flag", "back_cast", "conflict", "illustrative"]


def derive(observations: pd.DataFrame, conflict: pd.DataFrame, cards: pd.DataFrame) -> pd.DataFrame:
    """Return core.series: the observations that stand (observation.as_of) and what the cards' formulas make of them.

    `cards` is the indicator table. Each value carries the list of its obs_ids. A figure that a source gives for a card with
    a formula stands where the formula has none. Raises InputError for a formula that cannot be read, names an unknown card,
    or goes in a circle.
    """
    import pandas as pd

    true = conflict[conflict["differs"].astype(bool) & (conflict["reason"] == "rank")]
    direct = observations.assign(
        conflict=observations["obs_id"].isin(true["winner_obs_id"]), obs_ids=[[one] for one in observations["obs_id"]]
    )[SERIES.names]
    done = dict(iter(direct.groupby("indicator")))
    known = cards.set_index("indicator")
    for name in order(cards):
        card = known.loc[name]
        made = _evaluate(name, card["formula"], done)
        if made is not None:
            made = made.dropna(subset=["obs_value"]).assign(
                indicator=name, unit_measure=card["unit_measure"], prices=card["prices"], concept=card["concept"]
            )
            done[name] = _beside(made, done.get(name))
    frames = [frame for frame in done.values() if len(frame)]
    return conform(pd.concat(frames) if frames else direct, SERIES).sort_values(list(SERIES.key), ignore_index=True)


def _beside(made: pd.DataFrame, given: pd.DataFrame | None) -> pd.DataFrame:
    """Return the computed rows and, for other places and periods, the given ones."""
    import pandas as pd

    if given is None:
        return made
    computed = pd.MultiIndex.from_frame(made[PLACE])
    return pd.concat([made, given[~pd.MultiIndex.from_frame(given[PLACE]).isin(computed)]])


def order(cards: pd.DataFrame) -> list[str]:
    """Return the cards with a formula, each after those it names. Raises InputError as `derive` says."""
    formulas = {card.indicator: card.formula for card in cards.itertuples() if isinstance(card.formula, str)}
    rows = {name: row for row, name in enumerate(cards["indicator"], start=2)}
    placed: list[str] = []

    def visit(name: str, path: tuple[str, ...]) -> None:
        where = {"file": "indicator.csv", "row": rows[name], "indicator": name}
        if name in path:
            raise InputError("formula_circle", **where)
        for part in names(name, formulas[name], rows[name]):
            if part not in rows:
                raise InputError("formula_unknown_name", **where, name=part)
            if part in formulas and part not in placed:
                visit(part, (*path, name))
        if name not in placed:
            placed.append(name)

    for name in formulas:
        visit(name, ())
    return placed


def names(name: str, formula: str, row: int = 0) -> Iterator[str]:
    """Return the cards that the formula of card `name` (line `row`) names. Raises InputError when it cannot be read."""
    for node in ast.walk(_tree(name, formula, row)):
        if isinstance(node, ast.Name) and node.id not in FUNCTIONS:
            yield node.id


def terms(name: str, formula: str) -> Iterator[tuple[str, int, bool]]:
    """Return what the formula of card `name` is made of: a card, how many years earlier its figure is, and whether it is an
    index to be linked. Raises InputError when it cannot be read.
    """
    tree = _tree(name, formula)
    if _function(tree, "chain"):
        yield next(names(name, formula)), 0, True
        return
    for node in _terms(tree):
        yield next(names(name, ast.unparse(node))), int(_function(node, "lag")), False


def _tree(name: str, formula: str, row: int = 0) -> ast.expr:
    broken = InputError("formula_broken", file="indicator.csv", row=row, indicator=name)
    try:
        tree = ast.parse(formula, mode="eval").body
    except SyntaxError as error:
        raise broken from error
    if not (_function(tree, "chain") or _is_sum(tree)):
        raise broken
    return tree


def _is_sum(node: ast.expr) -> bool:
    """Whether a formula is made of names, lags and numbers by + - * / alone."""
    if isinstance(node, ast.BinOp):
        return type(node.op) in OPERATORS and _is_sum(node.left) and _is_sum(node.right)
    number = isinstance(node, ast.Constant) and isinstance(node.value, int | float)
    return number or isinstance(node, ast.Name) or _function(node, "lag")


def _function(node: ast.AST, name: str) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == name
        and len(node.args) == 1
        and isinstance(node.args[0], ast.Name)
    )


def _evaluate(name: str, formula: str, done: dict[str, pd.DataFrame]) -> pd.DataFrame | None:
    """Return the series rows of one formula, None when a series it needs has no figure."""
    if not all(part in done for part in names(name, formula)):
        return None
    tree = _tree(name, formula)
    if _function(tree, "chain"):
        return _chain(done[next(names(name, formula))])
    terms: dict[str, pd.DataFrame] = {}
    for node in _terms(tree):
        part = next(names(name, ast.unparse(node)))
        terms[ast.unparse(node)] = _lag(done[part]) if _function(node, "lag") else done[part]
    joined = _join(list(terms.values()))
    values = {term: joined[f"obs_value_{position}"] for position, term in enumerate(terms)}
    return joined.assign(obs_value=_value(tree, values))[SERIES.names]


def _terms(node: ast.expr) -> Iterator[ast.expr]:
    """Return the names and lags of a formula, from left to right."""
    if isinstance(node, ast.Name) or _function(node, "lag"):
        yield node
    elif isinstance(node, ast.BinOp):
        yield from _terms(node.left)
        yield from _terms(node.right)


def _value(node: ast.expr, values: dict[str, pd.Series]) -> pd.Series:
    if isinstance(node, ast.BinOp):
        return OPERATORS[type(node.op)](_value(node.left, values), _value(node.right, values))
    if isinstance(node, ast.Constant):
        return node.value  # a number stands for itself beside a Series
    return values[ast.unparse(node)]


def _lag(frame: pd.DataFrame) -> pd.DataFrame:
    """Return each figure under the same period a year later; none where that later figure is not comparable with it."""
    import pandas as pd

    year = (frame["time_period"].str.slice(0, 4).astype("int64") + 1).astype("str")
    moved = frame.assign(time_period=year + frame["time_period"].str.slice(4), break_flag=False)
    broken = pd.MultiIndex.from_frame(frame.loc[frame["break_flag"], PLACE])
    return moved[~pd.MultiIndex.from_frame(moved[PLACE]).isin(broken)]


def _join(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """Return the periods that all frames have, with obs_value_0, obs_value_1 ... and the least certain marks.

    A sum from January joins a count at the end of the same month: people examined so far, of the people there are.
    """
    import pandas as pd

    joined = frames[0].rename(columns={"obs_value": "obs_value_0"})
    for position, frame in enumerate(frames[1:], start=1):
        at_month_end = frame[frame["freq"] == "M"].assign(freq="YTD")
        other = pd.concat([frame, at_month_end]).drop_duplicates(PLACE)[
            [*PLACE, "obs_value", "obs_status", *MARKS, "vintage", "obs_ids"]
        ]
        joined = joined.merge(other, on=PLACE, suffixes=("", "_other")).rename(
            columns={"obs_value": f"obs_value_{position}"}
        )
        ranks = joined[["obs_status", "obs_status_other"]].map(CODELISTS["obs_status"].index).max(axis=1)
        joined["obs_status"] = ranks.map(dict(enumerate(CODELISTS["obs_status"])))
        joined["vintage"] = joined[["vintage", "vintage_other"]].max(axis=1)
        for mark in MARKS:
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
    yearly = index[index["freq"] == "A"].sort_values([*place, "time_period"])
    years = yearly["time_period"].astype("int64")
    stretch = ((years.groupby([yearly[name] for name in place]).diff() != 1) | yearly["break_flag"]).cumsum()
    kept = yearly[stretch == stretch.groupby([yearly[name] for name in place]).transform("max")]
    if kept.empty:
        return index.iloc[:0]
    grouped = kept.groupby(place, sort=False)
    linked = 100 * (kept["obs_value"] / 100).groupby([kept[name] for name in place]).cumprod()
    base = (grouped["time_period"].transform("min").astype("int64") - 1).astype("str")
    ids = [one for _, lists in grouped["obs_ids"] for one in itertools.accumulate(lists, operator.add)]
    chained = kept.assign(obs_value=linked, base_per=base, obs_ids=ids)
    first = chained[~chained.duplicated(place)]
    first = first.assign(time_period=first["base_per"], obs_value=100.0, obs_ids=[[] for _ in range(len(first))])
    return pd.concat([first, chained])[SERIES.names]
