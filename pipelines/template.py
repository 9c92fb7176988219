"""Write the empty data-entry workbook of an area."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis import observation, publication, store
from analysis.errors import InputError
from analysis.intake.form import entered, handout, known
from analysis.plan import plan as plan_of
from analysis.reference import tables as reference_of
from analysis.schema.codelist import NOT_APPLICABLE
from pipelines.progress import Lines

if TYPE_CHECKING:
    import pandas as pd

    from analysis.settings import Settings

HISTORY = 7  # years before the plan's first: what a projection can learn from
PART_YEARS = (3, 6, 9)
FOREVER = "9999-12-31"


def run(settings: Settings, lang: str, area: str, plan: str, out: str | None = None) -> int:
    """Write the workbook of the area with the code `area` for the plan `plan` to `out`, or to a name of its own in reports.

    Raises InputError for an unknown area or plan and when the file is there already.
    """
    lines = Lines(lang)
    reference = reference_of.read(settings.reference)
    found = area_row(reference["area"], area)
    plans = plan_of.read_all(settings.raw / "plan", reference["indicator"], reference["area"])
    if plan not in plans:
        raise InputError("template_plan_unknown", plan=plan, plans=", ".join(plans))
    path = Path(out) if out else settings.reports / "bieu-nhap" / f"{area}_{plan}.xlsx"
    if path.exists():
        raise InputError("template_exists", file=path.name)
    if out and not path.absolute().parent.is_dir():
        raise InputError("template_folder_missing", file=str(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    years, part_years = periods(plans[plan].first_year, plans[plan].as_of.year)
    cards = reference["indicator"]
    chosen = entered.cards(cards, found["kind"], plans[plan])
    figures = known_figures(settings, found, entered.keys(chosen, years, part_years))
    handout.write_template(path, found, plans[plan], cards, reference["unit"], years, part_years, lang=lang, handed=figures)
    lines.say("template_done", file=str(path), rows=len(chosen), known=len(figures))
    return 0


def known_figures(settings: Settings, area: dict[str, Any], keys: pd.DataFrame) -> dict[known.Key, known.Figure]:
    """Return the figures of an area for these `keys` that stand in the published database, none where there is no database.

    An invented figure is never handed out as known.
    """
    if not publication.database_run(settings):
        return {}
    read = store.read_tables(("core.observation", "core.source"), settings.published)
    every = read["core.observation"]
    own = every[(every["ref_area"] == area["ref_area"]) & (every["area_valid_from"] == area["valid_from"])]
    own = own[~own["illustrative"] & own["base_per"].isin([str(handout.BASE_YEAR), NOT_APPLICABLE])].merge(keys)
    own = observation.as_of(own, read["core.source"], FOREVER).merge(read["core.source"][["source_id", "provider"]])
    sources = own["provider"] + ", " + own["vintage"].dt.strftime("%d/%m/%Y")
    cells = zip(own["indicator"], own["activity"], own["time_period"], strict=True)
    return dict(zip(cells, map(known.Figure, own["obs_value"], own["obs_status"], sources), strict=True))


def area_row(areas: pd.DataFrame, code: str) -> dict[str, Any]:
    """Return the latest row of area.csv with this code. Raises InputError when there is none."""
    own = areas[areas["ref_area"] == code].sort_values("valid_from")
    if own.empty:
        raise InputError("template_area_unknown", area=code)
    return {str(name): value for name, value in own.iloc[-1].items()}


def periods(first_year: int, current: int) -> tuple[list[int], list[tuple[int, int]]]:
    """Return the years and the parts of years (year, months) the form has columns for."""
    years = list(range(first_year - HISTORY, current + 1))
    return years, [(year, month) for year in (current - 1, current) for month in PART_YEARS]
