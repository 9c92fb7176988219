"""The page as a browser shows it from a folder, without a network."""

import os
from pathlib import Path

import pytest
from conftest import ROOT
from page_content import content

from analysis.report import number, site

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists() and "CI" not in os.environ, reason="no chromium (tests/debian.txt)"),
]


@pytest.fixture(scope="module")
def address(thread, tmp_path_factory):
    tables, run = content(thread)
    folder = tmp_path_factory.mktemp("báo cáo")
    (folder / "index.html").write_text(site.render(tables, thread.plan, "vi", run), encoding="utf-8")
    site.write_assets(folder / run["run_id"] / "assets", ROOT / "data" / "processed" / "assets")
    return (folder / "index.html").as_uri()


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip("playwright.sync_api") if "CI" not in os.environ else __import__("playwright.sync_api")
    start = getattr(playwright, "sync_api", playwright).sync_playwright
    with start() as driver:
        chromium = driver.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def seen():
    return {"requests": [], "troubles": []}


@pytest.fixture
def page(browser, address, seen):
    context = browser.new_context(offline=True, viewport={"width": 1200, "height": 900})
    page = context.new_page()
    page.on("request", lambda request: seen["requests"].append(request.url))
    page.on("console", lambda message: seen["troubles"].append(message.text))
    page.on("pageerror", lambda error: seen["troubles"].append(str(error)))
    page.goto(address)
    page.wait_for_selector(".chart svg")
    yield page
    context.close()


def test_nothing_is_asked_of_the_network_and_nothing_fails(page, seen):
    page.hover(".chart svg")
    page.click("[data-choose=en]")
    page.wait_for_selector(".chart svg >> text=Path needed")
    assert {url.split(":")[0] for url in seen["requests"]} <= {"file", "data"}
    assert len([url for url in seen["requests"] if url.startswith("file:")]) == 4  # page, style, two scripts
    assert seen["troubles"] == []


def test_chart_is_drawn(page):
    assert page.locator(".chart svg .mark-line path").count() >= 4
    assert page.locator(".chart svg .mark-area path").count() >= 1
    assert page.locator(".chart svg .mark-symbol path").count() >= 7
    assert page.locator(".chart svg >> text=Lộ trình cần đạt").count() == 1


def test_tooltip_has_a_style_although_styles_are_forbidden(page):
    box = page.locator(".chart svg .mark-symbol.role-mark path").first
    box.hover()
    tooltip = page.locator("#vg-tooltip-element.visible")
    tooltip.wait_for()
    assert tooltip.evaluate("element => getComputedStyle(element).position") == "fixed"


def test_language_switch(page):
    assert page.locator("html").get_attribute("lang") == "vi"
    assert page.get_by_text("Khó hoàn thành", exact=False).first.is_visible()
    page.get_by_role("button", name="English").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".chart svg >> text=Path needed")
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.title().startswith("Socio-economic")
    assert not page.locator(".verdict .t[lang=vi]").first.is_visible()
    assert page.locator(".verdict .t[lang=en]").first.is_visible()
    assert page.locator("blockquote").first.is_visible()  # a quotation stays in its own words


def test_every_number_is_its_binding(page, thread):
    tables, run = content(thread)
    bindings = site.Bindings(tables, run)
    figures = page.locator("data.figure").evaluate_all(
        "all => all.map(one => [one.dataset.key, one.dataset.form, one.value, one.textContent, one.closest('.t').lang])"
    )
    assert len(figures) > 100
    for key, form, raw, text, lang in figures:
        value = bindings.value(key)
        assert raw == site._text(value), key
        assert text == number.show(value, form, lang), key


@pytest.mark.parametrize("width", [390, 1200])
def test_nothing_runs_over_the_edge(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.reload()
    page.wait_for_selector(".chart svg")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    chart = page.locator(".chart").bounding_box()
    drawing = page.locator(".chart svg").bounding_box()
    assert drawing["width"] <= chart["width"] + 1 and drawing["height"] > 250
