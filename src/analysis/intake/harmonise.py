"""From entries as read to observations; every place is accounted for as loaded, rejected or skipped."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.intake import correction, manifest, typed_number
from analysis.intake.sheet import figure
from analysis.intake.split import ENTRY, PLACE, Split, rejections
from analysis.schema.codelist import CODELISTS, NOT_APPLICABLE
from analysis.schema.core import OBSERVATION, REJECTED
from analysis.schema.out import ROW_ACCOUNT, ROW_SKIPPED
from analysis.schema.table import conform

if TYPE_CHECKING:
    import pandas as pd

PERIOD_OF_FREQ = {
    "A": r"\d{4}",
    "Q": r"\d{4}-Q[1-4]",
    "M": r"\d{4}-(0[1-9]|1[0-2])",
    "YTD": r"\d{4}-(0[1-9]|1[0-2])",
}
NUMBER = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"
ISO_DATE = r"\d{4}-\d{2}-\d{2}"
MAY_BE_EMPTY = ("obs_value", "obs_status")
CODED = ("activity", "freq", "prices", "concept", "obs_status")


@dataclass(frozen=True)
class Harmonised:
    """The tables core.observation, core.rejected, out.row_account, out.row_skipped; and `repair` (REPAIR): the cells that
    were read otherwise than they stand, and why (wording repair_REASON).
    """

    observation: pd.DataFrame
    rejected: pd.DataFrame
    row_account: pd.DataFrame
    row_skipped: pd.DataFrame
    repair: pd.DataFrame


@dataclass(frozen=True)
class Reference:
    """What an entry must agree with: frames of the schema tables of these names."""

    indicator: pd.DataFrame
    unit: pd.DataFrame
    area: pd.DataFrame
    source: pd.DataFrame
    correction: pd.DataFrame
    manifest: pd.DataFrame


REPAIR = ("file", *figure.REPAIR)


def observations(splits: Sequence[Split], reference: Reference) -> Harmonised:
    """Return what the entries become.

    An entry without a figure is skipped; it is rejected when a cell is not of its type or codelist, when indicator, area,
    unit or source is unknown or does not agree with the definition card, when the area did not exist, or when its key
    stands twice. A missing value is never a zero. Raises InputError as correction.apply does.
    """
    import pandas as pd

    entries = pd.concat([split.entries for split in splits], ignore_index=True)
    entries = entries.assign(**{name: entries[name].fillna("").astype("str").str.strip() for name in ENTRY})
    known = _joined(entries, reference)
    known, repair = _typed(known)
    faults = _faults(known)
    bad = faults["rule"].notna()
    empty = ~bad & known["value"].isna()
    good = _observed(known[~bad & ~empty], reference)
    good, dropped = correction.apply(good, reference.correction)
    repeated = good.duplicated(list(OBSERVATION.key))
    alike = good.duplicated([*OBSERVATION.key, "as_read", "obs_status"])
    same = repeated & alike & ~good.duplicated([*OBSERVATION.key, "file"])  # in one file it is a slip
    rejected = [
        rejections(_at_fault(entries[bad], faults[bad])),
        rejections(good[repeated & ~same].assign(raw_text=None, rule="key_repeated")[[*PLACE, "raw_text", "rule"]]),
        *(split.rejected for split in splits),
    ]
    skipped = [
        entries[empty].assign(reason="skip_no_value")[[*PLACE, "reason"]],
        dropped.assign(reason="skip_corrected")[[*PLACE, "reason"]],
        good[same].assign(reason="skip_same_figure")[[*PLACE, "reason"]],
        *(split.skipped for split in splits),
    ]
    return _tables(splits, good[~repeated], pd.concat(rejected), pd.concat(skipped), repair)


def _joined(entries: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """Add what the reference tables say of each entry: its card, its unit and the card's, its area's last day, its file's
    entry in the manifest.
    """
    import pandas as pd

    cards = reference.indicator[["indicator", "unit_measure", "concept", "prices", "lower", "upper"]]
    units = reference.unit[["unit_measure", "quantity", "factor", "shift"]]
    cards = cards.merge(units, on="unit_measure").rename(columns=lambda name: f"card_{name}")
    area = reference.area[["ref_area", "valid_from", "valid_to"]].assign(area_known=True)
    area["valid_to"] = area["valid_to"].fillna(pd.Timestamp("9999-12-31"))
    files = reference.manifest[["path", "obs_status", "illustrative"]].assign(document=manifest.document(reference.manifest))
    files = files.rename(columns=lambda name: f"file_{name}")
    joined = entries.assign(
        valid_from=pd.to_datetime(entries["area_valid_from"], format="%Y-%m-%d", errors="coerce").astype("datetime64[s]"),
        day=pd.to_datetime(entries["vintage"], format="%Y-%m-%d", errors="coerce").astype("datetime64[s]"),
        source_known=entries["source_id"].isin(reference.source["source_id"]),
    )
    joined = joined.merge(cards, how="left", left_on="indicator", right_on="card_indicator")
    per_cent = reference.unit["name_vi"].str.startswith("%")
    joined = joined.merge(units.assign(per_cent=per_cent), how="left", on="unit_measure")
    joined = joined.merge(area, how="left", on=["ref_area", "valid_from"])
    joined = joined.merge(files, how="left", left_on="file", right_on="file_path")
    canonical = joined["obs_value"].where(joined["number_form"] != "vi")
    number = canonical.str.fullmatch(NUMBER).fillna(False).astype(bool)
    return joined.assign(value=pd.to_numeric(canonical.where(number), errors="coerce").astype("float64"), is_number=number)


def _typed(known: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the entries with `value` of figures typed as text, the status that their cells say, and `typed_fault`; and what
    was read otherwise than it stands.
    """
    typed = known["number_form"] == "vi"
    texts = known.assign(text=known["obs_value"], lower=known["card_lower"], upper=known["card_upper"])
    parsed = typed_number.read(texts).reindex(known.index)
    said = parsed["status"].fillna("")
    made = known.assign(
        value=known["value"].where(~typed, parsed["value"]),
        obs_value=known["obs_value"].where(~typed | parsed["number"].isna(), parsed["number"]),
        obs_status=known["obs_status"].where(said == "", said),
        typed_fault=parsed["fault"],
    )
    return made, typed_number.repairs(texts, parsed)[[*REPAIR]].reset_index(drop=True)


