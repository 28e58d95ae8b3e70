"""The torture suite: each case is a promise of the recorder, broken into by force.

The quick ones run always; all of it (`-m slow`, or `python -m tests.torture` for the report with
larger numbers) takes about half an hour.
"""

import ast
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from curtilage.record.disk import durable
from tests.torture import clocks, cuts, disks, kills, repairs
from tests.torture.mounts import need_root
from tests.torture.powercut import need_shim
from tests.torture.results import Result


@pytest.fixture
def root() -> Iterator[Path]:
    """A folder with a short name: the packet bus has its socket in it."""
    with tempfile.TemporaryDirectory(prefix="torture") as folder:
        yield Path(folder).resolve()


def judge(result: Result) -> None:
    """Fails with everything that was wrong."""
    assert not result.problems, "\n".join(result.problems[:20])


def test_kills_at_random_moments(root: Path) -> None:
    judge(kills.kills_by_clock(root, 2, seed=11))


def test_kills_in_file_operations(root: Path) -> None:
    need_shim()
    judge(kills.kills_by_operation(root, 2, seed=12, most=300))


def test_power_cuts(root: Path) -> None:
    need_shim()
    judge(cuts.power_cuts(root, 4, 3.0, seed=13))


def test_a_sync_left_out_is_noticed(root: Path) -> None:
    need_shim()
    assert cuts.without_a_sync(root, "append:_sync_data", seconds=3.0)[1], "the suite tests nothing"


def test_every_sync_of_the_recorder_has_a_case() -> None:
    tree = ast.parse(Path(durable.__file__).read_text())
    asked = {
        f"{function.name}:{call.func.attr}"
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        for call in ast.walk(function)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)
        if call.func.attr.startswith("_sync")
    }
    assert asked == (cuts.SYNCS.keys() | cuts.ELSEWHERE.keys()) - {"index"}


@pytest.mark.slow
def test_many_kills_at_random_moments(root: Path) -> None:
    judge(kills.kills_by_clock(root, 20))


@pytest.mark.slow
def test_many_kills_in_file_operations(root: Path) -> None:
    need_shim()
    judge(kills.kills_by_operation(root, 20))


@pytest.mark.slow
def test_many_power_cuts(root: Path) -> None:
    need_shim()
    judge(cuts.power_cuts(root, 50, 10.0))


@pytest.mark.slow
def test_power_cuts_after_kills(root: Path) -> None:
    need_shim()
    judge(cuts.cuts_after_kills(root, 5, 4))


@pytest.mark.slow
@pytest.mark.parametrize("sync", list(cuts.SYNCS))
def test_every_sync_is_needed(root: Path, sync: str) -> None:
    need_shim()
    assert cuts.without_a_sync(root, sync)[1], f"nothing broke without {sync}"


@pytest.mark.slow
def test_kills_in_repair(root: Path) -> None:
    need_shim()
    judge(repairs.kills_in_repair(root, 10))


@pytest.mark.slow
def test_kills_in_rebuild(root: Path) -> None:
    need_shim()
    judge(repairs.kills_in_rebuild(root, 10))


@pytest.mark.slow
def test_full_disk(root: Path) -> None:
    need_root()
    judge(disks.full_disk(root))


@pytest.mark.slow
def test_full_disk_on_hold(root: Path) -> None:
    need_root()
    judge(disks.full_disk_on_hold(root))


@pytest.mark.slow
@pytest.mark.parametrize("spare", [False, True])
def test_unmounted(root: Path, spare: bool) -> None:
    need_root()
    judge(disks.unmounted(root, spare))


@pytest.mark.slow
@pytest.mark.parametrize("spare", [False, True])
def test_read_only(root: Path, spare: bool) -> None:
    need_root()
    judge(disks.read_only(root, spare))


@pytest.mark.slow
@pytest.mark.parametrize("spare", [False, True])
def test_failing_syncs(root: Path, spare: bool) -> None:
    judge(disks.failing_syncs(root, spare))


@pytest.mark.slow
def test_kills_of_the_command(root: Path) -> None:
    judge(kills.kills_of_the_command(root, 5))


@pytest.mark.slow
@pytest.mark.parametrize("back_at_start", [False, True])
@pytest.mark.parametrize("by_s", [clocks.HOUR_S, -clocks.HOUR_S])
def test_clock_set(root: Path, by_s: float, back_at_start: bool) -> None:
    judge(clocks.clock_set(root, by_s, back_at_start))


@pytest.mark.slow
@pytest.mark.parametrize("moment", clocks.SUMMER_TIME)
def test_summer_time(root: Path, moment: str) -> None:
    judge(clocks.summer_time(root, moment))


@pytest.mark.slow
def test_flapping(root: Path) -> None:
    judge(clocks.flapping(root, 30.0))


@pytest.mark.slow
def test_working_day(root: Path) -> None:
    judge(clocks.working_day(root))
