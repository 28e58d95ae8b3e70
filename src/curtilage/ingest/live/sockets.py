"""Finds the socket that FFmpeg opened, so that a read that waits can be ended from outside.

FFmpeg's own ways out of a read that waits are a timeout (which must be as long as a stall, and
restarts with every byte) and a callback into Python a thousand times a second. Neither obeys `stop`
within a second at no cost. So we look which socket appeared while FFmpeg opened the camera (Linux:
`/proc/self/fd`), keep a duplicate of it, and shut it down when the read has to end. One camera's
streams are opened one after the other, so that it is known whose socket it is.
"""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_FDS = "/proc/self/fd"
_turns: dict[tuple[str, int], threading.Lock] = {}
_turns_lock = threading.Lock()


class Line:
    """A duplicate of a connection's socket."""

    __slots__ = ("_lock", "_socket")

    def __init__(self, number: int) -> None:
        self._socket: socket.socket | None = socket.socket(fileno=os.dup(number))
        self._lock = threading.Lock()

    def cut(self) -> None:
        """End the connection; every read of it ends at once. Does nothing after `close`."""
        with self._lock, suppress(OSError):
            if self._socket is not None:
                self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Give the duplicate back."""
        with self._lock:
            if self._socket is not None:
                self._socket.close()
                self._socket = None


@contextmanager
def turn(host: str, port: int, wait_s: float) -> Iterator[bool]:
    """One at a time for each camera; False when it is still another's turn after ``wait_s``."""
    with _turns_lock:
        lock = _turns.setdefault((host, port), threading.Lock())
    mine = lock.acquire(timeout=wait_s)
    try:
        yield mine
    finally:
        if mine:
            lock.release()


def open_sockets() -> frozenset[str]:
    """The sockets that this process has, by the kernel's names of them."""
    return frozenset(name for _, name in _sockets())


def new_line(before: frozenset[str], port: int) -> Line | None:
    """The connection to ``port`` that was not there ``before``; None if there is none, or two."""
    found = [n for n, name in _sockets() if name not in before and _peer_port(n) == port]
    if len(found) != 1:
        return None
    with suppress(OSError):
        return Line(found[0])
    return None


def _sockets() -> Iterator[tuple[int, str]]:
    try:
        numbers = os.listdir(_FDS)  # noqa: PTH208  names only, many times
    except OSError:
        return
    for number in numbers:
        with suppress(OSError, ValueError):
            name = os.readlink(f"{_FDS}/{number}")  # noqa: PTH115
            if name.startswith("socket:"):
                yield int(number), name


def _peer_port(number: int) -> int:
    try:
        with socket.socket(fileno=os.dup(number)) as copy:
            peer = copy.getpeername()
    except OSError:
        return 0
    return int(peer[1]) if isinstance(peer, tuple) else 0
