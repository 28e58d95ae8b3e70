"""A request's body, read whole before the route runs: bounded in size, time and nesting."""

import asyncio
import re
from typing import Final

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope

from curtilage.web.refusal import Refused

PATIENCE_S: Final = 20.0
"""A body that takes longer is a client that holds us up."""
DEEPEST: Final = 32
_TEXT: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+\\?(?:"|\Z)', re.DOTALL)
"""Takes one that never ends as a whole and never looks back: a megabyte of ``\\"`` costs little."""
_BRACKETS: Final = re.compile(rb"[][{}]")


async def read_body(scope: Scope, receive: Receive, most: int) -> Receive:
    """Reads it and gives a ``receive`` that tells it in one piece. Raises ``Refused``."""
    headers = Headers(scope=scope)
    said = headers.get("content-length", "0")
    if (said.isdigit() and int(said) > most) or not said.isdigit():
        raise _too_large(most)
    try:
        body = await asyncio.wait_for(_whole(receive, most), PATIENCE_S)
    except TimeoutError:
        raise Refused(408, "The body of the request did not arrive in time.") from None
    if "json" in headers.get("content-type", "") and _depth(body) > DEEPEST:
        raise Refused(422, f"The body is nested deeper than {DEEPEST} levels.")
    told = False

    async def replay() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


async def _whole(receive: Receive, most: int) -> bytes:
    pieces: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        pieces.append(message.get("body", b""))
        size += len(pieces[-1])
        if size > most:
            raise _too_large(most)
        if not message.get("more_body", False):
            return b"".join(pieces)


def _too_large(most: int) -> Refused:
    return Refused(413, f"The body of a request may have {most:,} bytes here.")


def _depth(body: bytes) -> int:
    deepest = depth = 0
    for bracket in _BRACKETS.findall(_TEXT.sub(b"", body)):
        depth += 1 if bracket in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest
