"""The one place where exceptions become a sentence and an exit code."""

import signal

import pytest
from conftest import start

from analysis.settings import Settings
from pipelines import command
from pipelines.progress import Lines


@pytest.fixture
def handler():
    """The answer to Ctrl-C is the tests' own again afterwards."""
    before = signal.getsignal(signal.SIGINT)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("handler")
@pytest.mark.parametrize("own", [KeyboardInterrupt(), RuntimeError("Query interrupted")], ids=["python", "library"])
def test_ctrl_c_is_a_stop_whatever_a_library_makes_of_it(monkeypatch, capsys, own):
    def interrupted(options, settings):
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt:
            raise own from None

    monkeypatch.setattr(command, "_dispatch", interrupted)
    assert command.main(["load"]) == 130
    said = capsys.readouterr().err
    assert "Đã dừng" in said and "Traceback" not in said


@pytest.mark.usefixtures("handler")
def test_ctrl_c_that_is_swallowed_stops_before_the_next_step(monkeypatch, capsys):
    """Python lets no exception out of a finaliser: the Ctrl-C is lost there."""

    class Closing:
        def __del__(self):
            signal.raise_signal(signal.SIGINT)

    def interrupted(options, settings):
        Closing()
        with Lines("vi").step(2, 4, "step_validate"):
            return 0

    monkeypatch.setattr("sys.unraisablehook", None)
    monkeypatch.setattr(command, "_dispatch", interrupted)
    assert command.main(["load"]) == 130
    said = capsys.readouterr()
    assert "Đã dừng" in said.err and "Traceback" not in said.err and "[2/4]" not in said.out


def test_closed_pipe_is_a_quiet_stop(project):
    """As in `run | head -1`: nobody reads on."""
    process = start(project, "load")
    assert process.stdout.read(5) == "[1/1]"
    process.stdout.close()
    err = process.stderr.read()
    process.stderr.close()
    assert (process.wait(timeout=60), err) == (130, "")
    assert not (project / "data/processed/error.log").exists()


@pytest.mark.usefixtures("handler")
def test_broken_pipe_that_is_not_the_output_is_a_fault(monkeypatch, capsys, tmp_path):
    def broken(options, settings):
        raise BrokenPipeError

    monkeypatch.setattr(command, "Settings", lambda **choices: Settings(tmp_path, **choices))
    monkeypatch.setattr(command, "_dispatch", broken)
    assert command.main(["load"]) == 1
    assert "error.log" in capsys.readouterr().err and (tmp_path / "data/processed/error.log").exists()
