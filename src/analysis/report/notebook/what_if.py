"""Notebook 04: what would still get there? The growth of each part to the deadline, and the path that is needed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.progress import summary
from analysis.reference import wording
from analysis.report.chart import chart_kind
from analysis.report.notebook import trend
from analysis.report.words import number, sentence, table
from analysis.report.words.binding import records
from analysis.scenario import lever
from analysis.scenario.lever import Lever
from analysis.schema.codelist import SECTORS

if TYPE_CHECKING:
    import pandas as pd

    from analysis.knowledge import Knowledge

Row = dict[str, Any]
GROWTH = "yearly:growth:2"


@dataclass(frozen=True)
class Case:
    """The growth target of the total (`goal`, a row of out.progress with the target's words), the targets of its parts by
    activity, and the levers at those targets (none where levels of the base year are missing or do not add).
    """

    goal: Row
    card: Row
    parts: dict[str, Row]
    levers: tuple[Lever, ...]
    invented: bool

    @property
    def years(self) -> int:
        """Years from the base year to the deadline."""
        return int(self.goal["deadline"] - self.goal["base_year"])


def case(knowledge: Knowledge, progress: pd.DataFrame) -> Case | None:
    """Return what the plan asks of the growth of its product and of the parts; None where it asks nothing.

    `progress`: out.progress of the area.
    """
    which = trend.of_plan(knowledge)
    if which is None:
        return None
    counted = summary.headline(progress, knowledge.plan.target)
    growing = counted[(counted["kind"] == "growth_average") & (counted["indicator"] == which.growth)]
    by_activity = {row["activity"]: row for row in records(growing)}
    if "total" not in by_activity:
        return None
    goal = by_activity["total"]
    same = [part for part in which.parts if part in by_activity and by_activity[part]["deadline"] == goal["deadline"]]
    parts = {part: by_activity[part] for part in same} if len(same) == len(which.parts) else {}
    card = knowledge.cards[knowledge.cards["indicator"] == which.growth].iloc[0].to_dict()
    levers = _levers(knowledge, which, parts, goal["base_year"])
    invented = any("illustrative" in row["flags"] for row in (goal, *parts.values()))
    return Case(goal, {str(k): v for k, v in card.items()}, parts, levers, invented)


def _levers(knowledge: Knowledge, which: trend.Economy, parts: dict[str, Row], base_year: int) -> tuple[Lever, ...]:
    wide = trend.levels(knowledge.own, which.constant, which.parts, "A")
    if str(base_year) not in wide.index or not parts:
        return ()
    base = wide.loc[str(base_year)]
    return tuple(Lever(part, float(base[part]), float(parts[part]["target"])) for part in which.parts)


def answer(knowledge: Knowledge, found: Case | None, lang: str) -> str:
    """Answer in one sentence: what is needed from now on, and whether the parts' own targets lead there."""
    if found is None:
        return wording.text("whatif_no_goal", lang)
    goal = found.goal
    values = {
        "name": sentence.within(str(found.card[f"name_{lang}"])),
        "target": number.show(goal["target"], "percent", lang),
        "deadline": goal["deadline"],
        "base_year": goal["base_year"],
        "required": number.show(goal["required_rate"], f"yearly:{sentence.needed_form(goal, found.card)}", lang),
    }
    if goal["base_value"] is None:
        return table.said(wording.text("whatif_no_base", lang, **values), lang, found.invented)
    clauses = [wording.text("whatif_needed", lang, **values), *_pace(found, lang), *_sectors(found, lang)]
    return table.said("; ".join(clauses) + ".", lang, found.invented)


def _pace(found: Case, lang: str) -> list[str]:
    """Return what the pace so far leads to, and the best pace ever kept up."""
    goal, made = found.goal, []
    if goal["projected_value"] is not None:
        made.append(wording.text("whatif_pace", lang, projected=number.show(goal["projected_value"], GROWTH, lang)))
    if goal["best_own_rate"] is not None:
        made.append(wording.text("whatif_best", lang, best=number.show(goal["best_own_rate"], GROWTH, lang)))
    return made


def _sectors(found: Case, lang: str) -> list[str]:
    if not found.levers:
        return []
    target, years = found.goal["target"], found.years
    rate = lever.mean_rate(found.levers, years)
    gap = round(target - rate, 2)
    values = {
        "rates": "; ".join(_rate(one, lang) for one in found.levers),
        "rate": number.show(rate, GROWTH, lang),
        "gap": number.show(abs(gap), "points:2", lang),
        "target": number.show(target, "percent", lang),
    }
    made = [wording.text("whatif_parts_short" if gap > 0 else "whatif_parts_enough", lang, **values)]
    if gap > 0:
        largest = max(found.levers, key=lambda one: one.level)
        alone = lever.rate_alone(found.levers, largest.name, target, years)
        activity = wording.text(f"activity_{largest.name}", lang)
        made.append(wording.text("whatif_alone", lang, activity=activity, rate=number.show(alone, GROWTH, lang)))
    return made


def _rate(one: Lever, lang: str) -> str:
    return f"{wording.text(f'activity_{one.name}', lang)} {number.show(one.rate, 'percent', lang)}"


def coherence(found: Case | None, lang: str) -> str:
    """Return what the targets of the parts ask of their shares so that they give the target of the total."""
    if found is None or not found.parts:
        return wording.text("whatif_no_parts", lang)
    names = list(found.parts)
    rates = [float(found.parts[name]["target"]) for name in names]
    if len(names) != len(SECTORS) or rates[1] == rates[2]:
        return wording.text("whatif_no_line", lang)
    slope, intercept = lever.share_line((rates[0], rates[1], rates[2]), float(found.goal["target"]))
    text = wording.text(
        "whatif_line" if intercept >= 0 else "whatif_line_less",
        lang,
        third=wording.text(f"activity_{names[2]}", lang),
        first=wording.text(f"activity_{names[0]}", lang),
        slope=number.show(slope, "decimal:1", lang),
        intercept=number.show(100 * abs(intercept), "points:1", lang),
        target=number.show(found.goal["target"], "percent", lang),
    )
    if found.levers:
        shares = dict(zip(names, lever.shares(found.levers), strict=True))
        asked = slope * shares[names[0]] + 100 * intercept
        text += " " + wording.text(
            "whatif_line_now",
            lang,
            first=number.show(shares[names[0]], "percent:1", lang),
            asked=number.show(asked, "percent:1", lang),
            third=number.show(shares[names[2]], "percent:1", lang),
            base_year=found.goal["base_year"],
        )
        if not 0 <= asked <= 100 - shares[names[0]]:
            text += " " + wording.text("whatif_line_impossible", lang)
    return table.said(text, lang, found.invented and bool(found.levers))


def levers(found: Case | None, lang: str) -> table.Shown:
    """Return each part: share in the base year, its target, what it would have to reach alone, and its pace from now."""
    if found is None or not found.levers:
        return table.line("whatif_no_levers", lang, found is not None and found.invented)
    forms = ("percent:2", *("growth:2",) * 4)
    share = dict(zip((one.name for one in found.levers), lever.shares(found.levers), strict=True))
    lines = []
    for one in found.levers:
        row = found.parts[one.name]
        alone = lever.rate_alone(found.levers, one.name, found.goal["target"], found.years)
        cells = (share[one.name], one.rate, row["projected_value"], alone, row["best_own_rate"])
        shown = (number.show(cell, form, lang) for cell, form in zip(cells, forms, strict=True))
        lines.append([wording.text(f"activity_{one.name}", lang), *shown])
    headings = ("col_part", "col_share", "col_goal", "col_projected", "col_alone", "path_best_own_rate")
    return table.shown(lines, headings, "tnnnnn", lang, found.invented, base_year=found.goal["base_year"])


def path(found: Case | None, lang: str) -> table.Shown:
    """Return what the whole still needs: from now on, beside the best paces; and after other first years."""
    if found is None:
        return table.line("whatif_no_goal", lang, False)
    goal = found.goal
    forms = {"required_rate": sentence.needed_form(goal, found.card)}
    forms |= dict.fromkeys(("best_own_rate", "best_peer_rate"), "growth:2")
    lines = [[wording.text(f"path_{name}", lang), number.show(goal[name], form, lang)] for name, form in forms.items()]
    feasible = goal["last_feasible_year"]
    lines.append([wording.text("path_last_feasible_year", lang), number.show(feasible, "year", lang)])
    first = goal["base_year"] + 1
    for rate in sorted({math.floor(goal["target"]) - 2.0, math.floor(goal["target"]) + 0.0, float(goal["target"])}):
        after = lever.rate_after(float(goal["target"]), found.years, rate)
        label = wording.text("whatif_after", lang, year=first, rate=number.show(rate, "percent", lang), next=first + 1)
        lines.append([label, number.show(after, "growth:2", lang)])
    return table.shown(lines, ("col_path", "col_rate"), "tn", lang, found.invented)


def sliders(found: Case | None, lang: str) -> chart_kind.Moving | table.Shown:
    """Return the chart with a slider for the growth of each part, or of the total in its first year and after."""
    if found is None:
        return table.line("whatif_no_goal", lang, False)
    goal = {"base_year": int(found.goal["base_year"]), "deadline": int(found.goal["deadline"]), "rate": found.goal["target"]}
    first, last = goal["base_year"] + 1, goal["deadline"]
    made = []
    if found.levers:
        for one, share in zip(found.levers, lever.shares(found.levers), strict=True):
            label = wording.text("whatif_slider", lang, part=wording.text(f"activity_{one.name}", lang))
            made.append(_slider(one.name, label, share / 100, (first, last), one.rate, one.name))
    else:
        rates = (_first_year(found), found.goal["required_rate"] or found.goal["target"])
        for years, rate in zip(((first, first), (first + 1, last)), rates, strict=True):
            label = wording.text("whatif_slider_years", lang, years="-".join(dict.fromkeys(map(str, years))))
            made.append(_slider(f"from_{years[0]}", label, 1.0, years, rate, "total"))
    return chart_kind.sliders(made, goal, found.invented, lang)


def _first_year(found: Case) -> float:
    """Return the growth of the first year that, with what is needed after it, gives the target."""
    goal = found.goal
    if goal["required_rate"] is None or "part_year" not in goal["flags"]:
        return float(goal["target"])
    whole = (1 + goal["target"] / 100) ** found.years
    return float(100 * (whole / (1 + goal["required_rate"] / 100) ** (found.years - 1) - 1))


def _slider(name: str, label: str, share: float, years: tuple[int, int], rate: float, group: str) -> Row:
    ends = {"first": years[0], "last": years[1]}
    return {"name": name, "label": label, "share": share, **ends, "rate": float(rate), "group": group}


def targets(knowledge: Knowledge, progress: pd.DataFrame, lang: str) -> table.Shown:
    """Return every headline target in danger that has a needed pace: what it needs from now on, beside the best paces."""
    counted = summary.headline(progress, knowledge.plan.target)
    rows = summary.worst_first(counted[counted["verdict"].isin(summary.IN_DANGER) & counted["required_rate"].notna()])
    names = knowledge.plan.target.set_index("target_id", drop=False).to_dict("index")
    cards = knowledge.cards.set_index("indicator", drop=False).to_dict("index")
    lines = []
    for row in records(rows):
        target = names[row["target_id"]]
        card = sentence.naming(target, cards.get(row["indicator"]))
        paces = [number.show(row["required_rate"], f"yearly:{sentence.needed_form(row, card)}", lang)]
        form = f"yearly:{sentence.pace_form(row, card)}"
        paces += [number.show(row[name], form, lang) for name in ("best_own_rate", "best_peer_rate")]
        last = number.show(row["last_feasible_year"], "year", lang)
        lines.append([str(target[f"name_{lang}"]), *paces, last])
    headings = ("col_target", "col_needed", "path_best_own_rate", "path_best_peer_rate", "path_last_feasible_year")
    invented = any("illustrative" in flags for flags in rows["flags"])
    return table.shown(lines, headings, "tnnnn", lang, invented)
