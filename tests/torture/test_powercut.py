"""The power-cut layer itself: what it must lose, and what it must never lose."""

import random
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.torture.powercut import Disk, need_shim, recording
from tests.torture.powercut.disk import clear
from tests.torture.powercut.journal import Did


@pytest.fixture
def root(tmp_path: Path) -> Path:
    need_shim()
    folder = tmp_path / "disk"
    folder.mkdir()
    return folder


def run(root: Path, program: str) -> Disk:
    """The disk of ``program``, a Python program in ``root``."""
    disk = Disk([root])
    journal = root.parent / "journal"
    subprocess.run(
        [sys.executable, "-c", f"import os; os.chdir({str(root)!r})\n{program}"],
        env=recording([root], journal),
        check=True,
        timeout=60,
    )
    disk.play(journal)
    return disk


def cuts(disk: Disk, at: int | None = None, seeds: int = 200) -> Iterator[int]:
    """Cuts the power at ``at`` (None: at the end) with many seeds."""
    for seed in range(seeds):
        disk.cut(len(disk.operations) if at is None else at, seed)
        yield seed


def outcomes(disk: Disk, look: Callable[[], object]) -> set[object]:
    """Everything that ``look`` saw after cuts at the end."""
    return {look() for _ in cuts(disk)}


def read(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


SYNC_DIR = "d = os.open('.', os.O_RDONLY); os.fsync(d); os.close(d)"


def test_a_write_without_sync_is_lost_torn_or_there(root: Path) -> None:
    (root / "a").write_bytes(b"old" * 400)
    disk = run(root, "f = open('a', 'r+b'); f.write(b'new' * 400); f.close()")
    seen = outcomes(disk, lambda: read(root / "a"))
    assert b"old" * 400 in seen
    assert b"new" * 400 in seen
    assert any(one not in (b"old" * 400, b"new" * 400) for one in seen), "never torn"


def test_appended_data_may_be_zeros(root: Path) -> None:
    (root / "a").write_bytes(b"x" * 100)
    disk = run(root, "f = open('a', 'ab'); f.write(b'y' * 2000); f.close()")
    seen = outcomes(disk, lambda: read(root / "a"))
    assert b"x" * 100 in seen
    assert b"x" * 100 + bytes(2000) in seen
    assert all(isinstance(one, bytes) and one.startswith(b"x" * 100) for one in seen)


@pytest.mark.parametrize("sync", ["fsync", "fdatasync"])
def test_a_synced_write_is_never_lost(root: Path, sync: str) -> None:
    (root / "a").write_bytes(b"old")
    disk = run(
        root, f"f = open('a', 'wb'); f.write(b'new' * 999); f.flush(); os.{sync}(f.fileno())"
    )
    assert outcomes(disk, lambda: read(root / "a")) == {b"new" * 999}


def test_what_is_written_after_the_sync_is_not_certain(root: Path) -> None:
    disk = run(
        root,
        "f = open('a', 'wb', 0); f.write(b'1' * 600); os.fsync(f.fileno()); f.write(b'2' * 600)\n"
        + SYNC_DIR,
    )
    seen = outcomes(disk, lambda: read(root / "a"))
    assert all(isinstance(one, bytes) and one.startswith(b"1" * 600) for one in seen)
    assert b"1" * 600 in seen
    assert len(seen) > 2


def test_a_new_file_that_was_synced_has_no_name_without_its_directory(root: Path) -> None:
    program = "f = open('a', 'wb', 0); f.write(b'x'); os.fsync(f.fileno())\n"
    assert outcomes(run(root, program), lambda: read(root / "a")) == {None, b"x"}
    clear(root)
    (root.parent / "journal").unlink()
    assert outcomes(run(root, program + SYNC_DIR), lambda: read(root / "a")) == {b"x"}


@pytest.mark.parametrize("synced", [False, True])
def test_a_rename_needs_its_directory_synced_and_is_never_half(root: Path, synced: bool) -> None:
    (root / "a").write_bytes(b"old")
    disk = run(
        root,
        "f = open('tmp', 'wb', 0); f.write(b'new'); os.fsync(f.fileno()); os.rename('tmp', 'a')\n"
        + (SYNC_DIR if synced else ""),
    )
    seen = outcomes(disk, lambda: (read(root / "a"), read(root / "tmp")))
    if synced:
        assert seen == {(b"new", None)}
    else:
        assert seen == {(b"new", None), (b"old", None), (b"old", b"new")}


@pytest.mark.parametrize("synced", [False, True])
def test_a_removed_file_comes_back_without_sync(root: Path, synced: bool) -> None:
    (root / "a").write_bytes(b"x")
    disk = run(root, "os.unlink('a')\n" + (SYNC_DIR if synced else ""))
    assert outcomes(disk, lambda: read(root / "a")) == ({None} if synced else {None, b"x"})


def test_removals_of_different_names_keep_no_order(root: Path) -> None:
    for name in "ab":
        (root / name).touch()
    disk = run(root, "os.unlink('a'); os.unlink('b')")
    seen = outcomes(disk, lambda: frozenset(one.name for one in root.iterdir()))
    assert seen == {frozenset(), frozenset("a"), frozenset("b"), frozenset("ab")}


def test_a_file_is_lost_with_its_unsynced_folder(root: Path) -> None:
    program = """
os.mkdir("d"); f = open("d/a", "wb", 0); f.write(b"x"); os.fsync(f.fileno())
d = os.open("d", os.O_RDONLY); os.fsync(d); os.close(d)
"""
    assert None in outcomes(run(root, program), lambda: read(root / "d" / "a"))
    clear(root)
    (root.parent / "journal").unlink()
    assert outcomes(run(root, program + SYNC_DIR), lambda: read(root / "d" / "a")) == {b"x"}


def test_a_failed_or_unfinished_sync_saves_nothing(root: Path) -> None:
    disk = run(root, "f = open('a', 'wb', 0); f.write(b'x' * 900); os.fsync(f.fileno())\n")
    synced = next(i for i, op in enumerate(disk.operations) if op.did is Did.SYNCED)
    seen = {read(root / "a") for _ in cuts(disk, synced)}
    assert b"" in seen


def test_every_way_to_write_is_seen(root: Path) -> None:
    program = """
import shutil
f = os.open("a", os.O_RDWR | os.O_CREAT)
os.write(f, b"0123456789"); os.pwrite(f, b"AB", 2); os.lseek(f, 0, 2)
os.writev(f, [b"xy", b"z"]); os.pwritev(f, [b"p", b"q"], 5); os.fsync(f)
os.posix_fallocate(f, 0, 15); os.ftruncate(f, 14); os.fsync(f)
d = os.open(".", os.O_RDONLY)
shutil.copyfile("a", "b"); g = open("b", "a"); g.write("!"); g.flush(); os.fsync(g.fileno())
os.mkdir("deep", dir_fd=d); os.rename("b", "c", src_dir_fd=d, dst_dir_fd=d)
os.link("a", "deep/a"); os.truncate("a", 13); os.fsync(f)
os.replace("c", "deep/c"); os.unlink("a", dir_fd=d); os.makedirs("x/y"); shutil.rmtree("x")
for path in (".", "deep"):
    e = os.open(path, os.O_RDONLY); os.fsync(e)
"""
    disk = run(root, program)
    now = {path.relative_to(root): read(path) for path in root.rglob("*") if path.is_file()}
    assert now == {
        Path("deep/a"): b"01AB4pq789xyz",
        Path("deep/c"): b"01AB4pq789xyz\0!",
    }
    for _ in cuts(disk, seeds=20):
        left = {path.relative_to(root): read(path) for path in root.rglob("*") if path.is_file()}
        assert left == now


def test_what_the_model_does_not_know_is_refused(root: Path) -> None:
    (root / "a").write_bytes(bytes(4096))
    program = "import mmap; f = open('a', 'r+b'); m = mmap.mmap(f.fileno(), 0); m[0] = 1"
    with pytest.raises(NotImplementedError, match="mmap"):
        run(root, program)


SQLITE = """
import sqlite3
base = sqlite3.connect("base.db", isolation_level=None)
base.execute("PRAGMA journal_mode = WAL")
base.execute("PRAGMA synchronous = {synchronous}")
base.execute("PRAGMA wal_autocheckpoint = 10")
base.execute("CREATE TABLE t (n INTEGER, filler TEXT)")
marks = os.open("powercut.marks", os.O_WRONLY | os.O_CREAT)
for n in range(60):
    base.execute("INSERT INTO t VALUES (?, ?)", (n, "x" * 900))
    os.write(marks, b"%d\\n" % n)
"""


def sqlite_losses(root: Path, synchronous: str) -> int:
    """After how many of 150 cuts a row was missing that SQLite had said was committed."""
    disk = run(root, SQLITE.format(synchronous=synchronous))
    chance = random.Random(5)  # noqa: S311 (no secret)
    lost = 0
    for seed in range(150):
        moment = chance.randint(0, len(disk.operations))
        disk.cut(moment, seed)
        lost += len(rows(root / "base.db")) < len(disk.marks(moment))
    return lost


def rows(path: Path) -> list[int]:
    """The rows without a hole; none from a file that is no database, or not yet."""
    base = sqlite3.connect(path)
    try:
        found = [row[0] for row in base.execute("SELECT n FROM t ORDER BY n")]
    except sqlite3.DatabaseError:
        return []
    finally:
        base.close()
    return found if found == list(range(len(found))) else []


def test_sqlite_with_full_synchronisation_keeps_every_acknowledged_row(root: Path) -> None:
    assert sqlite_losses(root, "FULL") == 0


@pytest.mark.parametrize("synchronous", ["NORMAL", "OFF"])
def test_sqlite_without_it_loses_rows_so_the_layer_bites(root: Path, synchronous: str) -> None:
    assert sqlite_losses(root, synchronous) > 10


def test_threads_are_written_down_in_order(root: Path) -> None:
    program = """
import threading
def work(name):
    f = open(name, "wb", 0)
    for n in range(50):
        f.write(bytes([n]) * 700); os.fdatasync(f.fileno())
threads = [threading.Thread(target=work, args=(str(i),)) for i in range(8)]
[t.start() for t in threads]; [t.join() for t in threads]
d = os.open('.', os.O_RDONLY); os.fsync(d)
"""
    disk = run(root, program)
    for _ in cuts(disk, seeds=5):
        for name in range(8):
            assert read(root / str(name)) == b"".join(bytes([n]) * 700 for n in range(50))


def test_the_layer_leaves_other_folders_alone(root: Path) -> None:
    disk = run(root, "open('../elsewhere', 'w').write('x')")
    assert disk.operations == []
    assert not list(root.iterdir())
