"""What the pages hold, read as text: no number by hand, no dead link, no empty state, nobody's markup."""

import html
import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from site_content import RUN, write_site

from analysis.progress import summary
from analysis.reference import wording
from analysis.report.chart import chart_kind, target_chart
from analysis.report.page import quality_page, site, target_page
from analysis.report.record import track_record
from analysis.report.sheet import a4
from analysis.report.words import binding, number
from analysis.schema.database import TABLES
from analysis.schema.table import conform

TEMPLATES = {path.name: path.read_text(encoding="utf-8") for path in site.ASSETS.glob("*.html")}
JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
TAG = re.compile(r"<[^>]*>")
KEYS = re.compile(r'(?:say|words)\("(\w+)"')
PREFIXES = ("verdict_", "answer_", "headline_", "reason_", "next_", "evidence_", "dns_", "status_", "chart_", "chance_")
PREFIXES += ("target_is_", "open_sdg_", "meaning_", "path_", "filter_", "conflict_", "task_", "page_", "col_", "track_")
PREFIXES += ("model_", "parts_")
FIGURE = re.compile(r'<data class="figure" value="([^"]*)" data-key="([^"]*)" data-form="([^"]*)">([^<]*)</data>')
GOAL = re.compile(r'<(?:p class="goal"|span class="aside")>(.*?)</(?:p|span)>\n')


def digits_in(template):
    return re.findall(r".{0,20}\d.{0,20}", TAG.sub("", JINJA.sub("", template)))


@pytest.mark.parametrize("name", TEMPLATES)
def test_template_has_no_digit(name):
    assert digits_in(TEMPLATES[name]) == []


def test_a_digit_would_be_found():
    assert digits_in('<p class="h1">{{ show("a|1", "year") }} năm 2030</p>')


def page_texts():
    keys = {key for template in TEMPLATES.values() for key in KEYS.findall(template)}
    keys |= {key for key in wording.texts() if key.startswith(PREFIXES)}
    return {key: wording.texts()[key] for key in keys if not key.endswith("_")}


@pytest.mark.parametrize("lang", wording.LANGUAGES)
def test_texts_have_no_digit_but_a_day(lang):
    """Only '31/12', the end of every year, stands in a sentence."""
    assert len(page_texts()) > 250
    bare = {key: re.sub(r"\{\w+\}|31/12|31 December", "", text[lang]) for key, text in page_texts().items()}
    assert {key: text for key, text in bare.items() if re.search(r"\d", text)} == {}


def test_both_languages_have_the_same_placeholders():
    for key, text in wording.texts().items():
        assert set(re.findall(r"\{(\w+)\}", text["vi"])) == set(re.findall(r"\{(\w+)\}", text["en"])), key


def texts(folder):
    return {path: path.read_text(encoding="utf-8") for path in folder.rglob("*.html")}


def test_every_target_programme_and_task_has_a_page(pages, tables, whole):
    written = {path.relative_to(pages / RUN["run_id"]).as_posix() for path in pages.rglob("*.html") if path.parent != pages}
    wanted = {f"{row.plan}/{row.target_id}.html" for row in tables["out.progress"].itertuples()}
    wanted |= {f"{row.plan}/{row.task_id}.html" for row in tables["core.task"].itertuples()}
    assert written == wanted | {"quality.html", "definition.html", "track_record.html"}
    assert len(tables["core.task"]) == 19


def test_every_link_resolves(pages):
    for path, text in texts(pages).items():
        for link in set(re.findall(r'(?:href|src)="([^"]+)"', text)):
            if link.startswith(("http", "data:", "#")):
                continue
            address, _, anchor = html.unescape(link).partition("#")
            target = (path.parent / address).resolve()
            assert target.is_file(), f"{path.name}: {link}"
            if anchor:
                assert f'id="{anchor}"' in target.read_text(encoding="utf-8"), f"{path.name}: {link}"


