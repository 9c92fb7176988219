"""Notebook 03: are the targets on track?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.progress import plan_outcome, summary
from analysis.reference import wording
from analysis.report.chart import chart_kind, target_chart
from analysis.report.notebook.data_quality import invented
from analysis.report.words import number, outcome, sentence, table
from analysis.report.words.binding import records

if TYPE_CHECKING:
    import pandas as pd

    from analysis.knowledge import Knowledge
    from analysis.progress.assess import Assessment

RULES = ("dns", "open_sdg")
MOST = 0.5
LEAST_SHOWN = 0.005  # probability of a number of targets met


def answer(knowledge: Knowledge, progress: pd.DataFrame, lang: str) -> str:
    """Answer in one sentence: how many headline targets stand where, and which one is worst."""
    counted = summary.worst_first(summary.headline(progress, knowledge.plan.target))
    if counted.empty:
        return wording.text("sufficiency_no_target", lang)
    counts = summary.counts(counted)
    text = wording.text("standing_counts", lang, answer=wording.text(f"standing_{_grade(counts)}", lang), **counts)
    worst = counted.iloc[0]
    if worst["verdict"] in summary.IN_DANGER:
        names = knowledge.plan.target.set_index("target_id")[f"name_{lang}"]
        verdict = sentence.within(wording.text(f"verdict_{worst['verdict']}", lang))
        text += wording.text("standing_worst", lang, name=names[worst["target_id"]], verdict=verdict)
    return table.said(f"{text}.", lang, invented(progress))


def _grade(counts: dict[str, int]) -> str:
    """Return how things stand on the whole: nothing is said where most targets cannot be judged."""
    judged = counts["all"] - counts["insufficient"]
    if judged < MOST * counts["all"]:
        return "unknown"
    fine = counts["met"] + counts["in_reach"]
    return "all" if fine == judged else "most" if fine > MOST * judged else "few"


def targets(knowledge: Knowledge, progress: pd.DataFrame, lang: str) -> table.Shown:
    """Return every headline target, worst first: what it asks, three figures, the chance, the verdict and why."""
    counted = summary.worst_first(summary.headline(progress, knowledge.plan.target))
    words, cards = _by_id(knowledge.plan.target, "target_id"), _by_id(knowledge.cards, "indicator")
    lines = [_line(row, words[row["target_id"]], cards.get(row["indicator"]), lang) for row in records(counted)]
    figures = ("col_goal", "col_latest", "col_needed", "col_projected")
    headings = ("col_target", *figures, "col_chance", "col_verdict", "col_reason")
    return table.shown(lines, headings, "tnnnnttt", lang, invented(progress))


def _by_id(frame: pd.DataFrame, key: str) -> dict[str, dict[str, Any]]:
    return {row[key]: row for row in records(frame)}


def _line(row: dict[str, Any], target: dict[str, Any], indicator: dict[str, Any] | None, lang: str) -> list[str]:
    card = sentence.naming(target, indicator)
    form = sentence.value_form(card)
    needed = None if form == "flag" else row["required_rate"]  # a recognition comes whole
    why = sentence.reasons({**row, "reasons": list(row["reasons"])[:1]}, lang, card)
    return [
        str(target[f"name_{lang}"]),
        number.show(row["target"], form, lang),
        number.show(row["latest_value"], form, lang),
        number.show(needed, f"yearly:{sentence.needed_form(row, card)}", lang),
        number.show(row["projected_value"], form, lang),
        number.show(row["probability"], "chance", lang),
        wording.text(f"verdict_{row['verdict']}", lang),
        why[0] if why else "",
    ]


def worst_growth(knowledge: Knowledge, progress: pd.DataFrame) -> dict[str, Any]:
    """Return the row of the worst growth average that has a figure, {} where there is none."""
    counted = summary.headline(progress, knowledge.plan.target)
    rows = summary.worst_first(counted[(counted["kind"] == "growth_average") & counted["base_value"].notna()])
    return records(rows.head(1))[0] if len(rows) else {}


def worst_chart(knowledge: Knowledge, result: Assessment, lang: str) -> Any:
    """Return the chart of the worst growth average: history, path needed, projection, the country beside."""
    row = worst_growth(knowledge, result.progress)
    if not row:
        return table.line("chart_none", lang, False)
    rows = growth_rows(knowledge, result, row)
    return chart_kind.drawn(target_chart.target_path(lang), rows, "illustrative" in row["flags"], lang)


def growth_rows(knowledge: Knowledge, result: Assessment, row: dict[str, Any]) -> pd.DataFrame:
    """Return the rows of the chart (target_chart.rows) of a growth average, a row of out.progress."""
    measure = str(_by_id(knowledge.cards, "indicator")[row["indicator"]]["growth_of"])
    country = "".join(knowledge.areas.loc[knowledge.areas["kind"] == "country", "ref_area"].head(1))
    return target_chart.rows(knowledge.series, result.projection, row, measure, country)


def sentences(knowledge: Knowledge, progress: pd.DataFrame, lang: str) -> str:
    """Return the headline sentence of every growth average that is counted, worst first."""
    counted = summary.headline(progress, knowledge.plan.target)
    rows = records(summary.worst_first(counted[counted["kind"] == "growth_average"]))
    words, cards = _by_id(knowledge.plan.target, "target_id"), _by_id(knowledge.cards, "indicator")
    lines = []
    for row in rows:
        card = sentence.naming(words[row["target_id"]], cards[row["indicator"]])
        lines.append(sentence.headline(row, card, lang))
    return table.said("\n".join(lines), lang, bool(lines) and invented(progress))


def expected(knowledge: Knowledge, progress: pd.DataFrame, outcomes: pd.DataFrame, lang: str) -> str:
    """Return in words how many headline targets will be met, under a weak, usual and strong common shock.

    `outcomes`: core.plan_outcome; how plans of other places came out stands below.
    """
    counted = summary.headline(progress, knowledge.plan.target)
    found = summary.expected(counted)
    text = wording.text("expected_none", lang)
    if found:
        text = f"{wording.text('expected_line', lang, **found)} {wording.text('expected_shocks', lang, **found)}"
    others = outcome.said(outcomes, plan_outcome.own(progress, knowledge.plan.target, knowledge.plan.annual_target), lang)
    return table.said("\n".join(part for part in (text, others) if part), lang, bool(found) and invented(counted))


def numbers_met(knowledge: Knowledge, progress: pd.DataFrame, lang: str) -> table.Shown:
    """Return the probability of each number of headline targets met, under the three common shocks; no row for too few."""
    counted = summary.headline(progress, knowledge.plan.target)
    laws = summary.numbers_met(counted)
    chance = np.column_stack(list(laws.values())) if summary.expected(counted) else np.empty((0, len(laws)))
    lines = [
        [number.show(met, "count", lang), *(number.show(one, "share:1", lang) for one in chance[met])]
        for met in np.flatnonzero((chance >= LEAST_SHOWN).any(axis=1))
    ]
    headings = ("col_number_met", *(f"col_shock{name}" for name in laws))
    return table.shown(lines, headings, "n" * len(headings), lang, invented(counted))


def classes(knowledge: Knowledge, official_class: pd.DataFrame, progress: pd.DataFrame, lang: str) -> table.Shown:
    """Return what each official rule says of the headline targets, the chance beside it."""
    counted = summary.worst_first(summary.headline(progress, knowledge.plan.target))
    found = official_class.set_index(["target_id", "rule"])["class"].to_dict()
    names = knowledge.plan.target.set_index("target_id")[f"name_{lang}"]
    lines = [
        [
            str(names[one]),
            *(_class(rule, found.get((one, rule)), lang) for rule in RULES),
            number.show(chance, "chance", lang),
        ]
        for one, chance in zip(counted["target_id"], counted["probability"], strict=True)
        if any((one, rule) in found for rule in RULES)
    ]
    return table.shown(lines, ("col_target", "rule_dns", "rule_open_sdg", "col_chance"), "tttt", lang, invented(progress))


def _class(rule: str, name: str | None, lang: str) -> str:
    return wording.text(f"{rule}_{name}", lang) if name else number.MISSING


def agreement(found: tuple[int, int], lang: str) -> str:
    """Return in words how many rows of the assessment made here equal those of out.progress."""
    equal, stored = found
    key = "standing_nothing_stored" if not stored else "standing_agrees"
    return wording.text(key, lang, equal=equal, stored=stored)
