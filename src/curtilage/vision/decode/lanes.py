"""A few threads that serve many lanes of work: within a lane in order, among lanes in turn.

A lane is served by one thread at a time, so what it does needs no lock of its own. Who has much to
do gives its thread back after a slice of time and queues up again behind the others.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable

LOG = logging.getLogger(__name__)
SLICE_S = 0.03
END_S = 5.0


class Lane:
    """Something with work to do now and then.

    Args:
        work: does one piece and says whether there was one; its thread changes from call to call.

    """

    __slots__ = ("again", "queued", "work")

    def __init__(self, work: Callable[[], bool]) -> None:
        self.work = work
        self.queued = False  # waiting or served; the lock of the lanes guards both
        self.again = False  # woken while it was served


class Lanes:
    """Threads between ``start`` and ``stop``.

    Args:
        threads: how many; more than the machine has cores serve nobody.
        name: of the threads.

    """

    def __init__(self, threads: int, name: str) -> None:
        self._waiting: deque[Lane] = deque()
        self._news = threading.Condition()
        self._stopped = False
        self._threads = [
            threading.Thread(target=self._serve, name=f"{name} {number}", daemon=True)
            for number in range(threads)
        ]

    def start(self) -> None:
        """Begin to serve."""
        for thread in self._threads:
            thread.start()

    def wake(self, lane: Lane) -> None:
        """There is work in ``lane``; never waits."""
        with self._news:
            if lane.queued:
                lane.again = True
                return
            lane.queued = True
            self._waiting.append(lane)
            self._news.notify()

    def stop(self) -> None:
        """End after the pieces that are being done; what waits is not done any more."""
        with self._news:
            self._stopped = True
            self._news.notify_all()
        until = time.monotonic() + END_S
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(max(0.0, until - time.monotonic()))

    def _serve(self) -> None:
        while (lane := self._next()) is not None:
            more = True
            try:
                until = time.monotonic() + SLICE_S
                while more and time.monotonic() < until:
                    more = lane.work()
            except Exception:  # a thread that dies would stop every lane
                LOG.exception("a piece of work failed")
            with self._news:
                if more or lane.again:
                    lane.again = False
                    self._waiting.append(lane)
                    self._news.notify()
                else:
                    lane.queued = False

    def _next(self) -> Lane | None:
        with self._news:
            while not self._waiting and not self._stopped:
                self._news.wait(1.0)
            return None if self._stopped else self._waiting.popleft()
