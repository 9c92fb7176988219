"""What a run reads, as hashes: two runs that read the same have the same run_id."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from analysis.intake.manifest import sha256
from analysis.settings import Settings

CODE = (("src", "*.py"), ("src", "*.sql"), ("src", "*.toml"), ("src", "*.csv"), ("pipelines", "*.py"))
PAGES = (("src", "*.html"), ("src", "*.css"), ("src", "*.js"), ("notebooks", "*.ipynb"))


@dataclass(frozen=True)
class Fingerprint:
    """Hashes of the code, the page templates and notebooks, the libraries, and each data file by its path below data/raw."""

    code: str
    pages: str
    lock: str
    files: dict[str, str]
    parameters: str

    @property
    def run_id(self) -> str:
        """12 hex of everything together."""
        texts = [
            self.code,
            self.pages,
            self.lock,
            self.parameters,
            *(f"{k}={v}" for k, v in sorted(self.files.items())),
        ]
        return hashlib.sha256("\n".join(texts).encode("utf-8")).hexdigest()[:12]


def take(settings: Settings, received: dict[str, str]) -> Fingerprint:
    """Return the fingerprint of the project as it stands. `received`: path and hash of the manifest's files."""
    raw = settings.raw
    data = [raw / "manifest.csv", *(raw / "reference").rglob("*"), *(raw / "plan").rglob("*")]
    kept = {path.relative_to(raw).as_posix(): sha256(path) for path in data if path.is_file()}
    return Fingerprint(
        code=_tree(settings.root, CODE),
        pages=_tree(settings.root, PAGES),
        lock=sha256(settings.root / "requirements.lock"),
        files={**kept, **received},
        parameters=f"as_of={settings.as_of} lang={settings.lang}",
    )


def _tree(root: Path, patterns: Iterable[tuple[str, str]]) -> str:
    paths = sorted(path for folder, pattern in patterns for path in (root / folder).rglob(pattern))
    parts = [
        f"{path.relative_to(root).as_posix()}={sha256(path)}" for path in paths if ".ipynb_checkpoints" not in path.parts
    ]
    return hashlib.sha256("\n".join(parts).encode("utf-8")).hexdigest()
