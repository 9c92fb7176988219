"""The reader of workbooks that others made: the tables of each sheet, and what mapping.csv makes of their figures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.intake.sheet import figure, number_text
from analysis.intake.sheet import text as text_of
from analysis.intake.sheet.cells import Note, Row, Sheet
from analysis.intake.split import ENTRY, PLACE, Split, rejections, skips
from analysis.schema.codelist import NOT_APPLICABLE

if TYPE_CHECKING:
    import pandas as pd

AREA, NOTHING = "@area", "@none"
AREA_KIND = re.compile(r"^(?:tinh|thanh pho|tp\.?|huyen|quan|thi xa|xa|phuong|dac khu)\s+|\s*\(.*\)$")
# the unit of a comparison with the same period of the year before, and of growth, is said by what it is
MEASURED = {"index_same_period": "IX_PY100", "growth": "PC_Y", "share": "PC", "of_plan": "PC"}
PER_CENT = "%"
FREQ = {"D": "M"}  # a state on a day is the month's


@dataclass(frozen=True)
class Known:
    """What figures are recognised by: frames of the schema tables of these names."""

    indicator: pd.DataFrame
    unit: pd.DataFrame
    area: pd.DataFrame
    mapping: pd.DataFrame


def known(reference: Mapping[str, pd.DataFrame]) -> Known:
    """Return what figures are recognised by, of the reference tables by name."""
    return Known(*(reference[name] for name in ("indicator", "unit", "area", "mapping")))


def recognise(rows: pd.DataFrame, notes: pd.DataFrame) -> figure.Recognised:
    """Return what the rows of raw.row of one file hold, `notes` of raw.note."""
    said = {
        name: [Note(*one) for one in zip(own["cell"], own["kind"], own["text"], strict=True)]
        for name, own in notes.groupby("sheet", sort=False)
    }
    sheets = [
        Sheet(str(name), [Row(*one) for one in zip(own["row"], own["cells"], own["types"], strict=True)], said.get(name, []))
        for name, own in rows.groupby("sheet", sort=False)
    ]
    return figure.figures(sheets)


def mapped(figures: pd.DataFrame, known: Known, day: pd.Timestamp) -> pd.DataFrame:
    """Return `figures` with indicator, activity, unit_measure, ref_area and area_valid_from ("" where mapping.csv, unit.csv
    or area.csv have none); an area is the one of its name on `day`.
    """
    import pandas as pd

    made = figures.assign(indicator="", activity="", map_area="")
    titles, labels = _folded(made["title"]), _folded(made["label"])
    areas = _areas(known.area, day)
    area_names = {label: AREA_KIND.sub("", one) for label, one in labels.items()}
    for row in known.mapping.itertuples():
        pattern = re.compile("|".join(map(re.escape, row.title.split("|"))))
        titled = made["title"].isin([title for title, one in titles.items() if pattern.search(one)])
        if not titled.any():
            continue
        rows = [
            label
            for label, one in labels.items()
            if (area_names[label] in areas if row.row == AREA else one in row.row.split("|"))
        ]
        named = made["label"].isin(rows)
        column = made["variable"].isin(["" if one == NOTHING else one for one in row.column.split("|")])
        card = known.indicator.loc[known.indicator["indicator"] == row.indicator, "prices"].iloc[0]
        prices = made["prices"].isin([card] if card != NOT_APPLICABLE else [card, ""])
        based = (made["base_per"] == row.base_per) | pd.isna(row.base_per)
        which = titled & based & named & column & prices & (made["measure"] == row.measure) & (made["indicator"] == "")
        made.loc[which, ["indicator", "activity", "map_area"]] = [row.indicator, row.activity, row.ref_area]
    days = dict(areas.values())
    own = made["label"].map({label: areas.get(one, ("", ""))[0] for label, one in area_names.items()})
    area = own.where(own != "", made["map_area"].fillna("")).astype("object")
    area = area.where(area.isin(list(days)), "")
    return made.assign(unit_measure=_units(made, known.unit), ref_area=area, area_valid_from=area.map({**days, "": ""}))


def split(rows: pd.DataFrame, notes: pd.DataFrame, file: Mapping[str, Any], known: Known) -> Split:
    """Return what the rows of one workbook are: a figure's cell is an entry, skipped (a sign of none, not mapped, under no
    heading) or rejected as a question; any other row is skipped once. `file` is its row of the manifest.
    """
    read = recognise(rows, notes)
    return divided(mapped(read.figures, known, day_of(file)), read.unread, str(rows["file"].iloc[0]), file, known)


def day_of(file: Mapping[str, Any]) -> pd.Timestamp:
    """Return the day of a file's figures: of its document, else the one on which it came."""
    import pandas as pd

    return pd.Timestamp(file["received_on"] if pd.isna(file["document_date"]) else file["document_date"])


