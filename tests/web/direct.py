"""Calls of an app without a network or a thread between: what is sent is sent byte for byte.

A test client would mend odd paths and headers, and wait for the end of a stream that has none.
"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from starlette.types import ASGIApp, Message

PATIENCE_S: Final = 30.0
ENOUGH: Final = 4 << 20


@dataclass
class Answer:
    """What came back."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        return json.loads(self.body)


async def call(
    app: ASGIApp,
    method: str,
    target: str,
    headers: Mapping[str, str],
    body: bytes = b"",
) -> Answer:
    """One request. Of a stream of events what is told first, then it is hung up."""
    raw_path, _, query = target.encode("latin-1", "replace").partition(b"?")
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": _unquoted(raw_path),
        "raw_path": raw_path,
        "query_string": query,
        "root_path": "",
        "headers": [(b"host", b"127.0.0.1:8960"), *_headers(headers, body)],
        "client": ("127.0.0.1", 50_000),
        "server": ("127.0.0.1", 8960),
        "state": {},
    }
    answer = Answer()
    told, gone = False, asyncio.Event()

    async def receive() -> Message:
        nonlocal told
        if not told:
            told = True
            return {"type": "http.request", "body": body, "more_body": False}
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = {k.decode(): v.decode("latin-1") for k, v in message["headers"]}
            return
        answer.body += message.get("body", b"")
        if "event-stream" in answer.headers.get("content-type", "") or len(answer.body) > ENOUGH:
            gone.set()

    await asyncio.wait_for(app(scope, receive, send), PATIENCE_S)
    return answer


def _headers(headers: Mapping[str, str], body: bytes) -> list[tuple[bytes, bytes]]:
    given = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
    if body:
        given.append((b"content-length", str(len(body)).encode()))
        given.append((b"content-type", b"application/json"))
    return given


def _unquoted(path: bytes) -> str:
    """As uvicorn does it."""
    from urllib.parse import unquote

    return unquote(path.decode("ascii", "replace"))
