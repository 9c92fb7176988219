"""The archive that an .xlsx is: its worksheets, what a file in it refers to, and its XML (ISO/IEC 29500-1, 29500-2).

Standard library alone: the child process of `cells` needs nothing more.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Callable
from typing import IO
from xml.parsers import expat

RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
Attributes = dict[str, str]


def sheets(book: zipfile.ZipFile) -> dict[str, str]:
    """Return the file of each worksheet in the workbook's archive, by sheet name."""
    names = set(book.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return {}
    keys: dict[str, str] = {}

    def sheet(tag: str, about: Attributes) -> None:
        if tag == "sheet":
            keys[about.get("name", "")] = about.get(f"{RELATION} id", "")

    with book.open("xl/workbook.xml") as file:
        parse(file, sheet)
    targets = relations(book, "xl/workbook.xml")
    places = {name: targets.get(key, "") for name, key in keys.items()}
    return {name: place for name, place in places.items() if place in names}


def relations(book: zipfile.ZipFile, member: str) -> dict[str, str]:
    """Return the files that a file of the archive refers to, by their key; {} where it refers to none."""
    folder, _, name = member.rpartition("/")
    listed = f"{folder}/_rels/{name}.rels"
    found: dict[str, str] = {}

    def relation(tag: str, about: Attributes) -> None:
        target = about.get("Target", "")
        if tag == "Relationship" and about.get("TargetMode") != "External":
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
            found[about.get("Id", "")] = path

    if listed in book.namelist():
        with book.open(listed) as file:
            parse(file, relation)
    return found


def parse(
    file: IO[bytes],
    begun: Callable[[str, Attributes], None],
    text: Callable[[str], None] | None = None,
    ended: Callable[[str], None] | None = None,
) -> None:
    """Read XML, tags by their own names whatever their prefix."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = lambda tag, about: begun(tag.rpartition(" ")[2], about)
    if text is not None:
        parser.CharacterDataHandler = text
    if ended is not None:
        parser.EndElementHandler = lambda tag: ended(tag.rpartition(" ")[2])
    parser.ParseFile(file)
