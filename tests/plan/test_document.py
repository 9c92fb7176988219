"""The plans as data against the words they come from: every check returns the offenders, and is seen failing once."""

import csv
import re
import tomllib
import unicodedata
from types import SimpleNamespace

import pandas as pd
import pytest
from conftest import RAW, ROOT

from analysis.reference import file
from analysis.schema.plan import PLAN
from analysis.schema.reference import INDICATOR

THAI_TAN, HAI_PHONG = "thai_tan_2026_2030", "hai_phong_2026_2030"
UNJUDGED = ("judged", "external", "not_local")
REGISTER = ROOT.parent / "shared" / "plan" / "target_indicator_map.csv"

NUMBER = re.compile(r"\d+(?:[.,/]\d+)*")
HEADING = re.compile(r"(?P<part>[A-C])\. |(?P<roman>[IV]+)\. |(?P<number>\d+(?:\.\d+)*)\. |(?P<letter>[a-d])[.)] ")
# why a number of the text needs no target, and where it stands
REASONS = {
    "date": r"ngày \d{1,2}/\d{1,2}/\d{4}|tháng \d{1,2} năm \d{4}",
    "number of a document": r"\d+(?:/\d{4})?[-/](?:NQ|CTr|KH|TTBGDDT)\b|Đề án 06",
    "heading": r"(?m)^\d+(?:\.\d+)*\. ",
    "period": r"[Gg]iai đoạn \d{4} ?- ?\d{4}",
    "horizon": r"(?:[Đđ]ến|[Tt]ầm nhìn|vào)(?: hết)?(?: năm)? \d{4}",
    "principle": r"“6 rõ”",
}
# said again outside the quote of the target that is counted
RESTATED = {
    "growth_two_digit": "tăng trưởng kinh tế ở mức 2 con số",
    "sch_std_maintain": "duy trì tỷ lệ trường đạt chuẩn quốc gia lên 100%",
}
WORDS_OF = {"gt": "trên|hơn", "lt": "dưới", "about": "khoảng"}


def read(plan_id: str) -> SimpleNamespace:
    folder = RAW / "plan" / plan_id
    header = tomllib.loads((folder / "plan.toml").read_text(encoding="utf-8"))
    frames = {table.name: file.read(folder / f"{table.name}.csv", table) for table in PLAN if _stands(folder, table)}
    text = (folder / header["document"]["file"]).read_text(encoding="utf-8") if "document" in header else ""
    cards = file.read(RAW / "reference" / "indicator.csv", INDICATOR)
    return SimpleNamespace(header=header, text=unicodedata.normalize("NFC", text), cards=cards, **frames)


def _stands(folder, table):
    return table.name != "published_verdict" or (folder / "published_verdict.csv").exists()


def occurrences(words, text, span=(0, None)):
    """Where `words` stand in `text`, white space folded, as (start, end) pairs."""
    pattern = re.compile(r"\s+".join(map(re.escape, unicodedata.normalize("NFC", words).split())))
    return [match.span() for match in pattern.finditer(text, span[0], len(text) if span[1] is None else span[1])]


def sections(text):
    """Place in the plan -> (start, end) in the text: `B.I.5.1.a`, and every place above it."""
    spans, place, position = {}, {}, 0
    for line in text.splitlines(keepends=True):
        if line.startswith(("Nơi nhận:", "**T/M")):
            place = {"part": "Nơi nhận" if line.startswith("Nơi") else "Ký"}
        elif found := HEADING.match(line):
            level = found.lastgroup
            order = list(HEADING.groupindex)
            place = {name: place[name] for name in order[: order.index(level)] if name in place} | {level: found[level]}
        path = ".".join(place.values()).split(".")
        for depth in range(1, len(path) + 1):
            name = ".".join(path[:depth])
            spans[name] = (spans.get(name, (position,))[0], position + len(line))
        position += len(line)
    return spans


