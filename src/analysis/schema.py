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
TIME_PERIOD = re.compile(r"\d{4}|\d{4}-Q[1-4]|\d{4}-(0[1-9]|1[0-2])")

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
    "activity": ("total", "agriculture", "industry_construction", "services", "taxes_less_subsidies"),
    "concept": (
        "commune_product",
        "grdp",
        "value_added",
        "gross_output",
        "survey_income",
        "headcount",
        NOT_APPLICABLE,
    ),
    "area_kind": ("country", "province", "commune"),
    "comparator": ("ge", "gt", "le", "lt", "eq", "about"),
    "target_kind": ("growth_average",),
    "output_type": ("mean", "quantile", "probability"),
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
    "dns_class": ("sun", "sun_cloud", "cloud", "thunderstorm"),
    "conflict_reason": ("status", "vintage", "rank"),
}

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
_SOURCE_LINK = (
    _text("source_title", "title of the page or document"),
    _text("source_url", "whole address"),
    Column("source_date", "date", "date printed on it"),
    _text("quote_vi", "the words of the source, verbatim"),
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
        _text("unit_measure", "unit code"),
        _text("unit_vi", "unit as printed in Vietnamese"),
        _text("unit_en", "unit as printed in English"),
        _text("prices", "V, Q or _Z", "prices"),
        Column("direction", "int", "+1 more is better, -1 less is better"),
        _maybe("lower", "float", "least plausible value"),
        _maybe("upper", "float", "greatest plausible value"),
        _text("aggregation", "how parts make a whole: sum, none"),
        _text("transform", "scale of projection: log, linear"),
        _maybe("formula", "text", "from other cards: + - * /, numbers, chain(x)"),
        _maybe("growth_of", "text", "the index whose yearly growth this is"),
        _text("supplier_vi", "who supplies it"),
        _text("calendar_vi", "when it is published"),
        _text("measurable_at_commune", "yes, no, estimate"),
        Column("decimals", "int", "decimals to print"),
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
        _text("kind", "country, province, commune", "area_kind"),
        _maybe("parent", "text", "code of the area above"),
        _text("legal_basis", "document that made it"),
    ),
    ("ref_area", "valid_from"),
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
        _text("name_vi", "Vietnamese name"),
        _text("name_en", "English name"),
        _text("indicator", "id of a definition card"),
        _text("activity", "economic activity", "activity"),
        _text("kind", "how it is evaluated", "target_kind"),
        _text("comparator", "ge at least, gt more than, about within the plan's tolerance ...", "comparator"),
        Column("value_low", "float", "the value, or a range's lower end"),
        _maybe("value_high", "float", "a range's upper end"),
        _text("unit_measure", "unit of the values"),
        Column("base_year", "int", "year before the first that counts"),
        Column("deadline", "int", "last year that counts"),
        Column("in_headline", "bool", "counted in 'x of y targets'"),
        *_SOURCE_LINK,
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
        Column("year", "int", "the year planned"),
        _text("comparator", "as in target.csv", "comparator"),
        Column("value_low", "float", "the value, or a range's lower end"),
        _maybe("value_high", "float", "a range's upper end"),
        _text("unit_measure", "unit of the values"),
        _text("assigned_by_vi", "who set it"),
        _text("assigned_by_en", "who set it"),
        Column("binding", "bool", "true for the one that is judged"),
        *_SOURCE_LINK,
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
    ),
    ("file", "sheet", "row"),
)
OBSERVATION = Table(
    "core.observation",
    (
        _text("obs_id", "12 hex of sha256(file sha256, sheet, cell, key)"),
        *_SERIES_KEY,
        Column("obs_value", "float", "the figure in unit_measure"),
        Column("decimals", "int", "decimals printed in the source"),
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
        Column("rows_in", "int", "rows counted in the file"),
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
        _text("reason", "wording key"),
    ),
    ("file", "sheet", "row"),
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
        _text("statistic", "best_pace_pct: greatest mean growth over `length` years, %/year"),
        _text("indicator", "id of a definition card"),
        _text("activity", "economic activity", "activity"),
        Column("length", "int", "years"),
        Column("rank", "int", "1 the greatest, 2 the greatest of any other area"),
        *_AREA,
        _text("time_period", "last year of the stretch"),
        Column("obs_value", "float", "value"),
    ),
    ("statistic", "indicator", "activity", "length", "rank"),
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
        _text("output_type", "mean, quantile, probability", "output_type"),
        _text("output_type_id", "quantile level, target_id, or _Z"),
        Column("obs_value", "float", "value in the indicator's unit; a probability in 0-1"),
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
        _text("indicator", "id of a definition card"),
        _text("activity", "economic activity", "activity"),
        _text("scenario", "baseline or a scenario's id"),
        Column("as_of", "date", "day of knowledge"),
        _text("comparator", "as in target.csv", "comparator"),
        Column("target", "float", "value judged: the value, a range's lower end, less the tolerance of 'about'"),
        Column("deadline", "int", "last year that counts"),
        Column("base_year", "int", "year before the first that counts"),
        _maybe("base_value", "float", "value of the base year (of the index, for growth)"),
        _maybe("latest_period", "text", "latest year with a figure"),
        _maybe("latest_value", "float", "that figure"),
        _maybe("latest_status", "text", "its status", "obs_status"),
        Column("n_points", "int", "yearly figures without gap or break up to the latest"),
        _maybe("required_rate", "float", "needed per year from the latest year to the deadline, %/year"),
        _maybe("best_own_rate", "float", "best mean over as many years in own history, %/year"),
        _maybe("best_peer_rate", "float", "best mean over as many years in any other area, %/year"),
        _maybe("last_feasible_year", "int", "last year from which the best pace still reaches the target"),
        _maybe("projected_value", "float", "median at the deadline, in the target's unit"),
        _maybe("lo80", "float", "10 % quantile"),
        _maybe("hi80", "float", "90 % quantile"),
        _maybe("probability", "float", "of meeting the target, 0-1"),
        _text("evidence", "strong, medium, weak", "evidence"),
        _text("verdict", "see the codelist", "verdict"),
        Column("reasons", "texts", "codes"),
        Column("flags", "texts", "illustrative, break, estimate, definition, back_cast"),
        Column("obs_ids", "texts", "figures it rests on"),
    ),
    ("plan", "target_id", "ref_area", "area_valid_from", "scenario"),
)
OFFICIAL_CLASS = Table(
    "out.official_class",
    (
        *_TARGET_KEY,
        _text("scenario", "baseline or a scenario's id"),
        _text("rule", "dns"),
        _text("class", "the rule's own word", "dns_class"),
        _maybe("score", "float", "share of the remaining distance that would be missing, 0-1"),
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


FILES = (MANIFEST, INDICATOR, AREA, SOURCE, WORDING, TARGET, ANNUAL_TARGET)
TABLES = {
    table.name: table
    for table in (
        *(_in_schema("raw", MANIFEST), RAW_ROW),
        *(_in_schema("core", table) for table in (INDICATOR, AREA, SOURCE)),
        *(_of_plan(table) for table in (TARGET, ANNUAL_TARGET)),
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
