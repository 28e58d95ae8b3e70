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
from curtilage.record.disk import hold_copies
from curtilage.record.disk.durable import DiskError, VolumeFailedError
from curtilage.record.disk.volume import Volume
from curtilage.record.disk.volumes import Volumes
from curtilage.record.upkeep import age_file
from curtilage.record.upkeep.expiry import AgeClock, Wants, choose
from curtilage.store.index.database import Database
from curtilage.store.recorded import gaps, holds, segments, totals
from curtilage.store.recorded.segments import SegmentRow

LOG = logging.getLogger(__name__)
BATCH = 100  # files unlinked between two commits: writers never wait long for the index
NS = 1_000_000_000
DAY_NS = 86_400 * NS
EVER_NS = 1 << 62
SPARE = 20  # the part of a disk that is kept free for when the index' server is away


@dataclass(slots=True)
class Deleted:
    """What a run deleted."""

    recordings: int = 0
    bytes: int = 0


class Retention:
    """Deletes recordings of a site. Safe from several threads: one deletes a batch at a time.

    Args:
        site: Cameras with what is kept of each. A camera that left the settings is kept as long as
            there is room.
        database: The index.
        volumes: Where the files are; only those that work are touched.
        clock: UTC for ages; a jump ahead (also since the last run) counts only after it has lasted
            an hour. Make this before anything is recorded by it: what counted last is read here.
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
        self.keep(site)
        self._database = database
        self._volumes = volumes
        self._clock = clock
        self._tell = tell
        self._age = AgeClock(age_file.recall(database))
        self._lock = threading.Lock()
        self._stuck: set[str] = set()  # identities of volumes where nothing may be deleted

    def keep(self, site: SiteSettings) -> None:
        """Keep as long as the cameras of ``site`` say, from the next look on."""
        self._kept = {camera.name: camera.retention for camera in site.cameras}
        self._may_go_away = site.database is not None

    def run(self) -> Deleted:
        """Delete all that is due; every minute. In batches: ``make_room`` never waits for all."""
        hold_copies.keep(self._database, self._volumes.usable())
        done = Deleted()
        now_ns = self._age.now(self._clock.utc_ns(), self._clock.monotonic_ns())
        age_file.remember(self._database.state, now_ns)
        for camera, kept in self._kept.items():
            if kept.days is not None:
                self._expire(camera, now_ns - int(kept.days * DAY_NS), done)
            if kept.size is not None:
                self._shrink(camera, int(kept.size), done)
        for volume in self._volumes.usable():
            if volume.usable:
                self._free(volume, 0, done)
                if self._may_go_away:  # nothing can be deleted then: it knows what is on hold
                    self._delete_for(volume, volume.size // SPARE, done)
        return done

    def make_room(self, volume: Volume, size: int) -> bool:
        """Delete the oldest on a volume until ``size`` bytes have room; whether they have now."""
        if volume.room() < size + volume.margin // 2:  # else another thread's call has done it
            self._free(volume, size, Deleted())
        return volume.room() >= size

    def _expire(self, camera: str, before_ns: int, done: Deleted) -> None:
        wants = Wants(before_ns={camera: before_ns})
        while self._delete_batch(
            lambda c: self._of_camera(c, camera, before_ns), lambda: wants, done
        ):
            pass

    def _shrink(self, camera: str, most: int, done: Deleted) -> None:
        present = {volume.identity for volume in self._volumes.usable() if volume.usable}
        with self._database.read() as connection:
            used = sum(
                one.bytes
                for one in totals.usage(connection)
                if one.camera == camera and one.volume in present
            )
        surplus = used - most

        def wants() -> Wants:
            return Wants(surplus={camera: surplus})

        while surplus > 0:
            gone = self._delete_batch(lambda c: self._of_camera(c, camera, EVER_NS), wants, done)
            if not gone:
                break
            surplus -= sum(row.bytes for row in gone)

    def _free(self, volume: Volume, size: int, done: Deleted) -> None:
        """Make room for ``size`` bytes and the margin; tell it if there is none to be made."""
        most = self._delete_for(volume, size, done)
        missing = size + volume.margin - volume.room()
        if most <= 0 or missing <= volume.margin // 2:
            self._stuck.discard(volume.identity)
        elif volume.identity not in self._stuck:
            self._stuck.add(volume.identity)
            self._tell(
                f"{volume.path}: nothing more can be deleted, what is there is on hold or being "
                "recorded; recording to it stops when the reserve is reached"
            )

    def _delete_for(self, volume: Volume, size: int, done: Deleted) -> int:
        """Delete until there is room for ``size`` bytes and the margin; bytes still to be deleted.

        Never more than was missing at first, by the rows' sizes: a file system may say only later
        what it has freed. And never more than is missing now: another thread may do the same.
        """

        def missing() -> int:
            return size + volume.margin - volume.room()

        def wants() -> Wants:
            return Wants(needed={volume.identity: min(most, missing())})

        most = missing()
        while most > 0:
            gone = self._delete_batch(
                lambda c: segments.oldest_on_volume(c, volume.identity, most=BATCH), wants, done
            )
            if not gone:
                break
            most -= sum(row.bytes for row in gone)
        return most

    def _of_camera(self, connection: Connection, camera: str, before_ns: int) -> list[SegmentRow]:
        present = [volume.identity for volume in self._volumes.usable() if volume.usable]
        return segments.oldest_of_camera(
            connection, camera, before_ns=before_ns, most=BATCH, among=present
        )

    def _delete_batch(
        self,
        oldest: Callable[[Connection], Sequence[SegmentRow]],
        wants: Callable[[], Wants],
        done: Deleted,
    ) -> list[SegmentRow]:
        """Delete what is chosen of the oldest; those that are gone."""
        with self._lock:
            with self._database.read() as connection:
                chosen = choose(oldest(connection), wants(), holds.current(connection))
            deleted = self._delete(chosen) if chosen else []
            done.recordings += len(deleted)
            done.bytes += sum(row.bytes for row in deleted)
            return deleted

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
