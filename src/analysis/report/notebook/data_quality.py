"""Notebook 01: are the figures good enough to judge the targets?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.progress import lacking as lacking_of
from analysis.progress import summary
from analysis.reference import wording
from analysis.report.notebook.subject import area_name
from analysis.report.words import number, sentence, table
from analysis.report.words.binding import records

if TYPE_CHECKING:
    import pandas as pd

    from analysis.knowledge import Knowledge

ENOUGH_FOR_MOST = 0.5


def answer(
    knowledge: Knowledge,
    progress: pd.DataFrame,
    checks: pd.DataFrame,
    rejected: pd.DataFrame,
    conflict: pd.DataFrame,
    lang: str,
) -> str:
    """Answer in one sentence: how many headline targets have figures enough, and what the checks found.

    `progress`: out.progress of the area; `checks`, `rejected`, `conflict`: out.check_result, core.rejected, core.conflict.
    """
    counted = summary.headline(progress, knowledge.plan.target)
    enough = int((counted["verdict"] != "insufficient").sum())
    latest = counted["latest_period"].dropna()
    values = {
        "area": area_name(knowledge, lang),
        "enough": enough,
        "all": len(counted),
        "passed": int(checks["passed"].sum()),
        "checks": len(checks),
        "rejected": len(rejected),
        "conflicts": len(_conflicts(knowledge, conflict)),
        "latest": number.show(max(latest, key=_end), "period", lang) if len(latest) else number.MISSING,
    }
    return table.said(wording.text(f"sufficiency_{_grade(counted, enough)}", lang, **values), lang, invented(progress))


def _grade(counted: pd.DataFrame, enough: int) -> str:
    if counted.empty:
        return "no_target"
    if counted["latest_period"].isna().all():
        return "none"
    if enough == len(counted):
        return "full"
    return "part" if enough >= ENOUGH_FOR_MOST * len(counted) else "lacking"


def _end(period: str) -> tuple[int, int]:
    """Return year and month in which a period ends."""
    year, _, rest = period.partition("-")
    if not rest:
        return int(year), 12
    return int(year), 3 * int(rest[1:]) if rest.startswith("Q") else int(rest)


def invented(progress: pd.DataFrame) -> bool:
    """Whether any row rests on invented figures."""
    return any("illustrative" in flags for flags in progress["flags"])


def years_known(knowledge: Knowledge, progress: pd.DataFrame) -> pd.DataFrame:
    """Return how many headline targets have 0, 1, 2 ... years of figures: columns years, enough (bool), count."""
    counted = summary.headline(progress, knowledge.plan.target)
    counted = counted.assign(years=counted["n_points"], enough=counted["verdict"] != "insufficient")
    return counted.groupby(["years", "enough"], as_index=False).size().rename(columns={"size": "count"})


def lacking(knowledge: Knowledge, progress: pd.DataFrame, lang: str) -> table.Shown:
    """Return the headline targets without figures enough: what is missing and who could supply it."""
    rows = summary.headline(progress, knowledge.plan.target)
    named = _named(knowledge, rows[rows["verdict"] == "insufficient"])
    lines = []
    for row, target, card in named:
        why = sentence.reasons({**row, "reasons": row["reasons"][:1]}, lang, card)
        lines.append([str(target[f"name_{lang}"]), number.show(row["n_points"], "count", lang), *why, _supplier(card)])
    headings = ("col_target", "col_years_known", "col_lacking", "card_supplier")
    return table.shown(lines, headings, "tntt", lang, invented(progress))


def hand_in(knowledge: Knowledge, progress: pd.DataFrame, lang: str) -> table.Shown:
    """Return what to hand in next, the most useful first: figures, years missing, who supplies them, what they settle."""
    found = lacking_of.of_plan(progress, knowledge.plan.target, knowledge.own, knowledge.cards)
    cards = knowledge.cards.set_index("indicator", drop=False).to_dict("index")
    names = knowledge.plan.target.set_index("target_id")[f"name_{lang}"]
    lines = []
    for step, rows in found.groupby("step"):
        figures = [
            sentence.naming({"kind": "level_by", "activity": row.activity}, cards[row.indicator])
            for row in rows.itertuples()
        ]
        known = rows["targets"].iloc[0]
        lines.append(
            [
                number.show(step, "count", lang),
                "; ".join(str(figure[f"name_{lang}"]) for figure in figures),
                "; ".join(dict.fromkeys(number.spans(years) for years in rows["years"])),
                "; ".join(dict.fromkeys(rows["supplier_vi"])),
                number.show(len(known), "count", lang),
                "; ".join(names[one] for one in known),
            ]
        )
    headings = ("review_no", "col_hand_in", "col_years_missing", "card_supplier", "hand_in_gain", "col_made_known")
    return table.shown(lines, headings, "ntttnt", lang, False)


def _supplier(card: dict[str, Any]) -> str:
    return str(card.get("supplier_vi") or number.MISSING)


def _named(knowledge: Knowledge, rows: pd.DataFrame) -> list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]:
    """Return each row with its target and its card as sentences name it; missing values None."""
    cards = knowledge.cards.set_index("indicator", drop=False).to_dict("index")
    targets = knowledge.plan.target.set_index("target_id", drop=False).to_dict("index")
    made = []
    for row in records(rows):
        target = targets[row["target_id"]]
        made.append((row, target, sentence.naming(target, cards.get(row["indicator"]))))
    return made


def freshness(knowledge: Knowledge, progress: pd.DataFrame, lang: str) -> table.Shown:
    """Return the newest figure of each headline target that has one, the oldest first, with its age in months."""
    rows = summary.headline(progress, knowledge.plan.target).dropna(subset=["latest_period"])
    day = knowledge.as_of
    ages = [12 * int(day[:4]) + int(day[5:7]) - 12 * year - month for year, month in map(_end, rows["latest_period"])]
    rows = rows.assign(age=ages).sort_values(["age", "target_id"], ascending=[False, True])
    lines = [
        [
            str(target[f"name_{lang}"]),
            number.show(row["latest_period"], "period", lang),
            wording.text(f"status_{row['latest_status']}", lang),
            number.show(row["age"], "count", lang),
            str(card.get("calendar_vi") or number.MISSING),
        ]
        for row, target, card in _named(knowledge, rows)
    ]
    headings = ("col_target", "col_latest", "col_status", "col_age", "card_calendar")
    return table.shown(lines, headings, "tttnt", lang, invented(progress))


def checks_failed(checks: pd.DataFrame, lang: str) -> table.Shown:
    """Return the checks of out.check_result that found something."""
    lines = [
        [wording.text(f"check_{row.check_id}", lang), wording.text(f"check_{_result(row)}", lang), str(row.rows_failed)]
        for row in checks[~checks["passed"].astype(bool)].itertuples()
    ]
    return table.shown(lines, ("col_check", "col_result", "col_rows_failed"), "ttn", lang, False)


def _result(row: Any) -> str:
    return "warning" if row.severity == "warning" else "stopped"


def accounts(account: pd.DataFrame, rejected: pd.DataFrame, lang: str) -> table.Shown:
    """Return out.row_account by file, those with refused cells first, and in the last column the first refused cell."""
    counts = account.groupby("file", as_index=False)[["rows_in", "loaded", "rejected", "skipped"]].sum()
    counts = counts.sort_values(["rejected", "file"], ascending=[False, True])
    first = rejected.drop_duplicates("file").set_index("file")
    lines = []
    for row in counts.itertuples():
        cell = first.loc[row.file] if row.file in first.index else None
        todo = "" if cell is None else f"{cell['sheet']} {cell['cell']}: {wording.text(cell['todo'], lang)}"
        numbers = [number.show(value, "count", lang) for value in (row.rows_in, row.loaded, row.rejected, row.skipped)]
        lines.append([row.file.removeprefix("received/"), *numbers, todo])
    headings = ("col_file", "col_rows_in", "col_loaded", "col_rejected", "col_skipped", "col_todo")
    return table.shown(lines, headings, "tnnnnt", lang, False)


def _conflicts(knowledge: Knowledge, conflict: pd.DataFrame) -> pd.DataFrame:
    """Return the figures of the area that another figure of the same period contradicts."""
    import pandas as pd

    here = conflict["area_valid_from"] == pd.Timestamp(knowledge.plan.area_valid_from)
    return conflict[conflict["differs"].astype(bool) & here & (conflict["ref_area"] == knowledge.plan.ref_area)]


def conflicts(knowledge: Knowledge, conflict: pd.DataFrame, progress: pd.DataFrame, lang: str) -> table.Shown:
    """Return the figures of the area that contradict the one used, and what decided."""
    cards = knowledge.cards.set_index("indicator", drop=False).to_dict("index")
    lines = []
    for row in _conflicts(knowledge, conflict).to_dict("records"):
        card = sentence.naming({"kind": "level_by", "activity": row["activity"]}, cards[row["indicator"]])
        form = sentence.value_form(card)
        figures = [number.show(row[name], form, lang) for name in ("winner_value", "obs_value")]
        period = number.show(row["time_period"], "period", lang)
        lines.append([card[f"name_{lang}"], period, *figures, wording.text(f"conflict_{row['reason']}", lang)])
    headings = ("card_name", "col_period", "col_used", "col_other", "col_decided")
    return table.shown(lines, headings, "ttnnt", lang, invented(progress))
