"""fsck killed at random: while it mends a site, and while it makes a lost index anew."""

import random
import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path

from curtilage.ingest.clock import SYSTEM
from curtilage.record.upkeep.fsck import compare, rebuild_site, repair
from tests.torture.inspect_site import Findings, inspect
from tests.torture.kills import FREQUENT, kill
from tests.torture.results import Result
from tests.torture.site import Plan, recorder, recover

PROMISED = "no picture; index and disk agree at the end"


def kills_in_repair(root: Path, count: int, seed: int = 7) -> Result:
    """Files without rows and a torn file; ``fsck --repair`` is killed, then done to the end."""
    result = Result("kill -9 in `fsck --repair`", PROMISED)
    chance = random.Random(seed)  # noqa: S311 (no secret)
    plan, before = recorded(root)
    for run in range(count):
        restore(plan)
        forget_some_rows(plan, chance)
        kill(replace(plan, mode="repair"), root / "journal", chance.randint(1, 120))
        repair(plan.settings())
        judge(plan, before, f"repair {run}", result)
    return result


def kills_in_rebuild(root: Path, count: int, seed: int = 8) -> Result:
    """The index is gone; ``fsck --rebuild`` is killed, then done to the end."""
    result = Result("kill -9 in `fsck --rebuild`", PROMISED)
    chance = random.Random(seed)  # noqa: S311
    plan, before = recorded(root)
    for run in range(count):
        restore(plan)
        shutil.rmtree(plan.folder / "state")
        kill(replace(plan, mode="rebuild"), root / "journal", chance.randint(1, 250))
        rebuild_site(plan.settings())
        judge(plan, before, f"rebuild {run}", result)
    return result


def recorded(root: Path) -> tuple[Plan, Findings]:
    """A site with a few recordings, one kill among them; a copy of it is kept."""
    plan = Plan(root=str(root), segment_s=1.0, patch=dict(FREQUENT))
    for run in (1, 2):
        with recorder(replace(plan, seconds=5, run=run)) as child:
            child.process.wait(60)
    recover(plan)
    for name in ("state", "disk"):
        shutil.copytree(root / name, root / "kept" / name)
    return plan, inspect(plan, SYSTEM.utc_ns())


def restore(plan: Plan) -> None:
    """The site as it was."""
    for name in ("state", "disk"):
        shutil.rmtree(plan.folder / name, ignore_errors=True)
        shutil.copytree(plan.folder / "kept" / name, plan.folder / name)


def forget_some_rows(plan: Plan, chance: random.Random) -> None:
    """Takes rows of sound files out of the index, as an older copy of it would lack them."""
    base = sqlite3.connect(plan.folder / "state" / "curtilage.db")
    numbers = [row[0] for row in base.execute("SELECT id FROM segments ORDER BY id")]
    with base:
        for number in chance.sample(numbers, len(numbers) // 2):
            base.execute("DELETE FROM segments WHERE id = ?", (number,))
    base.close()


def judge(plan: Plan, before: Findings, what: str, result: Result) -> None:
    """Looks the site over by our own eyes, and by fsck's."""
    recover(plan)
    found = inspect(plan, SYSTEM.utc_ns(), decode=False)
    lost = [len(set(before.kept_ns[c]) - set(found.kept_ns.get(c, []))) for c in plan.names]
    result.take(what, found, max(lost) / 15, 0.0)
    report = compare(plan.settings())
    if not report.sound:
        result.problems.append(f"{what}: fsck still finds {dict(report.kinds)}")
