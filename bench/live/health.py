"""What the analyser says of its cameras while a site runs: lag, rates, sentences."""

import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from bench.live.matching import percentile
from bench.live.running import Running
from bench.record.processes import wait_for

ANALYSER = "analyser-0"
EVERY_S = 5.0  # as the processes report
START = "start"  # why a gate that has just begun watches
STARTS_S = 180.0  # kernels and model are compiled for a machine that is new


def wait_for_looking(site: Running, cameras: int) -> None:
    """Until the analyser has looked at so many cameras, or knows that nothing moves there."""

    def number() -> int:
        return sum(c["looked_ns"] > 0 or c["gate"]["reason"] != START for c in _cameras(site))

    wait_for(f"{cameras} cameras analysed", lambda: number() >= cameras, STARTS_S)


@dataclass(slots=True)
class Told:
    """Samples of the analyser's health, one of each camera and report."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    reports: int = 0
    sentences: set[str] = field(default_factory=set)
    problems: set[str] = field(default_factory=set)

    def lags(self, names: Collection[str]) -> dict[str, float]:
        """Of these cameras: what each report says was the longest lag (s) in ten seconds."""
        found = [r["lag_s"] for r in self.rows if r["wanted_fps"] and r["camera"] in names]
        return {"p50_s": percentile(found, 0.5), "most_s": max(found, default=0.0)}

    def rates(self, names: Collection[str]) -> dict[str, float]:
        """Pictures a second, wanted and got, of those of the cameras that were awake; means."""
        awake = [r for r in self.rows if r["wanted_fps"] and r["camera"] in names]
        number = max(len(awake), 1)
        return {
            "wanted": sum(r["wanted_fps"] for r in awake) / number,
            "got": sum(r["got_fps"] for r in awake) / number,
        }


@contextmanager
def told(site: Running) -> Iterator[Told]:
    """Read its reports until the end."""
    found, stop = Told(), threading.Event()
    thread = threading.Thread(target=_read, args=(site, found, stop), daemon=True)
    thread.start()
    try:
        yield found
    finally:
        stop.set()
        thread.join(2 * EVERY_S)


def _read(site: Running, found: Told, stop: threading.Event) -> None:
    before: object = None
    while not stop.wait(EVERY_S / 2):
        facts = site.health(ANALYSER)
        if facts == before:
            continue
        before = facts
        found.reports += 1
        found.problems |= set(facts.get("problems", ()))
        for camera in facts.get("cameras", ()):
            found.rows.append(camera)
            found.sentences |= set(camera["sentences"])


def _cameras(site: Running) -> list[dict[str, Any]]:
    return list(site.health(ANALYSER).get("cameras", ()))
