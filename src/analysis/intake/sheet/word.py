"""The words that tell what a sheet's cells are, from data/raw/reference/sheet_word.csv. Standard library alone."""

from __future__ import annotations

import csv
import functools
import re
from pathlib import Path

PATH = Path(__file__).resolve().parents[4] / "data" / "raw" / "reference" / "sheet_word.csv"


@functools.cache
def words() -> dict[str, tuple[str, ...]]:
    """Return the words of each kind, as compared (text.folded), the longest first."""
    found: dict[str, list[str]] = {}
    with PATH.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["kind"], []).append(row["word"])
    return {kind: tuple(sorted(own, key=lambda one: (-len(one), one))) for kind, own in found.items()}


@functools.cache
def pattern(*kinds: str) -> re.Pattern[str]:
    """Return what finds any word of these kinds, whole."""
    own = [re.escape(one) for kind in kinds for one in words()[kind]]
    return re.compile(r"(?<!\w)(?:" + "|".join(sorted(own, key=len, reverse=True)) + r")(?!\w)")
