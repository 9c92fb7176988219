"""The whole way as a user goes it: once, again, with one figure changed, with bad input, killed, two at a time."""

import csv
import json
import os
import re
import shutil
import signal
import sys
import time
from types import SimpleNamespace

import duckdb
import pandas as pd
import pytest
from conftest import command, register_again, start

from analysis import publication, store
from analysis.settings import Settings

FIGURES = "data/raw/received/nso_pxweb_plv0301/2026-10-05/grdp_growth_index.csv"
TARGETS = 21  # of the small project's plan: eight of the period, the binding ones of two years
PROJECTED = "SELECT projected_value FROM out.progress"
OUT = {"out.pool", "out.projection", "out.progress", "out.official_class"}


def built(root):
    """{table: run_id} of the published database."""
    rows = store.read("SELECT table_name, run_id FROM out.build", path=Settings(root).published)
    return dict(zip(rows["table_name"], rows["run_id"], strict=True))


def rebuilt(before, root):
    after = built(root)
    return {table for table in after if after[table] != before[table]}


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
    path.write_text(text.replace(old, new), encoding="utf-8", newline="\n")


def state(root):
    """What the reader has in hand."""
    page = (root / "reports" / "index.html").read_bytes()
    return page, store.read("SELECT * FROM out.progress ORDER BY ALL", path=Settings(root).published).to_json(
        date_format="iso"
    )


def assert_whole(root):
    """Page and database are of finished runs, and everything they point to is there."""
    settings = Settings(root)
    run_id = publication.page_run(settings)
    assert run_id
    folder = root / "reports" / run_id
    page = (root / "reports" / "index.html").read_text(encoding="utf-8")
    for link in re.findall(rf'(?:src|href)="({run_id}/[^"]+)"', page):
        assert (root / "reports" / link.partition("#")[0]).is_file(), link
    notebooks = list((folder / "notebooks").glob("*.ipynb"))
    assert notebooks and all(json.loads(path.read_text(encoding="utf-8")) for path in notebooks)
    assert publication.database_run(settings)
    assert len(store.read("SELECT * FROM out.progress", path=settings.published)) == TARGETS


def test_figures_received_stand_on_the_page_as_in_the_cell_they_cite(published):
    folder = published / "reports" / publication.page_run(Settings(published))
    page = (folder / "hai_phong_2026_2030" / "grdp_growth_2026_2030.html").read_text(encoding="utf-8")
    cited = set(re.findall(r'value="([^"]*)" data-key="core.observation\|(\w+)\|obs_value"', page))
    observations = store.read_table("core.observation", Settings(published).published).set_index("obs_id")
    mine = {obs_id for _, obs_id in cited} & set(
        observations.index[observations["file"] == FIGURES.removeprefix("data/raw/")]
    )
    assert len(mine) >= 6
    for value, obs_id in cited:
        at = observations.loc[obs_id]
        line, column = map(int, at["cell"].split(":"))
        with (published / "data" / "raw" / at["file"]).open(encoding="utf-8", newline="") as file:
            cells = list(csv.reader(file))[line - 1]
        shift = 100 if "PC_Y" in cells and at["unit_measure"] == "IX_PY100" else 0
        assert float(cells[column - 1]) + shift == pytest.approx(float(value), rel=1e-12)


def test_home_is_left_alone(published):
    assert not list((published.parent / "home").iterdir())


def test_second_run_says_that_nothing_changed(fresh):
    before = state(fresh)
    result = command(fresh, "run")
    assert result.code == 0 and "Không có gì thay đổi" in result.out
    assert state(fresh) == before


@pytest.fixture(scope="module")
def changed(small, tmp_path_factory):
    """One figure changes and a run follows, while a reader holds the database and somebody asks for a second run."""
    root = shutil.copytree(small, tmp_path_factory.mktemp("changed") / "bản sao")
    before = built(root)
    edit(root / FIGURES, "108.457956288559", "108.557956288559")
    register_again(root)
    with duckdb.connect(str(Settings(root).published), read_only=True) as reader:
        held = [reader.execute(PROJECTED).fetchall()]
        first = start(root, "run")
        assert first.stdout.read(5) == "[1/4]"
        second = command(root, "run")
        out, err = first.communicate(timeout=120)
        assert first.returncode == 0, err
        held.append(reader.execute(PROJECTED).fetchall())
    return SimpleNamespace(root=root, before=before, out=out, held=held, second=second)


