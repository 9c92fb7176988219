"""How the plans of other places came out, in words: beside what is expected of ours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from analysis.progress import plan_outcome
from analysis.reference import wording
from analysis.report.words import number

if TYPE_CHECKING:
    import pandas as pd

Text = tuple[str, dict[str, Any]]  # a key of wording.csv and its values
FORMS = {"plans": "count", "low": "share:0", "high": "share:0", "of": "count", "least": "count", "most": "count"}


def keyed(found: Mapping[str, Mapping[str, float]], show: Callable[[str, str, str], object]) -> list[Text]:
    """Return the text (key of wording.csv) of each kind of plan in plan_outcome.beside with its values.

    `show(kind, name, form)` gives each value.
    """
    return [
        (f"outcome_{kind}" if "of" in one else f"outcome_{kind}_alone", {n: show(kind, n, FORMS[n]) for n in one})
        for kind, one in found.items()
    ]


def said(outcomes: pd.DataFrame, counts: dict[str, int], lang: str) -> str:
    """Return the texts and the warning that belongs to them; "" where too few plans are known.

    `outcomes`: core.plan_outcome; `counts`: the number of our own targets by kind of plan.
    """
    found = plan_outcome.beside(outcomes, counts)
    texts = keyed(found, lambda kind, name, form: number.show(found[kind][name], form, lang))
    parts = [wording.text(key, lang, **values) for key, values in texts]
    return " ".join([*parts, wording.text("outcome_warning", lang)]) if parts else ""
