"""The track record of figures in a state of their own: what stood still, fell towards zero, is counted in units, or is known
for some months of its year.
"""

from __future__ import annotations

from analysis.reference import wording
from analysis.report.record.track_record import Record
from analysis.report.record.track_text import Show, share

STILL = ("level", "zero", "share", "empty", "full")
AHEAD = ("1", "3", "5")
UNITS = (("counts", "8"), ("eighths", "8"))
FLOWS = ("gdp_sectors", "public_investment")
MONTHS = ("3", "6", "9")


def states(found: Record, lang: str, show: Show) -> list[list[str]]:
    """Return a line a state and number of years: what was said of a move, of zero or of a gain, and how often it came."""
    made = []
    for group in STILL:
        for years in AHEAD:
            made += _line(found, ("undp", "still", group, years), "moved", f"track_still_{group}", lang, show)
    for scheme, points in UNITS:
        for years in ("1", "3"):
            for event in ("rise", "held"):
                place = ("undp", "whole_number", scheme, years)
                made += _line(found, place, event, f"track_{scheme}_{event}", lang, show, points)
    place = ("undp", "vanish", "country_folds", "4")
    for number in range(10):
        made += _line(found, place, f"{number:02d}", "track_zero", lang, show)
    return made


def _line(
    found: Record, place: tuple[str, ...], event: str, key: str, lang: str, show: Show, points: str = ""
) -> list[list[str]]:
    by_points = found.rows.get(place, {})
    rows = by_points.get(points) or next(iter(by_points.values()), {})
    said, met = rows.get(f"said_{event}"), rows.get(f"met_{event}")
    if not said or not met:
        return []
    if met["low"] is None:
        came = show(f"{met['key']}|value", "share:0", lang)
    else:
        came = share(met, met["low"], met["high"], lang, show)
    return [
        [
            wording.text(key, lang),
            show(f"{met['key']}|horizon", "count", lang),
            show(f"{said['key']}|value", "share:0", lang),
            came,
            show(f"{met['key']}|cases", "count", lang),
        ]
    ]


def months(found: Record, lang: str, show: Show) -> list[list[str]]:
    """Return a line a kind of flow and number of months: what the range of 80 % held, the usual error, cases."""
    made = []
    for data in FLOWS:
        for month in MONTHS:
            rows = next(iter(found.rows.get((data, "part_year", f"after_{month}_months", ""), {}).values()), {})
            if {"inside_80", "error_pct"} <= rows.keys():
                held, error = rows["inside_80"], rows["error_pct"]
                made.append(
                    [
                        wording.text(f"track_flow_{data}", lang),
                        wording.text(f"track_months_{month}", lang),
                        show(f"{held['key']}|value", "share:0", lang),
                        show(f"{error['key']}|value", "percent", lang),
                        show(f"{held['key']}|cases", "count", lang),
                    ]
                )
    return made


TABLES = {
    "states": (states, ("track_state", "track_years_more", "track_said", "track_met", "track_tried"), "tnnnn"),
    "months": (months, ("track_flow", "track_known", "track_range_80", "track_usual_error", "track_tried"), "ttnnn"),
}
