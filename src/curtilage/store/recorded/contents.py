"""What the index knows of recordings without opening a file: their bytes, and their formats."""

from dataclasses import dataclass, replace
from itertools import chain

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
    )
    # a year has half a million: as objects they would take a hundred times the room
    return np.fromiter(chain.from_iterable(rows), np.int64).reshape(-1, 3)


@dataclass(frozen=True, slots=True)
class Format:
    """How a stretch of a stream was encoded; there may be gaps in it."""

    start_ns: int  # UTC
    end_ns: int  # UTC
    codec: str  # as in ``VideoCodec``
    width: int  # pixels
    height: int

    @property
    def size(self) -> tuple[int, int]:
        """Width and height, pixels."""
        return self.width, self.height


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
    )
    found: list[Format] = []
    for row in rows:  # one at a time: a year has half a million
        one = Format(*row)
        last = found[-1] if found else None
        if last is not None and (last.codec, *last.size) == (one.codec, *one.size):
            found[-1] = replace(last, end_ns=max(last.end_ns, one.end_ns))
        else:
            found.append(one)
    return found
