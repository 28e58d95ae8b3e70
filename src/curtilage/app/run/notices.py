"""What the owner is told of a site's processes and settings: once, in the log and in the index."""

import logging
import queue
import threading
import time
from functools import partial
from types import TracebackType
from typing import Self

from curtilage.config.site import SiteSettings
from curtilage.store import notices
from curtilage.store.database import Database
from curtilage.store.errors import StoreError
from curtilage.store.notices import Notice, NoticeKind

LOG = logging.getLogger(__name__)
REPEAT_S = 600.0  # before the same about the same part is a notice again
AGAIN_S = 10.0  # after the index could not be written
LEAVE_S = 1.0
MOST = 1000  # that wait for the index


class Notices:
    """Brings notices to the index from a thread of its own. Safe from several threads.

    Args:
        site: Whose.

    """

    def __init__(self, site: SiteSettings) -> None:
        self._site = site
        self._waiting: queue.Queue[Notice | None] = queue.Queue(MOST)
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

    def again(self, about: str, sentence: str) -> None:
        """That a part runs again is a notice if that it did not was one."""
        LOG.info("%s", sentence)
        if about in self._told:
            self._put(NoticeKind.PART, sentence)

    def _put(self, kind: NoticeKind, sentence: str) -> None:
        try:
            self._waiting.put_nowait(Notice(time.time_ns(), None, None, kind, sentence))
        except queue.Full:
            LOG.error("a notice was dropped: the index has not been written for long")

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
        notice = self._waiting.get()
        while notice is not None:  # the index is opened for the first of them
            try:
                with Database.of(self._site) as database:
                    while notice is not None:
                        database.now(partial(notices.add, notice=notice))
                        notice = self._waiting.get()
            except StoreError as error:
                LOG.debug("%s", error)
                time.sleep(AGAIN_S)
