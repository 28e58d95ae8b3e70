"""A few threads that serve many lanes of work: within a lane in order, among lanes in turn.

A lane is served by one thread at a time, so what it does needs no lock of its own. Who has much to
do gives its thread back after a slice of time and queues up again behind the others. What is
urgent (pictures that just came) goes before what is not (those that had been kept), but not always.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable

LOG = logging.getLogger(__name__)
SLICE_S = 0.015
LEARNING = 0.1  # weight of the last turn in how long one is waited for
BUSY_S = 0.1  # waited for a turn: the threads have more to do than they can
PATIENCE = 4  # every so many turns is one of those that are not urgent, if there are any
END_S = 5.0


class Lane:
    """Something with work to do now and then.

    Args:
        work: does one piece and says whether there was one; its thread changes from call to call.
        is_urgent: whether the next piece is.

    """

    __slots__ = ("again", "is_urgent", "queued", "since_s", "work")

    def __init__(self, work: Callable[[], bool], is_urgent: Callable[[], bool]) -> None:
        self.work = work
        self.is_urgent = is_urgent
        self.queued = False  # waiting or served; the lock of the lanes guards both
        self.again = False  # woken while it was served
        self.since_s = 0.0  # when it queued up


class Lanes:
    """Threads between ``start`` and ``stop``.

    Args:
        threads: how many; more than the machine has cores serve nobody.
        name: of the threads.

    """

    def __init__(self, threads: int, name: str) -> None:
        self._urgent: deque[Lane] = deque()
        self._others: deque[Lane] = deque()
        self._turn = 0
        self._wait_s = 0.0  # for a turn of what is urgent, lately
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
            self._queue_up(lane)

    @property
    def is_busy(self) -> bool:
        """Whether there is more to do than the threads can: what is urgent waits for turns."""
        return self._wait_s > BUSY_S

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
                    self._queue_up(lane)
                else:
                    lane.queued = False

    def _queue_up(self, lane: Lane) -> None:
        lane.since_s = time.monotonic()
        (self._urgent if lane.is_urgent() else self._others).append(lane)
        self._news.notify()

    def _next(self) -> Lane | None:
        with self._news:
            while not (self._urgent or self._others or self._stopped):
                self._news.wait(1.0)
            if self._stopped:
                return None
            self._turn += 1
            others_turn = self._turn % PATIENCE == 0 and bool(self._others)
            if others_turn or not self._urgent:
                return self._others.popleft()
            lane = self._urgent.popleft()
            self._wait_s += LEARNING * (time.monotonic() - lane.since_s - self._wait_s)
            return lane
