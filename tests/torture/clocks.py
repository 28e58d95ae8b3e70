"""Clocks that are set, summer time, cameras that come and go, and a working day in minutes."""

import os
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from curtilage.ingest.clock import SYSTEM
from curtilage.model import GapReason
from tests.torture.disks import gap_s
from tests.torture.inspect_site import inspect
from tests.torture.results import Result
from tests.torture.site import Plan, recorder, recover

HOUR_S = 3600.0
SUMMER_TIME = {
    "begin": datetime(2026, 3, 29, 1, tzinfo=UTC),
    "end": datetime(2026, 10, 25, 1, tzinfo=UTC),
}
"""When clocks in Berlin are set."""


class Shifted:
    """The machine's clocks, with UTC wrong by some seconds."""

    def __init__(self, by_s: float) -> None:
        self._by_ns = round(by_s * 1e9)

    def utc_ns(self) -> int:
        """What the machine believes."""
        return time.time_ns() + self._by_ns

    def monotonic_ns(self) -> int:
        """As ever."""
        return time.monotonic_ns()


def clock_set(root: Path, by_s: float, back_at_start: bool = False) -> Result:
    """The clock is set by ``by_s`` while we record; ``back_at_start``: right at the next start."""
    direction = "ahead" if by_s > 0 else "back"
    then = ", set right before the next start" if back_at_start else ""
    result = Result(
        f"clock set {direction} by {abs(by_s) / 3600:.0f} h while recording{then}",
        "no picture is lost; every second is explained",
    )
    plan = Plan(root=str(root), seconds=10)
    earlier = replace(plan, start_utc_s=time.time() - 3 * HOUR_S, seconds=2, run=1)
    for one in (earlier, replace(plan, steps=((4.0, by_s),), run=2)):
        with recorder(one) as child:
            child.process.wait(60)
    recover(plan, SYSTEM if back_at_start else Shifted(by_s))
    now_ns = max(SYSTEM.utc_ns(), Shifted(by_s).utc_ns())
    found = inspect(plan, now_ns)
    result.take("clock", found, max(found.lost_s(camera) for camera in plan.names), 0.1)
    for camera in plan.names:
        if len(found.kept_ns[camera]) < 150:
            result.problems.append(f"{camera}: only {len(found.kept_ns[camera])} pictures")
    result.note = f"'clock step' in the ledger: {gap_s(found, GapReason.CLOCK_STEP):.0f} s"
    return result


def summer_time(root: Path, moment: str) -> Result:
    """Local time jumps in Berlin while we record."""
    start_utc_s = SUMMER_TIME[moment].timestamp() - 5
    result = Result(f"{moment} of summer time", "nothing: all is UTC inside")
    plan = Plan(root=str(root), start_utc_s=start_utc_s, seconds=10)
    with recorder(plan, {**os.environ, "TZ": "Europe/Berlin"}) as child:
        child.process.wait(60)
    clock = Shifted(start_utc_s + 12 - time.time())
    recover(plan, clock)
    found = inspect(plan, clock.utc_ns())
    result.take("summer time", found, max(found.lost_s(camera) for camera in plan.names), 0.1)
    return result


def flapping(root: Path, seconds: float) -> Result:
    """A camera that is there for 3 s, away for 3 s, and so on."""
    result = Result("camera that flaps every 3 s", "every picture that it sent")
    plan = Plan(root=str(root), flap_s=3.0, seconds=seconds)
    with recorder(plan) as child:
        child.process.wait(seconds + 60)
    recover(plan)
    found = inspect(plan, SYSTEM.utc_ns())
    result.take("flapping", found, max(found.lost_s(camera) for camera in plan.names), 0.1)
    away = [one for one in found.intervals["cam0"] if one.reason is GapReason.UNREACHABLE]
    if len(away) < seconds / 6 - 2:
        result.problems.append(f"only {len(away)} gaps in the ledger")
    result.note = f"{len(away)} gaps, each with its reason"
    return result


def working_day(root: Path, hours: float = 8.0, speed: float = 120.0) -> Result:
    """Hours in minutes: segments of a minute, retention by size, hundreds of files."""
    result = Result(f"{hours:g} h, {speed:g} times as fast", "nothing but what expired")
    start_s = time.time()
    plan = Plan(
        root=str(root),
        segment_s=60.0,
        size=60_000_000,
        start_utc_s=start_s,
        speed=speed,
        seconds=hours * 3600 / speed,
        patch={"curtilage.record.housekeeping.LOOK_S": 0.02},
    )
    resident: list[int] = []
    descriptors: list[int] = []
    with recorder(plan) as child:
        child.wait_ready()
        process = Path(f"/proc/{child.process.pid}")
        while child.process.poll() is None:
            time.sleep(2)
            try:
                pages = int((process / "statm").read_text().split()[1])
                descriptors.append(len(list((process / "fd").iterdir())))
            except (OSError, IndexError):
                break
            resident.append(pages * os.sysconf("SC_PAGE_SIZE"))
    plan = replace(plan, speed=1.0)
    clock = Shifted(start_s + hours * 3600 + 60 - time.time())
    recover(plan, clock)
    found = inspect(plan, clock.utc_ns())
    result.take("day", found, max(found.lost_s(camera) for camera in plan.names), 0.1)
    third = len(resident) // 3
    if third:
        grown = max(resident[-third:]) - max(resident[third : 2 * third])
        result.note = (
            f"{found.files} files and {found.pictures} pictures left, "
            f"{gap_s(found, GapReason.EXPIRED) / 3600:.1f} h expired; memory of the last third "
            f"{grown / 1e6:+.1f} MB against the middle, at most {max(descriptors)} descriptors"
        )
        if grown > 15e6:
            result.problems.append(f"memory grew by {grown / 1e6:.1f} MB in the last third")
        if max(descriptors[-third:]) > max(descriptors[third : 2 * third]) + 5:
            result.problems.append("descriptors grew")
    return result
