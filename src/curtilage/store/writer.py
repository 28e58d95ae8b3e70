"""The thread that writes: whatever waits is committed together, with one sync of the disk.

A commit costs one fsync, whether it carries one change or fifty; so while one commit is on its
way to the disk the next changes gather, and share the next one. Each change has a savepoint of
its own: one that fails takes back only itself.
"""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from curtilage.store.damage import suspect
from curtilage.store.engine import is_broken, is_of_storage, said
from curtilage.store.errors import StoreError

Result = TypeVar("Result")

_TOGETHER: Final = 256
"""Most changes in one transaction: bounds how long other processes wait to write."""
_SAVE: Final = "SAVEPOINT change"
_KEEP: Final = "RELEASE SAVEPOINT change"
_TAKE_BACK: Final = "ROLLBACK TO SAVEPOINT change"
"""SQLAlchemy's own have a new name each, so each is compiled anew: half of all its work here."""


class _Change(Generic[Result]):
    """One function to run, and where its result goes once it is on the disk."""

    __slots__ = ("_function", "_result", "error", "future")

    def __init__(self, function: Callable[[Connection], Result]) -> None:
        self.future: Future[Result] = Future()
        self.error: BaseException | None = None
        self._function = function
        self._result: Result

    def run(self, connection: Connection, path: Path) -> None:
        """In a savepoint; raises only what makes the whole transaction worthless."""
        connection.exec_driver_sql(_SAVE)
        try:
            self._result = self._function(connection)
            connection.exec_driver_sql(_KEEP)
        except DBAPIError as error:
            if is_of_storage(error):
                raise
            connection.exec_driver_sql(_TAKE_BACK)
            self.error = said(error, path)
            self.error.__cause__ = error
        except Exception as error:
            connection.exec_driver_sql(_TAKE_BACK)
            self.error = error

    def done(self) -> None:
        """The transaction is on the disk: tells whoever waits."""
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self._result)


class Writer:
    """Runs changes in the order in which they were given, each group in one transaction."""

    def __init__(self, engine: Engine, path: Path) -> None:
        self._engine = engine
        self._path = path
        self._connection: Connection | None = None
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
                raise StoreError(f"The index {self._path} is closed; nothing more is written.")
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
        while (first := self._queue.get()) is not None:
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
        self._drop_connection()

    def _commit(self, group: list[_Change[Any]]) -> None:
        try:
            if self._connection is None:
                self._connection = self._engine.connect()
            with self._connection.begin():
                for change in group:
                    change.run(self._connection, self._path)
        except BaseException as error:  # the thread must live on, whatever happened
            self._drop_connection()
            if isinstance(error, DBAPIError) and is_broken(error):
                suspect(self._path)
            told = said(error, self._path) if isinstance(error, DBAPIError) else error
            for change in group:
                change.future.set_exception(change.error or told)
            return
        for change in group:
            change.done()

    def _drop_connection(self) -> None:
        """The next change begins with a new one: nothing of a failed one is trusted."""
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.close()
            except DBAPIError:
                connection.invalidate()
