"""Run a notebook with checked parameters, in one spawned child that is warm before it is needed. Imports papermill.

The child is an ordinary IPython shell, so a notebook costs no kernel start. A test runs each notebook in an ordinary
kernel too and compares its tables.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import signal
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import BrokenExecutor, CancelledError, Future, ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.errors import InputError
from analysis.report.notebook import notebook_page
from analysis.settings import DATABASE_VARIABLE
from analysis.startup import skip_iri_grammar

if TYPE_CHECKING:
    from analysis.plan.plan import Plan

ENGINE = "in_process"
SCENARIO = "baseline"
SECONDS = 120.0


@dataclass(frozen=True)
class Worker:
    """The child process and the future that tells its process id."""

    pool: ProcessPoolExecutor
    started: Future[int]


@contextlib.contextmanager
def worker(database: Path) -> Iterator[Worker]:
    """Start the child whose notebooks read `database`; it ends with this block, or with this process."""
    import multiprocessing

    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(max_workers=1, mp_context=context, initializer=_prepare, initargs=(str(database),))
    with _deaf():  # inherited: a Ctrl-C that comes before `_prepare` has run leaves no traceback of the child's
        started = pool.submit(os.getpid)
    try:
        yield Worker(pool, started)
    finally:
        _kill(started)
        pool.shutdown(wait=True, cancel_futures=True)


@contextlib.contextmanager
def _deaf() -> Iterator[None]:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _prepare(database: str) -> None:
    import multiprocessing

    from tqdm import tqdm

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    os.environ[DATABASE_VARIABLE] = database
    os.environ["IPYTHONDIR"] = str(Path(database).parent / "ipython")  # nothing is left in the user's home
    tqdm.set_lock(threading.RLock())  # its own is a semaphore of the system's, left behind when this child is killed
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: Any) -> None:
    parent.join()
    os._exit(1)


def warm() -> None:
    """In the child: import what notebooks need and draw once, before they are asked for."""
    skip_iri_grammar()
    import papermill  # noqa: F401
    from IPython.core.interactiveshell import InteractiveShell  # noqa: F401

    from analysis import knowledge  # noqa: F401
    from analysis.projection import law
    from analysis.report.chart import target_chart  # noqa: F401
    from analysis.report.notebook import annual_review, data_quality, target_progress, trend, what_if  # noqa: F401
    from analysis.report.record import track_score  # noqa: F401

    law.normal_quantile(0.5)  # its library is slow to come
    target_chart.warm()


def execute(worker: Worker, source: Path, target: Path, parameters: Mapping[str, str]) -> None:
    """Run `source` with `parameters` in the child and write it, with its outputs, to `target`.

    Raises InputError for an unknown, missing or ill-typed parameter, RuntimeError when a cell fails or the time limit
    ends the child. `target` exists only after success.
    """
    check_parameters(source, parameters)
    _wait(worker, source, target, _ask(worker, source, target, parameters))


def _ask(worker: Worker, source: Path, target: Path, parameters: Mapping[str, str]) -> Future[None]:
    target.parent.mkdir(parents=True, exist_ok=True)
    return worker.pool.submit(_run, str(source), str(_draft(target)), dict(parameters))


def _draft(target: Path) -> Path:
    return target.with_name(f"draft.{target.name}")


def _wait(worker: Worker, source: Path, target: Path, future: Future[None]) -> None:
    try:
        future.result(timeout=SECONDS)
    except TimeoutError as error:
        _kill(worker.started)
        raise RuntimeError(f"{source.name}: more than {SECONDS:.0f} seconds") from error
    _draft(target).replace(target)


@dataclass(frozen=True)
class Asked:
    """A notebook under way: its source, the file it will be and the future that says when."""

    source: Path
    target: Path
    future: Future[None]

    @property
    def page(self) -> Path:
        """The page beside the executed notebook."""
        return self.target.with_suffix(".html")


def ask_all(worker: Worker, root: Path, folder: Path, plans: Iterable[Plan], as_of: str, lang: str) -> list[Asked]:
    """Ask for every notebook of `root` for every plan, NAME.PLAN.ipynb in `folder`/notebooks; the child works on alone.

    Raises InputError as `check_parameters` does.
    """
    asked, given = [], []
    for source in sorted((root / "notebooks").glob("*.ipynb")):
        for plan in plans:
            own = {"plan_id": plan.id, "ref_area": plan.ref_area, "as_of": as_of, "scenario": SCENARIO, "lang": lang}
            target = folder / "notebooks" / f"{source.stem}.{plan.id}.ipynb"
            asked.append(Asked(source, target, _ask(worker, source, target, own)))
            given.append((source, own))
    for source, own in given:  # the child is at work meanwhile; what it makes of a wrong parameter is never published
        check_parameters(source, own)
    return asked


def finish_all(worker: Worker, asked: Iterable[Asked], lang: str) -> None:
    """Wait for the notebooks and write the page of each. Raises as `execute` does."""
    for one in asked:
        _wait(worker, one.source, one.target, one.future)
        notebook_page.render(one.target, one.page, lang)


def _kill(started: Future[int]) -> None:
    """End the child at once: its own way out takes seconds and has nothing left to save."""
    import psutil

    with contextlib.suppress(psutil.Error, TimeoutError, CancelledError, BrokenExecutor):
        psutil.Process(started.result(timeout=5)).kill()


def check_parameters(source: Path, parameters: Mapping[str, str]) -> None:
    """Compare `parameters` with the notebook's own `parameters` cell: the same names, text each, `as_of` a day.

    Raises InputError naming the notebook and the parameter.
    """
    skip_iri_grammar()
    from papermill import inspect_notebook

    known = set(inspect_notebook(str(source)))
    for name in sorted(known ^ set(parameters)):
        key = "parameter_missing" if name in known else "parameter_unknown"
        raise InputError(key, file=source.name, name=name)
    for name, value in parameters.items():
        if not isinstance(value, str) or not value:
            raise InputError("parameter_type", file=source.name, name=name, value=value)
    try:
        dt.date.fromisoformat(parameters["as_of"])
    except ValueError as error:
        raise InputError("parameter_type", file=source.name, name="as_of", value=parameters["as_of"]) from error
    if parameters["lang"] not in ("vi", "en"):
        raise InputError("parameter_type", file=source.name, name="lang", value=parameters["lang"])


def _run(source: str, target: str, parameters: dict[str, str]) -> None:
    """In the child: papermill with the engine below."""
    import papermill
    from papermill.engines import papermill_engines

    papermill_engines.register(ENGINE, _engine())
    main = sys.modules["__main__"]
    try:
        papermill.execute_notebook(
            source,
            target,
            parameters=parameters,
            engine_name=ENGINE,
            progress_bar=False,
            request_save_on_cell_execute=False,  # written once, at the end
        )
    finally:
        sys.modules["__main__"] = main  # the shell puts its own there
    _strip(Path(target))


def _strip(path: Path) -> None:
    """Take out what papermill notes down of this machine and this minute: paths, times."""
    import nbformat

    executed = nbformat.read(path, as_version=4)
    executed.metadata.pop("papermill", None)
    for cell in executed.cells:
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
    nbformat.write(executed, path)


def _engine() -> Any:
    from papermill.engines import Engine

    class InProcess(Engine):  # type: ignore[misc]  # papermill is not typed
        """Runs the cells in an IPython shell of this very process."""

        @classmethod
        def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> None:
            shell = _shell()
            for index, cell in enumerate(nb_man.nb.cells):
                if cell.cell_type != "code":
                    continue
                nb_man.cell_start(cell, index)
                failed = _run_cell(shell, cell)
                if failed:
                    nb_man.cell_exception(cell, index)
                    break
                nb_man.cell_complete(cell, index)

    return InProcess


def _shell() -> Any:
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    InteractiveShell.clear_instance()
    quiet = Config({"HistoryManager": {"enabled": False}})
    shell = InteractiveShell.instance(user_ns={}, colors="nocolor", config=quiet)
    shell.display_formatter.active_types = shell.display_formatter.format_types
    return shell


def _run_cell(shell: Any, cell: Any) -> bool:
    """Run one cell, put what it printed and displayed into it; return whether it failed."""
    import nbformat.v4 as form
    from IPython.utils.capture import capture_output

    with capture_output() as caught:
        shell.display_trap.hook = sys.displayhook  # else the shell's own prints the last value as text
        result = shell.run_cell(cell.source, store_history=True)
    cell.execution_count = shell.execution_count - 1
    texts = [("stdout", caught.stdout), ("stderr", caught.stderr)]
    cell.outputs = [form.new_output("stream", name=name, text=text) for name, text in texts if text]
    cell.outputs += [form.new_output("display_data", data=o.data, metadata=o.metadata or {}) for o in caught.outputs]
    error = result.error_before_exec or result.error_in_exec
    if error is None:
        return False
    cell.outputs.append(
        form.new_output(
            "error", ename=type(error).__name__, evalue=str(error), traceback=[f"{type(error).__name__}: {error}"]
        )
    )
    return True
