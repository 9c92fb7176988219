"""Makes slow imports quicker."""

from __future__ import annotations

import sys


def skip_iri_grammar() -> None:
    """Let jsonschema start without `rfc3987_syntax`, as it does where that package is not installed.

    Importing it builds a grammar for over a second, in every process that uses great-expectations, altair or papermill,
    to check a format (IRI) that none of our schemas has.
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # None makes the import fail, as wanted
