"""kill -9 of the analyser in the middle of counting, again and again: nothing lost, nothing twice.

Two cameras see the same people; each has an analyser of its own, and one of the two is killed. What
stands in the index is compared with an unbroken analysis of the recordings: the same packets, one
step after the other. The camera that nobody killed shows what differs without any kill.
"""

import os
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench.live.clips import PETS, CameraClip, make
from bench.live.latency import stored
from bench.live.load import ledger
from bench.live.matching import Heard, match
from bench.live.rules import YARD, yaml
from bench.live.running import Running, Seen, running
from bench.record.processes import wait_for
from bench.record.scene import scratch
from curtilage.analysis.camera import CameraAnalysis
from curtilage.analysis.resume.joining import missed
from curtilage.analysis.straight import analyse
from curtilage.config import load_site
from curtilage.store.found.events import StoredEvent
from curtilage.store.index.database import Database
from curtilage.store.recorded import volumes
from curtilage.vision.detector import Detector, open_detector
from tests.cameras import CameraProcess

CLIP = CameraClip(PETS, 1280, 720, 15.0, noise=2.0)
KILLS, APART_S, BEFORE_S, AFTER_S = 4, 25.0, 20.0, 20.0
STARTS_S = 180.0
LATE_S = 8.0  # after that a camera is not yet where it should be; health comes every five seconds
EDGE_S = 12.0  # from the beginning: who was there already is somebody else to who looked later
LAST_S = 5.0  # at the end: what is noticed later than it happens
VICTIM, OTHER = "yard0", "yard1"
SECOND_NS = 1_000_000_000


def measure(quick: bool = False) -> dict[str, Any]:
    """Events and counts of both cameras, recordings of both, and how long each return took."""
    kills = 1 if quick else KILLS
    with ExitStack() as stack:
        url = stack.enter_context(CameraProcess("--video", str(make(CLIP)), "--n", "1")).urls[0]
        folder = stack.enter_context(scratch())
        cameras = [Seen(name, url, rules=yaml(YARD)) for name in (VICTIM, OTHER)]
        site = stack.enter_context(running(folder / "site", cameras, "analysis: {processes: 2}\n"))
        for name in (VICTIM, OTHER):
            _wait_until_now(site, name)
        begun_ns = time.time_ns()
        time.sleep(BEFORE_S)
        returns: list[float] = []
        killed_at: list[float] = []
        for _ in range(kills):
            killed_s = time.monotonic()
            killed_at.append(time.time())
            os.kill(site.pids["analyser-0"], signal.SIGKILL)
            _wait_until_now(site, VICTIM, since_ns=time.time_ns())
            returns.append(time.monotonic() - killed_s)
            time.sleep(APART_S)
        time.sleep(AFTER_S)
        faults = {name: _faults(site, name) for name in (VICTIM, OTHER)}
        ended_ns = min(_looked_ns(site, name) for name in (VICTIM, OTHER))
        time.sleep(10.0)  # events of then are in the index, and the recording is known to be
        recorded = ledger(site, begun_ns, ended_ns)
        os.environ["XDG_CACHE_HOME"] = str(folder / "cache")  # the same choice of back end
        compared = {
            name: _compared(
                site,
                name,
                begun_ns + round(EDGE_S * SECOND_NS),
                ended_ns - round(LAST_S * SECOND_NS),
            )
            for name in (VICTIM, OTHER)
        }
    killed = compared[VICTIM]
    return {
        "kills": kills,
        "seconds": (ended_ns - begun_ns) / SECOND_NS,
        "killed_at": killed_at,
        "back_after_s": returns,
        "faults": faults,
        "ledger": recorded,
        "killed": killed,
        "unbroken": compared[OTHER],
        "met": recorded["lost_s"] == 0.0 and not killed["lost"] and not killed["too_many"],
    }


