"""The recorder, while the server of its index is stopped, hangs, and comes back."""

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from curtilage.config import SiteSettings
from curtilage.ingest.live import Opened
from curtilage.model import GapReason
from curtilage.record.mp4 import scan
from curtilage.record.upkeep import fsck
from curtilage.store import Database, Ledger, StoreError
from curtilage.store.errors import UnavailableError
from curtilage.store.recorded import segments
from curtilage.store.recorded.segments import SegmentRow
from tests.postgres import Server, server
from tests.record.test_recorder import (
    INFO,
    T0,
    S,
    Scripted,
    Told,
    files_of,
    pictures,
    recorded_s,
    recorder_of,
    site_of,
    until,
)


@pytest.fixture
def postgres() -> Server:
    return server()


@pytest.fixture
def site(postgres: Server, tmp_path: Path) -> Iterator[SiteSettings]:
    name = postgres.new_database()
    yield site_of(tmp_path).model_copy(update={"database": postgres.url(name)})
    postgres.drop(name)


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("curtilage.record.writing.store_index.AGAIN_S", 0.05)
    monkeypatch.setattr("curtilage.record.writing.store_index.PATIENCE_S", 0.5)
    monkeypatch.setattr("curtilage.record.housekeeping.BEAT_NS", S // 5)


def rows_of(site: SiteSettings) -> list[SegmentRow]:
    with Database.of(site) as database, database.read() as connection:
        return segments.between(connection, "gate", "main", 0, 2 * T0)


def check(site: SiteSettings, now_ns: int, seconds: float) -> None:
    """All that was filmed is in files, each has its row, and the ledger says so."""
    assert [scan(path).problem for path in files_of(site)] == [None] * len(files_of(site))
    assert [(row.state, row.bytes) for row in rows_of(site)] == [
        ("closed", path.stat().st_size) for path in files_of(site)
    ]
    with Database.of(site) as database:
        found = Ledger(database).intervals("gate", "main", 0, now_ns, now_ns)
    assert recorded_s(found) == pytest.approx(seconds)
    assert {one.reason for one in found} == {None}
    assert fsck.compare(site).sound


def hang(postgres: Server) -> None:
    postgres.send(signal.SIGSTOP)


def go_on(postgres: Server) -> None:
    postgres.send(signal.SIGCONT)


@pytest.mark.parametrize(
    ("leaves", "returns"),
    [
        (Server.stop, Server.start),
        (lambda one: one.stop(signal.SIGQUIT), Server.start),
        (hang, go_on),
    ],
    ids=["stopped", "crashed", "hanging"],
)
def test_recording_goes_on_while_the_server_is_away_and_its_index_hears_of_all_later(
    postgres: Server,
    site: SiteSettings,
    leaves: Callable[[Server], None],
    returns: Callable[[Server], None],
) -> None:
    script, clock = Scripted(), Told(T0)
    with recorder_of(site, script, clock):
        script.say(Opened(INFO, T0, False), *pictures(T0, 3.0))
        until(lambda: len(files_of(site)) == 2, "two segments")
        clock.now_ns = T0 + 3 * S
        leaves(postgres)
        try:
            script.say(*pictures(T0 + 3 * S, 9.0))
            until(lambda: len(files_of(site)) == 6, "segments without the index")
            clock.now_ns = T0 + 12 * S
        finally:
            returns(postgres)
        script.say(*pictures(T0 + 12 * S, 2.0))
        until(lambda: len(files_of(site)) == 7, "the segment after it")
        clock.now_ns = T0 + 14 * S
        until(lambda: len(rows_of(site)) == 7, "its row")
    check(site, T0 + 14 * S, 14.0)


def test_a_server_that_is_away_when_we_stop_hears_of_it_at_the_next_start(
    postgres: Server, site: SiteSettings
) -> None:
    script, clock = Scripted(), Told(T0)
    recorder = recorder_of(site, script, clock)
    recorder.start()
    try:
        script.say(Opened(INFO, T0, False), *pictures(T0, 3.0))
        until(lambda: len(files_of(site)) == 2, "two segments")
        until(lambda: len(rows_of(site)) == 2, "their rows")
        postgres.stop()
        script.say(*pictures(T0 + 3 * S, 3.0))
        until(lambda: len(files_of(site)) == 3, "a segment without the index")
        clock.now_ns = T0 + 6 * S
        recorder.stop()
        with pytest.raises(UnavailableError, match="cannot be reached"):
            recorder_of(site, Scripted(), clock).start()
    finally:
        postgres.start()
    script = Scripted()
    with recorder_of(site, script, clock):
        script.say(Opened(INFO, T0 + 6 * S, False), *pictures(T0 + 6 * S, 2.0))
        until(lambda: len(files_of(site)) == 4, "the segment of the next run")
        clock.now_ns = T0 + 8 * S
        until(lambda: len(rows_of(site)) == 4, "the rows of all")
    check(site, T0 + 8 * S, 8.0)


def test_an_index_on_a_new_server_is_made_from_the_disks(
    postgres: Server, site: SiteSettings
) -> None:
    script, clock = Scripted(), Told(T0)
    with recorder_of(site, script, clock):
        script.say(Opened(INFO, T0, False), *pictures(T0, 5.0))
        until(lambda: len(files_of(site)) == 3, "three segments")
        clock.now_ns = T0 + 5 * S
    name = postgres.new_database()
    other = site.model_copy(update={"database": postgres.url(name)})
    with pytest.raises(StoreError.__mro__[1], match="there is no index"):
        fsck.compare(other)
    fsck.rebuild_site(other)
    assert [row.path for row in rows_of(other)] == [row.path for row in rows_of(site)]
    assert fsck.compare(other).sound
    postgres.drop(name)


def test_two_sites_do_not_share_an_index(
    site: SiteSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with recorder_of(site, Scripted(), Told(T0)):
        of = Database.of
        monkeypatch.setattr(Database, "of", lambda one: of(one, timeout_s=0.1))
        other = recorder_of(
            site.model_copy(update={"state": tmp_path / "other"}), Scripted(), Told(T0)
        )
        with pytest.raises(StoreError, match="give this site a database of its own"):
            other.start()


def test_gaps_are_told_later(postgres: Server, site: SiteSettings) -> None:
    from curtilage.ingest.live import Lost

    script, clock = Scripted(), Told(T0)
    with recorder_of(site, script, clock) as recorder:
        script.say(Opened(INFO, T0, False), *pictures(T0, 2.0))
        until(lambda: recorder.health().streams[0].reason is None, "the recording")
        postgres.stop()
        try:
            script.say(Lost(GapReason.STALLED, T0 + 2 * S, "nothing comes"))
            until(lambda: recorder.health().streams[0].reason is GapReason.STALLED, "the stall")
            script.say(Opened(INFO, T0 + 5 * S, False), *pictures(T0 + 5 * S, 2.0))
            until(lambda: recorder.health().streams[0].reason is None, "the recording")
        finally:
            postgres.start()
        clock.now_ns = T0 + 7 * S

        def heard() -> bool:
            with Database.of(site) as database:
                found = Ledger(database).intervals("gate", "main", 0, T0 + 7 * S, T0 + 7 * S)
            return [(one.reason, (one.end_ns - one.start_ns) // S) for one in found] == [
                (None, 2),
                (GapReason.STALLED, 3),
                (None, 2),
            ]

        until(heard, "the ledger")
