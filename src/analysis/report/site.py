"""The page a leader reads, and its assets. Imports jinja2 and vl_convert; every number is rendered from its binding."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
import numpy as np
import pandas as pd
from markupsafe import Markup

from analysis.reference import wording
from analysis.report import chart, number, sentence
from analysis.schema import TABLES

if TYPE_CHECKING:
    from analysis.plan.plan import Plan

ASSETS = Path(__file__).with_name("assets")
SCENARIO = "baseline"
NOTEBOOK = "03_target_progress"
CONSTANTS = {"share": chart.INTERVAL, "base": chart.BASE}
OF_THE_AREA = ("out.progress", "out.official_class", "out.projection")


@dataclass(frozen=True)
class Binding:
    """One figure: where it stands (`key`) and the form it is printed in (`number.show`)."""

    key: str
    form: str


class Bindings:
    """Figures found by key: `obs:<obs_id>`, `<table>|<key values ...>|<column>`, `count|<table>|<column>|<value>`,
    `run|<name>`, `constant|<name>`. The key values may stop as soon as one row is meant.
    """

    def __init__(self, tables: Mapping[str, pd.DataFrame], run: Mapping[str, Any]) -> None:
        self._tables, self._run = tables, run
        self._known: dict[str, list[tuple[str, ...]]] = {}

    def value(self, key: str) -> Any:
        """Return the raw figure. Raises KeyError when the key means no row or several."""
        if key.startswith("obs:"):
            return self.value(f"core.observation|{key[4:]}|obs_value")
        name, *parts = key.split("|")
        if name == "run":
            return self._run[parts[0]]
        if name == "constant":
            return CONSTANTS[parts[0]]
        if name == "count":
            frame = self._tables[parts[0]]
            return int((frame[parts[1]].map(_text) == parts[2]).sum()) if parts[1:] else len(frame)
        *wanted, column = parts
        rows = [row for row, known in enumerate(self._keys(name)) if known[: len(wanted)] == tuple(wanted)]
        if len(rows) != 1:
            raise KeyError(f"{key}: {len(rows)} rows")
        return self._tables[name][column].iloc[rows[0]]

    def _keys(self, name: str) -> list[tuple[str, ...]]:
        if name not in self._known:
            columns = ("obs_id",) if name == "core.observation" else TABLES[name].key
            texts = [self._tables[name][column].map(_text) for column in columns]
            self._known[name] = list(zip(*texts, strict=True))
        return self._known[name]


def _text(value: object) -> str:
    """Return a value as it stands in a key and in the attribute `value`: a day in ISO, a missing one empty."""
    if number.is_missing(value):
        return ""
    if isinstance(value, dt.date):  # a pandas Timestamp too
        return value.isoformat()[:10]
    item = value.item() if hasattr(value, "item") else value
    return str(item).lower() if isinstance(item, bool) else str(item)


def render(tables: Mapping[str, pd.DataFrame], plan: Plan, lang: str, run: Mapping[str, Any]) -> str:
    """Return index.html for `plan` in both languages, `lang` shown first.

    `tables`: frames by their name in schema.TABLES; `run`: run_id and as_of. Raises KeyError for a text or a figure that is
    not there.
    """
    own = _of_plan(tables, plan)
    bindings = Bindings(own, run)
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(ASSETS),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "bind": Binding,
        "say": lambda key, **values: _both(lambda one: _fill(bindings, key, one, values)),
        "show": lambda key, form: _both(lambda one: _figure(bindings, Binding(key, form), one)),
        "words": lambda key, one: wording.text(key, one),
    }
    return environment.get_template("page.html").render(
        lang=lang,
        languages=wording.LANGUAGES,
        plan=plan,
        run=run,
        folder=f"{run['run_id']}/assets",
        notebook=f"{run['run_id']}/notebooks/{NOTEBOOK}.{plan.id}.ipynb",
        targets=_targets(own, plan, bindings),
        specifications={one: chart.target_path(one) for one in wording.LANGUAGES},
        sources=_sources(own),
        checks=_checks(own["out.check_result"]),
        accounts=_records(own["out.row_account"]),
        conflicts=len(own["core.conflict"]),
        illustrative=any("illustrative" in flags for flags in own["out.progress"]["flags"]),
    )


def vega_bundle(cache: Path) -> Path:
    """Return the file of the drawing library, made once per version and kept in `cache`."""
    import vl_convert

    kept = cache / f"vega-{metadata.version('vl-convert-python')}.js"
    if not kept.exists():
        cache.mkdir(parents=True, exist_ok=True)
        draft = kept.with_suffix(".draft")
        draft.write_text(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;"), encoding="utf-8", newline="\n")
        draft.replace(kept)
    return kept


def write_assets(folder: Path, cache: Path) -> None:
    """Write page.css, page.js and vega.js into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(vega_bundle(cache), folder / "vega.js")
    for name in ("page.css", "page.js"):
        shutil.copyfile(ASSETS / name, folder / name)