def test_every_number_is_its_binding(pages, tables, whole):
    thresholds = {f"{p.id}|{name}": value for p in whole.plans.values() for name, value in p.thresholds.items()}
    alone = {"constant": site.CONSTANTS, "run": RUN, "count": site._counts(tables), "threshold": thresholds}
    alone |= {"record": track_record.read().figures, "outside": target_page.outside(tables)}
    bindings = binding.Bindings(tables, alone)
    seen = 0
    for text in texts(pages).values():
        for place in re.finditer(r'<span class="t" lang="(\w+)">(.*?)</span>', text):
            for value, key, form, shown in FIGURE.findall(place[2]):
                raw = bindings.value(html.unescape(key))
                assert html.unescape(value) == binding.plain_text(raw), key
                assert html.unescape(shown) == number.show(raw, form, place[1]), key
                seen += 1
        assert len(FIGURE.findall(text)) == text.count("<data ")
    assert seen > 10000


def test_no_page_shows_a_missing_figure_as_a_word_or_carries_code(pages):
    for path, text in texts(pages).items():
        assert not re.search(r">\s*(nan|None|NaT|&lt;NA&gt;|inf)[\s%<]", text), path.name
        policy = html.unescape(re.search(r'Content-Security-Policy" content="([^"]+)"', text)[1])
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';") and "unsafe" not in policy
        assert " style=" not in text and not re.search(r"<[^>]*\son\w+=", text), path.name


def test_a_page_with_a_chart_has_rows_and_one_without_says_so(pages, tables):
    measured = tables["out.progress"][~tables["out.progress"]["kind"].isin(["judged", "external", "not_local"])]
    for row in measured.itertuples():
        text = (pages / RUN["run_id"] / row.plan / f"{row.target_id}.html").read_text(encoding="utf-8")
        found = re.search(r'<script type="application/json" id="rows">(.*?)</script>', text, re.DOTALL)
        if found:
            drawn = json.loads(found[1])
            assert drawn and all(point["value"] is not None for point in drawn)
        else:
            assert wording.text("chart_none", "vi") in text


def own_page(pages, row):
    return (pages / RUN["run_id"] / row.plan / f"{row.target_id}.html").read_text(encoding="utf-8")


def test_a_good_class_never_stands_alone_beside_a_poor_chance(pages, tables):
    good = tables["out.official_class"][tables["out.official_class"]["class"].isin(target_page.GOOD_CLASSES)]["target_id"]
    warning = wording.texts()["class_but_chance"]["vi"].partition(";")[0]
    rows = tables["out.progress"]
    poor = rows["target_id"].isin(good) & (rows["probability"] < 0.4)
    assert poor.sum() > 3
    for row in rows.itertuples():
        assert (warning in own_page(pages, row)) == poor[row.Index], row.target_id


def test_a_chance_says_how_it_was_made_and_leads_to_the_record(pages, tables):
    models = tables["out.projection"].query("output_type == 'probability'").set_index("output_type_id")["model_id"]
    for row in tables["out.progress"][tables["out.progress"]["probability"].notna()].itertuples():
        text = own_page(pages, row)
        assert html.escape(wording.text(f"model_{models[row.target_id]}", "vi"), quote=False) in html.unescape(text)
        assert 'href="../track_record.html"' in text
    assert not any("chưa được kiểm chứng" in text for text in texts(pages).values())


def test_the_note_speaks_of_the_shaded_range_only_where_there_is_one(pages, tables):
    note, seen = wording.texts()["chart_fan"]["vi"].partition(":")[0], set()
    for row in tables["out.progress"].itertuples():
        text = own_page(pages, row)
        found = re.search(r'<script type="application/json" id="rows">(.*?)</script>', text, re.DOTALL)
        fan = bool(found) and any(point["lo80"] is not None for point in json.loads(found[1]))
        assert (note in text) == fan, row.target_id
        seen.add(fan)
    assert seen == {True, False}


