"""Events in the index: added once, in an order that everybody sees, found again by time.

``seq`` rises as commits do: whoever has seen all up to one and asks for those since misses none,
also when several processes add events. All functions take the connection of a transaction.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
from sqlalchemy import Connection, Select, and_, or_, select, update

from curtilage.model import Direction, Kind, Phase
from curtilage.store.errors import StoreError
from curtilage.store.found.names import camera_numbers
from curtilage.store.found.tables import cameras, event_counter, events, series
from curtilage.store.index.paging import next_rows
from curtilage.store.index.upsert import Upsert

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """Something that a rule noticed, as it is kept and told. Built without ``seq``."""

    id: str  # UUID version 7
    camera: str
    rule: str
    kind: Kind
    phase: Phase
    time_ns: int  # UTC, when it happened
    noticed_ns: int  # UTC of the frame with which it was sure
    direction: Direction | None = None
    track: int | None = None
    label: str | None = None
    score: float | None = None  # 0..1
    duration_s: float | None = None  # at the end of a presence
    box: Box | None = None  # x0 y0 x1 y1, 0..1
    details: Mapping[str, Any] = field(default_factory=dict)
    acknowledged_ns: int | None = None
    acknowledged_by: str | None = None
    note: str | None = None  # of who acknowledged it
    armed: bool = True  # whether its rule was armed when it was noticed
    seq: int = 0  # given by the index; 0: not in it yet


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events: of each field, None means all."""

    cameras: Collection[str]  # always said: what somebody may see
    rules: Collection[str] | None = None
    kinds: Collection[Kind] | None = None
    phases: Collection[Phase] | None = None
    labels: Collection[str] | None = None
    directions: Collection[Direction] | None = None
    from_ns: int | None = None
    to_ns: int | None = None
    acknowledged: bool | None = None
    armed: bool | None = None


_COUNTED: Final = Upsert(event_counter, ("id",), add=("last",))
_ADD: Final = Upsert(events, ("id",))
_ROW: Final = (
    select(
        events.c.id,
        cameras.c.name,
        series.c.rule,
        events.c.kind,
        events.c.phase,
        events.c.time_ns,
        events.c.noticed_ns,
        events.c.direction,
        events.c.track,
        events.c.label,
        events.c.score,
        events.c.duration_s,
        events.c.x0,
        events.c.y0,
        events.c.x1,
        events.c.y1,
        events.c.details,
        events.c.acknowledged_ns,
        events.c.acknowledged_by,
        events.c.note,
        events.c.armed,
        events.c.seq,
    )
    .join(series, series.c.id == events.c.series_id)
    .join(cameras, cameras.c.id == events.c.camera_id)
)


def add(
    connection: Connection,
    camera_id: int,
    series_of: Mapping[str, int],
    new: Sequence[StoredEvent],
) -> list[StoredEvent]:
    """Adds events of one camera; those that are new, with their ``seq``. An id counts once."""
    if not new:
        return []
    last = int(
        connection.execute(
            _COUNTED.returning(connection, "last"),
            {"id": 1, "last": len(new)},
        ).scalar_one()
    )
    first = last - len(new) + 1
    numbered = [replace(one, seq=first + n) for n, one in enumerate(new)]
    rows = [_row(one, camera_id, series_of[one.rule]) for one in numbered]
    # one row as itself: for a list SQLAlchemy writes a statement of its own each time
    given = rows if len(rows) > 1 else rows[0]
    made = set(connection.execute(_ADD.returning(connection, "seq"), given).scalars())
    return [one for one in numbered if one.seq in made]


def since(
    connection: Connection, seq: int, *, cameras_seen: Collection[str], most: int = 1000
) -> list[StoredEvent]:
    """Events after ``seq`` of these cameras, in the order of their commits."""
    numbers = camera_numbers(connection, cameras_seen)
    of_them = (events.c.camera_id + 0).in_(numbers)  # see paging.py
    query = _ROW.where(events.c.seq > seq, of_them)
    return _events(connection, query.order_by(events.c.seq).limit(most))


def last_seq(connection: Connection) -> int:
    """The highest ``seq`` given so far; 0 before the first."""
    return int(connection.execute(select(event_counter.c.last)).scalar() or 0)


