"""A plan: targets of the period and of each year, programmes and tasks, bodies, decisions, owners."""

from __future__ import annotations

from analysis.schema.table import Column, Table, maybe, text

MAYBE_SOURCE = (
    maybe("source_title", "text", "title of the page; empty: the plan's own document"),
    maybe("source_url", "text", "whole address"),
    maybe("source_date", "date", "date printed on it"),
    maybe("quote_vi", "text", "the words of the source, verbatim"),
)

TARGET = Table(
    "target",
    (
        text("target_id", "id"),
        text("section", "place in the plan"),
        maybe("task_id", "text", "programme or task it belongs to (task.csv)"),
        text("name_vi", "Vietnamese name"),
        text("name_en", "English name"),
        maybe("indicator", "text", "id of a definition card; of a judged one, the figure to look at"),
        maybe("activity", "text", "economic activity", "activity"),
        text("kind", "how it is evaluated", "target_kind"),
        maybe("comparator", "text", "ge at least, gt more than, about within the plan's tolerance ...", "comparator"),
        maybe("value_low", "float", "the value, or a range's lower end"),
        maybe("value_high", "float", "a range's upper end"),
        maybe("unit_measure", "text", "unit of the values (unit.csv)"),
        Column("base_year", "int", "year before the first that counts"),
        Column("deadline", "int", "last year that counts"),
        Column("in_headline", "bool", "counted in 'x of y targets'"),
        Column("binding", "bool", "false: another source's value, shown beside and not judged"),
        maybe("duplicate_of", "text", "the target that says the same and is counted"),
        maybe("implied_by", "text", "the target that cannot be met without this one"),
        text("value_origin", "stated in the text, interpreted, none", "origin"),
        text("deadline_origin", "stated in the text, assumed", "origin"),
        *MAYBE_SOURCE,
        maybe("corrected_vi", "text", "the quote with a slip of the text mended"),
        maybe("note", "text", "what was interpreted"),
    ),
    ("target_id",),
)

ANNUAL_TARGET = Table(
    "annual_target",
    (
        text("target_id", "id"),
        text("indicator", "id of a definition card"),
        text("activity", "economic activity", "activity"),
        text("kind", "how it is evaluated", "target_kind"),
        Column("year", "int", "the year planned"),
        text("comparator", "as in target.csv", "comparator"),
        Column("value_low", "float", "the value, or a range's lower end"),
        maybe("value_high", "float", "a range's upper end"),
        text("unit_measure", "unit of the values"),
        text("assigned_by_vi", "who set it"),
        text("assigned_by_en", "who set it"),
        Column("binding", "bool", "true for the one that is judged"),
        Column("illustrative", "bool", "true for an invented one"),
        *MAYBE_SOURCE,
        maybe("note", "text", "what was interpreted"),
    ),
    ("target_id",),
)

TASK = Table(
    "task",
    (
        text("task_id", "id"),
        text("kind", "programme or task", "task_kind"),
        text("section", "place in the plan"),
        text("name_vi", "as the plan names it"),
        text("name_en", "English name"),
        text("basis_vi", "resolutions it carries out"),
        maybe("plan_vi", "text", "the plan that carries it out"),
        maybe("lead_vi", "text", "lead agency, as written"),
        maybe("coordination_vi", "text", "coordinating agencies, as written"),
        maybe("timeline_vi", "text", "as written"),
        maybe("resources_vi", "text", "as written"),
        maybe("note", "text", "what was noticed"),
    ),
    ("task_id",),
)

ACTIVITY = Table(
    "activity",
    (
        text("activity_id", "id"),
        text("task_id", "task.csv"),
        Column("seq", "int", "order in the text"),
        text("quote_vi", "the activity, verbatim"),
    ),
    ("activity_id",),
)

BODY = Table(
    "body",
    (
        text("body_id", "id"),
        text("section", "place in the plan"),
        text("name_vi", "as the plan names it"),
        text("name_en", "English name"),
        maybe("duty_quote_vi", "text", "its duty, verbatim"),
        maybe("duty_en", "text", "its duty in English"),
        maybe("product_vi", "text", "what it must write"),
        maybe("recipient_vi", "text", "to whom"),
        maybe("frequency_vi", "text", "how often"),
        maybe("deadline_vi", "text", "when"),
        maybe("need_vi", "text", "what this program gives it"),
        maybe("need_en", "text", "what this program gives it"),
    ),
    ("body_id",),
)

DECISION = Table(
    "decision",
    (
        text("decision_id", "id"),
        text("question_vi", "what must be decided"),
        text("question_en", "what must be decided"),
        text("assumed_vi", "what is assumed until then"),
        text("assumed_en", "what is assumed until then"),
        Column("target_ids", "texts", "targets it touches; ';' between them in the file"),
        maybe("answer_vi", "text", "what was decided"),
        maybe("decided_by_vi", "text", "who decided"),
        maybe("document_no", "text", "number of the document"),
        maybe("decided_on", "date", "its date"),
    ),
    ("decision_id",),
)

OWNER = Table(
    "owner",
    (
        text("target_id", "target.csv"),
        text("department_vi", "who answers for it"),
        maybe("person", "text", "and who there"),
    ),
    ("target_id",),
)

PUBLISHED_VERDICT = Table(
    "published_verdict",
    (
        text("target_id", "annual_target.csv, or a name of its own where no value was published"),
        text("name_vi", "as published"),
        Column("year", "int", "the year judged"),
        text("verdict", "as published", "verdict"),
        *MAYBE_SOURCE,
    ),
    ("target_id",),
)

PLAN = (TARGET, ANNUAL_TARGET, TASK, ACTIVITY, BODY, DECISION, OWNER, PUBLISHED_VERDICT)
