"""One stream's thread: from its source to the bus and the writers, until told to stop.

A stream that is not recorded is taken from the camera only while a reader of the bus wants it.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from curtilage.config.site import SiteCamera, StreamSettings
from curtilage.ingest.bus import Publisher
from curtilage.ingest.bus.wishes import Demand
from curtilage.ingest.clock import Clock
from curtilage.ingest.live import Opened
from curtilage.ingest.live.items import Item
from curtilage.model import GapReason
from curtilage.record.reporting import Reporter
from curtilage.record.stream import StreamRecorder
from curtilage.record.writing.writers import Writers
from curtilage.store.notices import NoticeKind

LOG = logging.getLogger(__name__)
LOOK_S = 60.0  # between two looks whether anybody wants a stream; who comes is told of at once


class ItemSource(Protocol):
    """Where a stream's items come from; ``LiveSource`` is one."""

    def items(self, stop: threading.Event) -> Iterator[Item]:
        """Opened, packets, and why there are none, until ``stop``."""
        ...


MakeSource = Callable[[SiteCamera, StreamSettings], ItemSource]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all streams of a recorder share."""

    bus: Publisher | None
    writers: Writers
    reporter: Reporter
    clock: Clock
    segment_ns: int
    source: MakeSource


class StreamThread:
    """Begins with ``start``; ``stop`` tells it to end and ``join`` waits for that."""

    def __init__(self, camera: SiteCamera, stream: StreamSettings, around: Surroundings) -> None:
        self.name = (camera.name, stream.name)
        self.recorded = stream.record
        self.ended_ns: int | None = None
        """Where the recording ended that went on when it was told to end (UTC)."""
        self._camera, self._settings, self._around = camera, stream, around
        self._stop = threading.Event()
        self._demand: Demand | None = None
        if around.bus is not None and not stream.record:
            self._demand = around.bus.demand(*self.name)
        self._thread = threading.Thread(target=self._run, name="/".join(self.name), daemon=True)

    def start(self) -> None:
        """Ask the camera."""
        self._thread.start()

    def stop(self) -> None:
        """Tell it to end."""
        self._stop.set()
        if self._demand is not None:
            self._demand.end()

    def join(self, end_s: float) -> None:
        """Wait until what was held is with the writers, until ``end_s`` (monotonic) at most."""
        self._thread.join(max(0.0, end_s - time.monotonic()))

    def serves(self, camera: SiteCamera, stream: StreamSettings) -> bool:
        """Whether these settings ask for nothing else than it does already."""
        return stream == self._settings and camera.audio == self._camera.audio

    def _run(self) -> None:
        """For ever, or while it is wanted; a stream that nobody could ever see is not asked for."""
        bus, demand = self._around.bus, self._demand
        if self.recorded:
            self._take(self._stop)
        elif bus is not None and demand is not None:
            while not self._stop.is_set():
                if demand.wanted.wait(LOOK_S) and not self._stop.is_set():
                    self._take(demand.unwanted)
                    bus.pause(*self.name)

    def _take(self, stop: threading.Event) -> None:
        """What goes wrong is told, and the stream is begun anew."""
        around, name = self._around, self.name
        recording = StreamRecorder(*name, around.writers, around.reporter, around.segment_ns)
        told: str | None = None
        while not stop.is_set():
            try:
                source = around.source(self._camera, self._settings)
                for item in source.items(stop):
                    if around.bus is not None:
                        around.bus.publish(*name, item)
                    if self.recorded:
                        recording.take(item)
                    if type(item) is Opened:
                        note = getattr(source, "note", None)  # of cameras; other sources have none
                        if note != told and note:
                            around.reporter.notice(NoticeKind.CAMERA, note)
                        told = note
            except Exception as error:  # a thread that dies would leave its camera unrecorded
                LOG.exception("%s/%s", *name)
                recording.pause()
                sentence = f"a fault of ours: {type(error).__name__}"
                now_ns = around.clock.utc_ns()
                around.reporter.stopped(*name, now_ns, GapReason.RESTARTING, sentence)
                stop.wait(1.0)
        self.ended_ns = recording.pause()
