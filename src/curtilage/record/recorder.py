"""Records the cameras of a site: the one process that a recording depends on.

A thread for each stream takes packets from the camera and gives them to the bus and, as fragments,
to the writers (a stream that is not recorded is asked for only while somebody wants it); threads
of the writers bring them to the disks; one thread keeps house. Nothing here decodes, and nothing
waits for a reader, an analysis or a screen. The order of start and stop is the one of
``docs/design/recording.md``.
"""

import contextlib
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from curtilage.config.site import SiteCamera, SiteSettings, StreamSettings
from curtilage.errors import InputError
from curtilage.ingest.bus import BusError, Publisher
from curtilage.ingest.clock import SYSTEM, Clock
from curtilage.ingest.live import LiveSource
from curtilage.record.changes import (
    Name,
    asked_streams,
    changes_of,
    must_restart,
    wanted_streams,
)
from curtilage.record.cutting import MINUTE_NS
from curtilage.record.housekeeping import Housekeeping
from curtilage.record.lock import locked
from curtilage.record.reporting import Reporter, StreamState
from curtilage.record.startup import open_site
from curtilage.record.stream_thread import ItemSource, MakeSource, StreamThread, Surroundings
from curtilage.record.writing.store_index import StoreIndex
from curtilage.record.writing.writers import Writers
from curtilage.store.errors import StoreError
from curtilage.store.index.database import Database
from curtilage.store.notices import Notice, NoticeKind
from curtilage.store.recorded.ledger import Ledger

LOG = logging.getLogger(__name__)
BUS_NAME = "packets.ipc"
LEAVE_S = 2.0  # for the streams' threads to end
DRAIN_S = 2.0  # for what they gave to come to the disk


class RecorderError(InputError):
    """The recorder is used in a way that it cannot be."""


@dataclass(frozen=True, slots=True)
class Health:
    """How recording goes."""

    streams: list[StreamState]
    waiting_bytes: int  # in memory, not on a disk yet
    behind_s: float  # age of the oldest of it
    problems: list[str]  # sentences about volumes that cannot be used


