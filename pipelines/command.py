"""The sub-commands, run inside the project's own environment. Exceptions become one sentence here and nowhere else."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Sequence

from analysis.errors import ProjectError, forbidden_file, is_disk_full
from analysis.reference import wording
from analysis.settings import Settings
from analysis.whole_file import drafted
from pipelines import arguments, progress, stop


def main(argv: Sequence[str]) -> int:
    """Run one sub-command; return its exit code: 0 done, 2 the user can mend it, 1 a fault of the program, 130 stopped."""
    options = arguments.parse(list(argv))
    settings = Settings(as_of=options.as_of or "", lang=options.lang)
    stop.listen()
    try:
        return _dispatch(options, settings)
    except ProjectError as error:
        print(wording.text(error.key, settings.lang, **error.values), file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return _stopped(settings)
    except Exception as error:
        if isinstance(error, BrokenPipeError) and progress.unheard():
            return 130
        if stop.heard():  # DuckDB turns a Ctrl-C into an exception of its own
            return _stopped(settings)
        return _failed(error, settings)


def _failed(error: Exception, settings: Settings) -> int:
    """Say in one sentence what went wrong; a fault of the program leaves a log where one can be written."""
    if is_disk_full(error):
        progress.say_last(wording.text("disk_full", settings.lang))
        return 2
    forbidden = forbidden_file(error)
    if forbidden is not None:
        progress.say_last(wording.text("write_forbidden", settings.lang, file=forbidden))
        return 2
    log = settings.processed / "error.log"
    try:
        settings.processed.mkdir(parents=True, exist_ok=True)
        with drafted(log) as draft:
            draft.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
    except OSError:
        progress.say_last(wording.text("fault_unlogged", settings.lang, error=f"{type(error).__name__}: {error}"))
        return 1
    progress.say_last(wording.text("fault", settings.lang, file="data/processed/error.log"))
    return 1


def _stopped(settings: Settings) -> int:
    print(wording.text("interrupted", settings.lang), file=sys.stderr)
    return 130


def _dispatch(options: arguments.Options, settings: Settings) -> int:
    if options.command == "test":
        from pipelines import quality

        return quality.run(settings, options.lang, options.rest)
    if options.command == "lab":
        from pipelines import lab

        return lab.run(settings, options.lang, options.port, options.no_browser)
    if options.command == "benchmark" and options.method:
        from pipelines import benchmark_method

        return benchmark_method.run(settings, options.lang)
    if options.command == "forecast":
        from pipelines import forecast

        return forecast.run(settings, options.lang, options.file, options.horizon, options.out, options.targets)
    if options.command == "backtest":
        from pipelines import backtest

        return backtest.run(settings, options.lang, options.data, options.refit)
    if options.command == "benchmark":
        from pipelines import benchmark

        return benchmark.run(settings, options.lang)
    if options.command == "template":
        from pipelines import template

        return template.run(settings, options.lang, options.area, options.plan, options.out)
    if options.command == "read":
        from pipelines import read

        return read.run(settings, options.lang, options.file, options.csv)
    if options.command == "add":
        from pipelines import add, inbox

        about = (options.provider, options.document_no, options.document_date, options.status, options.received_on)
        document = add.Document(*about)
        if options.watch:
            return inbox.watch(settings, options.lang, options.watch, document)
        if not options.file:
            return inbox.run(settings, options.lang, document)
        return add.run(settings, options.lang, options.file, document)
    if options.command == "undo":
        from pipelines import undo

        return undo.run(settings, options.lang)
    if options.command == "illustrate":
        from pipelines import illustrate

        return illustrate.run(settings, options.lang)
    if options.command == "export":
        from pipelines import export

        return export.run(settings, options.lang, options.form, options.out)
    if options.command == "judge":
        from pipelines import judge

        return judge.run(settings, options.lang, options.file, options.rule, options.out or "")
    from pipelines import run

    return run.work(settings, options.command)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
