"""One camera before its gate: decodes what the gate demands, tells what it saw, keeps count.

A stand-in for the analyser on files, without detector: tracks are what is known of the footage.
A picture is the same whenever it is decoded from a keyframe before it, so the small grey pictures
of a footage are decoded once and kept beside it; frames are counted as if they had been decoded.
"""

import time
from dataclasses import dataclass, field
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

from bench.live.footage import Clip
from curtilage.vision.gate import Demand, Gate, GateReport
from curtilage.vision.motion import MotionDetector, small_gray

LOOK_S = 0.19  # pictures are looked at for motion five times a second
PACKETS_KEPT_S = 5.0  # at least, and those since the keyframe before the last


@dataclass(slots=True)
class Round:
    """What one passage of the footage gave."""

    packets: int = 0
    packet_s: float = 0.0  # CPU of the gate
    wakes: list[tuple[float, str]] = field(default_factory=list)  # s, reason
    seen: list[tuple[float, float]] = field(default_factory=list)  # analysed spans, s
    decoded: dict[str, int] = field(default_factory=lambda: {"motion": 0, "analyse": 0})  # frames
    checks: int = 0
    states: dict[str, float] = field(default_factory=dict)  # s by demand
    trust_at: list[tuple[float, str]] = field(default_factory=list)
    report: GateReport | None = None


@dataclass(slots=True)
class _Feed:
    """One stream of the clip: packets until now, and a decoder that goes through them."""

    packets: list[tuple[float, int, bool]]  # decoding time (s), size, key
    times: npt.NDArray[np.float64]  # s, of the small grey pictures
    grays: npt.NDArray[np.uint8]  # [N, h, w]
    place: int = 0  # of the packet that comes next
    next: int = -1  # packet that the decoder takes next; -1: it is closed
    shown: int = 0  # grey picture that comes next


def watch(clip: Clip, gate: Gate, offset: float, small_stream: bool) -> Round:
    """Run ``gate`` over the clip, as if it began at ``offset`` (s)."""
    feeds = {
        "analyse": _open(clip.main),
        "motion": _open(clip.small if small_stream else clip.main),
    }
    motion = {name: MotionDetector() for name in feeds}
    result = Round()
    main = feeds["analyse"]
    demand, mode = Demand.NOTHING, ""
    last = 0.0
    for number, (at, size, key) in enumerate(main.packets):
        result.states[demand] = result.states.get(demand, 0.0) + at - last
        last = at
        begin = time.thread_time()
        new = gate.packet(at + offset, size, key)
        result.packet_s += time.thread_time() - begin
        result.packets += 1
        main.place = number + 1
        if new is Demand.CHECK:
            result.checks += 1
            new = gate.checked(at + offset, True)
        for _ in range(8):  # what is decoded may change what is demanded
            demand, new = new, _follow(clip, gate, feeds, motion, result, new, at, offset)
            if new is demand:
                break
        if gate.mode_in_use != mode:
            mode = gate.mode_in_use
            result.trust_at.append((at, mode))
    result.report = gate.report
    return result


def _follow(
    clip: Clip,
    gate: Gate,
    feeds: dict[str, _Feed],
    motion: dict[str, MotionDetector],
    result: Round,
    demand: Demand,
    now: float,
    offset: float,
) -> Demand:
    """Do what is demanded until ``now``; what is demanded then."""
    feed = feeds.get(demand)
    for name, other in feeds.items():
        if name != demand:
            other.next = -1
    if feed is None:
        return demand
    packets = feed.packets
    while feed.place < len(packets) and packets[feed.place][0] <= now:
        feed.place += 1
    if feed.next < 0:
        since = now
        if demand is Demand.ANALYSE:
            since = now - gate.back_ns * 1e-9
            result.wakes.append((now, gate.report.reason))
        feed.next = _keyframe(packets, feed.place - 1, since)
        feed.shown = int(np.searchsorted(feed.times, packets[feed.next][0] - 1e-6))
        if demand is Demand.ANALYSE:
            result.seen.append((packets[feed.next][0], now))
    while feed.next < feed.place:
        at = packets[feed.next][0]
        feed.next += 1
        result.decoded[demand] += 1
        while feed.shown < len(feed.times) and feed.times[feed.shown] <= at + 1e-6:
            shown, gray = float(feed.times[feed.shown]), feed.grays[feed.shown]
            feed.shown += 1
            new = gate.moved(shown + offset, motion[demand].update(gray, shown))
            if demand is Demand.ANALYSE:
                result.seen[-1] = result.seen[-1][0], max(shown, result.seen[-1][1])
                new = gate.tracked(shown + offset, *_tracks(clip, shown))
            if new is not demand:
                return new
    return demand


def _tracks(clip: Clip, at: float) -> tuple[int, int]:
    """Moving and still tracks, as a tracker would know them half a second later."""
    if any(a <= at < b for a, b in clip.truth.still):
        return 0, 1
    return int(any(a + 0.5 <= at < b for a, b in clip.truth.visits)), 0


def _keyframe(packets: list[tuple[float, int, bool]], last: int, since: float) -> int:
    """The keyframe at or before ``since``; the oldest that is kept, if there is none."""
    found, keys = last, 0
    for place in range(last, -1, -1):
        at, _, key = packets[place]
        if not key:
            continue
        if keys >= 2 and packets[last][0] - at > PACKETS_KEPT_S:
            break
        found, keys = place, keys + 1
        if at <= since:
            break
    return found


def _open(path: Path) -> _Feed:
    """Packets of a stream; its grey pictures, decoded if they were not before."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        base = float(stream.time_base or 0)
        packets = [
            (float((p.dts if p.dts is not None else p.pts) or 0) * base, p.size, p.is_keyframe)
            for p in container.demux(stream)
            if p.size
        ]
    kept = path.with_suffix(".npz")
    if not kept.exists():
        _decode(path, kept)
    found = np.load(kept)
    return _Feed(packets, found["times"], found["grays"])


def _decode(path: Path, kept: Path) -> None:
    times: list[float] = []
    grays: list[npt.NDArray[np.uint8]] = []
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            shown = float(frame.time or 0.0)
            if not times or shown - times[-1] >= LOOK_S:
                times.append(shown)
                grays.append(small_gray(frame))
    np.savez(kept, times=np.array(times), grays=np.stack(grays))
