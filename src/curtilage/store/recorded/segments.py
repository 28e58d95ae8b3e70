"""Segments in the index: which file holds which stretch of which stream.

A segment's states follow the file's: ``intended`` (the row is there before the file), ``open``
(the first fragment is on the disk), ``closed`` (all is), ``deleting`` (the file may be gone). So
after any crash only rows that are not ``closed`` need a look at the disk. All functions take the
connection of a transaction: give them to ``Database.write``, ``now`` or ``read``.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, Select, bindparam, delete, insert, literal_column, select, update
from sqlalchemy.exc import IntegrityError

from curtilage.store.errors import PathTakenError, StoreError
from curtilage.store.recorded import totals
from curtilage.store.recorded.holds import segment_is_held
from curtilage.store.recorded.streams import known_before, known_stream, known_volume, volume_number
from curtilage.store.recorded.tables import segments, streams, volumes

LONGEST_NS: Final = 24 * 3600 * 1_000_000_000
"""No segment lasts longer; so who looks for a moment need look back no farther."""
_IDS: Final = 500
"""Most row numbers in one statement (SQLite's limit of parameters)."""


class State(StrEnum):
    """Where a segment stands in its life."""

    INTENDED = "intended"
    OPEN = "open"
    CLOSED = "closed"
    DELETING = "deleting"


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """One segment. Fields in the order of the queries' columns."""

    id: int
    camera: str
    stream: str
    volume: str  # identity
    path: str  # from the volume's folder, with slashes
    start_ns: int
    end_ns: int
    bytes: int
    state: State
    serial: str  # of the recorder's run and the stream (uuid4, hex)
    number: int
    codec: str
    width: int  # pixels
    height: int


_ROW: Final = (
    select(
        segments.c.id,
        streams.c.camera,
        streams.c.stream,
        volumes.c.identity,
        segments.c.path,
        segments.c.start_ns,
        segments.c.end_ns,
        segments.c.bytes,
        segments.c.state,
        segments.c.serial,
        segments.c.number,
        segments.c.codec,
        segments.c.width,
        segments.c.height,
    )
    .join(streams, streams.c.id == segments.c.stream_id)
    .join(volumes, volumes.c.id == segments.c.volume_id)
)
_INSERT: Final = insert(segments)
_COPIED: Final = (
    "path",
    "start_ns",
    "end_ns",
    "bytes",
    "serial",
    "number",
    "codec",
    "width",
    "height",
)
_BEFORE: Final = select(
    segments.c.stream_id, segments.c.volume_id, segments.c.start_ns, segments.c.bytes
).where(segments.c.id == bindparam("number"), segments.c.state != State.DELETING.value)
_SET: Final = (
    update(segments)
    .where(segments.c.id == bindparam("row"))
    .values(end_ns=bindparam("end"), bytes=bindparam("size"), state=bindparam("now"))
)


def intend(
    connection: Connection,
    *,
    camera: str,
    stream: str,
    volume: str,
    path: str,
    start_ns: int,
    serial: str,
    number: int,
    codec: str,
    width: int,
    height: int,
) -> int:
    """Says that a file will be made; its row's number. ``PathTakenError`` if there is a row."""
    stream_id = known_stream(connection, camera, stream, start_ns)
    volume_id = known_volume(connection, volume, start_ns)
    try:
        made = connection.execute(
            _INSERT.returning(segments.c.id),
            {
                "stream_id": stream_id,
                "volume_id": volume_id,
                "path": path,
                "start_ns": start_ns,
                "end_ns": start_ns,
                "bytes": 0,
                "state": State.INTENDED.value,
                "serial": serial,
                "number": number,
                "codec": codec,
                "width": width,
                "height": height,
            },
        ).scalar_one()
    except IntegrityError as error:
        raise PathTakenError(f"The index has {path} of this volume already.") from error
    totals.add(connection, stream_id, volume_id, 1, 0)
    return int(made)


def restore(connection: Connection, rows: Iterable[SegmentRow]) -> int:
    """Adds rows for files that were found on a disk (``id`` is ignored); how many.

    Give some hundreds at once: one by one each would cost a sync of the disk. If one path has a
    row already, ``PathTakenError`` says which, and nothing is added.
    """
    given = list(rows)
    begins: dict[tuple[str, str], int] = {}
    for row in given:
        _must_be_sane(row.path, row.start_ns, row.end_ns)
        name = (row.camera, row.stream)
        begins[name] = min(begins.get(name, row.start_ns), row.start_ns)
    numbers = {}
    for (camera, stream), first_ns in begins.items():
        numbers[camera, stream] = known_stream(connection, camera, stream, first_ns)
        known_before(connection, numbers[camera, stream], first_ns)
    disks = {row.volume: row.start_ns for row in given}
    disks = {name: known_volume(connection, name, at_ns) for name, at_ns in disks.items()}
    values = [
        {
            **{name: getattr(row, name) for name in _COPIED},
            "state": row.state.value,
            "stream_id": numbers[row.camera, row.stream],
            "volume_id": disks[row.volume],
        }
        for row in given
    ]
    if values:
        try:
            with connection.begin_nested():
                connection.execute(_INSERT, values)
        except IntegrityError as error:
            raise PathTakenError(_taken(connection, given)) from error
    _count(
        connection,
        1,
        [
            (numbers[row.camera, row.stream], disks[row.volume], row.bytes)
            for row in given
            if row.state is not State.DELETING
        ],
    )
    return len(given)


def opened(connection: Connection, segment: int, end_ns: int, size: int) -> None:
    """The file and its first fragment are on the disk."""
    _set(connection, segment, end_ns, size, State.OPEN)


def grown(connection: Connection, segment: int, end_ns: int, size: int) -> None:
    """More of it is on the disk; every ten seconds will do."""
    _set(connection, segment, end_ns, size, State.OPEN)


def closed(connection: Connection, segment: int, end_ns: int, size: int) -> None:
    """All of it is on the disk (or recovery has seen how much)."""
    _set(connection, segment, end_ns, size, State.CLOSED)


def mark_deleting(connection: Connection, numbers: Sequence[int]) -> list[SegmentRow]:
    """Closed segments that are about to be unlinked; those on hold are left out.

    Only what comes back may be unlinked, and only after the commit.
    """
    marked: list[SegmentRow] = []
    for some in _chunks(numbers):
        changed = connection.execute(
            update(segments)
            .where(
                segments.c.id.in_(some),
                segments.c.state == State.CLOSED.value,
                ~segment_is_held(),
            )
            .values(state=State.DELETING.value)
            .returning(segments.c.id, segments.c.stream_id, segments.c.volume_id, segments.c.bytes)
        ).all()
        _count(connection, -1, [row[1:] for row in changed])
        marked.extend(
            _rows(connection.execute(_ROW.where(segments.c.id.in_([row.id for row in changed]))))
        )
    return marked


def keep_after_all(connection: Connection, numbers: Sequence[int]) -> None:
    """Rows in ``deleting`` whose files are still there, and stay: closed again."""
    for some in _chunks(numbers):
        changed = connection.execute(
            update(segments)
            .where(segments.c.id.in_(some), segments.c.state == State.DELETING.value)
            .values(state=State.CLOSED.value)
            .returning(segments.c.stream_id, segments.c.volume_id, segments.c.bytes)
        ).all()
        _count(connection, 1, changed)


def drop(connection: Connection, numbers: Sequence[int]) -> None:
    """Removes rows that never became recorded time; else the ledger must hear: ``gaps.expire``."""
    for some in _chunks(numbers):
        gone = connection.execute(
            delete(segments)
            .where(segments.c.id.in_(some))
            .returning(
                segments.c.stream_id, segments.c.volume_id, segments.c.bytes, segments.c.state
            )
        ).all()
        _count(connection, -1, [row[:3] for row in gone if row.state != State.DELETING.value])


def between(
    connection: Connection, camera: str, stream: str | None, from_ns: int, to_ns: int
) -> list[SegmentRow]:
    """Segments that hold something of ``[from_ns, to_ns)``, by start; of all streams if None."""
    query = _ROW.where(
        streams.c.camera == camera,
        segments.c.start_ns >= from_ns - LONGEST_NS,
        segments.c.start_ns < to_ns,
        segments.c.end_ns > from_ns,
        segments.c.state.in_((State.OPEN.value, State.CLOSED.value)),
    )
    if stream is not None:
        query = query.where(streams.c.stream == stream)
    return _rows(connection.execute(query.order_by(segments.c.start_ns, segments.c.id)))


def oldest_of_camera(
    connection: Connection,
    camera: str,
    *,
    before_ns: int,
    most: int,
    among: Sequence[str] | None = None,
) -> list[SegmentRow]:
    """Closed segments of a camera that began before ``before_ns`` and are not on hold.

    ``among``: only on volumes of these identities.
    """
    numbers = connection.execute(select(streams.c.id).where(streams.c.camera == camera)).scalars()
    disks = [volume_number(connection, identity) for identity in among or ()]
    found: list[SegmentRow] = []
    for number in numbers.all():  # one by one, so that each reads its index from the old end
        query = _deletable().where(segments.c.stream_id == number, segments.c.start_ns < before_ns)
        if among is not None:
            # Not by the index of volumes: it would walk past the rows of all other cameras.
            query = query.where((segments.c.volume_id + 0).in_(disks))
        found.extend(_rows(connection.execute(_by_age(query, most))))
    return sorted(found, key=lambda row: row.start_ns)[:most]


def oldest_on_volume(connection: Connection, volume: str, *, most: int) -> list[SegmentRow]:
    """Closed segments of a volume, of all cameras, that are not on hold."""
    query = _deletable().where(segments.c.volume_id == volume_number(connection, volume))
    return _rows(connection.execute(_by_age(query, most)))


def unfinished(connection: Connection) -> list[SegmentRow]:
    """All that are not closed: what recovery must look at."""
    # Written out, not a parameter: else SQLite cannot know that its partial index will do.
    query = _ROW.where(segments.c.state != literal_column(f"'{State.CLOSED.value}'"))
    return _rows(connection.execute(query.order_by(segments.c.id)))


def at(connection: Connection, volume: str, path: str) -> SegmentRow | None:
    """The segment of a path."""
    found = connection.execute(
        _ROW.where(
            segments.c.volume_id == volume_number(connection, volume), segments.c.path == path
        )
    )
    return next(iter(_rows(found)), None)


def of_volume(connection: Connection, volume: str) -> Iterator[SegmentRow]:
    """All segments of a volume by path, without holding them all in memory."""
    query = _ROW.where(segments.c.volume_id == volume_number(connection, volume))
    found = connection.execution_options(yield_per=2000).execute(query.order_by(segments.c.path))
    for row in found:
        yield _row(row)


def some_of_volume(connection: Connection, volume: str, *, most: int) -> list[SegmentRow]:
    """Segments of a volume in any state, by path."""
    query = _ROW.where(segments.c.volume_id == volume_number(connection, volume))
    return _rows(connection.execute(query.order_by(segments.c.path).limit(most)))


def _taken(connection: Connection, rows: Sequence[SegmentRow]) -> str:
    found = next((row.path for row in rows if at(connection, row.volume, row.path)), None)
    if found is None:
        return "Two of the segments to be added have the same path."
    return f"The index has {found} of this volume already."


def _set(connection: Connection, segment: int, end_ns: int, size: int, state: State) -> None:
    before = connection.execute(_BEFORE, {"number": segment}).first()
    if before is None:
        raise StoreError(f"The index has no segment {segment} that could become {state.value}.")
    _must_be_sane(f"number {segment}", before.start_ns, end_ns)
    connection.execute(_SET, {"row": segment, "end": end_ns, "size": size, "now": state.value})
    totals.add(connection, before.stream_id, before.volume_id, 0, size - before.bytes)


def _must_be_sane(name: str, start_ns: int, end_ns: int) -> None:
    if not 0 <= end_ns - start_ns <= LONGEST_NS:
        raise StoreError(
            f"Segment {name} would last {(end_ns - start_ns) / 1e9:.3f} s; "
            f"a segment lasts 0 to {LONGEST_NS // 1_000_000_000} s."
        )


def _count(connection: Connection, sign: int, rows: Iterable[Sequence[int]]) -> None:
    """Settles the sums after rows (stream, volume, bytes) came (1) or went (-1)."""
    more: Counter[tuple[int, int]] = Counter()
    size: Counter[tuple[int, int]] = Counter()
    for stream_id, volume_id, held in rows:
        more[stream_id, volume_id] += sign
        size[stream_id, volume_id] += sign * held
    for (stream_id, volume_id), change in more.items():
        totals.add(connection, stream_id, volume_id, change, size[stream_id, volume_id])


def _deletable() -> Select[Any]:
    return _ROW.where(segments.c.state == State.CLOSED.value, ~segment_is_held())


def _by_age(query: Select[Any], most: int) -> Select[Any]:
    return query.order_by(segments.c.start_ns, segments.c.id).limit(most)


def _rows(found: Iterable[Sequence[Any]]) -> list[SegmentRow]:
    return [_row(row) for row in found]


def _row(row: Sequence[Any]) -> SegmentRow:
    number, camera, stream, volume, path, start_ns, end_ns, size, state, *label = row
    serial, count, codec, width, height = label
    return SegmentRow(
        number,
        camera,
        stream,
        volume,
        path,
        start_ns,
        end_ns,
        size,
        State(state),
        serial,
        count,
        codec,
        width,
        height,
    )


def _chunks(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    for first in range(0, len(numbers), _IDS):
        yield numbers[first : first + _IDS]
