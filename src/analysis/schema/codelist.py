"""The codes of every column that has a codelist, and what stands in fixed order."""

from __future__ import annotations

NOT_APPLICABLE = "_Z"  # SDMX code; key columns are never empty

CODELISTS: dict[str, tuple[str, ...]] = {
    "freq": ("A", "Q", "M", "YTD"),
    "obs_status": ("A", "P", "E"),  # official, preliminary "sơ bộ", estimate "ước"; in order of rank
    "prices": ("V", "Q", NOT_APPLICABLE),  # current, constant
    "activity": (
        *("total", "agriculture", "industry_construction", "services", "taxes_less_subsidies"),
        *("industry", "manufacturing", "construction"),  # parts of industry_construction; never added beside it
    ),
    "concept": (
        *("commune_product", "grdp", "value_added", "gross_output", "survey_income"),
        *("headcount", "flow", "money", "ratio", "level", "recognition", "index", NOT_APPLICABLE),
    ),
    "area_kind": ("country", "province", "district", "commune"),
    "plan_kind": ("annual", "term"),
    "comparator": ("ge", "gt", "le", "lt", "eq", "about", "rising"),
    "target_kind": (
        *("growth_average", "level_by", "range", "multiply", "cumulative", "annual_share", "keep_each_year"),
        *("zero_by", "directional", "judged", "external", "not_local"),
    ),
    "origin": ("stated", "interpreted", "assumed", "none"),
    "task_kind": ("programme", "task"),
    "domain": ("economy", "enterprise", "finance", "education", "health", "society", "digital", "defence"),
    "aggregation": ("sum", "ratio", "per_head", "none"),
    "transform": ("log", "linear", "logit", "count", "binomial", "flag"),
    "parts": ("sectors", "sectors_taxes"),  # the activities that add to "total"; taxes only where the card says so
    "part_year": ("cumulative", "point", "none"),  # what a 3, 6 or 9-month figure is; none: there is none
    "measurable": ("yes", "estimate", "no"),
    "correction_action": ("drop", "override", "scale", "break", "as_cumulative"),
    "output_type": ("quantile", "probability", "contribution"),
    "evidence": ("strong", "medium", "weak"),
    "severity": ("critical", "warning"),
    "verdict": (
        "exceeded",
        "achieved",
        "likely",
        "effort",
        "behind",
        "risk",
        "reversing",
        "missed",
        "insufficient",
        "not_due",
        "not_local",
        "external",
        "judged",
    ),
    "rate_unit": ("pct", "step"),
    "official_rule": ("dns", "open_sdg"),
    "official_class": (
        *("sun", "sun_cloud", "cloud", "thunderstorm"),  # dns
        *("achieved", "on_track", "acceleration_needed", "limited", "deterioration"),  # open_sdg
    ),
    "measure": (
        *("value", "plan", "share", "growth", "index", "contribution", "difference", "of_plan"),
        *("index_same_period", "index_previous", "index_base", "index_december", "index_other"),
    ),
    "note_kind": ("hidden_sheet", "hidden_row", "hidden_column", "filtered_row", "merged", "comment", "struck"),
    "conflict_reason": ("status", "vintage", "rank"),
}

SECTORS = ("agriculture", "industry_construction", "services")

PARTS: dict[str, tuple[str, ...]] = {"sectors": SECTORS, "sectors_taxes": (*SECTORS, "taxes_less_subsidies")}

QUANTILE_LEVELS = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
