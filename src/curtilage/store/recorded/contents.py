"""What the index knows of recordings without opening a file: their bytes, and their formats."""

from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, select

from curtilage.store.recorded.segments import LONGEST_NS, State
from curtilage.store.recorded.tables import segments, streams


def sizes(
    connection: Connection, camera: str, stream: str, from_ns: int, to_ns: int
) -> npt.NDArray[np.int64]:
    """Files of a stream that hold something of ``[from_ns, to_ns)``: int64[N, 3], by start.

    Columns: start and end (UTC ns), bytes. What is being written is not among them.
    """
    rows = connection.execute(
        select(segments.c.start_ns, segments.c.end_ns, segments.c.bytes)
        .join(streams, streams.c.id == segments.c.stream_id)
        .where(
            streams.c.camera == camera,
            streams.c.stream == stream,
            segments.c.start_ns >= from_ns - LONGEST_NS,
            segments.c.start_ns < to_ns,
            segments.c.end_ns > from_ns,
            segments.c.state == State.CLOSED.value,
        )
        .order_by(segments.c.start_ns)
    ).all()
    return np.array([tuple(row) for row in rows], np.int64).reshape(-1, 3)


@dataclass(frozen=True, slots=True)
class Format:
    """How a stretch of a stream was encoded; there may be gaps in it."""

    start_ns: int  # UTC
    end_ns: int  # UTC
    codec: str  # as in ``VideoCodec``
    width: int  # pixels
    height: int


def formats(
    connection: Connection, camera: str, stream: str, from_ns: int, to_ns: int
) -> list[Format]:
    """The formats of what is recorded in ``[from_ns, to_ns)``, one after the other."""
    rows = connection.execute(
        select(
            segments.c.start_ns,
            segments.c.end_ns,
            segments.c.codec,
            segments.c.width,
            segments.c.height,
        )
        .join(streams, streams.c.id == segments.c.stream_id)
        .where(
            streams.c.camera == camera,
            streams.c.stream == stream,
            segments.c.start_ns >= from_ns - LONGEST_NS,
            segments.c.start_ns < to_ns,
            segments.c.end_ns > from_ns,
            segments.c.state.in_((State.OPEN.value, State.CLOSED.value)),
        )
        .order_by(segments.c.start_ns)
    ).all()
    each = [Format(*row) for row in rows]
    found = []
    for _, same in groupby(each, key=lambda one: (one.codec, one.width, one.height)):
        first, *rest = same
        found.append(replace(first, end_ns=max([first.end_ns, *(one.end_ns for one in rest)])))
    return found
