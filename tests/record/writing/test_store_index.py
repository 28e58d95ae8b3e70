import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from curtilage.config.site import VolumeSettings
from curtilage.record.disk import unindexed
from curtilage.record.disk.volume import Volume, open_volume
from curtilage.record.disk.volumes import Volumes
from curtilage.record.upkeep.fsck import rebuild
from curtilage.record.writing.segment_file import Fragment, SegmentFile
from curtilage.record.writing.store_index import StoreIndex
from curtilage.store.errors import StoreError
from curtilage.store.index.database import FILE_NAME, Database
from curtilage.store.recorded import segments
from curtilage.store.recorded.segments import State
from tests.record.cameras import content
from tests.record.streams import NS, T0, draft, fragment


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with Database.open(tmp_path / "state", timeout_s=0.1) as database:
        yield database


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("curtilage.record.writing.store_index.AGAIN_S", 0.05)


class Told:
    """What the owner hears."""

    def __init__(self) -> None:
        self.sentences: list[str] = []
        self._changed = threading.Condition()

    def __call__(self, sentence: str) -> None:
        with self._changed:
            self.sentences.append(sentence)
            self._changed.notify_all()

    def wait_for(self, count: int) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.sentences) >= count, 20)


@contextmanager
def locked(state: Path) -> Iterator[None]:
    """Another program holds the write lock of the index."""
    other = sqlite3.connect(state / FILE_NAME, isolation_level=None)
    other.execute("begin immediate")
    try:
        yield
    finally:
        other.execute("rollback")
        other.close()


def begin(volume: Volume, index: StoreIndex, second: int = 0) -> SegmentFile:
    return SegmentFile.begin(volume, index, draft(second), fragment(second))


def states(database: Database) -> list[tuple[State, int, int]]:
    with database.read() as connection:
        rows = segments.between(connection, "cam", "main", 0, 2 * T0)
    return [(row.state, (row.end_ns - T0) // NS, row.bytes) for row in rows]


def test_an_index_locked_around_the_close_of_a_file_hears_of_it_later(
    tmp_path: Path, database: Database
) -> None:
    told = Told()
    index = StoreIndex(database, told)
    segment = begin(open_volume(tmp_path / "disk", 0, {}), index)
    with locked(tmp_path / "state"):
        segment.append([fragment(1)])
        segment.close()
        told.wait_for(1)
        assert "locked" in told.sentences[0]
    told.wait_for(2)
    assert index.end(20)
    assert states(database) == [(State.CLOSED, 2, segment.size)]
    assert len(told.sentences) == 2


def test_files_made_and_closed_while_the_index_is_locked_get_their_rows(
    tmp_path: Path, database: Database
) -> None:
    told = Told()
    index = StoreIndex(database, told)
    volume = open_volume(tmp_path / "disk", 0, {})
    with locked(tmp_path / "state"):
        for second in range(10):
            begin(volume, index, second).close()
        last = begin(volume, index, 10)
        assert states(database) == []
    told.wait_for(2)
    last.append([fragment(11)])
    last.close()
    assert index.end(20)
    assert [(state, end) for state, end, _ in states(database)] == [
        (State.CLOSED, second + 1) for second in [*range(10), 11]
    ]
    assert len(told.sentences) == 2  # once, and once when it is over


def test_what_the_index_never_heard_of_is_searched_for_at_the_next_start(tmp_path: Path) -> None:
    state, volume = tmp_path / "state", open_volume(tmp_path / "disk", 0, {})
    data = content(3, T0)
    with Database.open(state, timeout_s=0.1) as database:
        index = StoreIndex(database, Told())
        known_volumes = Volumes([VolumeSettings(path=volume.path, reserve=0)], database)
        volume.release()
        known_volumes.refresh(T0)
        known_volumes.close()
        with locked(state):
            made = Fragment(data, T0, T0 + 3 * NS, True)
            SegmentFile.begin(volume, index, draft(), made).close()
            assert not index.end(0.3)
            with pytest.raises(StoreError, match="ended"):
                index.intend(draft(), volume.identity, "x", T0)
            database.close()
    (file,) = volume.path.rglob("*.mp4")
    file.write_bytes(data)  # without the pretended head
    with Database.open(state) as database:
        volumes = Volumes([VolumeSettings(path=volume.path, reserve=0)], database)
        volumes.refresh(T0)
        assert rebuild(database, volumes.unindexed()).kinds
        assert states(database) == [(State.CLOSED, 3, len(data))]
        assert not unindexed.marked(state)


def test_a_kill_while_the_index_is_locked_leaves_a_mark_and_its_end_takes_it_away(
    tmp_path: Path, database: Database
) -> None:
    told = Told()
    state = tmp_path / "state"
    index = StoreIndex(database, told)
    volume = open_volume(tmp_path / "disk", 0, {})
    pause = threading.Event()
    with locked(state):
        segment = begin(volume, index)
        while not list(state.glob("late-*")):
            pause.wait(0.01)
    told.wait_for(2)
    while list(state.glob("late-*")):
        pause.wait(0.01)
    segment.close()
    assert index.end(20)


def test_a_change_that_can_never_be_made_holds_up_no_other(
    tmp_path: Path, database: Database
) -> None:
    index = StoreIndex(database, Told())
    volume = open_volume(tmp_path / "disk", 0, {})
    bad, good = begin(volume, index), begin(volume, index, 5)
    database.now(lambda c: segments.drop(c, [bad.row]))
    bad.close()
    good.close()
    assert index.end(20)
    assert [(state, end) for state, end, _ in states(database)] == [(State.CLOSED, 6)]
    assert list((tmp_path / "state").glob("late-*"))