def _compared(site: Running, camera: str, from_ns: int, to_ns: int) -> dict[str, Any]:
    """What the index says of a camera, beside what its recordings say."""
    known = [e for e in stored(site, [camera]) if from_ns <= e.time_ns < to_ns]
    # a little longer than is compared: what is noticed later than it happens
    last_ns = to_ns + round(LAST_S * SECOND_NS)
    expected = [e for e in _unbroken(site, camera, last_ns) if from_ns <= e.time_ns < to_ns]
    return figures(known, expected)


def figures(known: Sequence[StoredEvent], expected: Sequence[StoredEvent]) -> dict[str, Any]:
    """Lost and doubled events, and counts per rule and direction where they differ."""
    matched = match(_told(expected), _told(known))
    ours, theirs = _counted(known), _counted(expected)
    return {
        "events": len(known),
        "expected": len(expected),
        "lost": len(matched.missed),
        "too_many": len(matched.extra),
        "counts": ours,
        "counts_differ": {
            name: [ours.get(name, 0), theirs.get(name, 0)]
            for name in sorted(ours.keys() | theirs.keys())
            if ours.get(name, 0) != theirs.get(name, 0)
        },
        "ids_twice": len(known) - len({e.id for e in known}),
        "apart_most_s": max((abs(d) for d in matched.differences), default=0.0),
        "lost_events": [f"{e.time:.2f} {e.rule} {e.phase}" for e in matched.missed[:10]],
        "extra_events": [f"{e.time:.2f} {e.rule} {e.phase}" for e in matched.extra[:10]],
    }


def _told(events: Sequence[StoredEvent]) -> list[Heard]:
    return [Heard(e.rule, e.kind, e.phase, e.direction, e.time_ns / SECOND_NS) for e in events]


def _counted(events: Sequence[StoredEvent]) -> dict[str, int]:
    """How many of each rule, phase and direction."""
    sums: dict[str, int] = {}
    for event in events:
        name = " ".join([event.rule, event.phase, event.direction or ""]).strip()
        sums[name] = sums.get(name, 0) + 1
    return sums


def _unbroken(site: Running, camera: str, to_ns: int) -> Iterator[StoredEvent]:
    """Events of an analysis of what was recorded, from its beginning."""
    settings = load_site(site.folder / "curtilage.yaml")
    (wanted,) = [one for one in settings.cameras if one.name == camera]
    detector: Detector = open_detector(settings.analysis.detector)
    analysis = CameraAnalysis(settings, wanted, None, detector.picture_size)
    with Database.of(settings) as database:
        with database.read() as connection:
            folders = {row.identity: Path(row.path) for row in volumes.known(connection)}
        items = (("main", item) for item in missed(database, folders, camera, "main", 0, to_ns))
        for update in analyse(analysis, items, detector):
            yield from update.events


def _wait_until_now(site: Running, camera: str, since_ns: int = 0) -> None:
    """Until the camera's analysis is where its pictures are, and past ``since_ns`` (UTC)."""

    def is_now() -> bool:
        row = _row(site, camera)
        return (
            bool(row)
            and not row["catching_up"]
            and row["looked_ns"] > since_ns
            and time.time_ns() - row["looked_ns"] < LATE_S * SECOND_NS
        )

    wait_for(f"{camera} is analysed", is_now, STARTS_S)


def _faults(site: Running, camera: str) -> dict[str, Any]:
    """Of the analyser's present life: what it did not decode, hear or look at."""
    row = _row(site, camera)
    names = ("undecodable", "missed", "skipped", "failed", "wanted_fps", "got_fps", "sentences")
    return {name: row[name] for name in names}


def _looked_ns(site: Running, camera: str) -> int:
    return int(_row(site, camera)["looked_ns"])


def _row(site: Running, camera: str) -> dict[str, Any]:
    for shard in (0, 1):
        for row in site.health(f"analyser-{shard}").get("cameras", ()):
            if row["camera"] == camera:
                return dict(row)
    return {}
