import multiprocessing
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from curtilage.store import Database, PathTakenError, StoreError
from curtilage.store.errors import UnavailableError
from curtilage.store.recorded import segments, totals
from tests.store.homes import Home
from tests.store.support import intend, keep, row

_SCHEMA_PAGES = 96
"""Pages of a new file, with room to spare: opening reads nothing behind them."""


def _note(connection: Connection, sentence: str) -> None:
    connection.execute(
        text("INSERT INTO notices (time_ns, kind, sentence) VALUES (1, 'recovered', :s)"),
        {"s": sentence},
    )


def _noting(sentence: str) -> Callable[[Connection], None]:
    return lambda connection: _note(connection, sentence)


def _until(event: threading.Event) -> Callable[[Connection], bool]:
    return lambda _: event.wait(5.0)


def _notes(database: Database) -> list[str]:
    with database.read() as connection:
        found = connection.execute(text("SELECT sentence FROM notices ORDER BY id"))
        return [str(one) for one in found.scalars()]


def test_what_was_written_is_there_after_opening_again(home: Home) -> None:
    with home.open() as database:
        assert (database.is_new, database.was_damaged) == (True, False)
        database.now(_noting("one"))
    with home.open() as database:
        assert (database.is_new, database.was_damaged) == (False, False)
        assert _notes(database) == ["one"]


def test_a_commit_is_synced_and_readers_do_not_wait(tmp_path: Path) -> None:
    def pragmas(connection: Connection) -> list[object]:
        return [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]

    with Database.open(tmp_path) as database:
        assert database.now(pragmas) == ["wal", 2, 1]


def test_closing_writes_what_was_given_before(home: Home) -> None:
    database = home.open()
    waiting = threading.Event()
    database.write(_until(waiting))
    given = [database.write(_noting(str(n))) for n in range(600)]
    waiting.set()
    database.close()
    database.close()
    assert all(one.done() and one.exception() is None for one in given)
    with pytest.raises(StoreError, match="is closed"):
        database.write(_noting("too late"))
    with home.open() as again:
        assert _notes(again) == [str(n) for n in range(600)]


def test_what_waits_shares_a_commit_and_one_that_fails_takes_back_only_itself(
    database: Database,
) -> None:
    commits: list[int] = []

    def fails(connection: Connection) -> None:
        _note(connection, "never seen")
        raise ValueError("mine")

    def wrong(connection: Connection) -> None:
        _note(connection, "nor this")
        connection.execute(text("INSERT INTO notices (time_ns) VALUES (NULL)"))

    def counts(connection: Connection) -> None:
        commits.append(int(connection.execute(text("SELECT count(*) FROM notices")).scalar_one()))

    waiting = threading.Event()
    database.write(_until(waiting))
    one = database.write(_noting("one"))
    bad = database.write(fails)
    worse = database.write(wrong)
    two = database.write(_noting("two"))
    seen = database.write(counts)
    assert _notes(database) == []
    waiting.set()
    one.result(5.0), two.result(5.0), seen.result(5.0)
    assert isinstance(bad.exception(5.0), ValueError)
    assert isinstance(worse.exception(5.0), StoreError)
    assert _notes(database) == ["one", "two"]
    assert commits == [2]


def test_a_future_that_was_cancelled_is_not_run(database: Database) -> None:
    waiting = threading.Event()
    database.write(_until(waiting))
    time.sleep(0.05)  # the thread has taken the first; the next is in the following group
    given = database.write(_noting("never"))
    assert given.cancel()
    waiting.set()
    database.now(_noting("after"))
    assert _notes(database) == ["after"]


def test_a_change_may_not_wait_for_another(database: Database) -> None:
    def asks_again(_: Connection) -> None:
        database.now(_noting("inside"))

    with pytest.raises(RuntimeError, match="may not wait"):
        database.now(asks_again)


def test_a_reader_cannot_write_and_sees_one_moment(database: Database) -> None:
    with database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM notices")).scalar() == 0
        database.now(_noting("meanwhile"))
        assert connection.execute(text("SELECT count(*) FROM notices")).scalar() == 0
    with pytest.raises(StoreError, match="read-only"), database.read() as connection:
        _note(connection, "no")


def _other_process_writes(home: Home, count: int) -> None:
    with home.open() as other:
        for number in range(count):
            other.now(_noting(f"other {number}"))


def test_two_processes_write_and_read_at_the_same_time(home: Home) -> None:
    with home.open() as database:
        context = multiprocessing.get_context("spawn")
        other = context.Process(target=_other_process_writes, args=(home, 50))
        other.start()
        for number in range(50):
            database.now(_noting(f"mine {number}"))
            _notes(database)
        other.join(30.0)
        assert other.exitcode == 0
        assert sorted(_notes(database)) == sorted(
            f"{who} {n}" for who in ("mine", "other") for n in range(50)
        )


