"""Definition cards, units and identities agree with each other; every check is seen failing on a broken copy."""

import re

import pandas as pd
import pytest
from conftest import RAW

from analysis import series
from analysis.errors import InputError
from analysis.reference import file
from analysis.schema.reference import IDENTITY, INDICATOR, UNIT

FOLDER = RAW / "reference"
SHARE = re.compile(r"100 \* (\w+) / (\w+)")
PRODUCT = ("commune_product", "grdp", "gross_output", "value_added")
TEXTS = ["name_vi", "name_en", "definition_vi", "definition_en", "definition_source", "note"]
SAID_TO_BE_ANOTHER = re.compile(r"không phải GRDP|not GRDP")
MAY_PASS_THE_WHOLE = ("disbursement_rate", "budget_rev_rate")  # more may be paid or raised than was planned


@pytest.fixture(scope="module")
def tables():
    read = {table.name: file.read(FOLDER / f"{table.name}.csv", table) for table in (INDICATOR, UNIT, IDENTITY)}
    return {name: frame.set_index(frame.columns[0], drop=False) for name, frame in read.items()}


def text(value):
    return value if isinstance(value, str) else ""


def formulas(tables):
    return {row.indicator: row.formula for row in tables["indicator"].itertuples() if text(row.formula)}


def parts(tables):
    """Return {card: the names in its formula}, of the formulas that can be read."""
    read = {}
    for name, formula in formulas(tables).items():
        try:
            read[name] = list(series.names(name, formula))
        except InputError:
            read[name] = []
    return read


def shares(tables):
    """Return {share: (numerator, denominator)} of the cards that are a part in percent of a whole."""
    matches = {name: SHARE.fullmatch(formula) for name, formula in formulas(tables).items()}
    return {name: match.groups() for name, match in matches.items() if match}


def quantity(tables):
    of_unit = tables["unit"]["quantity"].to_dict()
    return {row.indicator: of_unit.get(row.unit_measure) for row in tables["indicator"].itertuples()}


def reached(start, edges):
    """Return what can be come to from `start` along `edges` ({from: [to]})."""
    found, waiting = set(), [start]
    while waiting:
        new = set(edges.get(waiting.pop(), [])) - found
        found |= new
        waiting += new
    return found


def formula_unreadable(tables):
    return [name for name, found in parts(tables).items() if not found]


def formula_name_unknown(tables):
    return [(name, part) for name, found in parts(tables).items() for part in found if part not in tables["indicator"].index]


def formula_in_a_circle(tables):
    known = parts(tables)
    return [name for name in known if name in reached(name, known)]


def unit_unknown(tables):
    return [row.indicator for row in tables["indicator"].itertuples() if row.unit_measure not in tables["unit"].index]


def growth_not_in_percent_a_year(tables):
    return [
        row.indicator
        for row in tables["indicator"].itertuples()
        if ("lag(" in text(row.formula) or text(row.growth_of)) and row.unit_measure != "PC_Y"
    ]


def growth_of_nothing(tables):
    cards = tables["indicator"]
    return [
        row.indicator
        for row in cards.itertuples()
        if (row.unit_measure == "PC_Y") != bool(text(row.growth_of))
        or (text(row.growth_of) and row.growth_of not in cards.index)
    ]


def share_of_another_kind(tables):
    """Numerator and denominator are known cards of one quantity, and the share is a percentage with a ratio's concept."""
    kinds = quantity(tables)
    ratios = tables["indicator"].query("unit_measure == 'PC' and concept == 'ratio' and aggregation == 'ratio'").index
    return [
        name
        for name, (part, whole) in shares(tables).items()
        if kinds.get(part) is None or kinds[part] != kinds.get(whole) or name not in ratios
    ]


def share_without_parts(tables):
    """A percentage a commune can measure is kept as its numerator and denominator."""
    cards = tables["indicator"]
    measured = cards[(cards["unit_measure"] == "PC") & (cards["measurable_at_commune"] != "no")]
    return [name for name in measured["indicator"] if not parts(tables).get(name)]


def part_year_of_another_kind(tables):
    """A share's part-year figure is its numerator's: from January, or at the end of the month."""
    kept = tables["indicator"]["part_year"].to_dict()
    return [name for name, (part, _) in shares(tables).items() if part in kept and kept[part] != kept[name]]


