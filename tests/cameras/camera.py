"""One camera of the test server: its pictures, its clock, and who watches it.

It plays while somebody watches, and all who do share the packets. The RTP clock runs on from
round to round of the clip, and while nobody watches: to a client the clip is an endless stream.
"""

import asyncio
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Protocol
from zlib import crc32

from tests.cameras import clips, rtcp, rtp, sound
from tests.cameras.faults import Fault, Kind, Troubles
from tests.cameras.mangle import mangled
from tests.cameras.pictures import CLOCK, Pictures, load
from tests.cameras.sdp import VIDEO_TYPE

AHEAD = CLOCK // 250  # ticks; pictures due so soon are sent along
SECOND_NS = 1_000_000_000


class Viewer(Protocol):
    """Who gets packets."""

    waits_for_key: bool
    video_channel: int | None  # None: not asked for
    audio_channel: int | None

    def send(self, data: bytes | bytearray) -> None:
        """Queue bytes for the client."""

    def cut(self) -> None:
        """Close the connection at once."""


@dataclass(frozen=True)
class Setup:
    """What a camera is like when nothing is wrong with it."""

    video: Path
    audio: str | None = None  # "aac", "pcma", "pcmu": offered in the description
    parameter_sets_in_band: bool = True  # before each keyframe, as most cameras do
    report_every_s: float = 5.0  # sender reports; the first comes with the first picture


@dataclass
class Flow:
    """Numbers of one RTP stream."""

    rate: int  # ticks per second
    source: int
    base: int  # RTP time at the camera's birth
    sequence: int  # of the next packet
    packets: int = 0
    octets: int = 0

    def stamped(self, burst: rtp.Burst, ticks: int) -> bytearray:
        """The burst with this stream's numbers, which go on."""
        out = burst.stamped(self.sequence, self.base + ticks, self.source)
        self.sequence = (self.sequence + len(burst.starts)) & 0xFFFF
        self.packets += len(burst.starts)
        self.octets += len(burst.blob) - len(burst.starts) * (rtp.TAG + rtp.HEADER)
        return out

    def jump(self, seconds: float) -> None:
        """RTP time from now on is this much further."""
        self.base += round(seconds * self.rate)


