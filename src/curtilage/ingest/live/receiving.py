"""Bytes of a camera's connection: as they come, or a fifth of a second's worth at a time.

Each wake-up of a thread costs as much as reading ten pictures. While nobody is in a hurry the
kernel keeps what comes until there is much of it (``SO_RCVLOWAT``) or until the time is over
(``SO_RCVTIMEO``); its buffer grows with that, so the camera is never held up. Now and then a few
pictures are read as they come all the same, since how late they are tells what time they were
taken at.
"""

import socket
import ssl
import struct
import time
from collections.abc import Callable

CALM_S = 0.2  # of bytes at a time, at most
MUCH = 64 * 1024  # bytes; with so many there it is read before
AT_FIRST_S = 5.0  # of a connection, in which everything is read as it comes
EVERY_S = 5.0  # between two stretches in which pictures are read as they come
STRETCH_S = 0.3


class Receiver:
    """Reads one connection, for one thread.

    Args:
        line: the connection.
        stall_s: how long a read may wait.
        hurries: whether somebody wants the bytes as they come.

    """

    def __init__(
        self, line: socket.socket, stall_s: float, hurries: Callable[[], bool] = lambda: True
    ) -> None:
        self._line, self._stall_s, self._hurries = line, stall_s, hurries
        self._secret = isinstance(line, ssl.SSLSocket)  # reads in pieces that it chooses
        self._came_s = time.monotonic()
        self._prompt_until_s = self._came_s + AT_FIRST_S
        self.calm = False  # what is read now had time to gather
        line.settimeout(None)
        self._wait(stall_s)

    def into(self, room: memoryview) -> int:
        """Receives; how many bytes, 0: the other end ended it.

        Raises:
            OSError: nothing came in time, or the connection broke.

        """
        while True:
            now_s = time.monotonic()
            self._choose(now_s)
            try:
                count = self._line.recv_into(room)
            except BlockingIOError:
                if self.calm and now_s - self._came_s < self._stall_s:
                    continue
                raise
            self._came_s = now_s
            return count

    def _choose(self, now_s: float) -> None:
        calm = not (self._secret or now_s < self._prompt_until_s or self._hurries())
        if calm and now_s - self._prompt_until_s > EVERY_S:
            self._prompt_until_s = now_s + STRETCH_S
            calm = False
        if calm is not self.calm:
            self.calm = calm
            self._line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, MUCH if calm else 1)
            self._wait(CALM_S if calm else self._stall_s)

    def _wait(self, seconds: float) -> None:
        """Let the system end a wait, which costs nothing; Python's own timeout costs a call."""
        self._line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, timeval(seconds))


def timeval(seconds: float) -> bytes:
    """A time as the kernel has it in options of sockets."""
    whole, rest = divmod(max(seconds, 0.05), 1)
    return struct.pack("ll", int(whole), int(rest * 1e6))
