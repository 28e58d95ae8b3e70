"""Records the cameras of a site: the one process that a recording depends on.

A thread for each stream takes packets from the camera and gives them to the bus and, as fragments,
to the writers; threads of the writers bring them to the disks; one thread keeps house. Nothing
here decodes, and nothing waits for a reader, an analysis or a screen. The order of start and stop
is the one of ``docs/design/recording.md``.
"""

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

from curtilage.config.site import SiteCamera, SiteSettings, StreamSettings
from curtilage.errors import InputError
from curtilage.ingest.bus import BusError, Publisher
from curtilage.ingest.clock import SYSTEM, Clock
from curtilage.ingest.live import LiveSource, Opened
from curtilage.ingest.live.items import Item
from curtilage.model import GapReason
from curtilage.record.cutting import MINUTE_NS
from curtilage.record.housekeeping import Housekeeping
from curtilage.record.lock import locked
from curtilage.record.reporting import Reporter, StreamState
from curtilage.record.startup import open_site
from curtilage.record.stream import StreamRecorder
from curtilage.record.writing.store_index import StoreIndex
from curtilage.record.writing.writers import Writers
from curtilage.store.database import Database
from curtilage.store.ledger import Ledger
from curtilage.store.notices import Notice, NoticeKind
from curtilage.store.runs import Wanted

LOG = logging.getLogger(__name__)
BUS_NAME = "packets.ipc"
LEAVE_S = 2.0  # for the streams' threads to end
DRAIN_S = 2.0  # for what they gave to come to the disk


class RecorderError(InputError):
    """The recorder is used in a way that it cannot be."""


class ItemSource(Protocol):
    """Where a stream's items come from; ``LiveSource`` is one."""

    def items(self, stop: threading.Event) -> Iterator[Item]:
        """Opened, packets, and why there are none, until ``stop``."""
        ...


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
        source: Callable[[SiteCamera, StreamSettings], ItemSource] | None = None,
        tell: Callable[[Notice], None] | None = None,
    ) -> None:
        self.site = site
        self._clock = clock
        self._segment_ns = segment_ns
        self._source = source or self._camera
        self._tell = tell
        self._stop = threading.Event()
        self._stack = contextlib.ExitStack()
        self._threads: list[threading.Thread] = []
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
        self._stop = threading.Event()
        with contextlib.ExitStack() as stack:
            stack.callback(self._forget)
            stack.enter_context(locked(self.site.state))
            database = stack.enter_context(Database.open(self.site.state))
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
            stack.callback(housekeeping.stop)
            housekeeping.start()
            stack.callback(self._leave)
            self._threads = [
                threading.Thread(
                    target=self._run,
                    args=(camera, stream, bus, writers, reporter),
                    name=f"{camera.name}/{stream.name}",
                    daemon=True,
                )
                for camera in self.site.cameras
                if camera.enabled
                for stream in camera.all_streams
            ]
            for thread in self._threads:
                thread.start()
            self._stack = stack.pop_all()

    def stop(self) -> None:
        """End the segments, wait until they are on the disk, and let everything go."""
        self._stack.close()

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
        return LiveSource(
            camera.name,
            stream.name,
            stream.url,
            audio=camera.audio == "record",
            clock=self._clock,
        )

    def _open_bus(self, stack: contextlib.ExitStack, reporter: Reporter) -> Publisher | None:
        """The packet bus; recording does not depend on it."""
        try:
            return stack.enter_context(Publisher(f"ipc://{self.site.state / BUS_NAME}"))
        except BusError as error:
            reporter.notice(NoticeKind.NO_BUS, f"cameras are recorded, but not seen live: {error}")
            return None

    def _run(
        self,
        camera: SiteCamera,
        stream: StreamSettings,
        bus: Publisher | None,
        writers: Writers,
        reporter: Reporter,
    ) -> None:
        """A stream's thread. What goes wrong in it is told, and the stream is begun anew."""
        name = (camera.name, stream.name)
        recording = StreamRecorder(*name, writers, reporter, self._segment_ns)
        told: str | None = None
        while not self._stop.is_set():
            try:
                source = self._source(camera, stream)
                for item in source.items(self._stop):
                    if bus is not None:
                        bus.publish(*name, item)
                    if stream.record:
                        recording.take(item)
                    if type(item) is Opened:
                        note = getattr(source, "note", None)  # of cameras; other sources have none
                        if note != told and note:
                            reporter.notice(NoticeKind.CAMERA, note)
                        told = note
            except Exception as error:  # a thread that dies would leave its camera unrecorded
                LOG.exception("%s/%s", *name)
                recording.pause()
                sentence = f"a fault of ours: {type(error).__name__}"
                reporter.stopped(*name, self._clock.utc_ns(), GapReason.RESTARTING, sentence)
                self._stop.wait(1.0)
        recording.pause()

    def _forget(self) -> None:
        self._reporter = self._writers = self._housekeeping = None
        self._threads = []

    def _begin_ledger(self, database: Database, reporter: Reporter) -> None:
        wanted = [
            Wanted(camera.name, stream.name, camera.enabled and stream.record)
            for camera in self.site.cameras
            for stream in camera.all_streams
        ]
        now_ns = self._clock.utc_ns()
        Ledger(database).begin(now_ns, wanted).result(30.0)
        reporter.begin(((w.camera, w.stream) for w in wanted if w.recorded), now_ns)

    def _end_ledger(self, database: Database) -> None:
        Ledger(database).end(self._clock.utc_ns()).result(10.0)

    def _leave(self) -> None:
        self._stop.set()
        end_s = time.monotonic() + LEAVE_S
        for thread in self._threads:
            thread.join(max(0.0, end_s - time.monotonic()))

    def _drain(self, writers: Writers) -> None:
        if not writers.stop(DRAIN_S):
            LOG.warning("the disk did not finish what was written to it")
