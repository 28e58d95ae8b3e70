"""The receiving end of the packet bus: items of the streams asked for, with the holes told."""

import contextlib
import os
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from math import ceil
from types import TracebackType
from typing import Final, Self

import zmq

from curtilage.ingest.bus.backlog import Backlog
from curtilage.ingest.bus.endpoint import path_of
from curtilage.ingest.bus.sequence import Follower, Heard
from curtilage.ingest.bus.wire import KEY_BYTES, LIVE, PRIVATE, PROMPT, SOON, read

HELD = 2_000
BEHIND_S = 4.0
EVERY = 16  # items between two looks at the socket, so that being late is noticed
WAIT_S = 0.5
NOW: Final = int(zmq.NOBLOCK)  # the flag's own type is slow


class Subscriber:
    """Listens to a publisher, alive or yet to come. For one thread at a time.

    Args:
        endpoint: ``ipc:///path``, the publisher's.
        topics: ``"camera"`` or ``"camera/stream"`` each, wanted as they come; left out:
            everything.
        behind_s: how far a stream may be behind before whole GOPs are thrown away. More: fewer
            holes for a reader that is slow at times; less: what it reads is fresher.
        held: how many messages may wait in this process.

    Raises:
        BusError: the endpoint cannot be used.

    """

    def __init__(
        self,
        endpoint: str,
        topics: Sequence[str] | None = None,
        *,
        behind_s: float = BEHIND_S,
        held: int = HELD,
    ) -> None:
        path_of(endpoint)
        self._held = held
        self._backlog = Backlog(round(behind_s * 1e9))
        self._followers: dict[str, Follower] = {}
        self._ready: deque[tuple[str, str, Heard]] = deque()
        self._since_look = 0
        self._context = zmq.Context()
        self._socket = self._context.socket(zmq.SUB)
        self._socket.setsockopt(zmq.RCVHWM, held)
        self._socket.setsockopt(zmq.LINGER, 0)
        self._socket.setsockopt(zmq.RECONNECT_IVL, 50)
        self._socket.setsockopt(zmq.RECONNECT_IVL_MAX, 500)
        self._key = os.urandom(KEY_BYTES)
        beginnings = [b""] if topics is None else [_beginning(topic) for topic in topics]
        for beginning in beginnings:
            self._socket.subscribe(PROMPT + beginning)
            self._socket.subscribe(LIVE + beginning)
        for beginning in beginnings:
            self._socket.subscribe(PRIVATE + self._key + beginning)
        self._socket.connect(endpoint)

    @property
    def descriptor(self) -> int:
        """For an event loop: readable when ``receive(0)`` should be called until it gives None.

        It tells of changes only: after ``listen`` and ``leave``, call ``receive(0)`` as well.
        """
        return int(self._socket.fileno())

    def listen(self, topic: str) -> None:
        """Hear ``"camera/stream"`` from now on too, as it comes, its current GOP first."""
        self.hurry(topic)
        self.listen_calmly(topic)

    def listen_calmly(self, topic: str) -> None:
        """The same, a few tenths of a second's worth at a time, unless somebody is in a hurry."""
        self._followers.pop(topic, None)
        beginning = _beginning(topic)
        self._socket.subscribe(LIVE + beginning)
        self._socket.subscribe(PRIVATE + self._key + beginning)

    def leave(self, topic: str) -> None:
        """Hear ``"camera/stream"`` no more; what had come already may still be given."""
        self.leave_calm(topic)
        self.calm_down(topic)

    def leave_calm(self, topic: str) -> None:
        """The end of ``listen_calmly``."""
        beginning = _beginning(topic)
        self._socket.unsubscribe(PRIVATE + self._key + beginning)
        self._socket.unsubscribe(LIVE + beginning)

    def hurry(self, topic: str) -> None:
        """What is heard of ``"camera/stream"`` is wanted as it comes, until ``calm_down``."""
        self._socket.subscribe(PROMPT + _beginning(topic))

    def calm_down(self, topic: str) -> None:
        """The end of ``hurry``."""
        self._socket.unsubscribe(PROMPT + _beginning(topic))

    def expect(self, topic: str) -> None:
        """``"camera/stream"`` will be wanted soon: the camera should send it, until ``forgo``."""
        self._socket.subscribe(SOON + _beginning(topic))

    def forgo(self, topic: str) -> None:
        """The end of ``expect``."""
        self._socket.unsubscribe(SOON + _beginning(topic))

    def receive(self, timeout_s: float) -> tuple[str, str, Heard] | None:
        """The next item as (camera, stream, item); None when nothing came in ``timeout_s``.

        Raises:
            BusError: the publisher speaks another version.

        """
        until = time.monotonic() + timeout_s
        while True:
            if self._ready:
                return self._ready.popleft()
            self._since_look += 1
            if not self._backlog or self._since_look >= EVERY:
                self._look()
            if self._backlog:
                self._digest()
                continue
            left_s = until - time.monotonic()
            if left_s <= 0 or not self._socket.poll(ceil(left_s * 1e3)):
                return None

    def receive_all(self, timeout_s: float) -> list[tuple[str, str, Heard]]:
        """All items that are there, as ``receive`` gives them; waits only where there are none.

        For who is quick with them: cheaper than one by one.

        Raises:
            BusError: the publisher speaks another version.

        """
        self._look()
        if not self._backlog and not self._ready and timeout_s > 0:
            if not self._socket.poll(ceil(timeout_s * 1e3)):
                return []
            self._look()
        while self._backlog:
            self._digest()
        items = list(self._ready)
        self._ready.clear()
        return items

    def items(self, stop: threading.Event) -> Iterator[tuple[str, str, Heard]]:
        """All items until ``stop`` is set; it is noticed within half a second."""
        while not stop.is_set():
            item = self.receive(WAIT_S)
            if item is not None:
                yield item

    def close(self) -> None:
        """Ends the subscription."""
        if not self._socket.closed:
            self._socket.close()
            self._context.term()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _look(self) -> None:
        """Takes from the socket what is there."""
        self._since_look = 0
        receive, backlog = self._socket.recv, self._backlog
        with contextlib.suppress(zmq.Again):
            while len(backlog) < self._held:
                backlog.add(read(receive(NOW)))

    def _digest(self) -> None:
        message = self._backlog.take()
        follower = self._followers.get(message.topic)
        if follower is None:
            follower = self._followers[message.topic] = Follower()
        camera, _, stream = message.topic.partition("/")
        self._ready.extend((camera, stream, item) for item in follower.follow(message))


def _beginning(topic: str) -> bytes:
    camera, slash, stream = topic.partition("/")
    return f"{camera}/{stream}\0".encode() if slash else f"{camera}/".encode()
