"""The `export` command: every observation as one tidy table, with its data dictionary."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from analysis import observation, publication, store
from analysis.reference import wording
from analysis.schema.codelist import CODELISTS
from analysis.schema.core import OBSERVATION
from analysis.whole_file import drafted
from pipelines.progress import Lines

if TYPE_CHECKING:
    from analysis.settings import Settings

EXTRA = {
    "stands": "whether it is the figure used on the day of knowledge",
    "source_title": "title of the page it was read at",
    "source_url": "whole address of the page",
    "notice": "says so where the figure is invented",
}


def run(settings: Settings, lang: str, form: str, out: str | None) -> int:
    """Write observation.csv or .parquet, data_dictionary.csv and indicator.csv into `out`; return the exit code.

    The figures are those of the published database; without one, a sentence says so and the code is 2.
    """
    lines = Lines(lang)
    if not publication.database_run(settings):
        lines.say("no_database")
        return 2
    folder = Path(out) if out else settings.processed / "export"
    folder.mkdir(parents=True, exist_ok=True)
    table, cards = observations(settings), store.read_table("core.indicator", settings.published)
    if form == "parquet":
        with drafted(folder / "observation.parquet") as draft:
            table.to_parquet(draft, index=False)
    else:
        _write(table, folder / "observation.csv")
    _write(dictionary(), folder / "data_dictionary.csv")
    _write(cards, folder / "indicator.csv")
    shown = folder.relative_to(settings.root) if folder.is_relative_to(settings.root) else folder
    lines.say("exported", rows=len(table), folder=shown.as_posix())
    return 0


def observations(settings: Settings) -> pd.DataFrame:
    """Return core.observation with EXTRA, in the order of its key; no invented figure of an area that has real ones."""
    source = store.read_table("core.source", settings.published)
    run = store.read("SELECT json_extract_string(parameters, '$.as_of') AS as_of FROM out.run", path=settings.published)
    day = str(run["as_of"].iloc[0])
    table = observation.without_ended(store.read_table(OBSERVATION.name, settings.published), day)
    standing = set(observation.as_of(table, source, day)["obs_id"])
    pages = source.set_index("source_id")
    notice = wording.text("page_illustrative", "vi") + " / " + wording.text("page_illustrative", "en")
    return table.assign(
        stands=table["obs_id"].isin(standing),
        source_title=table["source_id"].map(pages["title"]),
        source_url=table["source_id"].map(pages["url"]),
        notice=table["illustrative"].map({True: notice, False: ""}),
    )


def dictionary() -> pd.DataFrame:
    """Return one row a column of the exported table: name, type, about, the codes it may hold."""
    rows = [(c.name, c.type, c.about, " ".join(CODELISTS[c.codes]) if c.codes else "") for c in OBSERVATION.columns]
    rows += [(name, "bool" if name == "stands" else "text", about, "") for name, about in EXTRA.items()]
    return pd.DataFrame(rows, columns=["column", "type", "about", "codes"])


def _write(frame: pd.DataFrame, path: Path) -> None:
    with drafted(path) as draft:
        frame.to_csv(draft, index=False, encoding="utf-8-sig", lineterminator="\n")
