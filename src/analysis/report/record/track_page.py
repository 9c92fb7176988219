"""The page of the track record: its sentences and tables in both languages, every figure bound to its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from markupsafe import Markup

from analysis.reference import wording
from analysis.report.record import track_provinces, track_record, track_score, track_states, track_targets, track_text
from analysis.report.record.track_record import KINDS, Record, Row
from analysis.report.record.track_text import FORMS, NOMINAL, RANGES, Show
from analysis.report.words import sentence
from analysis.report.words.binding import Binding, Bindings, both

COMMAND = "python3 -m pipelines backtest"
LINES = {  # what makes the lines, the headings, and of each column whether it holds figures
    "said_and_met": (track_text.said_and_met, ("track_kind", "track_said", "track_met", "track_tried"), "tnnn"),
    "seen": (track_text.seen, RANGES, FORMS),
    "unseen": (track_text.unseen, RANGES, FORMS),
    "wilson": (track_text.wilson, RANGES[:5], FORMS[:5]),
    "growth_targets": (
        track_text.growth_targets,
        ("track_kind", "track_goal", "track_said", "track_met", "track_tried"),
        "ttnnn",
    ),
    **track_targets.TABLES,
    **track_states.TABLES,
    **track_provinces.TABLES,
    "scores": (track_score.scores, track_score.SCORES, "tnnnnnnn"),
    "methods": (
        track_score.methods,
        ("track_method", "track_than_base", "track_than_threshold", "track_crps", "track_measure_msis", "track_mean_error"),
        "tnnnnn",
    ),
    "missed": (
        track_score.missed,
        ("track_kind", "track_given", "track_figure", "track_measured", "track_asked"),
        "tntnn",
    ),
    "by_length": (
        track_text.by_length,
        ("track_given", "track_eight_levels", "track_eight_growth", "track_than_threshold"),
        "nnnn",
    ),
}


def page(found: Record, bindings: Bindings) -> Row:
    """Return what the page shows; sentences and tables are empty where the record has no figure for them."""

    def show(key: str, form: str, lang: str) -> str:
        return bindings.figure(Binding(f"record|{key}", form), lang)

    def pairs(make: Callable[[Record, str, Show], list[str]]) -> list[Markup]:
        texts = {lang: make(found, lang, show) for lang in wording.LANGUAGES}
        return [_one_of(texts, place) for place in range(len(texts["vi"]))]

    names = sorted({kind.data for kind in KINDS if kind.name == "levels"})
    series = [key for key in found.figures if re.fullmatch(r"M\d\|naive\|last\|0\|\|smape\|cases", key)]
    return {
        "lead": both(lambda lang: track_text.lead(found, lang, show)),
        "tables": {key: _both_table(found, key, show) for key in LINES},
        "drawn": {"chances": track_record.points_drawn(found), "tenths": track_record.tenths_drawn(found)},
        "shock": pairs(track_targets.shock),
        "kept_base": pairs(track_targets.kept_beside_base),
        "trials_base": pairs(track_targets.trials_beside_base),
        "parts_said": pairs(track_targets.parts_said),
        "provinces_said": pairs(track_provinces.provinces_said),
        "better": pairs(track_text.better),
        "narrow": pairs(track_text.narrow),
        "wide": pairs(track_text.wide),
        "mistaken": [*pairs(track_text.mistaken), *pairs(track_targets.mistaken)],
        "tenths": pairs(track_score.tenths),
        "required": pairs(track_score.required),
        "command": COMMAND,
        "competitions": names[0].replace("+", ", "),
        "series": [Binding(f"record|{key}", "count") for key in sorted(series)],
    }


def _one_of(texts: Mapping[str, Sequence[str]], place: int) -> Markup:
    return both(lambda lang: texts[lang][place])


def _both_table(found: Record, key: str, show: Show) -> Row:
    make, headings, letters = LINES[key]
    lines = {lang: make(found, lang, show) for lang in wording.LANGUAGES}

    def cell(row: int, column: int) -> Markup:
        return both(lambda lang: lines[lang][row][column])

    def heading(one: str) -> Markup:
        return both(lambda lang: sentence.fill(one, lang, {at: show(key, "share:0", lang) for at, key in NOMINAL.items()}))

    rows = [[cell(row, column) for column in range(len(headings))] for row in range(len(lines["vi"]))]
    return {"headings": [heading(one) for one in headings], "letters": letters, "rows": rows}
