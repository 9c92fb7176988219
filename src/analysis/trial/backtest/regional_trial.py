"""Growth of Vietnamese provinces, year by year: what was said once the country's first months were known, and what came.

Nothing was learnt from these provinces. What was chosen (half own, half peers; the usual spread as one year) was chosen by
2019 to 2024; the figures of 2025 stood beside them. The targets are the own past mean plus 0, 1, 2, 3 points, and what
provinces were assigned for 2025 (`assigned_growth.csv`, as far as pages name it).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from analysis.projection import law, residual
from analysis.projection.method import growth, growth_average, regional
from analysis.trial import record, score
from analysis.trial.backtest.level_trial import AHEAD, INTERVALS
from analysis.trial.learn import growth_fit
from analysis.trial.panel import Provinces

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int_]

METHOD = "country_months"
MONTHS = (3, 6, 9)
Country = dict[int, float]  # log growth by year
SoFar = dict[tuple[int, int], float]  # log growth by year and months known


@dataclass(frozen=True)
class Said:
    """One row a province and year: its number, the year, own past mean, centre and standard deviation of what was said of
    its log growth, and what came.
    """

    area: Ints
    year: Ints
    own: Floats
    centre: Floats
    error: Floats
    came: Floats


def said(provinces: Provinces, country: Country, so_far: SoFar, month: int) -> Said:
    """Return what is said of every year whose country is known for so many months, from the years before it alone."""
    usual, widths = regional.learnt()
    parts = []
    for place, year in enumerate(provinces.years):
        if place == 0 or (int(year), month) not in so_far:
            continue
        past = provinces.growth[:, :place]
        beyond = past - np.array([country[int(one)] for one in provinces.years[:place]])
        mean, years = beyond.mean(axis=1), np.full(len(past), float(place))
        spread = regional.spread(np.square(beyond - mean[:, None]).sum(axis=1), years, usual)
        centre = regional.change(np.full(len(past), so_far[int(year), month]), mean, np.full(len(past), np.median(mean)))
        error = regional.error(spread, np.full(len(past), np.median(spread)), years, widths)
        error = np.hypot(error, growth.part_year_error(np.full(len(past), float(month))))
        own = past.mean(axis=1)
        parts.append((np.arange(len(past)), np.full(len(past), year), own, centre, error, provinces.growth[:, place]))
    return Said(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def provinces(old: Provinces, new: Provinces, country: Country, so_far: SoFar) -> Iterator[record.Row]:
    """Yield ranges, said and met by year and by points ahead, Brier scores; of the targets assigned said and met."""
    yield from _before(old)
    for month in MONTHS:
        described = record.Row("provinces", METHOD, f"after_{month}_months", 0, "1", "", 0.0)
        found = said(old, country, so_far, month)
        yield from _ranges(described, found)
        goals = _goals(found.own)
        chance = law.normal_below((found.centre - goals) / found.error)
        yield from _said_and_met(described, chance, (found.came >= goals).astype(float), found.area, found.year)
        yield from _assigned(described, {"provinces": old, "provinces_new": new}, country, so_far, month)


def _before(old: Provinces) -> Iterator[record.Row]:
    """Yield the same of what is said before a year begins, from five earlier years on: by province and peers alone."""
    described = record.Row("provinces", "peers", "before", 0, "1", "", 0.0)
    parts = []
    for place in range(growth_average.LEAST_CHANGES, len(old.years)):
        found = growth_fit.errors(old.growth[:, : place + 1], place, 1)
        goals = _goals(found.own)
        law_ = growth_average.learnt()[place - growth_average.LEAST_CHANGES, 0]
        chance = 1 - residual.below(law_, (goals - found.centre) / found.scale)
        year = np.full(len(found.area), old.years[place])
        parts.append((chance.T, (found.outcome >= goals).astype(float).T, found.area, year))
    chances, met, area, years = (np.concatenate(column) for column in zip(*parts, strict=True))
    yield from _said_and_met(described, chances.T, met.T, area, years)


def _goals(own: Floats) -> Floats:
    return np.asarray(np.log(np.exp(own) + np.array(AHEAD)[:, None]))


def _said_and_met(described: record.Row, chance: Floats, met: Floats, area: Ints, years: Ints) -> Iterator[record.Row]:
    """Yield said and met by points ahead and by year, and the Brier scores; `chance`, `met`: points ahead x rows."""
    for place, ahead in enumerate(AHEAD):
        yield from _pair(described, f"plus_{100 * ahead:.0f}", chance[place], met[place], area)
    for year in np.unique(years):
        same = years == year
        yield from _pair(described, str(year), chance[:, same].T, met[:, same].T, area[same])
    for against in record.BASES:
        yield from record.of_brier(described, chance, met, against)


def _ranges(described: record.Row, found: Said) -> Iterator[record.Row]:
    for percent, ends in INTERVALS.items():
        low, high = (found.centre + found.error * float(law.normal_quantile(np.array(end))) for end in ends)
        share = score.share(score.inside(found.came, low, high), found.area)
        yield record.of_share("provinces", METHOD, described.scheme, 0, "1", f"inside_{percent}", share)


def _pair(described: record.Row, name: str, chance: Floats, met: Floats, area: Ints) -> Iterator[record.Row]:
    share = score.share(met, area)
    yield replace(described, measure=f"said_{name}", value=float(chance.mean()), cases=share.cases)
    low, high = share.clustered
    yield replace(described, measure=f"met_{name}", value=share.value, low=low, high=high, cases=share.cases)


def _assigned(
    described: record.Row, panels: dict[str, Provinces], country: Country, so_far: SoFar, month: int
) -> Iterator[record.Row]:
    """Yield what was said of the targets that provinces were assigned for a year, and how many were met."""
    chances, events, number = [], [], []
    told = {name: said(one, country, so_far, month) for name, one in panels.items()}
    for place, row in enumerate(record.read(record.FOLDER / "assigned_growth.csv")):
        panel, found = panels[row["panel"]], told[row["panel"]]
        same = (panel.name[found.area] == row["area"]) & (found.year == int(row["year"]))
        goal = np.log1p(float(row["assigned_pct"]) / 100)
        chances.append(law.normal_below((found.centre[same] - goal) / found.error[same]))
        events.append((found.came[same] >= goal).astype(float))
        number.append(np.full(int(same.sum()), place))
    yield from _pair(described, "assigned", *(np.concatenate(one) for one in (chances, events, number)))
