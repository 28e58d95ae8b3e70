"""What systemd is told of us (``sd_notify``): that we run, what we do, that we are alive.

A datagram to the socket named in ``NOTIFY_SOCKET``; without it, nobody asked.
"""

import contextlib
import os
import socket

VARIABLE = "NOTIFY_SOCKET"


class System:
    """Tells the service manager that started this process, if one did."""

    def __init__(self) -> None:
        self._address = os.environ.pop(VARIABLE, "")  # it is ours alone, not our children's
        self._told = ""

    def ready(self) -> None:
        """We run."""
        self._send("READY=1")

    def doing(self, status: str) -> None:
        """In words, what we do; said again only when it is something else."""
        if status != self._told:
            self._told = status
            self._send(f"STATUS={status}")

    def alive(self) -> None:
        """We do not hang."""
        self._send("WATCHDOG=1")

    def stopping(self) -> None:
        """We are about to end."""
        self._send("STOPPING=1")

    def _send(self, text: str) -> None:
        if not self._address:
            return
        address = self._address
        if address.startswith("@"):  # a name without a file
            address = "\0" + address[1:]
        with (
            contextlib.suppress(OSError),
            contextlib.closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as one,
        ):
            one.settimeout(1.0)
            one.sendto(text.encode(), address)
