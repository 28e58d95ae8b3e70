"""What the owner is told of a site's processes and settings: once, in the log and in the index."""

import logging
import queue
import threading
import time
from collections.abc import Callable
from functools import partial
from types import TracebackType
from typing import Self, TypeAlias

from sqlalchemy import Connection

from curtilage.config.site import SiteSettings
from curtilage.store import notices
from curtilage.store.errors import StoreError
from curtilage.store.index.database import Database
from curtilage.store.notices import Notice, NoticeKind

LOG = logging.getLogger(__name__)
REPEAT_S = 600.0  # before the same about the same part is a notice again
AGAIN_S = 10.0  # after the index could not be written
LEAVE_S = 1.0
MOST = 1000  # that wait for the index

Change: TypeAlias = Callable[[Connection], None]


class Notices:
    """Brings notices to the index from a thread of its own. Safe from several threads.

    Args:
        site: Whose.

    """

    def __init__(self, site: SiteSettings) -> None:
        self._site = site
        self._waiting: queue.Queue[Change | None] = queue.Queue(MOST)
        self._told: dict[str, float] = {}  # part -> when its last notice was
        self._may_write = threading.Event()
        self._thread = threading.Thread(target=self._run, name="notices", daemon=True)

    def tell(self, kind: NoticeKind, sentence: str, about: str | None = None) -> None:
        """Say it in the log, and keep it; about one part only every ten minutes."""
        LOG.warning("%s", sentence)
        if about is not None:
            now_s = time.monotonic()
            if now_s - self._told.get(about, float("-inf")) < REPEAT_S:
                return
            self._told[about] = now_s
        self._put(kind, sentence)

    def begin(self) -> None:
        """From now on the index may be written: the recorder has brought it in order."""
        self._may_write.set()

    def write(self, change: Change) -> None:
        """Let ``change`` be made in the index, some time."""
        try:
            self._waiting.put_nowait(change)
        except queue.Full:
            LOG.error("a notice was dropped: the index has not been written for long")

    def again(self, about: str, sentence: str) -> None:
        """That a part runs again is a notice if that it did not was one."""
        LOG.info("%s", sentence)
        if about in self._told:
            self._put(NoticeKind.PART, sentence)

    def _put(self, kind: NoticeKind, sentence: str) -> None:
        notice = Notice(time.time_ns(), None, None, kind, sentence)
        self.write(partial(notices.add, notice=notice))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._may_write.set()
        try:
            self._waiting.put_nowait(None)
        except queue.Full:
            return
        self._thread.join(LEAVE_S)

    def _run(self) -> None:
        self._may_write.wait()
        change = self._waiting.get()
        while change is not None:  # the index is opened for the first of them
            try:
                with Database.of(self._site) as database:
                    while change is not None:
                        database.now(change)
                        change = self._waiting.get()
            except StoreError as error:
                LOG.debug("%s", error)
                time.sleep(AGAIN_S)
