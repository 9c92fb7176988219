"""The track record of single kinds of targets: levels to keep, yearly trials, parts and their total, a great shock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analysis.reference import wording
from analysis.report.record import track_record
from analysis.report.record.track_record import CLEAR_CHANCE, SECTORS, Record, Row
from analysis.report.record.track_text import Show, plainly, share
from analysis.report.words import sentence, table

KEPT, LOST = "", "_lost"
LEVELS = ("90", "95", "99.95")
RATES = ("3", "5", "7")
YEARS = ("1", "3", "5")


def _rows(found: Record, method: str, scheme: str, horizon: str, data: str = "undp") -> dict[str, Row]:
    """Return the rows of a place by measure, of the only number of points it was tested with."""
    by_points = found.rows.get((data, method, scheme, horizon), {})
    return dict(next(iter(by_points.values()))) if by_points else {}


def kept(found: Record, lang: str, show: Show) -> list[list[str]]:
    """Return a line a level, a start (met last year, or lost) and a number of years: said, kept every year, cases."""
    cases = _cases(found, "keep_each_year", "undp", LEVELS)
    return [_line(start, rows, lang, show) for start, rows in cases]


def trials(found: Record, lang: str, show: Show) -> list[list[str]]:
    """Return the same of yearly trials: at least each of RATES a year, in every coming year."""
    cases = _cases(found, "annual_trials", "world", RATES)
    return [_line(start, rows, lang, show) for start, rows in cases]


def _cases(found: Record, method: str, data: str, levels: Sequence[str]) -> list[tuple[str, dict[str, Row]]]:
    """Return start and rows by measure of each start, level and number of years that was tried."""
    made = []
    for start in (KEPT, LOST):
        for level in levels:
            for years in YEARS:
                rows = _rows(found, method, f"at_least_{level}{start}", years, data)
                if {"said_kept", "met_kept"} <= rows.keys():
                    made.append((start, rows))
    return made


def _line(start: str, rows: Mapping[str, Row], lang: str, show: Show) -> list[str]:
    met = rows["met_kept"]
    return [
        show(f"{met['key']}|level", "percent", lang),
        wording.text(f"track_start{start}", lang),
        show(f"{met['key']}|horizon", "count", lang),
        show(f"{rows['said_kept']['key']}|value", "share:0", lang),
        share(met, met["low"], met["high"], lang, show),
        show(f"{met['key']}|cases", "count", lang),
    ]


def kept_beside_base(found: Record, lang: str, show: Show) -> list[str]:
    """Return the sentence on how often kept years erred less than saying each group's own share."""
    return _beside_base("keep_each_year", found, lang, show)


def trials_beside_base(found: Record, lang: str, show: Show) -> list[str]:
    """Return the same sentence of yearly trials."""
    return _beside_base("annual_trials", found, lang, show)


def _beside_base(method: str, found: Record, lang: str, show: Show) -> list[str]:
    if f"{method}|tried" not in found.figures:
        return []
    return [sentence.fill("track_kept_base", lang, {at: show(f"{method}|{at}", "count", lang) for at in ("less", "tried")})]


def mistaken(found: Record, lang: str, show: Show) -> list[str]:
    """Return where what was said of keeping a level came true clearly more or less often: the worst of each start and data,
    whatever the level and the number of years.
    """
    made = []
    for method, data, levels in (("keep_each_year", "undp", LEVELS), ("annual_trials", "world", RATES)):
        for start in (KEPT, LOST):
            off = [rows for one, rows in _cases(found, method, data, levels) if one == start and _off(rows)]
            made += [_mistake(method, data, start, rows, lang, show) for rows in sorted(off, key=_gap)[-1:]]
    return made


def _gap(rows: Mapping[str, Row]) -> float:
    return abs(float(rows["said_kept"]["value"] - rows["met_kept"]["value"]))


def _off(rows: Mapping[str, Row]) -> bool:
    """Return whether said and met lie clearly apart, beyond the interval."""
    met = rows["met_kept"]
    inside = met["low"] is not None and met["low"] <= rows["said_kept"]["value"] <= met["high"]
    return not inside and _gap(rows) >= CLEAR_CHANCE


