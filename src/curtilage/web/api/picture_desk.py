"""Pictures made for those who ask, a few at a time: decoding is work, and waiting holds a thread.

Who asks for what is being made already gets the same; so forty screens cost as much as one.
"""

import asyncio
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from curtilage.config.site import SiteSettings
from curtilage.web.context import WebContext
from curtilage.web.refusal import Refused

AT_ONCE: Final = 3
WAITING: Final = 60
"""A wall of 50 cameras may ask for all of them at once."""
Made = tuple[bytes, int]  # JPEG; UTC ns of the moment


class PictureDesk:
    """A part of the web server. Used from its event loop, with threads of its own."""

    def __init__(self, _context: WebContext) -> None:
        self._threads = ThreadPoolExecutor(AT_ONCE, "pictures")
        self._making: dict[Hashable, asyncio.Future[Made | None]] = {}

    async def picture(self, what: Hashable, make: Callable[[], Made | None]) -> Made | None:
        """What ``make`` makes; ``what``: equal for those who may share it.

        Raises:
            Refused: 503, too many are waited for.

        """
        found = self._making.get(what)
        if found is None:
            if len(self._making) >= WAITING:
                raise Refused(503, "Too many pictures are asked for at once.", {"Retry-After": "2"})
            found = asyncio.get_running_loop().run_in_executor(self._threads, make)
            self._making[what] = found
            found.add_done_callback(lambda done: self._done(what, done))
        return await asyncio.shield(found)  # whoever hangs up does not take it from the others

    def apply(self, site: SiteSettings) -> None:
        """Nothing: what is made next is made of the settings in force."""

    def stop(self) -> None:
        """Make no more; from any thread."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _done(self, what: Hashable, done: "asyncio.Future[Made | None]") -> None:
        self._making.pop(what, None)
        if not done.cancelled():
            done.exception()  # told to those who wait; nobody may be left
