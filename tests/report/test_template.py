"""No number is written into the page by hand: each is rendered from its binding."""

import json
import re

import pytest
from page_content import content

from analysis.reference import wording
from analysis.report import chart, site

TEMPLATE = (site.ASSETS / "page.html").read_text(encoding="utf-8")
JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
TAG = re.compile(r"<[^>]*>")
KEYS = re.compile(r'(?:say|words)\("(\w+)"')
PREFIXES = ("verdict_", "answer_", "headline_", "reason_", "evidence_", "dns_", "status_", "chart_", "chance_", "target_is_")


def digits_in(template):
    return re.findall(r".{0,20}\d.{0,20}", TAG.sub("", JINJA.sub("", template)))


def page_texts():
    keys = set(KEYS.findall(TEMPLATE)) | {key for key in wording.texts() if key.startswith(PREFIXES)}
    return {key: wording.texts()[key] for key in keys if not key.endswith("_")}


def test_template_has_no_digit():
    assert digits_in(TEMPLATE) == []


def test_a_digit_would_be_found():
    assert digits_in('<p class="h1">{{ show("a|1", "year") }} năm 2030</p>')


@pytest.mark.parametrize("lang", wording.LANGUAGES)
def test_texts_have_no_digit(lang):
    assert len(page_texts()) > 100
    bare = {key: re.sub(r"\{\w+\}", "", text[lang]) for key, text in page_texts().items()}
    assert {key: text for key, text in bare.items() if re.search(r"\d", text)} == {}


def test_both_languages_have_the_same_placeholders():
    for key, text in page_texts().items():
        assert set(re.findall(r"\{(\w+)\}", text["vi"])) == set(re.findall(r"\{(\w+)\}", text["en"])), key


def test_page_of_the_plan(thread):
    tables, run = content(thread)
    page = site.render(tables, thread.plan, "vi", run)
    assert '<meta name="run-id" content="0123456789ab">' in page
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)[1]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert " style=" not in page and not re.search(r"\son\w+=", page)
    for target in ("grdp_growth_2026_2030", "grdp_growth_2026"):
        assert f'id="{target}"' in page
    assert "Chính phủ" in page and "a_check_without_a_name" in page
    assert not re.search(r">(nan|None|NaT|&lt;NA&gt;)<", page)


def test_page_without_any_figure(thread):
    """A new area: nothing is known, the page says so."""
    tables, run = content(thread)
    row = tables["out.progress"].iloc[[0]].astype(object)
    unknown = [c.name for c in site.TABLES["out.progress"].columns if not c.required]
    row[unknown] = None
    row["verdict"], row["reasons"], row["obs_ids"] = "insufficient", [["no_series", "too_few_points"]], [[]]
    none = ("core.series", "core.observation", "out.projection", "out.official_class", "core.conflict")
    tables = {name: frame.iloc[:0] if name in none else frame for name, frame in tables.items()} | {"out.progress": row}
    page = site.render(tables, thread.plan, "en", run)
    assert "Not enough data to judge" in page
    assert 'class="chart"' not in page


def test_text_of_others_cannot_become_markup(thread):
    tables, run = content(thread)
    nasty = "</script><script>alert(1)</script>"
    tables["core.target"]["quote_vi"] = nasty
    tables["core.target"]["name_vi"] = nasty
    assert nasty not in site.render(tables, thread.plan, "vi", run)


def test_binding_must_mean_one_row(thread):
    tables, run = content(thread)
    bindings = site.Bindings(tables, run)
    key = f"out.progress|{thread.plan.id}|grdp_growth_2026|deadline"
    assert bindings.value(key) == 2026
    for wrong in (f"out.progress|{thread.plan.id}|deadline", "obs:nothing", "core.series|grdp_growth|obs_value"):
        with pytest.raises(KeyError):
            bindings.value(wrong)


def test_rows_of_the_chart(thread):
    tables, _ = content(thread)
    row = tables["out.progress"].iloc[0].to_dict()
    rows = chart.rows(tables["core.series"], tables["out.projection"], row, "grdp_volume_index", "VN")
    lines = {line: part.set_index("year") for line, part in rows.groupby("line")}
    assert set(lines) == set(chart.LINES)
    assert lines["observed"].loc[2025, "value"] == pytest.approx(100)
    assert lines["peer"].loc[2025, "value"] == pytest.approx(100)
    assert lines["observed"]["status"].tolist() == ["A", "A", "A", "A", "A", "P", "E"]
    assert lines["required"].loc[2030, "value"] == pytest.approx(100 * 1.13**5)
    average = 100 * ((lines["projected"].loc[2030, ["value", "lo80", "hi80"]].astype(float) / 100) ** 0.2 - 1)
    assert average.tolist() == pytest.approx([row["projected_value"], row["lo80"], row["hi80"]])
    again = chart.rows(
        tables["core.series"], tables["out.projection"], row | {"base_value": None}, "grdp_volume_index", "VN"
    )
    assert again.empty and list(again) == list(chart.COLUMNS)


@pytest.mark.parametrize("lang", wording.LANGUAGES)
def test_specification_is_valid_and_carries_no_data(thread, lang):
    import altair

    specification = chart.target_path(lang)
    assert specification["data"] == {"name": "rows"} and "values" not in json.dumps(specification)
    altair.LayerChart.from_dict(specification)
    tables, _ = content(thread)
    row = tables["out.progress"].iloc[0].to_dict()
    rows = chart.rows(tables["core.series"], tables["out.projection"], row, "grdp_volume_index", "VN")
    svg = chart.inline(specification, rows)._repr_mimebundle_()["image/svg+xml"]
    assert wording.text("chart_required", lang) in svg
