"""The index: many may read it, and one thread writes it for this process.

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
from typing import TYPE_CHECKING, Final, Self

from pydantic import SecretStr
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from curtilage.config.site import SiteSettings
from curtilage.store.errors import StoreError, UnavailableError
from curtilage.store.index.damage import is_damaged_as_suspected, move_aside
from curtilage.store.index.engine import is_broken
from curtilage.store.index.in_file import InFile
from curtilage.store.index.place import Place
from curtilage.store.index.schema import bring_up_to_date
from curtilage.store.index.writer import Result, Writer

if TYPE_CHECKING:
    from curtilage.store.server.on_server import OnServer

FILE_NAME: Final = "curtilage.db"
_DRAIN_S: Final = 60.0
"""Longest wait for a change: several lock timeouts, then something is badly wrong."""


class Database:
    """The index of a site. Made by ``Database.of`` or ``open``; ``with`` closes it."""

    name: str
    """What it is called in sentences, after the words *the index*: a path, or a server's name."""
    state: Path
    """The site's folder of what the running parts remember, wherever the index is."""
    was_damaged: bool
    """The file was no usable database: it was moved aside, and this one is empty."""
    is_new: bool
    """There were no tables before: the first start, or the file had been lost or damaged."""
    moved_to: Path | None
    """Where a damaged file was moved."""

    @classmethod
    def of(cls, site: SiteSettings, *, timeout_s: float = 10.0) -> Self:
        """The index of ``site``: on its server, or in its ``state`` folder.

        Raises:
            StoreError: with a sentence, if it cannot be used; ``UnavailableError``, if it may be
                later.
        """
        if site.database is None:
            return cls.open(site.state, timeout_s=timeout_s)
        return cls.on_server(site.database, site.state, timeout_s=timeout_s)

    @classmethod
    def open(cls, folder: Path, *, timeout_s: float = 10.0) -> Self:
        """Opens (or makes) the index in a file of ``folder``.

        Args:
            folder: the site's ``state`` folder; made if missing.
            timeout_s: how long to wait for a lock that another process holds.

        Raises:
            StoreError: with a sentence, if it cannot be used and waiting would not help.
        """
        path = folder / FILE_NAME
        place = InFile(path, timeout_s)
        _make(folder)
        try:
            moved_to = move_aside(path) if is_damaged_as_suspected(path, timeout_s) else None
            try:
                return cls(place, folder, moved_to)
            except DBAPIError as error:
                if not is_broken(error):
                    raise
                moved_to = move_aside(path)
            return cls(place, folder, moved_to)
        except DBAPIError as error:
            raise place.said(error) from error

    @classmethod
    def on_server(cls, url: SecretStr, state: Path, *, timeout_s: float = 10.0) -> Self:
        """Opens the index in the PostgreSQL database at ``url``; makes its tables if missing.

        Raises:
            StoreError: as ``of``; no sentence repeats the address.
        """
        place = _server(url, timeout_s)
        _make(state)
        try:
            place.check()
            return cls(place, state, None)
        except DBAPIError as error:
            raise place.said(error) from error

    def __init__(self, place: Place, state: Path, moved_to: Path | None) -> None:
        self.name = place.name
        self.state = state
        self.moved_to = moved_to
        self.was_damaged = moved_to is not None
        self._place = place
        self._reading = place.reading()
        try:
            self.is_new = bring_up_to_date(self._reading, place.building(), self.name)
        except BaseException:
            self._reading.dispose()
            raise
        place.opened()
        self._writer = Writer(place)

    def claim(self) -> None:
        """Until ``close`` no other recorder uses it; for one that holds the lock of its folder.

        Raises:
            StoreError: another one does, from another machine or folder.
        """
        self._place.claim()

    def is_there(self) -> bool:
        """Whether the file that was opened is still in its place, the server still ours."""
        return self._place.is_there()

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
                f"The index {self.name} has not been written for {_DRAIN_S:.0f} s; check its disk."
            ) from error

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees the index at one moment, and cannot change it."""
        try:
            with self._reading.connect() as connection:
                yield connection
        except DBAPIError as error:
            self._place.hear(error)
            raise self._place.said(error) from error
        except PoolTimeoutError as error:
            raise UnavailableError(
                f"The index {self.name} is being read by too many at once; try again."
            ) from error

    def close(self) -> None:
        """Writes what was given before, then lets the file go. Twice does no harm."""
        drained = self._writer.close(_DRAIN_S)
        self._reading.dispose()
        self._place.let_go()
        if not drained:
            raise StoreError(
                f"The index {self.name} could not be closed within {_DRAIN_S:.0f} s; "
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


def no_index(site: SiteSettings) -> str | None:
    """Words that say where no index is; None: there is one. Makes nothing.

    Raises:
        StoreError: a server does not tell.
    """
    if site.database is None:
        there = InFile(site.state / FILE_NAME, 0.0).exists()
        return None if there else f"{site.state}: holds no index"
    place = _server(site.database, 10.0)
    return None if place.exists() else f"{place.name}: there is no index"


def _server(url: SecretStr, timeout_s: float) -> "OnServer":
    from curtilage.store.server.address import ServerAddress
    from curtilage.store.server.on_server import (
        OnServer,  # its driver costs memory that a file does not
    )

    return OnServer(ServerAddress.of(url), timeout_s)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"The folder {folder} of the index cannot be made: {error.strerror}."
        ) from error
