"""``python -m tests.torture [--report FILE] [--quick]``: runs every case and writes the table."""

import argparse
import logging
import os
import platform
import re
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.torture import clocks, cuts, disks, kills, repairs
from tests.torture.mounts import need_root
from tests.torture.powercut import need_shim
from tests.torture.results import Result

Case = Callable[[Path], Result]

HEAD = """# Torture: what is lost when everything goes wrong

Written by `python -m tests.torture --report docs/torture.md`; the cases are in `tests/torture/`.

Each picture of the test cameras carries a number, which no decoder minds and no recorder touches.
So what was lost is measured against what the cameras sent, not against what the recorder believes.
After each run the recorder is started once more, then everything is looked over: every file has
its row and every row its file, of the same length and end; every file is decoded by FFmpeg to its
last picture, without an error, and no number is missing inside it; the ledger covers all time,
nothing is unexplained, and what it says to be recorded is there.

A power cut is simulated without special hardware, kernel or rights (`tests/torture/powercut`): a
library loaded before the program writes down what it does to files; from that, any disk is made
that a cut at a given operation may leave, by POSIX's rules and no kinder: data of a file only up
to its last finished fsync, of the rest any 512-byte sectors; names only if their directory was
synced. That these rules bite is shown below: each sync of the recorder is left out in turn.
"""


def cases(few: bool) -> list[tuple[Callable[[], None], Case]]:
    """What each case needs, and the case."""

    def nothing() -> None:
        pass

    def many(count: int) -> int:
        return max(2, count // 20) if few else count

    return [
        (nothing, lambda root: kills.kills_by_clock(root, many(60))),
        (need_shim, lambda root: kills.kills_by_operation(root, many(60))),
        (nothing, lambda root: kills.kills_of_the_command(root, many(10))),
        (need_shim, lambda root: repairs.kills_in_repair(root, many(15))),
        (need_shim, lambda root: repairs.kills_in_rebuild(root, many(15))),
        (need_shim, lambda root: cuts.power_cuts(root, many(90), 12.0)),
        (need_shim, lambda root: cuts.cuts_after_kills(root, many(15), 4)),
        (need_root, disks.full_disk),
        (need_root, disks.full_disk_on_hold),
        (need_root, lambda root: disks.unmounted(root, spare=False)),
        (need_root, lambda root: disks.unmounted(root, spare=True)),
        (need_root, lambda root: disks.read_only(root, spare=False)),
        (need_root, lambda root: disks.read_only(root, spare=True)),
        (nothing, lambda root: disks.failing_syncs(root, spare=False)),
        (nothing, lambda root: disks.failing_syncs(root, spare=True)),
        (nothing, lambda root: clocks.clock_set(root, clocks.HOUR_S)),
        (nothing, lambda root: clocks.clock_set(root, -clocks.HOUR_S)),
        (nothing, lambda root: clocks.clock_set(root, clocks.HOUR_S, back_at_start=True)),
        (nothing, lambda root: clocks.clock_set(root, -clocks.HOUR_S, back_at_start=True)),
        (nothing, lambda root: clocks.summer_time(root, "begin")),
        (nothing, lambda root: clocks.summer_time(root, "end")),
        (nothing, lambda root: clocks.flapping(root, 30.0)),
        (nothing, lambda root: clocks.working_day(root, 0.5 if few else 8.0)),
    ]


def main() -> int:
    """Runs all cases; 1 if a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("--report", type=Path, help="where the report is written (Markdown)")
    parser.add_argument("--quick", action="store_true", help="a twentieth of the runs")
    given = parser.parse_args()
    logging.disable(logging.WARNING)
    began = time.monotonic()
    results: list[Result] = []
    skipped: list[str] = []
    for need, case in cases(given.quick):
        try:
            need()
            with tempfile.TemporaryDirectory(prefix="torture") as folder:
                results.append(case(Path(folder).resolve()))
        except pytest.skip.Exception as reason:
            skipped.append(str(reason))
        else:
            say(row(results[-1]))
    needed = [] if given.quick else left_out(skipped)
    report = written(results, needed, skipped, time.monotonic() - began)
    if given.report:
        given.report.write_text(report)
    else:
        say(report)
    kept = all(not result.problems for result in results)
    return 0 if kept and all(broke for _, _, broke in needed) else 1


def left_out(skipped: list[str]) -> list[tuple[str, int, str]]:
    """Each sync left out: its name, after how many cuts something broke, and what."""
    try:
        need_shim()
    except pytest.skip.Exception as reason:
        skipped.append(str(reason))
        return []
    found = []
    for sync in cuts.SYNCS:
        with tempfile.TemporaryDirectory(prefix="torture") as folder:
            found.append((sync, *cuts.without_a_sync(Path(folder).resolve(), sync)))
            say(str(found[-1]))
    return found


def row(result: Result) -> str:
    """A line of the table."""
    return (
        f"| {result.case} | {result.runs} | {result.lost} | {result.promised} | {result.verdict} |"
    )


def written(
    results: list[Result], needed: list[tuple[str, int, str]], skipped: list[str], seconds: float
) -> str:
    """The report."""
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    machine = (
        f"{os.cpu_count()} cores, Linux {platform.release()}, Python {platform.python_version()}"
    )
    runs = sum(result.runs for result in results)
    lines = [
        HEAD,
        f"Measured on {today} ({machine}): {runs} runs, {seconds / 60:.0f} minutes.",
        "",
        "| case | runs | what was lost | what was promised | verdict |",
        "|---|---|---|---|---|",
        *map(row, results),
    ]
    if needed:
        lines += [
            "",
            "## Without one sync",
            "",
            "The same power cuts, with one call of fsync or fdatasync left out of the recorder.",
            "",
            "| left out | what it keeps | broken by cut | how |",
            "|---|---|---|---|",
        ]
        for sync, count, broke in needed:
            how = broke.partition(": ")[2] or "**nothing broke**"
            lines.append(f"| `{sync}` | {cuts.SYNCS[sync]} | {count} | {hidden(how)} |")
    if skipped:
        lines += ["", "Not run here:", "", *(f"- {reason}" for reason in skipped)]
    return "\n".join(lines) + "\n"


def hidden(problem: str) -> str:
    """A problem without the names of this machine's folders."""
    return re.sub(r"\S*/torture\w+/", "", problem)


def say(line: str) -> None:
    """To whoever waits."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
