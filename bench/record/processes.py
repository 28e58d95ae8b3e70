"""What processes use, as the kernel counts it: CPU time, memory, open files."""

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Use:
    """Of one process, or the sum of several."""

    cpu_s: float  # user and system, of all its threads
    rss: int  # bytes; pages that processes share are counted for each
    pss: int  # bytes; shared pages are divided among those that share them
    files: int  # open
    threads: int


def use(*pids: int) -> Use:
    """What these processes have used and hold now.

    Raises:
        OSError: one of them is gone.

    """
    found = [_one(Path("/proc") / str(pid)) for pid in pids]
    return Use(
        sum(u.cpu_s for u in found),
        sum(u.rss for u in found),
        sum(u.pss for u in found),
        sum(u.files for u in found),
        sum(u.threads for u in found),
    )


def between(window_s: float, pids: Sequence[Sequence[int]]) -> list[tuple[float, Use]]:
    """Cores used over a window by each group of processes, and what they hold at its end."""
    before, begun = [use(*group) for group in pids], time.monotonic()
    time.sleep(window_s)
    after, took = [use(*group) for group in pids], time.monotonic() - begun
    return [((b.cpu_s - a.cpu_s) / took, b) for a, b in zip(before, after, strict=True)]


def wait_for(what: str, done: Callable[[], bool], timeout_s: float = 60.0) -> None:
    """Look ten times a second.

    Raises:
        TimeoutError: it did not happen.

    """
    deadline = time.monotonic() + timeout_s
    while not done():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {timeout_s:.0f} s")
        time.sleep(0.1)


def _one(folder: Path) -> Use:
    # after the name in brackets: state is field 3, utime 14, stime 15, threads 20, rss 24
    fields = (folder / "stat").read_text().rpartition(")")[2].split()
    pss = next(
        int(line.split()[1]) * 1024
        for line in (folder / "smaps_rollup").read_text().splitlines()
        if line.startswith("Pss:")
    )
    return Use(
        (int(fields[11]) + int(fields[12])) / TICKS,
        int(fields[21]) * PAGE,
        pss,
        len(list((folder / "fd").iterdir())),
        int(fields[17]),
    )
