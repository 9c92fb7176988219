"""One A4 to send on, as PDF and PNG: the worst targets and what it would take. The only importer of typst.

Its fonts are inside the library, so the sheet looks the same on every computer.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.progress import plan_outcome, summary
from analysis.reference import wording
from analysis.report.words import number, outcome, sentence

if TYPE_CHECKING:
    import pandas as pd

    from analysis.plan.plan import Plan

TEMPLATE = Path(__file__).with_name("a4.typ")
MOST, PIXELS_PER_INCH = 9, 150
MARKS = {"missed": "cross", "reversing": "down", "risk": "stop", "behind": "slow", "effort": "up", "insufficient": "dots"}


def write(folder: Path, tables: Mapping[str, pd.DataFrame], plan: Plan, lang: str, run: Mapping[str, Any]) -> list[Path]:
    """Write <plan>.pdf and <plan>.png into `folder`; return both.

    `tables`: core.target, core.annual_target, core.indicator and out.progress of every plan, core.plan_outcome; `run`:
    run_id and as_of.
    """
    folder.mkdir(parents=True, exist_ok=True)
    sheet = _fitting(_content(tables, plan, lang, run), lang)
    made = [folder / f"{plan.id}.pdf", folder / f"{plan.id}.png"]
    made[0].write_bytes(sheet.compile(format="pdf"))
    made[1].write_bytes(sheet.compile(format="png", ppi=PIXELS_PER_INCH))
    return made


def _fitting(content: Mapping[str, Any], lang: str) -> Any:
    """Return what compiles the sheet with as many of the worst targets as one page holds."""
    import typst

    rows = content["rows"]
    for count in range(min(MOST, len(rows)), -1, -1):
        more = wording.text("paper_more", lang, count=len(rows) - count) if len(rows) > count else ""
        text = json.dumps({**content, "rows": rows[:count], "more": more}, ensure_ascii=False)
        compiler = typst.Compiler(str(TEMPLATE), sys_inputs={"content": text}, ignore_system_fonts=True)
        if isinstance(compiler.compile(format="png"), bytes):  # several pages come as a list
            break
    return compiler


def _content(tables: Mapping[str, pd.DataFrame], plan: Plan, lang: str, run: Mapping[str, Any]) -> dict[str, Any]:
    """Return every text of the sheet, ready to print."""
    own = tables["out.progress"]
    own = own[(own["plan"] == plan.id) & (own["ref_area"] == plan.ref_area)]
    counted = summary.headline(own, plan.target)
    cards = tables["core.indicator"].set_index("indicator", drop=False).to_dict("index")
    targets = plan.target.set_index("target_id", drop=False).to_dict("index")

    def rows(frame: pd.DataFrame) -> list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]:
        made = []
        for row in frame.astype(object).where(frame.notna(), None).to_dict("records"):
            target = targets[row["target_id"]]
            made.append((row, target, sentence.naming(target, cards.get(row["indicator"]))))
        return made

    danger = summary.worst_first(counted[counted["verdict"].isin(summary.IN_DANGER)])
    growing = summary.worst_first(counted[(counted["kind"] == "growth_average") & counted["required_rate"].notna()])
    text = {key: wording.text(f"paper_{key}", lang) for key in ("worst", "main", "name", "latest", "needed", "projected")}
    invented = any("illustrative" in flags for flags in own["flags"])
    return {
        **text,
        "plan": plan.name_vi if lang == "vi" else plan.name_en,
        "as_of": wording.text("page_as_of", lang, as_of=number.date(run["as_of"], lang)),
        "notice": wording.text("page_illustrative", lang) if invented else "",
        "counts": wording.text("counts_line", lang, **summary.counts(counted)),
        "expected": wording.text("expected_line", lang, **ahead) if (ahead := summary.expected(counted)) else "",
        "others": outcome.said(tables["core.plan_outcome"], plan_outcome.own(own, plan.target, plan.annual_target), lang),
        "rows": [_line(*one, lang) for one in rows(danger)],
        "sentences": [_needed(row, card, lang) for row, _, card in rows(growing)],
        "foot": wording.text("page_draft", lang),
        "run": f"{wording.text('run_id', lang)}: {run['run_id']}",
        "none": wording.text("paper_none", lang) if danger.empty else "",
    }


def _line(row: Mapping[str, Any], target: Mapping[str, Any], card: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """Return one line of the table: verdict, name with its goal, three numbers, each with a note below it, and why."""
    form = sentence.value_form(card)
    goal = wording.text("paper_goal", lang, target=number.show(row["target"], form, lang), deadline=row["deadline"])
    latest = number.show(row["latest_value"], form, lang)
    return {
        "mark": MARKS[row["verdict"]],
        "verdict": wording.text(f"verdict_{row['verdict']}", lang),
        "name": str(target[f"name_{lang}"]),
        "goal": "" if row["target"] is None else goal,
        "latest": latest,
        "period": "" if row["latest_period"] is None else number.show(row["latest_period"], "period", lang),
        **_needed_cell(row, card, lang),
        **_projected_cell(row, form, lang),
        "why": _first(sentence.reasons({**row, "reasons": list(row["reasons"])[:1]}, lang, card)),
    }


def _needed_cell(row: Mapping[str, Any], card: Mapping[str, Any], lang: str) -> dict[str, str]:
    """Return the pace that is needed, or the level that must be reached in each year."""
    if row["kind"] in sentence.EACH_YEAR:
        level = number.show(row["target"], sentence.value_form(card), lang)
        return {"needed": level, "needed_note": wording.text("in_each_year", lang)}
    return {"needed": number.show(row["required_rate"], sentence.needed_form(row, card), lang), "needed_note": ""}


def _projected_cell(row: Mapping[str, Any], form: str, lang: str) -> dict[str, str]:
    """Return the projected value with the chance below it; the chance alone where no value is projected."""
    chance = "" if row["probability"] is None else number.show(row["probability"], "chance", lang)
    if row["projected_value"] is None and chance:
        return {"projected": chance, "projected_note": wording.text("paper_chance", lang)}
    note = wording.text("chance_short", lang, chance=chance) if chance else ""
    return {"projected": number.show(row["projected_value"], form, lang), "projected_note": note}


def _first(sentences: Sequence[str]) -> str:
    return sentences[0] if sentences else ""


def _needed(row: Mapping[str, Any], card: Mapping[str, Any], lang: str) -> str:
    """Return how much it must grow from now on beside the best so far, or alone where no best is known."""
    key = "paper_needed_alone" if row["best_own_rate"] is None else "paper_needed_best"
    forms = {"required_rate": sentence.needed_form(row, card), "best_own_rate": sentence.pace_form(row, card)}
    shown = {name: number.show(row[name], f"yearly:{form}", lang) for name, form in forms.items()}
    return wording.text(key, lang, name=card[f"name_{lang}"], deadline=row["deadline"], **shown)
