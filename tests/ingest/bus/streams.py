"""Packets of made-up streams, numbered so that a test sees what came, and a process that reads."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from curtilage.ingest.bus import Missed, Subscriber
from curtilage.ingest.live.items import Opened
from curtilage.model import Medium, Packet, StreamInfo, VideoCodec, VideoInfo

FRAME_NS = 66_666_667
PATIENCE_S = 60.0
"""For what must happen; a machine may have other things to do."""
INFO = StreamInfo(VideoInfo(VideoCodec.H264, 1280, 720, b"\1\x64\0\x1f"))
OPENED = Opened(INFO, 1_000, False)


def packet(number: int, gop: int = 10, size: int = 200) -> Packet:
    """The packet of that number; every ``gop``-th is a keyframe."""
    data = number.to_bytes(8, "big") + bytes(size - 8)
    time_ns = number * FRAME_NS
    return Packet(Medium.VIDEO, time_ns, time_ns, FRAME_NS, number % gop == 0, data)


def number_of(item: object) -> int:
    """The number of a packet made by ``packet``."""
    assert isinstance(item, Packet), item
    return int.from_bytes(item.data[:8], "big")


@contextmanager
def endpoint() -> Iterator[str]:
    """An endpoint in a folder of its own with a short name."""
    with tempfile.TemporaryDirectory(prefix="bus") as folder:
        yield f"ipc://{folder}/bus"


def wait_for(what: Callable[[], bool]) -> None:
    """Waits until ``what`` is true."""
    until = time.monotonic() + PATIENCE_S
    while not what():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.01)


def hear(subscriber: Subscriber, quiet_s: float = 0.3) -> list[object]:
    """Everything that comes until nothing has come for ``quiet_s``."""
    heard: list[object] = []
    while (got := subscriber.receive(quiet_s)) is not None:
        heard.append(got[2])
    return heard


def hear_until(subscriber: Subscriber, last: int) -> list[object]:
    """Everything up to the packet of that number, however long it takes."""
    heard: list[object] = []
    while not heard or not isinstance(heard[-1], Packet) or number_of(heard[-1]) < last:
        got = subscriber.receive(PATIENCE_S)
        assert got is not None, "nothing comes any more"
        heard.append(got[2])
    return heard


def check_story(heard: list[object], gop: int = 10) -> tuple[int, int]:
    """Checks that no hole is hidden and that one goes on at a keyframe.

    Returns how many packets came and how many were said to be missed.
    """
    came = missed = next_one = 0
    hole = False
    for item in heard:
        if isinstance(item, Missed):
            assert item.packets is not None
            assert item.packets > 0
            missed += item.packets
            next_one += item.packets
            hole = True
        elif isinstance(item, Packet):
            assert number_of(item) == next_one, "a hole was not told"
            assert not hole or next_one % gop == 0, "went on in the middle of a GOP"
            next_one += 1
            came += 1
            hole = False
    return came, missed


READER = """
import sys
from curtilage.ingest.bus import Missed, Subscriber
from curtilage.model import Packet

with Subscriber(sys.argv[1], behind_s=float(sys.argv[2])) as subscriber:
    while (got := subscriber.receive(60.0)) is not None:
        item = got[2]
        if isinstance(item, Packet):
            said = "packet %d" % int.from_bytes(item.data[:8], "big")
        elif isinstance(item, Missed):
            said = "missed %s" % item.packets
        else:
            said = type(item).__name__.lower()
        print(got[0], said, flush=True)
"""


@contextmanager
def reader(endpoint: str, behind_s: float, told: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that reads everything and writes what it heard to ``told``, a line each."""
    with told.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-c", READER, endpoint, str(behind_s)],
            stdout=out,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait(10)
