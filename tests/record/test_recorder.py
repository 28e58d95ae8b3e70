"""The recorder as a whole, over sources that say what the test tells them to."""

import queue
import threading
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from curtilage.config import SiteCamera, SiteSettings, StreamSettings, parse_site
from curtilage.errors import InputError
from curtilage.ingest.bus import Subscriber
from curtilage.ingest.live import Lost, Opened
from curtilage.ingest.live.items import Item
from curtilage.model import (
    GapReason,
    Medium,
    Packet,
    StreamInfo,
    VideoCodec,
    VideoInfo,
)
from curtilage.record import Recorder
from curtilage.record.mp4 import scan
from curtilage.store.index.database import FILE_NAME, Database
from curtilage.store.notices import Notice, NoticeKind
from curtilage.store.notices import since as notices_of
from curtilage.store.recorded import segments
from curtilage.store.recorded.cover import Interval
from curtilage.store.recorded.ledger import Ledger

S = 1_000_000_000
T0 = 1_795_000_000 * S
INFO = StreamInfo(
    VideoInfo(VideoCodec.H264, 320, 180, b"\x01\x42\x00\x1e\xff\xe1\x00\x00\x01\x00\x00")
)
LARGER = StreamInfo(
    VideoInfo(VideoCodec.H264, 640, 360, b"\x01\x42\x00\x1f\xff\xe1\x00\x00\x01\x00\x00")
)
WAIT_S = 20.0


class Scripted:
    """A source whose items come from the test."""

    def __init__(self) -> None:
        self._items: queue.SimpleQueue[Item] = queue.SimpleQueue()
        self.asked = 0  # how many ask it now

    def say(self, *items: Item) -> None:
        for item in items:
            self._items.put(item)

    def items(self, stop: threading.Event) -> Iterator[Item]:
        self.asked += 1
        try:
            yield from self._until(stop)
        finally:
            self.asked -= 1

    def _until(self, stop: threading.Event) -> Iterator[Item]:
        while not stop.is_set():
            try:
                item = self._items.get(timeout=0.02)
            except queue.Empty:
                continue
            if isinstance(item, Lost) and item.sentence == "fault":
                raise RuntimeError("a fault of ours, as the test wants it")
            yield item


class Told:
    """Clocks whose UTC stands still until the test moves it."""

    def __init__(self, now_ns: int) -> None:
        self.now_ns = now_ns

    def utc_ns(self) -> int:
        return self.now_ns

    def monotonic_ns(self) -> int:
        return time.monotonic_ns()