def _of_plan(tables: Mapping[str, pd.DataFrame], plan: Plan) -> dict[str, pd.DataFrame]:
    """Return the tables with the rows of the plan's area, and of the country it is compared with, alone."""

    def here(frame: pd.DataFrame) -> pd.Series[bool]:
        return (frame["ref_area"] == plan.ref_area) & (frame["area_valid_from"] == pd.Timestamp(plan.area_valid_from))

    own = dict(tables)
    for name in OF_THE_AREA:
        frame = tables[name]
        own[name] = frame[here(frame) & (frame["plan"] == plan.id) & (frame["scenario"] == SCENARIO)]
    for name in ("core.series", "core.observation"):
        own[name] = tables[name][here(tables[name]) | (tables[name]["ref_area"] == _country(tables))]
    return own


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows as dicts of plain values: a missing one None, several texts a list (the store gives arrays)."""
    return [{str(column): _plain(value) for column, value in row.items()} for row in frame.astype(object).to_dict("records")]


def _plain(value: Any) -> Any:
    if isinstance(value, list | np.ndarray):
        return list(value)
    return None if number.is_missing(value) else value


def _both(make: Callable[[str], str]) -> Markup:
    """Return both languages; the page shows one."""
    return Markup("").join(
        Markup('<span class="t" lang="{0}">{1}</span>').format(one, make(one)) for one in wording.LANGUAGES
    )


def _figure(bindings: Bindings, bound: Binding, lang: str) -> Markup:
    value = bindings.value(bound.key)
    return Markup('<data class="figure" value="{}" data-key="{}" data-form="{}">{}</data>').format(
        _text(value), bound.key, bound.form, number.show(value, bound.form, lang)
    )


def _fill(bindings: Bindings, key: str, lang: str, values: Mapping[str, Any]) -> str:
    """Return the text with its values: a Binding becomes its figure, a (vi, en) pair the one of `lang`."""
    filled = {}
    for name, value in values.items():
        if isinstance(value, Binding):
            value = _figure(bindings, value, lang)
        elif isinstance(value, Mapping):
            value = value[lang]
        filled[name] = value
    return sentence.fill(key, lang, filled)


def _targets(tables: Mapping[str, pd.DataFrame], plan: Plan, bindings: Bindings) -> list[dict[str, Any]]:
    """Return what the page says of each target: the plan's first, then each year's."""
    units = tables["core.unit"].rename(columns={"name_vi": "unit_vi", "name_en": "unit_en"})
    named = tables["core.indicator"].merge(units[["unit_measure", "unit_vi", "unit_en"]], on="unit_measure")
    cards = {card["indicator"]: card for card in _records(named)}
    official = tables["out.official_class"]
    classes = {row["target_id"]: row for row in _records(official[official["rule"] == "dns"])}
    growing = tables["out.progress"][tables["out.progress"]["kind"] == "growth_average"]
    progress = {row["target_id"]: row for row in _records(growing)}
    made = []
    for table in ("core.target", "core.annual_target"):
        of_plan = tables[table][tables[table]["plan"] == plan.id]
        for target in _records(of_plan[of_plan["target_id"].isin(list(progress))]):
            row = progress[target["target_id"]]
            card = cards[row["indicator"]]
            key = f"out.progress|{plan.id}|{target['target_id']}"
            made.append(
                {
                    "row": row,
                    "key": key,
                    "table": table,
                    "id": target["target_id"],
                    "target": target,
                    "yearly": table == "core.annual_target",
                    "name": _name(target, card),
                    "words": _target_words(bindings, table, target),
                    "card": card,
                    "index_name": _name({}, cards.get(card["growth_of"], card)),
                    "form": sentence.value_form(card),
                    "headline": _headline(bindings, key, row, card),
                    "reasons": _reasons(bindings, key, row, card),
                    "official": classes.get(target["target_id"]),
                    "class_key": _class_key(plan, target["target_id"]),
                    "figures": _figures(tables, plan, row),
                    "rows": _drawn(tables, row, card),
                    "beside": _beside(bindings, of_plan, target, table),
                }
            )
    return made


def _class_key(plan: Plan, target_id: str) -> str:
    area = f"{plan.ref_area}|{plan.area_valid_from.isoformat()}"
    return f"out.official_class|{plan.id}|{target_id}|{area}|{SCENARIO}|dns"


def _name(target: Mapping[str, Any], card: Mapping[str, Any]) -> dict[str, str]:
    return {one: str(target.get(f"name_{one}") or card[f"name_{one}"]) for one in wording.LANGUAGES}


def _target_words(bindings: Bindings, table: str, target: Mapping[str, Any]) -> dict[str, str]:
    """Return the target's value in words in each language, bound: "từ 13% đến 14%"."""
    key = f"{table}|{target['plan']}|{target['target_id']}"
    word = "range" if target["value_high"] is not None else target["comparator"]
    form = "percent" if target["unit_measure"].startswith("PC") else "decimal"
    ends = {"low": Binding(f"{key}|value_low", form), "high": Binding(f"{key}|value_high", form)}
    if target["value_high"] is None:
        del ends["high"]
    return {one: _fill(bindings, f"target_is_{word}", one, ends) for one in wording.LANGUAGES}


