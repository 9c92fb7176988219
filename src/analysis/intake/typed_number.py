"""Figures as people type them, read with what stands around them: "78,9 (ước)", "7/8", "(1.250)", "210.500" by "250.000,5".

What one cell leaves open, its row, its column and its sheet may say: their decimal mark, and the size of the row's other
figures. Where they disagree, or none of them speaks, the cell is refused as ambiguous.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from analysis.intake.sheet import number_text, word
from analysis.intake.sheet import text as text_of
from analysis.table_cell import Column, clean, decimal_marks

if TYPE_CHECKING:
    import pandas as pd

MARKED = re.compile(r"(?P<number>.*\d\s*%?)\s*(?:\((?P<bracket>[^()\d]+)\)|(?P<bare>[^\W\d_][^()\d]*))")
LETTERS = {"p": "P", "e": "E"}  # SDMX codes, in brackets
BRACKETS = re.compile(r"\(\s*([\d.,\s]*\d)\s*\)")
COUNT = re.compile(r"(\d+)\s*/\s*(\d+)")
SIZE = 10.0  # a reading within this factor of the row's other figures is of their size
NAMES = ("value", "fault", "as_decimal", "as_thousands", "number", "status", "reason")


def read(entries: pd.DataFrame) -> pd.DataFrame:
    """Return what the cells typed as text say, on their index: `value`, `fault`, `as_decimal`, `as_thousands` as
    number_text.parse; `number` the text of the figure alone; `status` (codelist obs_status) that the cell itself says, ""
    for none; `reason` why it is read so, "" where it needs none (wording repair_REASON, several joined by +).

    `entries`: file, sheet, row, cell, text, number_form, and lower and upper of the card. Cells that are numbers already
    (number_form canonical) are read as what stands around; those shown as a percentage (percent) are told as such.
    """
    import pandas as pd

    typed = entries["number_form"] == "vi"
    shown = _shown(entries[entries["number_form"] == "percent"])
    if not typed.any():
        return shown
    texts = entries["text"].fillna("").astype("str")
    own = texts[typed]
    parts = pd.DataFrame([_parted(one) for one in own.tolist()], columns=["number", "status", "reason"], index=own.index)
    made = number_text.parse(entries[typed].assign(text=parts["number"])).join(parts)
    ranged = made["as_decimal"].notna() & made["fault"].isna()
    made["reason"] = made["reason"].where(~ranged, "plausible_range")
    every = pd.to_numeric(texts.where(~typed), errors="coerce").fillna(made["value"].reindex(entries.index))
    place = entries[["file", "sheet", "row"]].assign(column=entries["cell"].str.rstrip("0123456789"), value=every)
    made = _decided(made, place, _marks(parts["number"]).reindex(entries.index).fillna(""))
    made = _counted(made, place)[[*NAMES]]
    return pd.concat([made, shown]) if len(shown) else made


def repairs(entries: pd.DataFrame, read: pd.DataFrame) -> pd.DataFrame:
    """Return the entries read otherwise than they stand, with before, after, reason; `read` is what the function made."""
    import pandas as pd

    which = (read["reason"].fillna("") != "") & read["fault"].isna()
    own = read[which]
    after = [f"{value:.15g} {status}".strip() for value, status in zip(own["value"], own["status"], strict=True)]
    left = entries.loc[own.index]
    shown = left["number_form"] == "percent"
    before = left["text"].where(~shown, (pd.to_numeric(left["text"].where(shown)) / 100).map("{:.15g}".format))
    return left.assign(before=before, after=after, reason=own["reason"])


def _shown(entries: pd.DataFrame) -> pd.DataFrame:
    """Return as `read` the cells whose number the spreadsheet shows as a percentage."""
    import pandas as pd

    made = pd.DataFrame(columns=[*NAMES], index=entries.index)
    return made.assign(
        value=pd.to_numeric(entries["text"]), number=entries["text"], status="", reason="percent_format", fault=None
    )


def _parted(text: str) -> tuple[str, str, str]:
    """Return the figure of a text alone, the status that stands beside it, and what was taken off."""
    whole = clean(text)
    found = MARKED.fullmatch(whole)
    if found:
        mark = text_of.folded(found["bracket"] or found["bare"]).strip(" .")
        status = next((one for one in "EPA" if mark in word.words()[f"status_{one}"]), "")
        status = status or (LETTERS.get(mark, "") if found["bracket"] else "")
        if status:
            return found["number"].strip(), status, "status_in_cell"
    negative = BRACKETS.fullmatch(whole)
    return ("-" + negative[1], "", "brackets_negative") if negative else (text, "", "")


def _marks(numbers: pd.Series) -> pd.Series:
    """Return the decimal mark that each text leaves no doubt of, "" for none."""
    told = {text: decimal_marks(Column([text], ["s"], "number")) for text in numbers.unique()}
    return numbers.map({text: next(iter(marks), "") for text, marks in told.items()})


def _decided(made: pd.DataFrame, place: pd.DataFrame, marks: pd.Series) -> pd.DataFrame:
    """Return `made` with the ambiguous cells decided by the marks around them and by the size of their row's figures."""
    import numpy as np

    open_ = made["fault"] == "number_ambiguous"
    if not open_.any():
        return made
    own = place.loc[made.index[open_]]
    mark = _around(own, place.assign(mark=marks))
    separator = made.loc[open_, "number"].str.extract(r"([.,])")[0]
    by_mark = np.where(mark == "", "", np.where(separator == mark, "decimal", "thousands"))
    size = place.groupby(["file", "sheet", "row"])["value"].median()
    middle = size.reindex(list(zip(own["file"], own["sheet"], own["row"], strict=True))).abs().to_numpy()
    fits = {
        name: (made.loc[open_, f"as_{name}"].abs() >= middle / SIZE) & (made.loc[open_, f"as_{name}"].abs() <= middle * SIZE)
        for name in ("decimal", "thousands")
    }
    one = fits["decimal"] != fits["thousands"]
    by_size = np.where(one, np.where(fits["decimal"], "decimal", "thousands"), "")
    agreed = np.where(by_mark == "", by_size, np.where((by_size == "") | (by_size == by_mark), by_mark, ""))
    both = (by_mark != "") & (by_size != "")
    reason = np.where(both, "mark_around+size_of_row", np.where(by_mark != "", "mark_around", "size_of_row"))
    changed = made.loc[open_].assign(reason=made.loc[open_, "reason"].where(agreed == "", reason))
    readings = np.where(agreed == "decimal", changed["as_decimal"], changed["as_thousands"])
    changed["value"] = np.where(agreed == "", np.nan, readings)
    changed["fault"] = changed["fault"].where(agreed == "", None)
    whole = changed["number"].str.replace(r"[.,]", "", regex=True)
    changed["number"] = changed["number"].where(agreed != "thousands", whole)
    return made.where(~open_, changed)


