"""Which arithmetic answers which target: one table by kind of target and the card's scale, over arrays.

kind               scale of the card            answered by
growth_average     any (its level: log)         growth_average: half own past, half peers; start known by some months
level_by, range    log; count above 30          level (method H2); zeros, where some figures are zero
                   logit                        share; the bound itself through the isotonic table
                   count up to 30               count (negative binomial)
                   binomial, N known, <= LARGE  count ("x of N", beta-binomial, rounded up); else share
                   linear                       linear
                   flag                         keep when met already, else keep.regained
multiply           as level_by                  threshold = multiple x base value
zero_by            all but linear, flag         vanish: the learnt chance of reaching zero, of "x of N" its own law; the
                                                quantiles are those of level_by with that chance at zero
cumulative         any                          cumulative: so far + coming flows
annual_share       any                          keep.each_year: every year a trial, joint to the deadline
keep_each_year     any                          keep.probability, after a year that was missed keep.each_year; of shares at
                                                most what share says of each year, but for the bound itself: its table
                                                is of four years
directional        as level_by                  P(above the base value at the deadline); the sign by the comparator
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from analysis.projection.method import (
    count,
    cumulative,
    growth,
    growth_average,
    keep,
    level,
    linear,
    share,
    vanish,
    zeros,
)
from analysis.projection.question import (
    LESS,
    Answers,
    Questions,
    answer,
    in_direction,
    met_before,
    nothing,
    take,
    time_left,
    years_left,
)
from analysis.schema.codelist import QUANTILE_LEVELS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Texts = NDArray[np.str_]

    Method = Callable[[Questions], Answers]

MOST_COUNTED = 4 * count.LARGE  # a count that has been higher is a level
LARGE_UNITS = 200  # from so many units on "x of N" is an ordinary share
BY_KIND = ("growth_average", "cumulative", "annual_share", "keep_each_year")
TO_ZERO = ("level", "zeros", "count", "share")
AT_DEADLINE = ("level_by", "range", "multiply", "zero_by", "directional")


def project(questions: Questions) -> Answers:
    """Answer every question; each ends in a defined state: "ok", or why there is no figure (question.Answers.state).

    Raises nothing: what cannot be projected says so in `state`: closed (the deadline is past), no_target, not_projected (a
    kind that is judged by people), too_few (fewer points than the method needs), bad_value (not positive, infinite, out of
    bounds).
    """
    size = len(questions)
    probability, projected, quantiles = np.full(size, np.nan), np.full(size, np.nan), nothing(size)
    model = np.full(size, "", dtype="<U20")
    methods = method_of(questions)
    state = _states(questions, methods)
    for name, method in METHODS.items():
        rows = np.flatnonzero((methods == name) & (state == "ok"))
        if not len(rows):
            continue
        found = _down_to_zero(take(questions, rows), name, method(take(questions, rows)))
        probability[rows], projected[rows], quantiles[rows] = found.probability, found.projected, found.quantiles
        model[rows] = np.where(found.state == "ok", found.model, "")
        state[rows] = np.where(found.state == "no_figure", _why(take(questions, rows)), found.state)
    return Answers(probability, projected, quantiles, model, state)


def _down_to_zero(questions: Questions, name: str, found: Answers) -> Answers:
    """Return the answers of a method; where the target is zero, with the chance of reaching it that was learnt."""
    aimed = (questions.target == 0) & np.isin(questions.comparator, LESS) & (found.state == "ok")
    if name not in TO_ZERO or not aimed.any():
        return found
    none = vanish.chance(questions.history, years_left(questions).astype(float))
    aimed &= ~np.isnan(none)
    quantiles = vanish.with_atom(found.quantiles, np.array(QUANTILE_LEVELS), np.where(aimed, none, 0.0))
    kept = answer(np.where(aimed, none, found.probability), quantiles, vanish.MODEL_ID)
    return replace(kept, model=np.where(aimed, kept.model, found.model), state=found.state)


def method_of(questions: Questions) -> Texts:
    """Return the name of the method (METHODS) that answers each question, "" for none."""
    kind, scale = questions.kind, questions.transform
    newest = questions.history[:, -1]
    units_few = ~np.isnan(questions.units) & (questions.units <= LARGE_UNITS)
    past = questions.history
    small = (scale == "count") & (np.nan_to_num(newest) <= count.LARGE) & (np.fmax.reduce(past, axis=1) <= MOST_COUNTED)
    shares = np.isin(scale, ["logit", "binomial"])
    sometimes = (np.fmin.reduce(past, axis=1) == 0) & (np.isin(scale, ["log", "count"]) | (questions.lower >= 0))
    tests = [
        scale == "flag",
        small,
        (scale == "binomial") & units_few,
        shares,
        sometimes & np.isin(scale, ["log", "count", "linear"]),
        scale == "linear",
        np.isin(scale, ["log", "count"]),
    ]
    by_scale = np.select(tests, ["event", "count", "x_of_n", "share", "zeros", "linear", "level"], default="")
    return np.where(np.isin(kind, BY_KIND), kind, np.where(np.isin(kind, AT_DEADLINE), by_scale, ""))


def _states(questions: Questions, methods: Texts) -> Texts:
    left = years_left(questions)
    no_target = np.isnan(questions.target) & (questions.kind != "directional")
    no_base = np.isin(questions.kind, ["growth_average", "multiply", "directional"]) & ~(np.abs(questions.base_value) > 0)
    unknown = np.isnan(questions.history[:, -1])
    infinite = np.isinf(questions.history).any(axis=1)
    tests = [methods == "", no_target, unknown, infinite, left <= 0, no_base]
    names = ["not_projected", "no_target", "too_few", "bad_value", "closed", "no_base"]
    return np.select(tests, names, default="ok").astype("<U20")


def _why(questions: Questions) -> Texts:
    """Return why a method gave no figure: a value it cannot use, or too few of them."""
    values = questions.history
    bad = np.isin(questions.transform, ["log", "count"]) & (values < 0).any(axis=1)
    bad |= np.isin(questions.transform, ["logit", "binomial"]) & ((values < 0) | (values > 100)).any(axis=1)
    return np.where(bad, "bad_value", "too_few")


def threshold(questions: Questions) -> Floats:
    """Return the figure that meets each target at the deadline, in the card's unit."""
    times = questions.target * questions.base_value
    level_ = np.where(questions.kind == "multiply", times, questions.target)
    return np.where(questions.kind == "directional", questions.base_value, level_)


