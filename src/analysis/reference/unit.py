"""How a unit is printed, from data/raw/reference/unit.csv. Standard library alone, like wording."""

from __future__ import annotations

import csv
import functools

from analysis.reference.wording import LANGUAGES, PATH


@functools.cache
def names() -> dict[str, dict[str, str]]:
    """Return {unit_measure: {"vi": ..., "en": ...}}."""
    with PATH.with_name("unit.csv").open(encoding="utf-8", newline="") as file:
        return {row["unit_measure"]: {lang: row[f"name_{lang}"] for lang in LANGUAGES} for row in csv.DictReader(file)}
