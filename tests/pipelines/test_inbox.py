"""The drop folder, the watched folder, what is asked of a person, and taking a registration back."""

import shutil
import signal
import time

import openpyxl
import pytest
from conftest import copy_project, start

from analysis.errors import InputError
from analysis.intake import manifest, reading
from analysis.settings import ROOT, Settings
from pipelines import add, inbox, lock, register, undo

FORM = ROOT / "tests" / "fixtures" / "typed_by_hand.xlsx"
OTHER = add.Document(provider="Chi cục Thuế", date="2026-10-01")


@pytest.fixture
def settings(tmp_path):
    found = Settings(root=copy_project(tmp_path / "xã"))
    (found.raw / register.INBOX).mkdir(exist_ok=True)
    return found


def foreign(path):
    """A workbook that another office made."""
    book = openpyxl.Workbook()
    for row in (["Số doanh nghiệp năm 2025 (Doanh nghiệp)"], ["Thôn", "Năm 2025"], ["Thôn Một", 12], ["Thôn Hai", 7]):
        book.active.append(row)
    book.save(path)
    return path


def paths(settings):
    return set(manifest.read(settings.raw)["path"])


def test_the_drop_folder_is_emptied_but_for_what_is_refused(settings, capsys):
    folder, before = settings.raw / register.INBOX, paths(settings)
    shutil.copy(FORM, folder / "Biểu tháng 9.xlsx")
    foreign(folder / "của thuế.xlsx")
    (folder / "ghi chú.txt").write_text("x", encoding="utf-8")
    (folder / "~$Biểu tháng 9.xlsx").write_bytes(b"x")
    assert inbox.run(settings, "vi", add.Document()) == 2
    said = capsys.readouterr().out
    assert "của thuế.xlsx" in said and "ghi chú.txt" in said and "~$" not in said
    assert {path.name for path in folder.iterdir()} == {"ghi chú.txt", "của thuế.xlsx", "~$Biểu tháng 9.xlsx"}
    (new,) = paths(settings) - before
    assert manifest.sha256(settings.raw / new) == manifest.sha256(FORM)
    (folder / "ghi chú.txt").unlink()
    assert inbox.run(settings, "vi", OTHER) == 0
    assert len(paths(settings) - before) == 2 and [path.name for path in folder.iterdir()] == ["~$Biểu tháng 9.xlsx"]
    assert inbox.run(settings, "vi", OTHER) == 0 and "chưa có tệp nào" in capsys.readouterr().out


def test_the_last_registrations_are_taken_back_one_by_one_and_no_others(settings, tmp_path, capsys):
    before = paths(settings)
    first = foreign(tmp_path / "a.xlsx")
    assert add.run(settings, "vi", str(first), OTHER) == 0 and add.run(settings, "vi", str(FORM)) == 0
    assert undo.run(settings, "vi") == 0
    kept = settings.raw / register.UNDONE / "typed_by_hand.xlsx"
    assert manifest.sha256(kept) == manifest.sha256(FORM) and str(kept.relative_to(settings.root)) in capsys.readouterr().out
    assert undo.run(settings, "vi") == 0 and paths(settings) == before
    with pytest.raises(InputError) as raised:
        undo.run(settings, "vi")
    assert raised.value.key == "undo_nothing" and paths(settings) == before
    assert add.run(settings, "vi", str(FORM)) == 0  # and it may come again


def test_what_a_killed_add_left_goes_back_to_the_drop_folder(settings, tmp_path, capsys):
    folder = settings.raw / "received" / reading.TABLES / "2026-10-01"
    folder.mkdir(parents=True)
    half, draft = foreign(folder / "half.xlsx"), folder / ".other.xlsx.draft"
    draft.write_bytes(b"x")
    digest = manifest.sha256(half)
    assert add.run(settings, "vi", str(FORM)) == 0
    assert not half.exists() and not draft.exists() and "data/raw/inbox/half.xlsx" in capsys.readouterr().out
    assert manifest.sha256(settings.raw / "inbox" / "half.xlsx") == digest
    assert manifest.read(settings.raw) is not None  # nothing unregistered is left


def test_a_file_that_changes_while_it_is_read_is_not_kept(settings, tmp_path):
    path = foreign(tmp_path / "a.xlsx")
    before = sorted((settings.raw / "received").rglob("*.*"))
    with pytest.raises(InputError) as raised:
        register.keep(settings.raw, path, "0" * 64, reading.TABLES, "2026-10-01")
    assert raised.value.key == "file_being_written" and sorted((settings.raw / "received").rglob("*.*")) == before


def test_a_person_at_the_terminal_is_asked_what_the_call_does_not_say(settings, tmp_path, monkeypatch):
    answers = iter(["Chi cục Thuế", "", "ngày mai", "31/12/2025", "p"])
    monkeypatch.setattr("builtins.input", lambda prompt: next(answers))
    monkeypatch.setattr("sys.stdin", type("Terminal", (), {"isatty": staticmethod(lambda: True)}))
    assert add.run(settings, "vi", str(foreign(tmp_path / "a.xlsx"))) == 0
    row = manifest.read(settings.raw).iloc[-1]
    assert (row["provider"], str(row["document_date"].date()), row["obs_status"]) == ("Chi cục Thuế", "2025-12-31", "P")
    assert next(answers, None) is None


def test_two_that_register_at_once_wait_for_each_other(settings, tmp_path):
    path = foreign(tmp_path / "a.xlsx")
    with lock.held(settings.processed / "run.lock", lambda: None):
        waiting = start(settings.root, "add", str(path), "--provider", "Thuế", "--document-date", "2026-10-01")
        assert "chờ đến khi xong" in waiting.stdout.readline() and waiting.poll() is None
    assert waiting.wait(timeout=60) == 0, waiting.stderr.read()
    assert len([one for one in paths(settings) if reading.TABLES in one]) == 1


def test_a_watched_folder_registers_what_comes_once_it_is_whole(settings, tmp_path):
    folder, delivered = tmp_path / "USB", FORM.read_bytes()
    folder.mkdir()
    before = paths(settings)
    watching = start(settings.root, "add", "--watch", str(folder))
    assert str(folder) in watching.stdout.readline()
    with (folder / "biểu.xlsx").open("wb") as file:
        for at in range(0, len(delivered), 1 + len(delivered) // 3):
            file.write(delivered[at : at + 1 + len(delivered) // 3])
            file.flush()
            time.sleep(0.6)
    assert "biểu.xlsx" in watching.stdout.readline()
    shutil.copy(folder / "biểu.xlsx", folder / "bản sao.xlsx")
    time.sleep(3 * inbox.POLL_SECONDS)
    watching.send_signal(signal.SIGINT)
    out, err = watching.communicate(timeout=30)
    assert (watching.returncode, err) == (0, "") and "Đã dừng theo dõi." in out and "bản sao" not in out
    assert len(paths(settings) - before) == 1 and len(list(folder.iterdir())) == 2
