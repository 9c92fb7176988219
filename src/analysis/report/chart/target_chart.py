"""The kind of chart a target has: history, required path and projection. The only importer of altair."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.projection.method import cumulative
from analysis.reference import wording
from analysis.report.words import number

DATA = "rows"
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
BASE, INTERVAL = 100, 80  # index of the base year; percent of the fan
FONT = "Noto Sans, Segoe UI, DejaVu Sans, Arial, sans-serif"
EACH_YEAR = ("annual_share", "keep_each_year")
SUMS = (cumulative.MODEL_ID,)  # models of what comes together since the base year
COLUMNS = {"year": "float64", "line": "str", "value": "float64", "lo80": "float64", "hi80": "float64", "status": "str"}
LINES = {  # colour, dash: told apart in grey too
    "observed": ("#12355b", [1, 0]),
    "required": ("#a4262c", [8, 4]),
    "projected": ("#2f6fb0", [2, 3]),
    "peer": ("#767676", [10, 3, 2, 3]),
}
MARKS = {"A": ("circle", "#12355b"), "P": ("circle", "#ffffff"), "E": ("diamond", "#ffffff")}  # shape, filling


def target_path(lang: str) -> dict[str, Any]:
    """Return the Vega-Lite specification in `lang`; its data source is named "rows", with the columns of `rows`."""
    lines, marks = list(LINES), list(MARKS)
    texts = {line: wording.text(f"chart_{line}", lang, share=number.percent(INTERVAL, 0, lang)) for line in lines}
    words = {mark: wording.text(f"chart_status_{mark}", lang) for mark in marks}
    x = {
        "field": "year",
        "type": "quantitative",
        "title": None,
        "scale": {"nice": False, "zero": False, "padding": 10},
        "axis": {"format": "d", "tickMinStep": 1, "grid": False, "labelOverlap": "greedy", "labelFlush": False},
    }
    legend = {"title": None, "columns": {"expr": "width < 520 ? 1 : 2"}, "labelLimit": 0, "symbolSize": 300}
    dash = {
        "field": "line",
        "scale": {"domain": lines, "range": [LINES[line][1] for line in lines]},
        "legend": {**legend, "labelExpr": _labels(texts), "symbolStrokeWidth": 2.5},
    }
    colour = {**dash, "scale": {"domain": lines, "range": [LINES[line][0] for line in lines]}}
    shape = {
        "field": "status",
        "scale": {"domain": marks, "range": [MARKS[mark][0] for mark in marks]},
        "legend": {**legend, "labelExpr": _labels(words), "symbolSize": 70, "columns": {"expr": "width < 520 ? 1 : 3"}},
    }
    filling = {**shape, "scale": {"domain": marks, "range": [MARKS[mark][1] for mark in marks]}}
    axis = {
        "domain": False,
        "ticks": False,
        "tickCount": 6,
    }
    y = {"field": "value", "type": "quantitative", "title": None, "scale": {"zero": False}, "axis": axis}
    tooltip = [
        {"field": "year", "format": "d", "title": wording.text("chart_year", lang)},
        {"field": "value", "format": ",.1f", "title": wording.text("chart_value", lang)},
    ]
    # no names on single marks: the page names the picture as a whole and gives its figures in a table
    fan = {
        "transform": [{"filter": "datum.line === 'projected'"}],
        "mark": {"type": "area", "aria": False, "color": LINES["projected"][0], "opacity": 0.16},
        "encoding": {"x": x, "y": {**y, "field": "lo80"}, "y2": {"field": "hi80"}},
    }
    paths = {
        "mark": {"type": "line", "aria": False, "strokeWidth": 2.2},
        "encoding": {"x": x, "y": y, "color": colour, "strokeDash": dash, "tooltip": tooltip},
    }
    points = {
        "transform": [{"filter": "datum.line === 'observed'"}],
        "mark": {
            "type": "point",
            "aria": False,
            "size": 70,
            "stroke": LINES["observed"][0],
            "strokeWidth": 1.8,
            "opacity": 1,
        },
        "encoding": {"x": x, "y": y, "shape": shape, "fill": filling, "tooltip": tooltip},
    }
    return {
        "$schema": SCHEMA,
        "description": wording.text("chart_description", lang),
        "data": {"name": DATA},
        "width": "container",
        "height": 300,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "padding": {"left": 4, "right": 12, "top": 8, "bottom": 4},
        "layer": [fan, paths, points],
        "config": _config(lang),
    }


def _labels(texts: Mapping[str, str]) -> str:
    return f"{json.dumps(texts, ensure_ascii=False)}[datum.label]"


def _config(lang: str) -> dict[str, Any]:
    point, thousands = number.SEPARATORS[lang]
    return {
        "font": FONT,
        "background": "#ffffff",
        "locale": {"number": {"decimal": point, "thousands": thousands, "grouping": [3], "currency": ["", ""]}},
        "view": {"stroke": None},
        "axis": {
            "labelFontSize": 12,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
            "labelColor": "#333",
            "titleColor": "#333",
            "gridColor": "#e3e6ea",
        },
        "legend": {
            "orient": "bottom",
            "labelFontSize": 12,
            "rowPadding": 4,
            "layout": {"expr": "{bottom: {direction: 'vertical', offset: 18, margin: 6}}"},
        },
    }


def rows(
    series: pd.DataFrame, projection: pd.DataFrame, target_row: Mapping[str, Any], measure: str, country: str
) -> pd.DataFrame:
    """Return what the chart draws for one row of out.progress: a frame with `COLUMNS`, empty where there is no figure.

    `series` and `projection` are core.series and out.projection; `measure` the indicator drawn (the card's `growth_of` for a
    growth average), `country` the area drawn beside it.
    """
    row = {str(name): None if _missing(value) else value for name, value in target_row.items()}
    drawn = series[(series["indicator"] == measure) & (series["activity"] == row["activity"])]
    valid_from = pd.Timestamp(row["area_valid_from"])
    own = (drawn["ref_area"] == row["ref_area"]) & (drawn["area_valid_from"] == valid_from)
    ahead = projection[
        (projection["indicator"] == measure)
        & (projection["activity"] == row["activity"])
        & (projection["ref_area"] == row["ref_area"])
        & (projection["area_valid_from"] == valid_from)
        & (projection["plan"] == row["plan"])
        & (projection["scenario"] == row["scenario"])
        & (projection["output_type"] == "quantile")
        & (projection["model_id"].isin(SUMS) == (row["kind"] == "cumulative"))
    ]
    peer = drawn[(drawn["ref_area"] == country) & ~drawn["illustrative"]] if row["ref_area"] != country else drawn.iloc[:0]
    lines = path(row, drawn[own].to_dict("records"), peer.to_dict("records"), ahead.to_dict("records"))
    return pd.DataFrame(lines, columns=list(COLUMNS)).astype(COLUMNS)


def _missing(value: Any) -> bool:
    return not isinstance(value, list | np.ndarray) and number.is_missing(value)


def path(
    row: Mapping[str, Any],
    figures: Sequence[Mapping[str, Any]],
    peer: Sequence[Mapping[str, Any]],
    quantiles: Sequence[Mapping[str, Any]],
) -> list[dict[str, Any]]:
    """Return the points of the chart of one row of out.progress (missing values None), from rows of core.series and the
    quantiles of out.projection: a growth average as index of its base year, everything else in its own unit.
    """
    growing = row["kind"] == "growth_average"
    if growing and not row["base_value"]:
        return []
    factor = BASE / row["base_value"] if growing else 1.0
    observed = _observed(row, figures, factor)
    if not observed:
        return []
    now = _now(row, observed)
    ahead = _projected(row, quantiles, factor, now)
    whole = [point for point in observed if float(point["year"]).is_integer()]
    if ahead and whole and whole[-1]["year"] < ahead[0]["year"]:  # this year's first months lead over to it
        last = whole[-1]
        ahead = [_point(last["year"], "projected", last["value"], "", last["value"], last["value"]), *ahead]
    return [*observed, *_required(row, now), *ahead, *_peer(row, peer, growing)]


def _point(
    year: float, line: str, value: float, status: str = "", low: float | None = None, high: float | None = None
) -> Any:
    return {"year": year, "line": line, "value": value, "lo80": low, "hi80": high, "status": status}


def _observed(row: Mapping[str, Any], figures: Sequence[Mapping[str, Any]], factor: float) -> list[dict[str, Any]]:
    """Return the yearly figures, the newest count within a year, and sums as what has come together."""
    yearly = sorted((one for one in figures if one["freq"] == "A"), key=lambda one: str(one["time_period"]))
    made = [_point(int(one["time_period"]), "observed", one["obs_value"] * factor, one["obs_status"]) for one in yearly]
    if row["kind"] == "cumulative":
        total, summed = 0.0, []
        for point in made:
            if point["year"] > row["base_year"]:
                total += point["value"]
                summed.append({**point, "value": total})
        made = summed
    inside = [one for one in figures if one["freq"] == "M"] if row["kind"] != "growth_average" else []
    for one in sorted(inside, key=lambda one: str(one["time_period"]))[-1:]:
        year, month = (int(part) for part in str(one["time_period"]).split("-"))
        if made and year + month / 12 > made[-1]["year"] + 1:
            made.append(_point(year - 1 + month / 12, "observed", one["obs_value"] * factor, one["obs_status"]))
    return made


def _now(row: Mapping[str, Any], observed: Sequence[Mapping[str, Any]]) -> float:
    """Return the year from which the path still needed is counted."""
    whole = [point["year"] for point in observed if float(point["year"]).is_integer()]
    last = max(whole) if whole else row["base_year"]
    return float(last + 1 if "part_year" in row["flags"] and row["kind"] == "growth_average" else last)


def _goal(row: Mapping[str, Any]) -> float:
    """Return where the path ends: the target's level, for a growth average the index it grows to."""
    if row["kind"] == "growth_average":
        return float(BASE * (1 + row["target"] / 100) ** (row["deadline"] - row["base_year"]))
    return float(row["target"])