@pytest.mark.slow
def test_one_figure_rebuilds_only_what_depends_on_it_and_says_why(changed):
    assert FIGURES.removeprefix("data/raw/") in changed.out
    anew = rebuilt(changed.before, changed.root)
    expected = {"raw.manifest", "raw.row", "core.observation", "core.series", "out.check_result", *OUT}
    assert anew == expected
    kept = set(changed.before) - anew
    assert {"core.indicator", "core.area", "core.source", "core.target", "core.annual_target", "core.rejected"} <= kept
    assert all(built(changed.root)[table] == changed.before[table] for table in kept)
    assert_whole(changed.root)


@pytest.mark.slow
def test_reader_holding_the_database_does_not_stop_a_run(changed):
    old, held = changed.held
    assert held == old
    with duckdb.connect(str(Settings(changed.root).published), read_only=True) as reader:
        assert reader.execute(PROJECTED).fetchall() != old


@pytest.mark.slow
def test_second_run_at_the_same_time_says_so_and_waits(changed):
    assert changed.second.code == 0, changed.second.err
    assert "Một lần chạy khác" in changed.second.out and "Không có gì thay đổi" in changed.second.out
    assert_whole(changed.root)


@pytest.mark.slow
def test_missing_or_damaged_database_is_built_anew_with_the_same_numbers(changed, tmp_path):
    root = shutil.copytree(changed.root, tmp_path / "bản sao")
    settings, before = Settings(root), state(root)
    step_by_step = {table: store.read_table(table, settings.published) for table in OUT}
    settings.published.unlink()
    assert not publication.database_run(settings)
    settings.published.write_bytes(b"not a database")
    assert command(root, "run").code == 0
    assert state(root) == before
    assert_whole(root)
    for table in OUT:
        pd.testing.assert_frame_equal(step_by_step[table], store.read_table(table, settings.published))


def test_one_target_rebuilds_only_its_table_and_the_verdicts(fresh):
    before = built(fresh)
    edit(fresh / "data/raw/plan/hai_phong_2026_2030/target.csv", ",ge,13,14,", ",ge,12,14,")
    assert command(fresh, "run").code == 0
    assert rebuilt(before, fresh) == {"core.target", "out.projection", "out.progress", "out.official_class"}


def test_a_word_rebuilds_no_table(fresh):
    before, page = built(fresh), state(fresh)[0]
    path = fresh / "data/raw/reference/wording.csv"
    path.write_text(path.read_text(encoding="utf-8") + "unused,chữ mới,new word\n", encoding="utf-8")
    assert command(fresh, "run").code == 0
    assert rebuilt(before, fresh) == set()
    assert state(fresh)[0] != page


@pytest.mark.slow
def test_deleted_page_is_made_again(fresh):
    before = state(fresh)
    (fresh / "reports" / "index.html").unlink()
    assert command(fresh, "run").code == 0
    assert state(fresh) == before
    assert_whole(fresh)


def append(name, text):
    def change(root):
        path = root / name
        path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8", newline="\n")

    return change


def replace_in(name, old, new):
    return lambda root: edit(root / name, old, new)


def stray(root):
    (root / "data/raw/received/them.csv").write_text("a\n", encoding="utf-8")


def quote(root):
    """The plan gets a document that lacks the words it quotes."""
    folder = root / "data/raw/plan/hai_phong_2026_2030"
    (folder / "document.txt").write_text("Văn bản khác.", encoding="utf-8")
    text = (folder / "plan.toml").read_text(encoding="utf-8")
    (folder / "plan.toml").write_text(text + '\n[document]\nfile = "document.txt"\n', encoding="utf-8")


