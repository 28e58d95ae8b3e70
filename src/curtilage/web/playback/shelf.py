"""Which files hold a stretch of a stream, and what is in them: asked often, so read once.

Scrubbing asks for the same minute again and again. What ``scan`` found of a file is remembered
until the file changes; the index is asked each time, since retention deletes and recording goes on.
"""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from curtilage.config.site import SiteSettings
from curtilage.model import StreamInfo
from curtilage.record.export.sources import SLIVER_NS, Segment, Source
from curtilage.record.mp4.read import Scan, scan
from curtilage.store.recorded import segments, volumes
from curtilage.store.recorded.ledger import known
from curtilage.store.recorded.segments import State
from curtilage.web.context import WebContext

SCANS: Final = 1024
"""Files remembered: 17 hours of minutes, some 3 kB each."""
LOOK_BACK_NS: Final = 300_000_000_000
"""A row of a file that is being written may be seconds old; a segment lasts at most so long."""

_Mark = tuple[int, int, int]  # of a file: inode, bytes, time of the last change


class Shelf:
    """The recordings of a site: a part of the web server, for all of its threads."""

    def __init__(self, context: WebContext) -> None:
        self._context = context
        self._lock = threading.Lock()
        self._scans: OrderedDict[Path, tuple[_Mark, Scan]] = OrderedDict()

    def stream(self, camera: str, asked: str | None) -> str | None:
        """The stream that was asked for, else the main one; None: it was never recorded."""
        with self._context.database.read() as connection:
            names = [one.stream for one in known(connection) if one.camera == camera]
        if asked is not None:
            return asked if asked in names else None
        return "main" if "main" in names else next(iter(names), None)

    def sources(self, camera: str, stream: str, from_ns: int, to_ns: int) -> list[Source]:
        """Files that may hold something of ``[from_ns, to_ns)`` (UTC), by start.

        The end of one that is being written is said to be now.

        Raises:
            StoreError: the index cannot be read.

        """
        now_ns = self._context.now_ns()
        with self._context.database.read() as connection:
            rows = segments.between(connection, camera, stream, from_ns - LOOK_BACK_NS, to_ns)
            folders = {row.identity: Path(row.path) for row in volumes.known(connection)}
        found = []
        for row in rows:
            end_ns = max(row.end_ns, now_ns) if row.state is State.OPEN else row.end_ns
            folder = folders.get(row.volume, Path())
            if end_ns + SLIVER_NS > from_ns and folder != Path():
                path = folder / row.path
                found.append(Source(path, row.start_ns, end_ns, row.serial, row.number))
        return sorted(found, key=lambda one: (one.start_ns, one.number))

    def read(self, sources: Sequence[Source]) -> list[Segment]:
        """Those of which something can be read, as they are now; their sound is left out."""
        found: list[Segment] = []
        for source in sources:
            scanned = self._scan(source.path)
            if scanned is None or scanned.label is None or scanned.info is None:
                continue
            if len(scanned.fragments):
                silent = StreamInfo(scanned.info.video)
                found.append(Segment(len(found), source, scanned, scanned.label, silent))
        return found

    def apply(self, site: SiteSettings) -> None:
        """Nothing: the index knows where things are."""

    def stop(self) -> None:
        """Forget all."""
        with self._lock:
            self._scans.clear()

    def _scan(self, path: Path) -> Scan | None:
        """What is in a file; None if it is gone or cannot be read."""
        try:
            state = path.stat()
            mark = (state.st_ino, state.st_size, state.st_mtime_ns)
            with self._lock:
                kept = self._scans.get(path)
                if kept is not None and kept[0] == mark:
                    self._scans.move_to_end(path)
                    return kept[1]
            found = scan(path)
        except OSError:
            return None
        with self._lock:
            self._scans[path] = (mark, found)
            while len(self._scans) > SCANS:
                self._scans.popitem(last=False)
        return found
