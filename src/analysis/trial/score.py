"""How good were distributions and probabilities, once the outcomes are known. Pure arrays; NaN outcomes count for nothing.

Sources: Gneiting and Raftery 2007, https://doi.org/10.1198/016214506000001437 (CRPS, interval score); Hyndman and Koehler
2006, https://doi.org/10.1016/j.ijforecast.2006.03.001 (MASE); Makridakis, Spiliotis and Assimakopoulos 2020,
https://doi.org/10.1016/j.ijforecast.2019.04.014 (sMAPE, MSIS); Wilson 1927, https://doi.org/10.1080/01621459.1927.10502953.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int_]

GRID = (np.arange(199) + 1) / 200  # quantile levels over which CRPS is averaged
Z95 = 1.959964
Z80 = 1.281552


@dataclass(frozen=True)
class Share:
    """A share in [0, 1] with its 95 % intervals: Wilson's (as if all cases were independent) and clustered by series."""

    value: float
    wilson: tuple[float, float]
    clustered: tuple[float, float]
    cases: int


def share(hits: Floats, series: Ints) -> Share:
    """Return the share of hits (cases x horizons, NaN not counted) of all cases; `series` names the cluster of each row."""
    hits = hits.reshape(len(series), -1)
    known = ~np.isnan(hits)
    place = np.unique(series, return_inverse=True)[1]
    met = np.bincount(place, np.where(known, hits, 0.0).sum(axis=1))
    size = np.bincount(place, known.sum(axis=1))
    value, cases = float(met.sum() / size.sum()), int(size.sum())
    spread = float(np.sqrt(np.square(met - value * size).sum()) / size.sum())
    return Share(value, wilson(value, cases), (value - Z95 * spread, value + Z95 * spread), cases)


def wilson(value: float, cases: int) -> tuple[float, float]:
    """Return Wilson's 95 % interval of a share."""
    middle = (value + Z95**2 / (2 * cases)) / (1 + Z95**2 / cases)
    half = Z95 / (1 + Z95**2 / cases) * np.sqrt(value * (1 - value) / cases + Z95**2 / (4 * cases**2))
    return float(middle - half), float(middle + half)


def inside(outcome: Floats, low: Floats, high: Floats) -> Floats:
    """Return 1 where the outcome lies between low and high, 0 where not, NaN where it is not known."""
    return np.where(np.isnan(outcome), np.nan, ((outcome >= low) & (outcome <= high)).astype(float))


def smape(outcome: Floats, forecast: Floats) -> float:
    """Return the mean of 200 |error| / (|outcome| + |forecast|), first over each row's horizons."""
    return _mean(200 * np.abs(outcome - forecast) / (np.abs(outcome) + np.abs(forecast)))


def mase(outcome: Floats, forecast: Floats, usual_change: Floats) -> float:
    """Return the mean absolute error in units of the mean absolute yearly change before the origin."""
    return _mean(np.abs(outcome - forecast) / usual_change[:, None])


def msis(outcome: Floats, low: Floats, high: Floats, usual_change: Floats, miss: float = 0.05) -> float:
    """Return the scaled interval score of the (1 - miss) interval."""
    outside = np.maximum(low - outcome, 0) + np.maximum(outcome - high, 0)
    return _mean((high - low + 2 / miss * outside) / usual_change[:, None])


def crps(outcome: Floats, quantiles: Floats, levels: Floats = GRID) -> Floats:
    """Return the continuous ranked probability score of each case from its quantiles at `levels` (last direction)."""
    error = outcome[..., None] - quantiles
    return np.asarray(2 * np.mean(np.maximum(levels * error, (levels - 1) * error), axis=-1))


def mean_crps(outcome: Floats, quantiles: Floats, usual_change: Floats) -> float:
    """Return the mean score in units of the mean absolute yearly change before the origin."""
    return _mean(crps(outcome, quantiles) / usual_change[:, None])


def _mean(values: Floats) -> float:
    """Return the mean over rows of the mean over each row's known horizons."""
    known = ~np.isnan(values)
    return float((np.where(known, values, 0.0).sum(axis=1) / known.sum(axis=1)).mean())


def brier(probability: Floats, event: Floats) -> float:
    """Return the mean squared difference of probability and event (0 or 1)."""
    return float(np.nanmean(np.square(probability - event)))


def skill(score: float, reference: float) -> float:
    """Return 1 - score / reference: 1 perfect, 0 no better than the reference."""
    return 1 - score / reference


def pooled_base(event: Floats) -> float:
    """Return the Brier score of always saying the share of all events."""
    rate = np.nanmean(event)
    return float(rate * (1 - rate))


def threshold_base(event: Floats) -> float:
    """Return the Brier score of always saying the share of each threshold (first direction)."""
    rate = np.nanmean(event, axis=tuple(range(1, event.ndim)))
    weight = (~np.isnan(event)).sum(axis=tuple(range(1, event.ndim)))
    return float(np.sum(weight * rate * (1 - rate)) / weight.sum())


def pit(outcome: Floats, quantiles: Floats, levels: Floats = GRID) -> Floats:
    """Return the share of the distribution below each outcome (probability integral transform); NaN where not known."""
    below = (quantiles < outcome[..., None]).sum(axis=-1)
    value = np.concatenate([[0.5 * levels[0]], 0.5 * (levels[1:] + levels[:-1]), [0.5 * (1 + levels[-1])]])[below]
    return np.where(np.isnan(outcome), np.nan, value)
