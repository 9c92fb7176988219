"""The expectations of expectation.toml, a suite a table. The only importer of great_expectations."""

from __future__ import annotations

import contextlib
import logging
import os
import tomllib
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.schema.database import TABLES
from analysis.schema.out import CHECK_RESULT
from analysis.schema.table import conform
from analysis.startup import skip_iri_grammar

if TYPE_CHECKING:
    import pandas as pd

PATH = Path(__file__).with_name("expectation.toml")


def expectations() -> list[dict[str, Any]]:
    """Return the expectations as written in expectation.toml."""
    with PATH.open("rb") as file:
        return list(tomllib.load(file)["expectation"])


def run(frames: Mapping[str, pd.DataFrame], declared: list[dict[str, Any]] | None = None) -> pd.DataFrame:
    """Return out.check_result, a row an expectation; an offending row is named by its key, an observation by its obs_id.

    `frames`: the tables by name; `declared`: the expectations, by default all. Raises RuntimeError when the library itself
    fails: a crash must never look like bad data.
    """
    import pandas as pd

    declared = expectations() if declared is None else declared
    rows = []
    for expectation, outcome in zip(declared, _validate(frames, declared), strict=True):
        _raise_on_crash(outcome)
        offending = [str(index["row_id"]) for index in outcome["result"].get("unexpected_index_list") or []]
        start = (expectation["id"], expectation["table"], expectation["severity"])
        rows.append((*start, outcome["success"], len(offending), offending))
    return conform(pd.DataFrame(rows, columns=CHECK_RESULT.names), CHECK_RESULT)


def warm() -> None:
    """Import the library before it is needed: that takes seconds."""
    skip_iri_grammar()
    import great_expectations  # noqa: F401


def row_ids(frame: pd.DataFrame, table: str) -> pd.Series:
    """Return how each row is named: the obs_id of an observation, else its key with "|" between."""
    if "obs_id" in frame:
        return frame["obs_id"]
    return frame[list(TABLES[table].key)].astype("str").agg("|".join, axis=1)


def _validate(frames: Mapping[str, pd.DataFrame], declared: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the library's result of each expectation, in order."""
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")  # nothing phones home
    skip_iri_grammar()
    import great_expectations as gx

    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    source = context.data_sources.add_pandas("frames")
    batches = {}
    for table in sorted({expectation["table"] for expectation in declared}):
        frame = frames[table].assign(row_id=row_ids(frames[table], table))
        definition = source.add_dataframe_asset(table).add_batch_definition_whole_dataframe("all")
        batches[table] = definition.get_batch({"dataframe": frame.set_index("row_id", drop=False)})
    results = []
    for expectation in declared:
        made = getattr(gx.expectations, expectation["type"])(**expectation["arguments"])
        form = {"result_format": "COMPLETE", "unexpected_index_column_names": ["row_id"]}
        with warnings.catch_warnings(), contextlib.redirect_stderr(None):
            warnings.simplefilter("ignore")
            results.append(batches[expectation["table"]].validate(made, result_format=form).to_json_dict())
    return results


def _raise_on_crash(outcome: dict[str, Any]) -> None:
    """Raise when the expectation could not be computed; the library reports it flat or keyed by metric."""
    info = outcome.get("exception_info") or {}
    for part in [info, *[value for value in info.values() if isinstance(value, dict)]]:
        if part.get("raised_exception"):
            raise RuntimeError(part.get("exception_message"))
