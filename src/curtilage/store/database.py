"""The index: one file that many may read, with one thread that writes for this process.

``write`` takes a function of a connection and gives a future, done when the change is on the
disk; ``now`` waits for it; ``read`` gives a connection that sees one moment. See
``docs/design/store.md``.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from curtilage.config.site import SiteSettings
from curtilage.store.damage import is_damaged_as_suspected, move_aside, suspect
from curtilage.store.engine import is_broken, reading_engine, said, writing_engine
from curtilage.store.errors import StoreError
from curtilage.store.schema import bring_up_to_date
from curtilage.store.writer import Result, Writer

FILE_NAME: Final = "curtilage.db"
_DRAIN_S: Final = 60.0
"""Longest wait for a change: several lock timeouts, then something is badly wrong."""


class Database:
    """The index of a site. Made by ``Database.open``; ``with`` closes it."""

    path: Path
    was_damaged: bool
    """The file was no usable database: it was moved aside, and this one is empty."""
    is_new: bool
    """There were no tables before: the first start, or the file had been lost or damaged."""
    moved_to: Path | None
    """Where a damaged file was moved."""

    @classmethod
    def of(cls, site: SiteSettings, *, timeout_s: float = 10.0) -> Self:
        """The index of ``site``. Raises ``StoreError`` as ``open`` does."""
        return cls.open(site.state, timeout_s=timeout_s)

    @classmethod
    def open(cls, folder: Path, *, timeout_s: float = 10.0) -> Self:
        """Opens (or makes) the index in ``folder``.

        Args:
            folder: the site's ``state`` folder; made if missing.
            timeout_s: how long to wait for a lock that another process holds.

        Raises:
            StoreError: with a sentence, if it cannot be used and waiting would not help.
        """
        path = folder / FILE_NAME
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(
                f"The folder {folder} of the index cannot be made: {error.strerror}."
            ) from error
        try:
            moved_to = move_aside(path) if is_damaged_as_suspected(path, timeout_s) else None
            try:
                return cls(path, timeout_s, moved_to)
            except DBAPIError as error:
                if not is_broken(error):
                    raise
                moved_to = move_aside(path)
            return cls(path, timeout_s, moved_to)
        except DBAPIError as error:
            raise said(error, path) from error

    def __init__(self, path: Path, timeout_s: float, moved_to: Path | None) -> None:
        self.path = path
        self.moved_to = moved_to
        self.was_damaged = moved_to is not None
        self._reading = reading_engine(path, timeout_s)
        self._writing = writing_engine(path, timeout_s)
        try:
            self.is_new = bring_up_to_date(self._reading, self._writing, path)
        except BaseException:
            self._dispose()
            raise
        self._writer = Writer(self._writing, path)

    def write(self, function: Callable[[Connection], Result]) -> Future[Result]:
        """Queues a change; ``function`` runs in the writer's thread, inside a transaction.

        It must be quick, must not wait, and may run beside changes of others: if it raises,
        only its own is taken back and the future holds the error. ``StoreError`` means that
        nothing of it is on the disk; giving it again is then right.
        """
        return self._writer.write(function)

    def now(self, function: Callable[[Connection], Result]) -> Result:
        """The same, and waits until the change is on the disk."""
        if self._writer.is_this_thread():
            raise RuntimeError("a change may not wait for another change: call its function")
        change = self.write(function)
        try:
            return change.result(_DRAIN_S)
        except FutureTimeoutError as error:
            change.cancel()
            raise StoreError(
                f"The index {self.path} has not been written for {_DRAIN_S:.0f} s; check its disk."
            ) from error

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees the index at one moment, and cannot change it."""
        try:
            with self._reading.connect() as connection:
                yield connection
        except DBAPIError as error:
            if is_broken(error):
                suspect(self.path)
            raise said(error, self.path) from error

    def close(self) -> None:
        """Writes what was given before, then lets the file go. Twice does no harm."""
        drained = self._writer.close(_DRAIN_S)
        self._dispose()
        if not drained:
            raise StoreError(
                f"The index {self.path} could not be closed within {_DRAIN_S:.0f} s; "
                "its last changes may be missing."
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _dispose(self) -> None:
        self._reading.dispose()
        self._writing.dispose()