def test_the_board_says_how_many_are_expected(pages, tables):
    text = (pages / "index.html").read_text(encoding="utf-8")
    counted = summary.headline(tables["out.progress"], tables["core.target"])
    found = summary.expected(counted[counted["plan"] == "thai_tan_2026_2030"])
    known = summary.chances(counted[counted["plan"] == "thai_tan_2026_2030"])
    assert found["of"] == np.isfinite(known).sum() and found["low"] < np.nansum(known) < found["high"]
    assert found["low_strong"] < found["low"] < found["low_weak"] and found["high_weak"] < found["high"]
    said = html.unescape(re.sub(r"<[^>]+>", "", text))
    assert wording.text("expected_line", "vi", **found) in said and wording.text("expected_shocks", "vi", **found) in said


def test_the_outside_view_stands_beside_five_year_growth(pages, tables):
    """10.9 % a year after six years of 6 to 8: 4 % of 197 periods (tests/projection/test_outside_view.py)."""
    found = target_page.outside(tables)
    assert found["thai_tan_2026_2030|grdp_total|origins"] == 197
    assert found["thai_tan_2026_2030|grdp_total|share"] == pytest.approx(0.0355, abs=1e-3)
    page = (pages / RUN["run_id"] / "thai_tan_2026_2030" / "grdp_total.html").read_text(encoding="utf-8")
    said = html.unescape(re.sub(r"<[^>]+>", "", page))
    assert "trong 197 giai đoạn" in said and "từ 6% đến dưới 8%" in said and "4% đạt từ 10,9% trở lên" in said
    assert not any(key.startswith("thai_tan_2026_2030|income_pc|") for key in found)


def test_total_and_sectors_add_up_on_the_page(pages, tables):
    page = (pages / RUN["run_id"] / "thai_tan_2026_2030" / "grdp_total.html").read_text(encoding="utf-8")
    figures = FIGURE.findall(page)
    found = {key: float(value) for value, key, form, _ in figures if "|contribution|" in key and "points" in form}
    *parts, total = found.values()
    assert len(parts) == 3 and sum(parts) == pytest.approx(total)


def test_invented_figures_are_named_wherever_they_show(pages, tables):
    notice = wording.text("page_illustrative", "vi")
    for row in tables["out.progress"].itertuples():
        text = (pages / RUN["run_id"] / row.plan / f"{row.target_id}.html").read_text(encoding="utf-8")
        if "illustrative" in row.flags:
            assert notice in text, row.target_id
        elif row.plan.startswith("hai_phong"):
            assert notice not in text, row.target_id


def test_the_first_screen_names_the_worst(pages, tables):
    text = (pages / "index.html").read_text(encoding="utf-8")
    counted = summary.headline(tables["out.progress"], tables["core.target"])
    for plan, rows in counted.groupby("plan"):
        section = text[text.index(f'id="plan-{plan}"') :]
        danger = summary.worst_first(rows[rows["verdict"].isin(summary.IN_DANGER)])["target_id"].tolist()
        box = section[section.index('class="danger"') : section.index("</ol>")]
        assert re.findall(rf"{plan}/(\w+)\.html", box) == danger[: site.IN_DANGER_SHOWN]
        order = re.findall(r'<tr class="row verdict-(\w+)"', section[: section.index("</table>")])
        assert order == sorted(order, key=summary.ORDER.index)
    assert text.index("plan-thai_tan") < text.index("plan-hai_phong"), "the smallest area first"


def test_a_target_is_traced_to_its_cell_and_page(pages, whole):
    text = (pages / RUN["run_id"] / "hai_phong_2026_2030" / "grdp_growth_2026_2030.html").read_text(encoding="utf-8")
    own = whole.known[(whole.known["ref_area"] == "31") & (whole.known["indicator"] == "grdp_growth_index")]
    own = own[(own["area_valid_from"] == pd.Timestamp("2025-07-01")) & (own["activity"] == "total")]
    sources = whole.reference["source"].set_index("source_id")
    assert len(own) >= 7
    for row in own.itertuples():
        assert row.file in text and row.cell in text and html.escape(sources.loc[row.source_id, "url"]) in text


