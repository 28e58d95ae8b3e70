"""Messages that a reader has taken from the socket and not yet looked at: newest wins.

A reader that is a little too slow would otherwise fall behind until the socket is full, which with
few cameras takes minutes. When a stream's oldest waiting message is ``behind_ns`` older than its
newest, everything of it before its newest keyframe is thrown away; the hole in the sequence
numbers says so to the ``Follower``.
"""

from collections import deque
from dataclasses import dataclass, field

from curtilage.ingest.bus.wire import Message


@dataclass(slots=True)
class _Queue:
    """What waits of one stream."""

    waiting: deque[Message] = field(default_factory=deque)
    newest_key: Message | None = None
    thrown: int = 0  # turns in the order of arrival that belong to nothing any more


class Backlog:
    """Waiting messages of all streams, in order of arrival."""

    def __init__(self, behind_ns: int) -> None:
        self._behind_ns = behind_ns
        self._queues: dict[str, _Queue] = {}
        self._turns: deque[_Queue] = deque()  # whose turn it is
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, message: Message) -> None:
        """Puts ``message`` at the end, and throws away what it makes old."""
        queue = self._queues.get(message.topic)
        if queue is None:
            queue = self._queues[message.topic] = _Queue()
        queue.waiting.append(message)
        self._turns.append(queue)
        self._count += 1
        if message.begins:
            queue.newest_key = message
        if message.dts_ns - queue.waiting[0].dts_ns > self._behind_ns:
            self._trim(queue)

    def take(self) -> Message:
        """The oldest message.

        Raises:
            IndexError: there is none.

        """
        while True:
            queue = self._turns.popleft()
            if queue.thrown:
                queue.thrown -= 1
                continue
            self._count -= 1
            message = queue.waiting.popleft()
            if message is queue.newest_key:
                queue.newest_key = None
            return message

    def _trim(self, queue: _Queue) -> None:
        if queue.newest_key is None:
            return
        while queue.waiting[0] is not queue.newest_key:
            queue.waiting.popleft()
            queue.thrown += 1
            self._count -= 1
