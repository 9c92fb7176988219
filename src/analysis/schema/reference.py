"""Definition cards, units, areas in time, sources, corrections, words."""

from __future__ import annotations

from analysis.schema.table import AREA_KEY, Column, Table, maybe, text

INDICATOR = Table(
    "indicator",
    (
        text("indicator", "id"),
        text("name_vi", "Vietnamese name"),
        text("name_en", "English name"),
        text("definition_vi", "definition in Vietnamese"),
        text("definition_en", "definition in English"),
        text("definition_source", "document of the definition"),
        text("concept", "what is measured", "concept"),
        text("domain", "sheet of the template, group of the board", "domain"),
        text("unit_measure", "unit.csv"),
        text("prices", "V, Q or _Z", "prices"),
        Column("direction", "int", "+1 more is better, -1 less is better"),
        maybe("lower", "float", "least plausible value"),
        maybe("upper", "float", "greatest plausible value"),
        text("aggregation", "how areas make a whole", "aggregation"),
        text("transform", "scale of projection", "transform"),
        maybe("formula", "text", "from other cards: + - * /, numbers, lag(x), chain(x)"),
        maybe("growth_of", "text", "the level or index whose yearly growth this is"),
        maybe("parts", "text", "which activities add to total", "parts"),
        text("part_year", "what a 3, 6 or 9-month figure is", "part_year"),
        text("supplier_vi", "who supplies it"),
        text("calendar_vi", "when it is published"),
        text("measurable_at_commune", "yes, no, estimate", "measurable"),
        Column("sensitive", "bool", "only met or not met is kept, never illustrated"),
        Column("decimals", "int", "decimals to print"),
        maybe("note", "text", "anything else"),
    ),
    ("indicator",),
)

AREA = Table(
    "area",
    (
        text("ref_area", "code as issued; not a key alone, codes are reused"),
        Column("valid_from", "date", "first day"),
        maybe("valid_to", "date", "last day, empty while valid"),
        text("name_vi", "Vietnamese name"),
        text("name_en", "English name"),
        text("kind", "country, province, district, commune", "area_kind"),
        maybe("parent", "text", "code of the area above"),
        text("legal_basis", "document that made it"),
    ),
    ("ref_area", "valid_from"),
)

AREA_CHANGE = Table(
    "area_change",
    (
        *AREA_KEY,
        text("new_ref_area", "code of the area it went to"),
        Column("new_valid_from", "date", "first day of that area"),
        Column("weight", "float", "share that went there; an area's shares add to 1"),
        text("legal_basis", "document that moved it"),
    ),
    ("ref_area", "area_valid_from", "new_ref_area", "new_valid_from"),
)

UNIT = Table(
    "unit",
    (
        text("unit_measure", "code"),
        text("name_vi", "as printed in Vietnamese"),
        text("name_en", "as printed in English"),
        maybe("written", "text", "other ways in which it is written, | between"),
        text("quantity", "units of one quantity convert into each other"),
        Column("factor", "float", "value in the quantity's base unit = figure * factor + shift"),
        Column("shift", "float", "growth 8.5 % is index 108.5: the one use so far"),
    ),
    ("unit_measure",),
)

CORRECTION = Table(
    "correction",
    (
        text("correction_id", "id"),
        maybe("source_id", "text", "the page that errs; empty: every source"),
        text("indicator", "id of a definition card"),
        *AREA_KEY,
        maybe("activity", "text", "economic activity; empty: every one", "activity"),
        text("freq", "frequency of the figure", "freq"),
        text("time_period", "period of the figure; of a break, the first after it"),
        text("action", "what is done", "correction_action"),
        maybe("expected", "float", "the figure as read: once the source is mended the run stops and says so"),
        maybe("value", "float", "the figure put in its place (override), or the factor (scale)"),
        text("reason_vi", "why"),
        maybe("evidence_url", "text", "where the right figure or the break is stated"),
    ),
    ("correction_id",),
)

IDENTITY = Table(
    "identity",
    (
        text("part", "id of a definition card; never above `whole`"),
        text("whole", "id of a definition card"),
        text("reason_vi", "why"),
    ),
    ("part", "whole"),
)

SOURCE = Table(
    "source",
    (
        text("source_id", "id"),
        Column("rank", "int", "1 is preferred when status and vintage are equal"),
        text("provider", "office that publishes"),
        text("title", "title of the table or page"),
        text("url", "whole address it was read at"),
        text("calendar_vi", "when it is published"),
    ),
    ("source_id",),
)

PLAN_OUTCOME = Table(
    "plan_outcome",
    (
        text("place_vi", "commune, district or province that announced it"),
        text("level", "its kind", "area_kind"),
        text("province_vi", "province it lay in then"),
        text("plan_kind", "of a year or of a term", "plan_kind"),
        text("period", "year, or first and last year"),
        Column("targets", "int", "targets of the plan"),
        Column("met", "int", "of them met or exceeded"),
        maybe("exceeded", "int", "of them exceeded"),
        text("publisher", "who published it"),
        maybe("source_title", "text", "title of the page, as its address spells it"),
        text("source_url", "whole address"),
        text("published", "day, month or year of publication"),
        text("quote", "the words of the page, verbatim"),
        maybe("note", "text", "anything else"),
    ),
    ("place_vi", "province_vi", "plan_kind", "period"),
)

MAPPING = Table(
    "mapping",
    (
        text("title", "words that a table's title has; | between alternatives; compared without case and diacritics"),
        text("row", "what the row's label is, | between alternatives; @area: the name of an area"),
        text("column", "what is left of the column's heading without period, unit and status; @none: nothing"),
        text("measure", "what the column's figures are", "measure"),
        text("indicator", "id of a definition card"),
        text("activity", "economic activity", "activity"),
        maybe("base_per", "text", "base year that the table must say; empty: any"),
        maybe("ref_area", "text", "code of the area that a table without areas is of"),
        text("note", "where it was seen, or who confirmed it"),
    ),
    ("title", "row", "column", "measure", "indicator", "activity"),
)

WORDING = Table(
    "wording",
    (text("key", "name of the text"), text("vi", "Vietnamese"), text("en", "English")),
    ("key",),
)

REFERENCE = (INDICATOR, UNIT, AREA, AREA_CHANGE, SOURCE, CORRECTION, IDENTITY, PLAN_OUTCOME, MAPPING)
