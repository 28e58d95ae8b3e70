"""A camera as an analyser runs it: its analysis, and what comes while it is not ready for it."""

import threading
from collections import deque
from dataclasses import dataclass, field
from typing import Final

from curtilage.analysis.camera import CameraAnalysis
from curtilage.analysis.frames.sight import Sample
from curtilage.ingest.bus import Heard, Missed
from curtilage.model import Packet
from curtilage.vision.decode import Lane

ASIDE_BYTES: Final = 30_000_000  # of packets that wait while it catches up


@dataclass(frozen=True, slots=True)
class Waiting:
    """A sample that waits to be looked at, and whose it is."""

    station: "Station"
    sample: Sample

    @property
    def heavy(self) -> bool:
        """Whether the detector has to look at it."""
        return self.sample.image is not None

    @property
    def patient(self) -> bool:
        """Whether it must not be left out."""
        return self.sample.patient


@dataclass(slots=True, eq=False)
class Station:
    """One camera of an analyser."""

    analysis: CameraAnalysis
    lane: Lane
    catching_up: bool  # what comes is put aside until what was recorded has been read
    hears_small: bool = False
    notes: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _aside: deque[tuple[str, Heard]] = field(default_factory=deque)
    _bytes: int = 0

    def put_aside(self, stream: str, item: Heard) -> bool:
        """Keep an item for later; False: it is ready for it now."""
        with self._lock:
            if not self.catching_up:
                return False
            if isinstance(item, Packet):
                self._bytes += len(item.data)
                if self._bytes > ASIDE_BYTES:
                    self._aside.clear()
                    self._bytes = 0
                    self._aside.append((stream, Missed(None, None)))
            self._aside.append((stream, item))
        return True

    def take_aside(self, *, may_end: bool) -> list[tuple[str, Heard]]:
        """What was put aside, in order.

        Args:
            may_end: if that is nothing, the camera is live from now on.

        """
        with self._lock:
            taken = list(self._aside)
            self._aside.clear()
            self._bytes = 0
            if may_end and not taken:
                self.catching_up = False
            return taken
