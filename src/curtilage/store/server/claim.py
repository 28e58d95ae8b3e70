"""One recorder at a time uses an index on a server, from whatever machine.

A file is guarded by the lock of its folder; two folders could name one server. The claim is a lock
that lasts as long as its connection, so that a dead process cannot keep it.
"""

import contextlib
import threading
import time
from typing import Any, Final

import psycopg

from curtilage.store.errors import StoreError, UnavailableError
from curtilage.store.server.connection import Patient, connect

_KEY: Final = "(1129665101, hashtext(current_schema()))"
_STATEMENT_S: Final = 20.0
_DOUBT_S: Final = 60.0
"""So long another may hold it before we believe that it is not our own dead connection."""


class Claim:
    """The claim of this process on the index ``name``. Safe from several threads."""

    def __init__(self, parts: dict[str, Any], name: str) -> None:
        self._parts = parts
        self._name = name
        self._lock = threading.Lock()
        self._connection: Patient | None = None
        self._refused_s: float | None = None

    def take(self, timeout_s: float) -> None:
        """Waits ``timeout_s`` for another to end. Raises ``StoreError`` if that does not."""
        with self._lock:
            try:
                self._connection = self._connected(timeout_s)
                self._connection.execute(f"SELECT pg_advisory_lock{_KEY}".encode())
            except psycopg.errors.LockNotAvailable:
                self._drop()
                raise StoreError(
                    f"The index {self._name} is used by another recorder, or fsck; stop that, "
                    "or give this site a database of its own."
                ) from None
            except psycopg.Error as error:
                self._drop()
                raise UnavailableError(
                    f"The index {self._name} cannot be reached ({type(error).__name__})."
                ) from error

    def let_go(self) -> None:
        """Another may have it; without a claim nothing."""
        with self._lock:
            self._drop()

    def holds(self) -> bool:
        """Whether nobody else has taken it while the server was away; takes it again if it can."""
        with self._lock:
            if self._connection is None:
                return True
            with contextlib.suppress(psycopg.Error):
                self._connection.execute("SELECT 1")
                return True
            try:
                again = self._connected(1.0)
                found = again.execute(f"SELECT pg_try_advisory_lock{_KEY}".encode()).fetchone()
            except psycopg.Error:
                return True  # it is still away
            if found is not None and found[0]:
                self._connection, self._refused_s = again, None
                return True
            again.close()
            if self._refused_s is None:
                self._refused_s = time.monotonic()
            return time.monotonic() - self._refused_s < _DOUBT_S

    def _connected(self, timeout_s: float) -> Patient:
        connection = connect(self._parts, _STATEMENT_S, timeout_s)
        connection.autocommit = True
        return connection

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
