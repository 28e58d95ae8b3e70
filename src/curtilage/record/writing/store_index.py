"""Rows of segments in the index, for the writers; recording goes on when the index does not.

What the index must be told of a file is its latest state; that is kept until the index has
confirmed it, and tried again while it does not (its disk is full, another program holds it).
Numbers below zero stand for files whose row could not be made in time. Where some are left when
we end, a mark in the state folder lets the next start look for them on the disk (``unindexed``):
each file says itself what it is.
"""

import itertools
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy import Connection

from curtilage.record.disk import unindexed
from curtilage.record.disk.durable import DiskError
from curtilage.record.writing.segment_file import Draft
from curtilage.store.errors import PathTakenError, StoreError, UnavailableError
from curtilage.store.index.database import Database
from curtilage.store.recorded import segments

LOG = logging.getLogger(__name__)
PATIENCE_S = 5.0
"""Longest that a file waits for its row before it is made without."""
AGAIN_S = 2.0
MOST = 20_000
"""Files that the index must still hear of; more are left to the search on the disk."""

Change: TypeAlias = Callable[[Connection, int], None]


@dataclass(slots=True, eq=False)
class _File:
    """What the index does not know yet of a file."""

    name: int  # by which the writers know it
    row: int | None
    volume: str  # identity
    make: Callable[[Connection], int] | None = None  # the row, while there is none
    change: Change | None = None  # the latest that is not confirmed
    last: bool = False  # nothing comes after it
    sent: bool = False  # on its way


