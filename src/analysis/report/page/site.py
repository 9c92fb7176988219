"""The board and its pages. Imports jinja2 and vl_convert; every number is rendered from its binding."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2

from analysis.progress import summary
from analysis.reference import wording
from analysis.report.chart import chart_kind, target_chart
from analysis.report.page import hand_in, other_plans, quality_page, target_page, target_text
from analysis.report.record import track_page, track_record
from analysis.report.words.binding import Binding, Bindings, Record, both, records, said
from analysis.whole_file import drafted

if TYPE_CHECKING:
    import pandas as pd

    from analysis.plan.plan import Plan

ASSETS = Path(__file__).with_name("assets")
CONSTANTS = {"share": target_chart.INTERVAL, "base": target_chart.BASE}
IN_DANGER_SHOWN = 6  # on the first screen
NEXT_SHOWN = 5  # of the figures to hand in next; the page on data quality has them all
FILTERS = ("headline", "due", "all")
KINDS = ("commune", "district", "province", "country")  # the plan nearest to the reader first


def write(
    draft: Path,
    tables: Mapping[str, pd.DataFrame],
    plans: Sequence[Plan],
    lang: str,
    run: Mapping[str, Any],
    notebooks: Sequence[str] = (),
) -> str:
    """Write every page of a run into its folder `draft`; return the text of index.html.

    `tables`: frames by their name in schema/database; `run`: run_id and as_of; `notebooks`: the names of their pages,
    which may come later. Raises KeyError for a text or a figure that is not there.
    """
    plans = in_order(plans, tables["core.area"])
    thresholds = {f"{plan.id}|{name}": value for plan in plans for name, value in plan.thresholds.items()}
    tested = track_record.read()
    alone = {"constant": CONSTANTS, "run": run, "count": _counts(tables), "threshold": thresholds}
    alone |= {"record": tested.figures, "outside": target_page.outside(tables)}
    bindings = Bindings(tables, alone)
    found = target_text.index(tables, bindings)
    boards = [{**_board(tables, plan, found), "notebooks": _notebooks(plan, notebooks)} for plan in plans]
    environment = _environment(bindings, lang, run)
    for board in boards:
        folder = draft / board["plan"].id
        folder.mkdir(parents=True, exist_ok=True)
        _write_targets(environment, folder, board, tables, found, boards)
        _write_tasks(environment, folder, board, tables, boards)
    quality = quality_page.quality(tables, bindings)
    shared = {"root": "", "home": "../index.html", "boards": boards, "shown": IN_DANGER_SHOWN, "next_shown": NEXT_SHOWN}
    _save(draft / "quality.html", environment, "quality.html", {**shared, **quality})
    cards = sorted(found.cards.values(), key=lambda card: str(card["name_vi"]))
    definition = {"cards": cards, "verdicts": summary.ORDER, "plans": plans, "outcomes": bindings.rows("core.plan_outcome")}
    _save(draft / "definition.html", environment, "definition.html", {**shared, **definition})
    record = track_page.page(tested, bindings)
    _save(draft / "track_record.html", environment, "track_record.html", {**shared, **record})
    index = {**shared, "root": f"{run['run_id']}/", "home": "index.html"}
    return environment.get_template("board.html").render(index)


def in_order(plans: Sequence[Plan], areas: pd.DataFrame) -> list[Plan]:
    """Return the plans, that of the smallest area first."""
    kinds = dict(zip(areas["ref_area"] + areas["valid_from"].dt.strftime("%Y-%m-%d"), areas["kind"], strict=True))
    return sorted(plans, key=lambda plan: KINDS.index(kinds[plan.ref_area + plan.area_valid_from.isoformat()]))


def vega_bundle(cache: Path) -> Path:
    """Return the file of the drawing library, made once per version and kept in `cache`."""
    import vl_convert

    kept = cache / f"vega-{metadata.version('vl-convert-python')}.js"
    if not kept.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with drafted(kept) as draft:
            draft.write_text(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;"), encoding="utf-8", newline="\n")
    return kept


def write_assets(folder: Path, cache: Path) -> None:
    """Write the style, the scripts and one specification a kind of chart into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(vega_bundle(cache), folder / "vega.js")
    for name in ("page.css", "page.js"):
        shutil.copyfile(ASSETS / name, folder / name)
    kinds = {"target": target_chart.target_path, "reliability": chart_kind.reliability, "tenths": chart_kind.tenths}
    specifications = {kind: {lang: make(lang) for lang in wording.LANGUAGES} for kind, make in kinds.items()}
    text = f"window.specifications = {json.dumps(specifications, ensure_ascii=False)};\n"
    (folder / "specification.js").write_text(text, encoding="utf-8", newline="\n")


