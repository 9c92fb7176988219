"""The door needs nothing but Python; the environment behind it is built whole or not at all."""

import os
import shutil
import signal
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest
from conftest import copy_project

from analysis.errors import SetupError
from analysis.reference import wording
from pipelines import arguments, environment

BARE = sys.base_prefix  # the Python under the environment, without the project's libraries


def bare_python():
    name = "python.exe" if sys.platform == "win32" else "bin/python3"
    return os.path.join(BARE, name)  # noqa: PTH118 - a program's name, not a path of the project


def door(root, *words, **variables):
    env = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", environment.VARIABLE)} | variables
    done = subprocess.run(
        [bare_python(), "-m", "pipelines", *words],
        cwd=root,
        env=env,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=200,
    )
    return SimpleNamespace(code=done.returncode, out=done.stdout, err=done.stderr)


@pytest.mark.parametrize("words", [["--help"], *([name, "--help"] for name in arguments.COMMANDS)], ids=" ".join)
def test_help_is_in_both_languages_and_needs_no_library(project, words):
    result = door(project, *words)
    assert result.code == 0, result.err
    key = "help_program" if words[0] == "--help" else f"help_{words[0]}"
    flat = " ".join(result.out.split())
    for lang in wording.LANGUAGES:
        assert wording.text(key, lang) in flat
    assert not (project / ".venv").exists()


@pytest.mark.parametrize(
    "words", [["fly"], [], ["run", "--as-of", "15/10/2026"], ["run", "--lang", "fr"], ["load", "--fast"]], ids=str
)
def test_wrong_call_is_one_sentence_a_language(project, words):
    result = door(project, *words)
    assert result.code == 2 and "Traceback" not in result.err
    assert [line.split(" (")[0] for line in result.err.splitlines()] == ["Lệnh không đúng", "Wrong call"]


def test_door_imports_the_standard_library_alone(project):
    code = (
        "import sys; sys.argv = ['x']; before = set(sys.modules); import pipelines.__main__;"
        "print(*sorted({m.split('.')[0] for m in set(sys.modules) - before}))"
    )
    done = subprocess.run([bare_python(), "-c", code], cwd=project, capture_output=True, text=True, check=True)
    foreign = set(done.stdout.split()) - set(sys.stdlib_module_names) - {"analysis", "pipelines"}
    assert not foreign


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    """A project whose lock file asks for nothing, so that a real environment costs a few seconds."""
    monkeypatch.delenv(environment.VARIABLE, raising=False)
    return tiny_project(tmp_path)


def tiny_project(folder):
    root = copy_project(folder / "Thái Tân kế hoạch")
    (root / "requirements.lock").write_text("# nothing\n", encoding="utf-8")
    return root


@pytest.fixture(scope="session")
def moved(once):
    """Such a project, set up over what an interrupted set-up had left, and then moved."""

    def build(folder):
        root = tiny_project(folder)
        (root / ".venv.new" / "half").mkdir(parents=True)
        with pytest.MonkeyPatch.context() as patch:
            patch.delenv(environment.VARIABLE, raising=False)
            python = environment.ensure(root, "vi")
            assert environment.is_ready(root) and python.exists()
        root.rename(folder / "thư mục mới")

    return once("môi trường", build) / "thư mục mới"


