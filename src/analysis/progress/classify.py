"""Which official rule says what of each target: the rule's form follows the kind of target."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.progress import verdict
from analysis.progress.rules import dns, open_sdg

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

RULES = ("dns", "open_sdg")
EACH_YEAR = ("annual_share", "keep_each_year")


def with_classes(rows: pd.DataFrame, levels: Floats) -> pd.DataFrame:
    """Add class and score of each rule ("" where it says nothing), `slope`, the mean of the last five yearly changes,
    `held_before` (the figure before the newest met the target), `worsening` and `failed`.

    `levels`: the yearly figures of each row, oldest first. dns: a growth average in logarithms of its level, targets that
    hold each year and directions by their own form. open_sdg beside it where there is a base value.
    """
    growing, toward = rows["growing"].to_numpy(), rows["toward"].to_numpy(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        scaled = np.where(growing[:, None] & (levels > 0), np.log(levels), np.where(growing[:, None], np.nan, levels))
        years = (rows["deadline"] - rows["base_year"]).to_numpy(float)
        goal = np.where(
            growing,
            np.log(rows["base_value"].to_numpy(float)) + years * np.log1p(rows["value_met"].to_numpy(float) / 100),
            rows["value_met"].to_numpy(float),
        )
    left = np.maximum((rows["deadline"] - rows["last"]).to_numpy(float), 0)
    classes, score = dns.concrete_target(scaled, goal, left, toward)
    kind = rows["kind"]
    met = verdict.meets(rows["level"], rows).to_numpy()
    classes = np.select(
        [kind.isin(EACH_YEAR), kind == "directional"],
        [dns.annual_target(scaled, met, toward), dns.directional(scaled, toward)],
        default=classes,
    )
    score = np.where(kind.isin([*EACH_YEAR, "directional"]), np.nan, score)
    beside, beside_score = _open_sdg(rows)
    return rows.assign(
        dns_class=classes,
        dns_score=score,
        open_sdg_class=beside,
        open_sdg_score=beside_score,
        slope=dns.average_change(levels),
        held_before=(held := _held_before(rows, levels)),
        worsening=_worsening(scaled, toward, kind.isin(EACH_YEAR).to_numpy() | (held & ~met)),
        failed=_failed(rows, levels),
    )


def _held_before(rows: pd.DataFrame, levels: Floats) -> NDArray[np.bool_]:
    """Return whether the figure before the newest one met the target (never of a growth average)."""
    before = pd.Series(dns.last_two(levels)[1], index=rows.index)
    return np.asarray((verdict.meets(before, rows) & ~rows["growing"]).to_numpy(bool))


def _worsening(scaled: Floats, toward: Floats, alone: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return whether the average yearly change goes away from the target.

    Where every year counts for itself, or what was held is held no more (`alone`), one bad year makes an average of five
    changes negative without there being a direction: there the average without the last figure must go the same way.
    """
    wrong, before = (dns.average_change(part) * toward < -dns.EXACT for part in (scaled, scaled[:, :-1]))
    return np.asarray(wrong & (before | ~alone))


def _failed(rows: pd.DataFrame, levels: Floats) -> NDArray[np.bool_]:
    """Return whether a target that holds each year was missed in any year of its period that has a figure."""
    years = rows["last"].to_numpy(float)[:, None] - np.arange(levels.shape[1])[::-1]
    counted = (years > rows["base_year"].to_numpy(float)[:, None]) & (years <= rows["deadline"].to_numpy(float)[:, None])
    failed = np.zeros(len(rows), dtype=bool)
    for column in range(levels.shape[1]):
        value = pd.Series(levels[:, column], index=rows.index)
        failed |= counted[:, column] & value.notna().to_numpy() & ~verdict.meets(value, rows).to_numpy()
    return np.asarray(failed & rows["kind"].isin(EACH_YEAR).to_numpy())


def _open_sdg(rows: pd.DataFrame) -> tuple[NDArray[np.str_], Floats]:
    """Return the class of levels and growth averages against base and target; nothing for the other kinds."""
    years = (rows["deadline"] - rows["base_year"]).to_numpy(float)
    base = rows["base_value"].to_numpy(float)
    growth = base * (1 + rows["value_met"].to_numpy(float) / 100) ** years
    target = np.where(rows["growing"], growth, rows["value_met"].to_numpy(float))
    classes, score = open_sdg.with_target(
        base,
        rows["base_year"].to_numpy(float),
        rows["level"].to_numpy(float),
        np.minimum(rows["last"], rows["deadline"]).to_numpy(float),
        target,
        rows["deadline"].to_numpy(float),
        rows["toward"].to_numpy(float),
    )
    judged = rows["kind"].isin(["growth_average", "level_by", "range", "multiply", "zero_by"]).to_numpy()
    return np.where(judged, classes, ""), np.where(judged, score, np.nan)