LINE = "grdp_growth_index,31,2025-07-01,total,A,2023,108.457956288559,"
BAD_INPUT = {
    "no plan": (lambda root: shutil.rmtree(root / "data/raw/plan"), False, ["plan.toml"]),
    "unregistered": (stray, False, ["them.csv"]),
    "missing": (lambda root: (root / FIGURES).unlink(), False, ["grdp_growth_index.csv", "dòng 2"]),
    "altered": (append(FIGURES, "\n"), False, ["grdp_growth_index.csv", "dòng 2"]),
    "unknown indicator": (
        replace_in(FIGURES, LINE, LINE.replace("growth_index", "growht")),
        True,
        ["dòng 11", "grdp_growht"],
    ),
    "unknown area": (replace_in(FIGURES, LINE, LINE.replace(",31,", ",3I,")), True, ["dòng 11", "3I"]),
    "broken row": (replace_in(FIGURES, LINE, LINE.replace("total,", "")), True, ["dòng 11", "số ô"]),
    "broken cell": (replace_in(FIGURES, LINE, LINE.replace("108.457", "108,457")), True, ["dòng 11", "số ô"]),
    "not a number": (replace_in(FIGURES, LINE, LINE.replace("108.457956288559", "n/a")), True, ["dòng 11", "n/a"]),
    "repeated row": (
        append(FIGURES, LINE + "IX_PY100,Q,2010,grdp,A,2026-10-05,true,nso_pxweb_plv0301,\n"),
        True,
        ["dòng 14"],
    ),
    "wrong header": (replace_in(FIGURES, "obs_value,unit_measure", "value,unit"), True, ["dòng 1", "obs_value"]),
    "out of bounds": (
        replace_in(FIGURES, "108.457956288559", "8.457956288559"),
        True,
        ["within_bounds", "11:7", "8.457956288559"],
    ),
    "plan comparator": (
        replace_in("data/raw/plan/hai_phong_2026_2030/target.csv", ",ge,13,14,", ",hơn,13,14,"),
        False,
        ["target.csv", "dòng 2", "hơn"],
    ),
    "plan unit": (
        replace_in("data/raw/plan/hai_phong_2026_2030/target.csv", "13,14,PC_Y", "13,14,PCT"),
        False,
        ["target.csv", "dòng 2", "PCT"],
    ),
    "card circle": (
        replace_in("data/raw/reference/indicator.csv", "chain(grdp_growth_index)", "chain(grdp_volume_index)"),
        False,
        ["indicator.csv", "dòng", "grdp_volume_index"],
    ),
    "plan kind": (
        replace_in("data/raw/plan/hai_phong_2026_2030/target.csv", "growth_average,ge,13,14", "average,ge,13,14"),
        False,
        ["target.csv", "dòng 2", "average"],
    ),
    "plan indicator": (
        replace_in("data/raw/plan/hai_phong_2026_2030/target.csv", ",port_cargo,", ",port_cargoes,"),
        False,
        ["target.csv", "dòng 10", "port_cargoes"],
    ),
    "plan value": (
        replace_in("data/raw/plan/hai_phong_2026_2030/target.csv", ",ge,380,", ",ge,,"),
        False,
        ["target.csv", "dòng 10", "value_low"],
    ),
    "quote": (quote, False, ["target.csv", "dòng 2", "quote_vi"]),
    "validity": (
        replace_in("data/raw/reference/area.csv", "31,2008-08-01,2025-06-30", "31,2008-08-01,2025-07-30"),
        False,
        ["area.csv", "dòng"],
    ),
    "merger": (
        replace_in(
            "data/raw/reference/area_change.csv", "\n30,2008-08-01,31,2025-07-01,1,", "\n30,2008-08-01,31,2025-07-01,.9,"
        ),
        False,
        ["area_change.csv", "dòng", "30"],
    ),
    "card name": (
        replace_in("data/raw/reference/indicator.csv", "grdp_growth_index - 100", "grdp_index - 100"),
        False,
        ["indicator.csv", "grdp_index"],
    ),
}


@pytest.mark.parametrize("case", BAD_INPUT)
def test_bad_input_is_one_sentence_and_leaves_the_published_result(case, fresh):
    change, again, words = BAD_INPUT[case]
    before = state(fresh)
    change(fresh)
    if again:
        register_again(fresh)
    result = command(fresh, "run")
    assert result.code == 2, result.out + result.err
    assert "Traceback" not in result.out + result.err
    for word in words:
        assert word in result.err, result.err
    assert "đề nghị" in result.err.lower()
    if case != "out of bounds":  # whose sentence goes on with one line an offending row
        assert len(result.err.strip().splitlines()) == 1, result.err
    assert state(fresh) == before


