"""The exceptions a user can cause. They carry a wording key; the command line alone turns them into a sentence."""

from __future__ import annotations

import errno

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
FULL_WORDS = ("no space left on device", "not enough space on the disk", "disk quota exceeded", "file too large")
FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}


class ProjectError(Exception):
    """A sentence of wording.csv (`key`) with its values; subclasses say how the program ends."""

    exit_code = 2

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(f"{key}: {values}")
        self.key = key
        self.values = values


class InputError(ProjectError):
    """What was received (a file, a row, a table of the plan, a parameter) cannot be used as it is."""


class CheckError(ProjectError):
    """A critical check found offending rows; nothing is projected."""


class SetupError(ProjectError):
    """The machine lacks something the program needs (a library, a free file)."""


def is_disk_full(error: BaseException) -> bool:
    """Whether this error, or one it came from, says that nothing more could be written.

    Libraries that write by themselves (DuckDB, typst, a notebook's child) hand on the system's words alone.
    """
    return any(
        (isinstance(one, OSError) and one.errno in FULL) or any(word in str(one).lower() for word in FULL_WORDS)
        for one in _chain(error)
    )


def forbidden_file(error: BaseException) -> str | None:
    """Return the file or folder that may not be written, where that is what the error says."""
    found = (one for one in _chain(error) if isinstance(one, OSError) and one.errno in FORBIDDEN)
    return next((str(one.filename or "") for one in found), None)


def _chain(error: BaseException) -> list[BaseException]:
    chain: list[BaseException] = []
    link: BaseException | None = error
    while link is not None and link not in chain:
        chain.append(link)
        link = link.__cause__ or link.__context__
    return chain