def test_environment_works_in_a_folder_with_blanks_and_letters_and_after_it_moved(moved, monkeypatch):
    monkeypatch.delenv(environment.VARIABLE, raising=False)
    assert environment.is_ready(moved) and not (moved / ".venv.new").exists()
    code = "import analysis, pipelines; print(analysis.__file__)"
    done = subprocess.run(
        [environment.python(moved / ".venv"), "-c", code],
        cwd=moved.parent,
        env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | {"PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert str(moved) in done.stdout, done.stderr


def test_interrupted_set_up_starts_again(moved, monkeypatch):
    monkeypatch.delenv(environment.VARIABLE, raising=False)
    assert environment.is_ready(moved) and not (moved / ".venv" / "half").exists()


@pytest.mark.slow
def test_changed_lock_builds_beside_and_a_failure_keeps_the_old_environment(moved, tmp_path, monkeypatch):
    monkeypatch.delenv(environment.VARIABLE, raising=False)
    tiny = shutil.copytree(moved, tmp_path / "bản sao", symlinks=True)
    marker = tiny / ".venv" / "marker"
    marker.touch()
    environment.ensure(tiny, "vi")
    assert marker.exists(), "an unchanged lock builds nothing"
    (tiny / "wheels").mkdir()
    (tiny / "requirements.lock").write_text(f"no-such-library==1.0 --hash=sha256:{'0' * 64}\n", encoding="utf-8")
    assert not environment.is_ready(tiny)
    with pytest.raises(SetupError) as caught:
        environment.ensure(tiny, "vi")
    assert caught.value.key == "setup_failed" and caught.value.exit_code == 2
    assert marker.exists() and environment.python(tiny / ".venv").exists()
    (tiny / "requirements.lock").write_text("# again nothing\n", encoding="utf-8")
    environment.ensure(tiny, "vi")
    assert not marker.exists() and environment.is_ready(tiny)


def test_closed_pipe_ends_a_set_up_quietly(tiny):
    process = subprocess.Popen(
        [bare_python(), "-m", "pipelines", "load"], cwd=tiny, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    process.stdout.close()
    err = process.stderr.read()
    process.stderr.close()
    assert (process.wait(timeout=60), err) == (130, "") and not (tiny / ".venv").exists()


def test_missing_venv_module_names_the_package(tiny, monkeypatch):
    monkeypatch.setattr(environment.shutil, "which", lambda name: None)
    monkeypatch.setattr(environment.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SetupError) as caught:
        environment.ensure(tiny, "vi")
    assert "python3-venv" in wording.text(caught.value.key, "vi", **caught.value.values)


LOCK = """
import sys, time
from pathlib import Path
from pipelines import lock
with lock.held(Path(sys.argv[1]), lambda: None):
    print("held", flush=True)
    time.sleep(60)
"""


def test_killed_holder_frees_the_lock(tmp_path):
    from pipelines import lock

    path, waited = tmp_path / "a.lock", []
    holder = subprocess.Popen([sys.executable, "-c", LOCK, str(path)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout.readline() == "held\n"

    def on_wait():
        waited.append(time.monotonic())
        os.kill(holder.pid, signal.SIGKILL)

    with lock.held(path, on_wait):
        assert len(waited) == 1
    holder.wait()
    holder.stdout.close()


def test_every_text_exists_in_both_languages_with_the_same_places():
    import string

    for key, texts in wording.texts().items():
        places = [
            sorted(name for _, name, _, _ in string.Formatter().parse(texts[lang]) if name) for lang in wording.LANGUAGES
        ]
        assert texts["vi"] and texts["en"] and places[0] == places[1], key


def test_every_refusal_has_its_sentence():
    """A rule that refuses a cell says what to do in a workbook, and stops at a row of a transcribed file."""
    import inspect
    import re

    from analysis.intake import harmonise
    from analysis.intake.form import returned
    from analysis.intake.reader import tidy
    from analysis.intake.sheet import number_text

    ours = "".join(inspect.getsource(module) for module in (harmonise, tidy))
    stopping = set(re.findall(r'"(\w+_(?:wrong|unknown|broken|repeated|as_card|not_valid))"', ours)) - {"header_wrong"}
    assert len(stopping) == 10, stopping
    theirs = set(re.findall(r'_reject\(\w+(?:\[top\])?, [\w.]+, "(\w+)"\)', inspect.getsource(returned)))
    theirs |= set(re.findall(r'= "(number_\w+)"', inspect.getsource(number_text)))
    assert len(theirs) >= 7, theirs
    for rule in stopping:
        assert f"reject_{rule}" in wording.texts(), rule
    for rule in stopping | theirs:
        assert f"todo_{rule}" in wording.texts(), rule
