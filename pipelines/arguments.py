"""The command line: sub-commands, options and their help in both languages. Standard library alone."""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NoReturn

from analysis.reference import wording

COMMANDS = (
    *("run", "test", "load", "validate", "project", "report"),
    *("read", "add", "undo", "template", "illustrate", "export", "judge", "forecast", "backtest", "lab", "benchmark"),
)
RULES = ("open_sdg", "unsd", "dns", "aarr")
DATED = ("run", "load", "validate", "project")


@dataclass(frozen=True)
class Options:
    """One call, parsed. `as_of` is None for the plans' own day; `rest` goes to pytest."""

    command: str
    lang: str = "vi"
    as_of: str | None = None
    port: int = 0
    no_browser: bool = False
    area: str = ""
    plan: str = ""
    file: str = ""
    received_on: str | None = None
    watch: str | None = None
    provider: str | None = None
    document_no: str | None = None
    document_date: str | None = None
    status: str | None = None
    form: str = "csv"
    csv: str | None = None
    rule: str = ""
    out: str | None = None
    horizon: int = 0
    targets: str | None = None
    data: str | None = None
    refit: bool = False
    method: bool = False
    rest: list[str] = field(default_factory=list)


def _both(key: str) -> str:
    texts = (wording.text(key, lang).replace("%", "%%") for lang in wording.LANGUAGES)
    return " / ".join(texts)


class _Parser(argparse.ArgumentParser):
    """Answers a wrong call with one sentence in each language and exit code 2."""

    def error(self, message: str) -> NoReturn:
        for lang in wording.LANGUAGES:
            print(wording.text("usage_wrong", lang, message=message), file=sys.stderr)
        raise SystemExit(2)


def day(text: str) -> str:
    """Return a day written as YYYY-MM-DD. Raises ValueError for anything else."""
    return dt.date.fromisoformat(text).isoformat()


def parser() -> argparse.ArgumentParser:
    """Return the parser of every sub-command."""
    whole = _Parser(prog="python3 -m pipelines", description=_both("help_program"), add_help=False)
    whole.add_argument("-h", "--help", action="help", help=_both("help_help"))
    commands = whole.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)
    for name in COMMANDS:
        one = commands.add_parser(name, help=_both(f"help_{name}"), description=_both(f"help_{name}"), add_help=False)
        one.add_argument("-h", "--help", action="help", help=_both("help_help"))
        one.add_argument("--lang", choices=wording.LANGUAGES, default="vi", help=_both("help_lang"))
        if name in DATED:
            one.add_argument("--as-of", type=day, metavar="YYYY-MM-DD", help=_both("help_as_of"))
        _own_options(one, name)
    return whole


def _own_options(one: argparse.ArgumentParser, name: str) -> None:
    """Add the options that only this sub-command has."""
    if name == "lab":
        one.add_argument("--port", type=int, default=8888, help=_both("help_port"))
        one.add_argument("--no-browser", action="store_true", help=_both("help_no_browser"))
    if name == "template":
        one.add_argument("--area", required=True, metavar="CODE", help=_both("help_area"))
        one.add_argument("--plan", required=True, metavar="ID", help=_both("help_plan"))
    if name == "read":
        one.add_argument("file", metavar="FILE", help=_both("help_read_file"))
        one.add_argument("--csv", metavar="DIR", help=_both("help_csv"))
    if name == "add":
        one.add_argument("file", metavar="FILE", nargs="?", default="", help=_both("help_file"))
        one.add_argument("--watch", metavar="DIR", help=_both("help_watch"))
        one.add_argument("--provider", metavar="NAME", help=_both("help_provider"))
        one.add_argument("--document-no", metavar="NO", help=_both("help_document_no"))
        one.add_argument("--document-date", type=day, metavar="YYYY-MM-DD", help=_both("help_document_date"))
        one.add_argument("--status", choices=("A", "P", "E"), help=_both("help_status"))
        one.add_argument("--received-on", type=day, metavar="YYYY-MM-DD", help=_both("help_received_on"))
    if name == "export":
        one.add_argument("--format", dest="form", choices=("csv", "parquet"), default="csv", help=_both("help_format"))
    if name == "judge":
        one.add_argument("file", metavar="FILE", help=_both("help_series_file"))
        one.add_argument("--rule", required=True, choices=RULES, help=_both("help_rule"))
        one.add_argument("--out", required=True, metavar="PATH", help=_both("help_out"))
    if name == "forecast":
        one.add_argument("file", metavar="FILE", help=_both("help_forecast_file"))
        one.add_argument("--horizon", type=int, required=True, metavar="H", help=_both("help_horizon"))
        one.add_argument("--out", metavar="OUT", help=_both("help_out_file"))
        one.add_argument("--targets", metavar="T", help=_both("help_targets"))
    if name == "backtest":
        one.add_argument("--data", metavar="FOLDER", help=_both("help_data"))
        one.add_argument("--refit", action="store_true", help=_both("help_refit"))
    if name == "benchmark":
        one.add_argument("--method", action="store_true", help=_both("help_method"))
    if name in ("template", "export"):
        one.add_argument("--out", metavar="PATH", help=_both("help_out"))


def parse(arguments: Sequence[str]) -> Options:
    """Return the call as Options; what `test` does not know itself is kept for pytest. Ends the program on a wrong call."""
    known, rest = parser().parse_known_args(arguments)
    if rest and known.command != "test":
        parser().error(" ".join(rest))
    return Options(**vars(known), rest=rest)