def quotes_missing(plan):
    """Quotes that do not stand in the document."""
    quotes = [
        *plan.target[["target_id", "quote_vi"]].itertuples(index=False, name=None),
        *plan.activity[["activity_id", "quote_vi"]].itertuples(index=False, name=None),
        *plan.body[["body_id", "duty_quote_vi"]].dropna().itertuples(index=False, name=None),
    ]
    return [name for name, quote in quotes if not occurrences(quote, plan.text)]


def quotes_misplaced(plan):
    """Quotes that do not stand in the place they name."""
    spans, task = sections(plan.text), plan.task.set_index("task_id")["section"]
    activity = plan.activity.assign(section=plan.activity["task_id"].map(task))
    rows = [
        *plan.target[["target_id", "section", "quote_vi"]].itertuples(index=False, name=None),
        *activity[["activity_id", "section", "quote_vi"]].itertuples(index=False, name=None),
        *plan.body[["body_id", "section", "duty_quote_vi"]].dropna().itertuples(index=False, name=None),
    ]
    return [name for name, place, quote in rows if place not in spans or not occurrences(quote, plan.text, spans[place])]


def numbers_uncovered(plan):
    """Numbers of the document that no target's quote and no named reason covers, with the words around them."""
    spans = sections(plan.text)
    covered = [span for pattern in REASONS.values() for span in (m.span() for m in re.finditer(pattern, plan.text))]
    for target in plan.target.itertuples():
        covered += occurrences(target.quote_vi, plan.text, spans.get(target.section, (0, 0)))
        covered += occurrences(RESTATED[target.target_id], plan.text) if target.target_id in RESTATED else []
    return [
        plan.text[max(0, start - 30) : end + 30]
        for start, end in (match.span() for match in NUMBER.finditer(plan.text))
        if not any(low <= start and end <= high for low, high in covered)
    ]


def numbers_of(words):
    """The numbers printed in `words`, a fraction also as the percentage it is."""
    numbers = [0.0] if "không còn" in words else []
    for token in NUMBER.findall(words):
        if "/" in token:
            part, whole = token.split("/")
            numbers.append(100 * float(part) / float(whole))
        else:
            numbers.append(float(token.replace(".", "").replace(",", ".")))
    return numbers


def values_unstated(plan):
    """Targets whose value is called stated and is not printed in the quote, or that have a value of no origin."""
    offenders = []
    for target in plan.target[plan.target["quote_vi"].notna()].itertuples():
        values = [value for value in (target.value_low, target.value_high) if pd.notna(value)]
        printed = numbers_of(target.quote_vi)
        stated = all(any(abs(value - number) < 1e-6 for number in printed) for value in values)
        if (target.value_origin == "stated" and not (values and stated)) or (target.value_origin == "none" and values):
            offenders.append(target.target_id)
    return offenders


def comparators_wrong(plan):
    """Targets whose comparator is not the word before the value ("trên" is strictly more), where the value is stated."""
    offenders = []
    for target in plan.target[plan.target["value_origin"] == "stated"].itertuples():
        number = f"{target.value_low:,.10g}".replace(",", "_").replace(".", ",").replace("_", ".")
        said = [c for c, word in WORDS_OF.items() if re.search(rf"(?:{word}) {re.escape(number)}\b", target.quote_vi)]
        if said != [c for c in WORDS_OF if c == target.comparator]:
            offenders.append(target.target_id)
    return offenders


def cards_missing(plan):
    """Targets of the period or of a year without a card of their unit, but for the kinds that are not computed."""
    units = plan.cards.set_index("indicator")["unit_measure"]
    offenders = []
    for target in [*plan.target.itertuples(), *plan.annual_target.itertuples()]:
        if pd.isna(target.indicator):
            good = target.kind in UNJUDGED and pd.isna(target.unit_measure) and pd.isna(target.activity)
        else:
            unit = "TIMES" if target.kind == "multiply" else units.get(target.indicator)
            good = target.unit_measure == unit and pd.notna(target.activity)
        if not good:
            offenders.append(target.target_id)
    return offenders