def _required(row: Mapping[str, Any], now: float) -> list[dict[str, Any]]:
    """Return the path at what is still needed a year, or the level that every year must keep."""
    if row["target"] is None or row["deadline"] <= now and row["kind"] not in EACH_YEAR:
        return []
    if row["kind"] in EACH_YEAR:
        years = range(row["base_year"] + 1, row["deadline"] + 1)
        return [_point(year, "required", row["target"]) for year in years]
    rate, goal = row["required_rate"], _goal(row)
    if rate is None:
        return []
    years = range(int(now), row["deadline"] + 1)
    if row["rate_unit"] == "pct":
        return [_point(year, "required", goal / (1 + rate / 100) ** (row["deadline"] - year)) for year in years]
    return [_point(year, "required", goal - rate * (row["deadline"] - year)) for year in years]


def _projected(
    row: Mapping[str, Any], quantiles: Sequence[Mapping[str, Any]], factor: float, now: float
) -> list[dict[str, Any]]:
    """Return median and 80 % range of each year where there is a distribution."""
    by_year: dict[int, dict[str, float]] = {}
    for one in quantiles:
        by_year.setdefault(int(one["time_period"]), {})[str(one["output_type_id"])] = one["obs_value"] * factor
    years = [year for year in sorted(by_year) if year <= row["deadline"]]
    made = [_point(y, "projected", by_year[y]["0.5"], "", by_year[y]["0.1"], by_year[y]["0.9"]) for y in years]
    start = _level(row, now) if years and years[0] > now and row["required_rate"] is not None else None
    return made if start is None else [_point(now, "projected", start, "", start, start), *made]


