"""At start: makes disk and index agree again after a kill or a power cut, and says what it did.

Only rows that are not closed are looked at, so it takes as long with 500,000 recordings as with
none. *Intended*: the file is there with whole fragments, or it goes with its row. *Open*: what is
torn at its end is cut off, and it is closed. *Deleting*: it is deleted. Killed anywhere and run
again, it comes to the same end: each row is changed after its file.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from curtilage.record.disk.aside import move_aside
from curtilage.record.disk.durable import DiskError, VolumeFailedError
from curtilage.record.disk.volume import Volume
from curtilage.record.mp4.read import Scan, scan
from curtilage.store.index.database import Database
from curtilage.store.recorded import gaps, segments, volumes
from curtilage.store.recorded.segments import SegmentRow, State

BATCH = 200  # files deleted between two commits


@dataclass(slots=True)
class Recovery:
    """What recovery found and did."""

    closed: int = 0  # recordings that were open, and are whole
    cut: int = 0  # of these: ended in a piece of a fragment, which was cut off
    cut_bytes: int = 0
    removed: int = 0  # were begun, with nothing in them yet
    deleted: int = 0  # were being deleted
    short: int = 0  # of those closed: shorter than was promised
    lost: int = 0  # were promised and are not there, or cannot be played
    left: Counter[str] = field(default_factory=Counter)  # by identity: volumes that are missing
    sentences: list[str] = field(default_factory=list)

    @property
    def anything(self) -> bool:
        """Whether there was something to do."""
        return bool(self.closed or self.removed or self.deleted or self.lost or self.left)


def recover(database: Database, present: Sequence[Volume]) -> Recovery:
    """Finish what the last run left unfinished on volumes that are there, and not written to yet.

    Rows of other volumes stay as they are, until these are there.
    """
    by_identity = {volume.identity: volume for volume in present if volume.usable}
    done = Recovery()
    with database.read() as connection:
        rows = segments.unfinished(connection)
    deleting = []
    for row in rows:
        volume = by_identity.get(row.volume)
        if volume is None or not volume.usable:
            done.left[row.volume] += 1
        elif row.state is State.DELETING:
            deleting.append(row)
        else:
            _finish(database, volume, row, done)
    for first in range(0, len(deleting), BATCH):
        _delete(database, by_identity, deleting[first : first + BATCH], done)
    _say(database, done)
    return done


def _finish(database: Database, volume: Volume, row: SegmentRow, done: Recovery) -> None:
    """A recording that was being written."""
    try:
        if volume.tree.size(row.path) is None:
            _drop(database, volume, row, "the file is gone", done)
            return
        found = scan(volume.path / row.path)
        if not found.good_bytes:
            _remove(database, volume, row, found, done)
            return
        volume.tree.settle(row.path, found.good_bytes)
    except VolumeFailedError as error:
        volume.fail(error)
        done.left[row.volume] += 1
        done.sentences.append(f"{error}; its recordings are left as they are")
        return
    except (OSError, DiskError) as error:
        done.left[row.volume] += 1
        done.sentences.append(f"{volume.path / row.path}: is left as it is ({error})")
        return
    end_ns = max(int(found.fragments.end_ns[-1]), row.start_ns)
    if found.good_bytes < row.bytes:
        why = found.problem or "the file is shorter than it was"
        rest = replace(row, end_ns=end_ns, bytes=found.good_bytes, state=State.CLOSED)
        database.now(lambda c: _shorten(c, row, rest, why))
        done.short += 1
        done.sentences.append(
            f"{volume.path / row.path}: {row.bytes - found.good_bytes:,} bytes that were on the "
            f"disk are not there any more ({why})"
        )
    else:
        database.now(lambda c: segments.closed(c, row.id, end_ns, found.good_bytes))
    done.closed += 1
    if found.bytes > found.good_bytes:
        done.cut += 1
        done.cut_bytes += found.bytes - found.good_bytes


def _shorten(connection: Connection, row: SegmentRow, rest: SegmentRow, why: str) -> None:
    """What was recorded and is lost is *damaged*; the rest is a recording as before."""
    gaps.damaged(connection, [row], why)
    segments.restore(connection, [rest])


def _remove(
    database: Database, volume: Volume, row: SegmentRow, found: Scan, done: Recovery
) -> None:
    """A file without a whole fragment: nothing was promised of it, or a promise was broken."""
    if row.state is State.INTENDED:
        volume.tree.remove([row.path])
        database.now(lambda c: segments.drop(c, [row.id]))
        done.removed += 1
    else:
        why = found.problem or "nothing in it can be played"
        move_aside(volume.tree, row.path, why)
        _drop(database, volume, row, why, done)


def _drop(database: Database, volume: Volume, row: SegmentRow, why: str, done: Recovery) -> None:
    """A row without a file that can be played."""
    if row.state is State.INTENDED:
        database.now(lambda c: segments.drop(c, [row.id]))
        done.removed += 1
        return
    database.now(lambda c: gaps.damaged(c, [row], why))
    done.lost += 1
    done.sentences.append(f"{volume.path / row.path}: {why}, though it had been written")


def _delete(
    database: Database, by_identity: Mapping[str, Volume], rows: list[SegmentRow], done: Recovery
) -> None:
    """Recordings whose deletion was decided: the files first, then the rows."""
    gone = []
    for identity in {row.volume for row in rows}:
        of_volume = [row for row in rows if row.volume == identity]
        try:
            by_identity[identity].tree.remove(row.path for row in of_volume)
        except DiskError as error:
            done.left[identity] += len(of_volume)
            done.sentences.append(f"{error}; {len(of_volume)} recordings wait to be deleted")
        else:
            gone += of_volume
    database.now(lambda c: gaps.expire(c, gone))
    done.deleted += len(gone)


def _say(database: Database, done: Recovery) -> None:
    said = []
    if done.closed:
        cut = f"; from {done.cut} of them an unfinished piece was cut off" if done.cut else ""
        size = f" ({done.cut_bytes / 1e6:.3g} MB in all)" if done.cut else ""
        said.append(
            f"{done.closed} recordings were open when the recorder ended, and are whole{cut}{size}"
        )
    if done.removed:
        said.append(f"{done.removed} files had been begun with nothing in them, and are gone")
    if done.deleted:
        said.append(f"{done.deleted} recordings that were being deleted are deleted")
    with database.read() as connection:
        paths = {volume.identity: volume.path for volume in volumes.known(connection)}
    for identity, count in done.left.items():
        where = paths.get(identity) or f"volume {identity[:8]}"
        said.append(f"{count} unfinished recordings on {where} are left until it can be used")
    done.sentences[:0] = said