class Camera:
    """A stream at one path. Used from the server's event loop only."""

    def __init__(self, path: str, setup: Setup, loop: asyncio.AbstractEventLoop) -> None:
        self.path, self.setup = path, setup
        self.troubles = Troubles()
        self.viewers: list[Viewer] = []
        self.sent = 0  # pictures, each counted once however many watch
        self.last_sent_ns = 0  # UTC
        self._loop = loop
        self._timer: asyncio.Handle | None = None
        self._random = Random(crc32(path.encode()))  # noqa: S311 (repeatable, not secret)
        self._born, self._born_ns = loop.time(), time.time_ns()
        bits = self._random.getrandbits
        self.sound = sound.make(setup.audio) if setup.audio else None
        self.video_flow = Flow(CLOCK, bits(32), bits(31), bits(16))
        self.audio_flow = Flow(
            self.sound.rate if self.sound else 8000, bits(32), bits(31), bits(16)
        )
        self._next_sound = 0  # number of the packet of sound that comes next
        self._next_report = 0.0  # s, loop's time
        self._watched_since = 0.0
        self.play(setup.video)

    @property
    def now(self) -> float:
        """The loop's time, s."""
        return self._loop.time()

    @property
    def silent(self) -> bool:
        """Whether packets are due and do not come."""
        stall = self.troubles.active(Kind.STALL, self.now)
        return bool(stall or self.troubles.active(Kind.FREEZE, self.now))

    def play(self, video: Path) -> None:
        """Play this video, from its first picture on."""
        self.pictures, self._bursts = prepared(video, self.setup.parameter_sets_in_band)
        self._unit, self._round = 0, self._ticks()

    def give(self, fault: Fault) -> None:
        """Begin a trouble."""
        self.troubles.add(fault, self.now if self.viewers else None)
        self.settle()

    def settle(self) -> None:
        """Let happen what is due."""
        for fault in self.troubles.due(self.now):
            self._happen(fault)

    def join(self, viewer: Viewer) -> None:
        """Packets go to this viewer as well; the first to come is given a keyframe at once."""
        now = self.now
        first, middle = not self.viewers, self.troubles.active(Kind.MIDDLE, now)
        self.viewers.append(viewer)
        viewer.waits_for_key = not (first or middle or self.troubles.active(Kind.NOKEY, now))
        if not first:
            self._report([viewer])
            return
        self.troubles.begin(now)
        self.settle()
        self._watched_since = now
        self._unit = len(self._bursts) // 2 + 1 if middle else 0
        self._round = self._ticks() - self.pictures.units[self._unit].dts
        if self.sound:
            self._next_sound = self._ticks() * self.sound.rate // CLOCK // self.sound.step + 1
        self._next_report = now
        self._timer = self._loop.call_soon(self._tick)  # after the answer to PLAY

    def leave(self, viewer: Viewer) -> None:
        """No more packets to this viewer."""
        if viewer in self.viewers:
            self.viewers.remove(viewer)
        if not self.viewers and self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def rtp_info(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Sequence number and RTP time of what comes next: of the video, and of the sound."""
        ticks = self._ticks()
        video, audio = self.video_flow, self.audio_flow
        at = audio.base + ticks * audio.rate // CLOCK
        return (
            (video.sequence, (video.base + ticks) & 0xFFFFFFFF),
            (audio.sequence, at & 0xFFFFFFFF),
        )

    def _ticks(self) -> int:
        """Since the camera's birth, 90 kHz."""
        return round((self.now - self._born) * CLOCK)

    def _tick(self) -> None:
        now = self.now
        if self.troubles:
            self.settle()
            flap = self.troubles.active(Kind.FLAP, now)
            if flap and now - self._watched_since >= flap.value:
                self._cut()
        if not self.viewers:
            return
        late = self.troubles.active(Kind.LATE, now)
        ticks = self._ticks() + AHEAD - (round(late.value * CLOCK) if late else 0)
        silent = self.silent
        if now >= self._next_report and not silent:
            self._next_report = now + self.setup.report_every_s
            self._report(self.viewers)
        while (due := self._round + self.pictures.units[self._unit].dts) <= ticks:
            if not silent:
                self._send_picture(now)
            self._unit += 1
            if self._unit == len(self._bursts):
                self._unit, self._round = 0, self._round + self.pictures.length
        if self.sound:
            self._send_sound(ticks, silent)
        wait = (due - ticks + AHEAD) / CLOCK
        self._timer = self._loop.call_at(now + wait, self._tick)

    def _send_picture(self, now: float) -> None:
        unit, burst = self.pictures.units[self._unit], self._bursts[self._unit]
        if unit.key and self.troubles.active(Kind.NOKEY, now):
            return
        data: bytes | bytearray = self.video_flow.stamped(burst, self._round + unit.pts)
        if self.troubles and isinstance(data, bytearray):
            data = mangled(burst, data, self.troubles, now, self._random)
        self.sent += 1
        self.last_sent_ns = time.time_ns()
        for viewer in tuple(self.viewers):
            if viewer.waits_for_key:
                if not unit.key:
                    continue
                viewer.waits_for_key = False
            if viewer.video_channel is not None:
                viewer.send(_on_channel(data, viewer.video_channel))

    def _send_sound(self, ticks: int, silent: bool) -> None:
        assert self.sound is not None
        last = ticks * self.sound.rate // CLOCK // self.sound.step
        listeners = [v for v in self.viewers if v.audio_channel is not None and not silent]
        for number in range(self._next_sound, last + 1):
            burst = self.sound.bursts[number % len(self.sound.bursts)]
            data = self.audio_flow.stamped(burst, number * self.sound.step)
            for viewer in listeners:
                viewer.send(_on_channel(data, viewer.audio_channel or 0))
        self._next_sound = max(self._next_sound, last + 1)

    def _report(self, viewers: list[Viewer]) -> None:
        """Sender reports: RTP time against this camera's own clock."""
        if self.troubles.active(Kind.SILENT_CLOCK, self.now):
            return
        ticks = self._ticks()
        wrong = self.troubles.active(Kind.CLOCK, self.now)
        utc_ns = self._born_ns + ticks * SECOND_NS // CLOCK
        utc_ns += round(wrong.value * SECOND_NS) if wrong else 0
        for flow, audio in ((self.video_flow, False), (self.audio_flow, True)):
            time_of_flow = flow.base + ticks * flow.rate // CLOCK
            report = rtcp.sender_report(
                flow.source, utc_ns, time_of_flow, flow.packets, flow.octets
            )
            for viewer in viewers:
                channel = viewer.audio_channel if audio else viewer.video_channel
                if channel is not None:
                    viewer.send(rtcp.tagged(report, channel + 1))

    def _happen(self, fault: Fault) -> None:
        if fault.kind is Kind.DROP:
            self._cut()
        elif fault.kind is Kind.JUMP:
            self.video_flow.jump(fault.value)
            self.audio_flow.jump(fault.value)
        elif fault.kind is Kind.WRAP:
            for flow in (self.video_flow, self.audio_flow):
                now = self._ticks() * flow.rate // CLOCK
                flow.base = 2**32 - round(fault.value * flow.rate) - now
                flow.sequence = 2**16 - 40
        elif fault.kind is Kind.CHANGE:
            self.play(clips.clip(fault.name))
        elif fault.kind is Kind.SWAP:
            self._cut()
            self.play(clips.clip(fault.name))

    def _cut(self) -> None:
        for viewer in tuple(self.viewers):
            viewer.cut()
            self.leave(viewer)


def _on_channel(data: bytes | bytearray, channel: int) -> bytes | bytearray:
    """The same packets with another channel in their tags."""
    if channel == 0:
        return data
    out, at = bytearray(data), 0
    while at + rtp.TAG <= len(out) and out[at : at + 1] == b"$":
        out[at + 1] = channel
        at += rtp.TAG + int.from_bytes(out[at + 2 : at + 4], "big")
    return out


@lru_cache(maxsize=32)
def prepared(video: Path, in_band: bool) -> tuple[Pictures, tuple[rtp.Burst, ...]]:
    """A clip with its RTP packets made, shared by all cameras that play it."""
    pictures = load(video)
    bursts = []
    for unit in pictures.units:
        nals = (*pictures.parameters, *unit.nals) if unit.key and in_band else unit.nals
        bursts.append(rtp.burst(rtp.payloads(pictures.codec, nals), VIDEO_TYPE))
    return pictures, tuple(bursts)
