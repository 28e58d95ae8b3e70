"""Retention of what was found, and ends of what nobody looks at, hourly, by one analyser.

A thread that nobody waits for: what cannot be done now is tried again an hour later.
"""

import logging
import threading
from collections.abc import Callable
from typing import Final

from curtilage.analysis.outcome.unwatched import end_alarms
from curtilage.config.site import SiteSettings
from curtilage.ingest.clock import Clock
from curtilage.record.upkeep import age_file
from curtilage.store.errors import StoreError
from curtilage.store.found.keeping import keep
from curtilage.store.index.database import Database

LOG = logging.getLogger(__name__)
FIRST_S: Final = 60.0  # after the start, when what is more urgent is done
EVERY_S: Final = 3600.0
LEAVE_S: Final = 2.0


class Upkeep:
    """Between ``start`` and ``stop``.

    Args:
        database: of the site.
        site: gives the settings in force.
        clock: UTC for ages.
        first_s: from the start to the first time.
        every_s: from time to time.

    """

    def __init__(
        self,
        database: Database,
        site: Callable[[], SiteSettings],
        clock: Clock,
        *,
        first_s: float = FIRST_S,
        every_s: float = EVERY_S,
    ) -> None:
        self._database, self._site, self._clock = database, site, clock
        self._first_s, self._every_s = first_s, every_s
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="upkeep", daemon=True)

    def start(self) -> None:
        """Begin to wait for the first time."""
        self._thread.start()

    def stop(self) -> None:
        """End with the step that is being made."""
        self._ended.set()
        self._thread.join(LEAVE_S)

    def _now_ns(self) -> int:
        """UTC by which the recorder lets recordings grow old: a clock that is ahead is doubted."""
        return min(self._clock.utc_ns(), age_file.recall(self._database) or 0)

    def _run(self) -> None:
        wait_s = self._first_s
        while not self._ended.wait(wait_s):
            wait_s = self._every_s
            try:
                end_alarms(self._database, self._site())
                done = keep(self._database, self._site(), self._now_ns(), self._ended.is_set)
            except StoreError as error:
                LOG.warning("%s", error)
            except Exception:  # looking goes on whatever happens here
                LOG.exception("upkeep")
            else:
                LOG.debug("%s", done)