def _around(own: pd.DataFrame, place: pd.DataFrame) -> pd.Series:
    """Return the one decimal mark of each cell's row, else of its column, else of its sheet; "" for none or two."""
    import pandas as pd

    told = place[place["mark"] != ""]
    found = pd.Series("", index=own.index)
    for keys in (["file", "sheet", "row"], ["file", "sheet", "column"], ["file", "sheet"]):
        marks = told.groupby(keys)["mark"].agg(lambda one: "".join(sorted(set(one))))
        here = marks.reindex(pd.MultiIndex.from_frame(own[keys]) if len(keys) > 1 else own[keys[0]]).fillna("").to_numpy()
        found = found.where(found != "", pd.Series(here, index=own.index))
    return found.where(found.str.len() == 1, "")


def _counted(made: pd.DataFrame, place: pd.DataFrame) -> pd.DataFrame:
    """Return `made` with "7/8" read as 7 where the same column has the whole, 8."""
    import pandas as pd

    parts = made["number"].str.extract(rf"^\s*{COUNT.pattern}\s*$")
    own = place.loc[made.index].assign(part=pd.to_numeric(parts[0]), whole=pd.to_numeric(parts[1]))
    columns = ["file", "sheet", "column"]
    known = place.dropna(subset=["value"])[[*columns, "value"]].drop_duplicates().assign(known=True)
    joined = own.merge(known, how="left", left_on=[*columns, "whole"], right_on=[*columns, "value"], suffixes=("", "_known"))
    counted = pd.Series(joined["known"].notna().to_numpy(), index=made.index) & (own["part"] <= own["whole"])
    return made.assign(
        value=made["value"].where(~counted, own["part"]),
        fault=made["fault"].where(~counted, None),
        number=made["number"].where(~counted, parts[0]),
        reason=made["reason"].where(~counted, "count_of_total"),
    )
