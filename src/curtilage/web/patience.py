"""HTTP/1.1 that does not wait for ever: who connects and says nothing loses the connection.

Uvicorn begins to count only after a first answer; a few hundred silent connections would keep
everybody else out ("slow loris"). And no address may take all the connections there are.
"""

import asyncio
from typing import Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEADERS_S: Final = 10.0
"""From the connection, or from the last answer, to the end of the next request's headers."""


HERE: tuple[str, ...] = ("127.0.0.1", "::1")
OF_ONE_ADDRESS: Final = 256
"""Connections; a wall of 50 cameras takes about a hundred."""


class Impatient(H11Protocol):
    """Uvicorn's own, with a limit on the time between requests (its hook for protocols)."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begins to count."""
        super().connection_made(transport)
        self._idle = 0
        if self._has_too_many():
            transport.abort()
        self._look_again()

    def _has_too_many(self) -> bool:
        """A proxy on this machine speaks for many, and is no stranger."""
        if self.client is None or self.client[0] in HERE:
            return False
        theirs = 0
        for other in self.connections:
            client = getattr(other, "client", None)
            theirs += client is not None and client[0] == self.client[0]
        return theirs > OF_ONE_ADDRESS

    def _look_again(self) -> None:
        self._timer = self.loop.call_later(HEADERS_S / 2, self._look)

    def _look(self) -> None:
        if self.transport.is_closing() or self.transport.get_protocol() is not self:
            return  # gone, or a WebSocket by now
        waits = self.conn.their_state is h11.IDLE and (
            self.cycle is None or self.cycle.response_complete
        )
        self._idle = self._idle + 1 if waits else 0
        if self._idle > 2:
            self.transport.close()
            return
        self._look_again()

    def connection_lost(self, exc: Exception | None) -> None:
        """Ends."""
        self._timer.cancel()
        super().connection_lost(exc)
