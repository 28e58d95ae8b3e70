"""Disks that are full, go away, or refuse."""

import os
import subprocess
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

from curtilage.ingest.clock import SYSTEM
from curtilage.model import GapReason
from curtilage.store import notices
from curtilage.store.index.database import Database
from curtilage.store.notices import NoticeKind
from curtilage.store.recorded import holds
from tests.torture.inspect_site import Findings, inspect
from tests.torture.mounts import block_device, run, tmpfs, unmount
from tests.torture.results import Result
from tests.torture.site import Plan, recorder, recover

NOTICE_S = 30.0
NOTICED_S = 12.0  # a disk that is gone: looked for every 5 s, opened again every 5 s
BEING_WRITTEN = 150_000  # bytes that six threads have asked room for and not written yet
SETTLED = {"curtilage.record.housekeeping.RETENTION_NS": 2e9}


def wait_until(what: Callable[[], bool], seconds: float) -> bool:
    """Whether ``what`` came true in ``seconds``."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if what():
            return True
        time.sleep(0.1)
    return what()


def free(path: Path) -> int:
    """Bytes that a disk has free."""
    space = os.statvfs(path)
    return space.f_bavail * space.f_frsize


def gap_s(found: Findings, reason: GapReason) -> float:
    """Seconds lost for a reason, of the worst camera."""
    sums = [
        sum(i.end_ns - i.start_ns for i in intervals if i.reason is reason)
        for intervals in found.intervals.values()
    ]
    return max(sums, default=0) / 1e9


def notice_after_s(plan: Plan, cause_ns: int) -> float | None:
    """Seconds from a cause to the first notice that a camera is not recorded."""
    with Database.open(plan.folder / "state") as database, database.read() as connection:
        told = [
            one.time_ns
            for one in notices.since(connection, cause_ns)
            if one.kind is NoticeKind.NOT_RECORDING
        ]
    return (told[0] - cause_ns) / 1e9 if told else None


def finish(plan: Plan, what: str, result: Result, lost_s: float | None = None) -> Findings:
    """Recovers and looks over; what was lost is what no gap explains, unless given."""
    recover(plan)
    found = inspect(plan, SYSTEM.utc_ns())
    unexplained = unexplained_s(found)
    result.take(what, found, unexplained if lost_s is None else lost_s)
    return found


def unexplained_s(found: Findings) -> float:
    """Seconds of pictures that are missing though their time is said to be recorded."""
    worst = 0
    for camera, missing in found.missing.items():
        spans = [(i.start_ns, i.end_ns) for i in found.intervals[camera] if i.reason is None]
        worst = max(worst, sum(1 for ns in missing.values() if any(a <= ns < b for a, b in spans)))
    return worst / 15


def full_disk(root: Path, seconds: float = 40.0) -> Result:
    """A disk of 40 MB with 2.5 MB left for us: the oldest goes, so that the newest has room."""
    result = Result(
        "disk full, retention makes room", "nothing but the oldest; the reserve stays free"
    )
    disk = root / "disk"
    with tmpfs(disk, 40_000_000):
        plan = Plan(root=str(root), cameras=8, segment_s=1.0, reserve=500_000, patch=dict(SETTLED))
        recover(plan)
        (disk / "ballast").write_bytes(bytes(37_000_000))
        least = free(disk)
        with recorder(plan) as child:
            child.wait_ready()
            until = time.monotonic() + seconds
            while time.monotonic() < until:
                least = min(least, free(disk))
                time.sleep(0.05)
            child.end()
        found = finish(plan, "full", result)
        lost = {camera: found.lost_s(camera) for camera in plan.names}
        if max(lost.values()) > 0:
            result.problems.append(f"lost beside what expired: {lost}")
        if gap_s(found, GapReason.EXPIRED) < 3:
            result.problems.append("nothing was deleted: the disk was not full")
    if least < plan.reserve - BEING_WRITTEN:
        result.problems.append(f"the reserve was used: only {least} bytes were free")
    result.note = f"least free {least / 1e6:.2f} MB, of a reserve of {plan.reserve / 1e6:.2f} MB"
    return result


def full_disk_on_hold(root: Path) -> Result:
    """All is on hold: recording stops and says so, and goes on when there is room."""
    result = Result(
        "disk full, everything on hold",
        "nothing on hold is deleted; 'disk full' within 30 s; goes on when there is room",
    )
    disk = root / "disk"
    with tmpfs(disk, 3_000_000):
        plan = Plan(root=str(root), cameras=3, segment_s=1.0, reserve=500_000, patch=dict(SETTLED))
        recover(plan)
        (disk / "ballast").write_bytes(bytes(1_500_000))
        with Database.open(root / "state") as database:
            now_ns = SYSTEM.utc_ns()
            database.now(
                lambda c: holds.add(
                    c,
                    camera=None,
                    from_ns=0,
                    to_ns=now_ns + 10**15,
                    reason="a test",
                    by="a test",
                    at_ns=now_ns,
                )
            )
        with recorder(plan) as child:
            child.wait_ready()
            filled = wait_until(lambda: free(disk) < plan.reserve + 60_000, 40)
            full_ns = SYSTEM.utc_ns()
            time.sleep(8)
            least = free(disk)
            (disk / "ballast").unlink()
            time.sleep(10)
            child.end()
        found = finish(plan, "hold", result)
        stopped_s = gap_s(found, GapReason.DISK_FULL)
        told_s = notice_after_s(plan, full_ns - 2_000_000_000)
        if not filled:
            result.problems.append("the disk was not filled")
        if not 3 < stopped_s < 18:
            result.problems.append(f"'disk full' for {stopped_s:.1f} s")
        if gap_s(found, GapReason.EXPIRED):
            result.problems.append("something on hold was deleted")
        if least < plan.reserve - BEING_WRITTEN:
            result.problems.append(f"the reserve was used: only {least} bytes were free")
        if told_s is None or told_s > NOTICE_S:
            result.problems.append(f"the owner was told after {told_s} s")
        if found.kept_ns["cam0"][-1] < full_ns + 12 * 10**9:
            result.problems.append("recording did not go on")
        result.note = f"stopped for {stopped_s:.1f} s, told after {told_s or -1:.1f} s"
    return result


def unmounted(root: Path, spare: bool) -> Result:
    """The disk is unmounted while it is written to, and comes back after a while."""
    result = Result(
        "volume unmounted while recording" + (", a second one there" if spare else ""),
        "nothing is written below the mount point; goes on "
        + ("on the second" if spare else "when it is back"),
    )
    disk = root / "disk"
    disk.mkdir(parents=True, exist_ok=True)
    volumes = ("disk", "spare") if spare else ("disk",)
    plan = Plan(root=str(root), volumes=volumes, patch=dict(SETTLED))
    with block_device(root / "image", 64 << 20) as device:
        try:
            run("mount", device, disk)
            with recorder(plan) as child:
                child.wait_ready()
                time.sleep(5)
                gone_ns = SYSTEM.utc_ns()
                unmount(disk)
                time.sleep(12)
                below = [path.name for path in disk.iterdir()]
                run("mount", device, disk)
                time.sleep(14)
                alive = child.process.poll() is None
                child.end()
            found = finish(plan, "unmounted", result)
        finally:
            unmount(disk)
    judge_gap(plan, found, gone_ns, result, spare)
    if below:
        result.problems.append(f"written below the mount point: {below}")
    if not alive:
        result.problems.append("the recorder ended")
    return result


def read_only(root: Path, spare: bool) -> Result:
    """The file system gives up and turns read-only, as ext4 does after an error of its disk."""
    result = Result(
        "file system turns read-only" + (", a second one there" if spare else ""),
        "what was on the disk stays; "
        + ("goes on on the second" if spare else "'disk failed' within 30 s"),
    )
    disk = root / "disk"
    disk.mkdir(parents=True, exist_ok=True)
    volumes = ("disk", "spare") if spare else ("disk",)
    plan = Plan(root=str(root), volumes=volumes, patch=dict(SETTLED))
    with block_device(root / "image", 64 << 20) as device:
        try:
            run("mount", device, disk)
            with recorder(plan) as child:
                child.wait_ready()
                time.sleep(5)
                gone_ns = SYSTEM.utc_ns()
                run("mount", "-o", "remount,abort", disk)
                time.sleep(12)
                alive = child.process.poll() is None
                child.end()
            unmount(disk)
            mend(device)
            run("mount", device, disk)
            found = finish(plan, "read-only", result)
        finally:
            unmount(disk)
    judge_gap(plan, found, gone_ns, result, spare, comes_back=False)
    if not alive:
        result.problems.append("the recorder ended")
    return result


def failing_syncs(root: Path, spare: bool) -> Result:
    """Every sync of the disk fails from some moment on: a dying disk, as the kernel tells of it."""
    result = Result(
        "every sync of a disk fails (EIO)" + (", a second one there" if spare else ""),
        "the volume is given up at once and loudly; "
        + ("goes on on the second" if spare else "'disk failed' within 30 s"),
    )
    volumes = ("disk", "spare") if spare else ("disk",)
    plan = Plan(root=str(root), volumes=volumes, patch=dict(SETTLED), eio_after_s=6.0, seconds=20.0)
    with recorder(plan) as child:
        child.wait_ready()
        time.sleep(5)
        gone_ns = SYSTEM.utc_ns()
        child.process.wait(60)
    found = finish(plan, "EIO", result)
    judge_gap(plan, found, gone_ns, result, spare, comes_back=False)
    return result


def mend(device: str) -> None:
    """What the system does before it mounts such a disk again."""
    done = subprocess.run(["e2fsck", "-fy", device], capture_output=True, timeout=60)
    assert done.returncode in (0, 1), done.stdout


def judge_gap(
    plan: Plan, found: Findings, gone_ns: int, result: Result, spare: bool, comes_back: bool = True
) -> None:
    """How long nothing was recorded after a disk went away, and whether it was said."""
    times = found.kept_ns["cam0"]
    after = [ns for ns in times if ns > gone_ns]
    holes = [b - a for a, b in pairwise(times)]
    longest_s = max(holes, default=0) / 1e9
    told_s = notice_after_s(plan, gone_ns)
    result.note = f"not recorded for {max(longest_s, gap_s(found, GapReason.DISK_FAILED)):.1f} s"
    if spare:
        if longest_s > NOTICED_S:
            result.problems.append(f"{longest_s:.1f} s until it went on on the second volume")
        if not after or after[-1] < gone_ns + 9 * 10**9:
            result.problems.append("it did not go on on the second volume")
        return
    result.note += f", told after {told_s or -1:.1f} s"
    if told_s is None or told_s > NOTICE_S:
        result.problems.append(f"the owner was told after {told_s} s")
    if not gap_s(found, GapReason.DISK_FAILED):
        result.problems.append("the ledger does not say that the disk failed")
    if comes_back and (not after or after[-1] < gone_ns + 20 * 10**9):
        result.problems.append("it did not go on when the disk was back")
