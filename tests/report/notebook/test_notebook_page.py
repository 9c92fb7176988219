"""The page of an executed notebook: whole in itself, folded code, the notice, sliders that move without a server."""

import re

import nbformat
import pytest
from chromium import needs_browser
from conftest import AS_OF, ASSETS, ROOT
from variant import COMMUNE, database

from analysis.reference import wording
from analysis.report.notebook import notebook_page, runner
from analysis.report.page import site
from analysis.settings import DATABASE_VARIABLE

PARAMETERS = {"plan_id": COMMUNE, "ref_area": "10642", "as_of": AS_OF, "scenario": "baseline", "lang": "vi"}
NAMES = [path.stem for path in sorted((ROOT / "notebooks").glob("*.ipynb"))]


@pytest.fixture(scope="module")
def folder(once, request):
    """The five notebooks of the commune, executed and rendered, beside the drawing library."""

    def write(place):
        whole = request.getfixturevalue("whole")
        (place / "notebooks").mkdir()
        (place / "assets").mkdir()
        site.write_assets(place / "assets", ASSETS)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(DATABASE_VARIABLE, str(database(place / "test.duckdb", whole, whole.series, AS_OF)))
            for name in NAMES:
                target = place / "notebooks" / f"{name}.{COMMUNE}.ipynb"
                runner._run(str(ROOT / "notebooks" / f"{name}.ipynb"), str(target), PARAMETERS)
                notebook_page.render(target, target.with_suffix(".html"), "vi")

    return once("run", write) / "notebooks"


@pytest.mark.parametrize("name", NAMES)
def test_page_is_whole_in_itself(folder, name):
    page = (folder / f"{name}.{COMMUNE}.html").read_text(encoding="utf-8")
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page)
    assert set(re.findall(r'(?:src|href)="(?!data:)([^"]*)"', page)) <= {"../../index.html", "../assets/vega.js"}
    assert "default-src 'none'" in page and "unsafe" not in page
    assert page.startswith("<!doctype html>") and '<html lang="vi">' in page
    assert page.count("<h1") == 1 and f"({COMMUNE})</title>" in page
    assert "<details><summary>Mã lệnh</summary>" in page
    assert page.index("Kế hoạch thực hiện") < page.index("Trả lời") < page.index('<p class="notice">')


def test_picture_is_read_out_in_the_language_of_the_page(folder):
    page = (folder / f"02_trend.{COMMUNE}.html").read_text(encoding="utf-8")
    said = re.findall(r'<img alt="([^"]*)"', page)
    notice = wording.text("page_illustrative", "vi")
    assert said == [f"{wording.text(key, 'vi')}. {notice}" for key in ("chart_growth_about", "chart_contribution_about")]


def test_text_is_never_markup(tmp_path):
    book = nbformat.v4.new_notebook()
    bad = "<script>alert(1)</script>"
    output = nbformat.v4.new_output("stream", text=bad)
    plain = nbformat.v4.new_output("execute_result", data={"text/plain": bad})
    book.cells = [
        nbformat.v4.new_markdown_cell(f"# Một {bad}\n\n{bad}"),
        nbformat.v4.new_code_cell(f"'{bad}'", outputs=[output, plain]),
    ]
    nbformat.write(book, tmp_path / "a.b.ipynb")
    notebook_page.render(tmp_path / "a.b.ipynb", tmp_path / "a.b.html", "en")
    page = (tmp_path / "a.b.html").read_text(encoding="utf-8")
    assert bad not in page and page.count("&lt;script&gt;") >= 4


@pytest.mark.browser
@needs_browser
@pytest.mark.parametrize("name", NAMES)
def test_browser_asks_nothing_and_complains_of_nothing(browser, folder, name):
    context = browser.new_context(offline=True, viewport={"width": 1200, "height": 900})
    page = context.new_page()
    requests, troubles = [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: troubles.append(message.text))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.goto((folder / f"{name}.{COMMUNE}.html").as_uri())
    page.wait_for_load_state()
    assert {url.split(":")[0] for url in requests} <= {"file", "data"} and troubles == []
    for picture in page.locator("img").all():
        assert picture.evaluate("one => one.naturalWidth") > 100 and picture.get_attribute("alt")
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.set_viewport_size({"width": 1200, "height": 900})
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")] == []
    context.close()


@pytest.mark.browser
@needs_browser
def test_slider_moves_the_mean_without_a_server(browser, folder):
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.goto((folder / f"04_what_if.{COMMUNE}.html").as_uri())
    page.wait_for_selector(".moving svg")
    assert "Bình quân: 10,20%" in page.locator(".moving svg").text_content()
    sliders = page.locator(".vega-bind input")
    assert sliders.count() == 3
    sliders.nth(2).fill("13.71")  # services alone make up for what is missing
    page.wait_for_function("document.querySelector('.moving svg').textContent.includes('Bình quân: 10,90%')")
    context.close()