def _faults(known: pd.DataFrame) -> pd.DataFrame:
    """Return the first fault of each entry: `column` and `rule`, missing where there is none."""
    import numpy as np
    import pandas as pd

    typed = known["number_form"] == "vi"
    period = pd.Series(False, index=known.index)
    for freq, pattern in PERIOD_OF_FREQ.items():
        period |= (known["freq"] == freq) & known["time_period"].str.fullmatch(pattern)
    filled = known["obs_value"] != ""
    unreadable = filled & ~typed & (~known["is_number"] | ~np.isfinite(known["value"].fillna(0)))
    begins = pd.to_datetime(known["time_period"].str.slice(0, 4) + "-01-01", errors="coerce")
    tests: list[tuple[str, str, pd.Series]] = [
        *((name, "cell_wrong", known[name] == "") for name in ENTRY if name not in MAY_BE_EMPTY),
        *((name, "cell_wrong", (known[name] != "") & ~known[name].isin(CODELISTS[name])) for name in CODED),
        *((name, "cell_wrong", ~known[name].str.fullmatch(ISO_DATE)) for name in ("area_valid_from", "vintage")),
        *(("area_valid_from", "cell_wrong", known["valid_from"].isna()), ("vintage", "cell_wrong", known["day"].isna())),
        ("vintage_assumed", "cell_wrong", ~known["vintage_assumed"].isin(["true", "false"])),
        ("obs_value", "cell_wrong", unreadable),
        ("obs_value", "number_is_percent", (known["number_form"] == "percent") & (known["per_cent"] == False)),  # noqa: E712
        ("time_period", "period_wrong", ~period),
        ("indicator", "indicator_unknown", known["card_indicator"].isna()),
        *((name, "not_as_card", known[name] != known[f"card_{name}"]) for name in ("concept", "prices")),
        ("unit_measure", "quantity_wrong", known["quantity"].isna() | (known["quantity"] != known["card_quantity"])),
        ("ref_area", "area_unknown", known["area_known"].isna()),
        ("vintage", "area_not_valid", (known["valid_from"] > known["day"]) | (begins > known["valid_to"])),
        ("source_id", "source_unknown", ~known["source_known"]),
    ]
    faults = pd.DataFrame({"column": None, "rule": None}, index=known.index, dtype="object")
    for column, rule, wrong in tests:
        first = wrong & faults["rule"].isna()
        faults.loc[first, ["column", "rule"]] = [column, rule]
    late = typed & faults["rule"].isna() & known["typed_fault"].notna()
    faults.loc[late, "column"] = "obs_value"
    faults.loc[late, "rule"] = known["typed_fault"][late]
    return faults


