"""A camera whose every picture has a number in it, so that a recording says which ones it has.

The pictures are those of a small test clip, over and over. The number is written into each access
unit as user data (SEI of ISO/IEC 14496-10 D.1.7), where no decoder minds it and no recorder
touches it. What was sent is logged before it is given away; the log survives a kill.
"""

import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from struct import Struct

import av

from curtilage.ingest.clock import Clock
from curtilage.ingest.live.items import Item, Lost, Opened
from curtilage.model import GapReason, Medium, Packet, StreamInfo, VideoCodec, VideoInfo
from curtilage.record.mp4.read import samples, scan
from tests.cameras.clips import CLIPS, make

RATE = 15
STEP_NS = 1_000_000_000 // RATE
MARK = b"curtilage torture"[:16]
SENT = Struct("<Qq")
EVER_NS = 1 << 62


def numbered(data: bytes, number: int) -> bytes:
    """An access unit with ``number`` in it."""
    unit = b"\x06\x05\x20" + MARK + b"%016x" % number + b"\x80"
    return len(unit).to_bytes(4, "big") + unit + data


@cache
def pictures() -> tuple[StreamInfo, list[tuple[bool, bytes]]]:
    """Parameters and access units (keyframe, bytes with lengths) of the clip."""
    with av.open(str(make(CLIPS["tiny"]))) as file:
        video = file.streams.video[0]
        info = StreamInfo(
            VideoInfo(
                VideoCodec.H264,
                video.width,
                video.height,
                bytes(video.codec_context.extradata or b""),
            )
        )
        units = [(p.is_keyframe, bytes(p)) for p in file.demux(video) if p.size]
    return info, units


@dataclass(frozen=True, slots=True)
class NumberedSource:
    """A source of items (``record.recorder.ItemSource``) that never ends.

    Args:
        log: where number and time of each packet sent are appended.
        clock: tells when the next one is due; may run faster than the world's.
        flap_s: seconds after which the camera goes away for as long, and so on; 0: never.
        speed: how much faster than the world's ``clock`` runs.
        run: written into the upper half of each number, so that runs differ.

    """

    log: Path
    clock: Clock
    flap_s: float = 0.0
    speed: float = 1.0
    run: int = 0

    def items(self, stop: threading.Event) -> Iterator[Item]:
        """Opened, then pictures as their time comes; Lost and Opened again when it flaps."""
        info, units = pictures()
        log = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        count = 0
        last_ns = 0
        was_set = False  # the clock, so that another session begins
        try:
            while not stop.is_set():
                start_ns, began_ns = self.clock.utc_ns(), self.clock.monotonic_ns()
                yield Opened(info, start_ns, was_set)
                was_set = False
                sent = 0
                while not stop.is_set():
                    due_ns = began_ns + sent * STEP_NS
                    wait_s = (due_ns - self.clock.monotonic_ns()) / 1e9 / self.speed
                    if wait_s > 0 and stop.wait(wait_s):
                        return
                    expected_ns = start_ns + sent * STEP_NS
                    if abs(self.clock.utc_ns() - expected_ns) > 1_000_000_000 * self.speed:
                        was_set = True
                        break
                    key, unit = units[sent % len(units)]
                    if key and self.flap_s and sent * STEP_NS >= self.flap_s * 1e9:
                        break
                    number = self.run << 32 | count
                    os.write(log, SENT.pack(number, expected_ns))
                    last_ns = expected_ns
                    yield Packet(
                        Medium.VIDEO,
                        expected_ns,
                        expected_ns,
                        STEP_NS,
                        key,
                        numbered(unit, number),
                    )
                    sent += 1
                    count += 1
                else:
                    return
                if not was_set:
                    yield Lost(GapReason.UNREACHABLE, last_ns + STEP_NS, "it flaps")
                    if stop.wait(self.flap_s / self.speed):
                        return
        finally:
            os.close(log)


def sent(log: Path) -> dict[int, int]:
    """What a source has sent: UTC ns by number."""
    if not log.exists():
        return {}
    read = log.read_bytes()
    whole = len(read) - len(read) % SENT.size
    return dict(SENT.iter_unpack(read[:whole]))


def kept(path: Path) -> list[int]:
    """The numbers of the pictures in a recording, in order."""
    scanned = scan(path)
    if scanned.info is None:
        return []
    content = samples(path, scanned, -EVER_NS, EVER_NS)
    read = path.read_bytes()
    found = []
    for offset in content.video.offset.tolist():
        assert read[offset + 4 : offset + 7] == b"\x06\x05\x20", "a picture without its number"
        found.append(int(read[offset + 23 : offset + 39], 16))
    return found


def times(path: Path) -> list[int]:
    """When the pictures of any recording were taken: UTC, in its ticks of 1/90000 s."""
    scanned = scan(path)
    if scanned.label is None or scanned.info is None:
        return []
    begin = scanned.label.start_ns * 9 // 100_000
    content = samples(path, scanned, -EVER_NS, EVER_NS)
    return [begin + ticks for ticks in content.video.dts.tolist()]


def decoded(path: Path) -> int:
    """How many pictures of a recording FFmpeg decodes; it must find no error in it.

    Raises:
        av.error.FFmpegError: it is not whole.

    """
    with av.open(str(path)) as file:
        file.streams.video[0].codec_context.options = {"err_detect": "explode"}
        return sum(1 for _ in file.decode(video=0))
