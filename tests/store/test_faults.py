"""What is left of the index after the worst: killed in the middle, its disk full, its disk gone."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from curtilage.store import Database, StoreError, notices
from curtilage.store.notices import Notice, NoticeKind
from curtilage.store.recorded import segments, totals
from tests.store.homes import Home
from tests.store.support import keep, row

WRITES_FOR_EVER = """
import sys, threading
from pathlib import Path
from tests.store.homes import Home
from curtilage.store.notices import Notice, NoticeKind
from tests.store.support import intend, S
from curtilage.store.recorded import segments

def life(number):
    def change(connection):
        made = intend(connection, number, f"{number}.mp4")
        segments.closed(connection, made, (number + 1) * S, 10)
        return number
    return change

def told(done):
    # Only after the future: what this line says is promised.
    print(done.result(), flush=True)

database = Home(Path(sys.argv[1]), sys.argv[3] if len(sys.argv) > 3 else None).open()
print("open", flush=True)
number = int(sys.argv[2])
room = threading.Semaphore(50)
while True:
    room.acquire()
    future = database.write(life(number))
    future.add_done_callback(told)
    future.add_done_callback(lambda _: room.release())
    number += 1
"""


@pytest.mark.parametrize(
    "round_",
    [*range(3), *(pytest.param(number, marks=pytest.mark.slow) for number in range(3, 60))],
)
def test_killed_in_the_middle_all_that_was_promised_is_there(home: Home, round_: int) -> None:
    chance = random.Random(round_)  # noqa: S311 - moments, not secrets
    promised: list[int] = []
    for kill in range(2):
        process = subprocess.Popen(
            [
                *(sys.executable, "-c", WRITES_FOR_EVER, str(home.state), str(kill * 1_000_000)),
                *([home.url] if home.url is not None else []),
            ],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        promised += [int(process.stdout.readline()) for _ in range(chance.randint(1, 150))]
        time.sleep(chance.uniform(0.0, 0.02))
        process.send_signal(signal.SIGKILL)
        said = process.stdout.read()  # `communicate` would not see what lies in the buffer
        process.wait(30)
        process.stdout.close()
        promised += [int(line) for line in said.splitlines(keepends=True) if line.endswith("\n")]
    with home.open() as database:
        assert not database.was_damaged
        with database.read() as connection:
            rows = list(segments.of_volume(connection, "disk"))
            if home.url is None:
                assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
        assert set(promised) <= {one.start_ns // 1_000_000_000 for one in rows}
        assert not database.now(totals.recount)  # sums and rows were committed together
        assert all(one.state == "closed" for one in rows)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Two megabytes, all its own."""
    if os.geteuid() != 0:
        pytest.skip("mounting a small disk needs root")
    folder = tmp_path / "small"
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)],
        check=False,
        capture_output=True,
        timeout=10,
    )
    if done.returncode:
        pytest.skip("mounting is not allowed here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True, timeout=10)


def test_a_full_disk_is_a_sentence_and_writing_goes_on_when_there_is_room(
    small_disk: Path,
) -> None:
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(1_200_000))
    with Database.open(small_disk) as database:
        database.now(_keeping(0))
        together = threading.Event()
        database.write(lambda _: together.wait(10.0))
        group: list[Future[None]] = [
            database.write(_keeping(1)),
            database.write(lambda c: notices.add(c, _notice("x" * 1_500_000))),
            database.write(_keeping(2)),
        ]
        together.set()
        for one in group:  # what shares a commit shares its fate
            with pytest.raises(StoreError, match=r"The disk of the index .* is full"):
                one.result(30.0)
        assert _seconds_kept(database) == [0]
        database.now(_keeping(3))  # there is room for a small one
        kept = _fill(database)
        ballast.unlink()
        database.now(_keeping(9999))
        assert _seconds_kept(database) == [0, 3, *kept, 9999]
        assert not database.now(totals.recount)
    with Database.open(small_disk) as database:
        assert not database.was_damaged
        assert _seconds_kept(database) == [0, 3, *kept, 9999]


def _fill(database: Database) -> list[int]:
    """Writes until the disk is full; what was kept."""
    kept: list[int] = []
    for at in range(10, 9000):
        try:
            database.now(_keeping(at))
        except StoreError as error:
            assert "is full" in str(error)  # noqa: PT017 - when it comes is not known
            return kept
        kept.append(at)
    raise AssertionError("the disk never filled")


def _keeping(at: int) -> Callable[[Connection], None]:
    return lambda connection: keep(connection, row(at, at + 1))


def _notice(sentence: str) -> Notice:
    return Notice(1, None, None, NoticeKind.RECOVERED, sentence)


def _seconds_kept(database: Database) -> list[int]:
    with database.read() as connection:
        return sorted(
            one.start_ns // 1_000_000_000 for one in segments.of_volume(connection, "disk")
        )


def test_a_disk_that_becomes_read_only_is_a_sentence(small_disk: Path) -> None:
    with Database.open(small_disk) as database:
        database.now(lambda c: keep(c, row(1, 2)))
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True, timeout=10)
    with pytest.raises(StoreError, match=r"read-only|cannot be read or written"):
        _opens_and_writes(small_disk)
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True, timeout=10)
    _opens_and_writes(small_disk)


def _opens_and_writes(folder: Path) -> None:
    with Database.open(folder) as database:
        database.now(_keeping(2))


def test_a_log_torn_in_the_middle_loses_what_came_after_and_nothing_else(tmp_path: Path) -> None:
    with Database.open(tmp_path) as database:
        for number in range(40):
            database.now(_keeping(number))
        # As the disk would be after a power cut: the files as they are now, the log cut short.
        torn = tmp_path / "torn"
        torn.mkdir()
        for ending in ("", "-wal"):
            whole = (tmp_path / f"curtilage.db{ending}").read_bytes()
            cut = len(whole) * 2 // 3 if ending else len(whole)
            (torn / f"curtilage.db{ending}").write_bytes(whole[:cut])
    with Database.open(torn) as database:
        assert not database.was_damaged
        starts = _seconds_kept(database)
        assert 0 < len(starts) < 40
        assert starts == list(range(len(starts)))
        assert not database.now(totals.recount)


def test_the_index_is_what_sqlite_itself_calls_sound(tmp_path: Path) -> None:
    with Database.open(tmp_path) as database:
        database.now(lambda c: keep(c, *(row(at, at + 1) for at in range(100))))
    with sqlite3.connect(tmp_path / "curtilage.db") as raw:
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert raw.execute("PRAGMA foreign_key_check").fetchall() == []