def test_text_of_others_cannot_become_markup(tables, whole, tmp_path):
    nasty = "</script><script>alert(1)</script>"
    target = tables["core.target"].assign(quote_vi=nasty, name_vi=nasty, note=nasty)
    card = tables["core.indicator"].assign(name_vi=nasty)
    index = write_site(tmp_path, {**tables, "core.target": target, "core.indicator": card}, list(whole.plans.values()))
    for text in texts(index.parent).values():
        assert nasty not in text


@pytest.mark.parametrize("empty", ["everything", "one figure"])
def test_an_area_of_which_little_is_known_has_useful_pages(tables, whole, tmp_path, empty):
    """Nothing at all, or one yearly figure: pages without a chart that is empty, a number that is none."""
    progress = tables["out.progress"].astype(object)
    blank = ["base_value", "latest_period", "latest_value", "latest_status", "required_rate", "best_own_rate"]
    blank += ["best_peer_rate", "last_feasible_year", "projected_value", "lo80", "hi80", "probability"]
    measured = ~progress["kind"].isin(["judged", "external", "not_local"])
    if empty == "everything":
        progress.loc[measured, blank] = None
    else:
        progress.loc[measured, blank[4:]] = None
    progress.loc[measured, "verdict"] = "insufficient"
    unknown = ["no_series", "too_few_points"]
    said = [unknown if one else list(old) for one, old in zip(measured, progress["reasons"], strict=True)]
    progress = conform(progress.assign(reasons=said), TABLES["out.progress"])
    none = ("core.series", "out.projection", "out.official_class", "core.conflict")
    given = {name: frame.iloc[:0] if name in none else frame for name, frame in tables.items()} | {"out.progress": progress}
    index = write_site(tmp_path, given, list(whole.plans.values()), "en")
    for path, text in texts(index.parent).items():
        assert not re.search(r">\s*(nan|None|NaT)[\s%<]", text), path.name
        assert 'class="chart"' not in text or path.name == "track_record.html"
    assert "Not enough data" in index.read_text(encoding="utf-8")


def test_binding_must_mean_a_row(tables):
    bindings = binding.Bindings(tables, {"run": RUN})
    key = "core.target|thai_tan_2026_2030|grdp_total|value_low"
    assert bindings.value(key) == 10.9
    for wrong in ("core.target|grdp_total|value_low", "core.observation|nothing|obs_value", "run|nobody"):
        with pytest.raises(KeyError):
            bindings.value(wrong)


def growth_row(tables):
    rows = tables["out.progress"].set_index("target_id", drop=False)
    return rows.loc["grdp_growth_2026_2030"].to_dict()


def test_rows_of_the_chart_of_a_growth_average(tables):
    """The city: to 2025 as received, 2026 by nine months at 12.08 %, from there at what is needed and as projected."""
    row = growth_row(tables)
    rows = target_chart.rows(tables["core.series"], tables["out.projection"], row, "grdp_volume_index", "VN")
    lines = {line: part.set_index("year") for line, part in rows.groupby("line")}
    assert set(lines) == set(target_chart.LINES)
    assert lines["observed"].loc[2025, "value"] == pytest.approx(100) == lines["peer"].loc[2025, "value"]
    assert lines["observed"]["status"].tolist() == ["A", "A", "A", "A", "A", "P", "E"]
    assert lines["required"].index.tolist() == [2026, 2027, 2028, 2029, 2030]
    assert lines["required"].loc[2026, "value"] == pytest.approx(112.08)
    assert lines["required"].loc[2030, "value"] == pytest.approx(100 * 1.13**5)
    assert lines["projected"].loc[2025, "value"] == pytest.approx(100)
    assert lines["projected"].loc[2026, "value"] == pytest.approx(112.08)
    average = 100 * ((lines["projected"].loc[2030, ["value", "lo80", "hi80"]].astype(float) / 100) ** 0.2 - 1)
    assert average.tolist() == pytest.approx([row["projected_value"], row["lo80"], row["hi80"]])


