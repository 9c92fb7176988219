"""A Ctrl-C is remembered: where it comes inside a finaliser or in a library, Python or the library may swallow it."""

from __future__ import annotations

import signal
import sys
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

_HEARD: list[int] = []


def listen() -> None:
    """From now on remember every Ctrl-C, before it is raised as ever."""
    _HEARD.clear()
    signal.signal(signal.SIGINT, _hear)
    sys.unraisablehook = _lost


def _hear(number: int, frame: FrameType | None) -> None:
    _HEARD.append(number)
    signal.default_int_handler(number, frame)


def _lost(found: UnraisableHookArgs) -> None:
    if not issubclass(found.exc_type, KeyboardInterrupt):  # that one is answered by `check`
        sys.__unraisablehook__(found)


def heard() -> bool:
    """Return whether there was a Ctrl-C."""
    return bool(_HEARD)


def check() -> None:
    """Raise KeyboardInterrupt when there was a Ctrl-C that got lost."""
    if _HEARD:
        raise KeyboardInterrupt
