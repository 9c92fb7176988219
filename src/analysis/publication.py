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


def publish_database(settings: Settings) -> None:
    """Replace the published database by the building one. Raises SetupError as `store.publish` says."""
    settings.building.replace(settings.complete)
    store.publish(settings.complete, settings.published)


def place_folder(settings: Settings, run_id: str, draft: Path) -> None:
    """Put the finished folder under its run_id, in place of one that stands there."""
    folder = settings.reports / run_id
    aside = settings.reports / f".{run_id}.old.draft"
    if folder.exists():
        folder.rename(aside)
    draft.rename(folder)
    shutil.rmtree(aside, ignore_errors=True)


def place_to_send(settings: Settings, run_id: str) -> None:
    """Put the run's sheets into the folder of what is sent on, each in the place of the one before."""
    target = settings.reports / TO_SEND
    target.mkdir(exist_ok=True)
    sheets = sorted((settings.reports / run_id / TO_SEND).iterdir())
    for sheet in sheets:
        draft = settings.reports / f".{sheet.name}.draft"
        shutil.copyfile(sheet, draft)
        draft.replace(target / sheet.name)
    for stale in target.iterdir():
        if stale.name not in {sheet.name for sheet in sheets}:
            stale.unlink()


def publish_page(settings: Settings, run_id: str, page: str) -> None:
    """Replace index.html, last of all; then remove the folders of earlier runs."""
    draft = settings.reports / ".index.html.draft"
    draft.write_text(page, encoding="utf-8", newline="\n")
    draft.replace(settings.reports / "index.html")
    for folder in settings.reports.iterdir():
        if folder.is_dir() and re.fullmatch(r"[0-9a-f]{12}", folder.name) and folder.name != run_id:
            shutil.rmtree(folder, ignore_errors=True)
