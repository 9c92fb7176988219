"""A table or a line of text as a notebook shows it: plain HTML, figures already written for its reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from analysis.reference import wording
from analysis.report.words import number

HEAD, CELL, FIGURE = Markup("<th>{}</th>"), Markup("<td>{}</td>"), Markup('<td class="figure">{}</td>')
ROW, PARAGRAPH = Markup("<tr>{}</tr>"), Markup("<p>{}</p>")
NOTE = Markup('<p class="note">{}</p>')
NOTICE = Markup('<p class="notice"><strong>{}</strong></p>')
NOTHING = ("", number.MISSING)
TABLE = Markup('<table class="shown"><thead>{}</thead><tbody>{}</tbody></table>')


@dataclass(frozen=True)
class Shown:
    """What a cell displays: `columns` are the heading of each column and whether it holds figures, `notes` stand below."""

    columns: Sequence[tuple[str, bool]]
    rows: Sequence[Sequence[str]]
    notice: str
    empty: str
    notes: Sequence[str] = ()

    def _repr_html_(self) -> str:
        notice = NOTICE.format(self.notice) if self.notice else Markup("")
        if not self.rows:
            return str(notice + PARAGRAPH.format(self.empty))
        head = ROW.format(Markup("").join(HEAD.format(name) for name, _ in self.columns))
        forms = [FIGURE if figures else CELL for _, figures in self.columns]
        lines = (Markup("").join(form.format(text) for form, text in zip(forms, row, strict=True)) for row in self.rows)
        shown = TABLE.format(head, Markup("").join(ROW.format(line) for line in lines))
        return str(notice + shown + Markup("").join(NOTE.format(note) for note in self.notes))

    def __repr__(self) -> str:
        lines = (
            ["\t".join(name for name, _ in self.columns), *("\t".join(row) for row in self.rows), *self.notes]
            if self.rows
            else [self.empty]
        )
        return "\n".join([self.notice, *lines] if self.notice else lines)


def shown(
    rows: Sequence[Sequence[str]],
    headings: Sequence[str],
    figures: str,
    lang: str,
    invented: bool,
    notes: Sequence[str] = (),
    **values: object,
) -> Shown:
    """Return a table without the columns in which no row has anything.

    `headings`: keys of wording.csv; `figures`: a letter a column, "n" for figures and "t" for text; `values` fill the
    headings; `notes` stand below it. With `invented` the notice stands above it.
    """
    columns = [(wording.text(key, lang, **values), letter == "n") for key, letter in zip(headings, figures, strict=True)]
    kept = [place for place in range(len(columns)) if not rows or any(row[place] not in NOTHING for row in rows)]
    lines = [[row[place] for place in kept] for row in rows]
    empty = wording.text("notebook_no_row", lang)
    return Shown([columns[place] for place in kept], lines, notice(lang, invented), empty, notes)


def footnotes(notes: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the mark of each note, "" for an empty one, and below the table each note once behind its mark."""
    marks = {note: f"({place})" for place, note in enumerate(dict.fromkeys(note for note in notes if note), start=1)}
    return [marks.get(note, "") for note in notes], [f"{mark} {note}" for note, mark in marks.items()]


def line(key: str, lang: str, invented: bool, **values: object) -> Shown:
    """Return a text of wording.csv in place of a table or chart that would be empty."""
    return Shown([], [], notice(lang, invented), wording.text(key, lang, **values))


def within(name: str, lang: str) -> str:
    """Return a name as it stands inside a sentence: in Vietnamese "Xã Thái Tân" becomes "xã Thái Tân", "GRDP" stays."""
    return name[:1].lower() + name[1:] if lang == "vi" and name[1:2].islower() else name


def notice(lang: str, invented: bool) -> str:
    """Return what stands above everything that rests on invented figures, else ""."""
    return wording.text("page_illustrative", lang) if invented else ""


def said(text: str, lang: str, invented: bool) -> str:
    """Return a sentence as a notebook prints it, below the notice where it rests on invented figures."""
    return "\n".join(part for part in (notice(lang, invented), text) if part)