def unit_without_one_base(tables):
    """The units of one quantity convert into its only base unit (factor 1, shift 0)."""
    unit = tables["unit"]
    based = unit[(unit["factor"] == 1) & (unit["shift"] == 0)].groupby("quantity").size()
    wrong = [name for name in unit["quantity"].unique() if based.get(name, 0) != 1]
    return wrong + unit.loc[unit["factor"] <= 0, "unit_measure"].tolist()


def unit_said_twice(tables):
    unit = tables["unit"]
    return [
        (code, column) for column in ("name_vi", "name_en") for code in unit.loc[unit[column].duplicated(), "unit_measure"]
    ]


def identity_unknown(tables):
    pairs = tables["identity"]
    return [name for name in [*pairs["part"], *pairs["whole"]] if name not in tables["indicator"].index]


def identity_of_two_quantities(tables):
    kinds = quantity(tables)
    return [(row.part, row.whole) for row in tables["identity"].itertuples() if kinds.get(row.part) != kinds.get(row.whole)]


def identity_in_a_circle(tables):
    above = {}
    for row in tables["identity"].itertuples():
        above.setdefault(row.part, []).append(row.whole)
    return [name for name in above if name in reached(name, above)]


def share_without_identity(tables):
    """What is a part in percent of a whole is never above it, except what is paid or raised against a plan."""
    pairs = set(zip(tables["identity"]["part"], tables["identity"]["whole"], strict=True))
    upper = tables["indicator"]["upper"]
    return [
        name
        for name, pair in shares(tables).items()
        if (pair in pairs) == (name in MAY_PASS_THE_WHOLE) or (pair in pairs) != (upper[name] == 100)
    ]


def product_called_grdp(tables):
    cards = tables["indicator"]
    product = cards[(cards["concept"] == "commune_product") | cards["indicator"].str.startswith("commune_product")]
    return [
        (row["indicator"], column)
        for row in product.to_dict("records")
        for column in TEXTS
        if "GRDP" in SAID_TO_BE_ANOTHER.sub("", text(row[column])) or "Gross regional" in text(row[column])
    ]


def product_with_a_tax_line(tables):
    cards = tables["indicator"]
    named = cards["indicator"].str.startswith("commune_product")
    wrong = (named != (cards["concept"] == "commune_product")) | (named & (cards["parts"] == "sectors_taxes"))
    taxed = cards["indicator"].isin(["grdp_q", "grdp_v", "grdp_contribution", "grdp_share"])
    return cards.loc[wrong | (taxed & (cards["parts"] != "sectors_taxes")), "indicator"].tolist()


def income_from_product_or_people(tables):
    cards = tables["indicator"]
    income = cards[(cards["concept"] == "survey_income") | cards["indicator"].str.startswith("income")]
    wrong = income.loc[income["concept"] != "survey_income", "indicator"].tolist()
    concept = cards["concept"].to_dict()
    for name in income["indicator"]:
        wrong += [(name, part) for part in parts(tables).get(name, []) if concept.get(part) in (*PRODUCT, "headcount")]
    return wrong


def sensitive_with_a_figure(tables):
    """Of what is sensitive only met or not met is kept: no number, no numerator."""
    cards = tables["indicator"]
    named = cards["indicator"].isin(["conscription_rate", "police_service_rate", "drug_free"])
    kept = (cards["unit_measure"] == "FLAG") & (cards["concept"] == "recognition") & cards["formula"].isna()
    return cards.loc[(named != cards["sensitive"]) | (cards["sensitive"] & ~kept), "indicator"].tolist()


def bound_of_another_kind(tables):
    """Shares lie in 0-100 (or a little around), met or not met in 0-1, and only growth, savings and points go below 0."""
    cards = tables["indicator"]
    flags = cards["unit_measure"] == "FLAG"
    wrong = flags & ((cards["lower"] != 0) | (cards["upper"] != 1))
    negative = cards["unit_measure"].isin(["PC_Y", "PP"]) | cards["indicator"].isin(
        ["energy_saving_rate", "tfp_contribution", "grdp_share"]
    )
    wrong |= (cards["lower"] < 0) & ~negative
    wrong |= (cards["unit_measure"] == "PC") & cards["upper"].isna()
    return cards.loc[wrong, "indicator"].tolist()


def put(table, row, column, value):
    def broken(tables):
        frame = tables[table].astype({column: "object"})
        frame.loc[row, column] = value
        return {**tables, table: frame}

    return broken


