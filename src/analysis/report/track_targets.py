"""The track record of single kinds of targets: levels kept every year, parts and their total together, a great shock."""

from __future__ import annotations

from analysis.reference import wording
from analysis.report import sentence
from analysis.report.track_record import SECTORS, Record, Row
from analysis.report.track_text import Show, share

KEPT, LOST = "", "_lost"
LEVELS = ("90", "95", "99.95")
YEARS = ("1", "3", "5")


def _rows(found: Record, method: str, scheme: str, horizon: str, data: str = "undp") -> dict[str, Row]:
    """Return the rows of a place by measure, of the only number of points it was tested with."""
    by_points = found.rows.get((data, method, scheme, horizon), {})
    return dict(next(iter(by_points.values()))) if by_points else {}


def kept(found: Record, lang: str, show: Show) -> list[list[str]]:
    """Return a line a level, a start (met last year, or lost) and a number of years: said, kept every year, cases."""
    made = []
    for start in (KEPT, LOST):
        for level in LEVELS:
            for years in YEARS:
                rows = _rows(found, "keep_each_year", f"at_least_{level}{start}", years)
                if not {"said_kept", "met_kept"} <= rows.keys():
                    continue
                met = rows["met_kept"]
                made.append(
                    [
                        show(f"{met['key']}|level", "percent", lang),
                        wording.text(f"track_start{start}", lang),
                        show(f"{met['key']}|horizon", "count", lang),
                        show(f"{rows['said_kept']['key']}|value", "share:0", lang),
                        share(met, met["low"], met["high"], lang, show),
                        show(f"{met['key']}|cases", "count", lang),
                    ]
                )
    return made


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


def shock(found: Record, lang: str, show: Show) -> list[str]:
    """Return the sentence on how often the past pace was met with and without a great shock in the years."""
    quiet, hit = (_rows(found, "total", scheme, "5", "philippines").get("met_own_mean") for scheme in ("quiet", "shock"))
    if not quiet or not hit:
        return []
    values: dict[str, object] = {
        name: show(f"{row['key']}|value", "share:0", lang) for name, row in (("quiet", quiet), ("shock", hit))
    }
    return [sentence.fill("track_shock", lang, values)]
