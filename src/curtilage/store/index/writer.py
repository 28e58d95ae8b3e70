"""The thread that writes: whatever waits is committed together, with one sync of the disk.

A commit costs one fsync, whether it carries one change or fifty; so while one commit is on its
way to the disk the next changes gather, and share the next one. Each change has a savepoint of
its own: one that fails takes back only itself.
"""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import Connection, RootTransaction
from sqlalchemy.exc import DBAPIError

from curtilage.store.errors import StoreError, UnavailableError
from curtilage.store.index.place import Place

Result = TypeVar("Result")

_TOGETHER: Final = 256
"""Most changes in one transaction: bounds how long other processes wait to write."""
_SAVE: Final = "SAVEPOINT change"
_KEEP: Final = "RELEASE SAVEPOINT change"
_TAKE_BACK: Final = "ROLLBACK TO SAVEPOINT change"
"""SQLAlchemy's own have a new name each, so each is compiled anew: half of all its work here."""
_ASK_S: Final = 1.0
"""How often a server that went away during a commit is asked what became of it."""


class _Change(Generic[Result]):
    """One function to run, and where its result goes once it is on the disk."""

    __slots__ = ("_function", "_result", "error", "future")

    def __init__(self, function: Callable[[Connection], Result]) -> None:
        self.future: Future[Result] = Future()
        self.error: BaseException | None = None
        self._function = function
        self._result: Result

    def run(self, connection: Connection, place: Place) -> None:
        """In a savepoint; raises only what makes the whole transaction worthless."""
        connection.exec_driver_sql(_SAVE)
        try:
            self._result = self._function(connection)
            connection.exec_driver_sql(_KEEP)
        except DBAPIError as error:
            if place.ends_all(error):
                raise
            _take_back(connection)
            self.error = place.said(error)
            self.error.__cause__ = error
        except Exception as error:
            _take_back(connection)
            self.error = error

    def done(self) -> None:
        """The transaction is on the disk: tells whoever waits."""
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self._result)


class Writer:
    """Runs changes in the order in which they were given, each group in one transaction."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._engine = place.writing()
        self._connection: Connection | None = None
        self._number = 0  # of the last commit
        self._doubtful: list[_Change[Any]] = []  # a server went away in the middle of its commit
        self._queue: queue.SimpleQueue[_Change[Any] | None] = queue.SimpleQueue()
        self._closing = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="index writer", daemon=True)
        self._thread.start()

    def write(self, function: Callable[[Connection], Result]) -> Future[Result]:
        """Queues ``function``; the future is done when its change has reached the disk."""
        change = _Change(function)
        with self._closing:
            if self._closed:
                raise StoreError(
                    f"The index {self._place.name} is closed; nothing more is written."
                )
            self._queue.put(change)
        return change.future

    def is_this_thread(self) -> bool:
        """Whether the caller runs inside a change (waiting for another would never end)."""
        return threading.current_thread() is self._thread

    def close(self, timeout_s: float) -> bool:
        """Writes what was given before; False if that took longer than ``timeout_s``."""
        with self._closing:
            if not self._closed:
                self._closed = True
                self._queue.put(None)
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _work(self) -> None:
        while (first := self._next()) is not None:
            group = [first]
            last = False
            while len(group) < _TOGETHER and not last:
                try:
                    following = self._queue.get_nowait()
                except queue.Empty:
                    break
                if following is None:
                    last = True
                else:
                    group.append(following)
            self._commit([one for one in group if one.future.set_running_or_notify_cancel()])
            if last:
                break
        self._leave()

    def _next(self) -> _Change[Any] | None:
        while self._doubtful:
            try:
                return self._queue.get(timeout=_ASK_S)
            except queue.Empty:
                self._commit([])
        return self._queue.get()

    def _commit(self, group: list[_Change[Any]]) -> None:
        last_word = False
        try:
            connection, transaction = self._begin()
            for change in group:
                change.run(connection, self._place)
            self._number += 1
            self._place.sign(connection, self._number)
            last_word = True
            transaction.commit()
        except BaseException as error:  # the thread must live on, whatever happened
            self._drop_connection()
            told = error
            if isinstance(error, DBAPIError):
                self._place.hear(error)
                if last_word and self._place.may_have_come(error):
                    self._doubtful = group
                    return
                told = self._place.said(error)
                told.__cause__ = error
            for change in group:
                change.future.set_exception(change.error or told)
            return
        for change in group:
            change.done()

    def _begin(self) -> tuple[Connection, RootTransaction]:
        if self._connection is not None:
            try:
                return self._connection, self._connection.begin()
            except DBAPIError as error:
                if not error.connection_invalidated:
                    raise
                self._drop_connection()  # a server that was started anew; nothing was done yet
        self._connection = connection = self._engine.connect()
        transaction = connection.begin()
        if self._doubtful:
            self._settle(self._place.has_come(connection, self._number))
        return connection, transaction

    def _settle(self, came: bool) -> None:
        """What became of a commit whose answer was lost is known now."""
        group, self._doubtful = self._doubtful, []
        for change in group:
            if came:
                change.done()
            else:
                lost = UnavailableError(f"The index {self._place.name} went away before a commit.")
                change.future.set_exception(change.error or lost)

    def _leave(self) -> None:
        if self._doubtful:
            self._commit([])
        for change in self._doubtful:
            change.future.set_exception(
                StoreError(f"The index {self._place.name} went away in the middle of a commit.")
            )
        self._drop_connection()
        self._engine.dispose()

    def _drop_connection(self) -> None:
        """The next change begins with a new one: nothing of a failed one is trusted."""
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.close()
            except DBAPIError:
                connection.invalidate()


def _take_back(connection: Connection) -> None:
    connection.exec_driver_sql(_TAKE_BACK)
    connection.exec_driver_sql(_KEEP)  # else each that fails leaves a savepoint behind
