"""What is learnt from other series: the scale of levels and the laws of their standardised errors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from analysis.projection import residual
from analysis.projection.method import level
from analysis.projection.method.centre import centre_and_disagreement
from analysis.projection.method.level import FEATURES, LEAST_POINTS, LONGEST, MOST_POINTS, Scale
from analysis.trial import window

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int_]

CAPPED = 0.98  # the scale never goes beyond this quantile of those it was learnt from
LEAST_ERROR = 1e-4


class LevelErrors:
    """Errors of the centre at every rolling origin of some series, for one number of points; computed once, used by
    folds.
    """

    def __init__(self, windows: window.Windows) -> None:
        horizons = windows.future.shape[1]
        self.windows = windows
        self.centre, apart = centre_and_disagreement(windows.past, horizons)
        self.features = level.features(np.diff(np.log(windows.past), axis=1), apart)
        self.error = level.ratio_error(windows.future / self.centre)

    def learn(self, rows: NDArray[np.bool_]) -> tuple[Floats, Floats, Floats]:
        """Return weights (h, FEATURES), cap (h) and laws (h, LEVELS) learnt from these origins, one weight a series."""
        parts = []
        for step in range(self.error.shape[1]):
            known = rows & ~np.isnan(self.error[:, step])
            parts.append(learn_step(self.features[known], self.error[known, step], self.windows.series[known]))
        return tuple(np.array(part) for part in zip(*parts, strict=True))  # type: ignore[return-value]


def learn_step(features: Floats, error: Floats, series: Ints) -> tuple[Floats, float, Floats]:
    """Return the regression of log |error| on the features, its cap, and the law of error / scale, centred on its median
    and drawn outward (residual.outward).
    """
    heavy = window.once_a_series(series)
    weights, cap, log_scale = regressed(features, error, heavy)
    law = residual.outward(error / np.exp(np.minimum(log_scale, cap)), heavy, series)
    return weights, cap, law - residual.quantile(law, 0.5)


def regressed(features: Floats, error: Floats, heavy: Floats) -> tuple[Floats, float, Floats]:
    """Return the weighted regression of log |error| on the features, its cap, and the log scale of each row."""
    log_error = np.log(np.maximum(np.abs(error), LEAST_ERROR))
    weighted = features * heavy[:, None]
    weights = np.linalg.lstsq(weighted.T @ features, weighted.T @ log_error, rcond=None)[0]
    log_scale = features @ weights
    cap = float(residual.weighted_quantile(log_scale, heavy, np.array([CAPPED]))[0])
    return np.asarray(weights, dtype=float), cap, log_scale


def level_scale(series: Sequence[Floats], progress: Callable[[float], None] | None = None) -> Scale:
    """Return the table of levels learnt from every rolling origin of these positive series."""
    parts: list[tuple[Floats, Floats, Floats]] = []
    counts = range(LEAST_POINTS, MOST_POINTS + 1)
    for done, points in enumerate(counts, start=1):
        errors = LevelErrors(window.rolling(series, points, LONGEST))
        parts.append(errors.learn(np.ones(len(errors.error), dtype=bool)))
        if progress:
            progress(done / len(counts))
    return Scale(*(np.array(columns) for columns in zip(*parts, strict=True)))


def level_columns(scale: Scale) -> dict[str, Floats]:
    """Return the table as columns of `fitted/level.csv`."""
    shape = scale.cap.shape
    points, horizon = np.meshgrid(np.arange(shape[0]) + LEAST_POINTS, np.arange(shape[1]) + 1, indexing="ij")
    columns = {"points": points.ravel().astype(float), "horizon": horizon.ravel().astype(float)}
    flat = scale.weights.reshape(-1, len(FEATURES))
    columns |= {name: flat[:, place] for place, name in enumerate(FEATURES)}
    columns["cap"] = scale.cap.ravel()
    laws = scale.laws.reshape(-1, scale.laws.shape[-1])
    return columns | {f"z_{one}": laws[:, place] for place, one in enumerate(residual.LEVELS)}
