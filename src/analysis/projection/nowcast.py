"""What this year's months already say: the year under way moves its own end and every year after it.

A stock counted within the year, a flow that has come so far and a ratio of flows each make a law of the year's end
(method/part_year.py). The years after it are projected from histories that have that end as their newest figure: from DRAWS
equally likely ends, whose laws together are the answer. Units of few ("x of N", small counts) go on from the day they were
counted. Growth averages and sums know their first months by themselves (dispatch).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from analysis.projection import dispatch, residual
from analysis.projection.method import part_year
from analysis.projection.question import LESS, Answers, Questions, in_direction, take, take_answers
from analysis.schema.codelist import QUANTILE_LEVELS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int_]
    Flags = NDArray[np.bool_]

DRAWS = np.array([0.1, 0.3, 0.5, 0.7, 0.9])
POOLED = (np.arange(40) + 0.5) / 40
ON_ITS_OWN = ("growth_average", "cumulative", "event", "")
EACH_YEAR = ("annual_share", "keep_each_year")
IN_UNITS = ("x_of_n", "count")
RATIO = (0.9, 1.1)  # a part of the year within it: numerator and denominator come together


def project(questions: Questions) -> Answers:
    """Answer every question as `dispatch.project`, with what is known of the year after the last one."""
    methods = _methods(questions)
    own = np.isin(questions.kind, ON_ITS_OWN) | np.isin(methods, ON_ITS_OWN)
    told = ~np.isnan(questions.counted) & (questions.counted_month > 0) & ~own
    told &= questions.stock | (questions.usual_part > 0)
    found = dispatch.project(questions)
    if not told.any():
        return found
    units = told & np.isin(methods, IN_UNITS) & questions.stock & np.isin(questions.kind, dispatch.AT_DEADLINE)
    for rows, answer in ((units, _from_the_count), (told & ~units, _from_the_end)):
        places = np.flatnonzero(rows & (found.state == "ok"))
        if len(places):
            found = _put(found, places, answer(take(questions, places)))
    return found


def _put(found: Answers, rows: Ints, part: Answers) -> Answers:
    """Return the answers with those of some rows in their place, where they say something."""
    rows, part = rows[part.state == "ok"], take_answers(part, part.state == "ok")
    columns = {}
    for name in ("probability", "projected", "quantiles", "model", "state"):
        columns[name] = getattr(found, name).copy()
        columns[name][rows] = getattr(part, name)
    return Answers(**columns)


def _from_the_count(questions: Questions) -> Answers:
    """Answer from the day units were counted, a part of a year after the last."""
    history = np.column_stack([questions.history, questions.counted])
    return dispatch.project(replace(questions, history=history, last=questions.last + questions.counted_month / 12))


def _from_the_end(questions: Questions) -> Answers:
    """Answer by the law of the year's end; what is due then by that law itself, all later by histories that have it."""
    end = _end_of_year(questions)
    later = _later(questions, end.quantiles)
    each = np.isin(questions.kind, EACH_YEAR)  # this year and all that follow it
    if each.any():
        after = _after_a_year_met(take(questions, np.flatnonzero(each)))
        probability = later.probability.copy()
        probability[each] = end.probability[each] * after.probability
        later = replace(later, probability=probability)
    shown = np.isin(questions.kind, dispatch.AT_DEADLINE)[:, None]  # the others have no figure of their own
    drawn, due = np.where(shown, end.quantiles, np.nan), questions.deadline == questions.last + 1
    return Answers(
        np.where(due, end.probability, later.probability),
        np.where(due, drawn[:, QUANTILE_LEVELS.index(0.5)], later.projected),
        np.where(due[:, None], drawn, later.quantiles),
        np.where(due, end.model, later.model),
        np.where(due, end.state, later.state),
    )


def _after_a_year_met(questions: Questions) -> Answers:
    """Answer for the years after this one, where this one has just met its target."""
    history = np.column_stack([questions.history, dispatch.threshold(questions)])
    return dispatch.project(replace(questions, history=history, last=questions.last + 1))


def _end_of_year(questions: Questions) -> Answers:
    """Answer for the year under way as a figure to be reached at its end, with what is known of its months."""
    plain = _one_year(questions, questions.target)
    found = _by_line(questions, plain)
    units = questions.stock & np.isin(_methods(questions), IN_UNITS)
    if units.any():
        places = np.flatnonzero(units)
        own = take(questions, places)
        asked = replace(own, kind=np.full(len(own), "level_by"), deadline=own.last + 1)
        found = _put(found, places, _from_the_count(asked))
    return found


