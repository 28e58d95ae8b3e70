"""Legal holds: what must not be deleted, whatever retention says.

A hold is a stretch of time of one camera, or of all. Releasing it keeps the row: who held what,
why and until when is part of the record.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, insert, or_, select, update

from curtilage.store.errors import StoreError
from curtilage.store.recorded.tables import holds, segments, streams


@dataclass(frozen=True, slots=True)
class Hold:
    """Nothing of ``[from_ns, to_ns)`` of ``camera`` is deleted until it is released."""

    id: int
    camera: str | None  # None: all cameras
    from_ns: int
    to_ns: int
    reason: str
    by: str
    created_ns: int
    released_ns: int | None
    released_by: str | None


def add(
    connection: Connection,
    *,
    camera: str | None,
    from_ns: int,
    to_ns: int,
    reason: str,
    by: str,
    at_ns: int,
) -> Hold:
    """Sets a hold; it counts from the commit on."""
    if to_ns <= from_ns:
        raise StoreError("A hold must end after it begins.")
    if not reason.strip():
        raise StoreError("A hold needs a reason: who will look at it later must know why.")
    made = connection.execute(
        insert(holds)
        .values(camera=camera, from_ns=from_ns, to_ns=to_ns, reason=reason, by=by, created_ns=at_ns)
        .returning(holds.c.id)
    ).scalar_one()
    return Hold(int(made), camera, from_ns, to_ns, reason, by, at_ns, None, None)


def release(connection: Connection, number: int, *, by: str, at_ns: int) -> Hold:
    """Ends a hold; what it kept follows retention again."""
    found = connection.execute(_all().where(holds.c.id == number)).first()
    if found is None:
        raise StoreError(f"There is no hold {number}; `curtilage hold list` shows all.")
    if found.released_ns is not None:
        raise StoreError(f"Hold {number} was released before, by {found.released_by}.")
    connection.execute(
        update(holds).where(holds.c.id == number).values(released_ns=at_ns, released_by=by)
    )
    return replace(_hold(found), released_ns=at_ns, released_by=by)


def current(connection: Connection) -> list[Hold]:
    """The holds that count, oldest first."""
    return _rows(connection, _all().where(holds.c.released_ns.is_(None)))


def ever(connection: Connection) -> list[Hold]:
    """All holds, released ones too, oldest first."""
    return _rows(connection, _all())


def covering(connection: Connection, camera: str, from_ns: int, to_ns: int) -> list[Hold]:
    """The holds that touch ``[from_ns, to_ns)`` of ``camera``."""
    return _rows(
        connection,
        _all().where(
            holds.c.released_ns.is_(None),
            or_(holds.c.camera.is_(None), holds.c.camera == camera),
            holds.c.from_ns < to_ns,
            holds.c.to_ns > from_ns,
        ),
    )


def segment_is_held() -> ColumnElement[bool]:
    """For queries over ``segments``: a hold touches the row."""
    owner = streams.alias("owner")  # the query around it may read streams as well
    touching = select(holds.c.id).where(
        owner.c.id == segments.c.stream_id,
        holds.c.released_ns.is_(None),
        holds.c.from_ns < segments.c.end_ns,
        holds.c.to_ns > segments.c.start_ns,
        or_(holds.c.camera.is_(None), holds.c.camera == owner.c.camera),
    )
    return touching.correlate(segments).exists()


def _all() -> Select[Any]:
    return select(
        holds.c.id,
        holds.c.camera,
        holds.c.from_ns,
        holds.c.to_ns,
        holds.c.reason,
        holds.c.by,
        holds.c.created_ns,
        holds.c.released_ns,
        holds.c.released_by,
    ).order_by(holds.c.id)


def _rows(
    connection: Connection,
    query: Select[Any],
) -> list[Hold]:
    return [_hold(row) for row in connection.execute(query)]


def _hold(row: Sequence[Any]) -> Hold:
    return Hold(*row)
