"""A file that is written whole or not at all. Standard library alone."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def drafted(path: Path) -> Iterator[Path]:
    """Yield a draft beside `path`: it takes the place of `path` where the block ends well and is gone where it does not."""
    draft = path.with_name(f".{path.name}.draft")
    try:
        yield draft
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
