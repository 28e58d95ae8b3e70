"""One stream at the publisher: its counters, and what a late reader is told at once."""

import random

from curtilage.ingest.bus.wire import (
    AUDIO,
    HEAD,
    KEY,
    LIVE,
    LOST,
    OPENED,
    PACKET,
    PRIVATE,
    STEP,
    VERSION,
    VIDEO,
    lost_bytes,
    opened_bytes,
)
from curtilage.ingest.bus.wishes import Demand
from curtilage.ingest.live.items import Lost, Opened
from curtilage.model import Medium, Packet

MOST_BYTES = 8_000_000  # of a GOP kept for late readers; a longer one they do not get
MOST_PACKETS = 1_200

Frames = tuple[bytes, bytes, bytes]  # header without topic, JSON of Opened, payload


def new_run() -> int:
    """A number that no other publisher has."""
    return random.SystemRandom().getrandbits(64)


class Line:
    """One stream: turns items into messages, and keeps those since the last keyframe."""

    def __init__(self, camera: str, stream: str, run: int) -> None:
        self.name = f"{camera}/{stream}\0".encode()
        self.live_topic = LIVE + self.name
        self.heard = False  # whether anybody has subscribed to it
        self.prompt = False  # whether anybody wants it as it comes
        self.demand: Demand | None = None  # where whoever asks the camera looks
        self.lost: Frames | None = None  # the last word, where it was that nothing comes
        self._run = run
        self._sequence = 0
        self._gop = 0
        self._opening = 0
        self._opened = b""
        self._fresh: Frames | None = None  # the Opened that no packet has followed yet
        self._since_key: list[Frames] = []
        self._bytes = 0

    def packet(self, packet: Packet) -> Frames:
        """The message of ``packet``."""
        if self._opening == 0:
            raise ValueError(f"{self.name[:-1].decode()}: a packet was published before Opened")
        video = packet.medium is Medium.VIDEO
        begins = video and packet.key
        self._sequence += 1
        self._fresh = None
        if begins:
            self._gop += 1
            self._since_key.clear()
            self._bytes = 0
        opened = self._opened if begins else b""
        head = HEAD.pack(
            VERSION,
            PACKET,
            VIDEO if video else AUDIO,
            KEY if packet.key else 0,
            self._opening,
            self._run,
            self._sequence,
            self._gop,
            packet.dts_ns,
            packet.pts_ns,
            packet.duration_ns,
            len(opened),
        )
        frames = (head, opened, packet.data)
        self._keep(frames, begins)
        return frames

    def opened(self, opened: Opened) -> Frames:
        """The message of ``opened``."""
        self._opening += 1
        self._opened = opened_bytes(opened)
        self.lost = None
        self._since_key.clear()
        frames = self._state(OPENED, STEP if opened.step else 0, opened.at_ns, self._opened)
        self._fresh = frames
        return frames

    def gone(self, lost: Lost) -> Frames:
        """The message of ``lost``."""
        self._since_key.clear()
        self._fresh = None
        self.lost = self._state(LOST, 0, lost.since_ns, lost_bytes(lost))
        return self.lost

    def pause(self) -> None:
        """The camera is not asked for it any more: nothing of it is of now."""
        self._since_key.clear()
        self._fresh = self.lost = None

    def so_far(self) -> list[Frames]:
        """What a late reader must be told, so that it has no hole.

        The current GOP, whose keyframe carries its Opened; or that the stream has just opened; or
        that it is lost; or nothing, when the GOP was too long to be kept: it waits for the next.
        """
        if self.lost is not None:
            return [self.lost]
        if self._fresh is not None:
            return [self._fresh]
        return list(self._since_key)

    def private_topic(self, key: bytes) -> bytes:
        """The topic of what is repeated for the reader that chose ``key``."""
        return PRIVATE + key + self.name

    def _keep(self, frames: Frames, begins: bool) -> None:
        if not begins and not self._since_key:
            return  # the GOP grew too long to be kept
        self._bytes += len(frames[2])
        if self._bytes > MOST_BYTES or len(self._since_key) >= MOST_PACKETS:
            self._since_key.clear()
            return
        self._since_key.append(frames)

    def _state(self, kind: int, flags: int, time_ns: int, payload: bytes) -> Frames:
        self._sequence += 1
        head = HEAD.pack(
            VERSION,
            kind,
            0,
            flags,
            self._opening,
            self._run,
            self._sequence,
            self._gop,
            time_ns,
            0,
            0,
            0,
        )
        return (head, b"", payload)
