"""Gaps in the index: why a stream was not recorded, from when to when.

At any time a stream has at most one open gap: it is being recorded or it is not. Rows of closed
gaps may overlap recordings (a clock stepped back); ``cover`` decides what counts. All functions
take the connection of a transaction; ``ledger.Ledger`` calls them for whoever has a database.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection, delete, func, insert, select, update

from curtilage.model import GapReason
from curtilage.store.recorded import segments as segment_rows
from curtilage.store.recorded.cover import SLIVER_NS, merged
from curtilage.store.recorded.segments import SegmentRow
from curtilage.store.recorded.streams import known_stream
from curtilage.store.recorded.tables import FOREVER, gaps, streams


@dataclass(frozen=True, slots=True)
class OpenGap:
    """Why a stream is not being recorded now."""

    id: int
    start_ns: int
    reason: GapReason
    sentence: str


def explain(
    connection: Connection,
    camera: str,
    stream: str,
    since_ns: int,
    reason: GapReason,
    sentence: str,
) -> None:
    """Since ``since_ns`` nothing is recorded, because of ``reason``, until ``resumed``.

    ``since_ns`` is the end of what was recorded (``Fragmenter.end_ns``), or when another cause
    took over. A gap that is open ends there; one for the same reason simply goes on.
    """
    number = known_stream(connection, camera, stream, since_ns)
    before = open_gap(connection, number)
    if before is not None:
        if before.reason is reason:
            return
        since_ns = max(since_ns, before.start_ns)
        close(connection, before, since_ns)
    add(connection, number, since_ns, FOREVER, reason, sentence)


def resumed(connection: Connection, camera: str, stream: str, at_ns: int) -> None:
    """From ``at_ns`` on (start of the first picture that is kept) it is recorded again."""
    before = open_gap(connection, known_stream(connection, camera, stream, at_ns))
    if before is not None:
        close(connection, before, at_ns)


def expire(connection: Connection, rows: Sequence[SegmentRow]) -> None:
    """Segments whose files retention has deleted: their rows go, their time is ``EXPIRED``.

    Neighbours become one row, so that years of deletions are as many rows as there were gaps.
    """
    for number, spans in _drop(connection, rows).items():
        for start_ns, end_ns in merged(np.array(spans, np.int64)).tolist():
            _add_to_neighbours(connection, number, start_ns, end_ns, GapReason.EXPIRED)


def damaged(connection: Connection, rows: Sequence[SegmentRow], sentence: str) -> None:
    """Segments whose files cannot be played: their rows go, their time is ``DAMAGED``."""
    for number, spans in _drop(connection, rows).items():
        for start_ns, end_ns in merged(np.array(spans, np.int64)).tolist():
            add(connection, number, start_ns, end_ns, GapReason.DAMAGED, sentence)


def index_rebuilt(connection: Connection, at_ns: int) -> None:
    """The index was made anew from the disks: its old explanations are lost, and that is said."""
    for number, known_ns in connection.execute(select(streams.c.id, streams.c.known_ns)).all():
        if known_ns < at_ns:
            _add_to_neighbours(connection, number, known_ns, at_ns, GapReason.INDEX_LOST)


def open_gap(connection: Connection, number: int) -> OpenGap | None:
    """The gap of a stream that has not ended."""
    found = connection.execute(
        select(gaps.c.id, gaps.c.start_ns, gaps.c.reason, gaps.c.sentence).where(
            gaps.c.stream_id == number, gaps.c.end_ns == FOREVER
        )
    ).first()
    if found is None:
        return None
    return OpenGap(found.id, found.start_ns, GapReason(found.reason), found.sentence)


def close(connection: Connection, gap: OpenGap, at_ns: int) -> None:
    """Ends a gap at ``at_ns``; one that would be empty never was."""
    if at_ns <= gap.start_ns:
        connection.execute(delete(gaps).where(gaps.c.id == gap.id))
    else:
        connection.execute(update(gaps).where(gaps.c.id == gap.id).values(end_ns=at_ns))


def add(
    connection: Connection,
    number: int,
    start_ns: int,
    end_ns: int,
    reason: GapReason,
    sentence: str,
) -> None:
    """Keeps a gap of a stream; nothing if it is empty."""
    if end_ns > start_ns:
        connection.execute(
            insert(gaps).values(
                stream_id=number,
                start_ns=start_ns,
                end_ns=end_ns,
                reason=reason.value,
                sentence=sentence,
            )
        )


def _drop(connection: Connection, rows: Iterable[SegmentRow]) -> dict[int, list[tuple[int, int]]]:
    """Removes rows; what they held, by number of the stream."""
    by_name: defaultdict[tuple[str, str], list[SegmentRow]] = defaultdict(list)
    for row in rows:
        by_name[row.camera, row.stream].append(row)
    spans = {}
    for (camera, stream), some in by_name.items():
        number = known_stream(connection, camera, stream, min(row.start_ns for row in some))
        spans[number] = [(row.start_ns, row.end_ns) for row in some]
        segment_rows.drop(connection, [row.id for row in some])
    return spans


def _add_to_neighbours(
    connection: Connection, number: int, start_ns: int, end_ns: int, reason: GapReason
) -> None:
    """Adds a gap, as one with those of the same reason that it touches."""
    touching = (
        gaps.c.stream_id == number,
        gaps.c.reason == reason.value,
        gaps.c.end_ns >= start_ns - SLIVER_NS,
        gaps.c.end_ns < FOREVER,
        gaps.c.start_ns <= end_ns + SLIVER_NS,
    )
    found = connection.execute(
        select(func.min(gaps.c.id), func.min(gaps.c.start_ns), func.max(gaps.c.end_ns)).where(
            *touching
        )
    ).one()
    if found[0] is None:
        add(connection, number, start_ns, end_ns, reason, "")
        return
    connection.execute(delete(gaps).where(*touching, gaps.c.id != found[0]))
    connection.execute(
        update(gaps)
        .where(gaps.c.id == found[0])
        .values(start_ns=min(start_ns, found[1]), end_ns=max(end_ns, found[2]))
    )
