"""Notebook 03: what statsmodels says of the growth target in most danger, beside our range."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.projection import cross_check
from analysis.reference import wording
from analysis.report.chart import target_chart
from analysis.report.notebook import target_progress
from analysis.report.record import track_text
from analysis.report.words import number, table

if TYPE_CHECKING:
    import pandas as pd

    from analysis.knowledge import Knowledge
    from analysis.progress.assess import Assessment


def why_not(lang: str) -> str:
    """Return why the intervals of these models are not used, with what the ranges of the track record held."""
    held = track_text.held(lang)
    return wording.text("cross_why", lang) + (wording.text("cross_held", lang, **held) if held else "")


def beside(knowledge: Knowledge, result: Assessment, lang: str, wanted: bool) -> table.Shown:
    """Return level and range of 80 % at the deadline: ours and those of three models of statsmodels, as an index.

    Nothing is computed, and statsmodels not imported, unless `wanted`: it takes seconds that a run has not.
    """
    if not wanted:
        return table.line("cross_not_wanted", lang, False)
    row = target_progress.worst_growth(knowledge, result.progress)
    rows = target_progress.growth_rows(knowledge, result, row) if row else None
    if rows is None or rows.empty:
        return table.line("chart_none", lang, False)
    invented = "illustrative" in row["flags"]
    observed = rows[(rows["line"] == "observed") & (rows["year"] % 1 == 0)]
    years, levels = observed["year"].to_numpy(), observed["value"].to_numpy()
    steps = int(row["deadline"] - years[-1])
    found = cross_check.others(levels, steps) if steps > 0 and (np.diff(years) == 1).all() else []
    if not found:
        return table.line("cross_too_few", lang, invented, least=cross_check.LEAST_POINTS)
    lines = [_ours(rows, row, lang)] if len(_last(rows, "projected", row)) else []
    lines += [_line(wording.text(f"cross_{one.model}", lang), [one.centre, one.low, one.high], row, lang) for one in found]
    lines.append(_line(wording.text("cross_target", lang), [_last(rows, "required", row)["value"].iloc[0]], row, lang))
    headings = ("track_method", "cross_level", "cross_low", "cross_high", "cross_growth")
    values = {"deadline": row["deadline"], "base_year": row["base_year"], "base": target_chart.BASE}
    share = number.percent(target_chart.INTERVAL, 0, lang)
    return table.shown(lines, headings, "tnnnn", lang, invented, share=share, **values)


def _last(rows: pd.DataFrame, line: str, row: dict[str, Any]) -> pd.DataFrame:
    return rows[(rows["line"] == line) & (rows["year"] == row["deadline"])]


def _ours(rows: pd.DataFrame, row: dict[str, Any], lang: str) -> list[str]:
    own = _last(rows, "projected", row).iloc[0]
    return _line(wording.text("cross_ours", lang), [own["value"], own["lo80"], own["hi80"]], row, lang)


def _line(name: str, levels: list[float], row: dict[str, Any], lang: str) -> list[str]:
    """Return a line: level, the ends of its range where it has one, the yearly growth that leads to the level."""
    growth = 100 * ((levels[0] / target_chart.BASE) ** (1 / (row["deadline"] - row["base_year"])) - 1)
    shown = [number.decimal(one, 1, lang) for one in levels]
    return [name, *shown, *([number.MISSING] * (3 - len(shown))), number.percent(growth, 2, lang)]
