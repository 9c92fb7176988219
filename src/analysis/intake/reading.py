"""What one received file becomes, before anything is stored: its figures, its observations, what was refused, repaired,
counted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.intake import harmonise, typed_number
from analysis.intake.form import returned
from analysis.intake.reader import choice, tables
from analysis.intake.sheet import figure
from analysis.intake.split import Split
from analysis.schema.raw import MANIFEST
from analysis.whole_file import drafted

if TYPE_CHECKING:
    import pandas as pd

TEMPLATE, TABLES = "commune_workbook", "received_tables"  # the sources of workbooks by their form
STATUS = "E"  # of a column whose status was left empty: the least certain
FIGURE = (
    *("sheet", "row", "cell", "title", "group", "label", "heading", "measure", "text", "obs_value", "unit", "freq"),
    *("time_period", "prices", "base_per", "obs_status", "indicator", "activity", "ref_area", "area_valid_from"),
    *("unit_measure", "question"),
)
ACCOUNT = ("sheet", "rows", "rows_in", "loaded", "rejected", "skipped", "not_mapped")


@dataclass(frozen=True)
class Reading:
    """Frames: `figure` (FIGURE), every figure read, whether it became an observation or not; `repair` (figure.REPAIR);
    `account` (ACCOUNT), a row a sheet; `note` (raw.note), what a person sees beside the values; `observation` and
    `rejected` as core.* has them.
    """

    figure: pd.DataFrame
    repair: pd.DataFrame
    account: pd.DataFrame
    note: pd.DataFrame
    observation: pd.DataFrame
    rejected: pd.DataFrame


def read(received: choice.Received, reference: Mapping[str, pd.DataFrame], file: Mapping[str, Any] | None) -> Reading:
    """Return what a file becomes that the register has, or would have, as `file` (columns of raw.manifest).

    Without `file` its figures are taken to be of the last day of the last period among them. Raises RuntimeError where rows
    and what became of them do not add up.
    """
    import pandas as pd

    known, path = tables.known(reference), str(received.rows["file"].iloc[0])
    if choice.form_of(received.rows) != "tables":
        own = _entry(path, TEMPLATE, file)
        part = choice.of_file(received.rows, received.notes, own.iloc[0], known)
        result = _harmonised(part, reference, own)
        notes = received.notes[~received.notes["sheet"].map(returned.is_known).astype(bool)]
        return _of(result, received.rows, notes, result.observation, result.repair)
    found = tables.recognise(received.rows, received.notes)
    own = _entry(path, TABLES, file or {"received_on": _last_day(found.figures)})
    figures = tables.mapped(found.figures, known, tables.day_of(own.iloc[0]))
    part = tables.divided(figures, found.unread, path, own.iloc[0], known)
    result = _harmonised(choice.accounted(received.rows, part), reference, own)
    figures, repair = _joined(figures.assign(file=path), result.observation)
    return _of(result, received.rows, received.notes, figures, pd.concat([found.repairs, repair]))


def write(folder: Path, made: Reading) -> None:
    """Write observation.csv, rejected.csv, repair.csv and account.csv into `folder`."""
    frames = {"observation": made.figure, "rejected": made.rejected, "repair": made.repair, "account": made.account}
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in frames.items():
        with drafted(folder / f"{name}.csv") as draft:
            frame.to_csv(draft, index=False, encoding="utf-8", lineterminator="\n")


def _of(
    result: harmonise.Harmonised, rows: pd.DataFrame, notes: pd.DataFrame, figures: pd.DataFrame, repair: pd.DataFrame
) -> Reading:
    return Reading(
        figures.reindex(columns=[*FIGURE]),
        repair[[*figure.REPAIR]],
        _account(rows, result),
        notes,
        result.observation,
        result.rejected,
    )


def _harmonised(part: Split, reference: Mapping[str, pd.DataFrame], file: pd.DataFrame) -> harmonise.Harmonised:
    """Return what the entries become as delivered: a correction is of what is in the register."""
    frames = {name: reference[name] for name in ("indicator", "unit", "area", "source")}
    correction = reference["correction"].iloc[:0]
    return harmonise.observations([part], harmonise.Reference(**frames, correction=correction, manifest=file))


def _entry(path: str, source_id: str, file: Mapping[str, Any] | None) -> pd.DataFrame:
    """Return the file's row of the manifest, with what `file` says of it."""
    import pandas as pd

    row = dict.fromkeys(MANIFEST.names) | {"sha256": "", "source_id": source_id, "obs_status": STATUS, "illustrative": True}
    made = pd.DataFrame([row | dict(file or {}) | {"path": path}], columns=list(MANIFEST.names))
    return made.assign(**{name: pd.to_datetime(made[name]) for name in ("document_date", "received_on")})


def _last_day(figures: pd.DataFrame) -> dt.date:
    """Return the last day of the last period of the figures, 1900-01-31 where there is none."""
    texts = [text for text in figures["time_period"].unique() if text]
    ends = [(int(text[:4]), int(text[6:]) * 3 if "Q" in text else int(text[5:] or 12)) for text in texts]
    year, month = max(ends, default=(1900, 1))
    return dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)


def _joined(figures: pd.DataFrame, loaded: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return every figure as read, with its number in core.observation where it became one, and what was repaired."""
    import pandas as pd

    entries = figures.assign(lower=None, upper=None)
    read = typed_number.read(entries).reindex(entries.index)
    value = pd.to_numeric(figures["text"].where(figures["number_form"] != "vi"), errors="coerce").fillna(
        read["value"].astype("float64")
    )
    keys = ["sheet", "cell"]
    observed = loaded.set_index(keys)["obs_value"]
    taken = pd.Series(observed.reindex(pd.MultiIndex.from_frame(figures[keys])).to_numpy(), index=figures.index)
    indicator = figures["indicator"].where(taken.notna(), "")
    said = read["status"].fillna("")
    status = figures["obs_status"].where(said == "", said)
    made = figures.assign(obs_value=taken.fillna(value), indicator=indicator, obs_status=status)
    return made, typed_number.repairs(entries, read)


def _account(rows: pd.DataFrame, result: harmonise.Harmonised) -> pd.DataFrame:
    """Return for each sheet its rows in the file and what became of their places."""
    import pandas as pd

    physical = rows.groupby("sheet", sort=False).size().rename("rows")
    own = result.row_account.set_index("sheet")[["rows_in", "loaded", "rejected", "skipped"]]
    skipped = result.row_skipped
    unmapped = skipped[skipped["reason"] == "skip_not_mapped"].groupby("sheet").size().rename("not_mapped")
    made = pd.concat([physical, own, unmapped], axis=1).fillna(0).astype("int64").rename_axis("sheet").reset_index()
    made["skipped"] -= made["not_mapped"]
    if (made["rows_in"] != made[["loaded", "rejected", "skipped", "not_mapped"]].sum(axis=1)).any():
        raise RuntimeError("rows_in = loaded + rejected + skipped + not_mapped does not hold")
    return made[[*ACCOUNT]]
