"""Register every file of a folder: the drop folder data/raw/inbox, or one that is watched, so that nobody types a path."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.errors import InputError
from analysis.intake import manifest as manifest_of
from analysis.reference import file as file_of
from analysis.schema.raw import MANIFEST
from pipelines import add, register
from pipelines.progress import Lines

if TYPE_CHECKING:
    from analysis.settings import Settings

POLL_SECONDS = 1.0
UNFINISHED = (".draft", ".tmp", ".part", ".crdownload")  # what programs name a file that they still write
OF_SYSTEM = ("thumbs.db", "desktop.ini")
State = tuple[int, int]  # size and time of the last change


def run(settings: Settings, lang: str, document: add.Document) -> int:
    """Register each file of data/raw/inbox and take it out of there; a refused one stays. Return 2 when one was refused."""
    lines, folder = Lines(lang), settings.raw / register.INBOX
    folder.mkdir(parents=True, exist_ok=True)
    waiting = files(folder)
    if not waiting:
        lines.say("inbox_empty", folder=str(folder))
    taken = [_taken(settings, lines, path, document) for path in waiting]
    for path, good in zip(waiting, taken, strict=True):
        if good:
            path.unlink()
    return 0 if all(taken) else 2


def watch(settings: Settings, lang: str, folder: str, document: add.Document) -> int:
    """Register each file that comes into `folder` once it no longer grows, until Ctrl-C; the files stay where they are.

    Raises InputError where there is no such folder.
    """
    lines, place = Lines(lang), Path(folder)
    if not place.is_dir():
        raise InputError("folder_missing", folder=folder)
    lines.say("inbox_watching", folder=str(place))
    done: dict[Path, State] = {}
    before: dict[Path, State] = {}
    try:
        while True:
            now = {path: _state(path) for path in files(place)}
            for path in [one for one, state in now.items() if before.get(one) == state != done.get(one)]:
                done[path] = now[path]
                if not _known(settings, path):
                    _taken(settings, lines, path, document)
            before = now
            time.sleep(POLL_SECONDS)
    except KeyboardInterrupt:
        lines.say("inbox_ended")
        return 0


def files(folder: Path) -> list[Path]:
    """Return the files of a folder that a person has put there and finished."""
    every = (path for path in folder.iterdir() if path.is_file() and not path.name.startswith((".", "~$")))
    return sorted(path for path in every if path.suffix.lower() not in UNFINISHED and path.name.lower() not in OF_SYSTEM)


def _state(path: Path) -> State:
    try:
        about = path.stat()
    except FileNotFoundError:
        return -1, -1
    return about.st_size, about.st_mtime_ns


def _known(settings: Settings, path: Path) -> bool:
    manifest = file_of.read(settings.raw / "manifest.csv", MANIFEST)
    return path.is_file() and manifest_of.sha256(path) in set(manifest["sha256"])


def _taken(settings: Settings, lines: Lines, path: Path, document: add.Document) -> bool:
    """Register one file; say why where it is refused, and go on. Return whether it is in the register."""
    try:
        return add.run(settings, lines.lang, str(path), document) == 0
    except InputError as error:
        lines.say(error.key, **error.values)
        return False
