"""Packets that say which frame they are, of a camera that is recorded for real."""

import queue
import threading
import time
from collections.abc import Callable, Iterator

from curtilage.config.site import SiteCamera, SiteSettings, StreamSettings
from curtilage.ingest.live import Opened
from curtilage.ingest.live.items import Item
from curtilage.model import Medium, Packet, StreamInfo, VideoCodec, VideoInfo
from curtilage.record import Recorder
from tests.analysis.scenes import NS, RATE, T0

AVCC = b"\x01\x42\x00\x1e\xff\xe1\x00\x00\x01\x00\x00"
INFO = StreamInfo(VideoInfo(VideoCodec.H264, 768, 576, AVCC))
GOP = 7
WAIT_S = 60.0


def packet(frame: int, from_ns: int = T0) -> Packet:
    at_ns = from_ns + frame * NS // RATE
    data = b"\0\0\0\4" + (0x41000000 + frame).to_bytes(4, "big")
    return Packet(Medium.VIDEO, at_ns, at_ns, NS // RATE, frame % GOP == 0, data)


def frame_of(item: Packet) -> int:
    return int.from_bytes(item.data[5:], "big")


class Camera:
    """A recorder whose only camera says what the test wants, at the time of its pictures."""

    def __init__(self, site: SiteSettings) -> None:
        self._items: queue.SimpleQueue[Item] = queue.SimpleQueue()
        self.now_ns = T0
        self.recorder = Recorder(site, clock=self, source=self._source, segment_ns=20 * NS)

    def utc_ns(self) -> int:
        return self.now_ns

    def monotonic_ns(self) -> int:
        return time.monotonic_ns()

    def open(self, frame: int = 0, info: StreamInfo = INFO) -> None:
        self._items.put(Opened(info, packet(frame).dts_ns, step=False))

    def show(self, first: int, end: int) -> None:
        """Frames ``first`` to ``end``, the last left out."""
        for frame in range(first, end):
            one = packet(frame)
            self.now_ns = one.dts_ns
            self._items.put(one)

    def items(self, stop: threading.Event) -> Iterator[Item]:
        while not stop.is_set():
            try:
                yield self._items.get(timeout=0.02)
            except queue.Empty:
                continue

    def _source(self, _camera: SiteCamera, _stream: StreamSettings) -> "Camera":
        return self

    def __enter__(self) -> "Camera":
        self.recorder.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.recorder.stop()


def until(true: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + WAIT_S
    while not true():
        assert time.monotonic() < end, f"{what} did not come"
        time.sleep(0.02)
