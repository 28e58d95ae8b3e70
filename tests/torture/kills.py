"""kill -9 at random moments: of the world's clock, and of the recorder's own file operations."""

import random
import time
from dataclasses import replace
from pathlib import Path

from curtilage.ingest.clock import SYSTEM
from tests.cameras import CameraServer
from tests.torture.inspect_site import Findings, inspect
from tests.torture.numbered import sent
from tests.torture.powercut.shim import recording
from tests.torture.results import Result
from tests.torture.site import Plan, command, recorder, recover

PROMISED = "≤ 2 s per kill; every file plays to its end; index, disk and ledger agree"
FREQUENT = {
    "curtilage.record.housekeeping.RETENTION_NS": 1e9,
    "curtilage.record.housekeeping.LOOK_S": 0.2,
    "curtilage.record.writing.segment_file.GROWN_S": 0.5,
    "curtilage.record.housekeeping.BEAT_NS": 1e9,
}
"""Everything happens more often than in life, so that more of it is killed in the middle."""


def plan_of(root: Path, **more: object) -> Plan:
    """Two cameras, segments of 2 s, about 8 s of each kept: something is always being cut."""
    return replace(Plan(root=str(root), size=160_000, patch=dict(FREQUENT)), **more)  # type: ignore[arg-type]  # checked by the dataclass' users


def worst(plan: Plan, found: Findings, run: int) -> float:
    """Seconds that a run lost, of its worst camera."""
    return max(found.lost_s(camera, run) for camera in plan.names)


def kills_by_clock(root: Path, count: int, seed: int = 1) -> Result:
    """Kills between the start of the process and 4 s later."""
    result = Result("kill -9 at random moments", PROMISED)
    chance = random.Random(seed)  # noqa: S311 (no secret)
    for run in range(1, count + 1):
        plan = plan_of(root, run=run)
        with recorder(plan) as child:
            if chance.random() < 0.9:
                child.wait_ready()
            time.sleep(chance.uniform(0, 4) if chance.random() < 0.9 else chance.uniform(0, 1))
            child.kill()
        recover(plan)
        found = inspect(plan, SYSTEM.utc_ns())
        result.take(f"run {run}", found, worst(plan, found, run))
    expect_pictures(plan, result)
    return result


def kills_by_operation(root: Path, count: int, seed: int = 2, most: int = 600) -> Result:
    """Kills at one of the recorder's file operations: in a write, a sync, a rename, a deletion.

    Every third time the next start, which recovers, is killed at one of its operations too.
    """
    result = Result(
        "kill -9 in a random file operation, every third time in recovery too", PROMISED
    )
    chance = random.Random(seed)  # noqa: S311
    journal = root / "journal"
    for run in range(1, count + 1):
        plan = plan_of(root, run=run, seconds=15)
        kill(plan, journal, chance.randint(1, most) if run % 4 else chance.randint(1, 60))
        if run % 3 == 0:
            kill(replace(plan, run=run + 100_000, seconds=0.01), journal, chance.randint(1, 60))
        recover(plan)
        found = inspect(plan, SYSTEM.utc_ns())
        result.take(f"run {run}", found, worst(plan, found, run))
    expect_pictures(plan, result)
    return result


def expect_pictures(plan: Plan, result: Result) -> None:
    """A recorder that never recorded keeps every promise."""
    count = len(sent(plan.log("cam0")))
    result.note = f"{count} pictures of each camera in all"
    if count < 5 * result.runs:
        result.problems.append(f"only {count} pictures in {result.runs} runs")


def kill(plan: Plan, journal: Path, at: int) -> None:
    """Runs the recorder until it kills itself at operation ``at``, or ends."""
    journal.unlink(missing_ok=True)
    roots = [plan.folder / "state", *plan.disks()]
    for folder in roots:
        folder.mkdir(exist_ok=True)
    with recorder(plan, recording(roots, journal, str(at))) as child:
        child.process.wait(60)


def kills_of_the_command(root: Path, count: int, seed: int = 9) -> Result:
    """The command as an owner starts it, with cameras that speak RTSP."""
    result = Result("kill -9 of `curtilage record` with RTSP cameras", PROMISED)
    chance = random.Random(seed)  # noqa: S311
    plan = Plan(root=str(root), numbered=False)
    settings = root / "site.yaml"
    with CameraServer(video="tiny") as cameras:
        settings.write_text(
            f"state: {root}/state\nvolumes:\n  - {{path: {root}/disk, reserve: 0}}\ncameras:\n"
            + "".join(f"  - {{name: {name}, url: '{cameras.url(name)}'}}\n" for name in plan.names)
        )
        for run in range(1, count + 1):
            with command(plan, "record", "--config", str(settings)) as process:
                time.sleep(chance.uniform(3, 6))
                killed_ns = SYSTEM.utc_ns()
                process.kill()
                process.wait(30)
            recover(plan)
            found = inspect(plan, SYSTEM.utc_ns())
            ends = [found.end_ns.get(camera, 0) for camera in plan.names]
            result.take(f"run {run}", found, (killed_ns - min(ends)) / 1e9)
    result.note = f"{found.pictures} pictures in {found.files} files"
    return result
