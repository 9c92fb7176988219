"""The law of a growth average, read from the shipped table and put together in plain arithmetic."""

import csv
import math

import numpy as np
from conftest import ROOT
from scipy import stats

TABLE = ROOT / "src" / "analysis" / "projection" / "fitted" / "growth_average.csv"


def law(changes, horizon):
    """Levels of probability and standardised errors of the mean growth over `horizon` years."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        row = next(one for one in csv.DictReader(file) if (one["changes"], one["horizon"]) == (str(changes), str(horizon)))
    errors = {float(name[2:]): float(value) for name, value in row.items() if name.startswith("z_")}
    return np.array(list(errors)), np.array(list(errors.values()))


def around(mean, spread, changes, horizon, start=0.0):
    """Levels of probability and the growth in logarithms over `horizon` years; `start`: error of where they begin."""
    levels, errors = law(changes, horizon)
    middle = errors[levels == 0.5] * spread * horizon
    away = errors * spread * horizon - middle
    own = start * stats.norm.ppf(levels)
    return levels, horizon * mean + middle + np.sign(away + own) * np.hypot(away, own)


def chance(distribution, needed):
    """Probability of growing by at least `needed` (logarithm), between the table's outermost levels."""
    levels, growth = distribution
    assert growth[0] < needed < growth[-1]
    return 1 - np.interp(needed, growth, levels)


def quantile(distribution, level, before=0.0, years=5):
    """Average growth in %/year over `years`, `before` of it (logarithm) known."""
    levels, growth = distribution
    return 100 * math.expm1((before + np.interp(level, levels, growth)) / years)
