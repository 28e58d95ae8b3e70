"""From one run of the recorder to the next: what happened between is explained at start.

``begin`` comes after recovery has found out how much of the last files is on the disk. A gap that
was open when the last run ended is known until its last heartbeat; from the end of what is known
the reason is ``RESTARTING``, until the camera's first picture or another reason. A camera that
has left the settings has a ledger up to the last thing known of it; if it comes back, the time
between was the owner's choice: ``DISABLED``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, Select, func, insert, select, update

from curtilage.model import GapReason
from curtilage.store.recorded import gaps
from curtilage.store.recorded.segments import LONGEST_NS
from curtilage.store.recorded.streams import known_stream
from curtilage.store.recorded.tables import FOREVER, heartbeat, segments, streams
from curtilage.store.recorded.tables import gaps as gap_table

FIRST: Final = "opened for the first time"
NOT_RUNNING: Final = "the recorder was not running"
LEFT: Final = "was not in the settings"
SWITCHED_OFF: Final = "switched off in the settings"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A stream of the settings."""

    camera: str
    stream: str
    recorded: bool = True  # False: the owner has switched it off


def begin(connection: Connection, now_ns: int, wanted: Sequence[Wanted]) -> None:
    """A run begins: every stream of the settings has an open gap afterwards, no other has."""
    beat_ns = last_beat(connection)
    names = {(one.camera, one.stream) for one in wanted}
    for row in connection.execute(
        select(streams.c.id, streams.c.camera, streams.c.stream).where(
            streams.c.removed_ns.is_(None)
        )
    ).all():
        if (row.camera, row.stream) not in names:
            _end_last_run(connection, row.id, beat_ns, now_ns)
            _remove(connection, row.id, known_until(connection, row.id, now_ns))
    for one in wanted:
        _begin_stream(connection, one, beat_ns, now_ns)
    beat(connection, now_ns)


def end(connection: Connection, now_ns: int) -> None:
    """A run ends as it should: from here on nothing is recorded because we do not run."""
    for row in connection.execute(
        select(streams.c.id, streams.c.camera, streams.c.stream).where(
            streams.c.removed_ns.is_(None)
        )
    ).all():
        gap = gaps.open_gap(connection, row.id)
        if gap is None:
            since_ns = known_until(connection, row.id, now_ns)
            gaps.add(connection, row.id, since_ns, FOREVER, GapReason.RESTARTING, NOT_RUNNING)
        elif gap.reason not in (GapReason.RESTARTING, GapReason.DISABLED):
            since_ns = max(now_ns, gap.start_ns)
            gaps.close(connection, gap, since_ns)
            gaps.add(connection, row.id, since_ns, FOREVER, GapReason.RESTARTING, NOT_RUNNING)
    beat(connection, now_ns)


def include(connection: Connection, one: Wanted, now_ns: int) -> None:
    """The stream came into the settings while we run; nothing, if it was in them."""
    found = connection.execute(_state(one)).first()
    if found is None or found.removed_ns is not None:
        _begin_stream(connection, one, None, now_ns)


def remove(connection: Connection, camera: str, stream: str, at_ns: int) -> None:
    """The stream left the settings at ``at_ns`` (end of what was recorded of it)."""
    number = known_stream(connection, camera, stream, at_ns)
    gap = gaps.open_gap(connection, number)
    if gap is not None:
        at_ns = max(at_ns, gap.start_ns)
        gaps.close(connection, gap, at_ns)
    _remove(connection, number, at_ns)


def beat(connection: Connection, now_ns: int) -> None:
    """The recorder runs; every five seconds."""
    changed = connection.execute(
        update(heartbeat).where(heartbeat.c.id == 1).values(beat_ns=now_ns)
    )
    if not changed.rowcount:
        connection.execute(insert(heartbeat).values(id=1, beat_ns=now_ns))


def last_beat(connection: Connection) -> int | None:
    """When the recorder last said that it runs."""
    found = connection.execute(select(heartbeat.c.beat_ns)).scalar()
    return None if found is None else int(found)


