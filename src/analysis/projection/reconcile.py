"""Parts and their total on the same paths: sectors drawn with correlated errors, then made to add up.

Diagonal MinT (Wickramasuriya, Athanasopoulos and Hyndman 2019, https://doi.org/10.1080/01621459.2018.1448825): the gap
between the total and the sum of the parts is shared out in proportion to the variances of their errors. Paths are fixed
points of the common factor and of each part's own error (Halton's sequence; no random numbers), so that every call gives the
same figures and a target on a part and one on the total are judged on the same paths.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.projection import law, residual
from analysis.projection.joint import RHO_INDUSTRY_SERVICES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

PATHS = 2000
PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29)


def mint(parts: Floats, total: Floats, part_variance: Floats, total_variance: Floats) -> tuple[Floats, Floats]:
    """Return parts (... x k) and total (...) that add up, each moved in proportion to its variance; variances likewise
    shaped.

    Where nothing varies, the parts stand and the total is their sum.
    """
    gap = total - parts.sum(axis=-1)
    whole = part_variance.sum(axis=-1) + total_variance
    with np.errstate(invalid="ignore", divide="ignore"):
        weight = np.where(whole[..., None] > 0, part_variance / whole[..., None], 0.0)
    moved = parts + weight * gap[..., None]
    return moved, moved.sum(axis=-1)


def correlation(activities: tuple[str, ...], rho: float = RHO_INDUSTRY_SERVICES) -> Floats:
    """Return the correlations of the errors of parts: `rho` between any two of them, none with agriculture."""
    apart = np.array([name == "agriculture" for name in activities])
    result = np.where(apart[:, None] | apart[None, :], 0.0, rho)
    np.fill_diagonal(result, 1.0)
    return np.asarray(result)


def normal_paths(correlated: Floats, years: int, paths: int = PATHS) -> Floats:
    """Return standard normal errors, paths x years x parts, correlated between parts, independent between years."""
    parts = len(correlated)
    columns = [_halton(PRIMES[number % len(PRIMES)], paths, number // len(PRIMES)) for number in range(years * parts)]
    drawn = law.normal_quantile(np.column_stack(columns)).reshape(paths, years, parts)
    drawn = (drawn - drawn.mean(axis=0)) / drawn.std(axis=0)
    return np.asarray(drawn @ np.linalg.cholesky(correlated).T)


def _halton(base: int, count: int, turn: int) -> Floats:
    """Return `count` points in (0, 1) of the van der Corput sequence in `base`, in an order of their own for each `turn`."""
    number = np.arange(1, count + 1)
    result, scale = np.zeros(count), 1.0
    while number.any():
        scale /= base
        result += scale * (number % base)
        number //= base
    order = np.random.default_rng([base, turn]).permutation(count)
    return np.clip(result, 0.5 / count, 1 - 0.5 / count)[order]


def coherent(parts: Floats, total: Floats, correlated: Floats, paths: int = PATHS) -> tuple[Floats, Floats]:
    """Return levels of the parts (groups x paths x k) and of their totals (groups x paths) that add up on every path.

    `parts` (groups x k x LEVELS), `total` (groups x LEVELS): each one's own law, levels at residual.LEVELS. A path draws one
    level of every part; the total's own law is read where the sum of the parts ranks among the paths; `mint` then shares out
    what they differ by.
    """
    rank = (normal_paths(correlated, 1, paths)[:, 0].argsort(axis=0).argsort(axis=0) + 0.5) / paths
    own = np.stack([residual.quantiles_of(parts[:, k], rank[:, k]) for k in range(parts.shape[1])], axis=-1)
    whole = np.empty(own.shape[:2])
    rising = residual.quantiles_of(total, (np.arange(paths) + 0.5) / paths)
    np.put_along_axis(whole, own.sum(axis=-1).argsort(axis=1, kind="stable"), rising, axis=1)
    return mint(own, whole, own.var(axis=1)[:, None], whole.var(axis=1)[:, None])


def contributions(parts: Floats, before: Floats) -> Floats:
    """Return what each part adds to the growth of their sum, in percentage points: 100 dY_i / sum of Y the year before.

    `parts`, `before`: ... x k levels at the prices of the year before; exact: they sum to the growth of the total.
    """
    return np.asarray(100 * (parts - before) / before.sum(axis=-1, keepdims=True))
