"""Every table of the project, once: columns, types, codelists, keys.

Words are SDMX's, lower case (https://sdmx.org/standards-2/): indicator, ref_area, time_period, obs_value,
obs_status, unit_measure, base_per. The DuckDB tables, the reading of reference files and the checks all come from here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

NOT_APPLICABLE = "_Z"  # SDMX code; key columns are never empty
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")

SQL_TYPE = {
    "text": "VARCHAR",
    "int": "BIGINT",
    "float": "DOUBLE",
    "bool": "BOOLEAN",
    "date": "DATE",
    "texts": "VARCHAR[]",
}
PANDAS_TYPE = {
    "text": "str",
    "int": "Int64",
    "float": "float64",
    "bool": "bool",
    "date": "datetime64[s]",
    "texts": "object",
}

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
    "conflict_reason": ("status", "vintage", "rank"),
}

SECTORS = ("agriculture", "industry_construction", "services")
PARTS: dict[str, tuple[str, ...]] = {"sectors": SECTORS, "sectors_taxes": (*SECTORS, "taxes_less_subsidies")}
QUANTILE_LEVELS = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)


@dataclass(frozen=True)
class Column:
    """One column; `required` means never missing; `codes` names a codelist."""

    name: str
    type: str
    about: str
    required: bool = True
    codes: str = ""


@dataclass(frozen=True)
class Table:
    """One table; `name` is `schema.table` for DuckDB and the plain file stem for a CSV."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def names(self) -> list[str]:
        """Column names in order."""
        return [column.name for column in self.columns]


def _text(name: str, about: str, codes: str = "") -> Column:
    return Column(name, "text", about, codes=codes)


def _maybe(name: str, type_: str, about: str, codes: str = "") -> Column:
    return Column(name, type_, about, required=False, codes=codes)


_AREA = (
    _text("ref_area", "area code as issued"),
    Column("area_valid_from", "date", "first day of this area's validity"),
)
_MEASURE = (
    _text("unit_measure", "unit of obs_value, the definition card's"),
    _text("prices", "V current, Q constant, _Z not applicable", "prices"),
    _text("base_per", "base year of constant prices or of an index, _Z not applicable"),
    _text("concept", "what is measured", "concept"),
)
_SERIES_KEY = (
    _text("indicator", "id of a definition card"),
    *_AREA,
    _text("activity", "economic activity", "activity"),
    _text("freq", "A year, Q quarter alone, M month, YTD from January to that month", "freq"),
    _text("time_period", "2025, 2025-Q3, 2025-09"),
)
_TARGET_KEY = (_text("plan", "plan id"), _text("target_id", "id in target.csv or annual_target.csv"), *_AREA)
_MAYBE_SOURCE = (
    _maybe("source_title", "text", "title of the page; empty: the plan's own document"),
    _maybe("source_url", "text", "whole address"),
    _maybe("source_date", "date", "date printed on it"),
    _maybe("quote_vi", "text", "the words of the source, verbatim"),
)

