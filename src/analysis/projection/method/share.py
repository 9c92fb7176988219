"""Where a share, in percent of a whole, may be some years on: slow near its bounds, and rarely all the way to them.

x = log((share + 1) / (101 - share)): one percentage point stands for "nearly nothing left". The centre goes on with half the
mean yearly change of the last five, the scale is exp(a + b log s + c log(|d| + .005)) with s the spread of the yearly
changes (the change over a gap divided by the root of its years). a, b, c and the laws of the errors were learnt from the
shares among the country histories that UNDP publishes with its verdicts (`fitted/share.csv`).

Reaching the bound itself is another thing than coming close: said 35 to 50 %, it came true in 5 to 8 % of cases. Its
probability goes through isotonic tables fitted on those histories (`fitted/full_share.csv`): the standardised distance
(x + h d - x of 99.95) / (s root h) against how often it was reached after four years, apart for shares up to 99.5 %, nearly
full and full already. Other horizons use the same tables: time enters the distance alone.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.projection import fitted, residual
from analysis.projection.method import still
from analysis.schema.codelist import QUANTILE_LEVELS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int_]

MODEL_ID = "share_logit"
LEAST_POINTS, MOST_POINTS, LONGEST = 5, 15, 6
TREND_POINTS, TREND_SHARE = 6, 0.5
MARGIN = 1.0  # percentage points added at both bounds
FULL = 99.95  # what prints as 100.0
LEAST_SPREAD = 0.01
LEAST_WIDTH = 0.02  # spread in the distance from the bound
BANDS = (90.0, 99.5001, FULL)  # the last share from which each table of reaching the bound holds; below: the first
EXACT = 1e-9


@dataclass(frozen=True)
class Scale:
    """What was learnt: `weights` (h, 3), `cap` (h), `laws` (h, LEVELS); for each of BANDS the table distance -> reached."""

    weights: Floats
    cap: Floats
    laws: Floats
    full: tuple[tuple[Floats, Floats], ...]


@dataclass(frozen=True)
class Shares:
    """The distribution of every share and year ahead, on the scale of x: centre and scale, series x horizons; the
    standardised distance from the upper bound, and the table (of BANDS) that speaks of reaching it. NaN where nothing is
    claimed, scale 0 where the share never moved in `points` figures.
    """

    centre: Floats
    scale: Floats
    distance: Floats
    band: Ints
    points: Ints
    learnt: Scale


@functools.cache
def learnt() -> Scale:
    """Return the fitted tables that the project ships."""
    rows, full = fitted.read("share"), fitted.read("full_share")
    weights = np.stack([rows[name] for name in ("constant", "spread", "drift")], axis=-1)
    laws = np.stack([rows[f"z_{level}"] for level in residual.LEVELS], axis=-1)
    same = [full["last_from"] == one for one in np.unique(full["last_from"])]
    return Scale(weights, rows["cap"], laws, tuple((full["distance"][rows_], full["reached"][rows_]) for rows_ in same))


def stretch(share: Floats) -> Floats:
    """Return x of a share in percent."""
    return np.asarray(np.log((share + MARGIN) / (100 + MARGIN - share)))


def shrink(x: Floats) -> Floats:
    """Return the share in percent of x, within its bounds."""
    with np.errstate(over="ignore"):
        part = 1 / (1 + np.exp(-x))
    return np.clip((100 + 2 * MARGIN) * part - MARGIN, 0.0, 100.0)


@dataclass(frozen=True)
class Movement:
    """What the past says of each share: last x, mean yearly change, spread of changes, number of points (one a series)."""

    last: Floats
    drift: Floats
    spread: Floats
    points: Ints


def movement(history: Floats) -> Movement:
    """Return the movement of shares in percent, series x years, NaN for years without a figure; the last year is known.

    Series with a value outside 0 to 100 or not finite, or whose last year is not known, count as having no points.
    """
    outside = ~(np.isnan(history) | ((history >= 0) & (history <= 100)))
    known = ~np.isnan(history) & ~np.any(outside, axis=1)[:, None] & ~np.isnan(history[:, -1:])
    order = np.argsort(known, axis=1, kind="stable")[:, -MOST_POINTS:]
    known = np.take_along_axis(known, order, axis=1)
    x = stretch(np.where(known, np.take_along_axis(history, order, axis=1), np.nan))
    points = known.sum(axis=1)
    gaps = np.maximum(np.diff(order, axis=1), 1)  # years without a figure stand first, in any order
    changes = np.diff(x, axis=1) / np.sqrt(gaps)
    there = ~np.isnan(changes)
    count = np.maximum(there.sum(axis=1), 1)
    mean = np.where(there, changes, 0.0).sum(axis=1) / count
    deviation = np.where(there, changes - mean[:, None], 0.0)
    spread = np.sqrt(np.square(deviation).sum(axis=1) / np.maximum(count - 1, 1))
    first = x.shape[1] - np.clip(points, 1, min(TREND_POINTS, x.shape[1]))
    rows = np.arange(len(x))
    drift = (x[:, -1] - x[rows, first]) / np.maximum(order[:, -1] - order[rows, first], 1)
    return Movement(x[:, -1], drift, spread, points)


def features(moved: Movement) -> Floats:
    """Return what the scale rests on: 1, log of the spread, log of the size of the drift."""
    logs = [np.log(np.maximum(moved.spread, LEAST_SPREAD)), np.log(np.abs(moved.drift) + 0.005)]
    return np.column_stack([np.ones(len(moved.last)), *logs])


def centre(moved: Movement, horizons: int) -> Floats:
    """Return x for 1 to `horizons` years on: half the mean change, no further than its sixth year."""
    steps = np.minimum(np.arange(1, horizons + 1), LONGEST)
    return np.asarray(moved.last[:, None] + TREND_SHARE * moved.drift[:, None] * steps)


def distance(moved: Movement, horizons: int) -> Floats:
    """Return how far beyond the upper bound the past trend leads, in units of its spread, series x horizons."""
    steps = np.arange(1, horizons + 1)
    width = np.maximum(moved.spread, LEAST_WIDTH)[:, None] * np.sqrt(steps)
    ahead = moved.last[:, None] + moved.drift[:, None] * np.minimum(steps, LONGEST)
    return np.asarray((ahead - stretch(np.array(FULL))) / width)


def band(last: Floats) -> Ints:
    """Return which table of reaching the bound holds for a last share in percent."""
    return np.asarray(np.maximum(np.searchsorted(BANDS, np.nan_to_num(last), side="right") - 1, 0))


def fit(history: Floats, horizons: int, scale: Scale | None = None) -> Shares:
    """Fit all shares at once. `history`: percent, series x years, NaN for years without a figure.

    Fewer than LEAST_POINTS points, or a value outside 0 to 100: NaN, no distribution is claimed.
    """
    scale = scale or learnt()
    moved = movement(history)
    column = np.minimum(np.arange(horizons), LONGEST - 1)
    longer = np.sqrt(np.maximum(np.arange(1, horizons + 1) / LONGEST, 1.0))
    wide = np.exp(np.minimum(features(moved) @ scale.weights[column].T, scale.cap[column])) * longer
    middle, gap = centre(moved, horizons), distance(moved, horizons)
    unmoved = (moved.spread <= EXACT) & (np.abs(moved.drift) <= EXACT)
    wide = np.where(unmoved[:, None], 0.0, wide)
    middle = np.where(unmoved[:, None], moved.last[:, None], middle)
    few = (moved.points < LEAST_POINTS)[:, None]
    middle, wide, gap = (np.where(few, np.nan, one) for one in (middle, wide, gap))
    return Shares(middle, wide, gap, band(history[:, -1]), moved.points, scale)


def quantiles(shares: Shares, wanted: tuple[float, ...] = QUANTILE_LEVELS) -> Floats:
    """Return quantiles in percent, series x horizons x wanted, rising in the last direction, within 0 to 100."""
    result = np.empty((*shares.centre.shape, len(wanted)))
    for step in range(result.shape[1]):
        drawn = residual.quantile(_law(shares, step), np.array(wanted))
        result[:, step] = shrink(shares.centre[:, step, None] + shares.scale[:, step, None] * drawn)
        rows = np.flatnonzero(shares.scale[:, step] == 0)
        if len(rows):
            moved = still.quantiles(_moves(shares, rows, step), np.array(wanted))
            result[rows, step] = shrink(shares.centre[rows, step, None] + moved)
    return result


def _moves(shares: Shares, rows: Ints, step: int) -> still.Moves:
    """Return the law of the moves of shares that never moved, inside their bounds or at one of them."""
    last = shares.centre[rows, step]
    at = (last <= stretch(np.array(0.0)) + EXACT, last >= stretch(np.array(FULL)))
    group = np.select(at, [still.GROUPS.index(name) for name in ("empty", "full")], still.GROUPS.index("share"))
    return still.moves(shares.points[rows], np.full(len(rows), step + 1), group)


def mean(shares: Shares) -> Floats:
    """Return the mean of each distribution, percent, series x horizons (over 100 equally likely quantiles)."""
    return np.asarray(quantiles(shares, tuple((np.arange(100) + 0.5) / 100)).mean(axis=-1))


def probability_at_least(shares: Shares, step: Ints, threshold: Floats) -> Floats:
    """Return the probability that each share is at least `threshold` percent after `step` years (one element a series).

    Thresholds from FULL on ask for the bound itself. NaN where nothing is claimed.
    """
    result = np.full(len(shares.centre), np.nan)
    for ahead in range(shares.centre.shape[1]):
        rows = np.flatnonzero((step == ahead + 1) & ~np.isnan(shares.centre[:, ahead]) & ~np.isnan(threshold))
        if len(rows):
            result[rows] = _at_least(shares, rows, ahead, threshold[rows])
    return result


def _at_least(shares: Shares, rows: Ints, ahead: int, threshold: Floats) -> Floats:
    middle, scale = shares.centre[rows, ahead], shares.scale[rows, ahead]
    asked = stretch(np.clip(threshold, 0.0, FULL))
    with np.errstate(divide="ignore", invalid="ignore"):
        chance = 1 - residual.below(_law(shares, ahead), (asked - middle) / scale)
    full = np.empty(len(rows))
    for number, (distances, reached) in enumerate(shares.learnt.full):
        same = shares.band[rows] == number
        full[same] = np.interp(shares.distance[rows[same], ahead], distances, reached)
    chance = np.where(threshold >= FULL, np.minimum(chance, full), np.maximum(chance, full))
    unmoved = scale == 0
    if unmoved.any():
        away = np.where(np.abs(asked - middle) <= EXACT, 0.0, asked - middle)[unmoved]
        chance[unmoved] = still.at_least(_moves(shares, rows[unmoved], ahead), away)
    return np.asarray(np.select([threshold <= 0, threshold > 100], [1.0, 0.0], default=chance))


def probability_at_most(history: Floats, horizons: int, step: Ints, threshold: Floats) -> Floats:
    """Return the probability that each share is at most `threshold` percent: its complement is at least 100 - threshold."""
    result = probability_at_least(fit(100.0 - history, horizons), step, 100.0 - threshold)
    shares = fit(history, horizons)
    for ahead in range(horizons):
        rows = np.flatnonzero((step == ahead + 1) & (shares.scale[:, ahead] == 0) & (threshold >= 0) & (threshold < 100))
        if len(rows):
            away = stretch(threshold[rows]) - shares.centre[rows, ahead]
            away = np.where(np.abs(away) <= EXACT, 0.0, away)
            result[rows] = still.at_most(_moves(shares, rows, ahead), away)
    return result


def _law(shares: Shares, step: int) -> Floats:
    return np.asarray(shares.learnt.laws[min(step, LONGEST - 1)])
