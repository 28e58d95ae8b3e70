"""How late an alarm is: from the picture with which a rule was sure to the event at its listener.

The whole system as owners run it. Cameras stamp their pictures with this machine's clock when they
send them; events are heard on the API's stream, with a token, and on the feed that it is made of.
Half of the cameras always see people; the others sleep until one comes.
"""

import time
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from typing import Any

from bench.live.clips import PETS, WALK, CameraClip, make
from bench.live.ears import Ears, ears
from bench.live.health import wait_for_looking
from bench.live.matching import percentile
from bench.live.rules import ROOM, YARD, yaml
from bench.live.running import Running, Seen, running
from bench.record.scene import scratch
from curtilage.config import load_site
from curtilage.store.found.events import StoredEvent, since
from curtilage.store.index.database import Database
from tests.cameras import CameraProcess

BAR_S = 1.0
LEAST = 100  # events
WINDOW_S, SETTLE_S = 180.0, 10.0
BUSY = CameraClip(PETS, 1280, 720, 15.0, noise=2.0)
SLEEPY = CameraClip(WALK, 1280, 720, 15.0, noise=2.0)
EACH = 2  # cameras of each kind


def measure(quick: bool = False) -> dict[str, Any]:
    """Latencies by way and by kind of camera."""
    window_s, each = (40.0, 1) if quick else (WINDOW_S, EACH)
    with ExitStack() as stack:
        cameras = [
            Seen(f"{name}{n}", url, rules=yaml(rules))
            for name, clip, rules in (("yard", BUSY, YARD), ("room", SLEEPY, ROOM))
            for n, url in enumerate(
                stack.enter_context(
                    CameraProcess("--video", str(make(clip)), "--n", str(each))
                ).urls
            )
        ]
        folder = stack.enter_context(scratch())
        site = stack.enter_context(running(folder / "site", cameras))
        wait_for_looking(site, len(cameras))
        time.sleep(SETTLE_S)
        with ears(site) as heard:
            time.sleep(2.0)  # until all of them listen
            begun_ns = time.time_ns()
            time.sleep(window_s)
            ended_ns = time.time_ns()
            time.sleep(3.0)
        events = [
            e
            for e in stored(site, [camera.name for camera in cameras])
            if begun_ns <= e.noticed_ns < ended_ns
        ]
    if heard.problems:
        raise RuntimeError("; ".join(heard.problems))
    return {"window_s": window_s, "cameras": len(cameras), **figures(events, heard)}


def stored(site: Running, cameras: Sequence[str]) -> list[StoredEvent]:
    """All events in the index."""
    found: list[StoredEvent] = []
    with (
        Database.of(load_site(site.folder / "curtilage.yaml")) as database,
        database.read() as connection,
    ):
        while new := since(connection, found[-1].seq if found else 0, cameras_seen=cameras):
            found += new
    return found


def figures(events: Sequence[StoredEvent], heard: Ears) -> dict[str, Any]:
    """Of all events, and of each kind of camera."""
    yard = [e for e in events if e.camera.startswith("yard")]
    room = [e for e in events if e.camera.startswith("room")]
    arrivals = [
        (heard.packets[key] - e.noticed_ns) * 1e-9
        for e in events
        if (key := (e.camera, e.noticed_ns)) in heard.packets
    ]
    all_of_them = ways(events, heard)
    return {
        "events": len(events),
        "unheard": sum(e.id not in heard.by_api for e in events),
        "all": all_of_them,
        "always awake": ways(yard, heard),
        "asleep between": ways(room, heard),
        "packet": row(arrivals),  # from the picture's time until its packet is on the bus
        "bar_p95_s": BAR_S,
        "enough": len(events) >= LEAST,
        "met": all_of_them["api"]["p95_s"] <= BAR_S and not all_of_them["api"]["unheard"],
        "slowest": slowest(events, heard),
    }


def ways(events: Sequence[StoredEvent], heard: Ears) -> dict[str, Any]:
    """By the API and by the feed, from the picture; by the API from its packet on the bus."""
    from_packet = [
        (heard.by_api[e.id] - heard.packets[key]) * 1e-9
        for e in events
        if (key := (e.camera, e.noticed_ns)) in heard.packets and e.id in heard.by_api
    ]
    return {
        "api": _way(events, heard.by_api),
        "feed": _way(events, heard.by_feed),
        "api_from_packet": row(from_packet),
    }


def _way(events: Iterable[StoredEvent], came_ns: dict[str, int]) -> dict[str, Any]:
    late, unheard = [], 0
    for event in events:
        if event.id in came_ns:
            late.append((came_ns[event.id] - event.noticed_ns) * 1e-9)
        else:
            unheard += 1
    return row(late) | {"unheard": unheard}


def row(seconds: Sequence[float]) -> dict[str, Any]:
    """Number, median, 95th percentile and most, s."""
    return {
        "events": len(seconds),
        "p50_s": percentile(seconds, 0.5),
        "p95_s": percentile(seconds, 0.95),
        "most_s": max(seconds, default=float("nan")),
    }


def slowest(events: Iterable[StoredEvent], heard: Ears) -> list[str]:
    """The five that came last after their picture, in words."""
    late = sorted(
        ((heard.by_api[e.id] - e.noticed_ns) * 1e-9, e) for e in events if e.id in heard.by_api
    )
    return [f"{s:.2f} s: {e.camera} {e.rule} {e.phase}" for s, e in late[:-6:-1]]