def _at_fault(entries: pd.DataFrame, faults: pd.DataFrame) -> pd.DataFrame:
    """Return the address and text of each fault: of a CSV the cell itself, of a workbook the cell of the figure."""
    import numpy as np

    number = faults["column"].map({name: str(position) for position, name in enumerate(ENTRY, start=1)})
    in_csv = entries["sheet"] == NOT_APPLICABLE
    text = [entries.loc[row, column] for row, column in faults["column"].items()]
    return entries.assign(
        cell=np.where(in_csv, entries["row"].astype("str") + ":" + number.astype("str"), entries["cell"]),
        raw_text=text,
        rule=faults["rule"],
    )[[*PLACE, "raw_text", "rule"]]


def _observed(known: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """Return core.observation, with PLACE and the figure as read (`as_read`), repeated keys still in it."""
    decimals = known["obs_value"].str.extract(r"[.,](\d+)%?$")[0].str.len().fillna(0)
    typed_whole = (known["number_form"] == "vi") & (known["value"] % 1 == 0)  # the separator parted thousands
    decimals = decimals.where(~typed_whole, 0)
    frame = known.assign(
        as_read=known["value"],
        obs_value=_converted(known),
        last_digit=10.0**-decimals * known["factor"] / known["card_factor"],
        unit_measure=known["card_unit_measure"],
        area_valid_from=known["valid_from"],
        vintage=known["day"],
        vintage_assumed=known["vintage_assumed"] == "true",
        obs_status=known["obs_status"].where(known["obs_status"] != "", known["file_obs_status"]),
        illustrative=known["file_illustrative"].astype(bool),
        break_flag=False,
        back_cast=known["time_period"].str.slice(0, 4).astype("int64") < known["valid_from"].dt.year,
    )
    parts = ["file_document", "sheet", "cell", *OBSERVATION.key]
    texts = frame[parts].astype("str").agg("|".join, axis=1) if len(frame) else frame["cell"]
    texts = texts + "|" + frame["as_read"].map(repr).astype("str")
    frame["obs_id"] = [hashlib.sha256(text.encode("utf-8")).hexdigest()[:12] for text in texts]
    return frame[[*OBSERVATION.names, "row", "as_read"]].reset_index(drop=True)


def _converted(known: pd.DataFrame) -> pd.Series:
    """Return the figure in the card's unit; untouched where it is the card's already, so that no digit changes."""
    same = known["unit_measure"] == known["card_unit_measure"]
    base = known["value"] * known["factor"] + known["shift"]
    return known["value"].where(same, (base - known["card_shift"]) / known["card_factor"])


def _tables(
    splits: Sequence[Split], good: pd.DataFrame, rejected: pd.DataFrame, skipped: pd.DataFrame, repair: pd.DataFrame
) -> Harmonised:
    import pandas as pd

    place = ["file", "sheet"]
    places = [frame[place] for split in splits for frame in (split.entries, split.skipped, split.rejected)]
    account = pd.concat(places).groupby(place).size().rename("rows_in").reset_index()
    for name, table in (("loaded", good), ("rejected", rejected), ("skipped", skipped)):
        count = table.groupby(place).size().rename(name).reset_index()
        account = account.merge(count, on=place, how="left").fillna({name: 0})
    return Harmonised(
        conform(good[OBSERVATION.names], OBSERVATION),
        conform(rejected[REJECTED.names], REJECTED),
        conform(account, ROW_ACCOUNT),
        conform(skipped[ROW_SKIPPED.names], ROW_SKIPPED),
        repair,
    )
