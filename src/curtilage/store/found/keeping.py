"""How long what was found is kept: old rows and files go, in small steps between other changes.

Each step deletes some hundred rows in a change of its own, so nobody waits long for the index.
What is on legal hold stays: events and tracks of the held time, and sightings of the held days.
Counts per hour and day stay for good.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, func, or_, select

from curtilage.config.site import SiteSettings
from curtilage.store.found import buckets, heat, tables
from curtilage.store.found.observations import files
from curtilage.store.index.database import Database
from curtilage.store.recorded import holds
from curtilage.store.recorded.holds import Hold

_SOME: Final = 500
"""Rows of one step (and SQLite's limit of parameters)."""
_DAY_NS: Final = 86_400 * 1_000_000_000
_DAYS_AT_ONCE: Final = 5
"""Days of heat maps added up in one step: 144 rows of one camera each."""

_Stop = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Kept:
    """What was done."""

    events: int = 0  # rows deleted
    tracks: int = 0
    minutes: int = 0  # of counts and occupancy
    heat: int = 0
    heat_days: int = 0  # days of heat maps added up
    observations: int = 0  # days of sightings deleted
    merged: int = 0  # days of sightings merged to one file


def keep(database: Database, site: SiteSettings, now_ns: int, stop: _Stop) -> Kept:
    """Deletes what is older than the site keeps it, adds up what is over. Once an hour will do.

    Args:
        database: the index; each step is a change that others may come between.
        site: says how long, and where the files are.
        now_ns: UTC.
        stop: asked between steps; True ends it early, the next time goes on.

    Raises:
        StoreError: the index or a file cannot be written.
    """
    with database.read() as connection:
        held = holds.current(connection)
    minutes_ns = _before(now_ns, site.keep.minutes)
    folder = site.state / files.FOLDER
    events = _aged(
        database, _Aged(tables.events, "seq", "time_ns", "time_ns"),
        _before(now_ns, site.keep.events), held, stop,
    )  # fmt: skip
    tracks = _aged(
        database, _Aged(tables.tracks, "id", "first_ns", "last_ns"),
        _before(now_ns, site.keep.tracks), held, stop,
    )  # fmt: skip
    minutes = sum(
        _bucketed(database, table, "series_id", (buckets.MINUTE,), minutes_ns, stop)
        for table in (tables.counts, tables.occupancy)
    )
    summed = _rolled_up(database, ZoneInfo(site.timezone), now_ns, stop)
    fine_ns = max(minutes_ns, now_ns - heat.FINE_NS)  # their days have been added up
    cold = sum(
        _bucketed(database, tables.heat, "grid_id", (step,), before_ns, stop)
        for step, before_ns in ((heat.STRETCH, fine_ns), (buckets.DAY, minutes_ns))
    )
    days = {day for one in held for day in _days(one, now_ns)}
    gone = files.expire(folder, _before(now_ns, site.keep.observations), held=days)
    return Kept(events, tracks, minutes, cold, summed, gone, _merged(site, now_ns, stop))


@dataclass(frozen=True, slots=True)
class _Aged:
    """A table whose rows have an age, and are of a camera."""

    table: Table
    key: str
    begin: str  # column: what a hold must touch
    end: str  # and its age


def _before(now_ns: int, days: float) -> int:
    return now_ns - round(days * _DAY_NS)


def _aged(
    database: Database, rows: _Aged, before_ns: int, held: Sequence[Hold], stop: _Stop
) -> int:
    """Deletes rows that are older than ``before_ns`` and not held; how many."""
    gone = 0
    after: tuple[int, int] | None = (-1, -1)
    while after is not None and not stop():
        some, after = database.now(partial(_some_aged, rows, before_ns, held, after))
        gone += some
    return gone


def _some_aged(
    rows: _Aged,
    before_ns: int,
    held: Sequence[Hold],
    after: tuple[int, int],
    connection: Connection,
) -> tuple[int, tuple[int, int] | None]:
    """Looks at the next rows by age; how many went, and the last one (None: there are no more)."""
    columns = rows.table.c
    end, key = columns[rows.end], columns[rows.key]
    found = connection.execute(
        select(key, columns[rows.begin], end, tables.cameras.c.name)
        .join(tables.cameras, tables.cameras.c.id == columns["camera_id"])
        .where(
            end >= after[0],
            or_(end > after[0], key > after[1]),
            end < before_ns,
        )
        .order_by(end, key)
        .limit(_SOME)
    ).all()
    old = [
        number
        for number, begin_ns, end_ns, camera in found
        if not any(_touches(one, camera, begin_ns, end_ns) for one in held)
    ]
    connection.execute(delete(rows.table).where(key.in_(old)))
    last = (found[-1][2], found[-1][0]) if len(found) == _SOME else None
    return len(old), last


def _touches(hold: Hold, camera: str, begin_ns: int, end_ns: int) -> bool:
    return hold.camera in (None, camera) and hold.from_ns <= end_ns and hold.to_ns > begin_ns


def _bucketed(
    database: Database,
    table: Table,
    owner: str,
    steps: Sequence[int],
    before_ns: int,
    stop: _Stop,
) -> int:
    """Deletes buckets that began before ``before_ns``, a day of one owner at a time; how many."""
    gone = 0
    for number in _owners(database, table, owner):
        for step in steps:
            of_it = and_(table.c[owner] == number, table.c.step == step)
            while not stop():
                some = database.now(partial(_some_buckets, table, of_it, before_ns))
                if some is None:
                    break
                gone += some
    return gone


def _owners(database: Database, table: Table, owner: str) -> list[int]:
    source = tables.series if owner == "series_id" else tables.heat_grids
    there = select(table.c[owner]).where(table.c[owner] == source.c.id).exists()
    with database.read() as connection:
        return list(connection.execute(select(source.c.id).where(there)).scalars())


def _some_buckets(
    table: Table, of_it: ColumnElement[bool], before_ns: int, connection: Connection
) -> int | None:
    first_ns = connection.execute(select(func.min(table.c.start_ns)).where(of_it)).scalar()
    if first_ns is None or first_ns >= before_ns:
        return None
    until_ns = min(before_ns, first_ns + _DAY_NS)
    return connection.execute(delete(table).where(of_it, table.c.start_ns < until_ns)).rowcount


def _rolled_up(database: Database, zone: ZoneInfo, now_ns: int, stop: _Stop) -> int:
    made = 0
    while not stop():
        some = database.now(partial(_some_days, zone, now_ns))
        made += some
        if some < _DAYS_AT_ONCE:
            break
    return made


def _some_days(zone: ZoneInfo, now_ns: int, connection: Connection) -> int:
    return heat.roll_up(connection, zone, now_ns, most=_DAYS_AT_ONCE)


def _days(hold: Hold, now_ns: int) -> Iterable[Any]:
    """The days of which sightings are held; none lies in the future."""
    return files.days_of(max(hold.from_ns, 0), min(hold.to_ns, now_ns + _DAY_NS))


def _merged(site: SiteSettings, now_ns: int, stop: _Stop) -> int:
    folder = site.state / files.FOLDER
    if not files.days(folder) or stop():
        return 0
    # Only here, and only where there are sightings: DuckDB costs a process 40 MB.
    from curtilage.store.found.observations.compact import compact

    merged = 0
    while not stop() and compact(folder, now_ns):
        merged += 1
    return merged
