"""What three models of statsmodels say of one yearly series: the analyst's cross-check, never a published figure.

Their intervals take the model for true and its parameters for known. Imports statsmodels, which takes about a second.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

LEAST_POINTS = 5
OUTSIDE = 0.2  # of the range of 80 %


@dataclass(frozen=True)
class Other:
    """A model's figure some years ahead and its own range of 80 %."""

    model: str
    centre: float
    low: float
    high: float


def others(levels: Floats, steps: int) -> list[Other]:
    """Return what each model says of positive yearly `levels`, `steps` years ahead; [] below five of them.

    They are fitted to the logarithms, in which growth at one rate is a line: additive errors and damped trend (ETSModel),
    Theta (ThetaModel), random walk with drift (UnobservedComponents).
    """
    if len(levels) < LEAST_POINTS or not (levels > 0).all():
        return []
    logs = np.log(levels)
    import statsmodels.tools.sm_exceptions  # noqa: F401  # sets filters of its own: to be here before ours

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a dozen points give doubtful estimates: that is what the table shows
        return [Other(name, *np.exp(model(logs, steps)).tolist()) for name, model in MODELS.items()]


def _ets(logs: Floats, steps: int) -> Floats:
    import pandas as pd
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    start = {"initialization_method": "known", "initial_level": logs[0], "initial_trend": logs[1] - logs[0]}
    model = ETSModel(pd.Series(logs), error="add", trend="add", damped_trend=True, **start)
    ahead = model.fit(disp=False).get_prediction(start=len(logs), end=len(logs) + steps - 1)
    return np.asarray(ahead.summary_frame(alpha=OUTSIDE).iloc[-1][["mean", "pi_lower", "pi_upper"]], dtype=float)


def _theta(logs: Floats, steps: int) -> Floats:
    import pandas as pd
    from statsmodels.tsa.forecasting.theta import ThetaModel

    fitted = ThetaModel(pd.Series(logs), period=1, deseasonalize=False).fit(disp=False)
    ends = fitted.prediction_intervals(steps, alpha=OUTSIDE).iloc[-1]
    return np.array([fitted.forecast(steps).iloc[-1], *ends], dtype=float)


def _components(logs: Floats, steps: int) -> Floats:
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    ahead = UnobservedComponents(logs, "rwdrift").fit(disp=False).get_forecast(steps).summary_frame(alpha=OUTSIDE)
    return np.asarray(ahead.iloc[-1][["mean", "mean_ci_lower", "mean_ci_upper"]], dtype=float)


MODELS: dict[str, Callable[[Floats, int], Floats]] = {
    "ETSModel": _ets,
    "ThetaModel": _theta,
    "UnobservedComponents": _components,
}