def _mistake(method: str, data: str, start: str, rows: Mapping[str, Row], lang: str, show: Show) -> str:
    said, met = rows["said_kept"], rows["met_kept"]
    level = show(f"{met['key']}|level", "percent", lang)
    about = {"level": level, "start": wording.text(f"track_start{start}", lang).lower()}
    kind = sentence.fill(f"track_{method}_{data}", lang, about)
    years = show(f"{met['key']}|horizon", "count", lang)
    values: dict[str, object] = {
        "kind": kind,
        "years": sentence.fill("track_year" if met["horizon"] == "1" else "track_years", lang, {"years": years}),
        "said": show(f"{said['key']}|value", "share:0", lang),
        "met": show(f"{met['key']}|value", "share:0", lang),
        "cases": show(f"{met['key']}|cases", "count", lang),
        "alone": "",
    }
    return sentence.fill("track_too_sure" if met["value"] < said["value"] else "track_too_shy", lang, values)


def parts(found: Record, lang: str, show: Show) -> list[list[str]]:
    """Return a line a sector and the total of the Philippine regions: what the range of 80 % held and the CRPS, each by its
    own law and all on the same paths.
    """
    made = []
    for name in SECTORS:
        both = [_rows(found, method, name, "5", "philippines") for method in ("apart", "together")]
        if all({"inside_80", "crps"} <= rows.keys() for rows in both):
            held = [show(f"{rows['inside_80']['key']}|value", "share:0", lang) for rows in both]
            missed = [show(f"{rows['crps']['key']}|value", "share:2", lang) for rows in both]
            made.append([wording.text(f"track_part_{name}", lang), *held, *missed])
    return made


def parts_said(found: Record, lang: str, show: Show) -> list[str]:
    """Return the sentence on which parts miss less, and which more, on the same paths than each by its own law."""
    made: dict[bool, list[str]] = {True: [], False: []}
    for name in SECTORS:
        apart, joined = (_rows(found, method, name, "5", "philippines").get("crps") for method in ("apart", "together"))
        if apart and joined:
            made[joined["value"] < apart["value"]].append(wording.text(f"track_part_{name}", lang))
    keys = {True: "track_parts_less", False: "track_parts_more"}
    return [sentence.fill(keys[less], lang, {"parts": ", ".join(names)}) for less, names in made.items() if names]


def shock(found: Record, lang: str, show: Show) -> list[str]:
    """Return the sentence on how often the past pace was met with and without a great shock in the years."""
    quiet, hit = (_rows(found, "total", scheme, "5", "philippines").get("met_own_mean") for scheme in ("quiet", "shock"))
    if not quiet or not hit:
        return []
    values: dict[str, object] = {
        name: show(f"{row['key']}|value", "share:0", lang) for name, row in (("quiet", quiet), ("shock", hit))
    }
    return [sentence.fill("track_shock", lang, values)]


HEADINGS = ("track_level", "track_start_of", "track_years_more", "track_said", "track_met", "track_tried")
TABLES = {  # what makes the lines, the headings, and of each column whether it holds figures
    "kept": (kept, HEADINGS, "ntnnnn"),
    "trials": (trials, HEADINGS, "ntnnnn"),
    "parts": (
        parts,
        ("track_part", "track_apart", "track_together", "track_apart_crps", "track_together_crps"),
        "tnnnn",
    ),
}
SAID = {
    "track_kept": kept_beside_base,
    "track_trials": trials_beside_base,
    "track_parts": parts_said,
    "track_worse": mistaken,
}


# ---- notebook 03


def said(lang: str) -> str:
    """Return the sentences as a notebook prints them: a line a heading of the page, and what a shock does."""
    found = track_record.read()
    show = plainly(found)
    made = {heading: " ".join(make(found, lang, show)) for heading, make in SAID.items()}
    lines = [f"{wording.text(heading, lang)}: {text}" for heading, text in made.items() if text]
    return "\n".join([*lines, *shock(found, lang, show)])


def shown(lang: str) -> list[table.Shown]:
    """Return TABLES as a notebook shows them."""
    found = track_record.read()
    return [
        table.shown(make(found, lang, plainly(found)), headings, letters, lang, False)
        for make, headings, letters in TABLES.values()
    ]