MANIFEST = Table(
    "manifest",
    (
        _text("path", "below data/raw, with forward slashes"),
        _text("sha256", "hash of the file as delivered"),
        Column("bytes", "int", "size of the file"),
        _text("original_name", "name as delivered"),
        _text("source_id", "who delivered it (source.csv)"),
        _text("provider", "office or person"),
        _maybe("document_no", "text", "number of the covering document"),
        _maybe("document_date", "date", "date of the covering document"),
        Column("received_on", "date", "day it was received"),
        _text("obs_status", "status of its figures unless a row says otherwise", "obs_status"),
        Column("illustrative", "bool", "true for invented figures"),
        _text("licence", "terms of use"),
        _maybe("note", "text", "anything else"),
    ),
    ("path",),
)
INDICATOR = Table(
    "indicator",
    (
        _text("indicator", "id"),
        _text("name_vi", "Vietnamese name"),
        _text("name_en", "English name"),
        _text("definition_vi", "definition in Vietnamese"),
        _text("definition_en", "definition in English"),
        _text("definition_source", "document of the definition"),
        _text("concept", "what is measured", "concept"),
        _text("domain", "sheet of the template, group of the board", "domain"),
        _text("unit_measure", "unit.csv"),
        _text("prices", "V, Q or _Z", "prices"),
        Column("direction", "int", "+1 more is better, -1 less is better"),
        _maybe("lower", "float", "least plausible value"),
        _maybe("upper", "float", "greatest plausible value"),
        _text("aggregation", "how areas make a whole", "aggregation"),
        _text("transform", "scale of projection", "transform"),
        _maybe("formula", "text", "from other cards: + - * /, numbers, lag(x), chain(x)"),
        _maybe("growth_of", "text", "the level or index whose yearly growth this is"),
        _maybe("parts", "text", "which activities add to total", "parts"),
        _text("part_year", "what a 3, 6 or 9-month figure is", "part_year"),
        _text("supplier_vi", "who supplies it"),
        _text("calendar_vi", "when it is published"),
        _text("measurable_at_commune", "yes, no, estimate", "measurable"),
        Column("sensitive", "bool", "only met or not met is kept, never illustrated"),
        Column("decimals", "int", "decimals to print"),
        _maybe("note", "text", "anything else"),
    ),
    ("indicator",),
)
AREA = Table(
    "area",
    (
        _text("ref_area", "code as issued; not a key alone, codes are reused"),
        Column("valid_from", "date", "first day"),
        _maybe("valid_to", "date", "last day, empty while valid"),
        _text("name_vi", "Vietnamese name"),
        _text("name_en", "English name"),
        _text("kind", "country, province, district, commune", "area_kind"),
        _maybe("parent", "text", "code of the area above"),
        _text("legal_basis", "document that made it"),
    ),
    ("ref_area", "valid_from"),
)
AREA_CHANGE = Table(
    "area_change",
    (
        *_AREA,
        _text("new_ref_area", "code of the area it went to"),
        Column("new_valid_from", "date", "first day of that area"),
        Column("weight", "float", "share that went there; an area's shares add to 1"),
        _text("legal_basis", "document that moved it"),
    ),
    ("ref_area", "area_valid_from", "new_ref_area", "new_valid_from"),
)
UNIT = Table(
    "unit",
    (
        _text("unit_measure", "code"),
        _text("name_vi", "as printed in Vietnamese"),
        _text("name_en", "as printed in English"),
        _text("quantity", "units of one quantity convert into each other"),
        Column("factor", "float", "value in the quantity's base unit = figure * factor + shift"),
        Column("shift", "float", "growth 8.5 % is index 108.5: the one use so far"),
    ),
    ("unit_measure",),
)
CORRECTION = Table(
    "correction",
    (
        _text("correction_id", "id"),
        _maybe("source_id", "text", "the page that errs; empty: every source"),
        _text("indicator", "id of a definition card"),
        *_AREA,
        _maybe("activity", "text", "economic activity; empty: every one", "activity"),
        _text("freq", "frequency of the figure", "freq"),
        _text("time_period", "period of the figure; of a break, the first after it"),
        _text("action", "what is done", "correction_action"),
        _maybe("expected", "float", "the figure as read: once the source is mended the run stops and says so"),
        _maybe("value", "float", "the figure put in its place (override), or the factor (scale)"),
        _text("reason_vi", "why"),
        _maybe("evidence_url", "text", "where the right figure or the break is stated"),
    ),
    ("correction_id",),
)
IDENTITY = Table(
    "identity",
    (
        _text("part", "id of a definition card; never above `whole`"),
        _text("whole", "id of a definition card"),
        _text("reason_vi", "why"),
    ),
    ("part", "whole"),
)
SOURCE = Table(
    "source",
    (
        _text("source_id", "id"),
        Column("rank", "int", "1 is preferred when status and vintage are equal"),
        _text("provider", "office that publishes"),
        _text("title", "title of the table or page"),
        _text("url", "whole address it was read at"),
        _text("calendar_vi", "when it is published"),
    ),
    ("source_id",),
)
WORDING = Table(
    "wording",
    (_text("key", "name of the text"), _text("vi", "Vietnamese"), _text("en", "English")),
    ("key",),
)
TARGET = Table(
    "target",
    (
        _text("target_id", "id"),
        _text("section", "place in the plan"),
        _maybe("task_id", "text", "programme or task it belongs to (task.csv)"),
        _text("name_vi", "Vietnamese name"),
        _text("name_en", "English name"),
        _maybe("indicator", "text", "id of a definition card; of a judged one, the figure to look at"),
        _maybe("activity", "text", "economic activity", "activity"),
        _text("kind", "how it is evaluated", "target_kind"),
        _maybe("comparator", "text", "ge at least, gt more than, about within the plan's tolerance ...", "comparator"),
        _maybe("value_low", "float", "the value, or a range's lower end"),
        _maybe("value_high", "float", "a range's upper end"),
        _maybe("unit_measure", "text", "unit of the values (unit.csv)"),
        Column("base_year", "int", "year before the first that counts"),
        Column("deadline", "int", "last year that counts"),
        Column("in_headline", "bool", "counted in 'x of y targets'"),
        Column("binding", "bool", "false: another source's value, shown beside and not judged"),
        _maybe("duplicate_of", "text", "the target that says the same and is counted"),
        _maybe("implied_by", "text", "the target that cannot be met without this one"),
        _text("value_origin", "stated in the text, interpreted, none", "origin"),
        _text("deadline_origin", "stated in the text, assumed", "origin"),
        *_MAYBE_SOURCE,
        _maybe("corrected_vi", "text", "the quote with a slip of the text mended"),
        _maybe("note", "text", "what was interpreted"),
    ),
    ("target_id",),
)
ANNUAL_TARGET = Table(
    "annual_target",
    (
        _text("target_id", "id"),
        _text("indicator", "id of a definition card"),
        _text("activity", "economic activity", "activity"),
        _text("kind", "how it is evaluated", "target_kind"),
        Column("year", "int", "the year planned"),
        _text("comparator", "as in target.csv", "comparator"),
        Column("value_low", "float", "the value, or a range's lower end"),
        _maybe("value_high", "float", "a range's upper end"),
        _text("unit_measure", "unit of the values"),
        _text("assigned_by_vi", "who set it"),
        _text("assigned_by_en", "who set it"),
        Column("binding", "bool", "true for the one that is judged"),
        Column("illustrative", "bool", "true for an invented one"),
        *_MAYBE_SOURCE,
        _maybe("note", "text", "what was interpreted"),
    ),
    ("target_id",),
)
TASK = Table(
    "task",
    (
        _text("task_id", "id"),
        _text("kind", "programme or task", "task_kind"),
        _text("section", "place in the plan"),
        _text("name_vi", "as the plan names it"),
        _text("name_en", "English name"),
        _text("basis_vi", "resolutions it carries out"),
        _maybe("plan_vi", "text", "the plan that carries it out"),
        _maybe("lead_vi", "text", "lead agency, as written"),
        _maybe("coordination_vi", "text", "coordinating agencies, as written"),
        _maybe("timeline_vi", "text", "as written"),
        _maybe("resources_vi", "text", "as written"),
        _maybe("note", "text", "what was noticed"),
    ),
    ("task_id",),
)
ACTIVITY = Table(
    "activity",
    (
        _text("activity_id", "id"),
        _text("task_id", "task.csv"),
        Column("seq", "int", "order in the text"),
        _text("quote_vi", "the activity, verbatim"),
    ),
    ("activity_id",),
)
BODY = Table(
    "body",
    (
        _text("body_id", "id"),
        _text("section", "place in the plan"),
        _text("name_vi", "as the plan names it"),
        _text("name_en", "English name"),
        _maybe("duty_quote_vi", "text", "its duty, verbatim"),
        _maybe("duty_en", "text", "its duty in English"),
        _maybe("product_vi", "text", "what it must write"),
        _maybe("recipient_vi", "text", "to whom"),
        _maybe("frequency_vi", "text", "how often"),
        _maybe("deadline_vi", "text", "when"),
        _maybe("need_vi", "text", "what this program gives it"),
        _maybe("need_en", "text", "what this program gives it"),
    ),
    ("body_id",),
)
DECISION = Table(
    "decision",
    (
        _text("decision_id", "id"),
        _text("question_vi", "what must be decided"),
        _text("question_en", "what must be decided"),
        _text("assumed_vi", "what is assumed until then"),
        _text("assumed_en", "what is assumed until then"),
        Column("target_ids", "texts", "targets it touches; ';' between them in the file"),
        _maybe("answer_vi", "text", "what was decided"),
        _maybe("decided_by_vi", "text", "who decided"),
        _maybe("document_no", "text", "number of the document"),
        _maybe("decided_on", "date", "its date"),
    ),
    ("decision_id",),
)
OWNER = Table(
    "owner",
    (
        _text("target_id", "target.csv"),
        _text("department_vi", "who answers for it"),
        _maybe("person", "text", "and who there"),
    ),
    ("target_id",),
)
PUBLISHED_VERDICT = Table(
    "published_verdict",
    (
        _text("target_id", "annual_target.csv, or a name of its own where no value was published"),
        _text("name_vi", "as published"),
        Column("year", "int", "the year judged"),
        _text("verdict", "as published", "verdict"),
        *_MAYBE_SOURCE,
    ),
    ("target_id",),
)