def test_rows_of_the_chart_of_a_share(tables):
    row = tables["out.progress"].set_index("target_id", drop=False).loc["hi_cov_2026"].to_dict()
    rows = target_chart.rows(tables["core.series"], tables["out.projection"], row, "hi_coverage", "VN")
    lines = {line: part.set_index("year")["value"] for line, part in rows.groupby("line")}
    assert set(lines) == {"observed", "required", "projected"}
    assert lines["observed"].index[-1] == pytest.approx(2025.75)
    assert lines["required"].loc[2026] == pytest.approx(96)
    assert lines["projected"].loc[2026] == pytest.approx(row["projected_value"])


def test_rows_of_the_chart_of_a_sum_come_together(tables):
    row = tables["out.progress"].set_index("target_id", drop=False).loc["invest_total"].to_dict()
    rows = target_chart.rows(tables["core.series"], tables["out.projection"], row, "investment_total", "VN")
    lines = {line: part.set_index("year")["value"] for line, part in rows.groupby("line")}
    assert lines["observed"].tolist() == [36.5] and lines["required"].loc[2030] == pytest.approx(200)


def test_no_base_no_chart(tables):
    row = growth_row(tables) | {"base_value": None}
    rows = target_chart.rows(tables["core.series"], tables["out.projection"], row, "grdp_volume_index", "VN")
    assert rows.empty and list(rows) == list(target_chart.COLUMNS)


@pytest.mark.parametrize("lang", wording.LANGUAGES)
def test_specification_is_valid_and_carries_no_data(tables, lang):
    import altair

    specification = target_chart.target_path(lang)
    assert specification["data"] == {"name": "rows"} and "values" not in json.dumps(specification)
    altair.LayerChart.from_dict(specification)
    rows = target_chart.rows(tables["core.series"], tables["out.projection"], growth_row(tables), "grdp_volume_index", "VN")
    svg = target_chart.picture(specification, rows)["image/svg+xml"]
    assert wording.text("chart_required", lang) in svg


@pytest.mark.parametrize("lang", wording.LANGUAGES)
def test_every_kind_of_chart_is_valid(lang):
    """Pictures are drawn without altair's own check."""
    import altair

    areas = pd.DataFrame({"area": ["a", "b"], "part": ["c", "d"]})
    made = [
        target_chart.target_path(lang),
        chart_kind.reliability(lang),
        chart_kind.tenths(lang),
        chart_kind.years_known(lang),
    ]
    made += [
        chart_kind.years_known(lang),
        chart_kind.growth_lines(areas, lang),
        chart_kind.parts_stack(areas, "chart_growth", lang),
    ]
    for specification in made:
        altair.LayerChart.from_dict(specification)
        with pytest.raises(Exception, match="tall"):
            altair.LayerChart.from_dict({**specification, "height": "tall"})


def test_picture_is_that_of_altairs_own_objects(tables):
    import altair

    specification = target_chart.target_path("vi")
    rows = target_chart.rows(tables["core.series"], tables["out.projection"], growth_row(tables), "grdp_volume_index", "VN")
    own = altair.LayerChart.from_dict({**specification, "width": 640})
    own.data = rows
    with altair.renderers.enable("svg"):
        wanted = own._repr_mimebundle_()["image/svg+xml"]
    svg = target_chart.picture(specification, rows)["image/svg+xml"]
    assert svg == wanted and "<path" in svg