def _level(row: Mapping[str, Any], now: float) -> float:
    """Return the level at `now`, from which the needed pace is counted."""
    left, rate = row["deadline"] - now, row["required_rate"]
    level = _goal(row) / (1 + rate / 100) ** left if row["rate_unit"] == "pct" else _goal(row) - rate * left
    return float(level)


def _peer(row: Mapping[str, Any], peer: Sequence[Mapping[str, Any]], growing: bool) -> list[dict[str, Any]]:
    """Return the country's figures beside a growth average, as index of the same base year."""
    yearly = {int(one["time_period"]): one["obs_value"] for one in peer if one["freq"] == "A"}
    base = yearly.get(row["base_year"])
    if not growing or not base:
        return []
    return [_point(year, "peer", BASE * value / base) for year, value in sorted(yearly.items())]


def warm() -> None:
    """Draw one empty picture: the first of a process takes half a second."""
    import pandas as pd

    picture(target_path("vi"), pd.DataFrame(columns=list(COLUMNS)))


def picture(spec: Mapping[str, Any], rows: pd.DataFrame) -> dict[str, Any]:
    """Return the chart with its rows inside as a picture, by media type: a notebook shows it without a network.

    The specification is handed to altair's renderer as it is; its tests compare it with the schema, not every run.
    """
    from altair.utils.data import to_values
    from altair.vegalite.v6.display import svg_renderer

    return dict(svg_renderer({**spec, "width": 640, "data": to_values(rows)}))
