"""Power cuts: one recorded run, then as many disks as wanted of what a cut may have left of it."""

import random
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from curtilage.errors import InputError
from curtilage.ingest.clock import SYSTEM
from tests.torture.inspect_site import inspect
from tests.torture.kills import FREQUENT
from tests.torture.numbered import RATE
from tests.torture.powercut import Disk, recording
from tests.torture.powercut.disk import clear
from tests.torture.results import Result
from tests.torture.site import Plan, recorder, recover

PROMISED = (
    "everything that was reported to be on the disk, and ≤ 2 s before the cut; "
    "every file plays to its end; index, disk and ledger agree"
)
MOST_S = 2.0

SYNCS = {
    "create:_sync": "the bytes of a new file",
    "create:_sync_folder": "the name of a new file",
    "append:_sync_data": "the bytes of each further fragment",
    "_make_folders:_sync_folder": "the names of new folders",
    "remove:_sync_folder": "that files were deleted",
    "replace:_sync_folder": "the name of the volume's identity file",
    "keep:_sync": "bytes that a killed process wrote and recovery found",
    "keep:_sync_folder": "names that a killed process made and recovery found",
    "index": "transactions of the index (SQLite's synchronous=FULL)",
}
"""Every sync that recording, retention and recovery ask for, and what it is for."""

ELSEWHERE = {
    "cut:_sync": "done once more by `keep`, which follows it",
    "rename:_sync_folder": "moving damaged files aside; its promise allows both names",
    "sync:_sync_folder": "the way to a new volume, above what is recorded here",
}
"""Syncs that these cases cannot break, and why."""

AFTER_KILLS = ("keep:_sync", "keep:_sync_folder")
"""Of recovery: needed only when the process was killed before, and the power fails after."""


class Recorded:
    """A run of the recorder under the layer that writes down what it does to its disks.

    Args:
        root: a folder for it.
        seconds: how long it records.
        leave_out: a sync that is not done (``site.Plan``).
        kill_at: when it kills itself (``powercut.shim``); 0: it ends as it should.

    """

    def __init__(self, root: Path, seconds: float, leave_out: str = "", kill_at: str = "0") -> None:
        self.plan = Plan(
            root=str(root),
            size=100_000,
            seconds=seconds,
            patch=dict(FREQUENT),
            leave_out=leave_out,
            marks=True,
        )
        self.roots = [self.plan.folder / "state", *self.plan.disks()]
        self.disk = fresh(self.roots)
        self._run(self.plan, self.disk, root / "journal", kill_at)

    def _run(self, plan: Plan, disk: Disk, journal: Path, kill_at: str = "0") -> None:
        journal.unlink(missing_ok=True)
        with recorder(plan, recording(self.roots, journal, kill_at)) as child:
            child.process.wait(120)
        disk.play(journal)

    def cut(self, moment: int, seed: int) -> None:
        """Cuts the power before an operation of the run."""
        self.disk.cut(moment, seed)

    def cut_in_recovery(self, chance: random.Random) -> None:
        """On the disk that a cut has left, lets it recover, and cuts the power in or after that."""
        before = self.plan.folder / "before"
        for root in self.roots:
            shutil.copytree(root, before / root.name, dirs_exist_ok=True)
        disk = Disk(self.roots)
        plan = replace(self.plan, seconds=0.01, silent=True, run=2, marks=False)
        self._run(plan, disk, self.plan.folder / "journal2")
        shutil.rmtree(before)
        disk.cut(chance.randint(0, len(disk.operations)), chance.randrange(1 << 30))

    def recover_on(self) -> None:
        """Starts it once more on the same disk, which has not lost anything."""
        plan = replace(self.plan, seconds=0.01, silent=True, run=2, marks=False)
        self._run(plan, self.disk, self.plan.folder / "journal2")

    def promised(self, moment: int) -> list[tuple[str, int, int]]:
        """What was reported to be on the disk before the cut: camera, UTC ns from, to."""
        said = [line.split() for line in self.disk.marks(moment)]
        return [(camera, int(start), int(end)) for camera, start, end in said]

    def cut_ns(self, moment: int) -> int:
        """UTC of the cut."""
        at = min(moment, len(self.disk.operations) - 1)
        return self.disk.operations[at].time_ns


