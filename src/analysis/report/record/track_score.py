"""How good the projection was beside simpler ways, in scores; where in its ranges outcomes fell; what was asked of it."""

from __future__ import annotations

from analysis.reference import wording
from analysis.report.record import track_record
from analysis.report.record.track_record import KINDS, LEADING, Record, of_method, points_of, rows_of
from analysis.report.record.track_text import Show, name, plainly
from analysis.report.words import number, sentence, table

METHODS = ("h2", "drift", "naive", "AutoETS", "AutoTheta", "dns")
OF_METHODS = {
    "skill_pooled": "share:0",
    "skill_threshold": "share:0",
    "crps": "decimal:2",
    "msis": "decimal:2",
    "mase": "decimal:2",
}
OF_THEIR_OWN = {  # what is told in a table of its own, and that table's heading
    ("provinces", "country_months"): "track_provinces",
    ("flows", "part_year"): "track_months",
    ("undp", "still"): "track_states",
    ("undp", "vanish"): "track_states",
}
BY_RULE = {"near": "near", "near_or_nominal": "near", "at_least": "at_least", "at_most": "at_most", "below": "below"}
SCORES = (
    "track_kind",
    "track_brier",
    "track_brier_base",
    "track_brier_skill",
    "track_than_threshold",
    "track_crps",
    "track_crps_drift",
    "track_crps_skill",
)


def methods(found: Record, lang: str, show: Show) -> list[list[str]]:
    """Return a line a method, of levels: how much of the error of saying base rates it takes away, its mean errors."""
    levels = next(kind for kind in KINDS if kind.name == "levels")
    made = []
    for method in METHODS:
        rows = of_method(found, levels, method)
        cells = [
            _cell(f"{rows[one]['key']}|value" if one in rows else "", form, found, lang, show)
            for one, form in OF_METHODS.items()
        ]
        if rows.keys() & OF_METHODS.keys():
            made.append([wording.text(f"track_method_{method}", lang), *cells])
    return made


def scores(found: Record, lang: str, show: Show) -> list[list[str]]:
    """Return a line a kind of data: Brier score, that of always saying one share, skill against it and against each target's
    own share; CRPS, that of drift, skill.
    """
    made = []
    for kind in KINDS:
        rows = rows_of(found, kind, points_of(found, kind))
        form = "decimal:2" if kind.method == "h2" else "share:2"
        crps = f"{rows['crps']['key']}|" if "crps" in rows else ""
        keys = [*_brier(found, kind), *(f"{crps}{end}" for end in ("value", "drift", "skill"))]
        forms = ["decimal:3", "decimal:3", "share:0", "share:0", form, form, "share:0"]
        if any(key in found.figures for key in keys):
            cells = [_cell(key, one, found, lang, show) for key, one in zip(keys, forms, strict=True)]
            made.append([name(kind, lang), *cells])
    return made


def _brier(found: Record, kind: track_record.Kind) -> list[str]:
    """Return the keys of a kind's Brier score, that of its base rate, the skills against it and each target's own."""
    rows = rows_of(found, kind, points_of(found, kind, "brier_"))
    if "brier_full" in rows and "brier_full_base" in rows:  # one target alone: its own share is the only one
        own = rows["brier_full"]["key"]
        return [f"{own}|value", f"{rows['brier_full_base']['key']}|value", f"{own}|skill", ""]
    names = ("brier_pooled", "brier_pooled_base", "skill_pooled", "skill_threshold")
    return [f"{rows[one]['key']}|value" if one in rows else "" for one in names]


def _cell(key: str, form: str, found: Record, lang: str, show: Show) -> str:
    return show(key, form, lang) if key in found.figures else number.MISSING


def tenths(found: Record, lang: str, show: Show) -> list[str]:
    """Return a sentence a kind: which share of outcomes fell into the upper half and the outermost parts of its laws."""
    made = []
    for kind in KINDS:
        rows = rows_of(found, kind, points_of(found, kind))
        key = f"{rows['pit_0']['key']}|" if "pit_0" in rows else ""
        if kind.name not in LEADING or f"{key}upper" not in found.figures:
            continue
        values: dict[str, object] = {"kind": name(kind, lang), "means": "; ".join(_means(found, key, lang))}
        places = {"upper": f"{key}upper", "half": "nominal|50", "outer": f"{key}outer", "fifth": "nominal|20"}
        values |= {at: show(place, "share:0", lang) for at, place in places.items()}
        made.append(sentence.fill("track_tenths", lang, values))
    return made


def _means(found: Record, key: str, lang: str) -> list[str]:
    upper, outer = found.figures[f"{key}upper"] - 0.5, found.figures[f"{key}outer"] - 0.2
    off = []
    if abs(upper) >= track_record.CLEAR:
        off.append("track_tenths_higher" if upper > 0 else "track_tenths_lower")
    if abs(outer) >= track_record.CLEAR:
        off.append("track_tenths_narrow" if outer > 0 else "track_tenths_wide")
    return [wording.text(one, lang) for one in off or ["track_tenths_even"]]


def required(found: Record, lang: str, show: Show) -> list[str]:
    """Return the sentence that counts what was asked, [] where nothing was."""
    values = {word: show(f"requirement|{word}", "count", lang) for word in ("met", "missed")}
    asked = found.figures["requirement|met"] + found.figures["requirement|missed"]
    return [sentence.fill("track_required_said", lang, values)] if asked else []


def missed(found: Record, lang: str, show: Show) -> list[list[str]]:
    """Return a line a requirement that does not hold: of what, years known, which figure, what it is, what was asked."""
    made = []
    for one in found.missed:
        key = "|".join(one[part] for part in track_record.KEY)
        place = one["data"], one["method"]
        kinds = (name(kind, lang) for kind in KINDS if (kind.data, kind.method) == place)
        share = one["measure"].startswith(("inside_", "skill_"))
        values: dict[str, object] = {"other": one["other"].rpartition("=")[2]}
        values |= {
            end: show(f"{key}|{end}", "share:0" if share else "decimal:2", lang) for end in ("aim", "limit") if one[end]
        }
        made.append(
            [
                next(kinds, wording.text(OF_THEIR_OWN[place], lang) if place in OF_THEIR_OWN else one["data"]),
                show(f"{key}|points", "count", lang) if one["points"] != "0" else number.MISSING,
                _measure(one["measure"], lang, show),
                show(f"{key}|value", "share:2" if share else "decimal:2", lang),
                sentence.fill(f"track_asked_{BY_RULE[one['rule']]}", lang, values),
            ]
        )
    return made


def _measure(measure: str, lang: str, show: Show) -> str:
    if not measure.startswith("inside_"):
        return wording.text(f"track_measure_{measure}", lang)
    nominal = show(f"nominal|{measure.removeprefix('inside_')}", "share:0", lang)
    return sentence.fill("track_measure_inside", lang, {"nominal": nominal})


def shown(lang: str) -> table.Shown:
    """Return the table of scores as notebook 03 shows it."""
    found = track_record.read()
    return table.shown(scores(found, lang, plainly(found)), SCORES, "tnnnnnnn", lang, False)
