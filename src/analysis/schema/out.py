"""Results: accounts, checks, pool, projection, progress, classes, runs."""

from __future__ import annotations

from analysis.schema.table import AREA_KEY, Column, Table, maybe, text

TARGET_KEY = (text("plan", "plan id"), text("target_id", "id in target.csv or annual_target.csv"), *AREA_KEY)

ROW_ACCOUNT = Table(
    "out.row_account",
    (
        text("file", "path in the manifest"),
        text("sheet", "sheet name"),
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
        text("file", "path in the manifest"),
        text("sheet", "sheet name"),
        Column("row", "int", "line or row number"),
        text("cell", "address of a cell; _Z for the whole row"),
        text("reason", "wording key"),
    ),
    ("file", "sheet", "row", "cell"),
)

CHECK_RESULT = Table(
    "out.check_result",
    (
        text("check_id", "id in expectation.toml or rule.csv"),
        text("table_name", "table checked"),
        text("severity", "critical stops, warning travels to the report", "severity"),
        Column("passed", "bool", "nothing offends"),
        Column("rows_failed", "int", "number of offending rows"),
        Column("rows_offending", "texts", "obs_id of each"),
    ),
    ("check_id",),
)

POOL = Table(
    "out.pool",
    (
        text("statistic", "best_pace, log_change_(mean|sd), log_beyond_(mean|sd), country_so_far: projection/pool.py"),
        text("indicator", "id of a definition card"),
        text("activity", "economic activity", "activity"),
        Column("length", "int", "years of the stretch, yearly changes counted, or months known"),
        Column("rank", "int", "of best_pace: 1 the best area, 2 the best other one of its kind; else 0"),
        *AREA_KEY,
        text("time_period", "last year, or the year so far"),
        Column("obs_value", "float", "value; a pace in %/year on a log scale, else points or units a year"),
    ),
    ("statistic", "indicator", "activity", "length", "rank", "ref_area", "area_valid_from"),
)

PROJECTION = Table(
    "out.projection",
    (
        text("model_id", "method"),
        Column("as_of", "date", "day of knowledge"),
        text("scenario", "baseline or a scenario's id"),
        text("plan", "plan id"),
        text("indicator", "id of a definition card"),
        *AREA_KEY,
        text("activity", "economic activity", "activity"),
        text("time_period", "year projected"),
        text("output_type", "quantile, probability, contribution", "output_type"),
        text("output_type_id", "quantile level; target_id, or together: of a total and its parts; _Z of a contribution"),
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
        *TARGET_KEY,
        maybe("indicator", "text", "id of a definition card"),
        maybe("activity", "text", "economic activity", "activity"),
        text("scenario", "baseline or a scenario's id"),
        Column("as_of", "date", "day of knowledge"),
        text("kind", "how it is evaluated", "target_kind"),
        maybe("comparator", "text", "as in target.csv", "comparator"),
        maybe("target", "float", "value judged: the value, a range's lower end, less the tolerance of 'about'"),
        Column("deadline", "int", "last year that counts"),
        Column("base_year", "int", "year before the first that counts"),
        maybe("base_value", "float", "value of the base year (of the level or index, for growth)"),
        maybe("latest_period", "text", "latest period with a figure"),
        maybe("latest_value", "float", "that figure; of a sum, what has come together"),
        maybe("latest_status", "text", "its status", "obs_status"),
        Column("n_points", "int", "yearly figures since the latest break"),
        maybe("rate_unit", "text", "unit of the rates: pct %/year, step points or units a year", "rate_unit"),
        maybe("required_rate", "float", "needed per year from now to the deadline"),
        maybe("best_own_rate", "float", "best mean over as many years in own history"),
        maybe("best_peer_rate", "float", "best mean over as many years in any other area of its kind"),
        maybe("last_feasible_year", "int", "last year from which the best pace still reaches the target"),
        maybe("projected_value", "float", "median at the deadline, in the target's unit"),
        maybe("lo80", "float", "10 % quantile"),
        maybe("hi80", "float", "90 % quantile"),
        maybe("probability", "float", "of meeting the target, 0-1"),
        text("evidence", "strong, medium, weak", "evidence"),
        text("verdict", "see the codelist", "verdict"),
        Column("reasons", "texts", "codes"),
        Column("flags", "texts", "illustrative, break, estimate, definition, back_cast, part_year"),
        Column("obs_ids", "texts", "figures it rests on"),
    ),
    ("plan", "target_id", "ref_area", "area_valid_from", "scenario"),
)

OFFICIAL_CLASS = Table(
    "out.official_class",
    (
        *TARGET_KEY,
        text("scenario", "baseline or a scenario's id"),
        text("rule", "progress/rules/", "official_rule"),
        text("class", "the rule's own word", "official_class"),
        maybe("score", "float", "dns: share of the remaining distance that would be missing, 0-1; open_sdg: -5 to 5"),
    ),
    ("plan", "target_id", "ref_area", "area_valid_from", "scenario", "rule"),
)

RUN = Table(
    "out.run",
    (
        text("run_id", "12 hex of the hash of everything the run reads"),
        text("manifest_sha256", "hash of manifest.csv"),
        text("code_sha256", "hash of src, pipelines and notebooks"),
        text("lock_sha256", "hash of requirements.lock: every package version"),
        text("parameters", "as_of and the like"),
        Column("seconds", "float", "duration until publication"),
    ),
    ("run_id",),
)

BUILD = Table(
    "out.build",
    (
        text("table_name", "table"),
        text("run_id", "run that last changed its rows"),
        text("inputs", "JSON: name and hash of everything it is made from"),
        text("content", "row count and order-free hash of its rows"),
    ),
    ("table_name",),
)