def without(table, row):
    return lambda tables: {**tables, table: tables[table].drop(index=row)}


def pair(part, whole):
    def broken(tables):
        row = pd.DataFrame({"part": [part], "whole": [whole], "reason_vi": ["thử"]}, index=[part])
        return {**tables, "identity": pd.concat([tables["identity"], row])}

    return broken


CHECKS = [
    (formula_unreadable, put("indicator", "hi_coverage", "formula", "100 * hi_insured /")),
    (formula_unreadable, put("indicator", "grdp_volume_index", "formula", "sum(grdp_growth_index)")),
    (formula_name_unknown, put("indicator", "hi_coverage", "formula", "100 * hi_insured / population")),
    (formula_name_unknown, without("indicator", "schools_general")),
    (formula_in_a_circle, put("indicator", "energy_bau", "formula", "energy_saving_rate * 2")),
    (formula_in_a_circle, put("indicator", "grdp_growth_index", "formula", "grdp_growth + 100")),
    (unit_unknown, put("indicator", "income_pc", "unit_measure", "VND")),
    (unit_unknown, without("unit", "KWH_MN")),
    (growth_not_in_percent_a_year, put("indicator", "commune_product_growth", "unit_measure", "PC")),
    (growth_of_nothing, put("indicator", "iip_growth", "growth_of", None)),
    (growth_of_nothing, put("indicator", "iip_growth", "growth_of", "iip")),
    (share_of_another_kind, put("indicator", "poor_households", "unit_measure", "PS")),
    (share_of_another_kind, put("indicator", "poverty_rate", "concept", "level")),
    (share_of_another_kind, without("indicator", "villages_5g")),
    (share_without_parts, put("indicator", "waste_share", "formula", None)),
    (part_year_of_another_kind, put("indicator", "vaccinated", "part_year", "point")),
    (unit_without_one_base, put("unit", "VND_B", "factor", 1)),
    (unit_without_one_base, put("unit", "KWH_MN", "factor", 0)),
    (unit_said_twice, put("unit", "VND_B", "name_vi", "triệu đồng")),
    (identity_unknown, pair("sch_gold", "schools")),
    (identity_of_two_quantities, pair("pupils", "schools")),
    (identity_in_a_circle, pair("schools", "sch_level2")),
    (share_without_identity, without("identity", "hi_insured")),
    (share_without_identity, pair("budget_rev", "budget_rev_plan")),
    (share_without_identity, put("indicator", "ehr_share", "upper", 120)),
    (product_called_grdp, put("indicator", "commune_product_q", "name_vi", "GRDP của xã")),
    (product_called_grdp, put("indicator", "commune_product_v", "note", "Tính như GRDP, không phải GRDP.")),
    (product_with_a_tax_line, put("indicator", "commune_product_q", "parts", "sectors_taxes")),
    (product_with_a_tax_line, put("indicator", "commune_product_q", "concept", "grdp")),
    (product_with_a_tax_line, put("indicator", "grdp_q", "parts", "sectors")),
    (income_from_product_or_people, put("indicator", "income_pc", "formula", "commune_product_v / population_usual")),
    (income_from_product_or_people, put("indicator", "income_pc", "concept", "grdp")),
    (sensitive_with_a_figure, put("indicator", "drug_free", "sensitive", False)),
    (sensitive_with_a_figure, put("indicator", "conscription_rate", "unit_measure", "PC")),
    (bound_of_another_kind, put("indicator", "clinic_std", "upper", 100)),
    (bound_of_another_kind, put("indicator", "schools", "lower", -1)),
    (bound_of_another_kind, put("indicator", "hi_coverage", "upper", float("nan"))),
]


@pytest.mark.parametrize("check", dict.fromkeys(check for check, _ in CHECKS), ids=lambda check: check.__name__)
def test_the_cards_hold(check, tables):
    assert check(tables) == []


@pytest.mark.parametrize(("check", "broken"), CHECKS)
def test_the_check_sees_a_broken_card(check, broken, tables):
    assert check(broken(tables)) != []


def test_series_can_order_every_formula(tables):
    assert set(series.order(tables["indicator"])) == set(formulas(tables))


@pytest.mark.parametrize("name", ["indicator.csv", "identity.csv", "unit.csv"])
def test_file_is_plain(name):
    content = (FOLDER / name).read_bytes()
    assert not content.startswith(b"\xef\xbb\xbf") and b"\r" not in content
