"""The `judge` command: an official rule over any table of series, and how far it agrees with verdicts already published."""

from __future__ import annotations

import csv
import gzip
import io
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from analysis import table_cell, table_file
from analysis.errors import InputError, is_disk_full
from analysis.progress.rules import judge as judge_of
from analysis.table_file import TableFile
from analysis.whole_file import drafted
from pipelines.progress import Lines

if TYPE_CHECKING:
    from analysis.progress.rules.judge import Judged
    from analysis.settings import Settings

KINDS = {
    **dict.fromkeys(("target", "limit", "binary_target", "cagr_required"), "number"),
    **dict.fromkeys(("base_year", "target_year"), "year"),
}
NAMES = ("history", "direction", "method", "target_kind", "cagr_limits", "cr_limits")
FIGURE = re.compile(r":\s*([^|]*)")  # of a history, behind its year
BY_ROW, BY_INDICATOR = "published_status", "published_indicator_status"  # columns with a verdict already published
NOT_COMPARABLE = frozenset({"", "not_available"})
TAKEN = "judged_"  # before the name of a new column that the table has already


def run(settings: Settings, lang: str, file: str, rule: str, out: str) -> int:
    """Write the table with the new columns to `out`, print how many rows were judged, and the agreement; return 0.

    `file` is a CSV (also .gz). New columns: `class`, those of the rule, `reason`. Raises InputError for a file that is no
    such table or lacks a needed column.
    """
    lines = Lines(lang)
    found = read(Path(file))
    header, body = found.names, [cells for _, cells in found.rows]
    table_file.need(found, Path(file), judge_of.NEEDED[rule])
    rows = [dict(zip(header, cells, strict=False)) for cells in body]
    judged = judge_of.judge(rows, rule)
    reasons = {place: lines.text(why.key, **why.values) for place, why in judged.reasons.items()}
    odd = list(found.odd)
    reasons |= {place: lines.text("judge_row", cells=found.odd[place], columns=len(header)) for place in odd}
    judged.classes[odd] = ""
    columns: dict[str, Sequence[str]] = {"class": judged.classes.tolist()}
    columns |= {name: _texts(values) for name, values in judged.more.items()}
    columns["reason"] = [reasons.get(place, "") for place in range(len(body))]
    _write(Path(out), header, body, columns)
    broken = {place for place, why in judged.reasons.items() if "column" in why.values} | set(odd)
    _say_read(lines, found, {place: reasons[place] for place in broken}, Path(file).name)
    lines.say("judge_done", rows=len(body), judged=int((judged.classes != "").sum()), rule=rule, file=Path(out).name)
    for name, right, of in agreement(rows, judged):
        share, shown = f"{100 * right / of:.2f}", name or lines.text("judge_all")
        lines.say("judge_agrees", name=shown, right=right, rows=of, share=share)
    return 0


def read(path: Path) -> TableFile:
    """Return the table of a file of any dialect, gzipped or not, its figures with a decimal point.

    Raises InputError as `table_file.read`, and for a history in which two readings fit a figure.
    """
    found = table_file.read(path, KINDS, NAMES, ragged=True)
    if "history" not in found.names:
        return found
    place = found.names.index("history")
    if not any("," in cells[place] for _, cells in found.rows):
        return found
    figures = [text for _, cells in found.rows for text in FIGURE.findall(cells[place])]
    marks = table_cell.decimal_marks(table_cell.Column(figures, "s" * len(figures), "number"))
    mark = next(iter(marks)) if len(marks) == 1 else ""
    rows = [(line, [*cells]) for line, cells in found.rows]
    for line, cells in rows:
        cells[place] = _history(cells[place], mark, path, line)
    return replace(found, rows=rows, said=found.said | {"decimal": mark or "mixed"})


def _history(text: str, mark: str, path: Path, line: int) -> str:
    return FIGURE.sub(lambda match: ":" + _figure(match[1], mark, path, line), text)


def _figure(text: str, mark: str, path: Path, line: int) -> str:
    """Return a figure of a history with a decimal point; what is none stays as it is, for its row to say."""
    try:
        return table_cell.number(text, mark)
    except table_cell.Ambiguous as error:
        about = {"row": line, "column": "history", "text": text, **error.readings}
        raise InputError("table_ambiguous_number", file=path.name, **about) from None
    except ValueError:
        return text


def _say_read(lines: Lines, found: TableFile, reasons: Mapping[int, str], name: str) -> None:
    """Print what was recognised of a file that is not in the project's own form, and the first rows with a reason."""
    lines.recognised(found, name)
    lines.refused([(found.rows[place][0], reasons[place]) for place in sorted(reasons)])


def agreement(rows: Sequence[dict[str, str]], judged: Judged) -> Iterator[tuple[str, int, int]]:
    """Yield (name, verdicts alike, verdicts compared): for a table with the column published_status each method and then all
    of it (""), for one with published_indicator_status its indicators; nothing for any other table.
    """
    if not rows:
        return
    if BY_ROW in rows[0]:
        published = np.array([row.get(BY_ROW, "").strip() for row in rows])
        method = np.array([row.get("method", "").strip() for row in rows])
        compared, right = ~np.isin(published, list(NOT_COMPARABLE)), published == judged.classes
        for name in sorted(set(method[compared].tolist()) - {""}) + [""]:
            which = compared & ((method == name) | (name == ""))
            if which.any():
                yield name, int(right[which].sum()), int(which.sum())
    elif BY_INDICATOR in rows[0] and "indicator_class" in judged.more:
        words = np.asarray(judged.more["indicator_class"])
        said = {row["indicator"]: (row[BY_INDICATOR].strip(), word) for row, word in zip(rows, words.tolist(), strict=True)}
        pairs = [pair for pair in said.values() if pair[0] not in NOT_COMPARABLE]
        if pairs:
            yield "", sum(theirs == ours for theirs, ours in pairs), len(pairs)


def _texts(values: np.ndarray[tuple[int], np.dtype[np.generic]]) -> list[str]:
    """Return the values of a column; a number in the shortest form that reads back the same, none as an empty cell."""
    if values.dtype.kind != "f":
        return [str(value) for value in values.tolist()]
    return [repr(value) if math.isfinite(value) else "" for value in values.tolist()]


def _write(path: Path, header: list[str], body: Sequence[list[str]], columns: dict[str, Sequence[str]]) -> None:
    """Write header, rows and the new columns, whole or not at all; .gz is compressed. Raises InputError where it cannot."""
    names = [TAKEN + name if name in header else name for name in columns]
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*header, *names])
    for cells, *new in zip(body, *columns.values(), strict=True):
        full = [*cells, *[""] * (len(header) - len(cells))][: len(header)]
        writer.writerow([*full, *new])
    data = text.getvalue().encode("utf-8")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with drafted(path) as draft:
            draft.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)
    except OSError as error:
        if is_disk_full(error):
            raise
        raise InputError("judge_cannot_write", file=path.name) from None
