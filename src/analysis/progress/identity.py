"""Parts and their total on the same paths: what the definition cards say adds up does so in every projection.

Where every part of a total (`parts` of its card) and the total itself have a growth average to judge, their levels are drawn
together (projection/reconcile.py): each target is then judged by the same paths, so that the probability of meeting all of
them means something, and what each part contributes to the growth of the total adds up exactly.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.progress.history import AREA
from analysis.progress.outlook import Outlook
from analysis.projection import dispatch, question, reconcile, residual
from analysis.projection.method import growth_average
from analysis.schema.codelist import PARTS, QUANTILE_LEVELS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int_]

MODEL_ID = "growth_average_parts"
PLACE = [*AREA, "measure", "year"]


@dataclass(frozen=True)
class Together:
    """What the same paths say: the outlook with it, `chance` of all targets of a total and its parts (AREA, measure, year,
    value), `contribution` of each part to the growth of the first coming year (the same and activity, percentage points).
    """

    outlook: Outlook
    chance: pd.DataFrame
    contribution: pd.DataFrame


def together(rows: pd.DataFrame, outlook: Outlook) -> Together:
    """Judge totals and their parts by the same paths; all else stays as it is."""
    elements = _elements(rows, outlook)
    answers, chances, contributions = outlook.answers, [], []
    for key, parts in PARTS.items():
        wide = _groups(elements[elements["parts"] == key], parts)
        if wide.empty:
            continue
        one, total = _paths(outlook, wide, parts)
        own = elements.merge(wide.reset_index().assign(group=np.arange(len(wide)))[[*PLACE, "group"]], on=PLACE)
        own = own[own["activity"].isin([*parts, "total"])].reset_index(drop=True)
        levels = np.concatenate([one, total[..., None]], axis=-1)
        column = own["activity"].map({name: place for place, name in enumerate((*parts, "total"))}).to_numpy()
        drawn = levels[own["group"].to_numpy(), :, column]
        met = _met(outlook, own["element"].to_numpy(), drawn)
        answers = _with_paths(outlook, answers, own["element"].to_numpy(), drawn, met)
        chances.append(_all_met(own, met))
        contributions.append(_contributions(outlook, wide, parts, one))
    return Together(
        dataclasses.replace(outlook, answers=answers),
        pd.concat(chances) if chances else pd.DataFrame(columns=[*PLACE, "value"]),
        pd.concat(contributions) if contributions else pd.DataFrame(columns=[*PLACE, "activity", "value"]),
    )


def _elements(rows: pd.DataFrame, outlook: Outlook) -> pd.DataFrame:
    """Return the growth averages of the outlook that could be projected, with `element`, their place in it."""
    place = outlook.row
    made = rows[[*AREA, "measure", "activity", "parts", "deadline"]].iloc[place].reset_index(drop=True)
    made = made.assign(year=outlook.year, element=np.arange(len(place)), due=outlook.year == made["deadline"])
    able = (outlook.questions.kind == "growth_average") & (outlook.answers.state == "ok")
    return made[able & made["parts"].notna().to_numpy()]


def _groups(elements: pd.DataFrame, parts: tuple[str, ...]) -> pd.DataFrame:
    """Return one row a place and year where every part and the total are known: an element of each (columns)."""
    wide = elements.pivot_table(index=PLACE, columns="activity", values="element", aggfunc="first")
    return wide.reindex(columns=[*parts, "total"]).dropna().astype("int64")


def _paths(outlook: Outlook, wide: pd.DataFrame, parts: tuple[str, ...]) -> tuple[Floats, Floats]:
    """Return the levels of the parts (groups x paths x parts) and of the total (groups x paths)."""

    def laws(elements: Ints) -> Floats:
        fitted, left = dispatch.growth_fit(question.take(outlook.questions, elements))
        return np.exp(growth_average.quantiles(fitted, left, residual.LEVELS))

    each = np.stack([laws(wide[name].to_numpy()) for name in parts], axis=1)
    return reconcile.coherent(each, laws(wide["total"].to_numpy()), reconcile.correlation(parts))


def _met(outlook: Outlook, elements: Ints, drawn: Floats) -> NDArray[np.bool_]:
    """Return on which paths each element's target is met, elements x paths."""
    asked = question.take(outlook.questions, elements)
    years = (asked.deadline - asked.base_year).astype(float)
    goal = np.exp(growth_average.log_level_for(np.log(asked.base_value), years, asked.target))[:, None]
    less = np.isin(asked.comparator, question.LESS)[:, None]
    met = np.where(less, drawn <= goal * (1 + question.EXACT), drawn >= goal * (1 - question.EXACT))
    return np.asarray(met, dtype=bool)


def _with_paths(
    outlook: Outlook, answers: question.Answers, elements: Ints, drawn: Floats, met: NDArray[np.bool_]
) -> question.Answers:
    """Return the answers with probability and quantiles of these elements taken from the paths."""
    asked = question.take(outlook.questions, elements)
    years = (asked.deadline - asked.base_year).astype(float)
    quantiles = np.quantile(drawn, QUANTILE_LEVELS, axis=1).T
    averages = growth_average.average(np.log(quantiles), np.log(asked.base_value)[:, None], years[:, None])
    made = {
        "probability": met.mean(axis=1),
        "projected": averages[:, QUANTILE_LEVELS.index(0.5)],
        "quantiles": averages,
        "model": MODEL_ID,
    }
    columns = {name: getattr(answers, name).copy() for name in made}
    for name, values in made.items():
        columns[name][elements] = values
    return dataclasses.replace(answers, **columns)


def _all_met(own: pd.DataFrame, met: NDArray[np.bool_]) -> pd.DataFrame:
    """Return the share of paths on which every target due in a year is met, where total and parts have one."""
    due = own[own["due"]].sort_values("group", kind="stable")
    both = due.groupby("group")["activity"].agg(lambda names: "total" in set(names) and len(set(names)) > 1)
    due = due[due["group"].isin(both.index[both.astype(bool)])]
    if due.empty:
        return due.assign(value=np.nan)[[*PLACE, "value"]]
    groups, start = np.unique(due["group"], return_index=True)
    share = np.logical_and.reduceat(met[due.index], start, axis=0).mean(axis=1)
    return due.drop_duplicates("group")[PLACE].assign(value=share[np.searchsorted(groups, due["group"].unique())])


def _contributions(outlook: Outlook, wide: pd.DataFrame, parts: tuple[str, ...], drawn: Floats) -> pd.DataFrame:
    """Return what each part adds, on the mean of the paths, to the growth of the total in the first coming year."""
    asked = outlook.questions
    first = outlook.year[wide["total"]] == asked.last[wide["total"]] + 1
    places, elements = wide[first].reset_index()[PLACE], wide.loc[first, list(parts)].to_numpy()
    before = asked.history[elements, -1]
    found = reconcile.contributions(drawn[first], before[:, None]).mean(axis=1)
    made = [places.assign(activity=name, value=found[:, place]) for place, name in enumerate(parts)]
    return pd.concat([*made, places.assign(activity="total", value=found.sum(axis=1))])
