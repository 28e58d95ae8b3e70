import errno
import os
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from curtilage.model import GapReason
from curtilage.record.disk.volume import Volume, open_volume
from curtilage.record.writing.store_index import StoreIndex
from curtilage.record.writing.writers import Writers
from curtilage.store.index.database import Database
from curtilage.store.recorded import segments
from curtilage.store.recorded.segments import SegmentRow, State
from tests.record.disks import small_disk, unmount
from tests.record.streams import NS, T0, Heard, draft, fragment, recorded


def writers_to(
    volumes: Sequence[Volume],
    database: Database,
    heard: Heard,
    make_room: Callable[[Volume, int], bool] = lambda _volume, _size: False,
    *,
    waiting_bytes: int = 1 << 20,
    patience_s: float = 20.0,
) -> Writers:
    return Writers(
        lambda: volumes,
        StoreIndex(database, lambda _sentence: None),
        heard,
        make_room,
        threads=2,
        waiting_bytes=waiting_bytes,
        patience_s=patience_s,
    )


def rows(database: Database) -> list[SegmentRow]:
    database.now(lambda _connection: None)  # what was given before is written
    with database.read() as connection:
        return segments.between(connection, "cam", "main", 0, 2 * T0)


def states(database: Database, volume: Volume) -> dict[str, tuple[State, int, int]]:
    with database.read() as connection:
        return {
            row.path: (row.state, row.end_ns, row.bytes)
            for row in segments.of_volume(connection, volume.identity)
        }


def test_segments_are_files_with_rows(tmp_path: Path, database: Database) -> None:
    volume = open_volume(tmp_path / "disk", 0, {})
    heard = Heard()
    writers = writers_to([volume], database, heard)
    for second in range(6):
        if second % 3 == 0:
            assert writers.begin(draft(second), fragment(second))
        else:
            assert writers.append("cam", "main", fragment(second, key=False))
    assert writers.stop(20)
    assert recorded(volume.path) == {
        "cam/main/2026/11/18/110640.mp4": [0, 1, 2],
        "cam/main/2026/11/18/110643.mp4": [3, 4, 5],
    }
    for row in rows(database):
        assert row.state is State.CLOSED
        assert row.bytes == (volume.path / row.path).stat().st_size
        assert row.end_ns - row.start_ns == 3 * NS
    assert heard.durable_ns[0][0] == T0
    assert heard.durable_ns[-1][1] == T0 + 6 * NS
    assert not heard.stops


def test_the_row_is_there_before_the_file_and_says_open_after(
    tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    volume = open_volume(tmp_path / "disk", 0, {})
    seen = []
    real = volume.tree.create

    def create(path: str, data: bytes) -> int:
        seen.append(states(database, volume)[path][0])
        return real(path, data)

    monkeypatch.setattr(volume.tree, "create", create)
    heard = Heard()
    writers = writers_to([volume], database, heard)
    writers.begin(draft(), fragment(0))
    heard.wait_until_durable(1)
    database.now(lambda _connection: None)
    assert seen == [State.INTENDED]
    assert [row.state for row in rows(database)] == [State.OPEN]
    writers.stop(20)


def test_a_name_that_is_taken_gets_a_number(tmp_path: Path, database: Database) -> None:
    volume = open_volume(tmp_path / "disk", 0, {})
    writers = writers_to([volume], database, Heard())
    for _ in range(3):  # a clock that goes back an hour, say
        writers.begin(draft(), fragment(0))
    writers.stop(20)
    assert sorted(recorded(volume.path)) == [
        f"cam/main/2026/11/18/110640{end}.mp4" for end in ("-1", "-2", "")
    ]


def test_a_stray_file_is_left_alone(tmp_path: Path, database: Database) -> None:
    volume = open_volume(tmp_path / "disk", 0, {})
    stray = volume.path / "cam/main/2026/11/18/110640.mp4"
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"stray")
    writers = writers_to([volume], database, Heard())
    writers.begin(draft(), fragment(0))
    writers.stop(20)
    assert stray.read_bytes() == b"stray"
    assert [row.path for row in rows(database)] == ["cam/main/2026/11/18/110640-1.mp4"]


