"""Start after a kill with half a million segments in the index: how long until cameras record."""

import os
import signal
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from bench.record.ours import recording
from bench.record.processes import wait_for
from bench.record.scene import hd_cameras, scratch
from curtilage.store.index.database import Database
from curtilage.store.recorded.segments import SegmentRow, State, restore, unfinished

SEGMENTS = 500_000
CAMERAS = 50
BATCH = 20_000
MINUTE_NS = 60_000_000_000


def measure(quick: bool = False) -> dict[str, Any]:
    """Kill a recorder of 50 cameras, grow its index, start it again."""
    segments, cameras = (50_000, 10) if quick else (SEGMENTS, CAMERAS)
    with hd_cameras(cameras) as server, scratch() as folder:
        torn = _killed(folder, server.urls)
        _grow(folder / "state", torn, segments)
        begun = time.perf_counter()
        with recording(folder, server.urls) as ours:
            known = ours.files()
            wait_for(
                "all cameras recorded again",
                lambda: len({p.parts[-6] for p in ours.files() - known}) >= cameras,
            )
            all_s = time.perf_counter() - begun
            return {
                "segments": segments,
                "cameras": cameras,
                "torn": len(torn),
                "start_s": ours.start_s,
                "cpu_s": ours.start_cpu_s,
                "all_record_s": all_s,
            }


def _killed(folder: Path, urls: list[str]) -> list[SegmentRow]:
    """Record for a while, then SIGKILL; the rows that were not closed."""
    with recording(folder, urls) as ours:
        ours.wait_for_all(len(urls))
        time.sleep(3.0)
        os.kill(ours.pid, signal.SIGKILL)
    with Database.open(folder / "state") as database, database.read() as connection:
        return unfinished(connection)


def _grow(state: Path, torn: list[SegmentRow], count: int) -> None:
    """A past: each camera recorded minute after minute, and every row is closed.

    Their files are not made: recovery looks at none that is closed.
    """
    rows: list[SegmentRow] = []
    with Database.open(state) as database:

        def add(connection: Connection) -> int:
            return restore(connection, rows)

        for minute in range(1, count // len(torn) + 1):
            for row in torn:
                start_ns = row.start_ns - minute * MINUTE_NS
                rows.append(
                    replace(
                        row,
                        path=f"{row.camera}/main/past/{minute:06}.mp4",
                        start_ns=start_ns,
                        end_ns=start_ns + MINUTE_NS,
                        bytes=15_000_000,
                        state=State.CLOSED,
                    )
                )
            if len(rows) >= BATCH:
                database.write(add).result(120.0)
                rows.clear()
        database.write(add).result(120.0)