RAW_ROW = Table(
    "raw.row",
    (
        _text("file", "path in the manifest"),
        _text("sheet", "sheet name, _Z for a CSV"),
        Column("row", "int", "line or row number, from 1"),
        Column("cells", "texts", "the row's cells as read"),
        _text("types", "a letter a cell: n number, s text, d date, b yes or no, e empty"),
    ),
    ("file", "sheet", "row"),
)
OBSERVATION = Table(
    "core.observation",
    (
        _text("obs_id", "12 hex of sha256(file sha256, sheet, cell, key)"),
        *_SERIES_KEY,
        Column("obs_value", "float", "the figure in unit_measure"),
        Column("last_digit", "float", "worth of the last printed digit, in unit_measure"),
        *_MEASURE,
        _text("obs_status", "A official, P preliminary, E estimate", "obs_status"),
        Column("break_flag", "bool", "not comparable with the period before"),
        Column("back_cast", "bool", "period before the area's validity, recomputed on its boundary"),
        Column("vintage", "date", "day of publication"),
        Column("vintage_assumed", "bool", "the day of retrieval stands for the day of publication"),
        _text("source_id", "source.csv"),
        _text("file", "path in the manifest"),
        _text("sheet", "sheet name, _Z for a CSV"),
        _text("cell", "address; line:column in a CSV"),
        Column("illustrative", "bool", "true for invented figures"),
    ),
    (
        *("indicator", "ref_area", "area_valid_from", "activity", "freq", "time_period"),
        *("prices", "base_per", "concept", "source_id", "vintage"),
    ),
)
REJECTED = Table(
    "core.rejected",
    (
        _text("file", "path in the manifest"),
        _text("sheet", "sheet name"),
        _text("cell", "address"),
        _maybe("raw_text", "text", "the cell as read"),
        _text("rule", "name of the rule that refused it"),
        _text("todo", "wording key of what to do"),
    ),
    ("file", "sheet", "cell", "rule"),
)
CONFLICT = Table(
    "core.conflict",
    (
        *_SERIES_KEY,
        _text("obs_id", "the figure that lost"),
        Column("obs_value", "float", "its value"),
        _text("winner_obs_id", "the figure that stands"),
        Column("winner_value", "float", "its value"),
        _text("reason", "what decided", "conflict_reason"),
        Column("differs", "bool", "by more than rounding explains"),
    ),
    ("obs_id",),
)
SERIES = Table(
    "core.series",
    (
        *_SERIES_KEY,
        Column("obs_value", "float", "observed or computed by the card's formula"),
        *_MEASURE,
        _text("obs_status", "the least certain of its figures", "obs_status"),
        Column("break_flag", "bool", "not comparable with the period before"),
        Column("back_cast", "bool", "rests on a back-cast figure"),
        Column("conflict", "bool", "another figure of the same period says otherwise"),
        Column("vintage", "date", "latest of its figures"),
        Column("illustrative", "bool", "rests on an invented figure"),
        Column("obs_ids", "texts", "the figures it rests on"),
    ),
    ("indicator", "ref_area", "area_valid_from", "activity", "freq", "time_period", "prices", "base_per", "concept"),
)
ROW_ACCOUNT = Table(
    "out.row_account",
    (
        _text("file", "path in the manifest"),
        _text("sheet", "sheet name"),
        Column("rows_in", "int", "lines of a CSV; of a workbook the cells that may hold a figure, and its other rows"),
        Column("loaded", "int", "rows in core.observation"),
        Column("rejected", "int", "rows in core.rejected"),
        Column("skipped", "int", "rows in out.row_skipped"),
    ),
    ("file", "sheet"),
)
ROW_SKIPPED = Table(
    "out.row_skipped",
    (
        _text("file", "path in the manifest"),
        _text("sheet", "sheet name"),
        Column("row", "int", "line or row number"),
        _text("cell", "address of a cell; _Z for the whole row"),
        _text("reason", "wording key"),
    ),
    ("file", "sheet", "row", "cell"),
)
CHECK_RESULT = Table(
    "out.check_result",
    (
        _text("check_id", "id in expectation.toml or rule.csv"),
        _text("table_name", "table checked"),
        _text("severity", "critical stops, warning travels to the report", "severity"),
        Column("passed", "bool", "nothing offends"),
        Column("rows_failed", "int", "number of offending rows"),
        Column("rows_offending", "texts", "obs_id of each"),
    ),
    ("check_id",),
)
POOL = Table(
    "out.pool",
    (
        _text("statistic", "best_pace, log_change_mean, log_change_sd: projection/pool.py"),
        _text("indicator", "id of a definition card"),
        _text("activity", "economic activity", "activity"),
        Column("length", "int", "years of the stretch, or yearly changes counted"),
        Column("rank", "int", "of best_pace: 1 the best area, 2 the best other one of its kind; else 0"),
        *_AREA,
        _text("time_period", "last year"),
        Column("obs_value", "float", "value; a pace in %/year on a log scale, else points or units a year"),
    ),
    ("statistic", "indicator", "activity", "length", "rank", "ref_area", "area_valid_from"),
)
PROJECTION = Table(
    "out.projection",
    (
        _text("model_id", "method"),
        Column("as_of", "date", "day of knowledge"),
        _text("scenario", "baseline or a scenario's id"),
        _text("plan", "plan id"),
        _text("indicator", "id of a definition card"),
        *_AREA,
        _text("activity", "economic activity", "activity"),
        _text("time_period", "year projected"),
        _text("output_type", "quantile, probability, contribution", "output_type"),
        _text("output_type_id", "quantile level; target_id, or together: of a total and its parts; _Z of a contribution"),
        Column("obs_value", "float", "in the indicator's unit; probability 0-1; contribution in percentage points"),
    ),
    (
        *("model_id", "as_of", "scenario", "plan", "indicator", "ref_area", "area_valid_from"),
        *("activity", "time_period", "output_type", "output_type_id"),
    ),
)
PROGRESS = Table(
    "out.progress",
    (
        *_TARGET_KEY,
        _maybe("indicator", "text", "id of a definition card"),
        _maybe("activity", "text", "economic activity", "activity"),
        _text("scenario", "baseline or a scenario's id"),
        Column("as_of", "date", "day of knowledge"),
        _text("kind", "how it is evaluated", "target_kind"),
        _maybe("comparator", "text", "as in target.csv", "comparator"),
        _maybe("target", "float", "value judged: the value, a range's lower end, less the tolerance of 'about'"),
        Column("deadline", "int", "last year that counts"),
        Column("base_year", "int", "year before the first that counts"),
        _maybe("base_value", "float", "value of the base year (of the level or index, for growth)"),
        _maybe("latest_period", "text", "latest period with a figure"),
        _maybe("latest_value", "float", "that figure; of a sum, what has come together"),
        _maybe("latest_status", "text", "its status", "obs_status"),
        Column("n_points", "int", "yearly figures without gap or break up to the latest"),
        _maybe("rate_unit", "text", "unit of the rates: pct %/year, step points or units a year", "rate_unit"),
        _maybe("required_rate", "float", "needed per year from now to the deadline"),
        _maybe("best_own_rate", "float", "best mean over as many years in own history"),
        _maybe("best_peer_rate", "float", "best mean over as many years in any other area of its kind"),
        _maybe("last_feasible_year", "int", "last year from which the best pace still reaches the target"),
        _maybe("projected_value", "float", "median at the deadline, in the target's unit"),
        _maybe("lo80", "float", "10 % quantile"),
        _maybe("hi80", "float", "90 % quantile"),
        _maybe("probability", "float", "of meeting the target, 0-1"),
        _text("evidence", "strong, medium, weak", "evidence"),
        _text("verdict", "see the codelist", "verdict"),
        Column("reasons", "texts", "codes"),
        Column("flags", "texts", "illustrative, break, estimate, definition, back_cast, part_year"),
        Column("obs_ids", "texts", "figures it rests on"),
    ),
    ("plan", "target_id", "ref_area", "area_valid_from", "scenario"),
)
OFFICIAL_CLASS = Table(
    "out.official_class",
    (
        *_TARGET_KEY,
        _text("scenario", "baseline or a scenario's id"),
        _text("rule", "progress/rules/", "official_rule"),
        _text("class", "the rule's own word", "official_class"),
        _maybe("score", "float", "dns: share of the remaining distance that would be missing, 0-1; open_sdg: -5 to 5"),
    ),
    ("plan", "target_id", "ref_area", "area_valid_from", "scenario", "rule"),
)
RUN = Table(
    "out.run",
    (
        _text("run_id", "12 hex of the hash of everything the run reads"),
        _text("manifest_sha256", "hash of manifest.csv"),
        _text("code_sha256", "hash of src, pipelines and notebooks"),
        _text("lock_sha256", "hash of requirements.lock: every package version"),
        _text("parameters", "as_of and the like"),
        Column("seconds", "float", "duration until publication"),
    ),
    ("run_id",),
)
BUILD = Table(
    "out.build",
    (
        _text("table_name", "table"),
        _text("run_id", "run that last changed its rows"),
        _text("inputs", "JSON: name and hash of everything it is made from"),
        _text("content", "row count and order-free hash of its rows"),
    ),
    ("table_name",),
)