def _spoken(bindings: Bindings, key: str, say: Callable[[str, sentence.Show], str]) -> Markup:
    def show(column: str, form: str, lang: str) -> str:
        return _figure(bindings, Binding(f"{key}|{column}", form), lang)

    return _both(lambda one: say(one, show))


def _headline(bindings: Bindings, key: str, row: Mapping[str, Any], card: Mapping[str, Any]) -> Markup:
    return _spoken(bindings, key, lambda one, show: sentence.headline(row, card, one, show))


def _reasons(bindings: Bindings, key: str, row: Mapping[str, Any], card: Mapping[str, Any]) -> list[Markup]:
    def one_of(code: str) -> Markup:
        single = {**row, "reasons": [code]}
        return _spoken(bindings, key, lambda one, show: sentence.reasons(single, one, card, show)[0])

    return [one_of(code) for code in row["reasons"]]


def _figures(tables: Mapping[str, pd.DataFrame], plan: Plan, row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the yearly figures behind a target, each with the observations it rests on."""
    series = tables["core.series"]
    yearly = series[
        (series["indicator"] == row["indicator"])
        & (series["ref_area"] == plan.ref_area)
        & (series["area_valid_from"].map(_text) == plan.area_valid_from.isoformat())
        & (series["activity"] == row["activity"])
        & (series["freq"] == "A")
    ].sort_values("time_period")
    observations = {one["obs_id"]: one for one in _records(tables["core.observation"])}
    made = []
    for figure in _records(yearly):
        key = "|".join(_text(figure[column]) for column in TABLES["core.series"].key)
        cells = [observations[one] for one in figure["obs_ids"] if one in observations]
        made.append({"key": f"core.series|{key}", "status": figure["obs_status"], "observations": cells})
    return made


def _country(tables: Mapping[str, pd.DataFrame]) -> str:
    area = tables["core.area"]
    return "".join(area.loc[area["kind"] == "country", "ref_area"].head(1))


def _drawn(tables: Mapping[str, pd.DataFrame], row: Mapping[str, Any], card: Mapping[str, Any]) -> list[dict[str, Any]]:
    series, projection = tables["core.series"], tables["out.projection"]
    return _records(chart.rows(series, projection, row, card["growth_of"], _country(tables)))


def _beside(bindings: Bindings, annual: pd.DataFrame, target: Mapping[str, Any], table: str) -> list[dict[str, Any]]:
    """Return the targets of the same year and indicator that somebody else set and that are not judged."""
    if table != "core.annual_target":
        return []
    same = annual[
        (annual["indicator"] == target["indicator"])
        & (annual["activity"] == target["activity"])
        & (annual["year"] == target["year"])
        & ~annual["binding"].astype(bool)
    ]
    return [one | {"words": _target_words(bindings, table, one)} for one in _records(same)]


def _sources(tables: Mapping[str, pd.DataFrame]) -> list[dict[str, Any]]:
    """Return every received file with its source and its latest figure, whose vintage is shown."""
    latest = tables["core.observation"].sort_values(["vintage", "obs_id"]).drop_duplicates("file", keep="last")
    files = tables["raw.manifest"].merge(latest[["file", "obs_id", "vintage_assumed"]], left_on="path", right_on="file")
    sources = tables["core.source"][["source_id", "provider", "title", "url"]]
    return _records(files.merge(sources, on="source_id", suffixes=("_manifest", "")))


def _checks(results: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the checks, those that offend first, each with its result and, where there is one, its name."""
    rows = _records(results.sort_values(["passed", "check_id"]))
    for row in rows:
        row["text"] = f"check_{row['check_id']}" if f"check_{row['check_id']}" in wording.texts() else ""
        row["result"] = "passed" if row["passed"] else "warning" if row["severity"] == "warning" else "stopped"
    return rows
