"""What was found in a month of fifty cameras: how fast it is asked for, how dear a commit is.

The peer of each answer out of roll-ups is the same answer out of all fifty million sightings, by
DuckDB over the Parquet files of the same run.
"""

import statistics
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection

from bench.live.store_rows import BEGIN_NS, DAY_NS, ZONE, S, Site, write_results, write_sightings
from bench.record.scene import scratch
from curtilage.model import Direction, Kind, Phase
from curtilage.store import Database
from curtilage.store.found import buckets, events, heat, results, series, tracks
from curtilage.store.found.buckets import Step
from curtilage.store.found.events import EventFilter, StoredEvent
from curtilage.store.found.observations.query import Observations
from curtilage.store.found.results import CountRow, OccupancyRow, Results

MONTH: Final = Site(cameras=50, days=30, visits=668)
WEEK: Final = Site(cameras=10, days=7, visits=668)
TIMES: Final = 9


def measure(quick: bool) -> dict[str, Any]:
    """Make the month, ask for it in many ways, commit to it."""
    site = WEEK if quick else MONTH
    with scratch() as folder, Database.open(folder) as database:
        found: dict[str, Any] = {"cameras": site.cameras, "days": site.days}
        found["results"] = write_results(database, site)
        found["index_bytes"] = sum(p.stat().st_size for p in folder.glob("curtilage.db*"))
        found["from the index"] = _index(database, site)
        found["commit"] = _commits(database, site)
        found["sightings"] = write_sightings(folder / "observations", site)
        found["from the sightings"] = _sightings(folder / "observations", site)
        return found


def _index(database: Database, site: Site) -> dict[str, Any]:
    names, one, span = site.names, site.names[0], (BEGIN_NS, site.end_ns)
    per = {step: partial(series.counts, step=step, zone=ZONE) for step in Step}
    doors = EventFilter(names)
    rare = EventFilter(names, rules=["no such rule"], from_ns=site.end_ns - DAY_NS)
    asked: dict[str, Callable[[Connection], object]] = {
        "counts per hour, all cameras": lambda c: per[Step.HOUR](c, names, *span),
        "counts per day, all cameras": lambda c: per[Step.DAY](c, names, *span),
        "counts per hour, one camera": lambda c: per[Step.HOUR](c, [one], *span),
        "counts per minute, one camera, one day": lambda c: per[Step.MINUTE](
            c, [one], site.end_ns - DAY_NS, site.end_ns
        ),
        "occupancy per hour, all cameras": lambda c: series.occupancy(
            c, names, *span, Step.HOUR, ZONE
        ),
        "dwell, all cameras": lambda c: series.dwell(c, names, *span, ZONE),
        "paths, all cameras": lambda c: series.paths(c, names, *span, ZONE),
        "newest 100 events": lambda c: events.page(c, doors),
        "events of a rule that has none, one day": lambda c: events.page(c, rare),
        "newest 100 tracks": lambda c: tracks.page(c, names),
        "heat map, one camera, out of stretches": lambda c: heat.grid(c, one, "presence", *span),
    }
    found = {name: _median(database, question) for name, question in asked.items()}
    begun = time.process_time()
    days = 0
    while some := database.now(lambda c: heat.roll_up(c, ZONE, site.end_ns + DAY_NS)):
        days += some
    found["adding up a day of one heat map"] = {
        "cpu_ms": (time.process_time() - begun) / days * 1e3
    }
    found["heat map, one camera, out of days"] = _median(
        database, lambda c: heat.grid(c, one, "presence", *span)
    )
    return found


def _commits(database: Database, site: Site) -> dict[str, float]:
    """Of a camera's ordinary commit: one event, its count, occupancy, and the scene's memory."""
    count = 300
    spent: list[float] = []
    begun, cpu = time.perf_counter(), time.process_time()
    at_ns = site.end_ns
    for n in range(count):
        at_ns += S
        given = _ordinary(site.names[n % site.cameras], at_ns, n)
        database.now(partial(_timed, given, spent))
    return {
        "changes_cpu_ms": statistics.median(spent) * 1e3,
        "with_sync_cpu_ms": (time.process_time() - cpu) / count * 1e3,
        "with_sync_wall_ms": (time.perf_counter() - begun) / count * 1e3,
    }


def _timed(given: Results, spent: list[float], connection: Connection) -> None:
    begun = time.thread_time()
    results.commit(connection, given)
    spent.append(time.thread_time() - begun)


def _ordinary(camera: str, at_ns: int, number: int) -> Results:
    event = StoredEvent(
        id=f"ordinary-{number}",
        camera=camera,
        rule="line",
        kind=Kind.LINE_CROSSED,
        phase=Phase.INSTANT,
        time_ns=at_ns,
        noticed_ns=at_ns,
        direction=Direction.A_TO_B,
        track=number,
        label="person",
        score=0.8,
        box=(0.1, 0.2, 0.3, 0.8),
    )
    return Results(
        camera,
        at_ns,
        ZONE,
        events=[event],
        counts=[CountRow("line", at_ns, "person", 1), CountRow("door", at_ns, "person", 1)],
        occupancy=[OccupancyRow("hall", at_ns, 5.0, 5.0, 1)],
        state=bytes(20_000),
    )


def _sightings(folder: Path, site: Site) -> dict[str, Any]:
    looking = Observations(folder)
    edges = buckets.edges(BEGIN_NS, site.end_ns, Step.HOUR, ZONE)
    hour = (site.end_ns - DAY_NS, site.end_ns - DAY_NS + 3600 * S)
    return {
        "per hour, all cameras": _timing(lambda: looking.per_bucket(site.names, edges), 3),
        "per hour, one camera": _timing(lambda: looking.per_bucket(site.names[:1], edges), 3),
        "one hour of one camera": _timing(lambda: looking.between(site.names[:1], *hour), 3),
    }


def _median(database: Database, question: Callable[[Connection], object]) -> dict[str, float]:
    def ask() -> None:
        with database.read() as connection:
            question(connection)

    return _timing(ask, TIMES)


def _timing(ask: Callable[[], object], times: int) -> dict[str, float]:
    """Medians, and the first time, when nothing is in memory yet."""
    cpu, wall = [], []
    for _ in range(times):
        begun, spent = time.perf_counter(), time.process_time()
        ask()
        wall.append((time.perf_counter() - begun) * 1e3)
        cpu.append((time.process_time() - spent) * 1e3)
    return {
        "cpu_ms": round(statistics.median(cpu), 2),
        "wall_ms": round(statistics.median(wall), 2),
        "first_wall_ms": round(wall[0], 2),
    }
