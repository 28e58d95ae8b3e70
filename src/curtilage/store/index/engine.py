"""Connections to the index file, set so that what was committed stays, and errors as sentences.

SQLite in WAL mode with ``synchronous=FULL``: a commit returns when the log has reached the disk,
and readers of other processes never wait for the writer.
"""

import sqlite3
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from curtilage.store.errors import StoreError, UnavailableError

_LOG_KEPT_BYTES: Final = 64 << 20
"""The write-ahead log is cut back to this after a checkpoint (a long reader lets it grow)."""

_BUSY: Final = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_BROKEN: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_STORAGE: Final = (
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_PROTOCOL,
)


def writing_engine(path: Path, timeout_s: float) -> Engine:
    """Connections whose transactions hold the write lock from their first word."""
    engine = create_engine(
        f"sqlite:///{path}",
        poolclass=NullPool,
        connect_args={"timeout": timeout_s, "check_same_thread": False},
    )
    event.listen(engine, "connect", _set_for_writing)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def reading_engine(path: Path, timeout_s: float) -> Engine:
    """Connections that see one moment of the index and cannot change it."""
    engine = create_engine(
        f"sqlite:///{path}",
        pool_size=2,
        max_overflow=-1,
        connect_args={"timeout": timeout_s, "check_same_thread": False},
    )
    event.listen(engine, "connect", _set_for_reading)
    event.listen(engine, "begin", _begin)
    return engine


def primary_code(error: DBAPIError) -> int | None:
    """SQLite's result code without its refinements; None if the error is not SQLite's."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    return code & 0xFF if isinstance(code, int) else None


def is_broken(error: DBAPIError) -> bool:
    """Whether the file is no database, or a damaged one."""
    return primary_code(error) in _BROKEN


def is_of_storage(error: DBAPIError) -> bool:
    """Whether the whole transaction is lost (disk, lock, file), not only one statement wrong."""
    code = primary_code(error)
    return code in _STORAGE or code in _BUSY or code in _BROKEN


def said(error: DBAPIError, path: Path) -> StoreError:
    """The error as a sentence for the owner."""
    code = primary_code(error)
    if code in _BUSY:
        return UnavailableError(
            f"The index {path} is locked by another program; try again when that has ended."
        )
    if code in _BROKEN:
        return UnavailableError(
            f"The index {path} is damaged ({error.orig}); "
            "stop the recorder and run `curtilage fsck --rebuild`."
        )
    if code == sqlite3.SQLITE_FULL:
        return UnavailableError(f"The disk of the index {path} is full; free some space on it.")
    if code == sqlite3.SQLITE_READONLY:
        return UnavailableError(
            f"The index {path} cannot be written: it, or its disk, is read-only."
        )
    if code in _STORAGE:
        return UnavailableError(
            f"The index {path} cannot be read or written ({error.orig}); "
            "check its disk, and who may write to its folder."
        )
    return StoreError(f"The index {path} refused a change: {error.orig}.")


def _set_for_writing(raw: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    _set(raw, "journal_mode=WAL", "synchronous=FULL", f"journal_size_limit={_LOG_KEPT_BYTES}")


def _set_for_reading(raw: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    _set(raw, "query_only=ON")


def _set(raw: DBAPIConnection, *pragmas: str) -> None:
    # Python's own driver begins transactions late and not before SAVEPOINT; we begin them.
    assert isinstance(raw, sqlite3.Connection)  # noqa: S101 - tells the type, nothing else
    raw.isolation_level = None
    for pragma in ("foreign_keys=ON", *pragmas):
        raw.execute(f"PRAGMA {pragma}")


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")
