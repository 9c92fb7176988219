"""The whole way from received files to the published page, or a part of it; nothing is published unless all went well."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from analysis import publication, store
from analysis.build import Build, Change
from analysis.checks import suite
from analysis.fingerprint import Fingerprint, take
from analysis.intake import manifest
from analysis.plan import plan as plan_of
from analysis.progress import summary
from analysis.report.notebook import runner
from analysis.report.page import site
from analysis.report.words import sentence
from analysis.schema.codelist import NOT_APPLICABLE
from analysis.schema.out import RUN
from pipelines import lock, step1_load, step2_validate, step3_project, step4_report, stop
from pipelines.progress import Lines

if TYPE_CHECKING:
    from analysis.settings import Settings

SHOWN = 3  # of the worst targets of each plan, in the terminal
LAST_STEP = {"load": 1, "validate": 2, "project": 3, "run": 4}


@dataclass(frozen=True)
class Given:
    """What this run reads: the manifest and the hashes of everything."""

    manifest: pd.DataFrame
    fingerprint: Fingerprint


def work(settings: Settings, command: str) -> int:
    """Do `run`, or its first steps (`load`, `validate`: nothing is published; `project`: the database), or `report`.

    Returns the exit code. Only one such command works at a time; a second one says so and waits.
    """
    lines = Lines(settings.lang)
    settings.processed.mkdir(parents=True, exist_ok=True)
    settings.reports.mkdir(parents=True, exist_ok=True)
    with lock.held(settings.processed / "run.lock", lambda: lines.say("waiting_for_run")):
        publication.adopt(settings)
        try:
            return _alone(settings, command, lines)
        finally:
            publication.clear(settings)


def _alone(settings: Settings, command: str, lines: Lines) -> int:
    """Do the command, nobody else being at work."""
    if command == "report":
        return _report_alone(settings, lines)
    register = manifest.read(settings.raw)
    hashes = dict(zip(register["path"], register["sha256"], strict=True))
    given = Given(register, take(settings, hashes))
    if command == "run" and _nothing_changed(settings, given, lines):
        return 0
    if command != "run":
        with store.held(_begun(settings)):
            _build(settings, given, lines, LAST_STEP[command])
        if command == "project":
            publication.publish_database(settings)
        return 0
    with runner.worker(settings.building) as worker:  # its imports overlap the first steps
        worker.pool.submit(suite.warm)
        with store.held(_begun(settings)):
            _build(settings, given, lines, LAST_STEP[command], worker)
        _publish(settings, given.fingerprint.run_id, lines, worker)
    return 0


def _nothing_changed(settings: Settings, given: Given, lines: Lines) -> bool:
    run_id = given.fingerprint.run_id
    if publication.page_run(settings) != run_id or publication.database_run(settings) != run_id:
        return False
    lines.say("nothing_changed", run_id=run_id)
    return True


def _begun(settings: Settings) -> Path:
    store.begin(settings.building, settings.published)
    return settings.building


def _build(settings: Settings, given: Given, lines: Lines, last: int, worker: runner.Worker | None = None) -> None:
    """Do the steps up to `last` in the building database, keeping every table whose inputs are as they were.

    A `worker` runs the suites, whose library it has imported meanwhile, and then gets ready for the notebooks.
    """
    begun = time.monotonic()
    build = Build(settings.building, given.fingerprint.run_id)
    with lines.step(1, last, "step_load") as results:
        changes = step1_load.load(settings, build, given.fingerprint, given.manifest)
        results.append(_accounts(build, lines))
        plans = _plans(settings, build)
        day = step3_project.knowledge_day(settings, plans)
    if last <= 2:
        _say_accounts(build, lines)
    if last >= 2:
        with lines.step(2, last, "step_validate") as results:
            in_worker = None if worker is None else lambda frames: worker.pool.submit(suite.run, frames).result()
            changes.append(step2_validate.validate(build, given.fingerprint, day, in_worker))
            results.append(_checks(build, lines))
    if worker is not None:
        worker.pool.submit(runner.warm)
        worker.pool.submit(site.vega_bundle, settings.processed / "assets")
    if last == 2:
        _say_checks(build, lines)
    if last >= 3:
        with lines.step(3, last, "step_project") as results:
            changes.extend(step3_project.project(build, given.fingerprint, plans, day))
            results.append(_targets(build, lines))
        _record(build, given.fingerprint, day, time.monotonic() - begun)
    _say_changes(changes, lines)


def _publish(settings: Settings, run_id: str, lines: Lines, worker: runner.Worker) -> None:
    with lines.step(4, 4, "step_report") as results:
        draft = publication.draft_folder(settings, run_id)
        page = step4_report.report(settings, settings.building, draft, worker)
        stop.check()
        publication.publish(settings, run_id, draft, page)
        results.append("reports/index.html")
    _conclude(settings, lines)


def _report_alone(settings: Settings, lines: Lines) -> int:
    """Write the page again from the published database."""
    run_id = publication.database_run(settings)
    if not run_id:
        lines.say("no_database")
        return 2
    with runner.worker(settings.published) as worker, lines.step(1, 1, "step_report") as results:
        worker.pool.submit(runner.warm)
        draft = publication.draft_folder(settings, run_id)
        page = step4_report.report(settings, settings.published, draft, worker)
        publication.publish(settings, run_id, draft, page, with_database=False)
        results.append("reports/index.html")
    _conclude(settings, lines)
    return 0


def _plans(settings: Settings, build: Build) -> dict[str, plan_of.Plan]:
    cards, areas = (store.read_table(name, build.database) for name in ("core.indicator", "core.area"))
    return plan_of.read_all(settings.raw / "plan", cards, areas)


def _record(build: Build, fingerprint: Fingerprint, day: str, seconds: float) -> None:
    row = {
        "run_id": build.run_id,
        "manifest_sha256": fingerprint.files["manifest.csv"],
        "code_sha256": fingerprint.code,
        "lock_sha256": fingerprint.lock,
        "parameters": json.dumps({"as_of": day, "scenario": step3_project.SCENARIO}),
        "seconds": round(seconds, 2),
    }
    store.replace(build.database, {RUN.name: pd.DataFrame([row])})


def _accounts(build: Build, lines: Lines) -> str:
    account = store.read_table("out.row_account", build.database)
    counts = {name: int(account[name].sum()) for name in ("rows_in", "loaded", "rejected", "skipped")}
    return lines.text("account_total", files=account["file"].nunique(), **counts)


def _checks(build: Build, lines: Lines) -> str:
    results = store.read_table("out.check_result", build.database)
    return lines.text("check_summary", passed=int(results["passed"].sum()), warned=int((~results["passed"]).sum()))


def _say_accounts(build: Build, lines: Lines) -> None:
    """Print what became of each file and sheet, and each rejected cell with what to do."""
    for row in store.read_table("out.row_account", build.database).to_dict("records"):
        lines.say("row_account", **row | {"sheet": "" if row["sheet"] == NOT_APPLICABLE else f" [{row['sheet']}]"})
    for row in store.read_table("core.rejected", build.database).fillna("").to_dict("records"):
        lines.say("rejected_line", **row | {"text": row["raw_text"], "todo": lines.text(row["todo"])})


def _say_checks(build: Build, lines: Lines) -> None:
    """Print each check with the number of rows it found."""
    for row in store.read_table("out.check_result", build.database).to_dict("records"):
        severity = lines.text("severity_passed" if row["passed"] else f"severity_{row['severity']}")
        lines.say("check_line", severity=severity, check=lines.text(f"check_{row['check_id']}"), count=row["rows_failed"])


def _targets(build: Build, lines: Lines) -> str:
    return lines.text("target_summary", targets=len(store.read_table("out.progress", build.database)))


def _say_changes(changes: list[Change], lines: Lines) -> None:
    changed = sorted(table for change in changes for table in change.changed)
    kept = sum(len(change.kept) for change in changes)
    if kept == 0:
        lines.say("built_anew", changed=len(changed))
        return
    if not changed:
        lines.say("no_table_changed", kept=kept)
        return
    causes = {cause for change in changes for cause in change.causes}
    outside = sorted(cause for cause in causes if "/" in cause or cause in ("manifest.csv", "as_of", "code"))
    lines.say(
        "rebuilt",
        changed=len(changed),
        kept=kept,
        tables=", ".join(changed),
        causes=", ".join(lines.text(f"cause_{o}") if o in ("code", "as_of") else o for o in outside),
    )


def _conclude(settings: Settings, lines: Lines) -> None:
    """Print each plan's counts and its worst targets, and where the page is."""
    tables = store.read_tables(("core.target", "core.indicator", "out.progress"), settings.published)
    cards = tables["core.indicator"].set_index("indicator", drop=False).to_dict("index")
    counted = summary.headline(tables["out.progress"], tables["core.target"])
    for plan_id, rows in counted.groupby("plan"):
        print(f"{plan_id}: {lines.text('counts_line', **summary.counts(rows))}")
        if any("illustrative" in flags for flags in rows["flags"]):
            lines.say("page_illustrative")
        danger = summary.worst_first(rows[rows["verdict"].isin(summary.IN_DANGER)])
        for row in danger.head(SHOWN).astype(object).to_dict("records"):
            print("•", sentence.headline(row, sentence.naming(row, cards.get(row["indicator"])), settings.lang))
    lines.say("open_page", file="reports/index.html")
