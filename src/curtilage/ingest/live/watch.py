"""One thread that watches all open cameras: ends the reads of those that stalled or must stop.

A read that waits cannot look at a clock or at `stop`. The watch looks at all of them five times a
second, which costs less than one look of each from its own thread would.
"""

import threading
import time
from enum import Enum

from curtilage.ingest.live.connection import Connection

LOOK_EVERY_S = 0.2


class Cut(Enum):
    """Why a connection was interrupted."""

    STOP = "stop"
    STALL = "stall"


class Guarded:
    """A connection that is watched. The reader sets ``fed``; the watch sets ``cut``."""

    __slots__ = ("connection", "cut", "fed", "stall_s", "stop")

    def __init__(self, connection: Connection, stop: threading.Event, stall_s: float) -> None:
        self.connection, self.stop, self.stall_s = connection, stop, stall_s
        self.fed = time.monotonic()  # when the last picture came
        self.cut: Cut | None = None


class Watch:
    """The watching thread; it runs while there is something to watch."""

    def __init__(self) -> None:
        self._guarded: set[Guarded] = set()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def add(self, guarded: Guarded) -> None:
        """Watch it."""
        with self._changed:
            self._guarded.add(guarded)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="watch", daemon=True)
                self._thread.start()
            self._changed.notify()

    def remove(self, guarded: Guarded) -> None:
        """Watch it no longer; afterwards it is not interrupted any more."""
        with self._changed:
            self._guarded.discard(guarded)

    def _run(self) -> None:
        while True:
            with self._changed:
                if not self._guarded and not self._changed.wait(timeout=5.0):
                    self._thread = None
                    return
                now = time.monotonic()
                for guarded in self._guarded:
                    if guarded.stop.is_set():
                        guarded.cut = Cut.STOP
                    elif now - guarded.fed > guarded.stall_s:
                        guarded.cut = guarded.cut or Cut.STALL
                    else:
                        continue
                    guarded.connection.interrupt()
            time.sleep(LOOK_EVERY_S)


WATCH = Watch()
