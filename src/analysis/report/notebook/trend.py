"""Notebook 02: where is the economy going? Growth, levels, shares, contributions; the areas above beside.

Levels are put together only where the parts add to the total; chain-linked volumes do not. The contribution of part i to the
growth of the total is dY_i / Y_(t-1), in percentage points, so the contributions add to the growth.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.reference import unit, wording
from analysis.report.notebook.subject import area_name
from analysis.report.words import number, table
from analysis.schema.codelist import PARTS

if TYPE_CHECKING:
    from analysis.knowledge import Knowledge

PRODUCTS = ("commune_product", "grdp", "value_added", "gross_output")
ADDS = 0.002  # parts may miss the total by rounding, as a fraction of it
PIECES = ["time_period", "activity", "obs_value"]
STEADY = 0.05  # percentage points: the two growth rates print the same


@dataclass(frozen=True)
class Economy:
    """The cards of one product: growth, what it is the growth of, level at constant and at current prices, share,
    contribution ("" for none), and the activities that add to the total.
    """

    concept: str
    growth: str
    volume: str
    constant: str
    current: str
    share: str
    contribution: str
    parts: tuple[str, ...]


def economy(cards: pd.DataFrame, concept: str) -> Economy | None:
    """Return the cards of a product (concept in schema/codelist.py), None where none is its growth."""
    own = cards[cards["concept"] == concept]
    growth = own[own["growth_of"].notna()]
    if growth.empty:
        return None
    money = own[own["unit_measure"].str.startswith("VND_") & (own["aggregation"] == "sum")]
    whole = own["parts"].dropna()
    return Economy(
        concept=concept,
        growth=str(growth["indicator"].iloc[0]),
        volume=str(growth["growth_of"].iloc[0]),
        constant=_first(money[money["prices"] == "Q"]),
        current=_first(money[money["prices"] == "V"]),
        share=_first(own[(own["unit_measure"] == "PC") & own["parts"].notna()]),
        contribution=_first(own[own["unit_measure"] == "PP"]),
        parts=PARTS[str(whole.iloc[0])] if len(whole) else (),
    )


def _first(cards: pd.DataFrame) -> str:
    return str(cards["indicator"].iloc[0]) if len(cards) else ""


def of_plan(knowledge: Knowledge) -> Economy | None:
    """Return the product whose growth the plan targets, None where it targets none."""
    concepts = knowledge.plan.target.merge(knowledge.cards[["indicator", "concept"]], on="indicator")
    growing = concepts[(concepts["kind"] == "growth_average") & concepts["concept"].isin(PRODUCTS)]
    return economy(knowledge.cards, str(growing["concept"].iloc[0])) if len(growing) else None


def product(knowledge: Knowledge) -> Economy | None:
    """Return the product to look at: the plan's where the area has its growth, else the area's own, else the plan's."""
    asked = of_plan(knowledge)
    if asked and (knowledge.own["indicator"] == asked.growth).any():
        return asked
    return of_area(knowledge, knowledge.own) or asked


def of_area(knowledge: Knowledge, series: pd.DataFrame) -> Economy | None:
    """Return the first product of which an area has growth figures."""
    for concept in PRODUCTS:
        found = economy(knowledge.cards, concept)
        if found and (series["indicator"] == found.growth).any():
            return found
    return None


def growth(series: pd.DataFrame, which: Economy) -> pd.DataFrame:
    """Return the growth of the total, yearly and of the year's latest months: freq, time_period, obs_value, break_flag."""
    rows = series[(series["indicator"] == which.growth) & (series["activity"] == "total")]
    yearly = rows[rows["freq"] == "A"]
    last = yearly["time_period"].max() if len(yearly) else ""
    months = rows[(rows["freq"] == "YTD") & (rows["time_period"].str[:4] > str(last))].sort_values("time_period").tail(1)
    return pd.concat([yearly.sort_values("time_period"), months])[["freq", "time_period", "obs_value", "break_flag"]]


