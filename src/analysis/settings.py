"""Where things are, and the choices of one run. Frozen; nothing is read at import."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DATABASE_VARIABLE = "PLAN_PROGRESS_DATABASE"


@dataclass(frozen=True)
class Settings:
    """Paths below `root` and the choices of one run; `as_of` empty means the plan's own."""

    root: Path = ROOT
    as_of: str = ""
    lang: str = "vi"

    @property
    def raw(self) -> Path:
        """What the pipeline reads."""
        return self.root / "data" / "raw"

    @property
    def reference(self) -> Path:
        """Definition cards, areas, sources, wording."""
        return self.raw / "reference"

    @property
    def processed(self) -> Path:
        """What can be rebuilt."""
        return self.root / "data" / "processed"

    @property
    def reports(self) -> Path:
        """The published pages."""
        return self.root / "reports"

    @property
    def published(self) -> Path:
        """The database everybody reads."""
        return self.processed / "analysis.duckdb"

    @property
    def complete(self) -> Path:
        """A finished database that waits to take the published one's place."""
        return self.processed / "analysis.next.duckdb"

    @property
    def building(self) -> Path:
        """The database of the run under way; worthless once that run has died."""
        return self.processed / "analysis.building.duckdb"


def database() -> Path:
    """Return the database a notebook reads: the published one, or the one its run is building."""
    return Path(os.environ.get(DATABASE_VARIABLE) or Settings().published)
