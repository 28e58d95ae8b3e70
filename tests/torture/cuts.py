"""Power cuts: one recorded run, then as many disks as wanted of what a cut may have left of it."""

import random
import shutil
from collections.abc import Sequence
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


class Recorded:
    """A run of the recorder under the layer that writes down what it does to its disks.

    Args:
        root: a folder for it.
        seconds: how long it records.
        leave_out: a sync that is not done (``site.Plan``).

    """

    def __init__(self, root: Path, seconds: float, leave_out: str = "") -> None:
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
        self._run(self.plan, self.disk, root / "journal")

    def _run(self, plan: Plan, disk: Disk, journal: Path) -> None:
        journal.unlink(missing_ok=True)
        with recorder(plan, recording(self.roots, journal)) as child:
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
        plan = replace(self.plan, seconds=0.01, run=2, marks=False)
        self._run(plan, disk, self.plan.folder / "journal2")
        shutil.rmtree(before)
        disk.cut(chance.randint(0, len(disk.operations)), chance.randrange(1 << 30))

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
    sweep(run, count, seed, result)
    return result


def sweep(run: Recorded, count: int, seed: int, result: Result) -> None:
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


def without_a_sync(root: Path, leave_out: str, count: int, seconds: float) -> Result:
    """The same with one sync left out: it must break, or the suite does not test what it says."""
    result = Result(f"power cuts without the sync `{leave_out}`", "to be found out")
    sweep(Recorded(root, seconds, leave_out), count, 4, result)
    return result


