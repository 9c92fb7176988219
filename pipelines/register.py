"""The register of received files as `add` and `illustrate` write it: a file is kept and entered whole, or not at all."""

from __future__ import annotations

import csv
import io
import re
import shutil
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path

from analysis.errors import InputError
from analysis.intake import manifest as manifest_of
from analysis.reference import file as file_of
from analysis.schema.raw import MANIFEST
from analysis.whole_file import drafted

LONGEST_NAME = 80
INBOX, UNDONE = "inbox", "undone"  # folders of data/raw: what waits to be registered, what was taken back


def enter(raw: Path, row: Mapping[str, object]) -> None:
    """Add a file below `raw` to the manifest, or renew its row; the manifest is replaced whole or not at all."""
    path = raw / "manifest.csv"
    received = raw / str(row["path"])
    full = {**row, "sha256": manifest_of.sha256(received), "bytes": received.stat().st_size}
    cells = {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in full.items()}
    kept = file_of.texts(path, MANIFEST)
    own = [cells.get(name, "") for name in MANIFEST.names]
    places = [at for at, line in enumerate(kept) if line and line[0] == row["path"]]
    if places:
        kept[places[0]] = own
    else:
        kept.append(own)
    replace_csv(path, kept)


def returned_strays(raw: Path) -> list[str]:
    """Move what lies in data/raw/received without an entry in the register, as an `add` that was killed leaves it, into the
    drop folder; return the new paths below `raw`.
    """
    known = set(file_of.read(raw / "manifest.csv", MANIFEST)["path"])
    found = []
    for path in sorted((raw / "received").rglob("*")):
        if path.is_file() and path.relative_to(raw).as_posix() not in known:
            if path.name.endswith(".draft"):
                path.unlink()
            else:
                found.append(into(raw / INBOX, path).relative_to(raw).as_posix())
    return found


def take_back(raw: Path, sources: Sequence[str]) -> tuple[str, str] | None:
    """Take the last entry of one of these sources out of the register and move its file to data/raw/undone; return the
    path it had and the one it has, below `raw`; None where there is no such entry.
    """
    path = raw / "manifest.csv"
    manifest = file_of.read(path, MANIFEST)
    own = manifest.loc[manifest["source_id"].isin(sources), "path"]
    if own.empty:
        return None
    last = str(own.iloc[-1])
    replace_csv(path, [line for line in file_of.texts(path, MANIFEST) if not line or line[0] != last])
    return last, into(raw / UNDONE, raw / last).relative_to(raw).as_posix()


def into(folder: Path, path: Path) -> Path:
    """Move a file into a folder, beside whatever has its name there; return where it is."""
    folder.mkdir(parents=True, exist_ok=True)
    target = free(folder, path.stem, path.suffix)
    shutil.move(path, target)
    return target


def free(folder: Path, stem: str, form: str) -> Path:
    """Return a path in the folder that nobody has."""
    target, number = folder / f"{stem}{form}", 1
    while target.exists():
        number += 1
        target = folder / f"{stem}_{number}{form}"
    return target


def keep(raw: Path, delivered: Path, digest: str, source: str, day: str) -> str:
    """Copy the file into data/raw/received under a name nobody has; return its path below `raw`.

    Raises InputError when it is no longer the file with the hash `digest` that was read.
    """
    folder = raw / "received" / source / day
    folder.mkdir(parents=True, exist_ok=True)
    target = free(folder, ascii_name(delivered.stem), delivered.suffix.lower())
    with drafted(target) as draft:
        shutil.copyfile(delivered, draft)
        if manifest_of.sha256(draft) != digest:
            raise InputError("file_being_written", file=delivered.name)
    return target.relative_to(raw).as_posix()


def replace_csv(path: Path, rows: list[list[str]]) -> None:
    """Write the rows beside `path` and put them in its place."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    with drafted(path) as draft:
        draft.write_text(text.getvalue(), encoding="utf-8", newline="")


def ascii_name(text: str) -> str:
    """Return a text as a file name: no diacritics, lower case, `_` between words."""
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    name = re.sub(r"[^a-z0-9]+", "_", plain.encode("ascii", "ignore").decode().lower())
    return name[:LONGEST_NAME].strip("_") or "bieu_nhap"
