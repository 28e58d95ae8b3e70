"""Passwords: what is good enough, and Argon2id (RFC 9106) to keep and compare them.

A hash takes 64 MiB and a fifth of a second of one core; so at most two are made at a time, few may
wait for it, and an account that does not exist costs the same as one that does.
"""

import threading
import unicodedata
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from curtilage.errors import InputError
from curtilage.web.refusal import Refused

SHORTEST: Final = 12
LONGEST: Final = 256
_DIFFERENT: Final = 5
_AT_ONCE: Final = 2
_WAITING: Final = 8
"""More are sent away at once: each holds a thread that others need."""
_PATIENCE_S: Final = 10.0


class PasswordError(InputError):
    """The password is not good enough; ``str(error)`` says why."""


class Passwords:
    """Makes and compares hashes, few at a time."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._room = _Room()
        self._nobodys = self._hasher.hash("nobody's")

    def hash(self, password: str) -> str:
        """A hash of ``password``, in PHC form."""
        with self._room:
            return self._hasher.hash(_normal(password))

    def fits(self, stored: str | None, password: str) -> bool:
        """Whether ``password`` made ``stored``; None (no such account) takes as long, and fails."""
        with self._room:
            try:
                self._hasher.verify(stored or self._nobodys, _normal(password))
            except (VerificationError, InvalidHashError):
                return False
        return stored is not None

    def is_outdated(self, stored: str) -> bool:
        """Whether it was made with weaker settings than today's."""
        return self._hasher.check_needs_rehash(stored)


def must_be_good(password: str, name: str) -> None:
    """Raises ``PasswordError`` with a sentence."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise PasswordError(
            f"A password needs {SHORTEST} to {LONGEST} characters; four words with spaces are easy "
            "to keep in mind."
        )
    plain = password.casefold()
    if len(set(plain)) < _DIFFERENT:
        raise PasswordError(f"A password needs at least {_DIFFERENT} different characters.")
    if name.casefold() in plain and len(plain) < len(name) + SHORTEST:
        raise PasswordError("A password must not be built around the name of the account.")


def _normal(password: str) -> str:
    """The same letters typed on another keyboard are the same password (NFKC)."""
    return unicodedata.normalize("NFKC", password)


class _Room:
    """Room to hash; says so if there is none."""

    def __init__(self) -> None:
        self._asking = threading.BoundedSemaphore(_AT_ONCE + _WAITING)
        self._hashing = threading.BoundedSemaphore(_AT_ONCE)

    def __enter__(self) -> None:
        if not self._asking.acquire(blocking=False):
            raise _too_many()
        if not self._hashing.acquire(timeout=_PATIENCE_S):
            self._asking.release()
            raise _too_many()

    def __exit__(self, *_: object) -> None:
        self._hashing.release()
        self._asking.release()


def _too_many() -> Refused:
    return Refused(503, "Too many people sign in at this moment; try again.", {"Retry-After": "10"})
