"""Thumbnails for those who scrub: a few are made at a time, only the newest wish of each counts.

A pointer that is drawn over the timeline asks for more pictures than can be made. What one wish has
waited for when the next one comes is of no use any more; so nobody's queue is longer than one.
"""

import asyncio
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from curtilage.config.site import SiteSettings
from curtilage.web.context import WebContext
from curtilage.web.refusal import Refused

AT_ONCE: Final = 2
WAITING: Final = 64
"""Wishes of different sessions and cameras."""

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class _Wish(Generic[Made]):
    make: Callable[[], Made]
    number: int
    answer: "asyncio.Future[Made]"


class ScrubDesk:
    """A part of the web server. Used from its event loop, with threads of its own."""

    def __init__(self, _context: WebContext) -> None:
        self._threads = ThreadPoolExecutor(AT_ONCE, "scrub")
        self._stopped = False
        self._running = 0
        self._waiting: dict[Hashable, _Wish[Any]] = {}  # the one that waits longest first

    async def made(self, lane: Hashable, make: Callable[[], Made], number: int = 0) -> Made:
        """What ``make`` makes.

        Args:
            lane: who looks at which camera.
            make: runs in a thread.
            number: of the wish, by who wishes: requests on several connections overtake each other.
                Of equal numbers, the one that comes later is the newer one.

        Raises:
            Refused: 409, there is a newer wish of the lane; 503, too many wait.

        """
        wish: _Wish[Made] = _Wish(make, number, asyncio.get_running_loop().create_future())
        if self._running < AT_ONCE:
            self._start(wish)
        else:
            older = self._waiting.get(lane)
            if older is None and len(self._waiting) >= WAITING:
                raise Refused(503, "Too many pictures are asked for at once.", {"Retry-After": "1"})
            if older is not None and older.number > number:
                raise _overtaken()
            self._waiting[lane] = wish  # in the older one's place
            if older is not None and not older.answer.done():
                older.answer.set_exception(_overtaken())
        return await wish.answer

    def apply(self, site: SiteSettings) -> None:
        """Nothing: what is made next is made of the settings in force."""

    def stop(self) -> None:
        """Make no more; from any thread."""
        self._stopped = True
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _start(self, wish: _Wish[Any]) -> None:
        self._running += 1
        work = asyncio.get_running_loop().run_in_executor(self._threads, wish.make)
        work.add_done_callback(lambda done: self._ended(wish, done))

    def _ended(self, wish: _Wish[Any], done: "asyncio.Future[Any]") -> None:
        self._running -= 1
        if done.cancelled():
            wish.answer.cancel()
        elif not wish.answer.done():
            error = done.exception()
            if error is None:
                wish.answer.set_result(done.result())
            else:
                wish.answer.set_exception(error)
        while self._waiting and not self._stopped:
            following = self._waiting.pop(next(iter(self._waiting)))
            if not following.answer.done():  # they may have hung up
                self._start(following)
                return


def _overtaken() -> Refused:
    return Refused(409, "A newer picture was asked for meanwhile.")