def links_wrong(plan):
    """Duplicates and implied targets that are counted themselves, or point to one that is not."""
    counted = set(plan.target.loc[plan.target["in_headline"], "target_id"])
    linked = plan.target["duplicate_of"].fillna(plan.target["implied_by"])
    rows = plan.target.assign(link=linked)[linked.notna()]
    return rows.loc[rows["in_headline"] | ~rows["link"].isin(counted), "target_id"].tolist()


def headline_wrong(plan):
    """Targets that are counted and should not be, or the reverse: computed, unique, binding and due within the plan."""
    target = plan.target
    unique = target["duplicate_of"].isna() & target["implied_by"].isna() & target["binding"]
    due = target["deadline"] <= plan.header["last_year"]
    return target.loc[target["in_headline"] != (unique & due & ~target["kind"].isin(UNJUDGED)), "target_id"].tolist()


def headline_twice(plan):
    """Counted targets that say the same of the same indicator."""
    same = ["indicator", "activity", "kind", "base_year", "deadline"]
    counted = plan.target[plan.target["in_headline"]]
    return counted.loc[counted.duplicated(same, keep=False), "target_id"].tolist()


def owners_missing(plan):
    """Targets without an owner's row, and owners' rows without a target."""
    return sorted(set(plan.target["target_id"]) ^ set(plan.owner["target_id"]))


def tasks_wrong(plan):
    """Tasks whose place is not in the document or whose name is not in that place, and rows of a task there is not."""
    spans, text = sections(plan.text), plan.text.lower()
    offenders = [
        task.task_id
        for task in plan.task.itertuples()
        if task.section not in spans or not occurrences(task.name_vi.lower(), text, spans[task.section])
    ]
    known = set(plan.task["task_id"])
    offenders += plan.target.loc[plan.target["task_id"].notna() & ~plan.target["task_id"].isin(known), "target_id"].tolist()
    return offenders + plan.activity.loc[~plan.activity["task_id"].isin(known), "activity_id"].tolist()


def decisions_wrong(plan):
    """Decisions about no target, or about one there is not."""
    known = set(plan.target["target_id"])
    rows = zip(plan.decision["decision_id"], plan.decision["target_ids"], strict=True)
    return [name for name, ids in rows if not set(ids) or not set(ids) <= known]


def sources_cut(plan):
    """Rows of a plan without a document of its own that do not name a page by its whole address and date."""
    offenders = []
    for rows in (plan.target, plan.annual_target, plan.published_verdict):
        whole = rows["source_url"].fillna("").str.fullmatch(r"https?://[^\s…]+/[^\s…]+")
        named = rows["source_title"].notna() & rows["source_date"].notna()
        offenders += rows.loc[~(whole & named), "target_id"].tolist()
    return offenders


def verdicts_wrong(plan):
    """Published verdicts that no closed year has, or of a year that is not the target's."""
    years = plan.annual_target.set_index("target_id")["year"]
    rows = plan.published_verdict
    closed = rows["verdict"].isin(("exceeded", "achieved", "missed"))
    return rows.loc[~closed | (rows["target_id"].map(years).fillna(rows["year"]) != rows["year"]), "target_id"].tolist()


GONE = object()


def changed(plan, table, name, column, value):
    """The plan with one cell changed, in the row of `table` named by its first column, or without that row.

    Without a name, `value` is added to the text of the document.
    """
    if not name:
        return SimpleNamespace(**(vars(plan) | {table: vars(plan)[table] + value}))
    frame = vars(plan)[table]
    row = frame.iloc[:, 0] == name
    assert row.sum() == 1, name
    if value is GONE:
        frame = frame[~row]
    else:
        frame = frame.astype({column: "object"})
        frame.loc[row, column] = value
    return SimpleNamespace(**(vars(plan) | {table: frame}))


@pytest.fixture(scope="module")
def plans():
    return {plan_id: read(plan_id) for plan_id in (THAI_TAN, HAI_PHONG)}


