"""How much the centre owes to having been chosen on the series it is tested on: the choice made anew inside each fold.

Candidates are nine simple continuations; every equal-weighted mean of up to five of them competes. In each of ten folds the
one with the least overall weighted average of MASE and sMAPE, each in units of the last value's (OWA; Makridakis, Spiliotis
and Assimakopoulos 2020, https://doi.org/10.1016/j.ijforecast.2019.04.014), on the series of the other folds is taken and
tested on the fold's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from analysis.projection.method import centre
from analysis.trial import record, score, window

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int_]

MOST = 5  # continuations in one mean
SHIPPED = ("theta", "damped", "root", "median")


def candidates(past: Floats, horizons: int) -> dict[str, Floats]:
    """Return every candidate's continuation, series x horizons, each at least centre.FLOOR of the last value."""
    steps, last = np.arange(1, horizons + 1), past[:, -1:]
    logs = np.log(past)
    change = (logs[:, -1:] - logs[:, :1]) / (past.shape[1] - 1)
    found = dict(zip(SHIPPED, centre.continuations(past, horizons), strict=True))
    found |= {
        "last": np.repeat(last, horizons, axis=1),
        "drift": last + steps * (last - past[:, :1]) / (past.shape[1] - 1),
        "rate": np.exp(logs[:, -1:] + steps * change),
        "half_rate": np.exp(logs[:, -1:] + 0.5 * steps * change),
        "theta_level": centre.theta(past, horizons),
    }
    return {name: np.maximum(ahead, centre.FLOOR * last) for name, ahead in found.items()}


def nested(windows: window.Windows, fold: Ints, name: str, scheme: str, points: int) -> Iterator[record.Row]:
    """Yield MASE and sMAPE of the mean chosen inside each fold, and in how many folds it was the shipped one."""
    ahead = candidates(windows.past, windows.future.shape[1])
    means = {
        chosen: np.mean([ahead[one] for one in chosen], axis=0)
        for size in range(1, MOST + 1)
        for chosen in combinations(ahead, size)
    }
    unscaled = np.stack([np.abs(windows.future - one) for one in means.values()])
    mase = np.nanmean(unscaled, axis=2) / windows.usual_change
    known = np.isfinite(windows.future)
    total = np.stack([np.abs(one) for one in means.values()]) + np.abs(windows.future)
    smape = np.nanmean(np.where(known, unscaled / total, np.nan), axis=2)
    names, part = list(means), fold[windows.series]
    forecast, same = np.empty(windows.future.shape), 0
    for one in np.unique(part):
        errors = [each[:, part != one].mean(axis=1) for each in (mase, smape)]
        best = names[int(sum(each / each[names.index(("last",))] for each in errors).argmin())]
        forecast[part == one] = means[best][part == one]
        same += best == SHIPPED
    value = score.mase(windows.future, forecast, windows.usual_change)
    yield record.Row(name, "nested", scheme, points, "", "mase", value, cases=len(forecast))
    yield record.Row(name, "nested", scheme, points, "", "smape", score.smape(windows.future, forecast), cases=len(forecast))
    yield record.Row(name, "nested", scheme, points, "", "folds_alike", float(same), cases=len(np.unique(part)))
