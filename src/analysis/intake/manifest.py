"""The register of received files: nothing is read that is not in it, and nothing in it may have changed."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.errors import InputError
from analysis.reference import file
from analysis.schema.raw import MANIFEST

if TYPE_CHECKING:
    import pandas as pd


def sha256(path: Path) -> str:
    """Return the hash of a file's bytes."""
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def read(raw: Path) -> pd.DataFrame:
    """Return the manifest of the folder data/raw after comparing it with the files that lie there.

    Raises InputError for a registered file that is missing or altered and for a file that is not registered.
    """
    manifest = file.read(raw / "manifest.csv", MANIFEST)
    for row, entry in enumerate(manifest.itertuples(), start=2):
        path = raw / entry.path
        if not path.is_file():
            raise InputError("raw_missing", file=entry.path, row=row)
        if path.stat().st_size != entry.bytes or sha256(path) != entry.sha256:
            raise InputError("raw_altered", file=entry.path, row=row)
    received = raw / "received"
    present = {path.relative_to(raw).as_posix() for path in received.rglob("*") if path.is_file()}
    for stray in sorted(present - set(manifest["path"])):
        raise InputError("raw_unregistered", file=stray)
    return manifest


def document(manifest: pd.DataFrame) -> pd.Series:
    """Return what each file is a copy of: provider, number and date of its document, its hash where it has no number."""
    whole = manifest["provider"].astype("str") + "|" + manifest["document_no"].astype("str")
    whole = whole + "|" + manifest["document_date"].astype("str")
    numbered = manifest["document_no"].notna() & manifest["document_date"].notna()
    return whole.where(numbered, manifest["sha256"].astype("str"))


def replaced(manifest: pd.DataFrame) -> set[str]:
    """Return the paths of the files of which a newer copy of the same document came: received later, or registered later."""
    ordered = manifest.assign(document=document(manifest)).sort_values("received_on", kind="stable")
    return set(ordered.loc[ordered["document"].duplicated(keep="last"), "path"])