def above(knowledge: Knowledge) -> list[tuple[str, Any]]:
    """Return (code, first day) of the areas above the plan's: its parent, the parent's and so on."""
    now = knowledge.areas[knowledge.areas["valid_to"].isna()].set_index("ref_area")
    found: list[tuple[str, Any]] = []
    code = knowledge.plan.ref_area
    while code in now.index and isinstance(now.loc[code, "parent"], str) and len(found) < len(now):
        code = str(now.loc[code, "parent"])
        if code in now.index:
            found.append((code, now.loc[code, "valid_from"]))
    return found


def compared(knowledge: Knowledge, which: Economy | None, lang: str) -> pd.DataFrame:
    """Return the growth of the area and of those above it, each by its own product: place, area, freq, time_period, year,
    obs_value, break_flag; `place` 0 is the area itself. Invented figures are never those compared with.
    """
    frames = []
    here = (knowledge.plan.ref_area, pd.Timestamp(knowledge.plan.area_valid_from))
    for place, (code, first) in enumerate([here, *above(knowledge)]):
        series = knowledge.series
        series = series[(series["ref_area"] == code) & (series["area_valid_from"] == first)]
        series = series if place == 0 else series[~series["illustrative"]]
        product = which if place == 0 and which else of_area(knowledge, series)
        if product is None:
            continue
        rows = growth(series, product)
        area = knowledge.areas[(knowledge.areas["ref_area"] == code) & (knowledge.areas["valid_from"] == first)].iloc[0]
        label = wording.text("trend_area", lang, area=area[f"name_{lang}"], measure=_short(product, area["kind"], lang))
        frames.append(rows.assign(place=place, area=label, year=rows["time_period"].str[:4].astype("int64")))
    columns = ["place", "area", "freq", "time_period", "year", "obs_value", "break_flag"]
    return pd.concat(frames)[columns] if frames else pd.DataFrame(columns=columns)


def _short(product: Economy, kind: str, lang: str) -> str:
    """Return what the product is called in a few words; a country's is GDP."""
    return wording.text("product_country" if kind == "country" else f"product_{product.concept}", lang)


def levels(series: pd.DataFrame, indicator: str, parts: tuple[str, ...], freq: str) -> pd.DataFrame:
    """Return the level of the total and of each part by period (index), only the periods in which the parts add to it."""
    rows = series[(series["indicator"] == indicator) & (series["freq"] == freq)]
    wide = rows.pivot_table(index="time_period", columns="activity", values="obs_value", aggfunc="last")
    if not {"total", *parts} <= set(wide.columns) or not parts:
        return pd.DataFrame(columns=["total", *parts])
    wide = wide[["total", *parts]].dropna()
    return wide[(wide[list(parts)].sum(axis=1) - wide["total"]).abs() <= ADDS * wide["total"].abs()]


def contributions(series: pd.DataFrame, which: Economy | None) -> pd.DataFrame:
    """Return what each part adds to the growth of the total, in percentage points: time_period, activity, obs_value.

    dY_i / Y_(t-1) from levels at constant prices that add, of a year or of the same months; elsewhere as published. No
    change is taken across a break.
    """
    if which is None:
        return pd.DataFrame(columns=PIECES)
    made = [_changes(series, which, freq) for freq in ("A", "YTD")]
    found = pd.concat([frame for frame in made if len(frame)]) if any(map(len, made)) else pd.DataFrame()
    rows = series[(series["indicator"] == which.contribution) & series["activity"].isin(which.parts)]
    rows = rows[rows["freq"].isin(["A", "YTD"])][PIECES]
    if len(found):
        rows = pd.concat([found, rows[~rows["time_period"].isin(found["time_period"])]])
    rows = rows.assign(place=[which.parts.index(one) for one in rows["activity"]])
    return rows.sort_values(["time_period", "place"], ignore_index=True).drop(columns="place")


def _changes(series: pd.DataFrame, which: Economy, freq: str) -> pd.DataFrame:
    wide = levels(series, which.constant, which.parts, freq)
    rows = series[(series["indicator"] == which.constant) & (series["freq"] == freq) & series["break_flag"]]
    broken = set(rows["time_period"])
    found = []
    for period, now in wide.iterrows():
        before = f"{int(str(period)[:4]) - 1}{str(period)[4:]}"
        if before not in wide.index or period in broken:
            continue
        points = 100 * (now - wide.loc[before]) / wide.loc[before, "total"]
        found += [{"time_period": period, "activity": part, "obs_value": points[part]} for part in which.parts]
    return pd.DataFrame(found)


