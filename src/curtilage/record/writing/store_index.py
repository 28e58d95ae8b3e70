"""Rows of segments in the index, for the writers; recording goes on when the index does not.

Numbers below zero stand for files whose row could not be made in time: the index' disk is full, or
hangs. They are tried again with each later word about the file; what never comes in is found by
``fsck``, since each file says itself what it is.
"""

import itertools
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError

from sqlalchemy import Connection

from curtilage.record.writing.segment_file import Draft
from curtilage.store import segments
from curtilage.store.database import Database
from curtilage.store.errors import PathTakenError, StoreError

PATIENCE_S = 5.0
"""Longest that a file waits for its row before it is made without."""


class StoreIndex:
    """The index as the writers see it (``segment_file.Index``). Safe from several threads.

    Args:
        database: Of the site.
        tell: Hears a sentence when recording goes on without a row.

    """

    def __init__(self, database: Database, tell: Callable[[str], None]) -> None:
        self._database = database
        self._tell = tell
        self._late: dict[int, Callable[[Connection], int]] = {}
        self._numbers = itertools.count(-1, -1)
        self._lock = threading.Lock()

    def intend(self, draft: Draft, volume: str, path: str, start_ns: int) -> int | None:
        """A committed row; None: the path has one. Below 0: it could not be made in time."""

        def make(connection: Connection) -> int:
            return segments.intend(
                connection,
                camera=draft.camera,
                stream=draft.stream,
                volume=volume,
                path=path,
                start_ns=start_ns,
                serial=draft.serial,
                number=draft.number,
                codec=draft.codec,
                width=draft.width,
                height=draft.height,
            )

        def find_or_make(connection: Connection) -> int:
            row = segments.at(connection, volume, path)
            return row.id if row is not None else make(connection)

        try:
            return self._database.write(make).result(PATIENCE_S)
        except PathTakenError:
            return None
        except (StoreError, FutureTimeoutError) as error:
            self._tell(
                f"{path} is recorded without a row in the index ({error or 'it does not answer'})"
            )
            with self._lock:
                number = next(self._numbers)
                self._late[number] = find_or_make
            return number

    def opened(self, row: int, end_ns: int, size: int) -> None:
        """The file is there, with its first fragment."""
        self._write(row, lambda c, number: segments.opened(c, number, end_ns, size))

    def grown(self, row: int, end_ns: int, size: int) -> None:
        """The file is longer."""
        self._write(row, lambda c, number: segments.grown(c, number, end_ns, size))

    def closed(self, row: int, end_ns: int, size: int) -> None:
        """The file is finished."""
        self._write(row, lambda c, number: segments.closed(c, number, end_ns, size))
        with self._lock:
            self._late.pop(row, None)

    def forget(self, row: int) -> None:
        """The file was not made."""
        self._write(row, lambda c, number: segments.drop(c, [number]))
        with self._lock:
            self._late.pop(row, None)

    def _write(self, row: int, change: Callable[[Connection, int], None]) -> None:
        with self._lock:
            find = self._late.get(row)
        try:
            future: Future[None] = self._database.write(
                lambda c: change(c, find(c) if find is not None else row)
            )
        except StoreError as error:
            logging.getLogger(__name__).error("%s", error)
        else:
            future.add_done_callback(_log_failure)


def _log_failure(future: Future[None]) -> None:
    error = future.exception()
    if error is not None:
        logging.getLogger(__name__).error("%s", error)