def _environment(bindings: Bindings, lang: str, run: Mapping[str, Any]) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(ASSETS),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "bind": Binding,
        "say": lambda key, **values: said(bindings, key, values),
        "show": lambda key, form: both(lambda one: bindings.figure(Binding(key, form), one)),
        "pair": lambda one, name="name": both(
            lambda lang: str(one[f"{name}_{lang}"] if f"{name}_{lang}" in one else one[lang])
        ),
        "words": lambda key, one: wording.text(key, one),
        "lang": lang,
        "languages": wording.LANGUAGES,
        "run": run,
    }
    return environment


def _save(path: Path, environment: jinja2.Environment, template: str, content: Mapping[str, Any]) -> None:
    path.write_text(environment.get_template(template).render(content), encoding="utf-8", newline="\n")


def _counts(tables: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """Return the counts that pages print: `checks|passed`, `checks|warned`, `conflicts`, of each plan its groups and the
    figures to hand in next, of each programme and task its verdicts, of each sheet the rows passed over.
    """
    results, conflict = tables["out.check_result"]["passed"].astype(bool), tables["core.conflict"]
    made: dict[str, Any] = {"checks|passed": int(results.sum()), "checks|warned": int((~results).sum())}
    made["conflicts"] = int(conflict["differs"].astype(bool).sum())
    counted = summary.headline(tables["out.progress"], tables["core.target"])
    for plan_id, rows in counted.groupby("plan"):
        made |= {f"{plan_id}|{name}": count for name, count in summary.counts(rows).items()}
        made |= {f"{plan_id}|expected_{name}": count for name, count in summary.expected(rows).items()}
    return made | _of_tasks(tables) | quality_page.skipped(tables) | hand_in.counts(tables) | other_plans.counts(tables)


def _of_tasks(tables: Mapping[str, pd.DataFrame]) -> dict[str, int]:
    """Return how many targets each programme and task has, `<plan>|<task>|all`, and how many of each verdict."""
    target = tables["core.target"][["plan", "target_id", "task_id"]]
    progress = tables["out.progress"]
    rows = (
        progress[progress["scenario"] == target_text.SCENARIO]
        .merge(target, on=["plan", "target_id"])
        .dropna(subset="task_id")
    )
    made: dict[str, int] = {}
    for columns in (["plan", "task_id"], ["plan", "task_id", "verdict"]):
        for place, count in rows.groupby(columns).size().items():
            made["|".join(place if len(columns) > 2 else (*place, "all"))] = int(count)
    return made


def _notebooks(plan: Plan, names: Sequence[str]) -> list[dict[str, str]]:
    """Return the pages of the plan's notebooks (NAME.PLAN.html): what each asks, in both languages, and its file."""
    made = []
    for name in sorted(name for name in names if name.endswith(f".{plan.id}.html")):
        key, stem = f"notebook_{name.partition('.')[0]}", name.partition(".")[0]
        known = key in wording.texts()
        made.append({lang: wording.text(key, lang) if known else stem for lang in wording.LANGUAGES} | {"file": name})
    return made


def _board(tables: Mapping[str, pd.DataFrame], plan: Plan, found: target_text.Index) -> Record:
    """Return what the board says of one plan: its targets worst first, its counts, what the filters offer."""
    targets = target_text.targets(tables, plan, found)
    counted = {name: Binding(f"count|{plan.id}|{name}", "count") for name in ("all", *summary.GROUPS)}
    danger = [one for one in targets if one["headline_counted"] and one["row"]["verdict"] in summary.IN_DANGER]
    tasks = [row for row in found.tasks.values() if row["plan"] == plan.id]
    return {
        "plan": plan,
        "targets": targets,
        "counted": counted if any(one["headline_counted"] for one in targets) else {},
        "expected": _expected(plan, found.bindings),
        "other_plans": other_plans.texts(tables, plan.id),
        "danger": danger,
        "next": hand_in.steps(tables, plan.id, found.cards),
        "tasks": tasks,
        "verdicts": [verdict for verdict in summary.ORDER if any(one["row"]["verdict"] == verdict for one in targets)],
        "owners": sorted({one["owner"] for one in targets}),
        "illustrative": any(one["illustrative"] for one in targets),
        "filters": FILTERS,
        "beside": _beside(plan),
        "others": target_page.beside(tables, plan, targets),
    }


def _expected(plan: Plan, bindings: Bindings) -> Record:
    """Return the range of the number of targets met in the end, bound; {} where too few have a probability."""
    if not bindings.has(f"count|{plan.id}|expected_of"):
        return {}
    names = ("of", *(f"{end}{shock}" for end in ("low", "high") for shock in summary.SHOCKS))
    return {name: Binding(f"count|{plan.id}|expected_{name}", "count") for name in names}


def _beside(plan: Plan) -> dict[str, list[str]]:
    """Return the ids of targets that say the same as, or follow from, another one: shown under it, counted once."""
    made: dict[str, list[str]] = {}
    for row in records(plan.target):
        other = row["duplicate_of"] or row["implied_by"]
        if other:
            made.setdefault(other, []).append(row["target_id"])
    return made


def _write_targets(
    environment: jinja2.Environment,
    folder: Path,
    board: Record,
    tables: Mapping[str, pd.DataFrame],
    found: target_text.Index,
    boards: list[Record],
) -> None:
    around = target_page.around(tables, board["plan"])
    template = environment.get_template("target.html")
    place = {"root": "../", "home": "../../index.html", "boards": boards, "board": board}
    for one in board["targets"]:
        page = template.render({**place, "one": one, **target_page.target(one, board, around, found)})
        (folder / f"{one['id']}.html").write_text(page, encoding="utf-8", newline="\n")


def _spread(task: Record, own: list[Record]) -> Record:
    """Return where the counts of the verdicts of a task stand, worst first."""
    verdicts = [verdict for verdict in summary.ORDER if any(one["row"]["verdict"] == verdict for one in own)]
    return {"place": f"{task['plan']}|{task['task_id']}", "verdicts": verdicts}


def _write_tasks(
    environment: jinja2.Environment,
    folder: Path,
    board: Record,
    tables: Mapping[str, pd.DataFrame],
    boards: list[Record],
) -> None:
    activities = records(tables["core.activity"])
    template = environment.get_template("task.html")
    place = {"root": "../", "home": "../../index.html", "boards": boards, "board": board}
    for task in board["tasks"]:
        own = [one for one in board["targets"] if one["task"] and one["task"]["task_id"] == task["task_id"]]
        doing = [row for row in activities if (row["plan"], row["task_id"]) == (task["plan"], task["task_id"])]
        doing.sort(key=lambda row: row["seq"])
        page = template.render({**place, "task": task, "targets": own, "activities": doing, **_spread(task, own)})
        (folder / f"{task['task_id']}.html").write_text(page, encoding="utf-8", newline="\n")
