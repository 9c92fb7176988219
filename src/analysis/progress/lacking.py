"""Which figures to hand in next: those that turn the most verdicts from unknown to known come first."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis import series as series_of
from analysis.progress import summary
from analysis.progress.history import AREA
from analysis.progress.outlook import LEAST_POINTS

if TYPE_CHECKING:
    import pandas as pd

BASED = ("growth_average", "multiply")  # their base year has a figure, or lies behind the first one (history.with_base)
COLUMNS = ["step", "indicator", "activity", "years", "supplier_vi", "targets"]
Figure = tuple[str, str]  # indicator and activity: a line of the data-entry workbook
Values = frozenset[tuple[Figure, int]]  # single figures: a line and a year


@dataclass(frozen=True)
class _Known:
    """The years that each series of the area has a yearly figure for, and the years it breaks in."""

    years: dict[Figure, set[int]]
    breaks: dict[Figure, set[int]]
    cards: dict[str, dict[str, Any]]
    complete: int  # the last year that is over


def of_plan(progress: pd.DataFrame, target: pd.DataFrame, series: pd.DataFrame, cards: pd.DataFrame) -> pd.DataFrame:
    """Return the figures to hand in for the headline targets of one plan (`lacking`).

    `progress`: its rows of out.progress, `target`: core.target, `series`: core.series of any areas.
    """
    order = target.sort_values("section", key=lambda column: column.map(_section))["target_id"]
    rows = summary.headline(progress, target).set_index("target_id", drop=False)
    rows = rows.loc[[name for name in order if name in rows.index]]
    if rows.empty:
        return lacking(rows, series, cards, "0001")
    here = (series[AREA] == rows[AREA].iloc[0]).all(axis=1)
    return lacking(rows, series[here], cards, f"{rows['as_of'].iloc[0]:%Y-%m-%d}")


def _section(text: str) -> list[tuple[int, str]]:
    """Return what orders places in a plan: "B.I.10" after "B.I.9"."""
    return [(int(part), "") if part.isdigit() else (0, part) for part in text.split(".")]


def lacking(rows: pd.DataFrame, series: pd.DataFrame, cards: pd.DataFrame, as_of: str) -> pd.DataFrame:
    """Return the figures to hand in, the most useful first: a row a figure, columns COLUMNS.

    `rows`: rows of out.progress of one area, `series`: core.series of that area, `cards`: the indicator table, `as_of`: the
    day of knowledge, YYYY-MM-DD. Figures of one `step` are of use together alone (numerator and denominator of a share);
    each step supposes that those before it were handed in, and `targets` are the ids of what becomes known by it. `years`
    are those still missing up to the last year that is over. A verdict that rests on invented figures counts as unknown and
    invented figures as missing. What no further figure helps (a break in the last years) is not listed.
    """
    import pandas as pd

    known = _known(series[~series["illustrative"]], cards, as_of)
    invented = rows["flags"].map(lambda flags: "illustrative" in flags).astype(bool)
    unknown = rows[(rows["verdict"].eq("insufficient") | invented) & rows["indicator"].notna()]
    wanted = {str(row["target_id"]): _missing(row, known) for row in unknown.to_dict("records")}
    found = []
    for step, (values, targets) in enumerate(_steps({name: one for name, one in wanted.items() if one}), start=1):
        for figure in sorted({figure for figure, _ in values}):
            years = sorted(year for one, year in values if one == figure)
            found.append((step, *figure, years, known.cards[figure[0]]["supplier_vi"], targets))
    return pd.DataFrame(found, columns=COLUMNS)


def _known(series: pd.DataFrame, cards: pd.DataFrame, as_of: str) -> _Known:
    years: dict[Figure, set[int]] = {}
    breaks: dict[Figure, set[int]] = {}
    for row in series[series["freq"] == "A"].to_dict("records"):
        figure = (row["indicator"], row["activity"])
        years.setdefault(figure, set()).add(int(row["time_period"]))
        if row["break_flag"]:
            breaks.setdefault(figure, set()).add(int(row["time_period"]))
    return _Known(years, breaks, cards.set_index("indicator").to_dict("index"), int(as_of[:4]) - 1)


def _missing(row: Mapping[str, Any], known: _Known) -> Values:
    """Return the single figures without which nothing is said of a target, none where figures do not help."""
    growing, base = row["kind"] == "growth_average", int(row["base_year"])
    measure = known.cards[row["indicator"]]["growth_of"] if growing else row["indicator"]
    figure = (str(measure), str(row["activity"]))
    first = max(known.breaks.get(figure, {0}))  # nothing is taken from before a break
    years = {year for year in known.years.get(figure, ()) if year >= first}
    end = max({known.complete, *years})
    if row["kind"] == "cumulative":  # every year that counts, in the base year one that says there is a series
        if base > end:
            return frozenset()
        years |= set(range(min(base + 1, end), end + 1))
    least = LEAST_POINTS + int(growing)  # so many growth rates take a level more
    others = (year for year in range(end, max(first, end - 2 * least) - 1, -1) if year not in years)
    years |= set(itertools.islice(others, max(least - len(years), 0)))
    if row["kind"] in BASED and base < min(years):
        years.add(base)
    return _inputs(figure, years, known) if len(years) >= least and min(years) >= first else frozenset()


def _inputs(figure: Figure, years: set[int], known: _Known) -> Values:
    """Return the figures to enter for a series to have these years, down to the cards without a formula.

    An index is linked over years that follow one another, from the year before its first.
    """
    name, activity = figure
    missing = years - known.years.get(figure, set())
    formula = known.cards[name]["formula"]
    if not isinstance(formula, str) or not missing:
        return frozenset((figure, year) for year in missing)
    found: Values = frozenset()
    for part, back, linked in series_of.terms(name, formula):
        asked = set(range(min(years) + 1, max(years) + 1)) if linked else {year - back for year in missing}
        found |= _inputs((part, activity), asked, known)
    return found


def _steps(wanted: dict[str, Values]) -> list[tuple[Values, list[str]]]:
    """Return which single figures to hand in step by step, and the targets each step makes known."""
    left, steps = dict(wanted), []
    while left:
        sets = dict.fromkeys(frozenset(figure for figure, _ in values) for values in left.values())  # in the plan's order
        offers = [_offer(figures, left) for figures in sets]
        values, targets = max(offers, key=_worth)
        steps.append((values, targets))
        left = {name: rest - values for name, rest in left.items() if name not in targets}
    return steps


def _offer(figures: frozenset[Figure], left: dict[str, Values]) -> tuple[Values, list[str]]:
    """Return the years of some figures that are missing, and the targets that need nothing else."""
    targets = [name for name, values in left.items() if all(figure in figures for figure, _ in values)]
    return frozenset().union(*(left[name] for name in targets)), targets


def _worth(offer: tuple[Values, list[str]]) -> tuple[float, int, int]:
    """Return what orders offers: the most targets a figure, then the most targets, then the fewest years to fill in."""
    values, targets = offer
    return len(targets) / len({figure for figure, _ in values}), len(targets), -len(values)
