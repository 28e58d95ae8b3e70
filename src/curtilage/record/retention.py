"""Deletes what the owner does not want kept any longer, and what a volume's reserve needs.

The order of invariant 3, backwards: rows *deleting* (committed; the index leaves out what is on
hold), files unlinked, each folder synced once, then rows removed and their time *expired* in one
transaction. Killed anywhere, recovery goes on with it. A missing volume's recordings stay.
"""

import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from curtilage.config.site import SiteSettings
from curtilage.ingest.clock import Clock
from curtilage.record import hold_copies
from curtilage.record.durable import DiskError, VolumeFailedError
from curtilage.record.expiry import AgeClock, Wants, choose
from curtilage.record.volume import Volume
from curtilage.record.volumes import Volumes
from curtilage.store import gaps, holds, segments, totals
from curtilage.store.database import Database
from curtilage.store.segments import SegmentRow

LOG = logging.getLogger(__name__)
BATCH = 100  # files unlinked between two commits: writers never wait long for the index
NS = 1_000_000_000
DAY_NS = 86_400 * NS
EVER_NS = 1 << 62


@dataclass(slots=True)
class Deleted:
    """What a run deleted."""

    recordings: int = 0
    bytes: int = 0


class Retention:
    """Deletes recordings of a site. Safe from several threads: one deletes at a time.

    Args:
        site: Cameras with what is kept of each. A camera that left the settings is kept as long as
            there is room.
        database: The index.
        volumes: Where the files are; only those that work are touched.
        clock: UTC for ages; a jump ahead counts only after it has lasted an hour.
        tell: Hears when a volume has nothing left that may be deleted, once each time.

    """

    def __init__(
        self,
        site: SiteSettings,
        database: Database,
        volumes: Volumes,
        clock: Clock,
        tell: Callable[[str], None] = LOG.warning,
    ) -> None:
        self._kept = {camera.name: camera.retention for camera in site.cameras}
        self._database = database
        self._volumes = volumes
        self._clock = clock
        self._tell = tell
        self._age = AgeClock()
        self._lock = threading.Lock()
        self._stuck: set[str] = set()  # identities of volumes where nothing may be deleted

    def run(self) -> Deleted:
        """Delete all that is due; every minute."""
        with self._lock:
            hold_copies.keep(self._database, self._volumes.usable())
            done = Deleted()
            now_ns = self._age.now(self._clock.utc_ns(), self._clock.monotonic_ns())
            for camera, kept in self._kept.items():
                if kept.days is not None:
                    self._expire(camera, now_ns - int(kept.days * DAY_NS), done)
                if kept.size is not None:
                    self._shrink(camera, int(kept.size), done)
            for volume in self._volumes.usable():
                if volume.usable:
                    self._free(volume, 0, done)
            return done

    def make_room(self, volume: Volume, size: int) -> bool:
        """Delete the oldest on a volume until ``size`` bytes have room; whether they have now."""
        with self._lock:
            if volume.room() >= size + volume.margin // 2:  # another thread's call has done it
                return True
            done = Deleted()
            self._free(volume, size, done)
            return volume.room() >= size

    def _expire(self, camera: str, before_ns: int, done: Deleted) -> None:
        wants = Wants(before_ns={camera: before_ns})
        self._delete_while(lambda c: self._of_camera(c, camera, before_ns), wants, done)

    def _shrink(self, camera: str, most: int, done: Deleted) -> None:
        present = {volume.identity for volume in self._volumes.usable() if volume.usable}
        with self._database.read() as connection:
            used = sum(
                one.bytes
                for one in totals.usage(connection)
                if one.camera == camera and one.volume in present
            )
        wants = Wants(surplus={camera: used - most})
        self._delete_while(lambda c: self._of_camera(c, camera, EVER_NS), wants, done)

    def _free(self, volume: Volume, size: int, done: Deleted) -> None:
        """Make room for ``size`` bytes and the margin.

        Counted once by the rows' sizes: a file system may say only later what it has freed, and
        must not be asked for more because of it.
        """
        needed = size + volume.margin - volume.room()
        if needed <= 0:
            self._stuck.discard(volume.identity)
            return
        wants = Wants(needed={volume.identity: needed})
        freed = self._delete_while(
            lambda c: segments.oldest_on_volume(c, volume.identity, most=BATCH), wants, done
        )
        if freed:
            self._stuck.discard(volume.identity)
        elif volume.room() < size + volume.margin // 2 and volume.identity not in self._stuck:
            self._stuck.add(volume.identity)
            self._tell(
                f"{volume.path}: nothing more can be deleted, what is there is on hold or being "
                "recorded; recording to it stops when the reserve is reached"
            )

    def _of_camera(self, connection: Connection, camera: str, before_ns: int) -> list[SegmentRow]:
        present = [volume.identity for volume in self._volumes.usable() if volume.usable]
        return segments.oldest_of_camera(
            connection, camera, before_ns=before_ns, most=BATCH, among=present
        )

    def _delete_while(
        self, oldest: Callable[[Connection], Sequence[SegmentRow]], wants: Wants, done: Deleted
    ) -> int:
        """Delete batch by batch what is chosen of the oldest; bytes freed."""
        freed = 0
        while _is_open(wants):
            with self._database.read() as connection:
                rows = oldest(connection)
                chosen = choose(rows, wants, holds.current(connection))
            deleted = self._delete(chosen) if chosen else []
            if not deleted:
                break
            freed += sum(row.bytes for row in deleted)
            wants = _less(wants, deleted)
            done.recordings += len(deleted)
            done.bytes += sum(row.bytes for row in deleted)
        return freed

    def _delete(self, numbers: list[int]) -> list[SegmentRow]:
        """Those that are gone now: the index may have left out what came on hold meanwhile."""
        marked = self._database.now(lambda c: segments.mark_deleting(c, numbers))
        by_volume: defaultdict[str, list[SegmentRow]] = defaultdict(list)
        for row in marked:
            by_volume[row.volume].append(row)
        gone: list[SegmentRow] = []
        for identity, rows in by_volume.items():
            volume = self._volumes.by_identity(identity)
            if volume is None:  # it failed a moment ago; recovery deletes them when it is back
                continue
            try:
                volume.tree.remove(row.path for row in rows)
            except DiskError as error:
                if isinstance(error, VolumeFailedError):
                    volume.fail(error)
                LOG.error("%s", error)
            else:
                gone += rows
        self._database.now(lambda c: gaps.expire(c, gone))
        return gone


def _is_open(wants: Wants) -> bool:
    return (
        bool(wants.before_ns)
        or any(size > 0 for size in wants.surplus.values())
        or any(size > 0 for size in wants.needed.values())
    )


def _less(wants: Wants, gone: Sequence[SegmentRow]) -> Wants:
    """What is still wanted after those are gone."""
    surplus, needed = dict(wants.surplus), dict(wants.needed)
    for row in gone:
        if row.camera in surplus:
            surplus[row.camera] -= row.bytes
        if row.volume in needed:
            needed[row.volume] -= row.bytes
    return Wants(wants.before_ns, surplus, needed)
