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

from curtilage.ingest.rtsp.dial import MARK

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


class Turn:
    """While it is one opening's turn at a camera: every new socket to it is that opening's."""

    __slots__ = ("_before", "_lock", "_mine", "_port")

    def __init__(self, port: int) -> None:
        self._port = port
        self._before = frozenset(name for _, name in _sockets())
        self._lock = threading.Lock()
        self._mine = True

    def line(self) -> Line | None:
        """The connection that FFmpeg opened; None if there is none, or it cannot be told."""
        found = [n for n, name in _sockets() if name not in self._before and self._fits(n)]
        if len(found) == 1:
            with suppress(OSError):
                return Line(found[0])
        return None

    def cut(self) -> None:
        """End the opening from another thread; does nothing when the turn is over."""
        with self._lock:
            line = self.line() if self._mine else None
        if line is not None:
            line.cut()
            line.close()

    def over(self) -> None:
        """The next one may open."""
        with self._lock:
            self._mine = False

    def _fits(self, number: int) -> bool:
        """Whether a socket goes to the camera's port, and was not made by ourselves."""
        try:
            with socket.socket(fileno=os.dup(number)) as copy:
                peer = copy.getpeername()
                ours = copy.getsockopt(socket.SOL_SOCKET, socket.SO_PRIORITY) == MARK
        except OSError:
            return False
        return isinstance(peer, tuple) and peer[1] == self._port and not ours


@contextmanager
def turn(host: str, port: int, wait_s: float) -> Iterator[Turn | None]:
    """One at a time for each camera; None when it is still another's turn after ``wait_s``."""
    with _turns_lock:
        lock = _turns.setdefault((host, port), threading.Lock())
    if not lock.acquire(timeout=wait_s):
        yield None
        return
    mine = Turn(port)
    try:
        yield mine
    finally:
        mine.over()
        lock.release()


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
