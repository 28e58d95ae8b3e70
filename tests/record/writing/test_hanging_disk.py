import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from curtilage.model import GapReason
from curtilage.record.disk.volume import Volume, open_volume
from curtilage.record.writing import writers as writing
from curtilage.record.writing.store_index import StoreIndex
from curtilage.record.writing.writers import Writers
from curtilage.store.index.database import Database
from curtilage.store.recorded import segments
from curtilage.store.recorded.segments import SegmentRow, State
from tests.record.streams import NS, T0, Heard, draft, fragment, recorded


class Hanging:
    """A disk whose syncs do not come back for a while, and a clock for those who wait."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
        self.now_s = 0.0
        self.hung = threading.Event()
        self._path = path
        self._works = threading.Event()
        self._works.set()
        for name in ("fsync", "fdatasync"):
            monkeypatch.setattr(os, name, self._slow(getattr(os, name)))
        for module in ("writers", "lanes"):
            monkeypatch.setattr(f"curtilage.record.writing.{module}.now_s", lambda: self.now_s)

    def begin(self) -> None:
        self._works.clear()

    def end(self) -> None:
        self._works.set()

    def _slow(self, real: "os.PathLike[str] | object") -> object:
        def sync(descriptor: int) -> None:
            if self._path in Path(f"/proc/self/fd/{descriptor}").readlink().parents:
                if not self._works.is_set():
                    self.hung.set()
                self._works.wait(30)
            real(descriptor)  # type: ignore[operator] # os.fsync or os.fdatasync

        return sync


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Hanging]:
    hanging = Hanging(monkeypatch, tmp_path / "first")
    yield hanging
    hanging.end()


def writers_to(volumes: list[Volume], database: Database, heard: Heard) -> Writers:
    index = StoreIndex(database, lambda _sentence: None)
    return Writers(lambda: volumes, index, heard, lambda _volume, _size: False, threads=2)


def rows(database: Database) -> list[SegmentRow]:
    database.now(lambda _connection: None)
    with database.read() as connection:
        return segments.between(connection, "cam", "main", 0, 2 * T0)


def test_a_hanging_disk_is_noticed_although_segments_are_short(
    tmp_path: Path, database: Database, hanging: Hanging
) -> None:
    heard = Heard()
    writers = writers_to([open_volume(tmp_path / "first", 0, {})], database, heard)
    assert writers.begin(draft(), fragment(0))
    heard.wait_until_durable(1)
    hanging.begin()
    taken = 0
    for second in range(1, 60):
        hanging.now_s = second
        if second % 5 == 0:  # a new segment, as the streams do it
            writers.close("cam", "main")
            given = writers.begin(draft(second), fragment(second))
        else:
            given = writers.append("cam", "main", fragment(second, key=False))
        if not given:
            break
        taken = second
    assert taken <= 11
    assert [stop[:2] for stop in heard.stops] == [(T0 + NS, GapReason.DISK_FAILED)]
    assert "does not finish" in heard.stops[0][2]
    hanging.end()
    heard.wait_until_durable(taken + 1)  # what was taken is not lost
    writers.stop(20)


@pytest.mark.parametrize("short", [True, False])
def test_the_next_volume_is_used_and_what_hangs_is_a_gap(
    tmp_path: Path, database: Database, hanging: Hanging, short: bool
) -> None:
    first, second = (open_volume(tmp_path / name, 0, {}) for name in ("first", "second"))
    heard = Heard()
    writers = writers_to([first, second], database, heard)
    writers.begin(draft(), fragment(0))
    heard.wait_until_durable(1)
    hanging.begin()
    for n in range(1, 20):
        hanging.now_s = n
        if short and n % 5 == 0:
            writers.close("cam", "main")
            assert writers.begin(draft(n), fragment(n))
        else:
            assert writers.append("cam", "main", fragment(n))
    heard.wait_until_durable(20)
    assert [stop[:2] for stop in heard.stops] == [(T0 + NS, GapReason.DISK_FAILED)]
    assert max(n for found in recorded(second.path).values() for n in found) == 19
    known = {row.volume: row.end_ns for row in rows(database) if row.state is State.OPEN}
    assert known[first.identity] == T0 + NS  # the index knows how much is there
    hanging.end()
    assert writers.stop(20)
    everything = [recorded(volume.path).values() for volume in (first, second)]
    assert sorted(n for found in everything for file in found for n in file) == list(range(20))


def test_nothing_is_written_any_more_after_a_stop_that_did_not_wait_for_the_disk(
    tmp_path: Path, database: Database, hanging: Hanging
) -> None:
    first, second = (open_volume(tmp_path / name, 0, {}) for name in ("first", "second"))
    heard = Heard()
    writers = writers_to([first, second], database, heard)
    writers.begin(draft(), fragment(0))
    heard.wait_until_durable(1)
    hanging.begin()
    writers.append("cam", "main", fragment(1))
    assert hanging.hung.wait(20)
    writers.begin(draft(1), fragment(2))
    threads = [one for one in threading.enumerate() if one.name.startswith("writer")]
    ended = threading.Thread(target=lambda: writers.stop(1.0))
    ended.start()
    while first.usable:
        hanging.now_s += 1.0
        threading.Event().wait(0.02)
    ended.join(20)
    hanging.end()
    for thread in threads:
        thread.join(20)
    assert list(recorded(first.path).values()) == [[0, 1]]
    assert recorded(second.path) == {}
    assert len(rows(database)) == 1
    assert not writers.begin(draft(2), fragment(3))
    assert writing.Health(0, 0.0, 0) == writers.health()
