"""What a reader makes of the rows of a file: entries that may become observations, places skipped, places rejected.

Every row of raw.row is in one of the three, a row of a workbook once for each of its cells that may hold a figure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

# What an observation is read from, in the order of the tidy form; all text.
ENTRY = [
    *("indicator", "ref_area", "area_valid_from", "activity", "freq", "time_period", "obs_value", "unit_measure"),
    *("prices", "base_per", "concept", "obs_status", "vintage", "vintage_assumed", "source_id"),
]
PLACE = ["file", "sheet", "row", "cell"]


@dataclass(frozen=True)
class Split:
    """Frames: `entries` (PLACE, number_form "canonical", "percent" or "vi", ENTRY; obs_value as read), `skipped` (PLACE,
    reason), `rejected` (PLACE, raw_text, rule, todo).
    """

    entries: pd.DataFrame
    skipped: pd.DataFrame
    rejected: pd.DataFrame


def skips(frame: pd.DataFrame) -> pd.DataFrame:
    """Return `frame` with the columns of Split.skipped."""
    return frame[[*PLACE, "reason"]].reset_index(drop=True)


def replaced(split: Split) -> Split:
    """Return the split of a file whose document came again: what it held and what was refused of it is skipped."""
    import pandas as pd

    held = [frame[PLACE].assign(reason="skip_newer_copy") for frame in (split.entries, split.rejected)]
    return Split(split.entries.iloc[:0], skips(pd.concat([*held, split.skipped])), split.rejected.iloc[:0])


def rejections(frame: pd.DataFrame) -> pd.DataFrame:
    """Return `frame` with the columns of Split.rejected; what to do is the rule's own text of wording.csv."""
    return frame.assign(todo="todo_" + frame["rule"].astype("str"))[[*PLACE, "raw_text", "rule", "todo"]].reset_index(
        drop=True
    )