def shares(series: pd.DataFrame, which: Economy | None) -> tuple[pd.DataFrame, str]:
    """Return the share of each part in the total by year, percent (time_period, activity, obs_value), and the prices they
    are at: "V" as published or from levels at current prices, "Q" from levels at constant prices that add, "" for none.
    """
    if which is None:
        return pd.DataFrame(columns=PIECES), ""
    rows = series[(series["indicator"] == which.share) & (series["freq"] == "A") & series["activity"].isin(which.parts)]
    if len(rows):
        return rows[PIECES].sort_values("time_period", ignore_index=True), "V"
    for prices, indicator in (("V", which.current), ("Q", which.constant)):
        wide = levels(series, indicator, which.parts, "A")
        if len(wide):
            part = 100 * wide[list(which.parts)].div(wide["total"], axis=0)
            return part.reset_index().melt("time_period", var_name="activity", value_name="obs_value"), prices
    return rows[PIECES], ""


def is_invented(series: pd.DataFrame, which: Economy | None) -> bool:
    """Whether any figure of the area's product is invented."""
    if which is None:
        return False
    cards = (which.growth, which.volume, which.constant, which.current, which.share, which.contribution)
    return bool(series.loc[series["indicator"].isin(cards), "illustrative"].any())


def answer(knowledge: Knowledge, which: Economy | None, beside: pd.DataFrame, parts: pd.DataFrame, lang: str) -> str:
    """Answer in one sentence: growth beside the year before, the months since, the areas above, the largest contribution.

    `beside`, `parts`: what `compared` and `contributions` return.
    """
    if which is None:
        return wording.text("trend_no_product", lang)
    own = beside[beside["place"] == 0]
    yearly = own[own["freq"] == "A"]
    kind = knowledge.areas.loc[knowledge.areas["ref_area"] == knowledge.plan.ref_area, "kind"].iloc[-1]
    digits = _digits(knowledge, which)
    head = _head(yearly, digits, area_name(knowledge, lang), _short(which, kind, lang), lang)
    clauses = [head, *_clauses(digits, beside, parts, lang)]
    return table.said("; ".join(clauses) + ".", lang, is_invented(knowledge.own, which))


def _digits(knowledge: Knowledge, which: Economy) -> int:
    return int(knowledge.cards.set_index("indicator").loc[which.growth, "decimals"])


def changed(value: float, digits: int, lang: str) -> str:
    """Return a growth in words: "tăng 10,4%", "giảm 1,2%"."""
    shown = number.percent(abs(value), digits, lang)
    if shown == number.percent(0, digits, lang):
        return wording.text("trend_same", lang)
    return wording.text("trend_grew" if value > 0 else "trend_fell", lang, value=shown)


def _head(yearly: pd.DataFrame, digits: int, area: str, measure: str, lang: str) -> str:
    if yearly.empty:
        return wording.text("trend_none", lang, area=area, measure=measure)
    last = yearly.iloc[-1]
    values = {"area": area, "measure": measure, "year": last["time_period"]}
    values["growth"] = changed(last["obs_value"], digits, lang)
    before = yearly[yearly["year"] == last["year"] - 1]
    if before.empty or last["break_flag"]:
        return wording.text("trend_one", lang, **values)
    change = last["obs_value"] - before["obs_value"].iloc[0]
    direction = "steady" if abs(change) < STEADY else "up" if change > 0 else "down"
    key = "trend_shrinks" if last["obs_value"] < 0 else f"trend_{direction}"
    before_text = changed(before["obs_value"].iloc[0], digits, lang)
    return wording.text(key, lang, before=before["time_period"].iloc[0], growth_before=before_text, **values)


