"""How much one user may have open at once, so that whoever is signed in cannot keep others out.

Requests beyond a few dozen wait for their turn: routes run in a pool of 40 threads that all share.
What stays open (live views, films, streams of events) is counted apart, and refused beyond a number
that a wall of 50 cameras does not reach; until it answers it takes a turn like any other.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

from curtilage.web.refusal import TOO_MANY, Refused

AT_ONCE: Final = 24
"""Requests of one user that run at the same time; a browser sends six."""
WAITING: Final = 100
"""That wait for their turn."""
PATIENCE_S: Final = 20.0
OPEN: Final = 160
"""Live views and streams of one user: pictures and tracks of 50 cameras, and some more."""


class Turns:
    """Of all users of an app, by number. Used from its event loop only."""

    def __init__(self) -> None:
        self._open: Counter[int] = Counter()
        self._running: Counter[int] = Counter()
        self._waiting: dict[int, list[asyncio.Future[None]]] = {}

    @asynccontextmanager
    async def request(self, user: int) -> AsyncIterator[None]:
        """A turn of a user. Raises ``Refused`` (429) if too many wait, or for too long."""
        async with self.beginning(user):
            yield

    @asynccontextmanager
    async def beginning(self, user: int) -> AsyncIterator[Callable[[], None]]:
        """The same; what it gives hands the turn over before the end, once the work is done."""
        if self._running[user] < AT_ONCE:
            self._running[user] += 1
        else:
            await self._wait(user)  # the one who leaves hands the turn over
        held = True

        def begun() -> None:
            nonlocal held
            if held:
                held = False
                self._hand_over(user)

        try:
            yield begun
        finally:
            begun()

    @asynccontextmanager
    async def stay(self, user: int) -> AsyncIterator[None]:
        """What a user leaves open. Raises ``Refused`` (429) if there is too much of it."""
        if self._open[user] >= OPEN:
            raise Refused(TOO_MANY, f"More than {OPEN} connections of yours are open.")
        self._open[user] += 1
        try:
            yield
        finally:
            self._open[user] -= 1
            if not self._open[user]:
                del self._open[user]

    async def _wait(self, user: int) -> None:
        queue = self._waiting.setdefault(user, [])
        if len(queue) >= WAITING:
            raise _too_many()
        turn = asyncio.get_running_loop().create_future()
        queue.append(turn)
        try:
            await asyncio.wait_for(asyncio.shield(turn), PATIENCE_S)
        except BaseException as error:
            if turn.done():
                self._hand_over(user)
            else:
                queue.remove(turn)
            if isinstance(error, TimeoutError):
                raise _too_many() from None
            raise

    def _hand_over(self, user: int) -> None:
        queue = self._waiting.get(user)
        if queue:
            queue.pop(0).set_result(None)
            return
        self._waiting.pop(user, None)
        self._running[user] -= 1
        if not self._running[user]:
            del self._running[user]


def _too_many() -> Refused:
    return Refused(TOO_MANY, "You ask for too much at once; ask again.", {"Retry-After": "2"})
