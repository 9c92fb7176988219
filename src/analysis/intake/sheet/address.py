"""Columns as spreadsheets name them: 0 is A, 26 is AA."""

from __future__ import annotations


def column(letters: str) -> int:
    """Return the number of a column from its name."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def letters(column: int) -> str:
    """Return the name of a column from its number."""
    name = ""
    while column >= 0:
        column, letter = divmod(column, 26)
        name, column = chr(ord("A") + letter) + name, column - 1
    return name