OF_ANY = (cards_missing, links_wrong, headline_wrong, headline_twice, owners_missing, decisions_wrong, values_unstated)
OF_A_DOCUMENT = (quotes_missing, quotes_misplaced, numbers_uncovered, tasks_wrong)
CLEAN = [
    *((THAI_TAN, check) for check in (*OF_ANY, comparators_wrong, *OF_A_DOCUMENT)),
    *((HAI_PHONG, check) for check in (*OF_ANY, comparators_wrong, sources_cut, verdicts_wrong)),
]
# plan, check, the cell to break (table, row, column, value), what the check must then name
BROKEN = [
    (THAI_TAN, quotes_missing, "target", "grdp_agri", "quote_vi", "tăng bình quân 2,6%/năm", "grdp_agri"),
    (THAI_TAN, quotes_missing, "activity", "B.I.1.2.1", "quote_vi", "Giảm bớt sự lãnh đạo", "B.I.1.2.1"),
    (THAI_TAN, quotes_missing, "body", "c4_hdnd", "duty_quote_vi", "Giảm bớt giám sát", "c4_hdnd"),
    (THAI_TAN, quotes_misplaced, "target", "grdp_agri", "section", "B.II.2.1", "grdp_agri"),
    (THAI_TAN, quotes_misplaced, "activity", "B.I.1.2.1", "task_id", "p2_law", "B.I.1.2.1"),
    (THAI_TAN, quotes_misplaced, "body", "c4_hdnd", "section", "C.5", "c4_hdnd"),
    (THAI_TAN, numbers_uncovered, "target", "invest_total", "", GONE, "200 tỷ đồng"),
    (THAI_TAN, numbers_uncovered, "target", "sch_hall_2030_b", "", GONE, "ít nhất 1 nhà đa năng"),
    (THAI_TAN, numbers_uncovered, "target", "growth_two_digit", "", GONE, "mức 2 con số"),
    (THAI_TAN, numbers_uncovered, "text", "", "", "Trồng mới 7 ha rừng.", "7 ha rừng"),
    (THAI_TAN, values_unstated, "target", "si_cov_2030", "value_high", 64.0, "si_cov_2030"),
    (THAI_TAN, values_unstated, "target", "sch_lang2_2030", "value_low", 34.0, "sch_lang2_2030"),
    (THAI_TAN, values_unstated, "target", "budget_rev", "value_origin", "stated", "budget_rev"),
    (THAI_TAN, values_unstated, "target", "drug_free_2027", "value_origin", "none", "drug_free_2027"),
    (HAI_PHONG, values_unstated, "target", "port_cargo_2030", "value_low", 308.0, "port_cargo_2030"),
    (THAI_TAN, comparators_wrong, "target", "grdp_total", "comparator", "ge", "grdp_total"),
    (THAI_TAN, comparators_wrong, "target", "grdp_agri", "comparator", "gt", "grdp_agri"),
    (HAI_PHONG, comparators_wrong, "target", "ent_new_each_year", "comparator", "ge", "ent_new_each_year"),
    (THAI_TAN, cards_missing, "cards", "cov_5g", "", GONE, "cov_5g_2030"),
    (THAI_TAN, cards_missing, "target", "cov_5g_2030", "indicator", None, "cov_5g_2030"),
    (THAI_TAN, cards_missing, "target", "cov_5g_2030", "unit_measure", "HH", "cov_5g_2030"),
    (HAI_PHONG, cards_missing, "annual_target", "fdi_2025", "unit_measure", "USD_B", "fdi_2025"),
    (THAI_TAN, links_wrong, "target", "hi_cov_2030", "duplicate_of", "hi_cov_2035", "hi_cov_2030"),
    (THAI_TAN, links_wrong, "target", "grdp_total", "in_headline", False, "growth_two_digit"),
    (THAI_TAN, headline_wrong, "target", "cov_6g_2045", "in_headline", True, "cov_6g_2045"),
    (THAI_TAN, headline_wrong, "target", "hi_cov_2026", "deadline", 2031, "hi_cov_2026"),
    (HAI_PHONG, headline_wrong, "target", "port_cargo_2030", "in_headline", False, "port_cargo_2030"),
    (THAI_TAN, headline_twice, "target", "hi_cov_2030", "in_headline", True, "hi_universal_2030"),
    (THAI_TAN, owners_missing, "owner", "osh_month", "", GONE, "osh_month"),
    (HAI_PHONG, owners_missing, "target", "port_cargo_2030", "", GONE, "port_cargo_2030"),
    (THAI_TAN, tasks_wrong, "task", "t3_budget", "section", "B.II.11", "t3_budget"),
    (THAI_TAN, tasks_wrong, "task", "t3_budget", "section", "B.II.4", "t3_budget"),
    (THAI_TAN, tasks_wrong, "task", "p9_culture", "name_vi", "Phát triển thể thao", "p9_culture"),
    (THAI_TAN, tasks_wrong, "task", "t3_budget", "", GONE, "budget_rev"),
    (THAI_TAN, decisions_wrong, "target", "invest_total", "", GONE, "investment_scope"),
    (HAI_PHONG, sources_cut, "target", "port_cargo_2030", "source_url", "https://plo.vn/…1.html", "port_cargo_2030"),
    (HAI_PHONG, sources_cut, "published_verdict", "fdi_2025", "source_date", None, "fdi_2025"),
    (HAI_PHONG, verdicts_wrong, "published_verdict", "fdi_2025", "year", 2024, "fdi_2025"),
    (HAI_PHONG, verdicts_wrong, "published_verdict", "fdi_2025", "verdict", "likely", "fdi_2025"),
]