def growth_fit(questions: Questions) -> tuple[growth.Fit, Floats]:
    """Return the fit of the log level of each growth average and the years from its start to the deadline.

    The start is the last year, unrevised where its figure is an estimate, or the year after it where some of its months are
    known.
    """
    past = questions.history
    with np.errstate(invalid="ignore", divide="ignore"):
        logs = np.where((past > 0) | np.isnan(past), np.log(past), -np.inf)
    drawn = growth.towards(growth_average.fit(logs), questions.peer_drift, questions.peer_spread)
    start = growth_average.unrevised(drawn, questions.estimate)
    fitted = growth.from_start(start, questions.change, questions.month, np.nan_to_num(questions.beside))
    return fitted, (years_left(questions) - ~np.isnan(questions.change)).astype(float)


def _growth_average(questions: Questions) -> Answers:
    fitted, left = growth_fit(questions)
    with np.errstate(invalid="ignore", divide="ignore"):
        base = np.log(questions.base_value)
    years = (questions.deadline - questions.base_year).astype(float)
    goal = growth_average.log_level_for(base, years, questions.target)
    chance = growth_average.probability_at_least(fitted, left, goal)
    ahead = growth_average.quantiles(fitted, left, QUANTILE_LEVELS)
    averages = growth_average.average(ahead, base[:, None], years[:, None])
    return answer(in_direction(chance, questions.comparator), averages, growth_average.MODEL_ID)


def _level(questions: Questions) -> Answers:
    left, goal = years_left(questions), threshold(questions)
    fitted = level.fit(questions.history, int(left.max()))
    chance = level.probability_at_least(fitted, left, goal)
    rows = np.arange(len(left))
    quantiles = level.quantiles(fitted)[rows, left - 1]
    return answer(in_direction(chance, questions.comparator), quantiles, level.MODEL_ID)


def _zeros(questions: Questions) -> Answers:
    left, goal = years_left(questions), threshold(questions)
    fitted = zeros.fit(questions.history, int(left.max()))
    chance = zeros.probability_at_least(fitted, left, goal)
    quantiles = zeros.quantiles(fitted)[np.arange(len(left)), left - 1]
    return answer(in_direction(chance, questions.comparator), quantiles, zeros.MODEL_ID)


def _share(questions: Questions) -> Answers:
    left, goal = years_left(questions), threshold(questions)
    longest, rows = int(left.max()), np.arange(len(left))
    fitted = share.fit(questions.history, longest)
    less = np.isin(questions.comparator, LESS)
    up = share.probability_at_least(fitted, left, goal)
    down = share.probability_at_most(questions.history, longest, left, goal)
    return answer(np.where(less, down, up), share.quantiles(fitted)[rows, left - 1], share.MODEL_ID)


