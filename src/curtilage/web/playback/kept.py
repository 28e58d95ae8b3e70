"""Pictures that were made, kept in memory for who asks for them again: the newest used stay."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Final

from curtilage.config.site import SiteSettings
from curtilage.web.context import WebContext

MOST_BYTES: Final = 32_000_000
"""About 2,000 thumbnails of 320 x 180."""


class KeptPictures:
    """A part of the web server, for all of its threads."""

    def __init__(self, _context: WebContext) -> None:
        self._lock = threading.Lock()
        self._bytes = 0
        self._made: OrderedDict[Hashable, tuple[bytes, int]] = OrderedDict()

    def get(self, what: Hashable) -> tuple[bytes, int] | None:
        """JPEG, and UTC (ns) of the moment."""
        with self._lock:
            found = self._made.get(what)
            if found is not None:
                self._made.move_to_end(what)
            return found

    def put(self, what: Hashable, data: bytes, time_ns: int) -> None:
        """Keeps it for a while; ``what`` must say all that it was made of, masks too."""
        with self._lock:
            before = self._made.pop(what, None)
            self._bytes += len(data) - (0 if before is None else len(before[0]))
            self._made[what] = (data, time_ns)
            while self._bytes > MOST_BYTES:
                _, (gone, _) = self._made.popitem(last=False)
                self._bytes -= len(gone)

    def apply(self, site: SiteSettings) -> None:
        """Nothing: new masks make other keys."""

    def stop(self) -> None:
        """Forget all."""
        with self._lock:
            self._made.clear()
            self._bytes = 0
