"""What the README says is what the program does."""

import re

import pytest
from conftest import ROOT

from analysis.trial import record, requirement
from pipelines import arguments

README = (ROOT / "README.md").read_text(encoding="utf-8")
ROOMS = sorted((ROOT / "src").rglob("README.md"))
LONGEST = 120  # lines of the README


def block(name, room=""):
    """What the README of a room says that a command prints."""
    text = (ROOT / room / "README.md").read_text(encoding="utf-8")
    return re.search(rf"<!-- output of {name} -->\n```\n(.*?)```", text, re.DOTALL)[1]


def test_readme_is_read_before_the_tea_is_cold():
    assert len(README.splitlines()) <= LONGEST


def masked(text):
    return re.sub(r"\d+[.,]\d+ (giây|s)\b", "0 s", text)


def test_readme_shows_the_output_of_a_first_run(published):
    assert masked(block("run")) == masked((published.parent / "output.txt").read_text(encoding="utf-8"))


def test_readme_shows_a_benchmark_within_its_limits():
    pairs = re.findall(r": ([\d.]+) (?:giây|MB) \(yêu cầu tối đa ([\d.]+)\)", block("benchmark", "src/analysis"))
    assert len(pairs) == 5
    assert all(float(value) <= float(limit) for value, limit in pairs)


@pytest.mark.parametrize("name", arguments.COMMANDS)
def test_every_command_is_in_the_readme(name):
    assert f"`{name}`" in README or f"pipelines {name}" in README


def test_every_room_in_the_readme_exists(published):
    for name in re.findall(r"`((?:src|data|pipelines|notebooks|tests|reports)/[\w./]*)`", README):
        made = (published / name).exists() or name == "data/processed/error.log"
        assert (ROOT / name).exists() or made, name


@pytest.mark.parametrize("path", ROOMS, ids=lambda path: path.parent.name)
def test_files_named_in_the_readme_of_a_room_exist(path):
    for name in re.findall(r"`([\w/]+\.(?:csv|py|toml|lock))`", path.read_text(encoding="utf-8")):
        found = [*path.parent.rglob(name), *(ROOT / "data/raw").rglob(name), *ROOT.glob(name)]
        assert found, name


@pytest.mark.parametrize("folder", ["data/raw", "notebooks", "pipelines"])
def test_room_readme_is_short_and_names_what_exists(folder):
    text = (ROOT / folder / "README.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 15
    for name in re.findall(r"`([\w]+\.(?:csv|py|ipynb))`", text):
        assert list((ROOT / folder).rglob(name)), name


def test_no_path_of_one_machine_and_no_registry_is_tracked():
    pattern = re.compile(r"(^|[^A-Za-z0-9.])/(home|root|tmp)/|/simple/|index.url\b", re.MULTILINE)
    for folder in ("src", "pipelines", "notebooks", "data/raw"):
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and path.suffix in (".py", ".toml", ".csv", ".ipynb", ".html", ".js", ".css", ".md"):
                assert not pattern.search(path.read_text(encoding="utf-8")), path


def test_readme_shows_the_track_record_that_is_shipped():
    figures = [*record.read(record.FOLDER / "track_record.csv"), *requirement.beside()]
    lines = requirement.table(requirement.judge(requirement.asked(), figures))
    assert block("backtest", "src/analysis/trial").splitlines() == lines and len(lines) > 20
