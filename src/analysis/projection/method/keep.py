"""Targets that hold each year: kept up so far, kept up to the end; and yearly shares that start again each January.

P(k more years | n straight) = prod over j < k of (n + .3 + j) / (n + .5 + j), n at least 1: what is measured of long-kept
conditions; each year kept makes the next likelier. A streak that was entered only lately, from below, does worse: `RECENT`
as measured.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.projection import spacing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

MODEL_ID, TRIALS_ID = "keep_each_year", "annual_trials"
FADE, TRIAL_PRIOR = 0.8, 0.75  # of yearly trials
FIRST_LOSS = 1 - 1.3 / 1.5  # after one straight year, by the formula
LONG = 5  # straight years after which a streak is no longer a recent one
RECENT = {1: 0.89, 3: 0.77, 5: 0.71}  # of streaks of three years entered from below, kept 1, 3, 5 more
RECENT_STREAK = 3


def streak(met: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Return the straight years met up to the last one, and whether the streak was entered lately, from below.

    `met`: series x years, 1 met, 0 not, NaN not known: such a year neither counts as kept nor ends the streak.
    """
    unbroken = np.cumprod((met != 0)[:, ::-1], axis=1)
    run = (unbroken * (met == 1)[:, ::-1]).sum(axis=1)
    missed = (met == 0).any(axis=1)
    return run.astype(float), (run > 0) & (run < LONG) & missed


def probability(straight: Floats, years: Floats, recent: NDArray[np.bool_] | None = None) -> Floats:
    """Return the probability of `years` more years after `straight` ones, in [0, 1]; 1 for none more, NaN for unknown.

    `recent` marks streaks entered lately from below: their probability is multiplied by what such streaks of three years
    fell short of the formula.
    """
    longest = int(np.nanmax(np.nan_to_num(years), initial=0))
    steps = np.arange(longest)
    n = straight[:, None]
    factor = np.where(steps < years[:, None], (n + 0.3 + steps) / (n + 0.5 + steps), 1.0)
    chance = factor.prod(axis=1)
    if recent is not None:
        chance = np.where(recent, chance * shortfall(years), chance)
    return np.asarray(np.where(np.isnan(straight) | np.isnan(years), np.nan, np.clip(chance, 0.0, 1.0)))


def regained(met: Floats, years: Floats) -> Floats:
    """Return the probability that what is not met now will be met `years` years on: a chain of gaining and losing.

    `met` as in `streak`; what changed over unknown years counts as one change. The chance to gain in a year is (gained +
    1/2) / (years not met + 1), to lose (lost + FIRST_LOSS) / (years met + 1). No year known: NaN.
    """
    known = spacing.figures(met, met.shape[1]).value
    before, after = known[:, :-1], known[:, 1:]
    gained, unmet = ((before == 0) & (after == 1)).sum(axis=1), ((before == 0) & ~np.isnan(after)).sum(axis=1)
    lost, held = ((before == 1) & (after == 0)).sum(axis=1), ((before == 1) & ~np.isnan(after)).sum(axis=1)
    gain, lose = (gained + 0.5) / (unmet + 1), (lost + FIRST_LOSS) / (held + 1)
    chance = gain / (gain + lose) * (1 - (1 - gain - lose) ** years)
    return np.asarray(np.where(np.isnan(met).all(axis=1) | np.isnan(years), np.nan, chance))


def shortfall(years: Floats) -> Floats:
    """Return by what factor streaks entered lately fell short of the formula over 1 to 5 years; beyond, as over five."""
    known = np.array(sorted(RECENT), dtype=float)
    measured = np.array([RECENT[int(one)] for one in known])
    steps = np.arange(max(int(known[-1]), 1))
    formula = np.cumprod((RECENT_STREAK + 0.3 + steps) / (RECENT_STREAK + 0.5 + steps))[known.astype(int) - 1]
    ratio = np.minimum(measured / formula, 1.0)
    return np.asarray(np.interp(np.nan_to_num(years), np.concatenate([[0.0], known]), np.concatenate([[1.0], ratio])))


def each_year(met: Floats, years: Floats) -> Floats:
    """Return the probability that a yearly share that starts again meets its target in every one of `years` more years.

    `met`: past years, series x years, 1 met, 0 not, NaN not known. Each year is a trial whose chance has the law Beta(met +
    TRIAL_PRIOR, missed + TRIAL_PRIOR), a year counting FADE of the one after it; the joint probability is the mean of
    chance^years under that law. No year known: NaN. Both constants were chosen on yearly growth of countries of at least 3,
    5 and 7 % (World Bank).
    """
    weight = FADE ** np.arange(met.shape[1])[::-1]
    known = ~np.isnan(met).all(axis=1)
    a = ((met == 1) * weight).sum(axis=1) + TRIAL_PRIOR
    b = ((met == 0) * weight).sum(axis=1) + TRIAL_PRIOR
    longest = int(np.nanmax(np.nan_to_num(years), initial=0))
    steps = np.arange(longest)
    factor = (a[:, None] + steps) / ((a + b)[:, None] + steps)
    chance = np.where(steps < years[:, None], factor, 1.0).prod(axis=1)
    return np.asarray(np.where(known & ~np.isnan(years), chance, np.nan))
