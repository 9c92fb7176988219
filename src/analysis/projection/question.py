"""What is asked of a projection: one target in one area, its past and how it is judged; and what is answered."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from analysis.schema.codelist import QUANTILE_LEVELS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int_]
    Texts = NDArray[np.str_]
    Years = NDArray[np.int_] | NDArray[np.float64]  # a year, or so far into it

LESS = ("le", "lt", "eq")
EXACT = 1e-9


@dataclass(frozen=True)
class Questions:
    """One element a target and area; `history` rows x years, the last column the newest year, NaN before the first.

    kind, transform, comparator: codes of schema. `history`: yearly figures in the card's unit; of a growth average the
    level it grows (constant prices or index); of a sum the yearly flows. `last`: year of the last column; `base_value`: the
    figure of the base year; `target`: in the card's unit, %/year of a growth average, the multiple of "multiply".
    `units`: N of "x of N" (NaN unknown); `in_percent`: whether such a history and target are percentages of N.
    `peer_drift`, `peer_spread`: medians of mean and standard deviation of peers' log changes (NaN: none). `change`, `month`:
    log growth of the year after `last` known by so many months (NaN: none); `beside`: where those months are the country's,
    the standard deviation of the own year about what they make of it (NaN: they are its own). `estimate`: whether the newest
    figure of a growth average is one that its revision will move against the base year's. `so_far`: sum since the base year,
    the part of the year under way with it; `first_part`: the part of the first coming year still to come. `lower`, `upper`:
    what the figure can be at least and at most (NaN: no bound). `counted`: what is known of the year after `last` after
    `counted_month` months (NaN: nothing), a `stock` as it stood or a flow so far; `usual_part`: how much of a year's flow
    has usually come by then; `production`: whether it is one.
    """

    kind: Texts
    transform: Texts
    comparator: Texts
    history: Floats
    last: Years
    base_year: Ints
    deadline: Years
    base_value: Floats
    target: Floats
    units: Floats
    in_percent: NDArray[np.bool_]
    peer_drift: Floats
    peer_spread: Floats
    change: Floats
    month: Floats
    beside: Floats
    estimate: NDArray[np.bool_]
    so_far: Floats
    first_part: Floats
    lower: Floats
    upper: Floats
    counted: Floats
    counted_month: Floats
    stock: NDArray[np.bool_]
    usual_part: Floats
    production: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.kind)


@dataclass(frozen=True)
class Answers:
    """One element a question: probability of meeting the target, projected value (median) and quantiles in the target's unit
    at the deadline (rows x QUANTILE_LEVELS), the model, and the state: "ok" or why there is no figure.
    """

    probability: Floats
    projected: Floats
    quantiles: Floats
    model: Texts
    state: Texts


def take(questions: Questions, rows: Ints | NDArray[np.bool_]) -> Questions:
    """Return some of the questions."""
    return Questions(*(getattr(questions, field.name)[rows] for field in fields(Questions)))


def take_answers(answers: Answers, rows: Ints | NDArray[np.bool_]) -> Answers:
    """Return some of the answers."""
    return Answers(*(getattr(answers, field.name)[rows] for field in fields(Answers)))


def years_left(questions: Questions) -> Ints:
    """Return the whole years from the newest yearly figure to the deadline."""
    return np.asarray(np.ceil(time_left(questions) - EXACT)).astype(int)


def time_left(questions: Questions) -> Floats:
    """Return the years from the newest figure to the deadline, parts of years too."""
    return np.asarray(questions.deadline - questions.last, dtype=float)


def in_direction(at_least: Floats, comparator: Texts) -> Floats:
    """Return the probability of meeting a target of a continuous figure from that of being at least as high."""
    return np.where(np.isin(comparator, LESS), 1 - at_least, at_least)


def met_before(questions: Questions) -> Floats:
    """Return for every year of the history whether it met the target: 1, 0, NaN not known."""
    value, bound = questions.history, questions.target[:, None]
    code = questions.comparator[:, None]
    close = EXACT * np.maximum(np.abs(bound), 1.0)
    met = np.select(
        [code == "gt", code == "lt", code == "le", code == "eq"],
        [value > bound + close, value < bound - close, value <= bound + close, np.abs(value - bound) <= close],
        default=value >= bound - close,
    )
    return np.where(np.isnan(value) | np.isnan(bound), np.nan, met.astype(float))


def answer(probability: Floats, quantiles: Floats, model: str) -> Answers:
    """Return answers of one model; without a figure the state says so."""
    state = np.where(np.isnan(probability), "no_figure", "ok")
    middle = quantiles[:, QUANTILE_LEVELS.index(0.5)]
    return Answers(probability, middle, quantiles, np.full(len(probability), model), state)


def nothing(count: int) -> Floats:
    """Return quantiles that claim nothing."""
    return np.full((count, len(QUANTILE_LEVELS)), np.nan)
