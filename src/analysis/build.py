"""Which table is rebuilt, and why: a table is made again only when something it is made from has changed.

out.build keeps, for every table, the name and hash of each of its inputs and the hash of its rows. A table made again
whose rows come out the same keeps its run_id, so what rests on it alone is kept too.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from analysis import store
from analysis.schema.out import BUILD

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Build:
    """The database under work and the run that works on it."""

    database: Path
    run_id: str


@dataclass(frozen=True)
class Change:
    """Tables whose rows changed, tables kept, and the names of the inputs that changed."""

    changed: tuple[str, ...]
    kept: tuple[str, ...]
    causes: tuple[str, ...]


def contents(build: Build, tables: Sequence[str]) -> dict[str, str]:
    """Return {table: content hash} of tables already built."""
    known = store.read("SELECT table_name, content FROM out.build", path=build.database).set_index("table_name")
    return {table: str(known.loc[table, "content"]) for table in tables}


def refresh(
    build: Build, tables: Sequence[str], inputs: Mapping[str, str], make: Callable[[], Mapping[str, pd.DataFrame]]
) -> Change:
    """Make `tables` again with `make` unless every input has the hash it had the last time."""
    import pandas as pd

    records = store.read_table(BUILD.name, build.database).set_index("table_name")
    wanted = json.dumps(dict(sorted(inputs.items())))
    stale = [table for table in tables if table not in records.index or records.loc[table, "inputs"] != wanted]
    if not stale:
        return Change((), tuple(tables), ())
    causes: set[str] = set()
    for table in stale:
        before = json.loads(str(records.loc[table, "inputs"])) if table in records.index else {}
        causes |= {name for name in {*before, *inputs} if before.get(name) != inputs.get(name)}
    hashes = store.replace(build.database, make())
    same = [t for t in tables if t in records.index and records.loc[t, "content"] == hashes[t]]
    for table in tables:
        run_id = str(records.loc[table, "run_id"]) if table in same else build.run_id
        records.loc[table, ["run_id", "inputs", "content"]] = [run_id, wanted, hashes[table]]
    store.replace(build.database, {BUILD.name: pd.DataFrame(records.reset_index())})
    changed = tuple(table for table in tables if table not in same)
    return Change(changed, tuple(same), tuple(sorted(causes)))
