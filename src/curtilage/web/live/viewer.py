"""One who watches: messages wait here until his connection takes them; too slow, he loses GOPs.

Newest wins: a viewer whose network is too slow for the stream sees fewer pictures, never older
ones, and he costs no more memory than ``MOST_BYTES`` beyond what he was greeted with.
"""

import asyncio
from collections import deque

from curtilage.web.live import messages
from curtilage.web.live.messages import Message, Picture

BEHIND_NS = 1_500_000_000  # of pictures that may wait
MOST_BYTES = 8_000_000


class Viewer:
    """For the hub to put into and for one task to take from, both in the event loop."""

    def __init__(self, behind_ns: int = BEHIND_NS, most_bytes: int = MOST_BYTES) -> None:
        self.skipped = 0  # pictures, ever
        self._behind_ns, self._most_bytes = behind_ns, most_bytes
        self._waiting: deque[Message] = deque()
        self._bytes = 0
        self._first_ns: int | None = None  # of the oldest picture that came after the greeting
        self._skipping = 0  # pictures left out since the last one that was not
        self._come = asyncio.Event()

    def greet(self, so_far: list[Message]) -> None:
        """What one is told who has just come; however long the GOP is, it is not late."""
        for message in so_far:
            self._append(message)
        self._bytes, self._first_ns = 0, None

    def put(self, message: Message) -> None:
        """One more message; may throw pictures away."""
        if not isinstance(message, Picture):
            self._append(message)
            return
        if self._skipping and not message.key:
            self._skipping += 1
            return
        if self._is_behind(message):
            self._throw_away()
            if not message.key:
                self._skipping += 1
                return
        if self._skipping:
            self.skipped += self._skipping
            self._append(messages.skipped(self._skipping))
            self._skipping = 0
        self._append(message)

    async def take(self) -> list[Message]:
        """All that waits; waits for something."""
        await self._come.wait()
        self._come.clear()
        taken = list(self._waiting)
        self._waiting.clear()
        self._bytes, self._first_ns = 0, None
        return taken

    def wake(self) -> None:
        """Let ``take`` return, with nothing maybe."""
        self._come.set()

    def _append(self, message: Message) -> None:
        if isinstance(message, Picture):
            self._bytes += len(message.data)
            if self._first_ns is None:
                self._first_ns = message.dts_ns
        self._waiting.append(message)
        self._come.set()

    def _is_behind(self, newest: Picture) -> bool:
        if self._first_ns is None:
            return False
        late = newest.dts_ns - self._first_ns > self._behind_ns
        return late or self._bytes + len(newest.data) > self._most_bytes

    def _throw_away(self) -> None:
        """The pictures that wait; words and heads are kept."""
        kept = [m for m in self._waiting if not isinstance(m, Picture)]
        self._skipping += len(self._waiting) - len(kept)
        self._waiting = deque(kept)
        self._bytes, self._first_ns = 0, None
