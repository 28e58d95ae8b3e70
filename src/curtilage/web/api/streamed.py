"""Answers that are read from files while they are sent: cut off when nobody takes them.

A viewer that stands still holds a connection and a file; after a minute without taking anything it
loses both. What fails half way is cut off as well, so that nobody takes a half for a whole.
"""

import asyncio
from collections.abc import Generator, Mapping
from typing import Final

from fastapi.responses import StreamingResponse
from starlette.types import Message, Send

STALLED_S: Final = 60.0


class Streamed(StreamingResponse):
    """Bytes of a generator, which runs in threads and is closed when the answer ends, however."""

    def __init__(
        self,
        content: Generator[bytes, None, None],
        status_code: int = 200,
        headers: Mapping[str, str] | None = None,
        media_type: str | None = None,
    ) -> None:
        super().__init__(content, status_code, headers, media_type)
        self._content = content

    async def stream_response(self, send: Send) -> None:
        """As Starlette's, with patience for each piece."""

        async def in_time(message: Message) -> None:
            async with asyncio.timeout(STALLED_S):
                await send(message)

        try:
            await super().stream_response(in_time)
        except TimeoutError:
            return  # without its end: the server closes the connection
        finally:
            self._content.close()  # a viewer who left: nothing else would, for a long time
