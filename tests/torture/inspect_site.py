"""Looks a site over from outside: disk against index, ledger and log against pictures.

This is where "nothing was lost" is decided. Everything is compared with what the cameras say they
sent, not with what the recorder believes.
"""

from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import av
import numpy as np

from curtilage.model import GapReason
from curtilage.record.mp4.read import scan
from curtilage.store.index.database import Database
from curtilage.store.recorded import segments, volumes
from curtilage.store.recorded.cover import UNEXPLAINED, Interval
from curtilage.store.recorded.ledger import Ledger
from curtilage.store.recorded.segments import State
from tests.torture.numbered import RATE, STEP_NS, decoded, kept, sent, times
from tests.torture.site import Plan

DAMAGED = "damaged"
SLACK_NS = 200_000_000  # by which ledger and pictures may differ at an edge


@dataclass
class Findings:
    """What was found; a sound site has no problems."""

    problems: list[str] = field(default_factory=list)
    files: int = 0
    pictures: int = 0  # kept, of all cameras
    missing: dict[str, dict[int, int]] = field(default_factory=dict)
    """By camera: UTC ns by number of pictures that were sent and are not there nor expired."""
    intervals: dict[str, list[Interval]] = field(default_factory=dict)
    kept_ns: dict[str, list[int]] = field(default_factory=dict)  # UTC ns of the pictures kept
    end_ns: dict[str, int] = field(default_factory=dict)  # UTC ns, by camera: of all that is there

    def lost_s(self, camera: str, run: int | None = None) -> float:
        """Seconds of pictures that are missing, of one run or of all."""
        numbers = self.missing[camera]
        return sum(1 for n in numbers if run is None or n >> 32 == run) / RATE


_DECODED: dict[tuple[Path, int, int], tuple[int, list[int]]] = {}


def inspect(plan: Plan, now_ns: int, *, decode: bool = True) -> Findings:
    """Looks over a site whose recorder does not run (and has recovered)."""
    found = Findings()
    database = Database.open(plan.folder / "state")
    try:
        if database.was_damaged:
            found.problems.append("the index was damaged")
        numbers = _disks(plan, database, found, decode)
        ledger = Ledger(database)
        for camera in plan.names:
            _camera(plan, camera, numbers.get(camera, {}), ledger, now_ns, found)
    finally:
        database.close()
    return found


def _disks(
    plan: Plan, database: Database, found: Findings, decode: bool
) -> dict[str, dict[int, Path]]:
    """Compares disk and index both ways; by camera the pictures' numbers, and on which disk."""
    numbers: dict[str, dict[int, Path]] = {}
    with database.read() as connection:
        known = {Path(row.path): row.identity for row in volumes.known(connection)}
        for disk in plan.disks():
            there = {
                path.relative_to(disk).as_posix(): path
                for path in disk.rglob("*")
                if path.suffix in (".mp4", ".mov") and path.relative_to(disk).parts[0] != DAMAGED
            }
            rows = {row.path: row for row in segments.of_volume(connection, known.get(disk, ""))}
            for name in sorted(there.keys() - rows.keys()):
                found.problems.append(f"file without row: {name}")
            for name in sorted(rows.keys() - there.keys()):
                found.problems.append(f"row without file: {name} ({rows[name].state})")
            for name in sorted(there.keys() & rows.keys()):
                row, path = rows[name], there[name]
                found.files += 1
                if row.state is not State.CLOSED:
                    found.problems.append(f"{name}: is {row.state} after recovery")
                scanned = scan(path)
                if scanned.problem is not None or not len(scanned.fragments):
                    found.problems.append(f"{name}: {scanned.problem}")
                    continue
                if scanned.bytes != row.bytes:
                    found.problems.append(f"{name}: {scanned.bytes} bytes, row: {row.bytes}")
                end_ns = int(scanned.fragments.end_ns[-1])
                if abs(end_ns - row.end_ns) > STEP_NS:
                    found.problems.append(f"{name}: ends at {end_ns}, row: {row.end_ns}")
                found.end_ns[row.camera] = max(end_ns, found.end_ns.get(row.camera, 0))
                mine = _pictures(plan, path, found, decode)
                found.pictures += len(mine)
                of_camera = numbers.setdefault(row.camera, {})
                for number in mine:
                    # Twice is right on two disks: the first one could not say that it has it.
                    if of_camera.get(number) == disk:
                        found.problems.append(f"{name}: picture {number} was recorded twice")
                    of_camera[number] = disk
    return numbers


def _pictures(plan: Plan, path: Path, found: Findings, decode: bool) -> list[int]:
    """Numbers in a file, checked once for each state of the file: all decode, in order."""
    status = path.stat()
    key = (path, status.st_size, status.st_mtime_ns)
    if key not in _DECODED:
        numbers = kept(path) if plan.numbered else times(path)
        count = len(numbers)
        if decode:
            try:
                count = decoded(path)
            except av.error.FFmpegError as error:
                found.problems.append(f"{path.name}: cannot be decoded: {error}")
        _DECODED[key] = (count, numbers)
    count, numbers = _DECODED[key]
    if count != len(numbers):
        found.problems.append(f"{path.name}: {count} of {len(numbers)} pictures decode")
    if plan.numbered and any(b != a + 1 for a, b in pairwise(numbers)):
        found.problems.append(f"{path.name}: pictures are missing inside the file")
    return numbers


def _camera(
    plan: Plan,
    camera: str,
    numbers: dict[int, Path],
    ledger: Ledger,
    now_ns: int,
    found: Findings,
) -> None:
    log = sent(plan.log(camera))
    strangers = numbers.keys() - log.keys()
    if strangers and plan.numbered:
        found.problems.append(f"{camera}: {len(strangers)} pictures were never sent")
    known = [one for one in ledger.known() if one.camera == camera]
    if not known:
        if log and numbers:
            found.problems.append(f"{camera}: the ledger does not know it")
        found.missing[camera] = log
        found.intervals[camera] = []
        return
    from_ns = known[0].from_ns
    intervals = ledger.intervals(camera, "main", from_ns, now_ns, now_ns)
    found.intervals[camera] = intervals
    covered = sum(one.end_ns - one.start_ns for one in intervals)
    if covered != now_ns - from_ns:
        found.problems.append(f"{camera}: the ledger covers {covered} of {now_ns - from_ns} ns")
    for one in intervals:
        if one.reason == UNEXPLAINED:
            seconds = (one.end_ns - one.start_ns) / 1e9
            found.problems.append(f"{camera}: {seconds:.3f} s unexplained")
    numbers_away = np.array(sorted(log.keys() - numbers.keys()), np.uint64)
    missing = np.array([log[n] for n in numbers_away.tolist()], np.int64)
    there = np.array(sorted(log[n] for n in numbers.keys() & log.keys()), np.int64)
    found.kept_ns[camera] = there.tolist()
    expired = np.zeros(len(missing), np.bool_)
    for one in intervals:
        if one.reason is GapReason.EXPIRED:
            expired |= (missing >= one.start_ns) & (missing < one.end_ns)
        wrong = missing if one.reason is None else there
        inner = (wrong > one.start_ns + SLACK_NS) & (wrong < one.end_ns - SLACK_NS)
        if inner.any():
            said = "recorded" if one.reason is None else f"lost ({one.reason})"
            are = "missing" if one.reason is None else "there"
            found.problems.append(
                f"{camera}: {int(inner.sum())} pictures of a time said to be {said} are {are}"
            )
    left = ~expired
    found.missing[camera] = dict(
        zip(numbers_away[left].tolist(), missing[left].tolist(), strict=True)
    )