def _by_line(questions: Questions, plain: Answers) -> Answers:
    """Answer by the line of a stock or ratio, or by the law of a flow; `plain`: the year's answer without its months."""
    line, flows = _line(questions, plain)
    flowing = ~np.isnan(flows[:, 0])
    ends = np.where(flowing[:, None], residual.quantiles_of(flows, np.array(QUANTILE_LEVELS)), _moved(plain.quantiles, line))
    goal = dispatch.threshold(questions)
    with np.errstate(invalid="ignore", divide="ignore"):
        asked = plain.projected + (goal - line.middle) / line.width
    by_line = _one_year(questions, np.where(flowing | ~np.isfinite(asked), goal, asked)).probability
    close = np.where(np.isin(questions.comparator, (*LESS, "gt")), 1e-9, -1e-9) * np.maximum(np.abs(goal), 1.0)
    by_flow = in_direction(1 - residual.below_each(flows, goal + close), questions.comparator)
    chance = np.where(flowing, by_flow, by_line)
    chance = np.where(~flowing & (line.width == 0), _surely(questions, goal, line.middle), chance)
    ends = _inside(questions, ends)
    return Answers(chance, ends[:, QUANTILE_LEVELS.index(0.5)], ends, plain.model, plain.state)


def _methods(questions: Questions) -> NDArray[np.str_]:
    """Return the method of each question's figure, whatever the kind of its target."""
    return dispatch.method_of(replace(questions, kind=np.full(len(questions), "level_by")))


def _one_year(questions: Questions, target: Floats) -> Answers:
    """Answer for the year under way as if none of its months were known."""
    size = len(questions)
    kind, base = np.full(size, "level_by"), np.where(np.isnan(target), questions.history[:, -1], target)
    return dispatch.project(replace(questions, kind=kind, deadline=questions.last + 1, target=base))


def _line(questions: Questions, plain: Answers) -> tuple[part_year.Line, Floats]:
    """Return the line that leads from the law without months to that of the year's end, and of flows the law itself."""
    month, counted, part = questions.counted_month, questions.counted, questions.usual_part
    stock = part_year.stock_line(counted, month, questions.history[:, -1], plain.projected)
    ratio = part_year.ratio_line(counted, month, plain.projected)
    together = ~questions.stock & (part >= RATIO[0]) & (part <= RATIO[1]) & (questions.transform == "logit")
    line = part_year.Line(np.where(together, ratio.middle, stock.middle), np.where(together, ratio.width, stock.width))
    flowing = ~questions.stock & ~together & (counted > 0)
    flows = part_year.flow_law(counted, np.where(flowing, part, 1.0), month, questions.production)
    flows = np.where(
        (questions.transform == "logit")[:, None], flows, np.maximum(flows, counted[:, None])
    )  # what came, came
    return line, np.where(flowing[:, None], flows, np.nan)


def _moved(quantiles: Floats, line: part_year.Line) -> Floats:
    middle = quantiles[:, QUANTILE_LEVELS.index(0.5), None]
    return np.asarray(line.middle[:, None] + line.width[:, None] * (quantiles - middle))


def _inside(questions: Questions, ends: Floats) -> Floats:
    """Return figures within what the card and its scale allow."""
    share = np.isin(questions.transform, ["logit", "binomial"]) & questions.in_percent
    never = ~(questions.history < 0).any(axis=1)
    low, high = np.where(share | never, 0.0, -np.inf), np.where(share, 100.0, np.inf)
    return np.clip(ends, low[:, None], high[:, None])


def _surely(questions: Questions, goal: Floats, end: Floats) -> Floats:
    """Return 1 or 0 for a year that is over: whether it met its target."""
    met = np.where(np.isin(questions.comparator, LESS), end <= goal + 1e-9, end >= goal - 1e-9)
    return np.asarray(met.astype(float))


def _later(questions: Questions, ends: Floats) -> Answers:
    """Answer from histories whose newest figure is one of DRAWS of the year's end: the mean of their chances, all their laws
    together.
    """
    levels = np.array(QUANTILE_LEVELS)
    size = len(questions)
    drawn = np.array([[np.interp(one, levels, row) for one in DRAWS] for row in ends]).ravel()
    rows = np.repeat(np.arange(size), len(DRAWS))
    each = take(questions, rows)
    history = np.column_stack([each.history, drawn])
    found = dispatch.project(replace(each, history=history, last=each.last + 1))
    shape = (size, len(DRAWS))
    laws = found.quantiles.reshape(*shape, -1)
    pooled = np.stack([[np.interp(POOLED, levels, law) for law in row] for row in laws]).reshape(size, -1)
    quantiles = np.quantile(pooled, levels, axis=1).T if size else np.empty((0, len(levels)))
    middle = len(DRAWS) // 2
    model, state = found.model.reshape(shape)[:, middle], found.state.reshape(shape)[:, middle]
    return Answers(
        found.probability.reshape(shape).mean(axis=1), quantiles[:, QUANTILE_LEVELS.index(0.5)], quantiles, model, state
    )