def _in_schema(schema: str, table: Table) -> Table:
    return Table(f"{schema}.{table.name}", table.columns, table.key)


def _of_plan(table: Table) -> Table:
    return Table(f"core.{table.name}", (_text("plan", "plan id"), *table.columns), ("plan", *table.key))


REFERENCE = (INDICATOR, UNIT, AREA, AREA_CHANGE, SOURCE, CORRECTION, IDENTITY)
PLAN = (TARGET, ANNUAL_TARGET, TASK, ACTIVITY, BODY, DECISION, OWNER, PUBLISHED_VERDICT)
FILES = (MANIFEST, WORDING, *REFERENCE, *PLAN)
TABLES = {
    table.name: table
    for table in (
        *(_in_schema("raw", MANIFEST), RAW_ROW),
        *(_in_schema("core", table) for table in REFERENCE),
        *(_of_plan(table) for table in PLAN),
        *(OBSERVATION, REJECTED, CONFLICT, SERIES),
        *(ROW_ACCOUNT, ROW_SKIPPED, CHECK_RESULT, POOL, PROJECTION, PROGRESS, OFFICIAL_CLASS, RUN, BUILD),
    )
}


def create_table_sql(table: Table) -> str:
    """Return the DuckDB statement that makes `table`."""
    columns = ", ".join(f'"{c.name}" {SQL_TYPE[c.type]}{" NOT NULL" if c.required else ""}' for c in table.columns)
    return f"CREATE TABLE {table.name} ({columns})"


