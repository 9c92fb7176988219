"""Project any table of yearly series: FILE.csv in, one row a series and step out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from analysis import table_file
from analysis.errors import InputError
from analysis.whole_file import drafted
from pipelines.progress import Lines

if TYPE_CHECKING:
    import pandas as pd

    from analysis.projection.series_table import Table
    from analysis.settings import Settings

NEEDED = ("series", "t", "value")
KINDS = {"t": "year", "value": "number", "limit": "number"}
OPTIONAL = ("kind", "panel")
TARGET_KINDS = {"t": "year", "target": "number"}
NEEDED_TARGETS = ("series", "t", "target", "comparator")
LONGEST = 50
SHOWN = 10


def run(settings: Settings, lang: str, file: str, horizon: int, out: str | None = None, targets: str | None = None) -> int:
    """Write the projection of every series of `file`, `horizon` years on, to `out`, else print it; return the exit code.

    With `targets` the columns target, comparator, probability and target_state join the row of their series and year (a
    further target on the same year, or one beyond the horizon, has a row of its own). Every row says in `state` and `reason`
    why it has no figures, or what was done to have them. Raises InputError for a file that is no such table.
    """
    from analysis.projection import forecast, series_table

    lines = Lines(lang)
    if not 1 <= horizon <= LONGEST:
        raise InputError("forecast_horizon", longest=LONGEST)
    if out and not Path(out).absolute().parent.is_dir():
        raise InputError("forecast_folder_missing", file=out)
    table = series_table.read(_read(lines, file, KINDS, NEEDED))
    rows = forecast.forecast(table, horizon)
    if targets:
        rows = _joined(rows, forecast.probabilities(table, _read(lines, targets, TARGET_KINDS, NEEDED_TARGETS)))
    rows["reason"] = _reasons(rows, table, lines)
    counts = rows.drop_duplicates("series")["state"].value_counts()
    if out:
        with drafted(Path(out)) as draft:
            rows.to_csv(draft, index=False, encoding="utf-8", lineterminator="\n")
        lines.say("forecast_done", series=len(table.name), file=out)
    else:
        print(rows.to_csv(index=False, lineterminator="\n"), end="")
        lines.say("forecast_shown", series=len(table.name))
    for state, number in counts.items():
        lines.say("forecast_count", number=number, reason=lines.text(f"forecast_state_{state}"))
    return 0


def _reasons(rows: pd.DataFrame, table: Table, lines: Lines) -> list[str]:
    """Return for each row why its series has no figures, or all that was noticed of it, in words."""
    from analysis.projection import series_table

    notes = dict(zip(table.name.tolist(), series_table.notes(table), strict=True))
    said = []
    for name, state in zip(rows["series"], rows["state"], strict=True):
        own = [] if state in series_table.SILENT else notes.get(name, [])
        words = [] if own and state in series_table.TOLD_BY_NOTES else [lines.text(f"forecast_state_{state}")]
        numbers = [(key, {one: f"{value:g}" for one, value in values.items()}) for key, values in own]
        said.append("; ".join([*words, *(lines.text(f"forecast_note_{key}", **values) for key, values in numbers)]))
    return said


def _joined(rows: pd.DataFrame, asked: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with their targets; a target without a row gets one that holds nothing else."""
    import pandas as pd

    years = pd.to_numeric(asked["t"], errors="coerce")
    asked = asked.assign(t=years.where(years % 1 == 0).astype("Int64"))
    kept = asked[["series", "t", "target", "comparator", "probability", "target_state"]]
    both = rows.merge(kept, on=["series", "t"], how="outer", sort=False)
    known = rows.drop_duplicates("series").set_index("series")
    order = both["series"].map({name: place for place, name in enumerate(known.index)}).fillna(len(known))
    both = both.assign(order=order).sort_values(["order", "t"], kind="stable").drop(columns="order")
    state = both["series"].map(known["state"]).fillna("unknown_series")
    both = both.assign(kind=both["series"].map(known["kind"]), state=both["state"].fillna(state))
    return both.astype({"step": "Int64"}).reset_index(drop=True)


def _read(lines: Lines, file: str, kinds: Mapping[str, str], needed: tuple[str, ...]) -> pd.DataFrame:
    """Return a table as text with at least the columns `needed`; say what was recognised, and which cells say nothing.

    Raises InputError for anything else.
    """
    import pandas as pd

    path = Path(file)
    found = table_file.read(path, kinds, [*needed, *OPTIONAL])
    table_file.need(found, path, needed)
    if not found.rows:
        raise InputError("table_empty", file=path.name)
    lines.recognised(found, path.name)
    lines.refused([(one.row, lines.text(one.key, column=one.column, text=one.text)) for one in found.faults])
    return pd.DataFrame([cells for _, cells in found.rows], columns=found.names, dtype=str)
