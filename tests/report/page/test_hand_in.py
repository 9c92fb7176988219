"""What to hand in next, on the board, the page of data quality and in notebook 01: the same steps, in the same order."""

import html
import re

import pytest
from conftest import AS_OF
from site_content import RUN
from variant import known

from analysis.progress import lacking
from analysis.report.notebook import data_quality
from analysis.report.page import site
from analysis.report.words import number

STEP = re.compile(r"<li>(.*?)</li>", re.DOTALL)


def steps_in(text, begin):
    """The steps of the list after `begin`, every address as <plan>/<target>.html."""
    part = text[text.index(begin) :]
    part = part[part.index('<ol class="next-figures">') :].partition("</ol>")[0]
    return [re.sub(r'href="(?:[^"/]+/)?([^"/]+/[^"/]+)"', r'href="\1"', html.unescape(one)) for one in STEP.findall(part)]


@pytest.fixture(scope="module")
def wanted(whole, assessed, tables):
    target = tables["core.target"]
    return {
        plan_id: lacking.of_plan(one.progress, target[target["plan"] == plan_id], whole.series, whole.cards)
        for plan_id, one in assessed.items()
    }


def test_board_shows_the_first_steps_and_the_page_of_quality_all(pages, wanted):
    board, quality = (
        path.read_text(encoding="utf-8") for path in (pages / "index.html", pages / RUN["run_id"] / "quality.html")
    )
    for plan_id, rows in wanted.items():
        shown = steps_in(board, f'id="plan-{plan_id}"')
        every = steps_in(quality, f'id="next-{plan_id}"')
        assert len(every) == rows["step"].max() > site.NEXT_SHOWN == len(shown)
        for text, (_, step) in zip(every, rows.groupby("step"), strict=True):
            for row in step.itertuples():
                assert row.supplier_vi in text and number.spans(row.years) in text
                assert all(f'href="{plan_id}/{one}.html"' in text for one in row.targets)
            assert text.count("href=") == len(step["targets"].iloc[0])
        assert [one.strip() for one in shown] == [one.strip() for one in every[: site.NEXT_SHOWN]]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_notebook_has_the_same_steps(whole, assessed, wanted, lang):
    for plan_id, plan in whole.plans.items():
        shown = data_quality.hand_in(known(whole, plan, whole.series, AS_OF), assessed[plan_id].progress, lang)
        rows = wanted[plan_id]
        assert shown.notice == "" and len(shown.rows) == rows["step"].max()
        names = plan.target.set_index("target_id")[f"name_{lang}"]
        assert [row[-1] for row in shown.rows] == [
            "; ".join(names[one] for one in targets) for targets in rows.drop_duplicates("step")["targets"]
        ]


def test_years_are_written_as_runs():
    assert number.spans([2019, 2021, 2022, 2023, 2025]) == "2019, 2021–2023, 2025" and number.spans([]) == ""
