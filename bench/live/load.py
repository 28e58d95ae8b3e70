"""Fifty cameras before which nothing happens and two that always see people, on this machine.

The whole system as owners run it. What the ledger says of every recorded second, how late pictures
are understood and at which rate, and what each process uses.
"""

import time
from contextlib import ExitStack
from typing import Any

from bench.live.clips import PETS, CameraClip, make
from bench.live.health import ANALYSER, Told, told, wait_for_looking
from bench.live.rules import YARD, yaml
from bench.live.running import Running, Seen, running
from bench.record.processes import Use, between
from bench.record.scene import scratch
from curtilage.app.recording.gaps import ledgers
from curtilage.config import load_site
from curtilage.model import GapReason
from tests.cameras import CameraProcess

QUIET, BUSY = 50, 2
CLIP = CameraClip(PETS, 1280, 720, 15.0, noise=2.0)
FPS = 5.0
WINDOW_S, SETTLE_S = 180.0, 45.0
WRITTEN_S = 15.0  # until the index knows all of what was recorded
BAR_LAG_S = 1.0
SECOND_NS = 1_000_000_000


def measure(quick: bool = False) -> dict[str, Any]:
    """What the ledger, the analyser and the kernel say of the window."""
    quiet, window_s, settle_s = (8, 40.0, 15.0) if quick else (QUIET, WINDOW_S, SETTLE_S)
    with ExitStack() as stack:
        cameras = _cameras(stack, quiet)
        busy = [camera.name for camera in cameras if camera.name.startswith("busy")]
        folder = stack.enter_context(scratch())
        site = stack.enter_context(running(folder / "site", cameras))
        site.wait_for_segments(len(cameras))
        wait_for_looking(site, len(cameras))
        time.sleep(settle_s)
        begun_ns = time.time_ns()
        before = _faults(site)
        pids = {"supervisor": site.pid, **site.pids}
        with told(site) as said:
            used = between(window_s, [[pid] for pid in pids.values()])
        ended_ns = time.time_ns()
        after = _faults(site)
        time.sleep(WRITTEN_S)
        recorded = ledger(site, begun_ns, ended_ns)
    return {
        "quiet": quiet,
        "busy": len(busy),
        "window_s": window_s,
        "ledger": recorded,
        **analysis(said, busy, [camera.name for camera in cameras]),
        "faults": {name: after[name] - before[name] for name in after},
        "processes": processes(list(pids), used),
        "met": recorded["lost_s"] == 0.0 and said.lags(busy)["most_s"] < BAR_LAG_S,
        "bar_lag_s": BAR_LAG_S,
    }


def _cameras(stack: ExitStack, quiet: int) -> list[Seen]:
    hosts = ("--n", str(quiet), "--hosts", str(quiet))
    large, small = (
        stack.enter_context(CameraProcess("--video", clip, *hosts)).urls
        for clip in ("quiet", "quiet-small")
    )
    people = stack.enter_context(
        CameraProcess("--video", str(make(CLIP)), "--n", str(BUSY), "--hosts", str(BUSY))
    ).urls
    return [
        *(Seen(f"quiet{n:02d}", a, b) for n, (a, b) in enumerate(zip(large, small, strict=True))),
        *(Seen(f"busy{n}", url, fps=FPS, rules=yaml(YARD)) for n, url in enumerate(people)),
    ]


def ledger(site: Running, from_ns: int, to_ns: int) -> dict[str, Any]:
    """Seconds of all recorded streams in ``[from_ns, to_ns)``, and why some are missing."""
    settings = load_site(site.folder / "curtilage.yaml")
    found = ledgers(settings, None, from_ns, to_ns, time.time_ns())
    found = [stream for stream in found if stream.share is not None]
    total = recorded = 0
    reasons: dict[str, float] = {}
    for stream in found:
        for reason, length_ns in stream.totals_ns.items():
            if reason is GapReason.DISABLED:
                continue  # small streams, which are not recorded
            total += length_ns
            if reason is None:
                recorded += length_ns
            else:
                reasons[str(reason)] = reasons.get(str(reason), 0.0) + length_ns / SECOND_NS
    return {
        "streams": len(found),
        "asked_s": total / SECOND_NS,
        "lost_s": (total - recorded) / SECOND_NS,
        "share": recorded / total if total else 0.0,
        "reasons_s": reasons,
    }


def analysis(said: Told, busy: list[str], every: list[str]) -> dict[str, Any]:
    """How the analyser kept up, as it said itself."""
    last = {row["camera"]: row for row in said.rows}
    modes: dict[str, int] = {}
    for row in last.values():
        key = f"{row['gate']['mode']}, {row['gate']['state']}"
        modes[key] = modes.get(key, 0) + 1
    return {
        "reports": said.reports,
        "lag_busy": said.lags(busy),
        "lag_all": said.lags(every),
        "rate_busy": said.rates(busy),
        "gates": modes,
        "sentences": sorted(said.sentences | said.problems)[:10],
    }


def processes(names: list[str], used: list[tuple[float, Use]]) -> dict[str, Any]:
    """CPU in ms per second, and memory, of each."""
    return {
        name: {"cpu_ms_s": 1000 * cores, "rss": use.rss, "pss": use.pss}
        for name, (cores, use) in zip(names, used, strict=True)
    }


def _faults(site: Running) -> dict[str, int]:
    """Sums over the cameras of what was not decoded, heard or looked at since the start."""
    cameras = site.health(ANALYSER).get("cameras", ())
    names = ("undecodable", "missed", "skipped", "failed")
    return {name: sum(camera[name] for camera in cameras) for name in names}