def test_two_processes_that_open_a_new_index_at_once_both_can(home: Home) -> None:
    context = multiprocessing.get_context("spawn")
    both = [context.Process(target=_other_process_writes, args=(home, 1)) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join(30.0)
    assert [one.exitcode for one in both] == [0, 0]
    with home.open() as database:
        assert _notes(database) == ["other 0", "other 0"]


def test_a_lock_that_stays_is_a_sentence_and_the_next_change_is_tried(home: Home) -> None:
    with home.open(timeout_s=0.1) as database:
        with home.locked():
            with pytest.raises(UnavailableError, match="locked by another program"):
                database.now(_noting("blocked"))
            home.open(timeout_s=0.1).close()  # who only reads does not wait
            assert _notes(database) == []
        database.now(_noting("free"))
        assert _notes(database) == ["free"]


@pytest.mark.parametrize(
    "damage",
    [
        b"this is no database, it is a shopping list. " * 100,
        b"SQLite format 3\x00" + bytes(range(256)) * 40,
        bytes(8192),
    ],
    ids=["text", "only the first words", "zeros"],
)
def test_a_file_that_is_no_index_is_moved_aside(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "curtilage.db").write_bytes(damage)
    with Database.open(tmp_path) as database:
        assert database.was_damaged
        assert database.is_new
        assert database.moved_to is not None
        assert database.moved_to.read_bytes() == damage
        assert database.moved_to.name.startswith("curtilage.db.damaged-")
        database.now(_noting("goes on"))
    with Database.open(tmp_path) as database:
        assert not database.was_damaged
        assert _notes(database) == ["goes on"]


def test_an_index_cut_short_is_moved_aside_with_its_log(tmp_path: Path) -> None:
    with Database.open(tmp_path) as database:
        database.now(lambda c: keep(c, *(row(n, n + 1) for n in range(500))))
    path = tmp_path / "curtilage.db"
    path.write_bytes(path.read_bytes()[:20_000])
    (tmp_path / "curtilage.db-wal").write_bytes(b"not a log")
    with Database.open(tmp_path) as database:
        assert database.was_damaged
        assert database.moved_to is not None


def test_damage_found_while_running_is_looked_at_when_opening_again(tmp_path: Path) -> None:
    with Database.open(tmp_path) as database:
        database.now(lambda c: keep(c, *(row(n, n + 1) for n in range(3000))))
    path = tmp_path / "curtilage.db"
    whole = bytearray(path.read_bytes())
    whole[_SCHEMA_PAGES * 4096 :] = b"\xa5" * (len(whole) - _SCHEMA_PAGES * 4096)
    path.write_bytes(whole)
    with Database.open(tmp_path) as database:
        assert not database.was_damaged  # the first pages are well
        with pytest.raises(StoreError, match="fsck --rebuild"):
            database.now(totals.recount)
    with Database.open(tmp_path) as database:
        assert database.was_damaged
        database.now(lambda c: keep(c, row(0, 1)))


def test_a_false_alarm_moves_nothing(tmp_path: Path) -> None:
    with Database.open(tmp_path) as database:
        database.now(_noting("one"))
    (tmp_path / "curtilage.db.suspect").touch()
    with Database.open(tmp_path) as database:
        assert not database.was_damaged
        assert _notes(database) == ["one"]
    assert not (tmp_path / "curtilage.db.suspect").exists()


def test_an_empty_file_is_a_new_index(tmp_path: Path) -> None:
    (tmp_path / "curtilage.db").touch()
    with Database.open(tmp_path) as database:
        assert database.is_new
        assert not database.was_damaged


def test_an_index_of_a_newer_version_is_refused_and_left_alone(home: Home) -> None:
    with home.open() as database:
        database.now(lambda c: c.execute(text("UPDATE alembic_version SET version_num = '9999'")))
        for _ in range(2):
            with pytest.raises(StoreError, match=r"newer version of Curtilage \(tables 9999"):
                home.open()


def test_tables_of_another_program_are_left_alone(home: Home) -> None:
    with home.open() as database:
        database.now(lambda c: c.execute(text("UPDATE alembic_version SET version_num = 'ae10'")))
        with pytest.raises(StoreError, match="tables of another program"):
            home.open()


def test_a_folder_that_cannot_be_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match=r"folder .*file/state of the index cannot be made"):
        Database.open(tmp_path / "file" / "state")
    (tmp_path / "state" / "curtilage.db").mkdir(parents=True)
    with pytest.raises(StoreError, match="cannot be read or written"):
        Database.open(tmp_path / "state")


def test_the_migrator_is_loaded_only_when_a_step_is_due(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from curtilage.store import Database;"
        f"Database.open(Path({str(tmp_path)!r})).close(); print('alembic' in sys.modules)"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", program], check=True, capture_output=True, text=True, timeout=60
        ).stdout.strip()
        for _ in range(2)
    ]
    assert said == ["True", "False"]


def test_the_recorder_gets_nothing_heavy_from_the_store() -> None:
    program = (
        "import sys, curtilage.store;"
        "print([m for m in ('cv2', 'numba', 'av', 'pyarrow', 'sqlalchemy.orm', 'alembic')"
        " if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.strip() == "[]"


def test_an_error_of_a_function_reaches_its_caller_as_it_was(database: Database) -> None:
    database.now(lambda c: intend(c, 1, "a.mp4"))
    with pytest.raises(PathTakenError, match=r"a\.mp4"):
        database.now(lambda c: intend(c, 2, "a.mp4"))
    with database.read() as connection:
        assert [one.start_ns for one in segments.unfinished(connection)] == [1_000_000_000]