def fresh(roots: Sequence[Path]) -> Disk:
    """Empty folders, as a disk."""
    for root in roots:
        root.mkdir(parents=True, exist_ok=True)
        clear(root)
    return Disk(roots)


def check(run: Recorded, moment: int, what: str, result: Result) -> None:
    """Recovers what a cut has left, looks it over, and compares with what was promised."""
    plan = run.plan
    try:
        recover(plan)
    except InputError as error:
        result.runs += 1
        result.problems.append(f"{what}: does not start again: {error}")
        return
    found = inspect(plan, SYSTEM.utc_ns())
    cut_ns = run.cut_ns(moment)
    lost_s = 0.0
    for camera, missing in found.missing.items():
        before = {number: ns for number, ns in missing.items() if ns < cut_ns}
        lost_s = max(lost_s, len(before) / RATE)
        for of, start_ns, end_ns in run.promised(moment):
            gone = sum(1 for ns in before.values() if of == camera and start_ns <= ns < end_ns)
            if gone:
                found.problems.append(f"{camera}: {gone} pictures were promised and are gone")
                break
    result.take(what, found, lost_s, MOST_S)


def power_cuts(root: Path, count: int, seconds: float, seed: int = 3) -> Result:
    """Cuts at random operations; after every third another one while it recovers."""
    result = Result("power cut at random moments, every third time again in recovery", PROMISED)
    run = Recorded(root, seconds)
    result.note = f"cut out of {len(run.disk.operations)} file operations"
    for _ in sweep(run, count, seed, result):
        pass
    return result


def sweep(run: Recorded, count: int, seed: int, result: Result) -> Iterator[None]:
    """Cuts the power of a recorded run at ``count`` moments."""
    chance = random.Random(seed)  # noqa: S311 (no secret)
    for number in range(count):
        moment = chance.randint(0, len(run.disk.operations))
        run.cut(moment, number)
        what = f"cut {number} at {moment}"
        if number % 3 == 2:
            run.cut_in_recovery(chance)
            what += " and in recovery"
        check(run, moment, what, result)
        yield


def cuts_after_kills(root: Path, kills: int, cuts: int, seed: int = 5) -> Result:
    """kill -9, recovery, and only then a power cut: what recovery believed must be on the disk."""
    result = Result("kill -9, recovery, then a power cut", PROMISED)
    for _ in killed_and_cut(root, kills, cuts, seed, result, ""):
        pass
    return result


def killed_and_cut(
    root: Path, kills: int, cuts: int, seed: int, result: Result, leave_out: str
) -> Iterator[None]:
    """``kills`` runs that are killed, each with ``cuts`` power cuts after its recovery."""
    chance = random.Random(seed)  # noqa: S311
    for kill in range(kills):
        empty(root)
        operation, file = chance.randint(1, 9), chance.randint(1, 4)
        run = Recorded(root, 8.0, leave_out, f"{operation} {file} .mp4")
        killed = len(run.disk.operations)
        run.recover_on()
        for number in range(cuts):
            run.cut(len(run.disk.operations), number)
            check(run, killed, f"kill {kill} at {killed}, cut {number}", result)
            yield


def without_a_sync(
    root: Path, leave_out: str, count: int = 90, seconds: float = 8.0
) -> tuple[int, str]:
    """With one sync left out: after how many cuts something broke, and what (empty: nothing)."""
    result = Result(leave_out, PROMISED)
    if leave_out in AFTER_KILLS:
        runs = killed_and_cut(root, count // 6, 6, 6, result, leave_out)
    else:
        runs = sweep(Recorded(root, seconds, leave_out), count, 4, result)
    for _ in runs:
        if result.problems:
            return result.runs, result.problems[0]
    return result.runs, ""


def empty(root: Path) -> None:
    """Removes all that earlier runs have left."""
    for one in root.iterdir():
        if one.is_dir():
            shutil.rmtree(one)
        else:
            one.unlink()