class StoreIndex:
    """The index as the writers see it (``segment_file.Index``). Safe from several threads.

    Args:
        database: Of the site.
        tell: Hears a sentence when the index cannot be written, and one when it can again.

    """

    def __init__(self, database: Database, tell: Callable[[str], None]) -> None:
        self._database = database
        self._tell = tell
        self._state = database.state
        self._lock = threading.RLock()  # a future that is done at once calls back at once
        self._files: dict[int, _File] = {}  # open ones, and those with something untold
        self._numbers = itertools.count(-1, -1)
        self._trouble = False
        self._timer: threading.Timer | None = None
        self._marked: set[str] = set()  # volumes with a mark of ours
        self._given_up: set[str] = set()  # volumes with files that only a search will find
        self._ended = False

    def intend(self, draft: Draft, volume: str, path: str, start_ns: int) -> int | None:
        """A committed row; None: the path has one. Below 0: it could not be made in time.

        Raises:
            StoreError: we have ended; no file may be made any more.

        """

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

        if self._ended:
            raise StoreError(f"{path}: the recorder has ended")
        if not self._trouble:
            try:
                future = self._database.write(make)
                number = future.result(PATIENCE_S)
            except PathTakenError:
                return None
            except FutureTimeoutError:
                future.cancel()
                self._troubled(f"the index {self._database.name} does not answer.")
            except StoreError as error:
                self._troubled(str(error))
            else:
                with self._lock:
                    self._files[number] = _File(number, number, volume)
                return number
            if self._ended:
                raise StoreError(f"{path}: the recorder has ended")
        with self._lock:
            number = next(self._numbers)
            self._files[number] = _File(number, None, volume, find_or_make, _nothing)
            return number

    def opened(self, row: int, end_ns: int, size: int) -> None:
        """The file is there, with its first fragment."""
        self._say(row, lambda c, number: segments.opened(c, number, end_ns, size))

    def grown(self, row: int, end_ns: int, size: int) -> None:
        """The file is longer."""
        self._say(row, lambda c, number: segments.grown(c, number, end_ns, size))

    def closed(self, row: int, end_ns: int, size: int) -> None:
        """The file is finished."""
        self._say(row, lambda c, number: segments.closed(c, number, end_ns, size), last=True)

    def forget(self, row: int) -> None:
        """The file was not made."""
        self._say(row, lambda c, number: segments.drop(c, [number]), last=True)

    def end(self, timeout_s: float) -> bool:
        """Wait until the index has heard of all files; no new ones from now on.

        False: it has not. The next start then puts it right: recovery where there is a row, and a
        search on the disks, for which a mark is left, where there is none.
        """
        self._ended = True
        end_s = time.monotonic() + timeout_s
        pause = threading.Event()
        while (left := self._untold()) and time.monotonic() < end_s:
            self._try_again()
            pause.wait(0.02)
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
        self._mark()
        if left:
            LOG.warning("the index has not heard of %d files; the next start puts it right", left)
        return not left

    def _untold(self) -> int:
        with self._lock:
            return sum(file.change is not None for file in self._files.values())

    def _say(self, row: int, change: Change, *, last: bool = False) -> None:
        """The latest of a file; what was to be said before and is not on its way need not be."""
        with self._lock:
            file = self._files.get(row)
            if file is None or file.last:
                return
            file.change, file.last = change, last
            if not self._trouble:
                self._send(file)
            elif len(self._files) > MOST:
                self._give_up(next(file for file in self._files.values() if file.last))

    def _send(self, file: _File) -> None:
        """With the lock held."""
        change = file.change
        if file.sent or change is None:
            return
        known, make = file.row, file.make

        def write(connection: Connection) -> int:
            row = known if make is None else make(connection)
            assert row is not None  # noqa: S101 - without a row there is a way to make it
            change(connection, row)
            return row

        try:
            future = self._database.write(write)
        except StoreError as error:  # it is closed
            self._troubled(str(error))
            return
        file.sent = True
        future.add_done_callback(lambda done: self._done(file, change, done))

    def _done(self, file: _File, change: Change, done: "Future[int]") -> None:
        """In the index' thread: a change is on its disk, or failed."""
        error = done.exception()
        with self._lock:
            file.sent = False
            if isinstance(error, UnavailableError):
                self._troubled(str(error))
                return
            if error is not None:
                LOG.error("%s", error)
                self._give_up(file)
                return
            file.row, file.make = done.result(), None
            if file.change is change:
                file.change = None
                if file.last:
                    self._files.pop(file.name, None)
            well_again, self._trouble = self._trouble, False
            for other in list(self._files.values()) if well_again else [file]:
                self._send(other)
        if well_again:
            self._tell(f"the index {self._database.name} is written again")
            self._later(0.0)

    def _troubled(self, sentence: str) -> None:
        """The index cannot be written: say so once, and try again."""
        if self._ended:
            return
        with self._lock:
            news, self._trouble = not self._trouble, True
        if news:
            self._tell(f"{sentence} Recording goes on, and the index hears of it later.")
        self._later(AGAIN_S)

    def _later(self, wait_s: float) -> None:
        with self._lock:
            if self._ended or (self._timer is not None and wait_s):
                return
            if self._timer is not None:
                self._timer.cancel()
            self._timer = threading.Timer(wait_s, self._tick)
            self._timer.daemon = True
            self._timer.start()

    def _tick(self) -> None:
        with self._lock:
            self._timer = None
        self._mark()
        self._try_again()

    def _try_again(self) -> None:
        """While there is trouble one change is enough: with it the others come."""
        with self._lock:
            untold = [file for file in self._files.values() if file.change is not None]
            if not untold:  # nothing to try it with: the next file does
                self._trouble = False
            elif self._trouble and not any(file.sent for file in untold):
                self._send(untold[0])

    def _mark(self) -> None:
        """Leave a mark for volumes with files without a row, should we be killed; or take it away.

        Not for writers' threads: the disk of the state folder may hang.
        """
        with self._lock:
            without = {file.volume for file in self._files.values() if file.make is not None}
            without |= self._given_up
            new, old = without - self._marked, self._marked - without
        try:
            for volume in new:
                unindexed.mark_late(self._state, volume)
                self._marked.add(volume)
            for volume in old:
                unindexed.came_in(self._state, volume)
                self._marked.discard(volume)
        except (DiskError, OSError) as error:
            LOG.error("%s; `curtilage fsck --repair` finds the files without a row", error)

    def _give_up(self, file: _File) -> None:
        self._given_up.add(file.volume)
        self._files.pop(file.name, None)
        self._later(AGAIN_S)


def _nothing(_connection: Connection, _number: int) -> None:
    """The row alone is what is wanted."""
