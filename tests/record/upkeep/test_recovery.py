import errno
import os
from pathlib import Path

import pytest

from curtilage.model import GapReason
from curtilage.record.disk.volume import Volume, open_volume
from curtilage.record.upkeep.recovery import recover
from curtilage.store.index.database import Database
from curtilage.store.recorded import ledger
from curtilage.store.recorded.segments import State
from tests.record.cameras import NS, T0, content, files, segment
from tests.record.rows import of, put, row


@pytest.fixture
def volume(tmp_path: Path) -> Volume:
    return open_volume(tmp_path / "disk", 0, {})


def test_a_torn_end_is_cut_off_and_the_recording_closed(database: Database, volume: Volume) -> None:
    one = row(database, volume, state=State.OPEN, size=2000, end=1)
    whole = content(4)
    file = put(volume, one.path, whole + b"\0\0\1torn")
    done = recover(database, [volume])
    assert file.read_bytes() == whole
    after = of(database, volume)[one.path]
    assert (after.state, after.end_ns, after.bytes) == (State.CLOSED, T0 + 4 * NS, len(whole))
    assert (done.closed, done.cut, done.cut_bytes) == (1, 1, 7)
    assert "1 recordings were open" in done.sentences[0]
    assert "cut off" in done.sentences[0]
    assert not recover(database, [volume]).anything


def test_a_last_fragment_of_zeros_is_cut_off(database: Database, volume: Volume) -> None:
    one = row(database, volume, state=State.OPEN, size=1)
    draft, fragments = segment(3)
    good = draft.head + fragments[0].data + fragments[1].data
    file = put(volume, one.path, good + bytes(len(fragments[2].data)))
    recover(database, [volume])
    assert file.read_bytes() == good


def test_a_file_that_was_begun_is_kept_if_a_fragment_is_in_it(
    database: Database, volume: Volume
) -> None:
    one = row(database, volume, state=State.INTENDED, size=0, end=0)
    put(volume, one.path, content(1))
    recover(database, [volume])
    after = of(database, volume)[one.path]
    assert (after.state, after.end_ns) == (State.CLOSED, T0 + NS)


@pytest.mark.parametrize("data", [None, b"", b"\0" * 500, content(1)[:900]])
def test_a_file_that_was_begun_with_nothing_whole_in_it_goes(
    database: Database, volume: Volume, data: bytes | None
) -> None:
    one = row(database, volume, state=State.INTENDED, size=0, end=0)
    if data is not None:
        put(volume, one.path, data)
    done = recover(database, [volume])
    assert files(volume.path) == []
    assert of(database, volume) == {}
    assert done.removed == 1
    assert not (volume.path / "damaged").exists()


def test_deletions_are_finished_and_their_time_is_expired(
    database: Database, volume: Volume
) -> None:
    there = row(database, volume, 0, state=State.DELETING)
    gone = row(database, volume, 10, state=State.DELETING)
    put(volume, there.path, b"x")
    done = recover(database, [volume])
    assert (done.deleted, files(volume.path), of(database, volume)) == (2, [], {})
    with database.read() as connection:
        known = ledger.intervals(
            connection, gone.camera, gone.stream, T0, T0 + 20 * NS, T0 + 20 * NS
        )
    assert [(one.reason, one.end_ns - one.start_ns) for one in known] == [
        (GapReason.EXPIRED, 20 * NS)
    ]


def test_a_broken_promise_is_told_and_its_time_is_damaged(
    database: Database, volume: Volume
) -> None:
    gone = row(database, volume, 0, state=State.OPEN)
    zeros = row(database, volume, 10, state=State.OPEN)
    put(volume, zeros.path, bytes(1000))
    short = row(database, volume, 20, state=State.OPEN, size=1_000_000)
    put(volume, short.path, content(2, T0 + 20 * NS))
    done = recover(database, [volume])
    assert (done.lost, done.short, done.closed) == (2, 1, 1)
    assert any(gone.path in one and "is gone" in one for one in done.sentences)
    assert any(short.path in one and "not there any more" in one for one in done.sentences)
    aside = sorted(p.name for p in (volume.path / "damaged").iterdir())
    name = "cam-main-2026-11-18-110650.mp4"
    assert aside == [name, name + ".reason.txt"]
    text = (volume.path / "damaged" / aside[1]).read_text()
    assert text.splitlines()[0] == zeros.path
    with database.read() as connection:
        known = ledger.intervals(connection, "cam", "main", T0, T0 + 30 * NS, T0 + 30 * NS)
    totals = ledger.totals(known)
    assert totals == {GapReason.DAMAGED: 28 * NS, None: 2 * NS}
    assert not recover(database, [volume]).anything


def test_a_missing_volume_keeps_its_rows(database: Database, volume: Volume) -> None:
    one = row(database, volume, state=State.OPEN)
    two = row(database, volume, 10, state=State.DELETING)
    done = recover(database, [])
    assert done.left == {volume.identity: 2}
    assert "2 unfinished recordings" in done.sentences[0]
    assert set(of(database, volume)) == {one.path, two.path}


def test_one_unreadable_file_does_not_keep_the_others(
    database: Database, volume: Volume, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = row(database, volume, 0, state=State.OPEN), row(database, volume, 10)
    good = row(database, volume, 20, state=State.OPEN, size=1)
    for one in (bad, good):
        put(volume, one.path, content(2, one.start_ns))
    real = os.open

    def refuse(path: os.PathLike[str] | str, *args: int, **named: int) -> int:
        if str(path).endswith(bad.path):
            raise OSError(errno.EIO, "Input/output error")
        return real(path, *args, **named)

    monkeypatch.setattr(os, "open", refuse)
    done = recover(database, [volume])
    assert done.closed == 1
    assert done.left == {volume.identity: 1}
    assert of(database, volume)[bad.path].state is State.OPEN
    assert of(database, volume)[good.path].state is State.CLOSED


def test_what_is_said_closed_is_synced_before(
    database: Database, volume: Volume, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kill leaves a file in memory only; a power cut just after recovery must not take it."""
    one = row(database, volume, state=State.INTENDED, size=0, end=0)
    put(volume, one.path, content(2))
    synced: list[str] = []
    real = os.fsync

    def fsync(descriptor: int) -> None:
        where = Path(f"/proc/self/fd/{descriptor}").readlink()
        assert of(database, volume)[one.path].state is State.INTENDED
        synced.append(os.path.relpath(where, volume.path))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    recover(database, [volume])
    folders = ["cam/main/2026/11/18", "cam/main/2026/11", "cam/main/2026", "cam/main", "cam", "."]
    assert {one.path, *folders} <= set(synced)