def divided(figures: pd.DataFrame, unread: pd.DataFrame, path: str, file: Mapping[str, Any], known: Known) -> Split:
    """Return as a split what `recognise` and `mapped` made of the file `path`."""
    import pandas as pd

    made = figures.assign(file=path)
    missing = number_text.is_missing(made["text"])
    faulty = made["fault"] != ""
    unmapped = ~missing & ~faulty & (made["indicator"] == "")
    question = _question(made)
    asked = ~missing & ~faulty & ~unmapped & (question != "")
    good = made[~missing & ~unmapped & ~asked & ~faulty]
    cards = known.indicator.set_index("indicator")
    card = cards.loc[good["indicator"]]
    constant = (card["prices"] == "Q").to_numpy()
    entries = good.assign(
        freq=good["freq"].replace(FREQ),
        obs_value=good["text"],
        prices=card["prices"].to_numpy(),
        base_per=good["base_per"].where(constant & (good["base_per"] != ""), NOT_APPLICABLE),
        concept=card["concept"].to_numpy(),
        vintage=day_of(file).strftime("%Y-%m-%d"),
        vintage_assumed=str(bool(pd.isna(file["document_date"]))).lower(),
        source_id=file["source_id"],
    )
    rule = made["fault"].where(faulty, "question_" + question)
    rejected = made.assign(raw_text=made["text"], rule=rule)[asked | faulty]
    skipped = [
        made[missing].assign(reason="skip_no_value"),
        made[unmapped].assign(reason="skip_not_mapped"),
        unread.assign(file=path),
    ]
    return Split(
        entries[[*PLACE, "number_form", *ENTRY]].reset_index(drop=True),
        skips(pd.concat([one[[*PLACE, "reason"]] for one in skipped])),
        rejections(rejected),
    )


def _question(made: pd.DataFrame) -> pd.Series:
    """Return what a mapped figure lacks: period, unit, label, area; "" for nothing."""
    asked = made["question"].mask((made["question"] == "") & (made["ref_area"] == ""), "area")
    return asked.mask((asked == "") & (made["unit_measure"] == ""), "unit")


def _folded(texts: pd.Series) -> dict[str, str]:
    """Return how each different text is compared: without the ordinal before it."""
    return {one: text_of.NUMBERED.sub("", text_of.folded(one)).rstrip(" :") for one in texts.unique()}


def _areas(area: pd.DataFrame, day: pd.Timestamp) -> dict[str, tuple[str, str]]:
    """Return code and first day of the country and each province of this day by name; a name of two areas is left out."""
    import pandas as pd

    valid = (area["valid_from"] <= day) & (area["valid_to"].isna() | (area["valid_to"] >= day))
    own = area[valid & area["kind"].isin(["country", "province"])]
    names = own["name_vi"].map(lambda text: AREA_KIND.sub("", AREA_KIND.sub("", text_of.folded(text))))
    days = own["valid_from"].dt.strftime("%Y-%m-%d")
    frame = pd.DataFrame({"name": names, "code": own["ref_area"], "day": days}).drop_duplicates("name", keep=False)
    return dict(zip(frame["name"], zip(frame["code"], frame["day"], strict=True), strict=True))


def _units(made: pd.DataFrame, unit: pd.DataFrame) -> pd.Series:
    """Return the code of each unit as read, "" for one that unit.csv does not know."""
    codes = {
        text_of.folded(name): row["unit_measure"]
        for row in unit.fillna({"written": ""}).to_dict("records")
        for name in (row["name_en"], row["name_vi"], *row["written"].split("|"))
        if name
    }
    plain = made["unit"].map({one: codes.get(text_of.folded(one).strip("() "), "") for one in made["unit"].unique()})
    per_cent = made["unit"].str.strip("() ") == PER_CENT
    return plain.mask(per_cent, made["measure"].map(MEASURED).fillna("PC"))
