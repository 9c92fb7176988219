"""The kinds of chart of notebooks and the track record, as Vega-Lite dictionaries; each has the data source "rows"."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.reference import wording
from analysis.report.chart import target_chart
from analysis.report.words import number, table

if TYPE_CHECKING:
    import pandas as pd

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
MEDIA_TYPE = "application/vnd.vegalite.v5+json"  # the newest that JupyterLab draws by itself
COLOURS = ("#12355b", "#c8553d", "#7a9e7e", "#b0b7bf")  # told apart in grey too
DASHES = ([1, 0], [8, 4], [2, 3], [10, 3, 2, 3])
WIDTH, HEIGHT = 640, 280
HORIZONTAL = {"orient": "bottom", "title": None, "labelLimit": 0, "columns": 1}


@dataclass(frozen=True)
class Moving:
    """A chart with sliders: JupyterLab and the page of the notebook draw it themselves, no server is asked."""

    specification: Mapping[str, Any]
    text: str

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return {MEDIA_TYPE: dict(self.specification), "text/plain": self.text}


@dataclass(frozen=True)
class Picture:
    """A chart as a picture, with what it shows in words: a page reads them out in its place."""

    specification: Mapping[str, Any]
    rows: pd.DataFrame
    text: str

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return {**target_chart.picture(self.specification, self.rows), "text/plain": self.text}


def drawn(spec: Mapping[str, Any], rows: pd.DataFrame, invented: bool, lang: str) -> Any:
    """Return the chart with its rows inside and the notice above where they are invented; a sentence when there are none."""
    if rows.empty:
        return table.line("chart_none", lang, invented)
    text = ". ".join(part for part in (spec["description"], table.notice(lang, invented)) if part)
    return Picture(noticed(spec, invented, lang), rows, text)


def noticed(spec: Mapping[str, Any], invented: bool, lang: str) -> dict[str, Any]:
    """Return the specification with the notice as its title where its rows are invented."""
    if not invented:
        return dict(spec)
    title = {"text": table.notice(lang, invented), "color": "#a4262c", "fontSize": 12, "anchor": "start"}
    return {**spec, "title": title}


def _base(description: str, lang: str, layers: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    point, thousands = number.SEPARATORS[lang]
    return {
        "$schema": SCHEMA,
        "description": wording.text(description, lang),
        "data": {"name": target_chart.DATA},
        "width": WIDTH,
        "height": HEIGHT,
        "layer": list(layers),
        "config": {
            "font": target_chart.FONT,
            "background": "#ffffff",
            "locale": {"number": {"decimal": point, "thousands": thousands, "grouping": [3], "currency": ["", ""]}},
            "view": {"stroke": None},
            "axis": {"labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal", "gridColor": "#e3e6ea"},
            "legend": {"labelFontSize": 12},
        },
    }


def growth_lines(rows: pd.DataFrame, lang: str) -> dict[str, Any]:
    """Return the chart of trend.compared: a line an area, months of a year hollow, a rule where a break is."""
    areas = list(dict.fromkeys(rows["area"]))
    scale = {"domain": areas, "range": list(COLOURS[: len(areas)])}
    colour = {"field": "area", "type": "nominal", "scale": scale, "legend": HORIZONTAL}
    dash = {**colour, "scale": {"domain": areas, "range": list(DASHES[: len(areas)])}}
    x = {"field": "year", "type": "quantitative", "title": None, "axis": {"format": "d", "tickMinStep": 1, "grid": False}}
    x["scale"] = {"zero": False, "nice": False, "padding": 12}
    y = {"field": "obs_value", "type": "quantitative", "title": wording.text("chart_growth", lang)}
    whole = {"test": "datum.freq === 'A'", "field": "area", "type": "nominal", "scale": scale, "legend": None}
    breaks = {
        "transform": [{"filter": "datum.break_flag"}],
        "mark": {"type": "rule", "strokeDash": [3, 3], "color": "#767676"},
        "encoding": {"x": x},
    }
    paths = {
        "mark": {"type": "line", "strokeWidth": 2.2},
        "encoding": {"x": x, "y": y, "color": colour, "strokeDash": dash},
    }
    points = {
        "mark": {"type": "point", "size": 60, "strokeWidth": 1.8, "opacity": 1},
        "encoding": {
            "x": x,
            "y": y,
            "stroke": {**colour, "legend": None},
            "fill": {"condition": whole, "value": "#fff"},
        },
    }
    return _base("chart_growth_about", lang, [breaks, paths, points])


def parts_stack(rows: pd.DataFrame, title: str, lang: str) -> dict[str, Any]:
    """Return stacked bars of trend.named: a bar a period, a piece a part, in the order of the rows."""
    parts = list(dict.fromkeys(rows["part"]))
    colour = {"field": "part", "type": "nominal", "legend": HORIZONTAL}
    colour["scale"] = {"domain": parts, "range": list(COLOURS[: len(parts)])}
    x = {"field": "period", "type": "ordinal", "title": None, "sort": None, "axis": {"labelAngle": 0}}
    y = {"field": "obs_value", "type": "quantitative", "title": wording.text(title, lang), "stack": "zero"}
    place = {"field": "place", "type": "quantitative"}
    bars = {
        "mark": {"type": "bar", "size": 34, "stroke": "#fff"},
        "encoding": {"x": x, "y": y, "color": colour, "order": place},
    }
    return _base(f"{title}_about", lang, [bars])


def years_known(lang: str) -> dict[str, Any]:
    """Return the chart of sufficiency.years_known: how many targets have figures of so many years, enough or not."""
    texts = {name: wording.text(f"chart_enough_{name}", lang) for name in ("true", "false")}
    labels = f"{json.dumps(texts, ensure_ascii=False)}[datum.label]"
    colour = {"field": "enough", "type": "nominal", "legend": {**HORIZONTAL, "labelExpr": labels}}
    colour["scale"] = {"domain": [True, False], "range": [COLOURS[0], COLOURS[1]]}
    whole = {"format": "d", "tickMinStep": 1}
    x = {"field": "years", "type": "ordinal", "title": wording.text("col_years_known", lang), "axis": {"labelAngle": 0}}
    y = {"field": "count", "type": "quantitative", "title": wording.text("chart_targets", lang), "axis": whole}
    bars = {"mark": {"type": "bar", "size": 34}, "encoding": {"x": x, "y": y, "color": colour}}
    return _base("chart_years_about", lang, [bars])


RELIABILITY = {  # shape, filling and colour of each kind of data: told apart in grey too
    "levels": ("circle", "#12355b", "#12355b"),
    "growth": ("square", "#ffffff", "#a4262c"),
    "shares": ("triangle-up", "#b0b7bf", "#4d5866"),
}


def reliability(lang: str, kinds: Sequence[str] = tuple(RELIABILITY)) -> dict[str, Any]:
    """Return the chart of track_record.points_drawn: what was said against what came true; on the diagonal all is well."""
    texts = {kind: wording.text(f"track_short_{kind}", lang) for kind in kinds}
    labels = f"{json.dumps(texts, ensure_ascii=False)}[datum.label]"
    legend = {**HORIZONTAL, "labelExpr": labels, "symbolSize": 90}

    def of_kind(place: int) -> dict[str, Any]:
        scale = {"domain": list(kinds), "range": [RELIABILITY[kind][place] for kind in kinds]}
        return {"field": "kind", "type": "nominal", "scale": scale, "legend": legend}

    axis = {"format": ".0%", "tickCount": 6}
    x = {"field": "said", "type": "quantitative", "title": wording.text("chart_said", lang), "scale": {"domain": [0, 1]}}
    y = {**x, "field": "met", "title": wording.text("chart_met", lang), "axis": {**axis, "titlePadding": 8}}
    x["axis"] = {**axis, "labelFlush": False}
    ends = {name: {**{k: v for k, v in one.items() if k != "field"}, "datum": 0} for name, one in {"x": x, "y": y}.items()}
    diagonal = {
        "data": {"values": [{}]},
        "mark": {"type": "rule", "aria": False, "strokeDash": [6, 4], "color": "#767676"},
        "encoding": {**ends, "x2": {"datum": 1}, "y2": {"datum": 1}},
    }
    spread = {
        "transform": [{"filter": "isValid(datum.low)"}],
        "mark": {"type": "rule", "aria": False, "strokeWidth": 1.4},
        "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}, "stroke": of_kind(2)},
    }
    tooltip = [
        {"field": "said", "format": ".0%", "title": wording.text("chart_said", lang)},
        {"field": "met", "format": ".0%", "title": wording.text("chart_met", lang)},
        {"field": "cases", "format": ",", "title": wording.text("track_tried", lang)},
    ]
    points = {
        "mark": {"type": "point", "aria": False, "size": 80, "strokeWidth": 1.8, "opacity": 1},
        "encoding": {"x": x, "y": y, "shape": of_kind(0), "fill": of_kind(1), "stroke": of_kind(2), "tooltip": tooltip},
    }
    return _fitted(_base("chart_reliability_about", lang, [diagonal, spread, points]), 380)


def tenths(lang: str, kinds: Sequence[str] = ("levels", "growth")) -> dict[str, Any]:
    """Return the chart of track_record.tenths_drawn: bars as high as the broken line where the ranges are right."""
    texts = {kind: wording.text(f"track_short_{kind}", lang) for kind in kinds}
    labels = f"{json.dumps(texts, ensure_ascii=False)}[datum.label]"
    scale = {"domain": list(kinds), "range": list(COLOURS[: len(kinds)])}
    colour = {"field": "kind", "type": "nominal", "scale": scale, "legend": {**HORIZONTAL, "labelExpr": labels}}
    x = {"field": "tenth", "type": "ordinal", "title": wording.text("chart_tenth", lang), "axis": {"labelAngle": 0}}
    axis = {"format": ".0%", "tickCount": 5, "titlePadding": 8}
    y = {"field": "share", "type": "quantitative", "title": wording.text("chart_tenth_share", lang), "axis": axis}
    bars = {
        "mark": {"type": "bar", "aria": False},
        "encoding": {
            "x": x,
            "xOffset": {"field": "kind", "sort": list(kinds)},
            "y": y,
            "color": colour,
            "tooltip": [
                {"field": "share", "format": ".1%", "title": wording.text("chart_tenth_share", lang)},
                {"field": "cases", "format": ",", "title": wording.text("track_tried", lang)},
            ],
        },
    }
    even = {
        "mark": {"type": "rule", "aria": False, "strokeDash": [6, 4], "strokeWidth": 1.6, "color": "#333"},
        "encoding": {"y": {"datum": 0.1}},
    }
    return _fitted(_base("chart_tenths_about", lang, [bars, even]), 260)


def _fitted(spec: dict[str, Any], height: int) -> dict[str, Any]:
    """Return a chart as wide as its place on a page."""
    fit = {"width": "container", "height": height, "autosize": {"type": "fit-x", "contains": "padding"}}
    return {**spec, **fit, "$schema": target_chart.SCHEMA, "padding": {"left": 4, "right": 16, "top": 8, "bottom": 4}}


def sliders(levers: Sequence[Mapping[str, Any]], goal: Mapping[str, Any], invented: bool, lang: str) -> Moving:
    """Return the what-if chart: a slider a lever, the path they give and the path the plan asks.

    `levers`: name (ASCII), label, share (fraction of the base), first and last year in which the slider's rate holds, rate,
    and `group`: levers of one group are one part of the whole in different years. `goal`: base_year, deadline, rate.
    """
    params = [
        {
            "name": f"rate_{one['name']}",
            "value": round(one["rate"], 2),
            "bind": {"input": "range", "min": -5, "max": 25, "step": 0.01, "name": f"{one['label']} "},
        }
        for one in levers
    ]
    left = goal["deadline"] - goal["base_year"]
    years = [{"year": goal["base_year"] + step, "step": step} for step in range(left + 1)]
    place = [
        {"calculate": f"100 * ({_whole(levers, goal['base_year'])})", "as": "what_if"},
        {"calculate": f"100 * pow(1 + {goal['rate']} / 100, datum.step)", "as": "plan"},
    ]
    mean = f"100 * (pow(datum.what_if / 100, 1 / {left}) - 1)"
    said = f"{_quoted('whatif_mean', lang)} + format({mean}, '.2f') + '%'"
    spec = _base("chart_whatif_about", lang, _whatif_layers(goal["deadline"], said, lang))
    spec |= {"params": params, "data": {"values": years}, "transform": place}
    return Moving(noticed(spec, invented, lang), wording.text("whatif_sliders", lang))


def _quoted(key: str, lang: str) -> str:
    return json.dumps(wording.text(key, lang), ensure_ascii=False)


def _whole(levers: Sequence[Mapping[str, Any]], base: int) -> str:
    """Return the index of the whole, base = 1, as an expression of the sliders and the year."""
    terms = []
    for group in dict.fromkeys(one["group"] for one in levers):
        own = [one for one in levers if one["group"] == group]
        powers = [
            f"pow(1 + rate_{one['name']} / 100, clamp(datum.year - {one['first'] - 1}, 0, {one['last'] - one['first'] + 1}))"
            for one in own
        ]
        terms.append(f"{own[0]['share']!r} * " + " * ".join(powers))
    return " + ".join(terms)


def _whatif_layers(deadline: int, said: str, lang: str) -> list[dict[str, Any]]:
    x = {"field": "year", "type": "quantitative", "title": None, "axis": {"format": "d", "tickMinStep": 1, "grid": False}}
    x["scale"] = {"zero": False, "nice": False, "padding": 12}
    y = {"type": "quantitative", "title": wording.text("chart_axis", lang, base=target_chart.BASE), "scale": {"zero": False}}
    names = {name: wording.text(f"chart_{name}", lang) for name in ("what_if", "plan")}
    colours = {"domain": list(names.values()), "range": [COLOURS[0], COLOURS[1]]}
    dashes = {"domain": list(names.values()), "range": [[1, 0], [8, 4]]}
    lines = [
        {
            "mark": {"type": "line", "strokeWidth": 2.4, "point": name == "what_if"},
            "encoding": {
                "x": x,
                "y": {**y, "field": name},
                "color": {"datum": label, "scale": colours, "legend": HORIZONTAL},
                "strokeDash": {"datum": label, "scale": dashes, "legend": HORIZONTAL},
            },
        }
        for name, label in names.items()
    ]
    text = {
        "transform": [{"filter": f"datum.year === {deadline}"}, {"calculate": said, "as": "said"}],
        "mark": {"type": "text", "align": "left", "fontSize": 14, "fontWeight": "bold"},
        "encoding": {"x": {"value": 14}, "y": {"value": 18}, "text": {"field": "said"}},  # no rising path passes there
    }
    return [*lines, text]