def pictures(from_ns: int, seconds: float, gop: int = 5) -> list[Packet]:
    """Ten a second."""
    count = round(seconds * 10)
    times = [from_ns + n * S // 10 for n in range(count)]
    return [
        Packet(Medium.VIDEO, at, at, S // 10, n % gop == 0, b"\0\0\0\4" + n.to_bytes(4, "big"))
        for n, at in enumerate(times)
    ]


def site_of(folder: Path, *, record: bool = True) -> SiteSettings:
    flag = "" if record else ", record: false"
    return parse_site(
        f"state: {folder / 'state'}\n"
        f"volumes: [{{path: {folder / 'video'}, reserve: 1MB}}]\n"
        "cameras:\n  - name: gate\n"
        f"    streams: [{{name: main, url: /nowhere.mp4{flag}}}]\n"
    )


def until(true: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + WAIT_S
    while not true():
        assert time.monotonic() < end, f"{what} did not come"
        time.sleep(0.02)


def recorder_of(
    site: SiteSettings,
    script: Scripted,
    clock: Told,
    notices: list[Notice] | None = None,
) -> Recorder:
    def source(_camera: SiteCamera, _stream: StreamSettings) -> Scripted:
        return script

    tell = notices.append if notices is not None else None
    return Recorder(site, clock=clock, source=source, segment_ns=2 * S, tell=tell)


def ledger_of(site: SiteSettings, now_ns: int) -> list[Interval]:
    with Database.open(site.state) as database:
        found = Ledger(database).intervals("gate", "main", 0, now_ns, now_ns)
    for before, after in pairwise(found):
        assert before.end_ns == after.start_ns
    assert "unexplained" not in {one.reason for one in found}
    return found


def recorded_s(intervals: list[Interval]) -> float:
    return sum(one.end_ns - one.start_ns for one in intervals if one.recorded) / S


def files_of(site: SiteSettings) -> list[Path]:
    return sorted(site.volumes[0].path.rglob("*.mp4"))


def test_segments_are_cut_at_multiples_and_hold_all_pictures(tmp_path: Path) -> None:
    site, script = site_of(tmp_path), Scripted()
    with recorder_of(site, script, Told(T0)):
        script.say(Opened(INFO, T0, False), *pictures(T0, 6.0))
        until(lambda: len(files_of(site)) == 3, "three segments")
    found = [scan(path) for path in files_of(site)]
    assert [one.problem for one in found] == [None] * 3
    starts = [one.label.start_ns for one in found if one.label is not None]
    assert starts == [T0, T0 + 2 * S, T0 + 4 * S]
    assert [one.label.number for one in found if one.label is not None] == [0, 1, 2]
    with Database.open(site.state) as database, database.read() as connection:
        rows = segments.between(connection, "gate", "main", 0, T0 + 10 * S)
    assert [(row.state, row.bytes) for row in rows] == [
        ("closed", path.stat().st_size) for path in files_of(site)
    ]
    assert [row.end_ns for row in rows[:-1]] == [row.start_ns for row in rows[1:]]


def test_what_is_lost_is_in_the_ledger_with_its_reason(tmp_path: Path) -> None:
    site, script, clock = site_of(tmp_path), Scripted(), Told(T0)
    with recorder_of(site, script, clock) as recorder:
        script.say(Opened(INFO, T0, False), *pictures(T0, 1.5))
        script.say(Lost(GapReason.STALLED, T0 + 3 * S // 2, "nothing comes"))
        until(lambda: recorder.health().streams[0].reason is GapReason.STALLED, "the stall")
        assert recorder.health().streams[0].sentence == "nothing comes"
        again_ns = T0 + 3 * S
        script.say(Opened(INFO, again_ns, False), *pictures(again_ns, 1.5))
        until(lambda: recorder.health().streams[0].reason is None, "the recording")
        clock.now_ns = again_ns + 3 * S // 2
    found = ledger_of(site, clock.now_ns)
    assert [(one.reason, one.start_ns, one.end_ns) for one in found] == [
        (None, T0, T0 + 3 * S // 2),
        (GapReason.STALLED, T0 + 3 * S // 2, again_ns),
        (None, again_ns, again_ns + 3 * S // 2),
    ]


def test_new_parameters_begin_a_segment_without_a_hole(tmp_path: Path) -> None:
    site, script, clock = site_of(tmp_path), Scripted(), Told(T0)
    with recorder_of(site, script, clock):
        script.say(Opened(INFO, T0, False), *pictures(T0, 1.0))
        script.say(Opened(LARGER, T0 + S, False), *pictures(T0 + S, 1.0))
        clock.now_ns = T0 + 2 * S
        until(lambda: len(files_of(site)) >= 2, "two segments")
    sizes = {one.info.video.width for path in files_of(site) if (one := scan(path)).info}
    assert sizes == {320, 640}
    assert {one.reason for one in ledger_of(site, clock.now_ns)} == {None}


@pytest.mark.parametrize("step_s", [3600, -3600])
def test_a_clock_that_is_set(tmp_path: Path, step_s: int) -> None:
    site, script, clock = site_of(tmp_path), Scripted(), Told(T0 - 7200 * S)
    then_ns = T0 + S + step_s * S
    with recorder_of(site, script, clock):
        clock.now_ns = T0
        script.say(Opened(INFO, T0, False), *pictures(T0, 1.0))
        until(lambda: bool(files_of(site)), "the segment before the step")
        clock.now_ns = then_ns
        script.say(Opened(INFO, then_ns, True), *pictures(then_ns, 1.0))
        until(lambda: len(files_of(site)) >= 2, "the segment after the step")
        clock.now_ns = then_ns + S
    found = ledger_of(site, max(T0 + S, clock.now_ns))
    assert recorded_s(found) == pytest.approx(2.0)
    steps = [one for one in found if one.reason is GapReason.CLOCK_STEP]
    if step_s > 0:
        assert [(one.start_ns, one.end_ns) for one in steps] == [(T0 + S, then_ns)]


def test_a_fault_of_ours_in_one_stream_is_told_and_recording_goes_on(tmp_path: Path) -> None:
    site, script, clock = site_of(tmp_path), Scripted(), Told(T0)
    with recorder_of(site, script, clock) as recorder:
        script.say(Lost(GapReason.STALLED, 0, "fault"))
        until(lambda: "fault" in recorder.health().streams[0].sentence, "the fault")
        script.say(Opened(INFO, T0 + S, False), *pictures(T0 + S, 1.5))
        until(lambda: recorder.health().streams[0].reason is None, "the recording")
        clock.now_ns = T0 + 5 * S // 2
    found = ledger_of(site, clock.now_ns)
    assert [one.reason for one in found] == [GapReason.RESTARTING, None]
    assert recorded_s(found) == pytest.approx(1.5)


def test_a_stream_that_is_not_recorded_goes_to_the_bus_only(tmp_path: Path) -> None:
    site, script, clock = site_of(tmp_path, record=False), Scripted(), Told(T0)
    with (
        recorder_of(site, script, clock),
        Subscriber(f"ipc://{site.state / 'packets.ipc'}", ["gate/main"]) as subscriber,
    ):
        heard: list[object] = []

        def hears() -> bool:
            script.say(Opened(INFO, T0, False), *pictures(T0, 0.5))
            got = subscriber.receive(0.2)
            if got is not None:
                heard.append(got[2])
            return any(isinstance(one, Packet) for one in heard)

        until(hears, "a packet on the bus")
        clock.now_ns = T0 + S
    assert files_of(site) == []
    assert {one.reason for one in ledger_of(site, T0 + S)} == {GapReason.DISABLED}


def test_a_camera_is_asked_for_what_is_not_recorded_only_while_somebody_wants_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("curtilage.ingest.bus.publisher.KEEP_S", 0.3)
    site, script, clock = site_of(tmp_path, record=False), Scripted(), Told(T0)
    endpoint = f"ipc://{site.state / 'packets.ipc'}"
    with recorder_of(site, script, clock):
        for _ in range(2):
            time.sleep(0.3)
            assert script.asked == 0
            with Subscriber(endpoint, ["gate/main"]) as subscriber:
                until(lambda: script.asked == 1, "the camera's being asked")
                script.say(Opened(INFO, T0, False), *pictures(T0, 0.5))
                assert subscriber.receive(WAIT_S) is not None
            until(lambda: script.asked == 0, "the end of it")
        with Subscriber(endpoint, ["gate/main"]):
            until(lambda: script.asked == 1, "the camera's being asked")
            clock.now_ns = T0 + S  # and the end of the recorder ends it, too
    assert script.asked == 0


def test_an_index_that_is_lost_stops_nothing_and_comes_back(tmp_path: Path) -> None:
    site, script, clock = site_of(tmp_path), Scripted(), Told(T0)
    with recorder_of(site, script, clock):
        script.say(Opened(INFO, T0, False), *pictures(T0, 2.0))
        until(lambda: len(files_of(site)) >= 1, "a segment")
        clock.now_ns = T0 + 2 * S
    (site.state / FILE_NAME).unlink()
    notices: list[Notice] = []
    script = Scripted()
    clock.now_ns = T0 + 60 * S
    with recorder_of(site, script, clock, notices) as recorder:
        script.say(Opened(INFO, clock.now_ns, False), *pictures(clock.now_ns, 1.5))
        until(lambda: recorder.health().streams[0].reason is None, "the recording")
        until(lambda: any(n.kind is NoticeKind.RECOVERED for n in notices), "the old recordings")
        clock.now_ns += 3 * S // 2
    found = ledger_of(site, clock.now_ns)
    assert [one.reason for one in found] == [None, GapReason.INDEX_LOST, None]
    assert recorded_s(found) == pytest.approx(3.5)


def test_a_restart_is_in_the_ledger(tmp_path: Path) -> None:
    site, clock = site_of(tmp_path), Told(T0)
    for _ in range(2):
        script = Scripted()
        with recorder_of(site, script, clock) as recorder:
            now_ns = clock.now_ns
            script.say(Opened(INFO, now_ns, False), *pictures(now_ns, 0.5))
            script.say(Lost(GapReason.UNREACHABLE, now_ns + S // 2, "gone"))
            until(lambda: recorder.health().streams[0].reason is GapReason.UNREACHABLE, "the loss")
            clock.now_ns += S
        clock.now_ns += S
    reasons = [one.reason for one in ledger_of(site, clock.now_ns)]
    assert reasons == [None, GapReason.UNREACHABLE, GapReason.RESTARTING] * 2


def test_two_recorders_do_not_share_a_state_folder(tmp_path: Path) -> None:
    site = site_of(tmp_path)
    with (
        recorder_of(site, Scripted(), Told(T0)),
        pytest.raises(InputError, match="is running"),
    ):
        recorder_of(site, Scripted(), Told(T0)).start()


def test_a_recorder_can_be_started_again_but_not_twice(tmp_path: Path) -> None:
    site, script, clock = site_of(tmp_path), Scripted(), Told(T0)
    recorder = recorder_of(site, script, clock)
    for _ in range(2):
        with recorder:
            with pytest.raises(InputError, match="records already"):
                recorder.start()
            now_ns = clock.now_ns
            script.say(Opened(INFO, now_ns, False), *pictures(now_ns, 1.5))
            until(lambda: recorder.health().streams[0].reason is None, "the recording")
            clock.now_ns += 3 * S
        assert recorder.health().problems == ["the recorder is not running"]


def test_an_owner_who_raises_when_told_costs_no_recording(tmp_path: Path) -> None:
    site, script = site_of(tmp_path), Scripted()

    def tell(_notice: Notice) -> None:
        raise RuntimeError("the owner's own fault")

    made = Recorder(site, clock=Told(T0), source=lambda _c, _s: script, tell=tell)
    with made as recorder:
        assert recorder._reporter is not None
        recorder._reporter.notice(NoticeKind.CAMERA, "something to tell")
        script.say(Opened(INFO, T0, False), *pictures(T0, 1.5))
        until(lambda: recorder.health().streams[0].reason is None, "the recording")
    with Database.open(site.state) as database, database.read() as connection:
        assert "something to tell" in {one.sentence for one in notices_of(connection, 0)}


def test_recording_does_not_depend_on_the_bus(tmp_path: Path) -> None:
    folder = tmp_path / ("a-long-name-" * 9)
    site, script = site_of(folder), Scripted()
    told: list[Notice] = []
    with recorder_of(site, script, Told(T0), told) as recorder:
        script.say(Opened(INFO, T0, False), *pictures(T0, 1.5))
        until(lambda: recorder.health().streams[0].reason is None, "the recording")
    assert [one.kind for one in told if one.kind is NoticeKind.NO_BUS]


def test_an_index_that_is_taken_away_is_noticed(tmp_path: Path) -> None:
    site, script = site_of(tmp_path), Scripted()
    with recorder_of(site, script, Told(T0)) as recorder:
        assert recorder.broken() is None
        (site.state / FILE_NAME).unlink()
        until(lambda: recorder.broken() is not None, "the notice")
        assert str(site.state / FILE_NAME) in str(recorder.broken())
