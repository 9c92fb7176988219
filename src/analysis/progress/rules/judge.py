"""One official rule over a table of series: which class each row gets and, where it gets none, why."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.progress.rules import aarr, dns, open_sdg, unsd
from analysis.progress.rules import cases as cases_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from analysis.progress.rules.cases import Cases, CellError

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]
    Texts = NDArray[np.str_]

NEEDED = {
    "open_sdg": ("history", "direction"),
    "unsd": ("history", "direction"),
    "dns": ("history", "direction"),
    "aarr": ("history",),
}
GROUPED_BY = ("indicator", "series_no")  # columns of a table in which an indicator has several series
SPELLINGS = {"halfing": "Halving"}


@dataclass(frozen=True)
class Judged:
    """`classes`: the published word of each row, "" for none; `more`: further columns by name (text or float, NaN for none);
    `reasons`: {row: why there is no class}, a fault of its cells or what the rule lacks.
    """

    classes: Texts
    more: dict[str, Texts | Floats]
    reasons: dict[int, CellError]


def judge(rows: Sequence[Mapping[str, str]], rule: str) -> Judged:
    """Return the verdicts of `rule` (a name of NEEDED) on the rows (column name -> cell).

    Columns read: history, method, direction, target, target_year (2030), base_year, limit, binary_target, cagr_limits,
    cr_limits, cagr_required, target_kind ("annual" for dns); blank is not given. A row with a fault has no class.
    """
    found = cases_of.read(rows)
    judged = RULES[rule](found)
    broken = np.zeros(len(rows), bool)
    broken[list(found.faults)] = True
    more = {name: np.where(broken, _none(values), values) for name, values in judged.more.items()}
    cleaned = Judged(np.where(broken, "", judged.classes), more, {**judged.reasons, **found.faults})
    return _with_indicators(cleaned, rows) if rule == "open_sdg" else cleaned


def _none(values: Texts | Floats) -> str | float:
    return np.nan if values.dtype.kind == "f" else ""


def _why(*causes: tuple[str, Flags]) -> dict[int, CellError]:
    """Return {row: reason} for the rows marked; of several reasons the first."""
    reasons: dict[int, CellError] = {}
    for key, rows in causes:
        for row in np.flatnonzero(rows).tolist():
            reasons.setdefault(row, cases_of.CellError(key))
    return reasons


def _deadline(cases: Cases, usual: int) -> Floats:
    given = cases.numbers["target_year"]
    return np.where(np.isnan(given), float(usual), given)


def _open_sdg(cases: Cases) -> Judged:
    """Base 2015 and deadline 2030 unless given."""
    given, toward = cases.numbers["base_year"], cases.numbers["toward"]
    now, year = cases.latest()
    base, base_year = open_sdg.base(cases.history, cases.years, np.where(np.isnan(given), open_sdg.BASE_YEAR, given))
    deadline = _deadline(cases, open_sdg.TARGET_YEAR)
    target, limit = cases.numbers["target"], cases.numbers["limit"]
    codes, score = open_sdg.verdict(base, base_year, now, year, target, deadline, toward, limit)
    no_direction, none = np.isnan(toward), codes == ""
    words = np.array([open_sdg.WORDS[code] for code in codes.tolist()], dtype="<U40")
    reasons = _why(
        ("judge_no_direction", no_direction),
        ("judge_no_figure", none & np.isnan(now)),
        ("judge_no_base", none & np.isnan(base)),
        ("judge_one_year", none & ~(year > base_year)),
        ("judge_deadline", none & ~np.isnan(target) & ~(deadline > base_year)),
        ("judge_sign", none),
    )
    return Judged(np.where(no_direction, "", words), {"score": np.where(no_direction, np.nan, score)}, reasons)


def _with_indicators(judged: Judged, rows: Sequence[Mapping[str, str]]) -> Judged:
    """Add class and mean score of each indicator where a table says which of its series a row is."""
    if not rows or not all(name in rows[0] for name in GROUPED_BY):
        return judged
    names = np.array([cases_of.cell(row, GROUPED_BY[0]) for row in rows])
    _, group = np.unique(names, return_inverse=True)
    codes = {word: code for code, word in open_sdg.WORDS.items()} | {"": ""}
    own = np.array([codes[word] for word in judged.classes.tolist()])
    classes, score = open_sdg.combined(group, own, np.asarray(judged.more["score"], float))
    words = np.array([open_sdg.WORDS[code] for code in classes.tolist()])
    more = {**judged.more, "indicator_class": words[group], "indicator_score": score[group]}
    return Judged(judged.classes, more, judged.reasons)


def _unsd(cases: Cases) -> Judged:
    """Method CAGRR with a target (or a rate given instead), CAGRA without, unless given; base near 2015; deadline 2030."""
    numbers, (now, year) = cases.numbers, cases.latest()
    aimed = ~np.isnan(numbers["target"]) | ~np.isnan(numbers["cagr_required"])
    usual = np.where(aimed, "CAGRR", "CAGRA")
    given = cases.texts["method"]
    spelt = {name.lower(): name for name in unsd.METHODS} | SPELLINGS
    read = [spelt.get(text.lower(), "") if text else default for text, default in zip(given, usual.tolist(), strict=True)]
    method = np.array(read, dtype="<U20")
    base, base_year = unsd.base(cases.history, cases.years, numbers["base_year"], method == "Likert")
    series = unsd.Series(
        base=base,
        base_year=base_year,
        now=now,
        year=year,
        target=numbers["target"],
        deadline=_deadline(cases, unsd.TARGET_YEAR),
        toward=numbers["toward"],
        holding=cases.holding,
        required=numbers["cagr_required"],
        binary_target=numbers["binary_target"],
        pace_limits=cases.limits["cagr_limits"],
        ratio_limits=cases.limits["cr_limits"],
    )
    unknown = method == ""
    no_direction = np.isin(method, unsd.DIRECTED) & np.isnan(numbers["toward"])
    no_target = np.isin(method, unsd.AIMED) & np.isnan(numbers["target"]) & ~((method == "CAGRR") & aimed)
    no_target |= (method == "Binary") & np.isnan(numbers["binary_target"])
    words = np.where(unknown | no_direction | no_target, "", unsd.verdict(method, series))
    lacking = words == unsd.INSUFFICIENT
    reasons = _why(
        ("judge_method", unknown),
        ("judge_no_direction", no_direction),
        ("judge_no_target", no_target),
        ("judge_no_figure", lacking & np.isnan(now)),
        ("judge_no_base", lacking & (np.isnan(base) | (base == 0))),
        ("judge_one_year", lacking & ~(year > base_year)),
        ("judge_sign", lacking),
    )
    return Judged(words, {}, reasons)


def _dns(cases: Cases) -> Judged:
    """With a target its class by the year it is for (2030 unless given), or anew each year where target_kind is "annual";
    without one the class of a direction. `missed_share`: the part of the remaining distance that is missed.
    """
    toward, target = cases.numbers["toward"], cases.numbers["target"]
    history, years, (now, year) = cases.history, cases.years, cases.latest()
    left = np.maximum(_deadline(cases, dns.TARGET_YEAR) - year, 0)
    concrete, missed = dns.concrete_target(history, target, left, toward, years)
    annual = np.array([text.lower() == "annual" for text in cases.texts["target_kind"]], bool) & ~np.isnan(target)
    directed = np.isnan(target)
    codes = np.select(
        [directed, annual],
        [dns.directional(history, toward, years), dns.annual_target(history, toward * (now - target) >= 0, toward, years)],
        default=concrete,
    )
    no_direction = np.isnan(toward)
    words = np.array([dns.WORDS[code] for code in codes.tolist()], dtype="<U20")
    reasons = _why(
        ("judge_no_direction", no_direction),
        ("judge_no_figure", np.isnan(now)),
        ("judge_few_points", codes == ""),
    )
    share = np.where(directed | annual | no_direction, np.nan, missed)
    return Judged(np.where(no_direction, "", words), {"missed_share": share}, reasons)


def _aarr(cases: Cases) -> Judged:
    """`aarr` and `aarr_required` in % a year; a class where there is a target too. Base: the year given or the first figure
    from it on; less is better unless a direction says otherwise."""
    given, target = cases.numbers["base_year"], cases.numbers["target"]
    toward = np.where(np.isnan(cases.numbers["toward"]), -1.0, cases.numbers["toward"])
    start = np.where(np.isnan(given), -np.inf, given)
    now, year = cases.latest()
    base, base_year = open_sdg.base(cases.history, cases.years, start)
    history = np.where(cases.years >= start[:, None], cases.history, np.nan)
    seen = aarr.observed(history, cases.years)
    needed = aarr.required(base, base_year, target, _deadline(cases, aarr.TARGET_YEAR))
    words = aarr.verdict(now, target, toward, seen, needed)
    none = words == ""
    reasons = _why(
        ("judge_no_figure", none & np.isnan(now)),
        ("judge_no_logarithm", none & (np.where(np.isnan(history), 1.0, history) <= 0).any(axis=1)),
        ("judge_one_year", none & np.isnan(seen)),
        ("judge_no_target", none & np.isnan(target)),
        ("judge_no_required", none),
    )
    with np.errstate(over="ignore"):
        return Judged(words, {"aarr": 100 * seen, "aarr_required": 100 * needed}, reasons)


RULES: dict[str, Callable[[Cases], Judged]] = {"open_sdg": _open_sdg, "unsd": _unsd, "dns": _dns, "aarr": _aarr}
