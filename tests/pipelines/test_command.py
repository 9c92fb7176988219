"""The one place where exceptions become a sentence and an exit code."""

import signal

import pytest

from pipelines import command


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
