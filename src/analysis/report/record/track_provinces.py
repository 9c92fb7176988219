"""The track record of Vietnamese provinces by year: what was said before it began and at the months of the country, and what
came of it.
"""

from __future__ import annotations

import re

from analysis.reference import wording
from analysis.report.record.track_record import Record, Row
from analysis.report.record.track_text import Show, share
from analysis.report.words import number, sentence

BEFORE = ("provinces", "peers", "before", "1")
MONTHS = ("3", "6", "9")
HEADINGS = (
    "track_province_year",
    "track_province_before",
    *(f"track_province_after_{month}" for month in MONTHS),
    "track_met",
    "track_tried",
)
EVENT = re.compile(r"met_(\d{4}|plus_\d|assigned)")


def _rows(found: Record, place: tuple[str, ...]) -> dict[str, Row]:
    return dict(next(iter(found.rows.get(place, {}).values()), {}))


def _after(found: Record, month: str) -> dict[str, Row]:
    return _rows(found, ("provinces", "country_months", f"after_{month}_months", "1"))


def years(found: Record, lang: str, show: Show) -> list[list[str]]:
    """Return a line a year, a target above the past pace and the targets assigned: what was said when, what came true."""
    before, after = _rows(found, BEFORE), [_after(found, month) for month in MONTHS]
    events = [one[1] for one in map(EVENT.fullmatch, after[-1]) if one]
    made = []
    for event in sorted(events, key=lambda one: (one == "assigned", not one.isdigit(), one)):
        met = after[-1][f"met_{event}"]
        said = [rows.get(f"said_{event}") for rows in (_same_cases(before, event, met), *after)]
        shown = [show(f"{one['key']}|value", "share:0", lang) if one else number.MISSING for one in said]
        came = share(met, met["low"], met["high"], lang, show)
        made.append([_name(event, lang), *shown, came, show(f"{met['key']}|cases", "count", lang)])
    return made


def _same_cases(rows: dict[str, Row], event: str, met: Row) -> dict[str, Row]:
    """Return the rows where they speak of the same years as `met`: before a year begins fewer could be told."""
    own = rows.get(f"met_{event}")
    return rows if own and own["cases"] == met["cases"] else {}


def _name(event: str, lang: str) -> str:
    if event == "assigned":
        return wording.text("track_province_assigned", lang)
    plus = event.removeprefix("plus_")
    return event if event.isdigit() else wording.text("track_as_before" if plus == "0" else "track_faster", lang, plus=plus)


def provinces_said(found: Record, lang: str, show: Show) -> list[str]:
    """Return how much the country's months help, what the ranges held, and the year that nobody could tell beforehand."""
    before, after = _rows(found, BEFORE), _after(found, MONTHS[-1])
    made = []
    if {"brier_threshold", "inside_80"} <= after.keys():
        values: dict[str, object] = {
            "own": show(f"{after['brier_threshold']['key']}|value", "decimal:3", lang),
            "base": show(f"{after['brier_threshold_base']['key']}|value", "decimal:3", lang),
            "held": show(f"{after['inside_80']['key']}|value", "share:0", lang),
            "nominal": show("nominal|80", "share:0", lang),
        }
        made.append(sentence.fill("track_province_score", lang, values))
    told = [one[1] for one in map(EVENT.fullmatch, before) if one and one[1].isdigit()]
    if told and after:
        worst = max(told, key=lambda year: abs(before[f"met_{year}"]["value"] - before[f"said_{year}"]["value"]))
        values = {
            "year": worst,
            "said": show(f"{before[f'said_{worst}']['key']}|value", "share:0", lang),
            "met": show(f"{before[f'met_{worst}']['key']}|value", "share:0", lang),
            "after": show(f"{after[f'said_{worst}']['key']}|value", "share:0", lang),
        }
        made.append(sentence.fill("track_province_surprise", lang, values))
    return made


TABLES = {"provinces": (years, HEADINGS, "tnnnnnn")}
