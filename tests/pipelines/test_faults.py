"""What no program chooses: a disk that fills up, a file that is damaged. Nothing is lost, one sentence says so."""

import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from conftest import command, environment, start
from test_run import assert_whole, edit, state

from analysis import store
from analysis.errors import is_disk_full
from analysis.schema.database import TABLES
from analysis.settings import Settings

LONG = "PLAN_PROGRESS_LONG" in os.environ
MOMENTS = 20 if LONG else 5
DAMAGES = 400 if LONG else 80
SERIES = "series,t,value\n" + "".join(f"a,{year},{10 + year % 7}\n" for year in range(2015, 2024))


@pytest.fixture
def disk(tmp_path):
    """A small disk of its own, 64 MB."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("a small disk of its own can be mounted on Linux by root alone")
    folder = tmp_path / "đĩa nhỏ"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(folder)], check=True)
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def leave(disk, free):
    """Fill the disk until `free` bytes are left."""
    filler = disk / "filler"
    filler.unlink(missing_ok=True)
    about = os.statvfs(disk)
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, about.f_bavail * about.f_frsize - free)


def size(folder):
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def drafts(root):
    """Everything begun and not finished, wherever the program writes."""
    places = [root / "reports", root / "data" / "processed", root / "data" / "raw"]
    names = [path.relative_to(root).as_posix() for place in places for path in place.rglob("*")]
    return [name for name in names if "draft" in name or "building" in name or ".wal" in name or "error.log" in name]


def assert_full(result):
    assert result.code == 2, result.out + result.err
    assert len(result.err.strip().splitlines()) == 1 and "Ổ đĩa đã đầy" in result.err, result.err


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_full_disk_is_one_sentence_and_leaves_the_published_result(small, disk, capsys):
    """The disk fills up at MOMENTS places spread over what a run writes: database, notebooks, pages."""
    root = shutil.copytree(small, disk / "bản sao")
    settings = Settings(root)
    run_folder = next(path for path in (root / "reports").iterdir() if len(path.name) == 12)
    needed = settings.published.stat().st_size + size(run_folder)
    edit(root / "data/raw/plan/hai_phong_2026_2030/target.csv", ",ge,13,14,", ",ge,12,14,")
    before = state(root)
    for moment in range(MOMENTS):
        leave(disk, int(needed * 0.95 * moment / (MOMENTS - 1)))
        assert_full(command(root, "run"))
        assert state(root) == before
        assert_whole(root)
        assert not drafts(root)
    (disk / "filler").unlink()
    assert command(root, "run").code == 0
    assert_whole(root)
    assert state(root) != before
    with capsys.disabled():
        print(f"[full disk: {MOMENTS} moments, 0 results lost, 0 half-written files]", end="")


@pytest.mark.parametrize("given", ["forecast", "judge", "export", "add", "template"])
def test_full_disk_leaves_no_half_written_file(given, small, disk):
    root = shutil.copytree(small, disk / "bản sao")
    table = root / "chuỗi.csv"
    table.write_text(SERIES, encoding="utf-8")
    cases = root / "judged.csv"
    cases.write_text("history,direction,target\n2015:1|2016:2|2017:3|2018:4|2019:5,increase,9\n", encoding="utf-8")
    workbook = shutil.copy(Path(__file__).parents[1] / "fixtures" / "thai_tan_short.xlsx", root / "short.xlsx")
    shutil.copytree(Path(__file__).parents[2] / "data/raw/plan", root / "data/raw/plan", dirs_exist_ok=True)
    asked = {
        "forecast": [str(table), "--horizon", "3", "--out", str(disk / "ket-qua.csv")],
        "judge": [str(cases), "--rule", "dns", "--out", str(disk / "ket-qua.csv")],
        "export": ["--out", str(disk / "ket-qua")],
        "add": [str(workbook)],
        "template": ["--area", "10642", "--plan", "thai_tan_2026_2030", "--out", str(disk / "ket-qua.xlsx")],
    }[given]
    before = {path: path.read_bytes() for path in (root / "data" / "raw").rglob("*") if path.is_file()}
    leave(disk, 0)
    assert_full(command(root, given, *asked))
    assert {path: path.read_bytes() for path in (root / "data" / "raw").rglob("*") if path.is_file()} == before
    assert not [path for path in disk.rglob("*") if "ket-qua" in path.as_posix() and path.is_file()]
    (disk / "filler").unlink()
    assert command(root, given, *asked).code == 0


def test_fault_that_cannot_be_logged_is_told_on_the_screen(small, disk):
    root = shutil.copytree(small, disk / "bản sao")
    (root / "src/analysis/command_to_fail.py").touch()
    edit(root / "pipelines/run.py", "register = manifest.read(settings.raw)", 'raise LookupError("no such thing")')
    leave(disk, 0)
    result = command(root, "run")
    assert result.code == 1 and "Traceback" not in result.err and "LookupError: no such thing" in result.err
    assert "không ghi được nhật ký" in result.err and not drafts(root)


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full stands for a full disk on Linux alone")
def test_output_that_goes_to_a_full_disk_ends_in_the_same_sentence(fresh):
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        arguments = [sys.executable, "-m", "pipelines.command", "load"]
        done = subprocess.run(arguments, cwd=fresh, env=environment(fresh), stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 2 and "Ổ đĩa đã đầy" in done.stderr and len(done.stderr.strip().splitlines()) == 1


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0 and not shutil.which("setpriv"),
    reason="a folder is forbidden by its mode, which Windows does not have and root does not heed (setpriv would help)",
)
def test_forbidden_folder_is_one_sentence(fresh):
    """Whoever may not write into the folder reads which one it is."""
    folder = fresh / "data" / "processed"
    folder.chmod(0o555)
    try:
        if os.geteuid() == 0:
            for path in [fresh, *fresh.parents]:
                if not path.stat().st_mode & 0o001:
                    path.chmod(0o755)
            arguments = ["setpriv", "--reuid", "65534", "--clear-groups", sys.executable, "-m", "pipelines.command", "run"]
            done = subprocess.run(arguments, cwd=fresh, env=environment(fresh), capture_output=True, text=True)
        else:
            process = start(fresh, "run")
            out, err = process.communicate(timeout=60)
            done = subprocess.CompletedProcess([], process.returncode, out, err)
    finally:
        folder.chmod(0o755)
    assert done.returncode == 2 and "Traceback" not in done.stderr, done.stderr
    assert "Không được phép" in done.stderr and "processed" in done.stderr


def damaged(content, chance):
    """The content of a file cut off somewhere, or with one to eight of its bits turned over."""
    if chance.random() < 0.3:
        return content[: chance.randrange(len(content))]
    turned = bytearray(content)
    for _ in range(chance.randint(1, 8)):
        turned[chance.randrange(len(turned))] ^= 1 << chance.randrange(8)
    return bytes(turned)


def test_damaged_database_is_never_taken_for_a_sound_one(small, tmp_path, monkeypatch, capsys):
    """Cut off or with bits turned over at DAMAGES places: either it is noticed, or every row is what it was."""
    monkeypatch.setattr(store, "RETRY_SECONDS", 0.0)
    whole = Settings(small).published
    assert store.is_sound(whole)
    before, content = store.read_tables(TABLES, whole), whole.read_bytes()
    chance, noticed, path = random.Random(11), 0, tmp_path / "damaged.duckdb"
    for _ in range(DAMAGES):
        path.write_bytes(damaged(content, chance))
        if store.is_sound(path):
            for name, rows in store.read_tables(TABLES, path).items():
                pd.testing.assert_frame_equal(rows, before[name])
        else:
            noticed += 1
    assert noticed > DAMAGES / 3
    with capsys.disabled():
        print(f"[damaged database: {DAMAGES} damages, {noticed} noticed, in the others every row as it was]", end="")


def test_row_changed_behind_the_program_is_noticed(small, tmp_path):
    import duckdb

    path = shutil.copy(Settings(small).published, tmp_path / "changed.duckdb")
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "UPDATE core.observation SET obs_value = obs_value + 1 WHERE obs_id = (SELECT min(obs_id) FROM core.observation)"
        )
    assert not store.is_sound(Path(path))


@pytest.mark.slow
@pytest.mark.parametrize("at", [0.0, 0.4, 0.97])
def test_damaged_database_is_built_again_from_what_was_received(at, fresh):
    """`run` with nothing changed, its database damaged: built again, with the same rows and the same page."""
    settings, before = Settings(fresh), state(fresh)
    content = bytearray(settings.published.read_bytes())
    place = int(at * len(content))
    content[place : place + 4096] = bytes(4096)
    settings.published.write_bytes(bytes(content))
    if store.is_sound(settings.published):
        settings.published.write_bytes(bytes(content[: len(content) // 2]))
    assert command(fresh, "export", "--out", str(fresh / "out")).code == 2
    result = command(fresh, "run")
    assert result.code == 0 and "[4/4]" in result.out, result.out + result.err
    assert state(fresh) == before


def test_words_of_libraries_about_a_full_disk_are_known():
    deep = RuntimeError("a notebook failed")
    deep.__cause__ = OSError(28, "No space left on device")
    assert is_disk_full(deep) and is_disk_full(RuntimeError("IO Error: could not write: No space left on device"))
    assert not is_disk_full(OSError(2, "No such file")) and not is_disk_full(ValueError("full"))