def _linear(questions: Questions) -> Answers:
    fitted, goal = linear.fit(questions.history, years_left(questions).astype(float)), threshold(questions)
    chance = linear.probability_at_least(fitted, goal)
    chance = np.select([goal <= questions.lower, goal > questions.upper], [1.0, 0.0], default=chance)
    quantiles = np.clip(linear.quantiles(fitted), _bound(questions.lower, -np.inf), _bound(questions.upper, np.inf))
    return answer(in_direction(chance, questions.comparator), quantiles, linear.MODEL_ID)


def _bound(bound: Floats, none: float) -> Floats:
    return np.where(np.isnan(bound), none, bound)[:, None]


def _count(questions: Questions) -> Answers:
    left, goal = time_left(questions), threshold(questions)
    code = questions.comparator
    least = np.where((code == "gt") | (code == "rising"), np.floor(goal + count.EXACT) + 1, np.ceil(goal - count.EXACT))
    most = np.where(code == "lt", np.ceil(goal - count.EXACT) - 1, np.floor(goal + count.EXACT))
    up = count.at_least_probability(questions.history, left, least)
    down = count.at_most_probability(questions.history, left, most)
    chance = np.where(np.isin(code, LESS), down, up)
    return answer(chance, count.quantiles(questions.history, left), count.MODEL_ID)


def _x_of_n(questions: Questions) -> Answers:
    left, code = time_left(questions), questions.comparator
    size = np.where(questions.in_percent, questions.units / 100, 1.0)
    met = np.round(questions.history * size[:, None])
    goal = threshold(questions) * size
    strict = (code == "gt") | (code == "rising")
    least = np.where(strict, np.floor(goal + 1e-6) + 1, np.ceil(goal - 1e-6))
    most = np.where(code == "lt", np.ceil(goal - 1e-6) - 1, np.floor(goal + 1e-6))
    up = count.share_probability(met, questions.units, left, np.minimum(least, np.where(strict, np.inf, questions.units)))
    down = 1 - count.share_probability(met, questions.units, left, most + 1)
    chance = np.where(np.isin(code, LESS), down, up)
    quantiles = count.share_quantiles(met, questions.units, left) / size[:, None]
    return answer(chance, np.where(np.isnan(chance)[:, None], np.nan, quantiles), count.MODEL_ID)


def _event(questions: Questions) -> Answers:
    met, left = met_before(questions), years_left(questions).astype(float)
    straight, recent = keep.streak(met)
    chance = np.where(straight > 0, keep.probability(straight, left, recent), keep.regained(met, left))
    return answer(chance, nothing(len(questions)), keep.MODEL_ID)


def _cumulative(questions: Questions) -> Answers:
    left = years_left(questions).astype(float)
    coming = cumulative.law(questions.history, left, questions.first_part)
    chance = cumulative.probability_at_least(questions.so_far, coming, questions.target)
    quantiles = cumulative.quantiles(questions.so_far, coming)
    return answer(in_direction(chance, questions.comparator), quantiles, cumulative.MODEL_ID)


def _annual_share(questions: Questions) -> Answers:
    chance = keep.each_year(met_before(questions), years_left(questions).astype(float))
    return answer(chance, nothing(len(questions)), keep.TRIALS_ID)


def _keep_each_year(questions: Questions) -> Answers:
    left, met = years_left(questions), met_before(questions)
    straight, recent = keep.streak(met)
    kept, tried = keep.probability(straight, left.astype(float), recent), keep.each_year(met, left.astype(float))
    chance = np.where(straight > 0, kept, tried)
    shares = (questions.transform == "logit") & ~(questions.target >= share.FULL)
    if shares.any():
        fitted = share.fit(questions.history, int(left.max()))
        for step in range(1, int(left.max()) + 1):
            one = share.probability_at_least(fitted, np.full(len(left), step), questions.target)
            one = np.where(np.isin(questions.comparator, LESS), 1 - one, one)
            chance = np.where(shares & (step <= left), np.fmin(chance, one), chance)
    return answer(chance, nothing(len(questions)), keep.MODEL_ID)


METHODS: dict[str, Method] = {
    "growth_average": _growth_average,
    "cumulative": _cumulative,
    "annual_share": _annual_share,
    "keep_each_year": _keep_each_year,
    "level": _level,
    "zeros": _zeros,
    "share": _share,
    "linear": _linear,
    "count": _count,
    "x_of_n": _x_of_n,
    "event": _event,
}
