"""What the recorder does beside recording: heartbeat, notices, retention, disks that come and go.

Three threads, which look every second: one never touches a disk of recordings, so that the heart
beats and notices are told while a disk hangs; one looks after the disks; one deletes, which may
take long. Nothing in them may stop recording: what goes wrong is logged and tried again.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from typing import TypeAlias

from curtilage.config.site import SiteSettings
from curtilage.errors import InputError
from curtilage.ingest.clock import Clock
from curtilage.record.disk.volume import Volume
from curtilage.record.disk.volumes import Volumes
from curtilage.record.reporting import Reporter
from curtilage.record.startup import admit
from curtilage.record.upkeep.fsck import rebuild
from curtilage.record.upkeep.recovery import recover
from curtilage.record.upkeep.retention import Retention
from curtilage.store import notices
from curtilage.store.index.database import Database
from curtilage.store.notices import NoticeKind
from curtilage.store.recorded.ledger import BEAT_NS, Ledger

LOG = logging.getLogger(__name__)
SECOND_NS = 1_000_000_000
LOOK_S = 1.0
LEAVE_S = 2.0
VOLUMES_NS = 5 * SECOND_NS
RETENTION_NS = 60 * SECOND_NS
DAY_NS = 86_400 * SECOND_NS
NOTICES_NS = 365 * DAY_NS  # how long notices are kept


Duty: TypeAlias = tuple[int, Callable[[], object]]
"""What to do, and how often (ns; 0: whenever we look)."""


class Housekeeping:
    """The recorder's other duties, between ``start`` and ``stop``."""

    def __init__(
        self,
        site: SiteSettings,
        database: Database,
        volumes: Volumes,
        reporter: Reporter,
        clock: Clock,
    ) -> None:
        self._database = database
        self._volumes = volumes
        self._reporter = reporter
        self._clock = clock
        self._ledger = Ledger(database)
        self._retention = Retention(
            site, database, volumes, clock, partial(reporter.notice, NoticeKind.DISK_FULL)
        )
        self._missing: set[str] = set()  # sentences about volumes that were told
        self._indexing: threading.Thread | None = None
        self.broken: str | None = None
        """Why all must be begun anew, in a sentence."""
        self._stop = threading.Event()
        pulse: list[Duty] = [
            (0, reporter.tick),
            (BEAT_NS, self._beat),
            (BEAT_NS, reporter.settle),
            (BEAT_NS, self._look_after_index),
        ]
        disks: list[Duty] = [(VOLUMES_NS, self._look_after_volumes)]
        deletion: list[Duty] = [(RETENTION_NS, self._retention.run), (DAY_NS, self._forget_notices)]
        self._threads = [
            threading.Thread(target=self._run, args=(duties,), name=name, daemon=True)
            for name, duties in (("pulse", pulse), ("disks", disks), ("deletion", deletion))
        ]

    def start(self) -> None:
        """Begin; the heart beats at once."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End, when what it does now is done."""
        self._stop.set()
        end_s = time.monotonic() + LEAVE_S
        for thread in self._threads:
            thread.join(max(0.0, end_s - time.monotonic()))

    def make_room(self, volume: Volume, size: int) -> bool:
        """Delete what may be deleted until ``size`` bytes have room; whether they have now."""
        return self._retention.make_room(volume, size)

    def keep(self, site: SiteSettings) -> None:
        """Keep recordings as long as ``site`` says, from now on."""
        self._retention.keep(site)

    def problems(self) -> list[str]:
        """Sentences about volumes that cannot be used now."""
        return list(self._volumes.problems.values())

    def _run(self, duties: Sequence[Duty]) -> None:
        due = [0] * len(duties)
        while not self._stop.is_set():
            for n, (every_ns, duty) in enumerate(duties):
                now_ns = self._clock.monotonic_ns()
                if now_ns < due[n]:
                    continue
                due[n] = now_ns + every_ns
                try:
                    duty()
                except InputError as error:
                    LOG.error("%s", error)
                except Exception:  # recording goes on whatever happens here
                    LOG.exception("housekeeping")
            self._stop.wait(LOOK_S)

    def _beat(self) -> "Future[None]":
        return self._ledger.beat(self._clock.utc_ns())

    def _forget_notices(self) -> None:
        before_ns = self._clock.utc_ns() - NOTICES_NS
        self._database.write(partial(notices.forget, before_ns=before_ns))

    def _look_after_index(self) -> None:
        """Notice that the index' file was taken away: what is written goes nowhere then."""
        if self.broken is None and not self._database.is_there():
            self.broken = f"{self._database.name} was taken away while it was in use"
            self._reporter.notice(NoticeKind.INDEX_DAMAGED, f"{self.broken}; beginning anew")

    def _look_after_volumes(self) -> None:
        """Notice volumes that went, take back those that came, after recovery of what they hold."""
        opened = self._volumes.refresh(self._clock.utc_ns())
        for volume in opened:
            for sentence in recover(self._database, [volume]).sentences:
                self._reporter.notice(NoticeKind.RECOVERED, sentence)
            self._reporter.notice(NoticeKind.VOLUME_BACK, f"{volume.path}: is there again")
        if opened:
            admit(self._volumes, self._database)
        self._index_unknown()
        problems = set(self._volumes.problems.values())
        for sentence in sorted(problems - self._missing):
            self._reporter.notice(NoticeKind.VOLUME_LOST, sentence)
        self._missing = problems

    def _index_unknown(self) -> None:
        """Find recordings that the index does not know, beside all else: it may take minutes."""
        unknown = self._volumes.unindexed()
        if unknown and (self._indexing is None or not self._indexing.is_alive()):
            self._indexing = threading.Thread(
                target=self._rebuild, args=(unknown,), name="indexing", daemon=True
            )
            self._indexing.start()

    def _rebuild(self, unknown: list[Volume]) -> None:
        try:
            for sentence in rebuild(self._database, unknown).sentences:
                self._reporter.notice(NoticeKind.RECOVERED, sentence)
        except InputError as error:  # or we are stopped: the next start goes on with it
            LOG.error("%s", error)
