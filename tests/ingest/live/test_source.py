"""Live sources against test cameras: what is told of each trouble, and how soon it stops."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import pytest

from curtilage.config.address import Address
from curtilage.ingest.live import Item, LiveSource, Lost, Opened, Patience
from curtilage.model import AudioCodec, GapReason, Medium, Packet, VideoCodec
from tests.cameras import Account, CameraServer

SHORT = Patience(open_s=2.0, stall_s=0.8, keyframe_s=1.5, retry_first_s=0.1, retry_most_s=0.3)
ENOUGH_S = 15.0  # for what a test waits for, on a machine with other things to do


@dataclass
class Watcher:
    """A source that is read in a thread of its own."""

    source: LiveSource
    stop: threading.Event = field(default_factory=threading.Event)
    items: list[Item] = field(default_factory=list)
    ended: float = 0.0

    def run(self) -> None:
        for item in self.source.items(self.stop):
            self.items.append(item)
        self.ended = time.monotonic()

    def until(self, seen: Callable[[list[Item]], bool]) -> list[Item]:
        deadline = time.monotonic() + ENOUGH_S
        while not seen(list(self.items)):
            assert time.monotonic() < deadline, self.told()
            time.sleep(0.02)
        return list(self.items)

    def told(self) -> list[Item]:
        return [item for item in self.items if not isinstance(item, Packet)]

    def losses(self) -> list[Lost]:
        return [item for item in self.items if isinstance(item, Lost)]

    def pictures(self) -> list[Packet]:
        return [i for i in self.items if isinstance(i, Packet) and i.medium is Medium.VIDEO]


@contextmanager
def watching(url: str, *, audio: bool = False, patience: Patience = SHORT) -> Iterator[Watcher]:
    watcher = Watcher(LiveSource("yard", "main", Address(url), audio=audio, patience=patience))
    thread = threading.Thread(target=watcher.run)
    thread.start()
    try:
        yield watcher
    finally:
        watcher.stop.set()
        thread.join(ENOUGH_S)
        assert not thread.is_alive()


def pictures(count: int) -> Callable[[list[Item]], bool]:
    return lambda items: sum(isinstance(item, Packet) for item in items) >= count


def lost(reason: GapReason) -> Callable[[list[Item]], bool]:
    return lambda items: any(isinstance(i, Lost) and i.reason is reason for i in items)


def opened(count: int) -> Callable[[list[Item]], bool]:
    return lambda items: sum(isinstance(item, Opened) for item in items) >= count


@pytest.fixture(scope="module")
def server() -> Iterator[CameraServer]:
    with CameraServer("tiny") as cameras:
        yield cameras


def test_pictures_come_evenly_and_no_sound_is_asked_for(server: CameraServer) -> None:
    with watching(server.url("even")) as watcher:
        items = watcher.until(pictures(20))
    assert isinstance(items[0], Opened)
    assert (items[0].info.video.width, items[0].info.video.height) == (320, 180)
    assert items[0].info.audio is None
    shown = watcher.pictures()
    assert shown[0].key
    assert all(abs((b.dts_ns - a.dts_ns) * 15 / 1e9 - 1) < 0.1 for a, b in pairwise(shown))
    assert abs(shown[-1].dts_ns - time.time_ns()) < 5e9
    assert server.setups("audio") == 0


@pytest.mark.parametrize("clip", ["tiny-hevc", "tiny-bframes"])
def test_other_encodings(clip: str) -> None:
    with CameraServer(clip) as server, watching(server.url()) as watcher:
        watcher.until(pictures(12))
    shown = watcher.pictures()
    assert all(abs((b.dts_ns - a.dts_ns) * 15 / 1e9 - 1) < 0.1 for a, b in pairwise(shown))
    assert all(p.pts_ns >= p.dts_ns for p in shown)
    reordered = any(b.pts_ns < a.pts_ns for a, b in pairwise(shown))
    assert reordered == (clip == "tiny-bframes")


def test_a_stall_is_told_once_and_the_camera_taken_back(server: CameraServer) -> None:
    with watching(server.url("stall")) as watcher:
        watcher.until(pictures(5))
        server.fault("stall", "stall")
        watcher.until(lost(GapReason.STALLED))
        time.sleep(1.5)  # it takes connections, and sends nothing
        assert [item.reason for item in watcher.losses()] == [GapReason.STALLED]
        last = watcher.pictures()[-1]
        assert watcher.losses()[0].since_ns == last.dts_ns + last.duration_ns
        server.clear("stall")
        watcher.until(opened(2))
    times = [p.dts_ns for p in watcher.pictures()]
    assert min(b - a for a, b in pairwise(times)) > 0


def test_a_camera_that_hangs_is_noticed_though_its_connection_stays(server: CameraServer) -> None:
    with watching(server.url("freeze")) as watcher:
        watcher.until(pictures(5))
        server.fault("freeze", "freeze")
        items = watcher.until(lost(GapReason.STALLED))
    assert "no picture from 127.0.0.1" in next(i.sentence for i in items if isinstance(i, Lost))


def test_a_dropped_connection_is_told_at_once_and_taken_back(server: CameraServer) -> None:
    with watching(server.url("drop")) as watcher:
        watcher.until(pictures(5))
        server.fault("drop", "drop")
        watcher.until(opened(2))
    assert [item.reason for item in watcher.losses()] == [GapReason.UNREACHABLE]
    times = [p.dts_ns for p in watcher.pictures()]
    assert min(b - a for a, b in pairwise(times)) > 0


@pytest.mark.parametrize("fault", ["jump=3600", "jump=-100", "wrap=0.3"])
def test_jumps_of_the_cameras_clock_leave_no_trace(server: CameraServer, fault: str) -> None:
    with watching(server.url(fault)) as watcher:
        watcher.until(pictures(8))
        server.fault(fault, fault)
        watcher.until(pictures(20))
    shown = watcher.pictures()
    assert all(abs((b.dts_ns - a.dts_ns) * 15 / 1e9 - 1) < 0.1 for a, b in pairwise(shown))
    assert not watcher.losses()


def test_other_parameters_in_the_stream_begin_a_segment(server: CameraServer) -> None:
    server.add("change", "tiny")
    with watching(server.url("change")) as watcher:
        watcher.until(pictures(3))
        server.fault("change", "change=tiny-bframes")
        watcher.until(opened(2))
    assert not watcher.losses()


def test_no_keyframes(server: CameraServer) -> None:
    with watching(server.url("nokey")) as watcher:
        watcher.until(pictures(20))  # more than a group
        server.fault("nokey", "nokey")
        watcher.until(lost(GapReason.NO_KEYFRAME))
        server.clear("nokey")
        watcher.until(opened(2))


@pytest.mark.parametrize(
    ("fault", "reason", "words"),
    [
        ("refuse", GapReason.REFUSED, "asks for a user and a password"),
        ("missing", GapReason.REFUSED, "has no stream /missing"),
        ("http", GapReason.UNREACHABLE, "speaks HTTP, not RTSP"),
        ("garbage", GapReason.UNREACHABLE, "does not speak RTSP"),
        ("down", GapReason.UNREACHABLE, "hangs up"),
        ("busy", GapReason.UNREACHABLE, "too many viewers"),
        ("mute", GapReason.UNREACHABLE, "does not answer"),
    ],
)
def test_what_a_camera_does_wrong_is_told_in_one_sentence(
    server: CameraServer, fault: str, reason: GapReason, words: str
) -> None:
    server.fault(fault, fault)
    with watching(server.url(fault), patience=Patience(open_s=0.7, retry_first_s=0.1)) as watcher:
        items = watcher.until(lost(reason))
        time.sleep(0.3)
    assert len(watcher.items) == 1  # the cause is told once
    (item,) = items
    assert isinstance(item, Lost)
    assert item.sentence.startswith("camera yard: 127.0.0.1 ")
    assert words in item.sentence


def test_an_unknown_host_and_a_closed_port() -> None:
    for url, words in [
        ("rtsp://no-such-host.invalid/x", "no host of this name is known"),
        ("rtsp://127.0.0.1:1/x", "refuses connections at port 1"),
    ]:
        with watching(url) as watcher:
            (item,) = watcher.until(lost(GapReason.UNREACHABLE))
        assert isinstance(item, Lost)
        assert words in item.sentence


@pytest.mark.parametrize("fault", ["freeze", "mute"])
def test_stop_is_obeyed_while_a_read_or_an_opening_waits(server: CameraServer, fault: str) -> None:
    path = f"stop-{fault}"
    patience = Patience(open_s=30.0, stall_s=30.0)
    if fault == "mute":
        server.fault(path, fault)
    with watching(server.url(path), patience=patience) as watcher:
        if fault == "freeze":
            watcher.until(pictures(3))
            server.fault(path, fault)
        time.sleep(0.4)
        began = time.monotonic()
        watcher.stop.set()
        deadline = began + ENOUGH_S
        while not watcher.ended and time.monotonic() < deadline:
            time.sleep(0.01)
    assert watcher.ended
    assert watcher.ended - began < 10.0  # far less than what it was waiting for
    assert not watcher.losses()


@pytest.mark.parametrize("ways", [("basic",), ("digest",), ("digest-sha256",)])
def test_passwords_of_any_letters(ways: tuple[str, ...]) -> None:
    account = Account("ad min", "s3cret:@/#ü%?&", ways, qop=True)
    with CameraServer("tiny", account=account) as server, watching(server.url()) as watcher:
        watcher.until(pictures(3))
    assert not watcher.losses()


@pytest.mark.parametrize(
    ("offered", "codec", "rate"),
    [("aac", AudioCodec.AAC, 16000), ("pcmu", AudioCodec.PCM_MULAW, 8000),
     ("pcma", AudioCodec.PCM_ALAW, 8000)],
)  # fmt: skip
def test_sound_only_when_it_is_asked_for(offered: str, codec: AudioCodec, rate: int) -> None:
    with CameraServer("tiny", audio=offered) as server:
        with watching(server.url("silent")) as watcher:
            watcher.until(pictures(10))
        assert server.setups("audio") == 0
        assert all(isinstance(i, Opened) or i in watcher.pictures() for i in watcher.items)
        with watching(server.url("heard"), audio=True) as watcher:
            watcher.until(lambda items: sum(_is_sound(i) for i in items) > 10)
        assert server.setups("audio") == 1
    (first,) = watcher.told()
    assert isinstance(first, Opened)
    assert first.info.audio is not None
    assert (first.info.audio.codec, first.info.audio.rate) == (codec, rate)
    assert (first.info.audio.config != b"") == (codec is AudioCodec.AAC)
    times = [i.dts_ns for i in watcher.items if _is_sound(i)]  # type: ignore[union-attr]  # sounds are packets
    assert min(b - a for a, b in pairwise(times)) > 0


def _is_sound(item: Item) -> bool:
    return isinstance(item, Packet) and item.medium is Medium.AUDIO


def test_sound_that_is_not_offered_is_noted(server: CameraServer) -> None:
    with watching(server.url("mouth"), audio=True) as watcher:
        watcher.until(pictures(3))
    assert watcher.source.note == "camera yard offers no sound"


def test_over_tls(certificate: Path) -> None:
    with CameraServer("tiny", certificate=certificate) as server:
        with watching(server.url()) as watcher:
            watcher.until(pictures(5))
        assert server.url().startswith("rtsps://")
    assert not watcher.losses()


def test_mjpeg_over_http(server: CameraServer) -> None:
    with watching(server.mjpeg_url("jpeg")) as watcher:
        items = watcher.until(pictures(6))
    assert isinstance(items[0], Opened)
    assert items[0].info.video.codec is VideoCodec.MJPEG
    assert all(p.key and p.data.startswith(b"\xff\xd8") for p in watcher.pictures())


def test_an_address_that_has_no_mjpeg(server: CameraServer) -> None:
    with watching(f"http://127.0.0.1:{server.port}/nothing") as watcher:
        (item,) = watcher.until(lost(GapReason.REFUSED))
    assert isinstance(item, Lost)
    assert item.sentence.startswith("camera yard: 127.0.0.1 ")


def test_streams_of_one_camera_are_told_apart() -> None:
    """Each is ended by its own socket: one that hangs takes no other with it."""
    with CameraServer("tiny") as server:
        with watching(server.url("a")) as one, watching(server.url("b")) as other:
            one.until(pictures(3))
            other.until(pictures(3))
            server.fault("a", "freeze")
            one.until(lost(GapReason.STALLED))
            before = len(other.items)
            other.until(pictures(before + 5))
        assert not other.losses()
