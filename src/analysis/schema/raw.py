"""What is received: the register of files, and their rows as read."""

from __future__ import annotations

from analysis.schema.table import Column, Table, maybe, text

MANIFEST = Table(
    "manifest",
    (
        text("path", "below data/raw, with forward slashes"),
        text("sha256", "hash of the file as delivered"),
        Column("bytes", "int", "size of the file"),
        text("original_name", "name as delivered"),
        text("source_id", "who delivered it (source.csv)"),
        text("provider", "office or person"),
        maybe("document_no", "text", "number of the covering document"),
        maybe("document_date", "date", "date of the covering document"),
        Column("received_on", "date", "day it was received"),
        text("obs_status", "status of its figures unless a row says otherwise", "obs_status"),
        Column("illustrative", "bool", "true for invented figures"),
        text("licence", "terms of use"),
        maybe("note", "text", "anything else"),
    ),
    ("path",),
)

RAW_ROW = Table(
    "raw.row",
    (
        text("file", "path in the manifest"),
        text("sheet", "sheet name, _Z for a CSV"),
        Column("row", "int", "line or row number, from 1"),
        Column("cells", "texts", "the row's cells as read"),
        text("types", "a letter a cell: n number, s text, d date, b yes or no, e empty"),
    ),
    ("file", "sheet", "row"),
)

RAW_NOTE = Table(
    "raw.note",
    (
        text("file", "path in the manifest"),
        text("sheet", "sheet name"),
        text("cell", "where in the sheet; _Z the sheet itself"),
        text("kind", "what a reader must know of it", "note_kind"),
        maybe("text", "text", "what it says"),
    ),
    ("file", "sheet", "cell", "kind"),
)
