"""How fast recordings grow, and how far back they go: of each stream on each volume.

Measured over the recordings of the last day, so a day and a night are in it. Reads the index of
segments by stream and time: 1,440 rows a stream.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, bindparam, func, select

from curtilage.store.recorded.tables import segments, streams, totals, volumes

_S: Final = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Pace:
    """One stream on one volume."""

    camera: str
    stream: str
    volume: str  # identity
    segments: int  # in all
    bytes: int  # in all
    oldest_ns: int | None  # UTC, begin of the oldest recording
    newest_ns: int | None  # UTC, begin of the newest one in the time looked at; None: there is none
    recent_bytes: int  # of recordings that began since then
    recent_s: float  # from the first of them to now; 0: there is none


_TOTALS: Final = (
    select(
        totals.c.stream_id,
        totals.c.volume_id,
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
_OF_IT: Final = (
    segments.c.stream_id == bindparam("stream"),
    # Plus nothing: not by the index of volumes, which would walk past the rows of all cameras.
    segments.c.volume_id + 0 == bindparam("volume"),
)
_OLDEST: Final = select(segments.c.start_ns).where(*_OF_IT).order_by(segments.c.start_ns).limit(1)
_RECENT: Final = select(
    func.min(segments.c.start_ns), func.max(segments.c.start_ns), func.sum(segments.c.bytes)
).where(*_OF_IT, segments.c.start_ns >= bindparam("since"), segments.c.state != "deleting")


def paces(connection: Connection, since_ns: int, now_ns: int) -> list[Pace]:
    """All streams that have something anywhere, by camera, stream and volume.

    Args:
        connection: of a transaction.
        since_ns: UTC; recordings that began since then are the recent ones.
        now_ns: UTC.
    """
    return [_pace(connection, row, since_ns, now_ns) for row in connection.execute(_TOTALS).all()]


def _pace(connection: Connection, row: Sequence[Any], since_ns: int, now_ns: int) -> Pace:
    stream_id, volume_id, camera, stream, volume, count, size = row
    at = {"stream": stream_id, "volume": volume_id}
    oldest_ns = connection.execute(_OLDEST, at).scalar()
    first_ns, last_ns, recent = connection.execute(_RECENT, at | {"since": since_ns}).one()
    return Pace(
        camera=camera,
        stream=stream,
        volume=volume,
        segments=int(count),
        bytes=int(size),
        oldest_ns=oldest_ns,
        newest_ns=last_ns,
        recent_bytes=int(recent or 0),
        recent_s=0.0 if first_ns is None else max(0.0, (now_ns - first_ns) / _S),
    )
