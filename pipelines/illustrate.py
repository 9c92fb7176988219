"""Make the invented figures of a plan's area again: its workbooks and its year's targets, the same bytes every time."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis import illustrative
from analysis.intake.form import handout
from analysis.plan import plan as plan_of
from analysis.plan.plan import Plan
from analysis.reference import file as file_of
from analysis.reference import tables as reference_of
from analysis.reference import wording
from analysis.schema.plan import ANNUAL_TARGET
from pipelines.progress import Lines
from pipelines.register import enter, replace_csv
from pipelines.template import area_row, periods

if TYPE_CHECKING:
    from analysis.settings import Settings

SOURCE = "illustrative"
ASSUMPTIONS = "assumption.csv"


def run(settings: Settings, lang: str) -> int:
    """Write, for each plan with a table of assumptions, the long workbook (registered), the short one and that of a later
    year (fixtures of the tests), and the invented rows of annual_target.csv.
    """
    lines = Lines(lang)
    reference = reference_of.read(settings.reference)
    plans = plan_of.read_all(settings.raw / "plan", reference["indicator"], reference["area"])
    own = {name: plan for name, plan in plans.items() if (settings.raw / "plan" / name / ASSUMPTIONS).is_file()}
    if not own:
        lines.say("illustrate_none")
    for name, plan in own.items():
        figures = figures_of(settings.raw / "plan" / name, reference["indicator"])
        _workbooks(settings, lines, plan, figures, reference)
        _targets(settings, lines, plan, figures, reference["indicator"])
    return 0


def figures_of(folder: Path, cards: pd.DataFrame) -> pd.DataFrame:
    """Return the invented figures of the plan in `folder` (illustrative.values)."""
    assumptions = file_of.read(folder / ASSUMPTIONS, illustrative.ASSUMPTION)
    notes = {name: wording.text(f"illustrative_{name}", "vi") for name in ("numerator", "denominator")}
    return illustrative.values(assumptions, cards, notes)


def _workbooks(
    settings: Settings, lines: Lines, plan: Plan, figures: pd.DataFrame, reference: dict[str, pd.DataFrame]
) -> None:
    stem = re.sub(r"_\d{4}_\d{4}$", "", plan.id)
    fixtures = settings.root / "tests" / "fixtures"
    vintages = [day.date().isoformat() for day in sorted(figures["vintage"].unique())]
    for day in vintages:
        own = figures[figures["vintage"] == pd.Timestamp(day)]
        if day == vintages[0]:
            path = f"received/{SOURCE}/{day}/{stem}_long.xlsx"
            _write(lines, settings.raw / path, plan, own, day, reference)
            enter(settings.raw, _manifest_row(path, day))
            latest = own.groupby(own["time_period"].str.len())["time_period"].transform("max")
            _write(lines, fixtures / f"{stem}_short.xlsx", plan, own[own["time_period"] == latest], day, reference)
        else:
            _write(lines, fixtures / f"{stem}_{day.replace('-', '_')}.xlsx", plan, own, day, reference)


def _write(
    lines: Lines, path: Path, plan: Plan, figures: pd.DataFrame, day: str, reference: dict[str, pd.DataFrame]
) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    area = area_row(reference["area"], plan.ref_area)
    years, part_years = periods(plan.first_year, int(day[:4]))
    guide = {"maker": wording.text("illustrative_maker", "vi"), "document_date": pd.Timestamp(day)}
    handout.write_template(
        path,
        area,
        plan,
        reference["indicator"],
        reference["unit"],
        years,
        part_years,
        values=figures,
        illustrative=True,
        guide=guide,
    )
    lines.say("illustrate_done", file=path.name, figures=len(figures))


def _manifest_row(path: str, day: str) -> dict[str, object]:
    return {
        "path": path,
        "original_name": Path(path).name,
        "source_id": SOURCE,
        "provider": wording.text("illustrative_maker", "vi"),
        "document_date": day,
        "received_on": day,
        "obs_status": "E",
        "illustrative": True,
        "licence": wording.text("illustrative_licence", "vi"),
        "note": wording.text("page_illustrative", "vi"),
    }


def _targets(settings: Settings, lines: Lines, plan: Plan, figures: pd.DataFrame, cards: pd.DataFrame) -> None:
    """Put the invented targets of the plan's first year behind the real rows of annual_target.csv."""
    texts = {f"assigned_by_{lang}": wording.text("annual_by", lang) for lang in wording.LANGUAGES}
    texts["note"] = wording.text("illustrative_target", "vi")
    first = figures[figures["vintage"] == figures["vintage"].min()]
    made = illustrative.annual_targets(plan.target, first, cards, plan.first_year, texts)
    path = settings.raw / "plan" / plan.id / "annual_target.csv"
    flag = ANNUAL_TARGET.names.index("illustrative")
    real = [cells for cells in file_of.texts(path, ANNUAL_TARGET)[1:] if cells[flag] == "false"]
    rows = [[_cell(row[name]) for name in ANNUAL_TARGET.names] for row in made.to_dict("records")]
    replace_csv(path, [ANNUAL_TARGET.names, *real, *rows])
    lines.say("illustrate_targets", file=f"{plan.id}/annual_target.csv", targets=len(rows), year=plan.first_year)


def _cell(value: Any) -> str:
    """Return a value as it stands in a CSV, "" for a missing one."""
    if value is None or value != value:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.12g}" if isinstance(value, float) else str(value)
