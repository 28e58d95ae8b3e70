"""What a PostgreSQL server, or the way to it, answers, as sentences for the owner.

By SQLSTATE (PostgreSQL manual, appendix A). Refused connections carry none: there the server's own
words are shown, which never hold a password.
"""

import re
from typing import Final

import psycopg
from sqlalchemy.exc import DBAPIError

from curtilage.store.errors import StoreError, UnavailableError

_LOCKED: Final = ("55P03", "40P01", "40001")
_FULL: Final = "53100"
_BUSY: Final = ("53000", "53200", "53300", "53400")
_READ_ONLY: Final = "25006"
_SLOW: Final = "57014"
_AWAY: Final = ("57P01", "57P02", "57P03", "57P05", "25P03", "25P04")
_BROKEN: Final = ("XX001", "XX002")
_STORAGE: Final = ("58000", "58030", "58P01", "58P02")
_FORBIDDEN: Final = "42501"
_EMPTY: Final = ("42P01", "3F000", "3D000")


_PREFIX: Final = re.compile(r"^(connection failed: )?(connection to server .* failed: )?")
"""Repeats what the sentence has said."""


def state_of(error: DBAPIError) -> str | None:
    """SQLSTATE; None: there was no answer, or none that carries one."""
    state = getattr(error.orig, "sqlstate", None)
    return state if isinstance(state, str) else None


def is_of_the_way(error: DBAPIError) -> bool:
    """Whether the server cannot be reached, has gone, or has let us go."""
    state = state_of(error)
    if state is None:
        return error.connection_invalidated or isinstance(
            error.orig, psycopg.OperationalError | psycopg.InterfaceError
        )
    return state in _AWAY or state.startswith("08")


def ends_all(error: DBAPIError) -> bool:
    """Whether the whole transaction is lost, not only one statement wrong."""
    state = state_of(error)
    if is_of_the_way(error):
        return True
    return state is not None and (
        state in (*_LOCKED, _FULL, *_BUSY, _READ_ONLY, _SLOW, *_BROKEN, *_STORAGE)
    )


def said(error: DBAPIError, name: str) -> StoreError:
    """The error as a sentence about the index called ``name``."""
    state = state_of(error)
    if is_of_the_way(error):
        return _of_the_way(error, name)
    if state in _LOCKED:
        return UnavailableError(
            f"The index {name} is locked by another program; try again when that has ended."
        )
    if state == _FULL:
        return UnavailableError(f"The disk of the index {name} is full; free some space on it.")
    if state in _BUSY:
        return UnavailableError(
            f"The index {name} has no room for us: {_words(error)}; raise the server's limit."
        )
    if state == _READ_ONLY:
        return UnavailableError(
            f"The index {name} cannot be written: it is read-only; give the address of the server "
            "that is written to, not of its copy."
        )
    if state == _SLOW:
        return UnavailableError(f"The index {name} took too long to answer; try again later.")
    if state in _BROKEN:
        return UnavailableError(
            f"The index {name} is damaged ({_words(error)}); restore it from a backup, or drop "
            "the database, make it again, and run `curtilage fsck --rebuild`."
        )
    if state in _STORAGE:
        return UnavailableError(
            f"The index {name} cannot be read or written ({_words(error)}); check its disk."
        )
    if state == _FORBIDDEN:
        return UnavailableError(
            f"The index {name} does not let its user do that ({_words(error)}); "
            "make this user the owner of the database."
        )
    if state in _EMPTY:
        return UnavailableError(
            f"The index {name} has lost its tables ({_words(error)}); "
            "restore them, or start Curtilage anew."
        )
    return StoreError(f"The index {name} refused a change: {_words(error)}.")


def _of_the_way(error: DBAPIError, name: str) -> UnavailableError:
    words = _words(error)
    connection = getattr(error.orig, "pgconn", None)
    if connection is not None and connection.needs_password:
        return UnavailableError(f"The index {name} asks for a password; put it into `database`.")
    if "password authentication failed" in words or "SASL" in words:
        return UnavailableError(
            f"The index {name} refuses its user or password; put the right ones into `database`."
        )
    if "does not exist" in words:
        return UnavailableError(
            f"The index {name} is not there: {words}; make it, or name another."
        )
    if "too many" in words or "remaining connection slots" in words:
        return UnavailableError(
            f"The index {name} has no room for us: {words}; raise the server's limit."
        )
    return UnavailableError(
        f"The index {name} cannot be reached ({words}); see that the server runs, "
        "and that this machine may connect to it."
    )


def _words(error: DBAPIError) -> str:
    """The server's first line, or the last of a refused connection, without prefixes."""
    diagnosis = getattr(error.orig, "diag", None)
    told = getattr(diagnosis, "message_primary", None)
    if told:
        return str(told).rstrip(".")
    lines = [line.strip() for line in str(error.orig).splitlines() if line.strip()]
    reasons = [line for line in lines if not line.startswith(("Is the server", "Multiple"))]
    last = (reasons or lines or ["no answer"])[-1].rpartition("FATAL: ")[2]
    return _PREFIX.sub("", last).strip().rstrip(".")