def conform(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Return `frame` with the table's columns, order and dtypes.

    Raises ValueError when a column is missing or foreign, a required value is missing, a code is unknown or a key is
    repeated: a fault of the program, never of the user.
    """
    import pandas as pd

    if set(frame.columns) != set(table.names):
        difference = sorted(set(frame.columns) ^ set(table.names))
        raise ValueError(f"{table.name}: columns differ: {difference}")
    typed = frame[table.names].astype({c.name: PANDAS_TYPE[c.type] for c in table.columns})
    for column in table.columns:
        if column.type == "texts":  # DuckDB hands arrays back
            typed[column.name] = pd.Series([list(value) for value in typed[column.name]], typed.index, dtype="object")
        values = typed[column.name]
        if column.required and values.isna().any():
            raise ValueError(f"{table.name}.{column.name}: missing value")
        if column.codes and not values.dropna().isin(CODELISTS[column.codes]).all():
            unknown = sorted(set(values.dropna()) - set(CODELISTS[column.codes]))
            raise ValueError(f"{table.name}.{column.name}: not in codelist {column.codes}: {unknown}")
    if typed.duplicated(list(table.key)).any():
        raise ValueError(f"{table.name}: key {table.key} is repeated")
    return typed.reset_index(drop=True)


def empty(table: Table) -> pd.DataFrame:
    """Return the table without rows, typed."""
    import pandas as pd

    return pd.DataFrame({c.name: pd.Series(dtype=PANDAS_TYPE[c.type]) for c in table.columns})
