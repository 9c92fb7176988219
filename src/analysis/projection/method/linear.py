"""Figures that may be negative or have no scale of their own: differences carried on, half of the drift, Student's law.

After h years the centre is last + h D / 2, D the mean yearly change of m changes with standard deviation s; the squared
error s^2 h (1 + h / m), Student t with m - 1 degrees of freedom (Hyndman and Athanasopoulos, Forecasting: principles and
practice, section 5.5, https://otexts.com/fpp3/prediction-intervals.html; half of the drift as the shares of this project).

Tried on the competitions and on countries' growth (backtest_linear): too narrow for levels that keep growing, too wide for
rates that come back to their mean, of which saying base rates would do better. No single width meets both, so it stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.projection import law, spacing
from analysis.projection.method import still
from analysis.schema.codelist import QUANTILE_LEVELS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int_]

MODEL_ID = "linear_t"
LEAST_POINTS, MOST_POINTS = 5, 15
DRIFT_SHARE = 0.5


@dataclass(frozen=True)
class Lines:
    """Centre, scale (0: it never moved) and degrees of freedom of every series `horizon` years on; NaN: nothing claimed."""

    centre: Floats
    scale: Floats
    freedom: Floats
    horizon: Floats


def fit(history: Floats, horizon: Floats) -> Lines:
    """Fit all series at once. `history`: series x years, NaN where there is none; `horizon`: one element a series."""
    recent = spacing.figures(history, MOST_POINTS)
    last = history[:, -1]
    with np.errstate(invalid="ignore"):
        drift, spread, count = spacing.yearly(*spacing.changes(recent))
    usable = (count >= LEAST_POINTS - 1) & np.isfinite(last) & ~np.isinf(recent.value).any(axis=1)
    drift, spread, count = (np.where(usable, one, np.nan) for one in (drift, spread, count))
    centre = last + DRIFT_SHARE * drift * horizon
    exact = 1e-9 * np.maximum(np.abs(last), 1e-12)
    scale = np.where(spread <= exact, 0.0, spread * np.sqrt(horizon * (1 + horizon / count)))
    return Lines(np.where(scale == 0, last, centre), scale, count - 1, horizon)


def quantiles(lines: Lines, wanted: tuple[float, ...] = QUANTILE_LEVELS) -> Floats:
    """Return quantiles, series x wanted."""
    drawn = law.student_quantile(lines.freedom[:, None], np.array(wanted))
    result = lines.centre[:, None] + lines.scale[:, None] * np.where(np.isnan(drawn), 0.0, drawn)
    rows = np.flatnonzero(lines.scale == 0)
    if len(rows):
        moved, middle = still.quantiles(_moves(lines, rows), np.array(wanted)), lines.centre[rows, None]
        result[rows] = np.where(middle == 0, moved, middle * np.exp(np.sign(middle) * moved))
    return result


def _moves(lines: Lines, rows: Ints) -> still.Moves:
    """Return the law of the moves of figures that never moved; a zero without a bound rises and falls alike."""
    zero = lines.centre[rows] == 0
    group = np.where(zero, still.GROUPS.index("zero"), still.GROUPS.index("level"))
    found = still.moves(lines.freedom[rows].astype(int) + 2, np.maximum(lines.horizon[rows].astype(int), 1), group)
    either = (found.down + found.up) / 2
    down, up = np.where(zero, either, found.down), np.where(zero, either, found.up)
    return still.Moves(down, up, found.sizes_down, found.sizes_up)


def probability_at_least(lines: Lines, threshold: Floats) -> Floats:
    """Return P(value >= threshold), in [0, 1]."""
    gap = lines.centre - threshold
    with np.errstate(divide="ignore", invalid="ignore"):
        chance = law.student_below(lines.freedom, gap / lines.scale)
    rows = np.flatnonzero(lines.scale == 0)
    if len(rows):
        chance[rows] = still.at_least(_moves(lines, rows), _move_to(lines.centre[rows], threshold[rows]))
    return np.asarray(np.where(np.isnan(lines.centre + threshold), np.nan, chance))


def _move_to(middle: Floats, threshold: Floats) -> Floats:
    """Return the move that leads from a figure to a threshold: a logarithm of their ratio, beyond zero any, from zero itself
    the difference.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.sign(middle) * np.log(threshold / middle)
    beyond = np.where(threshold > middle, np.inf, -np.inf)
    move = np.where(middle == 0, threshold, np.where(threshold * middle > 0, ratio, beyond))
    close = np.abs(threshold - middle) <= 1e-9 * np.maximum(np.abs(threshold), 1e-12)
    return np.asarray(np.where(close, 0.0, move))