def newest_ns(connection: Connection) -> int | None:
    """When the newest segment of all began; None if there is none."""
    found = [
        connection.execute(
            select(func.max(segments.c.start_ns)).where(segments.c.stream_id == number)
        ).scalar()
        for number in connection.execute(select(streams.c.id)).scalars().all()
    ]
    return max((int(one) for one in found if one is not None), default=None)


def known_until(connection: Connection, number: int, now_ns: int) -> int:
    """End of what is recorded or closed as a gap, of all that began before ``now_ns``.

    What lies in the future was written when the clock was ahead, and says nothing of today.
    """
    known_ns = connection.execute(
        select(streams.c.known_ns).where(streams.c.id == number)
    ).scalar_one()
    last_start = (
        select(segments.c.start_ns)
        .where(segments.c.stream_id == number, segments.c.start_ns < now_ns)
        .order_by(segments.c.start_ns.desc())
        .limit(1)
    )
    last_ns = connection.execute(last_start).scalar()
    ends = [known_ns]
    if last_ns is not None:
        ends += connection.execute(
            select(segments.c.end_ns).where(
                segments.c.stream_id == number,
                segments.c.start_ns < now_ns,
                segments.c.start_ns >= last_ns - LONGEST_NS,
            )
        ).scalars()
    ends += connection.execute(
        select(gap_table.c.end_ns)
        .where(
            gap_table.c.stream_id == number,
            gap_table.c.end_ns < FOREVER,
            gap_table.c.start_ns < now_ns,
        )
        .order_by(gap_table.c.end_ns.desc())
        .limit(1)
    ).scalars()
    return min(int(max(ends)), now_ns)


def _begin_stream(connection: Connection, one: Wanted, beat_ns: int | None, now_ns: int) -> None:
    row = connection.execute(_state(one)).first()
    if row is None:
        number = known_stream(connection, one.camera, one.stream, now_ns)
        _open(connection, number, now_ns, one, FIRST)
        return
    if row.removed_ns is not None:
        late = gaps.open_gap(connection, row.id)  # told by a thread that had not ended yet
        if late is not None:
            gaps.close(connection, late, late.start_ns)
        gaps.add(connection, row.id, row.removed_ns, now_ns, GapReason.DISABLED, LEFT)
        connection.execute(update(streams).where(streams.c.id == row.id).values(removed_ns=None))
        _open(connection, row.id, now_ns, one, FIRST)
        return
    _end_last_run(connection, row.id, beat_ns, now_ns)
    since_ns = known_until(connection, row.id, now_ns)
    if not one.recorded:  # when the owner switched it off is not known: now, at the latest
        gaps.add(connection, row.id, since_ns, now_ns, GapReason.RESTARTING, NOT_RUNNING)
        since_ns = now_ns
    _open(connection, row.id, since_ns, one, NOT_RUNNING)


def _state(one: Wanted) -> Select[tuple[int, int | None]]:
    return select(streams.c.id, streams.c.removed_ns).where(
        streams.c.camera == one.camera, streams.c.stream == one.stream
    )


def _open(connection: Connection, number: int, since_ns: int, one: Wanted, sentence: str) -> None:
    reason = GapReason.RESTARTING if one.recorded else GapReason.DISABLED
    said = sentence if one.recorded else SWITCHED_OFF
    gaps.add(connection, number, since_ns, FOREVER, reason, said)


def _end_last_run(connection: Connection, number: int, beat_ns: int | None, now_ns: int) -> None:
    """Closes the gap that the last run left open, where we stopped knowing that it lasts."""
    gap = gaps.open_gap(connection, number)
    if gap is None:
        return
    until_ns = gap.start_ns if beat_ns is None else min(beat_ns, now_ns)
    if gap.reason in (GapReason.DISABLED, GapReason.RESTARTING):
        until_ns = now_ns  # true whether we ran or not
    gaps.close(connection, gap, until_ns)


def _remove(connection: Connection, number: int, at_ns: int) -> None:
    connection.execute(update(streams).where(streams.c.id == number).values(removed_ns=at_ns))