@pytest.mark.parametrize(("plan_id", "check"), CLEAN)
def test_the_data_agrees_with_its_words(plans, plan_id, check):
    assert check(plans[plan_id]) == []


@pytest.mark.parametrize(("plan_id", "check", "table", "name", "column", "value", "offender"), BROKEN)
def test_broken_data_is_named(plans, plan_id, check, table, name, column, value, offender):
    offenders = check(changed(plans[plan_id], table, name, column, value))
    assert any(offender in found for found in offenders)


def test_every_check_is_seen_failing():
    assert {check for _, check in CLEAN} == {row[1] for row in BROKEN}


def test_a_quote_may_be_broken_into_lines(plans):
    plan = plans[THAI_TAN]
    quotes = SimpleNamespace(**(vars(plan) | {"text": plan.text.replace(" bao phủ", "\nbao phủ")}))
    assert quotes_missing(quotes) == []


@pytest.mark.parametrize("name", REASONS)
def test_every_reason_covers_a_number_nothing_else_covers(plans, monkeypatch, name):
    monkeypatch.delitem(REASONS, name)
    assert numbers_uncovered(plans[THAI_TAN])


def test_a_mended_quote_is_not_the_quote(plans):
    target = plans[THAI_TAN].target.dropna(subset=["corrected_vi"])
    assert len(target)
    assert not (target["corrected_vi"] == target["quote_vi"]).any()


def test_the_published_summary_agrees_with_the_published_verdicts(plans):
    plan = plans[HAI_PHONG]
    (summary,) = plan.header["published_summary"]
    missed = plan.published_verdict.query("year == @summary['year'] and verdict == 'missed'")
    assert summary["of"] - summary["met"] == len(missed)
    assert f"{summary['met']}/{summary['of']}" in summary["quote_vi"]


@pytest.mark.skipif(not REGISTER.exists(), reason="the first register is not beside this project")
def test_kinds_are_those_of_the_first_register(plans):
    with REGISTER.open(encoding="utf-8-sig", newline="") as stream:
        kinds = {row["target_id"]: row["evaluation"] for row in csv.DictReader(stream)}
    assert plans[THAI_TAN].target.set_index("target_id")["kind"].to_dict() == kinds
