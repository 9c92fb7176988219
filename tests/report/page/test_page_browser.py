"""The pages as a browser shows them from a folder, without a network."""

import pytest
from chromium import needs_browser
from site_content import RUN

TARGET = f"{RUN['run_id']}/thai_tan_2026_2030/grdp_total.html"
KINDS = {
    "board": "index.html",
    "growth": TARGET,
    "share": f"{RUN['run_id']}/thai_tan_2026_2030/hi_cov_2026.html",
    "each year": f"{RUN['run_id']}/thai_tan_2026_2030/disburse_public.html",
    "judged": f"{RUN['run_id']}/thai_tan_2026_2030/energy_diversify_2030.html",
    "city": f"{RUN['run_id']}/hai_phong_2026_2030/grdp_growth_2026_2030.html",
    "no figure": f"{RUN['run_id']}/hai_phong_2026_2030/grdp_per_capita_usd_2030.html",
    "task": f"{RUN['run_id']}/thai_tan_2026_2030/p5_education.html",
    "quality": f"{RUN['run_id']}/quality.html",
    "definition": f"{RUN['run_id']}/definition.html",
    "track record": f"{RUN['run_id']}/track_record.html",
}

pytestmark = [pytest.mark.browser, needs_browser]


@pytest.fixture
def seen():
    return {"requests": [], "troubles": []}


@pytest.fixture
def page(browser, pages, seen):
    context = browser.new_context(offline=True, viewport={"width": 1200, "height": 900})
    page = context.new_page()
    page.on("request", lambda request: seen["requests"].append(request.url))
    page.on("console", lambda message: seen["troubles"].append(message.text))
    page.on("pageerror", lambda error: seen["troubles"].append(str(error)))
    yield page
    context.close()


def show(page, pages, kind):
    page.goto((pages / KINDS[kind]).as_uri())
    page.wait_for_function("document.documentElement.classList.contains('js')")
    if page.locator(".chart").count():
        page.wait_for_selector(".chart svg")


@pytest.mark.parametrize("kind", KINDS)
def test_page_asks_nothing_fails_nowhere_and_stays_in_its_width(page, pages, seen, kind):
    for width in (390, 1200):
        page.set_viewport_size({"width": width, "height": 900})
        show(page, pages, kind)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.click("[data-choose=en]")
    assert {url.split(":")[0] for url in seen["requests"]} <= {"file", "data"}
    assert seen["troubles"] == []
    assert page.evaluate("performance.timing.loadEventEnd - performance.timing.navigationStart") < 1000
    for chart in page.locator(".chart").all():
        assert chart.locator("svg .mark-line path, svg .mark-symbol path").count() > 1


@pytest.mark.parametrize("kind", KINDS)
def test_page_is_accessible(page, pages, kind):
    from axe_playwright_python.sync_playwright import Axe

    show(page, pages, kind)
    found = Axe().run(page).response["violations"]
    serious = [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")]
    assert serious == []


def test_chart_has_its_lines_marks_and_a_styled_tooltip(page, pages):
    show(page, pages, "growth")
    assert page.locator(".chart svg .mark-line path").count() >= 3
    assert page.locator(".chart svg .mark-area path").count() >= 1
    assert page.locator(".chart svg .mark-symbol.role-mark path").count() == 7
    assert page.locator(".chart svg >> text=Lộ trình cần đạt").count() == 1
    assert page.locator(".chart svg >> text=Cả nước").count() == 0, "the legend names only what is drawn"
    page.locator(".chart svg .mark-symbol.role-mark path").first.hover()
    tooltip = page.locator("#vg-tooltip-element.visible")
    tooltip.wait_for()
    assert tooltip.evaluate("element => getComputedStyle(element).position") == "fixed"


def rows(page):
    return page.locator("section.plan:not([hidden]) tr.row:not([hidden])")


def test_filters_by_keyboard_and_kept_in_the_address(page, pages, tables):
    show(page, pages, "board")
    counted = int(tables["core.target"].query("plan == 'thai_tan_2026_2030'")["in_headline"].sum())
    assert rows(page).count() == counted
    assert page.locator("section.plan:not([hidden]) .shown").inner_text().startswith(str(counted))
    page.locator("section.plan:not([hidden]) input[value=headline]").focus()
    page.keyboard.press("ArrowRight")
    due = tables["out.progress"].query("plan == 'thai_tan_2026_2030' and deadline == 2026")
    assert rows(page).count() == len(due)
    page.keyboard.press("ArrowRight")
    assert rows(page).count() == len(tables["out.progress"].query("plan == 'thai_tan_2026_2030'"))
    page.locator("section.plan:not([hidden]) select[name=verdict]").select_option("reversing")
    assert {row.get_attribute("data-verdict") for row in rows(page).all()} == {"reversing"}
    count = rows(page).count()
    page.reload()
    page.wait_for_function("document.documentElement.classList.contains('js')")
    assert rows(page).count() == count
    page.locator("section.plan:not([hidden]) select[name=verdict]").select_option("")
    page.locator("section.plan:not([hidden]) select[name=task]").select_option("t9_health_edu")
    assert {row.get_attribute("data-task") for row in rows(page).all()} == {"t9_health_edu"}


def test_the_other_plan_is_a_click_away(page, pages):
    show(page, pages, "board")
    assert page.locator("section.plan:not([hidden])").get_attribute("data-plan") == "thai_tan_2026_2030"
    page.locator(".tab").nth(1).click()
    assert page.locator("section.plan:not([hidden])").get_attribute("data-plan") == "hai_phong_2026_2030"
    assert not page.get_by_text("SỐ LIỆU GIẢ ĐỊNH").first.is_visible(), "the city's figures are real"


def test_language_is_switched_and_remembered_from_page_to_page(page, pages):
    show(page, pages, "board")
    assert page.locator("html").get_attribute("lang") == "vi"
    page.get_by_role("button", name="English").focus()
    page.keyboard.press("Enter")
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("option[value=risk]").first.inner_text() == "Hard to reach (may not be met)"
    page.locator("section.plan:not([hidden]) tr.row:not([hidden]) th a").first.click()
    page.wait_for_load_state()
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("blockquote").first.is_visible(), "a quotation stays in its own words"
    assert not page.locator(".verdict .t[lang=vi]").first.is_visible()


def test_first_screen_says_which_why_and_what_it_takes(page, pages):
    show(page, pages, "board")
    box = page.locator("section.plan:not([hidden]) .danger")
    assert box.bounding_box()["y"] < 450
    first = box.locator("li").first
    assert first.is_visible() and first.locator(".next").is_visible()


def test_without_script_everything_is_there(browser, pages):
    context = browser.new_context(offline=True, java_script_enabled=False)
    page = context.new_page()
    page.goto((pages / "index.html").as_uri())
    assert page.locator("tr.row").count() == page.locator("tr.row:visible").count() > 150
    assert not page.locator("form.filters").first.is_visible()
    context.close()


@pytest.mark.parametrize("kind", ["board", "growth"])
def test_print_keeps_the_verdict_in_words(page, pages, kind, tmp_path):
    show(page, pages, kind)
    page.emulate_media(media="print")
    assert page.locator(".chip, .verdict .word").first.is_visible()
    assert not page.locator("nav").is_visible()
    page.pdf(path=tmp_path / "page.pdf", format="A4")
    assert (tmp_path / "page.pdf").stat().st_size > 10000
