"""Every text a user reads, Vietnamese and English, from data/raw/reference/wording.csv. Standard library alone: the
door (`pipelines/__main__.py`) needs it before any library is there."""

from __future__ import annotations

import csv
import functools
from pathlib import Path

PATH = Path(__file__).resolve().parents[3] / "data" / "raw" / "reference" / "wording.csv"
LANGUAGES = ("vi", "en")


@functools.cache
def texts() -> dict[str, dict[str, str]]:
    """Return {key: {"vi": ..., "en": ...}}."""
    with PATH.open(encoding="utf-8", newline="") as file:
        return {row["key"]: {lang: row[lang] for lang in LANGUAGES} for row in csv.DictReader(file)}


def text(key: str, lang: str, **values: object) -> str:
    """Return the text `key` in `lang` with its {placeholders} filled. Raises KeyError for an unknown key or value."""
    return texts()[key][lang].format(**values)
