"""Figures: as observed, refused, in conflict, and as series."""

from __future__ import annotations

from analysis.schema.table import AREA_KEY, Column, Table, maybe, text

MEASURE = (
    text("unit_measure", "unit of obs_value, the definition card's"),
    text("prices", "V current, Q constant, _Z not applicable", "prices"),
    text("base_per", "base year of constant prices or of an index, _Z not applicable"),
    text("concept", "what is measured", "concept"),
)

SERIES_KEY = (
    text("indicator", "id of a definition card"),
    *AREA_KEY,
    text("activity", "economic activity", "activity"),
    text("freq", "A year, Q quarter alone, M month, YTD from January to that month", "freq"),
    text("time_period", "2025, 2025-Q3, 2025-09"),
)

OBSERVATION = Table(
    "core.observation",
    (
        text("obs_id", "12 hex of sha256(document, sheet, cell, key, figure as read): the same in a newer copy"),
        *SERIES_KEY,
        Column("obs_value", "float", "the figure in unit_measure"),
        Column("last_digit", "float", "worth of the last printed digit, in unit_measure"),
        *MEASURE,
        text("obs_status", "A official, P preliminary, E estimate", "obs_status"),
        Column("break_flag", "bool", "not comparable with the period before"),
        Column("back_cast", "bool", "period before the area's validity, recomputed on its boundary"),
        Column("vintage", "date", "day of publication"),
        Column("vintage_assumed", "bool", "the day of retrieval stands for the day of publication"),
        text("source_id", "source.csv"),
        text("file", "path in the manifest"),
        text("sheet", "sheet name, _Z for a CSV"),
        text("cell", "address; line:column in a CSV"),
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
        text("file", "path in the manifest"),
        text("sheet", "sheet name"),
        text("cell", "address"),
        maybe("raw_text", "text", "the cell as read"),
        text("rule", "name of the rule that refused it"),
        text("todo", "wording key of what to do"),
    ),
    ("file", "sheet", "cell", "rule"),
)

CONFLICT = Table(
    "core.conflict",
    (
        *SERIES_KEY,
        text("obs_id", "the figure that lost"),
        Column("obs_value", "float", "its value"),
        text("winner_obs_id", "the figure that stands"),
        Column("winner_value", "float", "its value"),
        text("reason", "what decided", "conflict_reason"),
        Column("differs", "bool", "by more than rounding explains"),
    ),
    ("obs_id",),
)

SERIES = Table(
    "core.series",
    (
        *SERIES_KEY,
        Column("obs_value", "float", "observed or computed by the card's formula"),
        *MEASURE,
        text("obs_status", "the least certain of its figures", "obs_status"),
        Column("break_flag", "bool", "not comparable with the period before"),
        Column("back_cast", "bool", "rests on a back-cast figure"),
        Column("conflict", "bool", "another figure of the same period says otherwise"),
        Column("vintage", "date", "latest of its figures"),
        Column("illustrative", "bool", "rests on an invented figure"),
        Column("obs_ids", "texts", "the figures it rests on"),
    ),
    ("indicator", "ref_area", "area_valid_from", "activity", "freq", "time_period", "prices", "base_per", "concept"),
)
