"""The one kind of chart: history, required path and projection of a growth target. The only importer of altair."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analysis.reference import wording
from analysis.report import number

if TYPE_CHECKING:
    import altair

DATA = "rows"
BASE, INTERVAL = 100, 80  # index of the base year; percent of the fan
FONT = "Noto Sans, Segoe UI, DejaVu Sans, Arial, sans-serif"
COLUMNS = {"year": "int64", "line": "str", "value": "float64", "lo80": "float64", "hi80": "float64", "status": "str"}
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
        "titleAngle": 0,
        "titleAnchor": "start",
        "titleAlign": "left",
    }
    title = wording.text("chart_axis", lang, base=BASE)
    y = {
        "field": "value",
        "type": "quantitative",
        "title": title,
        "scale": {"zero": False},
        "axis": {**axis, "titleX": 0, "titleY": -14, "titleBaseline": "bottom"},
    }
    tooltip = [
        {"field": "year", "format": "d", "title": wording.text("chart_year", lang)},
        {"field": "value", "format": ",.1f", "title": title},
    ]
    fan = {
        "transform": [{"filter": "datum.line === 'projected'"}],
        "mark": {"type": "area", "color": LINES["projected"][0], "opacity": 0.16},
        "encoding": {"x": x, "y": {**y, "field": "lo80"}, "y2": {"field": "hi80"}},
    }
    paths = {
        "mark": {"type": "line", "strokeWidth": 2.2},
        "encoding": {"x": x, "y": y, "color": colour, "strokeDash": dash, "tooltip": tooltip},
    }
    points = {
        "transform": [{"filter": "datum.line === 'observed'"}],
        "mark": {"type": "point", "size": 70, "stroke": LINES["observed"][0], "strokeWidth": 1.8, "opacity": 1},
        "encoding": {"x": x, "y": y, "shape": shape, "fill": filling, "tooltip": tooltip},
    }
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
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
    series: pd.DataFrame, projection: pd.DataFrame, target_row: Mapping[str, Any], index: str, country: str
) -> pd.DataFrame:
    """Return what the chart draws for one row of out.progress: `COLUMNS`, the index with the base year = 100.

    `series` and `projection` are core.series and out.projection; `index` the indicator drawn (the card's `growth_of`),
    `country` the area drawn beside it. Without a base value there is nothing to draw: an empty frame.
    """
    yearly = series[(series["freq"] == "A") & (series["activity"] == target_row["activity"])]
    drawn = yearly[yearly["indicator"] == index]
    if number.is_missing(target_row["base_value"]):
        return _typed([])
    observed = _rebased(drawn[_here(drawn, target_row)], target_row, "observed")
    parts = [observed, _required(observed, target_row), _projected(projection, observed, index, target_row)]
    if target_row["ref_area"] != country:
        parts.append(_rebased(drawn[drawn["ref_area"] == country], target_row, "peer").assign(status=""))
    return _typed(parts)


def _here(frame: pd.DataFrame, row: Mapping[str, Any]) -> pd.Series[bool]:
    valid_from = pd.to_datetime(frame["area_valid_from"]) == pd.Timestamp(row["area_valid_from"])
    return (frame["ref_area"] == row["ref_area"]) & valid_from


def _number(value: Any) -> float:
    return float("nan") if number.is_missing(value) else float(value)


def _typed(parts: list[pd.DataFrame]) -> pd.DataFrame:
    blank = pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in COLUMNS.items()})
    if not parts:
        return blank
    return pd.concat([part.reindex(columns=list(COLUMNS)) for part in parts], ignore_index=True).astype(COLUMNS)


def _rebased(index: pd.DataFrame, row: Mapping[str, Any], line: str) -> pd.DataFrame:
    """Return the index with the base year = 100, no rows when it has no base year."""
    ordered = index.sort_values("time_period")
    base = ordered.loc[ordered["time_period"] == str(row["base_year"]), "obs_value"]
    factor = BASE / base.iloc[0] if len(base) else float("nan")
    frame = pd.DataFrame(
        {
            "year": ordered["time_period"].astype(int),
            "line": line,
            "value": ordered["obs_value"] * factor,
            "status": ordered["obs_status"],
        }
    )
    return frame.dropna(subset=["value"])


def _required(observed: pd.DataFrame, row: Mapping[str, Any]) -> pd.DataFrame:
    """Return the path at the rate still needed, from the latest figure to the deadline."""
    latest, rate = observed.iloc[-1], _number(row["required_rate"])
    years = np.arange(int(latest["year"]), int(row["deadline"]) + 1)
    value = latest["value"] * (1 + rate / 100) ** (years - latest["year"])
    frame = pd.DataFrame({"year": years, "line": "required", "value": value, "status": ""})
    return frame.dropna(subset=["value"])


def _projected(projection: pd.DataFrame, observed: pd.DataFrame, name: str, row: Mapping[str, Any]) -> pd.DataFrame:
    """Return median and 80 % range for each year to the deadline, fanning out from the latest figure."""
    chosen = projection[
        _here(projection, row)
        & (projection["plan"] == row["plan"])
        & (projection["scenario"] == row["scenario"])
        & (projection["indicator"] == name)
        & (projection["activity"] == row["activity"])
        & (projection["output_type"] == "quantile")
        & (projection["time_period"].astype(int) <= int(row["deadline"]))
    ]
    if chosen.empty:
        return chosen.reindex(columns=list(COLUMNS))
    wide = chosen.assign(level=chosen["output_type_id"].astype(float)).pivot_table(
        index="time_period", columns="level", values="obs_value"
    )
    factor = BASE / _number(row["base_value"])
    latest = observed.iloc[-1]
    values = {
        name: [latest["value"], *(wide[level] * factor)] for name, level in (("value", 0.5), ("lo80", 0.1), ("hi80", 0.9))
    }
    years = [int(latest["year"]), *wide.index.astype(int)]
    return pd.DataFrame({"year": years, "line": "projected", **values, "status": ""})


def warm() -> None:
    """Draw one empty picture: the first of a process takes half a second."""
    import pandas as pd

    inline(target_path("vi"), pd.DataFrame(columns=list(COLUMNS)))._repr_mimebundle_(None, None)


def inline(spec: Mapping[str, Any], rows: pd.DataFrame) -> altair.LayerChart:
    """Return the chart with its rows inside, as a picture: a notebook shows it without a network."""
    import altair

    altair.renderers.enable("svg")
    chart = altair.LayerChart.from_dict({**spec, "width": 640})
    chart.data = rows
    return chart
