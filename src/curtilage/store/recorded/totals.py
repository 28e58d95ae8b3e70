"""How much is stored: running sums per stream and volume, so that nobody adds up millions of rows.

Each change of a segment changes its sum in the same transaction; ``recount`` proves them.
"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from curtilage.store.recorded.tables import segments, streams, totals, volumes

_ADD: Final = (
    update(totals)
    .where(totals.c.stream_id == bindparam("s"), totals.c.volume_id == bindparam("v"))
    .values(
        segments=totals.c.segments + bindparam("more"), bytes=totals.c.bytes + bindparam("size")
    )
)


@dataclass(frozen=True, slots=True)
class Usage:
    """What one stream has on one volume, without what is being deleted."""

    camera: str
    stream: str
    volume: str  # identity
    segments: int
    bytes: int


def usage(connection: Connection) -> list[Usage]:
    """All sums, by camera, stream and volume."""
    rows = connection.execute(
        select(
            streams.c.camera,
            streams.c.stream,
            volumes.c.identity,
            totals.c.segments,
            totals.c.bytes,
        )
        .join(streams, streams.c.id == totals.c.stream_id)
        .join(volumes, volumes.c.id == totals.c.volume_id)
        .where(totals.c.segments > 0)
        .order_by(streams.c.camera, streams.c.stream, volumes.c.identity)
    )
    return [Usage(*row) for row in rows]


def add(connection: Connection, stream_id: int, volume_id: int, more: int, size: int) -> None:
    """Adds ``more`` segments and ``size`` bytes (both may be negative) to a sum."""
    changed = connection.execute(_ADD, {"s": stream_id, "v": volume_id, "more": more, "size": size})
    if not changed.rowcount:
        connection.execute(
            insert(totals).values(
                stream_id=stream_id, volume_id=volume_id, segments=more, bytes=size
            )
        )


def recount(connection: Connection) -> bool:
    """Adds up all rows anew; True if a sum was wrong (it is right now)."""
    before = usage(connection)
    connection.execute(delete(totals))
    connection.execute(
        insert(totals).from_select(
            ["stream_id", "volume_id", "segments", "bytes"],
            select(
                segments.c.stream_id,
                segments.c.volume_id,
                func.count(),
                func.sum(segments.c.bytes),
            )
            .where(segments.c.state != "deleting")
            .group_by(segments.c.stream_id, segments.c.volume_id),
        )
    )
    return usage(connection) != before
