"""The arming mode that somebody chose, as the analyser hears of it: asked for every second.

Whether an event is of an armed rule is judged where it is committed, to the nanosecond. This is
for rules with ``modes``, which notice nothing outside them and so must know the mode beforehand.
"""

import logging
import threading
from collections.abc import Callable
from typing import Final

from curtilage.config.site import SiteSettings
from curtilage.errors import InputError
from curtilage.store.errors import StoreError
from curtilage.store.house import arming
from curtilage.store.index.database import Database

LOG = logging.getLogger(__name__)
EVERY_S: Final = 1.0
LEAVE_S: Final = 2.0


def in_mode(site: SiteSettings, mode: str) -> SiteSettings:
    """``site`` with ``mode`` as the one that holds."""
    return site if site.mode == mode else site.model_copy(update={"mode": mode})


def chosen_mode(database: Database) -> str | None:
    """The mode that was chosen last; None: nobody has, or the index does not tell now."""
    try:
        with database.read() as connection:
            found = arming.current(connection)
    except StoreError as error:
        LOG.debug("%s", error)
        return None
    return None if found is None else found.mode


class ArmingWatch:
    """Calls ``hear`` with each mode that is not the one before, between ``start`` and ``stop``.

    Args:
        database: of the site.
        hear: called in a thread of its own; the mode it raises ``InputError`` for comes again.
        every_s: how often the index is asked.

    """

    def __init__(
        self, database: Database, hear: Callable[[str], None], every_s: float = EVERY_S
    ) -> None:
        self._database, self._hear, self._every_s = database, hear, every_s
        self._heard: str | None = None
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="arming", daemon=True)

    def start(self) -> None:
        """Begin to ask."""
        self._thread.start()

    def stop(self) -> None:
        """Ask no more."""
        self._ended.set()
        self._thread.join(LEAVE_S)

    def _run(self) -> None:
        while not self._ended.wait(self._every_s):
            mode = chosen_mode(self._database)
            if mode is None or mode == self._heard:
                continue
            try:
                self._hear(mode)
            except InputError as error:
                LOG.warning("arming mode %s: %s", mode, error)
            except Exception:  # looking goes on whatever happens here
                LOG.exception("arming mode %s", mode)
            else:
                self._heard = mode