def test_unexpected_fault_is_one_sentence_and_a_log(fresh):
    (fresh / "src/analysis/checks/rules/within_bounds.sql").write_text("SELEKT", encoding="utf-8")
    before = state(fresh)
    result = command(fresh, "run")
    assert result.code == 1 and "Traceback" not in result.err and "error.log" in result.err
    assert "Traceback" in (fresh / "data/processed/error.log").read_text(encoding="utf-8")
    assert state(fresh) == before


def test_load_and_validate_publish_nothing(project):
    for name in ("load", "validate"):
        result = command(project, name)
        assert result.code == 0 and "13 dòng" in result.out, result.err
        assert not Settings(project).published.exists()
    assert "6" in result.out


def test_project_publishes_the_database_and_report_the_page(project):
    assert command(project, "report").code == 2
    assert command(project, "project").code == 0
    assert publication.database_run(Settings(project)) and not publication.page_run(Settings(project))
    assert command(project, "report").code == 0
    assert_whole(project)


def test_day_of_knowledge_before_the_figures_is_insufficient(fresh):
    assert command(fresh, "run", "--as-of", "2026-01-31").code == 0
    rows = store.read("SELECT verdict FROM out.progress", path=Settings(fresh).published)
    assert set(rows["verdict"]) == {"insufficient"}


def test_refused_replacement_keeps_the_finished_database_and_adopts_it(fresh, monkeypatch):
    """As on Windows, where a program that holds the file forbids its replacement."""
    settings = Settings(fresh)
    old = settings.published.read_bytes()
    settings.complete.write_bytes(old)

    def refuse(source, target):
        raise PermissionError

    monkeypatch.setattr(store, "RETRY_SECONDS", 0.2)
    with monkeypatch.context() as patched:
        patched.setattr(store.os, "replace", refuse)
        with pytest.raises(store.SetupError) as caught:
            store.publish(settings.complete, settings.published)
        assert caught.value.key == "database_held"
    assert settings.complete.exists() and settings.published.exists()
    publication.adopt(settings)
    assert not settings.complete.exists() and settings.published.read_bytes() == old


POINTS = 20 if "PLAN_PROGRESS_LONG" in os.environ else 8


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.skipif(sys.platform == "win32", reason="no process groups to kill at once on Windows")
def test_killed_anywhere_the_last_good_result_stays(fresh):
    """kill -9 of the whole process group at POINTS moments spread over a run, between and inside the steps."""
    values = ["108.457956288559", "108.857956288559"]
    edit(fresh / FIGURES, values[0], values[1])
    register_again(fresh)
    begun = time.monotonic()
    assert command(fresh, "run").code == 0
    duration = time.monotonic() - begun
    seen = set()
    for point in range(POINTS):
        old, new = values[(point + 1) % 2], values[point % 2]
        if old in (fresh / FIGURES).read_text(encoding="utf-8"):
            edit(fresh / FIGURES, old, new)
            register_again(fresh)
        process = start(fresh, "run")
        time.sleep(duration * (point + 0.5) / POINTS)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        assert_whole(fresh)
        seen.add(publication.page_run(Settings(fresh)))
    assert command(fresh, "run").code == 0
    assert_whole(fresh)
    assert publication.page_run(Settings(fresh)) == publication.database_run(Settings(fresh))
    leftovers = [
        path.name for path in (fresh / "reports").iterdir() if path.name.startswith(".") and path.name != ".gitkeep"
    ]
    assert not leftovers and not Settings(fresh).building.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="no process groups to interrupt on Windows")
def test_ctrl_c_is_one_sentence_and_leaves_the_published_result(fresh):
    edit(fresh / FIGURES, "108.457956288559", "109.457956288559")
    register_again(fresh)
    before = state(fresh)
    process = start(fresh, "run")
    assert process.stdout.read(5) == "[1/4]"
    time.sleep(1.0)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130 and "Traceback" not in err and "Đã dừng" in err
    assert state(fresh) == before


def test_no_child_outlives_a_killed_run(fresh):
    import psutil

    edit(fresh / FIGURES, "108.457956288559", "108.957956288559")
    register_again(fresh)
    process = start(fresh, "run")
    parent, children = psutil.Process(process.pid), []
    while not children and process.poll() is None:
        time.sleep(0.05)
        children = [child for child in parent.children(recursive=True) if "spawn_main" in " ".join(child.cmdline())]
    assert children
    process.kill()
    process.communicate()
    _, alive = psutil.wait_procs(children, timeout=20)
    assert not alive