def page(
    connection: Connection,
    chosen: EventFilter,
    *,
    before: int | None = None,
    after: int | None = None,
    most: int = 100,
) -> list[StoredEvent]:
    """Events newest first: the latest, or those next to the event with a given ``seq``.

    Args:
        connection: of a transaction.
        chosen: which events.
        before: only what comes after this one in the list (older).
        after: only what comes before this one in the list (newer), the nearest ``most``.
        most: how many at most.
    """
    if before is not None and after is not None:
        raise StoreError("A page of events is before one event or after one, not both.")
    query = _filtered(chosen)
    rising = after is not None
    for seq, newer in ((before, False), (after, True)):
        if seq is not None:
            time_ns = _time_at(connection, seq)
            if time_ns is None:
                return []
            query = query.where(_beyond(time_ns, seq, newer))
    sign = 1 if rising else -1
    rows = next_rows(
        connection,
        query.order_by(*(_OLDEST if rising else _NEWEST)),
        events.c.camera_id,
        camera_numbers(connection, chosen.cameras),
        most,
        lambda row: (sign * row.time_ns, sign * row.seq),
    )
    found = [_event(row) for row in rows]
    return found[::-1] if rising else found


def one(connection: Connection, event_id: str) -> StoredEvent | None:
    """The event of an id."""
    return next(iter(_events(connection, _ROW.where(events.c.id == event_id))), None)


def acknowledge(
    connection: Connection, event_id: str, *, by: str, at_ns: int, note: str | None = None
) -> bool:
    """Somebody has seen to it; the first one's name and note stay. False: no such event."""
    connection.execute(
        update(events)
        .where(events.c.id == event_id, events.c.acknowledged_ns.is_(None))
        .values(acknowledged_ns=at_ns, acknowledged_by=by, note=note)
    )
    return one(connection, event_id) is not None


_OLDEST: Final = (events.c.time_ns, events.c.seq)
_NEWEST: Final = (events.c.time_ns.desc(), events.c.seq.desc())


def _filtered(chosen: EventFilter) -> Select[Any]:
    query = _ROW
    for column, wanted in (
        (series.c.rule, chosen.rules),
        (events.c.kind, chosen.kinds),
        (events.c.phase, chosen.phases),
        (events.c.label, chosen.labels),
        (events.c.direction, chosen.directions),
    ):
        if wanted is not None:
            query = query.where(column.in_([str(one) for one in wanted]))
    if chosen.from_ns is not None:
        query = query.where(events.c.time_ns >= chosen.from_ns)
    if chosen.to_ns is not None:
        query = query.where(events.c.time_ns < chosen.to_ns)
    if chosen.acknowledged is not None:
        is_null = events.c.acknowledged_ns.is_(None)
        query = query.where(~is_null if chosen.acknowledged else is_null)
    if chosen.armed is not None:
        query = query.where(events.c.armed.is_(chosen.armed))
    return query


def _time_at(connection: Connection, seq: int) -> int | None:
    """When the event of ``seq`` happened, or if retention took it, the next one before it."""
    found = select(events.c.time_ns).where(events.c.seq <= seq).order_by(events.c.seq.desc())
    at = connection.execute(found.limit(1)).scalar()
    return None if at is None else int(at)


def _beyond(time_ns: int, seq: int, newer: bool) -> Any:
    time, number = events.c.time_ns, events.c.seq
    if newer:
        return and_(time >= time_ns, or_(time > time_ns, number > seq))
    return and_(time <= time_ns, or_(time < time_ns, number < seq))


def _row(one: StoredEvent, camera_id: int, series_id: int) -> dict[str, Any]:
    x0, y0, x1, y1 = one.box or (None, None, None, None)
    return {
        "seq": one.seq,
        "id": one.id,
        "camera_id": camera_id,
        "series_id": series_id,
        "kind": one.kind.value,
        "phase": one.phase.value,
        "direction": None if one.direction is None else one.direction.value,
        "time_ns": one.time_ns,
        "noticed_ns": one.noticed_ns,
        "track": one.track,
        "label": one.label,
        "score": one.score,
        "duration_s": one.duration_s,
        "x0": x0,
        "y0": y0,
        "x1": x1,
        "y1": y1,
        "details": json.dumps(dict(one.details), default=_plain),
        "armed": one.armed,
    }


def _plain(value: Any) -> Any:
    """Numbers and arrays of NumPy as JSON knows them."""
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} cannot be kept as JSON")


def _events(connection: Connection, query: Select[Any]) -> list[StoredEvent]:
    return [_event(row) for row in connection.execute(query)]


def _event(row: Sequence[Any]) -> StoredEvent:
    number, camera, rule, kind, phase, time_ns, noticed_ns, direction, *about = row
    track, label, score, duration_s, x0, y0, x1, y1, details, at_ns, by, note, armed, seq = about
    return StoredEvent(
        id=number,
        camera=camera,
        rule=rule,
        kind=Kind(kind),
        phase=Phase(phase),
        time_ns=time_ns,
        noticed_ns=noticed_ns,
        direction=None if direction is None else Direction(direction),
        track=track,
        label=label,
        score=score,
        duration_s=duration_s,
        box=None if x0 is None else (x0, y0, x1, y1),
        details=json.loads(details),
        acknowledged_ns=at_ns,
        acknowledged_by=by,
        note=note,
        armed=bool(armed),
        seq=seq,
    )
