"""Puts one recording in order: file and row, whichever of them is wrong or missing.

Files first, rows after, each step durable before the next; so whoever is killed in it and run
again finds a difference that it knows. A file with damage inside is never shortened: it is moved
aside as it is, and what can be played of it becomes new files.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from sqlalchemy import Connection

from curtilage.record.disk.aside import move_aside
from curtilage.record.disk.names import is_name, is_text, named, segment_paths
from curtilage.record.disk.volume import Volume
from curtilage.record.mp4 import Label, Scan, extension, scan
from curtilage.record.upkeep.salvage import Piece, salvage
from curtilage.store.errors import PathTakenError
from curtilage.store.index.database import Database
from curtilage.store.recorded import gaps, segments
from curtilage.store.recorded.segments import SegmentRow, State

NEAR_NS = 1_000_000  # two times that mean the same: files count in ticks


class Kind(StrEnum):
    """What was wrong with a recording."""

    MISSING = "without a file"
    STRAY = "not in the index"
    TORN = "torn at the end"
    DAMAGED = "damaged"
    DIFFERENT = "of another length than the index says"
    UNREADABLE = "cannot be read"
    FOREIGN = "not a recording"


@dataclass(frozen=True, slots=True)
class Looked:
    """What is in a file, and what is wrong with it."""

    kind: Kind | None  # None: it is as its row says
    found: Scan
    pieces: list[Piece]  # what can be played of a damaged one


def mend_missing(database: Database, row: SegmentRow) -> Kind:
    """A row whose file is gone: its time is damaged."""
    database.now(lambda c: gaps.damaged(c, [row], "the file is gone"))
    return Kind.MISSING


def enter(database: Database, rows: Sequence[SegmentRow]) -> None:
    """Rows of whole files that had none; those that have one meanwhile keep theirs."""
    database.now(lambda c: _enter(c, None, rows, ""))


def row_of(volume: Volume, path: str, looked: Looked) -> SegmentRow:
    """What a whole file says about itself, as a row."""
    label = looked.found.label
    if label is None:
        raise ValueError(f"{path} has no label")
    return _row(volume, path, looked.found, label, looked.found.good_bytes)


def mend_file(
    database: Database, volume: Volume, path: str, row: SegmentRow | None, looked: Looked
) -> None:
    """Put right what was seen in a file: it, its row, or both.

    Raises:
        OSError: it cannot be read.
        DiskError: the disk refuses.

    """
    found, label = looked.found, looked.found.label
    if looked.kind is None or looked.kind is Kind.FOREIGN:
        return
    if looked.kind is Kind.DAMAGED:
        why = found.problem or "nothing says which camera it is of"
        made = [_write(volume, found, label, one) for one in looked.pieces] if label else []
        move_aside(volume.tree, path, why)
        database.now(lambda c: _enter(c, row, made, why))
    elif label is not None:
        volume.tree.settle(path, found.good_bytes)
        new = _row(volume, path, found, label, found.good_bytes)
        database.now(lambda c: _enter(c, row, [new], found.problem or "the file is shorter"))


def look(file: Path, path: str, row: SegmentRow | None) -> Looked:
    """Read a file's headers and compare it with its row; changes nothing.

    Raises:
        OSError: it cannot be read.

    """
    found = scan(file)
    label, good = found.label, found.good_bytes
    ours = label is not None and is_name(label.camera) and is_name(label.stream)
    if not ours or not is_text(path):
        foreign = row is None and (named(path) is None or not is_text(path))
        return Looked(Kind.FOREIGN if foreign else Kind.DAMAGED, found, [])
    if found.problem is None:
        if row is None:
            return Looked(Kind.STRAY, found, [])
        return Looked(None if _agree(row, found) else Kind.DIFFERENT, found, [])
    pieces = salvage(file)
    rotten = row is not None and good < row.bytes <= found.bytes  # it was on the disk, all of it
    goes_on = len(pieces) > 1
    if good and not rotten and not goes_on:
        return Looked(Kind.TORN, found, [])
    return Looked(Kind.DAMAGED, found, pieces)


def _agree(row: SegmentRow, found: Scan) -> bool:
    return row.bytes == found.good_bytes and abs(row.end_ns - _end_ns(found)) <= NEAR_NS


def _end_ns(found: Scan) -> int:
    return int(found.fragments.end_ns[-1]) if len(found.fragments) else 0


def _write(volume: Volume, found: Scan, label: Label, piece: Piece) -> SegmentRow:
    """A file of a piece. One of the same name and content is it: we were killed in this before."""
    ending = extension(found.info) if found.info is not None else ".mp4"
    for path in segment_paths(label.camera, label.stream, piece.start_ns, ending):
        size = volume.tree.size(path)
        if not volume.tree.exists(path):
            os.close(volume.tree.create(path, piece.data))
            break
        if size == len(piece.data) and volume.tree.read(path, size) == piece.data:
            volume.tree.keep(path)
            break
    made = _row(volume, path, found, label, len(piece.data))
    return replace(made, start_ns=piece.start_ns, end_ns=piece.end_ns)


def _row(volume: Volume, path: str, found: Scan, label: Label, size: int) -> SegmentRow:
    """What a file says about itself, as a row."""
    video = found.info.video if found.info is not None else None
    return SegmentRow(
        id=0,
        camera=label.camera,
        stream=label.stream,
        volume=volume.identity,
        path=path,
        start_ns=int(found.fragments.start_ns[0]) if len(found.fragments) else label.start_ns,
        end_ns=_end_ns(found) or label.start_ns,
        bytes=size,
        state=State.CLOSED,
        serial=label.serial,
        number=label.number,
        codec=video.codec.value if video is not None else "",
        width=video.width if video is not None else 0,
        height=video.height if video is not None else 0,
    )


def _enter(
    connection: Connection, row: SegmentRow | None, made: Sequence[SegmentRow], why: str
) -> None:
    """The rows of what is there take the place of the old one; time that is missing is damaged."""
    if row is not None:
        covered = (
            len(made) == 1
            and made[0].start_ns <= row.start_ns + NEAR_NS
            and made[0].end_ns >= row.end_ns - NEAR_NS
        )
        if covered:
            segments.drop(connection, [row.id])
        else:
            gaps.damaged(connection, [row], why)
    for one in made:
        try:
            with connection.begin_nested():
                segments.restore(connection, [one])
        except PathTakenError:  # entered by the recorder meanwhile
            continue