def test_sheets_to_send_on_are_one_page_each(pages, whole):
    for plan in whole.plans:
        pdf = (pages / "gui-di" / f"{plan}.pdf").read_bytes()
        assert pdf.startswith(b"%PDF") and len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
        assert (pages / "gui-di" / f"{plan}.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("lang", wording.LANGUAGES)
def test_sheet_says_falls_in_words_and_what_each_year_must_reach(tables, whole, lang):
    for plan in whole.plans.values():
        content = a4._content(tables, plan, lang, RUN)
        cells = [text for row in content["rows"] for text in row.values()]
        assert not [text for text in (*cells, *content["sentences"]) if re.search(r"(?<!\w)[-−]\d", text)]
        rows = {row["name"]: row for row in content["rows"]}
        names = plan.target.set_index("target_id")[f"name_{lang}"]
        for target_id in {"poor_hh_2028", "disburse_public"} & set(names.index):
            row = rows[names[target_id]]
            assert row["needed"] == {"vi": "giảm 19,3 hộ", "en": "a fall of 19.3 households"}[lang] or row["needed_note"]
            assert row["projected_note"] and row["needed"] != number.MISSING


def test_quality_page_names_the_offending_cells(pages, tables):
    text = (pages / RUN["run_id"] / "quality.html").read_text(encoding="utf-8")
    check = tables["out.check_result"].set_index("check_id").loc["outlier"]
    observed = tables["core.observation"].set_index("obs_id")
    for obs_id in check["rows_offending"][: quality_page.MOST_ADDRESSES]:
        assert observed.loc[obs_id, "file"] in text
    assert "a_new_check" in text
    for name in Path(site.ASSETS).glob("*.html"):
        assert name.name in TEMPLATES


def test_goals_are_said_shortly(pages):
    """One of three schools is 33,33%, not 33,3333333333%; a recognition is met, not "at least met"."""
    said = [re.sub(r"<[^>]+>", "", goal) for text in texts(pages).values() for goal in GOAL.findall(text)]
    assert len(said) > 100
    assert [goal for goal in said if re.search(r"[.,]\d{3,}%|từ đạt|least met", goal)] == []


def test_what_says_the_same_stands_under_the_one_that_counts(pages, tables):
    text = (pages / "index.html").read_text(encoding="utf-8")
    rows = dict(re.findall(r'<th scope="row"><a href="[^"]*/(\w+)\.html">(.*?)</th>', text, re.DOTALL))
    targets = tables["core.target"]
    same = targets["duplicate_of"].fillna(targets["implied_by"])
    for target_id, counted in zip(targets["target_id"][same.notna()], same.dropna(), strict=True):
        assert f"/{target_id}.html" in rows[counted]
    other = targets[~targets["binding"].astype(bool)].iloc[0]
    assert html.escape(other["source_title"]) in rows["grdp_growth_2026_2030"]


def test_a_task_counts_its_targets_by_verdict(pages, tables):
    joined = tables["out.progress"].merge(tables["core.target"][["plan", "target_id", "task_id"]], on=["plan", "target_id"])
    for task in tables["core.task"].itertuples():
        text = (pages / RUN["run_id"] / task.plan / f"{task.task_id}.html").read_text(encoding="utf-8")
        own = joined[(joined["plan"] == task.plan) & (joined["task_id"] == task.task_id)]
        for verdict, count in own["verdict"].value_counts().items():
            assert f'value="{count}" data-key="count|{task.plan}|{task.task_id}|{verdict}"' in text


def test_quality_page_says_why_rows_were_passed_over(pages, tables):
    text = (pages / RUN["run_id"] / "quality.html").read_text(encoding="utf-8")
    for key, count in quality_page.skipped(tables).items():
        assert f'value="{count}" data-key="count|{html.escape(key)}"' in text
    assert wording.text("source_vintage_assumed", "vi") in text


def test_notebooks_are_listed_by_what_they_ask(whole):
    plan = next(iter(whole.plans.values()))
    names = [f"03_target_progress.{plan.id}.html", f"09_new.{plan.id}.html", "03_target_progress.other.html"]
    made = site._notebooks(plan, names)
    assert [one["file"] for one in made] == names[:2]
    assert made[0]["vi"] == "Mục tiêu có đúng tiến độ không?" and made[1]["vi"] == "09_new"


def test_a_closed_target_says_that_its_deadline_has_passed(pages, tables):
    closed = [row for row in tables["out.progress"].to_dict("records") if "deadline_passed" in row["reasons"]]
    paced = ("required_rate", "best_own_rate", "best_peer_rate", "last_feasible_year")
    bare = [row for row in closed if all(pd.isna(row[name]) for name in paced) and row["kind"] == "growth_average"]
    assert bare
    for row in bare:
        text = (pages / RUN["run_id"] / row["plan"] / f"{row['target_id']}.html").read_text(encoding="utf-8")
        assert wording.text("path_closed", "vi") in text and wording.text("path_unknown", "vi") not in text
