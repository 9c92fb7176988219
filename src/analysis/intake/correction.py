"""Known errors and traps of the sources, declared in reference/correction.csv and applied with a guard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

ALWAYS = ["indicator", "ref_area", "area_valid_from", "freq", "time_period"]
WHERE_GIVEN = ["source_id", "activity"]


def apply(observed: pd.DataFrame, corrections: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the observations as corrected and those dropped.

    `observed`: core.observation with the figure as read (`as_read`, in the unit of the source); `corrections`: the table
    correction. "break" marks the first period that is not comparable with the one before; "as_cumulative" says that a
    quarter printed alone runs from January; "override" and "scale" change the figure; "drop" leaves it out. Raises
    InputError when a source that is loaded no longer has the figure a correction expects.
    """
    import pandas as pd

    corrected, dropped = observed.copy(), pd.Series(False, index=observed.index)
    for row, one in enumerate(corrections.to_dict("records"), start=2):
        here = _matches(observed, one)
        _guard(observed, here, one, row)
        if one["action"] == "drop":
            dropped |= here
        elif one["action"] == "break":
            corrected.loc[here, "break_flag"] = True
        elif one["action"] == "override":
            corrected.loc[here, "obs_value"] = one["value"]
        elif one["action"] == "scale":
            corrected.loc[here, "obs_value"] *= one["value"]
        else:
            year, quarter = observed["time_period"].str[:4], observed["time_period"].str[-1].where(here, "1")
            month = (quarter.astype("int64") * 3).astype("str").str.zfill(2)
            corrected.loc[here, "freq"] = "YTD"
            corrected.loc[here, "time_period"] = (year + "-" + month)[here]
    return corrected[~dropped].reset_index(drop=True), observed[dropped]


def _matches(observed: pd.DataFrame, one: dict[str, object]) -> pd.Series:
    import pandas as pd

    here = pd.Series(True, index=observed.index)
    for name in [*ALWAYS, *(name for name in WHERE_GIVEN if not pd.isna(one[name]))]:
        here &= observed[name] == one[name]
    return here


def _guard(observed: pd.DataFrame, here: pd.Series, one: dict[str, object], row: int) -> None:
    import pandas as pd

    where = {"file": "correction.csv", "row": row, "id": one["correction_id"]}
    if not here.any() and (observed["source_id"] == one["source_id"]).any():
        raise InputError("correction_idle", **where)
    if not pd.isna(one["expected"]):
        for text in observed.loc[here & (observed["as_read"] != one["expected"]), "as_read"]:
            raise InputError("correction_stale", **where, expected=one["expected"], text=text)
