"""The rule of the UN Progress Chart ("Progress Chart Technical Note 2023",
https://unstats.un.org/sdgs/files/report/2023/Progress_Chart_Technical_Note_2023.pdf) as UNDP applies it to the series of
every country, one method a series; words as published.

Where the notes are silent, the published verdicts themselves say how it is done; such places carry [V]. Every array has one
element a series; years are whole numbers kept as floats; NaN means not given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]
    Texts = NDArray[np.str_]

ACHIEVED, NOT_ACHIEVED = "Target Achieved", "Target Not Achieved"
ON_TRACK, FAIR = "On Track", "Fair progress but acceleration needed"
LIMITED, DETERIORATION = "Limited or No Progress", "Deterioration"
INSUFFICIENT, NO_DATA = "Insufficient Data", "No Data After 2015"
BANDS = [ON_TRACK, FAIR, LIMITED]

START, TARGET_YEAR = 2015, 2030
NEAR = 3  # years a base may lie from START
MET = 0.9995  # of the ratio to the target
PARITY = (0.97, 1.03)  # the band around equality, its ends not in it [V]
RATIO_LIMITS = (0.95, 0.5, -0.1)
PACE_LIMITS = {1: (0.01, 0.005, -0.01), -1: (0.01, -0.005, -0.01)}  # more is better, less is better
AIMED = ("CAGRR", "CAGRR+AARRR", "AARRR", "Likert")  # need a target
DIRECTED = ("CAGRR", "CAGRR+AARRR", "AARRR", "CAGRA", "Likert")  # need a direction


@dataclass(frozen=True)
class Series:
    """What the methods read. `toward` +1 more is better, -1 less is better; `holding`: only "not increase" or "not decrease"
    is asked, which no level achieves [V]; `required`: a growth rate given instead of a target; limits: series x 3.
    """

    base: Floats
    base_year: Floats
    now: Floats
    year: Floats
    target: Floats
    deadline: Floats
    toward: Floats
    holding: Flags
    required: Floats
    binary_target: Floats
    pace_limits: Floats
    ratio_limits: Floats

    def only(self, which: Flags) -> Series:
        """Return the series marked in `which`."""
        return Series(**{name: values[which] for name, values in vars(self).items()})

    @property
    def no_rate(self) -> Flags:
        """Whether no growth rate can be had: base missing or zero, or no year between base and now."""
        none: Flags = np.isnan(self.base) | (self.base == 0) | ~(self.year > self.base_year)
        return none


def base(history: Floats, years: Floats, given: Floats, zero: Flags) -> tuple[Floats, Floats]:
    """Return value and year of the base: the year given, NaN and NaN when it has no figure; without one the figure nearest
    to 2015 within three years, of two the later.

    `history`: series x years, NaN where there is no figure. A zero is passed over, since no rate starts from it [V], but not
    where `zero`.
    """
    if not len(years):
        return np.full(len(history), np.nan), np.full(len(history), np.nan)
    chosen = ~np.isnan(given)[:, None]
    fits = np.where(chosen, years == given[:, None], np.abs(years - START) <= NEAR)
    usable = fits & ~np.isnan(history) & ((history != 0) | zero[:, None] | chosen)
    order = np.lexsort((-years, np.abs(years - START)))
    place, found = order[usable[:, order].argmax(axis=1)], usable.any(axis=1)
    return np.where(found, history[np.arange(len(history)), place], np.nan), np.where(found, years[place], np.nan)


def growth(start: Floats, end: Floats, years: Floats) -> Floats:
    """Return the compound annual growth rate; over a change of sign the real part of the complex root [V]."""
    with np.errstate(all="ignore"):
        ratio = end / start
        return np.abs(ratio) ** (1 / years) * np.where(ratio < 0, np.cos(np.pi / years), 1.0) - 1


def pace_limits(given: Floats, toward: Floats) -> Floats:
    """Return the limits given, else the usual ones: .01, .005, -.01 of growth in the right direction."""
    usual = np.where((toward < 0)[:, None], PACE_LIMITS[-1], PACE_LIMITS[1])
    return np.where(np.isnan(given), usual, given)


def ratio_limits(given: Floats) -> Floats:
    """Return the limits given, else .95, .5, -.1 of the growth required."""
    return np.where(np.isnan(given), RATIO_LIMITS, given)


def met(one: Series, target: Floats, toward: Floats) -> Flags:
    """Whether the latest figure reaches the target to .9995 of the ratio; zero does where less is better."""
    with np.errstate(all="ignore"):
        less, more = (one.now == 0) | (target / one.now > MET), one.now / target > MET
    return np.where(toward < 0, less, more)


def by_ratio(ratio: Floats, limits: Floats) -> Texts:
    """Return the class of observed over required growth; "Insufficient Data" where it is none."""
    banded = np.select([ratio >= limits[:, 0], ratio >= limits[:, 1], ratio >= limits[:, 2]], BANDS, DETERIORATION)
    return np.where(np.isnan(ratio), INSUFFICIENT, banded)


def _toward_target(one: Series, observed: Floats, required: Floats) -> Texts:
    """Return the class by `by_ratio`, after: met; base met but moving back; no rate; none required (met iff not worse)."""
    reached = met(one, one.target, one.toward)
    back = (one.toward * (one.base - one.target) >= 0) & (one.toward * (one.base - one.now) > 0)
    kept = one.toward * (one.now - one.base) >= 0
    with np.errstate(all="ignore"):
        classes = by_ratio(observed / required, ratio_limits(one.ratio_limits))
    still = required == 0
    return np.select(
        [reached, back, one.no_rate, still & kept, still],
        [ACHIEVED, DETERIORATION, INSUFFICIENT, ACHIEVED, DETERIORATION],
        default=classes,
    )


def _span(one: Series) -> Floats:
    """Return the years from base to deadline, NaN when it is not after the base."""
    return np.where(one.deadline > one.base_year, one.deadline - one.base_year, np.nan)


def cagrr(one: Series) -> Texts:
    """Growth over the growth required by the target, or given as `required`. A target of the other sign is insufficient."""
    wanted = growth(one.base, one.target, _span(one))
    with np.errstate(all="ignore"):
        wanted = np.where(one.target / one.base < 0, np.nan, wanted)
    wanted = np.where(np.isnan(one.required), wanted, one.required)
    return _toward_target(one, growth(one.base, one.now, one.year - one.base_year), wanted)


def cagrr_log(one: Series) -> Texts:
    """As `cagrr` with logarithmic rates, ln(y0 / y) a year, for both."""
    observed, wanted = _log_rates(one)
    return _toward_target(one, observed, wanted)


def aarrr(one: Series) -> Texts:
    """Logarithmic rate in the right direction a, required r: a >= r on track, >= .5 fair, > -.5 limited."""
    observed, wanted = _log_rates(one)
    back = (one.toward * (one.base - one.target) >= 0) & (one.toward * (one.base - one.now) > 0)
    observed, wanted = -one.toward * observed, -one.toward * wanted
    none = one.no_rate | np.isnan(observed) | np.isnan(wanted)
    return np.select(
        [met(one, one.target, one.toward), back, none, observed >= wanted, observed >= 0.5, observed > -0.5],
        [ACHIEVED, DETERIORATION, INSUFFICIENT, *BANDS],
        default=DETERIORATION,
    )


def _log_rates(one: Series) -> tuple[Floats, Floats]:
    with np.errstate(all="ignore"):
        return np.log(one.base / one.now) / (one.year - one.base_year), np.log(one.base / one.target) / _span(one)


def cagra(one: Series) -> Texts:
    """Growth against fixed limits, after: a target that is met or, without a target, a zero where less is better and there
    is no base [V] (a fall to zero is growth of -1, on track); neither for a series that is only asked to hold [V].
    """
    pace, limits = growth(one.base, one.now, one.year - one.base_year), pace_limits(one.pace_limits, one.toward)
    first, second, third = limits.T
    up = np.select([pace > first, pace > second, pace > third], BANDS, DETERIORATION)
    down = np.select([pace < third, pace < second, pace <= first], BANDS, DETERIORATION)
    zero = np.isnan(one.target) & np.isnan(one.base) & (one.now == 0) & (one.toward < 0)
    reached = np.where(np.isnan(one.target), zero, met(one, one.target, one.toward)) & ~one.holding
    return np.select(
        [reached, one.no_rate | np.isnan(pace)],
        [ACHIEVED, INSUFFICIENT],
        default=np.where(one.toward < 0, down, up),
    )


def halving(one: Series) -> Texts:
    """The target is half the base; the limits given are used as in `cagrr`."""
    return _multiple(one, 0.5, ratio_limits(one.ratio_limits))


def doubling(one: Series) -> Texts:
    """The target is twice the base; the usual limits, whatever is given [V]."""
    return _multiple(one, 2.0, np.broadcast_to(RATIO_LIMITS, one.ratio_limits.shape))


def _multiple(one: Series, factor: float, limits: Floats) -> Texts:
    """Return the class against `factor` times the base."""
    target = factor * one.base
    ratio = growth(one.base, one.now, one.year - one.base_year) / growth(one.base, target, _span(one))
    reached = met(one, target, np.full(len(target), np.sign(factor - 1)))
    return np.select([reached, one.no_rate], [ACHIEVED, INSUFFICIENT], default=by_ratio(ratio, limits))


def binary(one: Series) -> Texts:
    """Whether the latest figure is `binary_target`; needs no base and no year after 2015 [V]."""
    return np.where(one.now == one.binary_target, ACHIEVED, NOT_ACHIEVED)


def likert(one: Series) -> Texts:
    """Steps gained since the base: 2 or more on track, 1 fair, none limited, lost deterioration; on the target achieved."""
    gain = one.toward * (one.now - one.base)
    return np.select(
        [one.now == one.target, np.isnan(gain) | ~(one.year > one.base_year), gain >= 2, gain >= 1, gain >= 0],
        [ACHIEVED, INSUFFICIENT, *BANDS],
        default=DETERIORATION,
    )


def parity(one: Series) -> Texts:
    """A ratio of two groups towards 1: growth over the growth that leads to 1, so that passing 1 is on track [V]."""
    inside = (one.now > PARITY[0]) & (one.now < PARITY[1])
    none = np.isnan(one.base) | (one.base == 0)
    wanted = growth(one.base, np.ones(len(one.base)), _span(one))
    with np.errstate(all="ignore"):
        ratio = growth(one.base, one.now, one.year - one.base_year) / wanted
    return np.select(
        [none, inside, one.no_rate, wanted == 0],
        [INSUFFICIENT, ACHIEVED, INSUFFICIENT, DETERIORATION],
        default=by_ratio(ratio, ratio_limits(one.ratio_limits)),
    )


def special_gini(one: Series) -> Texts:
    """pc = change in % of the latest figure: CAGR < -1 % and pc <= -1 on track, pc <= -1 fair, pc < 1 limited."""
    toward = np.full(len(one.now), -1.0)
    pace = growth(one.base, one.now, one.year - one.base_year)
    with np.errstate(all="ignore"):
        points = (one.now - one.base) * 100 / one.now
    return np.select(
        [met(one, one.target, toward), one.no_rate, (pace < -0.01) & (points <= -1), points <= -1, points < 1],
        [ACHIEVED, INSUFFICIENT, *BANDS],
        default=DETERIORATION,
    )


METHODS: dict[str, Callable[[Series], Texts]] = {
    "CAGRR": cagrr,
    "CAGRR+AARRR": cagrr_log,
    "AARRR": aarrr,
    "CAGRA": cagra,
    "Halving": halving,
    "Doubling": doubling,
    "Binary": binary,
    "Likert": likert,
    "Parity": parity,
    "SpecialGINI": special_gini,
}


def verdict(method: Texts, series: Series) -> Texts:
    """Return the published word for each series by its method (a name of METHODS; "" for any other).

    Before any method but Binary: no figure at all "Insufficient Data", the latest of 2015 or before "No Data After 2015".
    """
    words = np.full(len(method), "", dtype="<U40")
    for name, judge in METHODS.items():
        which = method == name
        if which.any():
            words[which] = judge(series.only(which))
    known = words != ""
    words[known & (method != "Binary") & (series.year <= START)] = NO_DATA
    words[known & np.isnan(series.now)] = INSUFFICIENT
    return words
