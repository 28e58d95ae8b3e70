"""Answers that are read from files while they are sent: cut off when nobody takes them.

A viewer that stands still holds a connection and a file; after a minute without taking anything it
loses both. What fails half way is cut off as well, so that nobody takes a half for a whole.
"""

import asyncio
from typing import Final

from fastapi.responses import StreamingResponse
from starlette.types import Message, Send

STALLED_S: Final = 60.0


class Streamed(StreamingResponse):
    """Bytes of an iterator, which runs in a thread."""

    async def stream_response(self, send: Send) -> None:
        """As Starlette's, with patience for each piece."""

        async def in_time(message: Message) -> None:
            async with asyncio.timeout(STALLED_S):
                await send(message)

        try:
            await super().stream_response(in_time)
        except TimeoutError:
            return  # without its end: the server closes the connection
