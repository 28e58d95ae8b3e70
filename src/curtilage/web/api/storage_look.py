"""What the disks hold and how fast they fill, looked at once a minute for all who ask.

A disk that does not answer (a network share that is gone) must not hold up a route: it is asked in
a thread of its own, and counts as missing while that thread waits.
"""

import os
import threading
from collections import defaultdict
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from curtilage.config.site import SiteSettings
from curtilage.record.disk.volume import MARGIN, holds
from curtilage.record.upkeep.forecast import Forecast, Growth, forecast
from curtilage.store.recorded import volumes
from curtilage.store.recorded.pace import Pace, paces
from curtilage.web.context import WebContext

DAY_S: Final = 86_400.0
WINDOW_NS: Final = 86_400 * 1_000_000_000
KEPT_NS: Final = 60 * 1_000_000_000
"""Who asks again within a minute hears the same."""
PATIENCE_S: Final = 3.0


@dataclass(frozen=True, slots=True)
class Space:
    """What a file system has, in bytes."""

    capacity: int
    free: int  # for us


@dataclass(frozen=True, slots=True)
class LookedAt:
    """One volume."""

    identity: str
    path: str  # empty: nobody knows
    reserve: int | None  # bytes; None: no volume of the settings
    space: Space | None  # None: it is not there
    paces: tuple[Pace, ...]
    forecast: Forecast


@dataclass(frozen=True, slots=True)
class Storage:
    """All volumes at one moment."""

    at_ns: int
    volumes: tuple[LookedAt, ...]


class StorageLook:
    """A part of the web server."""

    def __init__(self, context: WebContext) -> None:
        self._context = context
        self._lock = threading.Lock()
        self._last: Storage | None = None
        self._looked_ns = 0
        self._asking: dict[str, Future[Space | None]] = {}
        self._threads = ThreadPoolExecutor(4, "disks")

    def look(self) -> Storage:
        """As of now, or of a minute ago. Raises ``StoreError`` if the index cannot be read."""
        with self._lock:
            now_ns = self._context.clock.monotonic_ns()
            if self._last is None or now_ns - self._looked_ns > KEPT_NS:
                self._last = self._look()
                self._looked_ns = now_ns
            return self._last

    def apply(self, site: SiteSettings) -> None:  # noqa: ARG002 - as every part has it
        """Other retention or volumes: the next one who asks has it looked at anew."""
        with self._lock:
            self._last = None

    def stop(self) -> None:
        """Ask no disk any more."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _look(self) -> Storage:
        now_ns, site = self._context.now_ns(), self._context.site
        with self._context.database.read() as connection:
            rows = volumes.known(connection)
            found = paces(connection, now_ns - WINDOW_NS, now_ns)
        of_volume: defaultdict[str, list[Pace]] = defaultdict(list)
        for pace in found:
            of_volume[pace.volume].append(pace)
        reserves = {str(one.path.absolute()): int(one.reserve) for one in site.volumes}
        made = []
        for row in rows:
            theirs = tuple(of_volume[row.identity])
            space = self._ask(row.path, row.identity) if row.path else None
            reserve = reserves.get(row.path)
            made.append(
                LookedAt(
                    row.identity,
                    row.path,
                    reserve,
                    space,
                    theirs,
                    forecast(_room(space, reserve or 0), shares_of(site, theirs, found)),
                )
            )
        return Storage(now_ns, tuple(made))

    def _ask(self, path: str, identity: str) -> Space | None:
        asked = self._asking.get(path)
        if asked is None or asked.done():
            asked = self._asking[path] = self._threads.submit(_space, Path(path), identity)
        try:
            return asked.result(PATIENCE_S)
        except (FutureTimeoutError, TimeoutError):
            return None


def per_day(pace: Pace) -> float:
    """Bytes recorded in a day at the present rate."""
    return pace.recent_bytes / pace.recent_s * DAY_S if pace.recent_s > 0.0 else 0.0


def shares_of(
    site: SiteSettings, of_volume: tuple[Pace, ...], everywhere: list[Pace]
) -> list[Growth]:
    """What each camera has on one volume, how fast it grows and how far it may."""
    kept = {camera.name: camera.retention for camera in site.cameras}
    made = []
    for camera in dict.fromkeys(pace.camera for pace in of_volume):
        theirs = [pace for pace in of_volume if pace.camera == camera]
        used = sum(pace.bytes for pace in theirs)
        whole = sum(pace.bytes for pace in everywhere if pace.camera == camera)
        retention = kept.get(camera)
        days = None if retention is None else retention.days
        size = None if retention is None or retention.size is None else float(retention.size)
        left = None if size is None else max(0.0, size - (whole - used))
        made.append(Growth(used, sum(map(per_day, theirs)), days, left))
    return made


def _room(space: Space | None, reserve: int) -> float | None:
    if space is None:
        return None
    return float(space.free - reserve - min(MARGIN, space.capacity // 50))


def _space(path: Path, identity: str) -> Space | None:
    if not holds(path, identity):
        return None
    try:
        found = os.statvfs(path)
    except OSError:
        return None
    return Space(found.f_blocks * found.f_frsize, found.f_bavail * found.f_frsize)
