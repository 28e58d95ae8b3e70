"""What a change costs in the index: a file beside a PostgreSQL server, both with their syncs.

``python -m bench.live.commits``: a segment's life (a row, and its end) given by as many writers at
once as there are cameras; then one at a time, as a person's click is.
"""

import json
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from curtilage.store import Database
from curtilage.store.recorded import segments
from tests.postgres import Server, server
from tests.store.support import S, intend


def measure(quick: bool) -> dict[str, Any]:
    """Changes a second, and CPU of this process for each, for both places."""
    cameras, each, single = (50, 10, 50) if quick else (50, 100, 300)
    postgres = server()
    postgres.stop()
    postgres.start(fsync="on", full_page_writes="on")
    with tempfile.TemporaryDirectory() as folder:
        found = {
            "file": _of(Database.open(Path(folder)), cameras, each, single),
            "server": _of(_on(postgres, Path(folder)), cameras, each, single),
        }
    return {"cameras": cameras, "changes": cameras * each, **found}


def _on(postgres: Server, folder: Path) -> Database:
    return Database.on_server(postgres.url(postgres.new_database()), folder)


def _of(database: Database, cameras: int, each: int, single: int) -> dict[str, float]:
    with database:
        together_s, cpu_s = _together(database, cameras, each)
        alone_s = _alone(database, single)
    return {
        "changes a second, all cameras at once": round(cameras * each / together_s),
        "cpu per change, ms": round(1000 * cpu_s / (cameras * each), 3),
        "one alone, median ms": round(1000 * alone_s, 2),
    }


def _together(database: Database, cameras: int, each: int) -> tuple[float, float]:
    def camera(number: int) -> None:
        for at in range(each):
            _life(database, number, at)

    threads = [threading.Thread(target=camera, args=(number,)) for number in range(cameras)]
    wall_s, cpu_s = time.monotonic(), time.process_time()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.monotonic() - wall_s, time.process_time() - cpu_s


def _alone(database: Database, count: int) -> float:
    took = []
    for at in range(count):
        began = time.monotonic()
        _life(database, 1000, at)
        took.append(time.monotonic() - began)
    return sorted(took)[len(took) // 2]


def _life(database: Database, camera: int, at: int) -> None:
    def change(connection: Any) -> None:
        made = intend(connection, at * 60, f"{camera}/{at}.mp4", camera=f"camera-{camera}")
        segments.closed(connection, made, (at + 1) * 60 * S, 1000)

    database.now(change)


if __name__ == "__main__":
    print(json.dumps(measure(quick=False), indent=1))
