"""Take the last file that `add` registered out of the register; the file is kept aside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.errors import InputError
from analysis.intake import reading
from pipelines import lock, register
from pipelines.progress import Lines

if TYPE_CHECKING:
    from analysis.settings import Settings


def run(settings: Settings, lang: str) -> int:
    """Take back the last registration and say where its file is now. Raises InputError when there is none to take back."""
    lines = Lines(lang)
    with lock.held(settings.processed / "run.lock", lambda: lines.say("waiting_for_run")):
        taken = register.take_back(settings.raw, (reading.TEMPLATE, reading.TABLES))
    if taken is None:
        raise InputError("undo_nothing")
    path, now = taken
    lines.say("undo_done", path=path, now=f"data/raw/{now}")
    return 0
