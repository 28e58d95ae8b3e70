"""Watches a camera's stream for some seconds, to say what it gives: its first picture, its rhythm.

Through the same connection and the same session as the recorder's, so that what works here is
recorded. The sound is not asked for.
"""

import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from curtilage.config.address import Address
from curtilage.ingest.clock import SYSTEM
from curtilage.ingest.errors import CameraError, Cause
from curtilage.ingest.live.connection import BROKEN, Connection, Raw
from curtilage.ingest.live.items import Opened
from curtilage.ingest.live.opening import open_camera
from curtilage.ingest.live.patience import Patience
from curtilage.ingest.live.session import Session, Timeline
from curtilage.model import GapReason, Medium, Packet, VideoInfo

SECOND: Final = 1_000_000_000
ENOUGH: Final = 8  # pictures after which their rate is known well enough
NAME: Final = "tried"


@dataclass(frozen=True, slots=True)
class Trial:
    """What a stream gave."""

    info: VideoInfo
    key: Packet  # its first keyframe
    fps: float | None  # None: too few pictures came
    gop_s: float | None  # from keyframe to keyframe; None: no second one came in time
    watched_s: float  # how long that was
    bits_per_s: int | None
    ahead_s: float | None  # the camera's clock before ours, by its sender reports


def try_stream(
    address: Address,
    watch_s: float,
    stop: threading.Event,
    open_s: float = 5.0,
    key_s: float = 6.0,
) -> Trial | CameraError:
    """Watch a stream from its first keyframe to its second, ``watch_s`` at most.

    Args:
        address: where it is.
        watch_s: from the first keyframe on.
        stop: set when nobody wants it any more.
        open_s: for the camera to begin.
        key_s: for the first keyframe to come: some cameras begin amid a group.

    Returns:
        What it gave, or why it gave nothing.

    """
    patience = Patience(open_s=open_s, stall_s=max(watch_s, key_s))
    opened = open_camera(NAME, address, False, patience, stop)
    if opened is None:
        return CameraError(GapReason.DISABLED, "nobody waits for it any more")
    if isinstance(opened, CameraError):
        said = str(opened).removeprefix(f"camera {NAME}: ").removeprefix(f"camera {NAME} ")
        return CameraError(opened.reason, said, opened.cause)
    return _watched(address, opened, watch_s, key_s)


def _watched(
    address: Address, connection: Connection, watch_s: float, key_s: float
) -> Trial | CameraError:
    seen = _Seen()
    timeline = Timeline(SYSTEM)
    session = Session(NAME, connection, timeline, Patience())
    begin = time.monotonic()
    cut = _cut(connection, key_s)
    keyed = False
    problem: CameraError | None = None
    try:
        for raw in connection.packets():
            if isinstance(raw, Raw) and raw.report is not None:
                seen.reported(raw.report - (time.time_ns() - raw.age))
            for item in session.take(raw):
                if isinstance(item, Opened) and seen.info is None:
                    seen.info = item.info.video
                elif isinstance(item, Packet):
                    seen.take(item)
            if seen.complete:
                break
            if seen.begun and not keyed:
                keyed = True
                cut.cancel()
                cut = _cut(connection, watch_s)
    except CameraError as error:
        problem = error
    except BROKEN:
        pass  # what was seen until then counts
    finally:
        cut.cancel()
        with suppress(*BROKEN):
            connection.close()
    for item in session.rest():
        if isinstance(item, Opened) and seen.info is None:
            seen.info = item.info.video
        elif isinstance(item, Packet):
            seen.take(item)
    watched_s = time.monotonic() - begin
    return (
        seen.trial(watched_s)
        or problem
        or CameraError(
            GapReason.NO_KEYFRAME,
            f"{address.host or address.path} begins to play, but sends no picture that one could "
            f"begin with within {watched_s:.0f} s",
            Cause.NO_PICTURE,
        )
    )


def _cut(connection: Connection, after_s: float) -> threading.Timer:
    """Ends the reading, also where nothing comes."""
    timer = threading.Timer(after_s, connection.interrupt)
    timer.daemon = True
    timer.start()
    return timer


class _Seen:
    """What came so far."""

    def __init__(self) -> None:
        self.info: VideoInfo | None = None
        self._key: Packet | None = None
        self._again_ns: int | None = None  # decoding time of the second keyframe
        self._times: list[int] = []
        self._bytes = 0
        self._ahead: int | None = None

    @property
    def begun(self) -> bool:
        """Whether the first keyframe came."""
        return self._key is not None

    @property
    def complete(self) -> bool:
        """Whether more would say nothing new."""
        return self._again_ns is not None and len(self._times) >= ENOUGH

    def reported(self, ahead_ns: int) -> None:
        """A picture is as late as the way took it, so the largest difference is the truest."""
        self._ahead = ahead_ns if self._ahead is None else max(self._ahead, ahead_ns)

    def take(self, packet: Packet) -> None:
        """A packet of the session."""
        if packet.medium is not Medium.VIDEO:
            return
        if packet.key and self._key is None:
            self._key = packet
        elif packet.key and self._again_ns is None:
            self._again_ns = packet.dts_ns
        self._times.append(packet.dts_ns)
        self._bytes += len(packet.data)

    def trial(self, watched_s: float) -> Trial | None:
        """All of it; None if there was no picture to begin with."""
        if self.info is None or self._key is None:
            return None
        times = self._times
        span = times[-1] - times[0]
        fps = (len(times) - 1) * SECOND / span if len(times) > 2 and span > 0 else None
        gop = None if self._again_ns is None else (self._again_ns - self._key.dts_ns) / SECOND
        return Trial(
            self.info,
            self._key,
            fps,
            gop,
            watched_s,
            round(self._bytes * 8 * SECOND / span) if span >= SECOND // 2 else None,
            None if self._ahead is None else self._ahead / SECOND,
        )
