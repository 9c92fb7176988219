"""The exceptions a user can cause. They carry a wording key; the command line alone turns them into a sentence."""

from __future__ import annotations


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