def _clauses(digits: int, beside: pd.DataFrame, parts: pd.DataFrame, lang: str) -> list[str]:
    own = beside[beside["place"] == 0]
    made = []
    for row in own[own["freq"] == "YTD"].to_dict("records"):
        period = number.show(row["time_period"], "period", lang)
        made.append(wording.text("trend_part", lang, period=period, growth=changed(row["obs_value"], digits, lang)))
    yearly = own[own["freq"] == "A"]
    above_it = beside[(beside["place"] > 0) & (beside["freq"] == "A")]
    year = (yearly if len(yearly) else above_it)["time_period"].max() if len(above_it) else None
    others = above_it[above_it["time_period"] == year]
    if len(others):
        said = [
            f"{table.within(row['area'], lang)} {changed(row['obs_value'], 2, lang)}" for row in others.to_dict("records")
        ]
        made.append(wording.text("trend_beside" if len(yearly) else "trend_above", lang, year=year, others=", ".join(said)))
    if len(parts):
        latest = parts[parts["time_period"] == parts["time_period"].max()]
        largest = latest.loc[latest["obs_value"].idxmax()]
        made.append(
            wording.text(
                "trend_largest",
                lang,
                period=number.show(largest["time_period"], "period", lang),
                activity=wording.text(f"activity_{largest['activity']}", lang),
                points=number.show(largest["obs_value"], "points:2", lang),
            )
        )
    return made


def named(rows: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Return contributions or shares with the activity and the period in words, for a chart."""
    names = {activity: wording.text(f"activity_{activity}", lang) for activity in rows["activity"].unique()}
    periods = {period: number.show(period, "period", lang) for period in rows["time_period"].unique()}
    place = {activity: place for place, activity in enumerate(PARTS["sectors_taxes"])}
    parts, order = rows["activity"].map(names), rows["activity"].map(place)
    return rows.assign(part=parts, period=rows["time_period"].map(periods), place=order)


def share_note(prices: str, lang: str) -> str:
    """Return at which prices the shares are (as `shares` says)."""
    return wording.text(f"trend_share_{prices}", lang)


def by_period(rows: pd.DataFrame, which: Economy | None, form: str, lang: str, invented: bool) -> table.Shown:
    """Return contributions or shares as a table: a line a period, a column a part, and their sum."""
    parts = which.parts if which else ()
    lines = []
    for period, found in rows.groupby("time_period"):
        values = found.set_index("activity")["obs_value"].to_dict()
        shown = [number.show(values.get(part), form, lang) for part in parts]
        lines.append([number.show(period, "period", lang), *shown, number.show(sum(values.values()), form, lang)])
    headings = ["col_period", *(f"activity_{part}" for part in parts), "activity_total"]
    return table.shown(lines, headings, "t" + "n" * (len(parts) + 1), lang, invented)


def level_table(knowledge: Knowledge, which: Economy | None, lang: str) -> table.Shown:
    """Return the level of the total and its growth, year by year, with status and breaks marked."""
    own, lines = knowledge.own, []
    if which is None:
        return table.line("trend_no_product", lang, False)
    level = which.constant if ((own["indicator"] == which.constant) & (own["activity"] == "total")).any() else which.volume
    card = knowledge.cards[knowledge.cards["indicator"] == level].iloc[0].to_dict()
    form = f"decimal:{int(card['decimals'])}"
    total = own[own["activity"] == "total"]
    rates = total[total["indicator"] == which.growth].set_index(["freq", "time_period"])["obs_value"].to_dict()
    for row in total[(total["indicator"] == level) & total["freq"].isin(["A", "YTD"])].to_dict("records"):
        marks = [name for name in ("break_flag", "back_cast", "illustrative") if row[name]]
        lines.append(
            [
                number.show(row["time_period"], "period", lang),
                number.show(row["obs_value"], form, lang),
                number.show(rates.get((row["freq"], row["time_period"])), f"growth:{_digits(knowledge, which)}", lang),
                wording.text(f"status_{row['obs_status']}", lang),
                ", ".join(wording.text(f"mark_{mark}", lang) for mark in marks),
            ]
        )
    headings = ("col_period", "trend_level", "col_growth", "col_status", "col_marks")
    names = {"name": card[f"name_{lang}"], "unit": unit.names()[card["unit_measure"]][lang]}
    return table.shown(lines, headings, "tnntt", lang, is_invented(own, which), **names)
