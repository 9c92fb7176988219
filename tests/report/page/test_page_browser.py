"""The pages as a browser shows them from a folder, without a network."""

import re

import pytest
from chromium import needs_browser
from site_content import RUN

from analysis.progress import summary
from analysis.reference import wording
from analysis.report.page import site
from analysis.schema.codelist import CODELISTS

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
        for lang in ("en", "vi"):
            page.click(f"[data-choose={lang}]")
            assert page.evaluate("document.documentElement.scrollWidth") <= width
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
    page.locator("section.plan:not([hidden]) select[name=verdict]").select_option("risk")
    assert {row.get_attribute("data-verdict") for row in rows(page).all()} == {"risk"}
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


SCREEN = {"width": 1280, "height": 900}
BOTTOM = "element => element.getBoundingClientRect().bottom"
LINES = "element => Math.round(element.clientHeight / parseFloat(getComputedStyle(element).lineHeight))"


@pytest.mark.parametrize("lang", wording.LANGUAGES)
@pytest.mark.parametrize("plan", [0, 1])
def test_first_screen_says_which_why_and_what_it_takes(page, pages, tables, plan, lang):
    page.set_viewport_size(SCREEN)
    show(page, pages, "board")
    page.locator(".tab").nth(plan).click()
    page.click(f"[data-choose={lang}]")
    section = page.locator("section.plan:not([hidden])")
    counted = summary.headline(tables["out.progress"], tables["core.target"])
    counted = counted[counted["plan"] == section.get_attribute("data-plan")]
    cards = section.locator(".danger li").all()
    assert len(cards) == min(site.IN_DANGER_SHOWN, int(counted["verdict"].isin(summary.IN_DANGER).sum())) > 0
    for card in cards:
        assert card.evaluate(BOTTOM) <= SCREEN["height"] and card.locator(".next").is_visible()
    assert section.locator(".counts").evaluate(LINES) <= 2 and page.locator("h1").evaluate(LINES) == 1


@pytest.fixture(scope="session")
def kinds(tables):
    """The address of one target page of every kind in every state it stands in."""
    rows = tables["out.progress"].drop_duplicates(["kind", "verdict", "rate_unit"])
    assert set(rows["kind"]) == set(CODELISTS["target_kind"])
    return {f"{RUN['run_id']}/{row.plan}/{row.target_id}.html": row for row in rows.itertuples()}


@pytest.mark.parametrize("lang", wording.LANGUAGES)
def test_first_screen_of_every_kind_of_target_answers_it(page, pages, kinds, lang):
    """Verdict, three numbers, why, what next; below them a chart beside the path, no section alone in half a page."""
    page.set_viewport_size(SCREEN)
    for address, row in kinds.items():
        page.goto((pages / address).as_uri())
        page.click(f"[data-choose={lang}]")
        measured = row.kind not in ("judged", "external", "not_local")
        names = [".verdict", *([".numbers"] if measured else []), ".reasons", ".todo"]
        bottoms = [page.locator(name).evaluate(BOTTOM) for name in names]
        assert max(bottoms) <= SCREEN["height"], address
        assert bottoms[: len(names) - 1] == sorted(bottoms[: len(names) - 1]), address
        assert page.locator(".reasons li").count() == len(row.reasons) > 0 and page.locator(".todo .next").inner_text()
        if measured:
            numbers = page.locator(".numbers dd").all_inner_texts()
            assert len(numbers) == 3 and all(one.strip() for one in numbers)
        alone = page.locator(".flow > section:only-child, .course.bare").all()
        for section in alone:
            assert section.evaluate("element => element.clientWidth > 0.9 * element.parentElement.clientWidth"), address


@pytest.mark.parametrize("lang", wording.LANGUAGES)
def test_no_kind_of_target_scrolls_sideways_on_a_telephone(page, pages, kinds, lang):
    page.set_viewport_size({"width": 390, "height": 844})
    for address in kinds:
        page.goto((pages / address).as_uri())
        page.click(f"[data-choose={lang}]")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address


def test_a_target_page_is_in_the_order_of_questions(page, pages):
    show(page, pages, "growth")
    page.click("[data-choose=vi]")
    keys = ("reasons", "next", "path", "chance", "parts", "class", "benchmark", "figures", "decisions", "quote", "card")
    wanted = [wording.text(f"section_{key}", "vi") for key in keys]
    wanted.insert(2, wording.text("chart_title", "vi", deadline=2030))
    found = page.locator("article h2").all_inner_texts()
    assert [text for text in found if text in wanted] == wanted


def test_figures_are_said_in_words_on_every_kind_of_page(page, pages, kinds):
    """A figure with a unit has no bare minus; a cell of a file is shown as it is."""
    for address in kinds:
        page.goto((pages / address).as_uri())
        figures = page.locator("data.figure:not([data-form^='decimal'])").all_text_contents()
        assert figures and not [one for one in figures if "-" in one and not re.search(r"\d-\d", one)], address


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
    assert page.locator("tr.row:not([hidden]) .chip, .verdict .word").first.is_visible()
    assert not page.locator("nav").is_visible()
    for name in page.locator("section.plan h2").all():
        assert name.is_visible() and name.bounding_box()["x"] >= 0, "whose plan it is"
    page.pdf(path=tmp_path / "page.pdf", format="A4")
    assert (tmp_path / "page.pdf").stat().st_size > 10000
