"""CPU of a camera before which nothing happens, and of one where people always walk: whole system.

Beside it, in the same minutes and on the same cameras, Debian's motion (decodes, compares, keeps
the stream as it is) and ffmpeg (decodes, throws away). Two cores carry few of them, so each peer
has a few of the cameras; figures are per camera.
"""

import time
from typing import Any

from bench.live.peers import decoders, motion_version, motions
from bench.live.running import Running, Seen, running
from bench.record.peer import version
from bench.record.processes import Use, between
from bench.record.scene import scratch
from tests.cameras import CameraProcess

COUNTS = {"sizes": (1, 10, 30, 50), "pixels": (1, 10, 30)}
"""Where sizes cannot tell, fifty cameras with a small stream each are too many for two cores."""
PEERS = 3  # cameras of each peer; more would not fit on two cores beside ours
SIZE, RATE = (1280, 720), 15
WINDOW_S = 30.0
SETTLE_S, SETTLED_S = 300.0, 20.0
"""A camera that begins is looked at until its packet sizes have limits; then a while."""
PARTS = ("recorder", "analyser-0", "web")


def measure(quick: bool = False) -> dict[str, Any]:
    """Rows per number of cameras and kind of gate."""
    window_s = 15.0 if quick else WINDOW_S
    rows = [
        _quiet(count, gate, window_s)
        for gate, counts in COUNTS.items()
        for count in (counts[1:2] if quick else counts)
    ]
    return {
        "motion": motion_version(),
        "ffmpeg": version(),
        "window_s": window_s,
        "quiet": rows,
    }


def _quiet(count: int, gate: str, window_s: float) -> dict[str, Any]:
    """So many cameras on which nothing moves."""
    options = ("--n", str(count), "--hosts", str(count))
    with (
        CameraProcess("--video", "quiet", *options) as large,
        CameraProcess("--video", "quiet-small", *options) as small,
        scratch() as folder,
        running(folder / "ours", _cameras(large.urls, small.urls, gate)) as ours,
    ):
        ours.wait_for_segments(count)
        urls = large.urls[:PEERS]
        with (
            motions(folder / "motion", urls, SIZE, RATE) as motion,
            decoders(urls) as ffmpeg,
        ):
            _settle(ours, count)
            groups = [[ours.pids[part]] for part in PARTS]
            found = between(window_s, [*groups, [motion], ffmpeg])
        return _row(count, gate, found, len(urls), ours)


def _settle(ours: Running, count: int) -> None:
    """Until every camera has been asleep at once; where they never are, the time is over."""
    end = time.monotonic() + SETTLE_S
    while time.monotonic() < end and ours.health("analyser-0").get("asleep") != count:
        time.sleep(2.0)
    time.sleep(SETTLED_S)


def _cameras(large: list[str], small: list[str], gate: str) -> list[Seen]:
    """Where sizes tell, a camera needs no small stream, and has none here."""
    return [
        Seen(f"cam{n:02d}", main, sub if gate == "pixels" else None, gate=gate)
        for n, (main, sub) in enumerate(zip(large, small, strict=True))
    ]


def _row(
    count: int, gate: str, found: list[tuple[float, Use]], peers: int, ours: Running
) -> dict[str, Any]:
    (recorder, _), (analyser, held), (web, _), (motion, _), (ffmpeg, _) = found
    per = 1000 / count
    whole, theirs = per * (recorder + analyser + web), 1000 * motion / peers
    return {
        "cameras": count,
        "gate": gate,
        "recorder_ms": per * recorder,
        "analyser_ms": per * analyser,
        "web_ms": per * web,
        "whole_ms": whole,
        "analyser_rss": held.rss,
        "motion_ms": theirs,
        "ffmpeg_ms": 1000 * ffmpeg / peers,
        "whole_to_motion": whole / theirs,
        "asleep": ours.health("analyser-0").get("asleep"),
    }
