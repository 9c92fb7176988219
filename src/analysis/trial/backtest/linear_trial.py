"""Lines (linear.py), tested: on levels as if they had no scale, the competitions M1 and M3, and on rates that may be
negative, the yearly growth of countries. The method learns nothing: all it is tested on is new to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from analysis.projection.method import linear
from analysis.trial import record, score, window
from analysis.trial.backtest.level_trial import AHEAD, HORIZONS, INTERVALS, thresholds
from analysis.trial.panel import Competition

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

POINTS = (5, 8, 10)


def lines(both: Competition, growth: Floats) -> Iterator[record.Row]:
    """Yield coverage, Brier scores and skills on the series of M1 and M3 and on `growth`, log growth, countries x years."""
    for points in POINTS:
        windows = window.rolling(both.series, points, HORIZONS)
        yield from coverage(windows, "M1+M3", "rolling", points)
        last = window.take(windows, windows.origin == both.given[windows.series] - 1)
        yield from coverage(last, "M1+M3", "last", points)
        for kind, against in (("ratio", "pooled"), ("plan", "threshold")):
            yield from _brier(last, "M1+M3", "last", thresholds(last.past, kind), (against,))
        rates = window.rolling(list(100 * np.expm1(growth)), points, HORIZONS)
        yield from coverage(rates, "world", "every_origin", points)
        yield from _brier(rates, "world", "every_origin", own_mean_and_more(rates.past), tuple(record.BASES))


def own_mean_and_more(past: Floats) -> Floats:
    """Return thresholds x origins x HORIZONS: the mean of each history of rates, in percent, and 1, 2, 3 points more."""
    goals = past.mean(axis=1) + 100 * np.array(AHEAD)[:, None]
    return np.asarray(np.repeat(goals[..., None], HORIZONS, axis=2))


def coverage(windows: window.Windows, name: str, scheme: str, points: int) -> Iterator[record.Row]:
    """Yield how often the outcome lay in the 50, 80 and 95 % range."""
    fits = _fits(windows.past)
    for percent, ends in INTERVALS.items():
        drawn = np.stack([linear.quantiles(one, ends) for one in fits], axis=1)
        hits = score.inside(windows.future, drawn[..., 0], drawn[..., 1])
        found = score.share(hits, windows.series)
        yield record.of_share(name, linear.MODEL_ID, scheme, points, "", f"inside_{percent}", found)


def probabilities(past: Floats, goals: Floats) -> Floats:
    """Return the probability of each threshold (thresholds x origins x horizons)."""
    fits = _fits(past)
    columns = [[linear.probability_at_least(one, goal[:, at]) for at, one in enumerate(fits)] for goal in goals]
    return np.stack([np.stack(one, axis=1) for one in columns])


def _fits(past: Floats) -> list[linear.Lines]:
    return [linear.fit(past, np.full(len(past), step + 1.0)) for step in range(HORIZONS)]


def _brier(windows: window.Windows, name: str, scheme: str, goals: Floats, against: tuple[str, ...]) -> Iterator[record.Row]:
    came = np.where(np.isnan(windows.future), np.nan, (windows.future >= goals).astype(float))
    described = record.Row(name, linear.MODEL_ID, scheme, windows.past.shape[1], "", "", 0.0)
    said = probabilities(windows.past, goals)
    for one in against:
        yield from record.of_brier(described, said, came, one)