class Recorder:
    """Records the cameras of a site between ``start`` and ``stop`` (or in a ``with`` block).

    Args:
        site: The cameras, the disks, what is kept how long.
        clock: The machine's clocks.
        segment_ns: Length of the files; they are cut at multiples of it in UTC.
        source: Makes the source of a stream's items; by default the camera itself.
        tell: Hears what the owner should know, in sentences.

    """

    def __init__(
        self,
        site: SiteSettings,
        *,
        clock: Clock = SYSTEM,
        segment_ns: int = MINUTE_NS,
        source: MakeSource | None = None,
        tell: Callable[[Notice], None] | None = None,
    ) -> None:
        self.site = site
        self._clock = clock
        self._segment_ns = segment_ns
        self._source = source or self._camera
        self._tell = tell
        self._stack = contextlib.ExitStack()
        self._streams: dict[Name, StreamThread] = {}
        self._around: Surroundings | None = None
        self._database: Database | None = None
        self._applying = threading.Lock()
        self._reporter: Reporter | None = None
        self._writers: Writers | None = None
        self._housekeeping: Housekeeping | None = None

    def start(self) -> None:
        """Recover what the last run left, then begin to record.

        Raises:
            InputError: another recorder runs here, or no volume can be written to, or the index
                cannot be used; the sentence says which and what would be right.

        """
        if self._reporter is not None:
            raise RecorderError("this recorder records already; make another one, or stop it first")
        with contextlib.ExitStack() as stack:
            stack.callback(self._forget)
            stack.enter_context(locked(self.site.state))
            database = stack.enter_context(Database.of(self.site))
            database.claim()
            reporter = Reporter(database, self._clock, self._tell)
            volumes = open_site(self.site, database, self._clock, reporter)
            stack.callback(volumes.close)
            self._begin_ledger(database, reporter)
            stack.callback(self._end_ledger, database)
            index = StoreIndex(database, LOG.warning)
            housekeeping = Housekeeping(self.site, database, volumes, reporter, self._clock)
            writers = Writers(volumes.usable, index, reporter, housekeeping.make_room)
            stack.callback(self._drain, writers)
            bus = self._open_bus(stack, reporter)
            self._reporter, self._writers, self._housekeeping = reporter, writers, housekeeping
            self._database = database
            stack.callback(housekeeping.stop)
            housekeeping.start()
            stack.callback(self._leave)
            self._around = Surroundings(
                bus, writers, reporter, self._clock, self._segment_ns, self._source
            )
            for camera, stream in asked_streams(self.site):
                self._ask(camera, stream)
            self._stack = stack.pop_all()

    def stop(self) -> None:
        """End the segments, wait until they are on the disk, and let everything go."""
        self._stack.close()

    def apply(self, site: SiteSettings) -> str | None:
        """Record ``site`` from now on; streams for which nothing changes are not touched.

        Returns:
            None when done; or why the recorder must be stopped and started again for it, in a
            sentence, and then nothing was changed.

        """
        with self._applying:
            reporter, database = self._reporter, self._database
            if reporter is None or database is None or self._housekeeping is None:
                raise RecorderError("this recorder does not run; start it first")
            reason = must_restart(self.site, site)
            if reason is not None:
                return reason
            changes = changes_of(self.site, site, self._streams)
            ended = [self._streams.pop(name) for name in changes.ending]
            for thread in ended:
                thread.stop()
            end_s = time.monotonic() + LEAVE_S
            for thread in ended:
                thread.join(end_s)
            changes.tell(database, reporter, ended, self._clock.utc_ns())
            self.site = site
            self._housekeeping.keep(site)
            for camera, stream in changes.beginning:
                self._ask(camera, stream)
        return None

    def broken(self) -> str | None:
        """Why it must be stopped and started again, in a sentence; None: it need not."""
        return self._housekeeping.broken if self._housekeeping is not None else None

    def health(self) -> Health:
        """How it goes; cheap."""
        if self._reporter is None or self._writers is None or self._housekeeping is None:
            return Health([], 0, 0.0, ["the recorder is not running"])
        writing = self._writers.health()
        return Health(
            self._reporter.states(),
            writing.waiting_bytes,
            writing.oldest_s,
            self._housekeeping.problems(),
        )

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _camera(self, camera: SiteCamera, stream: StreamSettings) -> ItemSource:
        bus = self._around.bus if self._around is not None else None
        return LiveSource(
            camera.name,
            stream.name,
            stream.url,
            audio=camera.audio == "record",
            clock=self._clock,
            hurries=lambda: bus is not None and bus.hurries(camera.name, stream.name),
        )

    def _open_bus(self, stack: contextlib.ExitStack, reporter: Reporter) -> Publisher | None:
        """The packet bus; recording does not depend on it."""
        try:
            return stack.enter_context(Publisher(f"ipc://{self.site.state / BUS_NAME}"))
        except BusError as error:
            reporter.notice(NoticeKind.NO_BUS, f"cameras are recorded, but not seen live: {error}")
            return None

    def _ask(self, camera: SiteCamera, stream: StreamSettings) -> None:
        """Begin a stream."""
        assert self._around is not None  # noqa: S101 - between start and stop
        thread = StreamThread(camera, stream, self._around)
        self._streams[thread.name] = thread
        thread.start()

    def _forget(self) -> None:
        self._reporter = self._writers = self._housekeeping = None
        self._database = self._around = None
        self._streams = {}

    def _begin_ledger(self, database: Database, reporter: Reporter) -> None:
        wanted = wanted_streams(self.site)
        now_ns = self._clock.utc_ns()
        Ledger(database).begin(now_ns, wanted).result(30.0)
        reporter.begin(((w.camera, w.stream) for w in wanted if w.recorded), now_ns)

    def _end_ledger(self, database: Database) -> None:
        try:
            Ledger(database).end(self._clock.utc_ns()).result(10.0)
        except (StoreError, FutureTimeoutError) as error:
            # The next start takes the last heartbeat for the end, as after a kill.
            LOG.warning("the index has not heard of the end: %s", error or "it does not answer")

    def _leave(self) -> None:
        for thread in self._streams.values():
            thread.stop()
        end_s = time.monotonic() + LEAVE_S
        for thread in self._streams.values():
            thread.join(end_s)

    def _drain(self, writers: Writers) -> None:
        if not writers.stop(DRAIN_S):
            LOG.warning("the disk did not finish what was written to it")
