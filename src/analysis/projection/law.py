"""The probability laws of the projections, as scipy computes them; arrays in, arrays out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]


def normal_below(value: ArrayLike) -> Floats:
    """Return P(Z <= value) of the standard normal law."""
    from scipy.special import ndtr

    return np.asarray(ndtr(value), dtype=float)


def normal_quantile(level: ArrayLike) -> Floats:
    """Return the value below which the standard normal law has probability `level`; -inf at 0, inf at 1."""
    from scipy.special import ndtri

    return np.asarray(ndtri(level), dtype=float)


def student_below(freedom: ArrayLike, value: ArrayLike) -> Floats:
    """Return P(T <= value) of Student's law with `freedom` degrees of freedom."""
    from scipy.special import stdtr

    return np.asarray(stdtr(freedom, value), dtype=float)


def student_quantile(freedom: ArrayLike, level: ArrayLike) -> Floats:
    """Return the `level` quantile of Student's law with `freedom` degrees of freedom."""
    from scipy.special import stdtrit

    return np.asarray(stdtrit(freedom, level), dtype=float)


def beta_binomial_at_least(least: ArrayLike, trials: ArrayLike, a: ArrayLike, b: ArrayLike) -> Floats:
    """Return P(successes >= least) in `trials` with a chance that is itself Beta(a, b): whole numbers, at most a few
    hundred.
    """
    from scipy.special import betaln, gammaln

    least, trials, a, b = np.broadcast_arrays(*(np.asarray(item, dtype=float) for item in (least, trials, a, b)))
    most = int(np.nanmax(trials, initial=0))
    k = np.arange(most + 1, dtype=float)
    n, left = trials[..., None], np.maximum(trials[..., None] - k, 0)
    log = gammaln(n + 1) - gammaln(k + 1) - gammaln(left + 1) + betaln(k + a[..., None], left + b[..., None])
    chance = np.exp(log - betaln(a, b)[..., None])
    counted = (k <= n) & (k >= np.ceil(least[..., None] - 1e-9))
    return np.asarray(np.clip(np.where(counted, chance, 0.0).sum(axis=-1), 0.0, 1.0))


def negative_binomial_at_most(most: ArrayLike, size: ArrayLike, mean: ArrayLike) -> Floats:
    """Return P(count <= most) of the negative binomial law with this mean and `size` (variance mean + mean^2 / size)."""
    from scipy.special import betainc

    most, size, mean = (np.asarray(item, dtype=float) for item in (most, size, mean))
    whole = np.floor(most + 1e-9)
    with np.errstate(invalid="ignore", divide="ignore"):
        below = betainc(size, np.maximum(whole, 0) + 1, size / (size + mean))
    below = np.where(mean <= 0, 1.0, below)
    return np.asarray(np.where(whole < 0, 0.0, below))
