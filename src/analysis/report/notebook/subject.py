"""What a notebook is about: which area, which plan, known on which day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.reference import wording
from analysis.report.words import number, table

if TYPE_CHECKING:
    from analysis.knowledge import Knowledge


def area_name(knowledge: Knowledge, lang: str) -> str:
    """Return the name of the area as it stands inside a sentence."""
    import pandas as pd

    plan, areas = knowledge.plan, knowledge.areas
    here = (areas["ref_area"] == plan.ref_area) & (areas["valid_from"] == pd.Timestamp(plan.area_valid_from))
    return table.within(str(areas.loc[here, f"name_{lang}"].iloc[0]), lang)


def about(knowledge: Knowledge, lang: str) -> str:
    """Return the plan, the area and the day in one line."""
    plan = knowledge.plan.name_vi if lang == "vi" else knowledge.plan.name_en
    day = number.date(knowledge.as_of, lang)
    return wording.text("notebook_about", lang, plan=plan, area=area_name(knowledge, lang), day=day)