def test_without_an_index_it_records_and_the_row_comes_later(
    tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    volume = open_volume(tmp_path / "disk", 0, {})
    monkeypatch.setattr("curtilage.record.writing.store_index.PATIENCE_S", 0.05)
    held = threading.Event()
    database.write(lambda _connection: held.wait(20))
    heard = Heard()
    writers = writers_to([volume], database, heard)
    assert writers.begin(draft(), fragment(0))
    heard.wait_until_durable(1)
    assert not held.is_set()
    held.set()
    assert writers.stop(20)
    database.now(lambda _connection: None)
    assert [(row.state, row.end_ns) for row in rows(database)] == [(State.CLOSED, T0 + NS)]


def test_a_slow_disk_never_makes_a_camera_wait_and_gets_fewer_syncs(
    tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    volume = open_volume(tmp_path / "disk", 0, {})
    real, syncs, gate = os.fdatasync, 0, threading.Event()

    def slow(descriptor: int) -> None:
        nonlocal syncs
        syncs += 1
        gate.wait(20)
        real(descriptor)

    monkeypatch.setattr(os, "fdatasync", slow)
    heard = Heard()
    writers = writers_to([volume], database, heard)
    writers.begin(draft(), fragment(0))
    heard.wait_until_durable(1)
    for second in range(1, 40):
        assert writers.append("cam", "main", fragment(second))
    assert writers.health().waiting_bytes > 30_000
    gate.set()
    assert writers.stop(20)
    assert list(recorded(volume.path).values()) == [list(range(40))]
    assert syncs <= 3
    assert not heard.stops


@pytest.mark.parametrize(
    ("waiting_bytes", "patience_s"), [(20_000, 20.0), (1 << 20, 0.0)], ids=["bytes", "time"]
)
def test_a_stalled_disk_ends_the_segment_and_leaves_no_hole_in_it(
    tmp_path: Path,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    waiting_bytes: int,
    patience_s: float,
) -> None:
    volume = open_volume(tmp_path / "disk", 0, {})
    real, gate = os.fdatasync, threading.Event()
    monkeypatch.setattr(os, "fdatasync", lambda fd: (gate.wait(20), real(fd))[1])
    heard = Heard()
    writers = writers_to(
        [volume], database, heard, waiting_bytes=waiting_bytes, patience_s=patience_s
    )
    writers.begin(draft(), fragment(0))
    heard.wait_until_durable(1)
    last = next(n for n in range(1, 100) if not writers.append("cam", "main", fragment(n)))
    assert [(since, reason) for since, reason, _ in heard.stops] == [
        (T0 + NS, GapReason.DISK_FAILED)
    ]
    assert not writers.append("cam", "main", fragment(last + 1))
    gate.set()
    heard.wait_until_durable(last)
    while writers.health().lanes:
        time.sleep(0.01)
    assert writers.begin(draft(1), fragment(last + 5))
    writers.stop(20)
    assert list(recorded(volume.path).values()) == [list(range(last)), [last + 5]]


def test_a_full_volume_is_asked_to_make_room_and_loses_nothing(
    tmp_path: Path, database: Database
) -> None:
    with small_disk(tmp_path / "disk", "1m") as disk:
        volume = open_volume(disk, 0, {})
        (disk / "old").write_bytes(b"x" * 600_000)

        def make_room(_volume: Volume, _size: int) -> bool:
            (disk / "old").unlink(missing_ok=True)
            return True

        heard = Heard()
        writers = writers_to([volume], database, heard, make_room)
        writers.begin(draft(), fragment(0))
        for second in range(1, 60):
            assert writers.append("cam", "main", fragment(second, key=False, size=10_000))
        assert writers.stop(20)
        assert list(recorded(disk).values()) == [list(range(60))]
        assert not heard.stops


def test_what_does_not_fit_goes_on_on_the_next_volume(tmp_path: Path, database: Database) -> None:
    with small_disk(tmp_path / "disk", "1m") as disk:
        first, second = open_volume(disk, 0, {}), open_volume(tmp_path / "second", 0, {})
        (disk / "old").write_bytes(b"x" * 600_000)
        heard = Heard()
        writers = writers_to([first, second], database, heard)
        writers.begin(draft(), fragment(0))
        for n in range(1, 60):
            assert writers.append("cam", "main", fragment(n, key=n % 2 == 0, size=10_000))
        assert writers.stop(20)
        on_first = recorded(disk)["cam/main/2026/11/18/110640.mp4"]
        on_second = next(iter(recorded(second.path).values()))
        assert on_first == list(range(len(on_first)))
        assert on_second == list(range(on_second[0], 60))
        assert on_second[0] - len(on_first) in (0, 1)  # up to the next keyframe
        assert first.usable
        if on_second[0] > len(on_first):
            assert heard.stops[0][:2] == (T0 + len(on_first) * NS, GapReason.DISK_FULL)
        assert all(row.state is State.CLOSED for row in rows(database))


def test_full_without_another_volume_is_told_and_ends_the_file_whole(
    tmp_path: Path, database: Database
) -> None:
    with small_disk(tmp_path / "disk", "1m") as disk:
        volume = open_volume(disk, 0, {})
        heard = Heard()
        writers = writers_to([volume], database, heard, waiting_bytes=8 << 20)
        writers.begin(draft(), fragment(0))
        for n in range(1, 200):
            writers.append("cam", "main", fragment(n, size=10_000))
        heard.wait_for_stop()
        assert not writers.append("cam", "main", fragment(200))
        assert not writers.begin(draft(1), fragment(201))
        writers.stop(20)
        (written,) = recorded(disk).values()
        assert heard.stops[0][:2] == (T0 + len(written) * NS, GapReason.DISK_FULL)
        (row,) = rows(database)
        assert (row.state, row.end_ns) == (State.CLOSED, T0 + len(written) * NS)
        assert row.bytes == (disk / row.path).stat().st_size


@pytest.mark.parametrize("call", ["fsync", "fdatasync"])
def test_a_failed_sync_stops_the_volume_for_good_and_the_next_is_used(
    tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    first, second = (open_volume(tmp_path / name, 0, {}) for name in ("first", "second"))
    real, fail = getattr(os, call), threading.Event()

    def sync(descriptor: int) -> None:
        if fail.is_set() and first.path in Path(f"/proc/self/fd/{descriptor}").readlink().parents:
            raise OSError(errno.EIO, "Input/output error")
        real(descriptor)

    monkeypatch.setattr(os, call, sync)
    heard = Heard()
    writers = writers_to([first, second], database, heard)
    writers.begin(draft(), fragment(0))
    heard.wait_until_durable(1)
    fail.set()
    if call == "fsync":
        assert writers.begin(draft(1), fragment(1))
    else:
        assert writers.append("cam", "main", fragment(1))
    heard.wait_until_durable(2)
    fail.clear()
    assert writers.append("cam", "main", fragment(2, key=False))
    assert writers.begin(draft(2), fragment(3))
    writers.stop(20)
    assert len(heard.volumes) == 1
    assert not heard.stops
    assert first.failed is not None
    assert not first.gone
    assert list(recorded(second.path).values()) == [[1, 2], [3]]
    if call == "fdatasync":
        ((state, end_ns, size),) = states(database, first).values()
        assert (state, end_ns, size) == (State.OPEN, T0 + NS, len(draft().head) + 1000)


def test_unmounted_while_recording_goes_on_on_the_next_and_not_on_the_disk_below(
    tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("curtilage.record.disk.volume.CHECK_S", 0.0)
    with small_disk(tmp_path / "disk", "1m") as disk:
        first, second = open_volume(disk, 0, {}), open_volume(tmp_path / "second", 0, {})
        heard = Heard()
        writers = writers_to([first, second], database, heard)
        writers.begin(draft(), fragment(0))
        heard.wait_until_durable(1)
        unmount(disk)
        for n in range(1, 10):
            assert writers.append("cam", "main", fragment(n))
        writers.stop(20)
        assert list(disk.iterdir()) == []
        assert first.gone
        assert list(recorded(second.path).values()) == [list(range(1, 10))]
        assert len(heard.volumes) == 1


def test_an_unwritable_folder_of_one_camera_stops_only_that_camera(
    tmp_path: Path, database: Database
) -> None:
    volume = open_volume(tmp_path / "disk", 0, {})
    (volume.path / "bad").write_bytes(b"a file in the place of its folder")
    heard = Heard()
    writers = writers_to([volume], database, heard)
    writers.begin(draft(camera="bad"), fragment(0))
    writers.begin(draft(), fragment(0))
    writers.stop(20)
    assert volume.usable
    assert [reason for _, reason, _ in heard.stops] == [GapReason.DISK_FAILED]
    assert list(recorded(volume.path).values()) == [[0]]


def test_no_volume_at_all_is_told(database: Database) -> None:
    heard = Heard()
    writers = writers_to([], database, heard)
    assert not writers.begin(draft(), fragment(0))
    assert heard.stops[0][1] is GapReason.DISK_FAILED
    assert writers.stop(1)
