"""Examinations and discoveries, a few at a time: each holds threads and asks hosts for seconds."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from curtilage.config.site import SiteSettings
from curtilage.web.context import WebContext
from curtilage.web.refusal import Refused

AT_ONCE: Final = 4
PATIENCE_S: Final = 5.0


class ExamineDesk:
    """A part of the web server; used from its routes' threads."""

    def __init__(self, _context: WebContext) -> None:
        self._free = threading.BoundedSemaphore(AT_ONCE)
        self._stop = threading.Event()

    @contextmanager
    def turn(self) -> Iterator[threading.Event]:
        """A turn; what it gives is set when the server ends.

        Raises:
            Refused: 503, too many cameras are asked at once.

        """
        if not self._free.acquire(timeout=PATIENCE_S):
            raise Refused(503, "Too many cameras are asked at once.", {"Retry-After": "5"})
        try:
            yield self._stop
        finally:
            self._free.release()

    def apply(self, site: SiteSettings) -> None:
        """Nothing: who is examined next is examined by the settings in force."""

    def stop(self) -> None:
        """End what runs."""
        self._stop.set()
