"""What the reader has in hand: the published database and page, and how a new pair takes their place.

Order: the run's folder is written whole, then the database is replaced, then index.html last. Killed at any point, the
last good page and database stay; the next run finishes what is missing.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from analysis import store
from analysis.settings import Settings

TO_SEND = "gui-di"
RUN_ID = re.compile(r'<meta name="run-id" content="([0-9a-f]{12})">')


def adopt(settings: Settings) -> None:
    """Put a finished database that once could not be put in place there now; drop what dead runs left."""
    if settings.complete.exists():
        store.publish(settings.complete, settings.published)
    clear(settings)


def clear(settings: Settings) -> None:
    """Remove what was begun and is not published: the building database and every draft of a page."""
    store.discard(settings.building)
    for draft in settings.reports.glob(".*.draft"):
        shutil.rmtree(draft) if draft.is_dir() else draft.unlink()


def page_run(settings: Settings) -> str:
    """Return the run_id of the published page, "" when there is none or its folder is missing."""
    index = settings.reports / "index.html"
    if not index.is_file():
        return ""
    found = RUN_ID.search(index.read_text(encoding="utf-8"))
    return found[1] if found and (settings.reports / found[1]).is_dir() else ""


def database_run(settings: Settings) -> str:
    """Return the run_id of the published database, "" when there is none or it cannot be used."""
    if not settings.published.exists() or not store.is_sound(settings.published):
        return ""
    runs = store.read("SELECT run_id FROM out.run", path=settings.published)
    return str(runs["run_id"].iloc[0]) if len(runs) else ""


def draft_folder(settings: Settings, run_id: str) -> Path:
    """Return an empty folder in which the run's pages are written before they are shown."""
    folder = settings.reports / f".{run_id}.draft"
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    return folder


def publish(settings: Settings, run_id: str, draft: Path, page: str, with_database: bool = True) -> None:
    """Put the finished folder `draft`, the building database, the sheets to send and index.html (`page`) in their places.

    All that needs room on the disk is written first; what follows are renames, index.html's the last. Raises SetupError as
    `store.publish` says.
    """
    to_send, index = settings.reports / f".{TO_SEND}.draft", settings.reports / ".index.html.draft"
    shutil.copytree(draft / TO_SEND, to_send)
    index.write_text(page, encoding="utf-8", newline="\n")
    _place_folder(settings, run_id, draft)
    if with_database:
        publish_database(settings)
    _place_to_send(settings, to_send)
    index.replace(settings.reports / "index.html")
    for folder in settings.reports.iterdir():
        if folder.is_dir() and re.fullmatch(r"[0-9a-f]{12}", folder.name) and folder.name != run_id:
            shutil.rmtree(folder, ignore_errors=True)


def publish_database(settings: Settings) -> None:
    """Replace the published database by the building one. Raises SetupError as `store.publish` says."""
    settings.building.replace(settings.complete)
    store.publish(settings.complete, settings.published)


def _place_folder(settings: Settings, run_id: str, draft: Path) -> None:
    """Put the finished folder under its run_id, in place of one that stands there."""
    folder = settings.reports / run_id
    aside = settings.reports / f".{run_id}.old.draft"
    if folder.exists():
        folder.rename(aside)
    draft.rename(folder)
    shutil.rmtree(aside, ignore_errors=True)


def _place_to_send(settings: Settings, made: Path) -> None:
    """Move the sheets of `made` into the folder of what is sent on, each in the place of the one before."""
    target = settings.reports / TO_SEND
    target.mkdir(exist_ok=True)
    names = {sheet.name for sheet in made.iterdir()}
    for name in names:
        (made / name).replace(target / name)
    made.rmdir()
    for stale in target.iterdir():
        if stale.name not in names:
            stale.unlink()
