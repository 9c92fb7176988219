"""What was asked of the projection, held against the track record: `requirement.csv`, one row a figure.

rule               met when
near               the value is at most `limit` from `aim`
near_or_nominal    the same, or `aim` lies inside the value's interval
at_least, at_most  the value is not below, not above `limit`
below              the value is at most `limit` times that of `other`: another method ("method=NAME", "method=best" for the
                   best of all other methods on the same data), or another measure ("measure=NAME")

A figure that was not measured is neither met nor missed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from analysis.trial import record

KEY = ("data", "method", "scheme", "points", "horizon", "measure")
BESIDE = "beside"  # figures of other libraries, written by `benchmark --method`

Rows = Sequence[Mapping[str, str]]


@dataclass(frozen=True)
class Judged:
    """One requirement: the figure's key, its value ("" not measured), the limit in words, and whether it is met."""

    key: tuple[str, ...]
    value: str
    limit: str
    met: bool | None


def asked(path: Path | None = None) -> list[dict[str, str]]:
    """Return the requirements as text."""
    return record.read(path or record.FOLDER / "requirement.csv")


def beside() -> list[dict[str, str]]:
    """Return the figures of other libraries on the same series, where they were measured."""
    path = record.FOLDER / f"{BESIDE}.csv"
    return record.read(path) if path.is_file() else []


def judge(requirements: Rows, figures: Rows) -> list[Judged]:
    """Hold each requirement against the figures of the track record."""
    known = {tuple(row[name] for name in KEY): row for row in figures}
    return [_judge(one, known) for one in requirements]


def table(judged: Sequence[Judged]) -> list[str]:
    """Return one line for the figures that differ in their number of points alone: "!" marks one that misses its limit, "?"
    one that was not measured.
    """
    groups: dict[tuple[str, ...], list[Judged]] = {}
    for one in judged:
        data, method, scheme, _, horizon, measure = one.key
        groups.setdefault((data, method, scheme, f"h={horizon}" if horizon else "", measure), []).append(one)
    return [f"{' '.join(part for part in key if part)}: {_values(same)}" for key, same in groups.items()]


def _values(same: Sequence[Judged]) -> str:
    limits = {one.limit for one in same}
    shown = []
    for one in same:
        value = f"{float(one.value.split()[0]):.4g}" if one.value else ""
        mark = {True: "", False: "!", None: "?"}[one.met]
        own = f" ({one.limit})" if len(limits) > 1 else ""
        shown.append(f"n={one.key[3]} {mark}{value}{own}")
    return ", ".join(shown) + (f"; {limits.pop()}" if len(limits) == 1 else "")


def _judge(one: Mapping[str, str], known: Mapping[tuple[str, ...], Mapping[str, str]]) -> Judged:
    key = tuple(one[name] for name in KEY)
    found = known.get(key)
    if found is None:
        return Judged(key, "", one["limit"], None)
    value, limit = float(found["value"]), float(one["limit"])
    if one["rule"] in ("near", "near_or_nominal"):
        aim = float(one["aim"])
        met = abs(value - aim) <= limit + 1e-9
        if one["rule"] == "near_or_nominal" and found["low"]:
            met = met or float(found["low"]) <= aim <= float(found["high"])
        return Judged(key, _shown(found), f"{aim:.2f} ± {limit:.2f}", met)
    if one["rule"] == "below":
        name, other = _other(key, one["other"], known)
        if other is None:
            return Judged(key, _shown(found), f"{limit:.2f} x {name}", None)
        return Judged(key, _shown(found), f"{limit:.2f} x {other:.4g} ({name})", value <= limit * other + 1e-9)
    least = one["rule"] == "at_least"
    return Judged(key, _shown(found), f"{'>=' if least else '<='} {limit:g}", value >= limit if least else value <= limit)


def _other(key: tuple[str, ...], other: str, known: Mapping[tuple[str, ...], Mapping[str, str]]) -> tuple[str, float | None]:
    """Return the name and the value of what a figure is compared with; None: not measured."""
    field, name = other.split("=")
    place = KEY.index(field)
    if name != "best":
        found = known.get((*key[:place], name, *key[place + 1 :]))
        return name, None if found is None else float(found["value"])
    same = {
        one[place]: float(row["value"])
        for one, row in known.items()
        if one[place] != key[place] and one[:place] + one[place + 1 :] == key[:place] + key[place + 1 :]
    }
    best = min(same, key=lambda one: same[one], default="")
    return best or name, same.get(best)


def _shown(found: Mapping[str, str]) -> str:
    interval = f" ({found['low']}-{found['high']})" if found["low"] else ""
    return f"{found['value']}{interval}"
