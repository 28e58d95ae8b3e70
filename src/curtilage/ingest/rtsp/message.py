"""RTSP requests and responses: bytes in, objects out (RFC 2326). No I/O.

Lenient where cameras are odd, since a camera cannot be mended: line ends of one byte, headers in
any case, lines that are no headers, a body that is shorter than it should be.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from curtilage.errors import InputError

HEAD_MOST = 64 * 1024  # bytes; more is no head of a message
BODY_MOST = 1024 * 1024
_END_OF_HEAD = re.compile(rb"\r?\n[ \t]*\r?\n")
_STATUS = re.compile(r"^RTSP/\d+(?:\.\d+)?\s+(\d{3})\s*(.*)$", re.IGNORECASE)
_REQUEST = re.compile(r"^([A-Z_]+)\s+(\S+)\s+RTSP/\d", re.IGNORECASE)


class MessageError(InputError):
    """These bytes are no RTSP; the sentence says what they are instead."""


@dataclass(frozen=True, slots=True)
class Headers:
    """The headers of a message, in order; names in any case."""

    pairs: tuple[tuple[str, str], ...] = ()

    def get(self, name: str) -> str | None:
        """The first value of a header, or None."""
        return next(iter(self.all(name)), None)

    def all(self, name: str) -> list[str]:
        """All values of a header."""
        low = name.lower()
        return [value for key, value in self.pairs if key.lower() == low]


@dataclass(frozen=True, slots=True)
class Request:
    """What one side asks of the other."""

    method: str
    url: str
    headers: Headers = field(default_factory=Headers)
    body: bytes = b""

    def encode(self) -> bytes:
        """The bytes on the wire."""
        lines = [f"{self.method} {self.url} RTSP/1.0"]
        lines += [f"{key}: {value}" for key, value in self.headers.pairs]
        if self.body:
            lines.append(f"Content-Length: {len(self.body)}")
        return "\r\n".join([*lines, "", ""]).encode() + self.body


@dataclass(frozen=True, slots=True)
class Response:
    """The answer to a request."""

    status: int
    reason: str
    headers: Headers
    body: bytes = b""

    @property
    def cseq(self) -> int | None:
        """Number of the request that this answers."""
        value = (self.headers.get("CSeq") or "").strip()
        return int(value) if value.isdecimal() else None


@dataclass(frozen=True, slots=True)
class Interleaved:
    """A piece of media or its control, between the messages (RFC 2326 clause 10.12)."""

    channel: int
    data: bytes


Message = Request | Response | Interleaved


def parse_response(data: bytes) -> Response:
    """The one response that ``data`` holds; a body that is cut off is taken as it is.

    Raises:
        MessageError: it is no response of RTSP.

    """
    head, rest = _split_head(data) or (data, b"")
    message = _parse_head(head)
    if not isinstance(message, Response):
        raise MessageError("is an RTSP request, not a response")
    length = _content_length(message.headers)
    body = rest if length is None else rest[:length]
    return Response(message.status, message.reason, message.headers, body)


class Reader:
    """Takes the bytes of a connection as they come, gives the messages that are complete."""

    __slots__ = ("_bytes",)

    def __init__(self) -> None:
        self._bytes = bytearray()

    def feed(self, data: bytes) -> Iterator[Message]:
        """Take more bytes; yields the messages that they complete.

        Raises:
            MessageError: the other side does not speak RTSP.

        """
        self._bytes += data
        while (message := self._next()) is not None:
            yield message

    def rest(self) -> bytes:
        """What came and completes no message; it is given away."""
        held, self._bytes = bytes(self._bytes), bytearray()
        return held

    def _next(self) -> Message | None:
        held = self._bytes
        while held and held[0] in b"\r\n\0":
            del held[:1]
        if held[:1] == b"$":
            return self._interleaved()
        split = _split_head(bytes(held[: HEAD_MOST + 4]))
        if split is None:
            if len(held) > HEAD_MOST or not _may_be_rtsp(bytes(held[:16])):
                raise MessageError(_what_is_it(bytes(held[:64])))
            return None
        head, _ = split
        message = _parse_head(head)
        begin = _length_of_head(bytes(held[: HEAD_MOST + 4]))
        length = _content_length(message.headers) or 0
        if length > BODY_MOST:
            raise MessageError(f"announces a body of {length} bytes")
        if len(held) < begin + length:
            return None
        body = bytes(held[begin : begin + length])
        del held[: begin + length]
        if isinstance(message, Request):
            return Request(message.method, message.url, message.headers, body)
        return Response(message.status, message.reason, message.headers, body)

    def _interleaved(self) -> Interleaved | None:
        held = self._bytes
        size = int.from_bytes(held[2:4], "big")
        if len(held) < 4 or len(held) < 4 + size:
            return None
        piece = Interleaved(held[1], bytes(held[4 : 4 + size]))
        del held[: 4 + size]
        return piece


def _split_head(data: bytes) -> tuple[bytes, bytes] | None:
    found = _END_OF_HEAD.search(data)
    return (data[: found.start()], data[found.end() :]) if found else None


def _length_of_head(data: bytes) -> int:
    found = _END_OF_HEAD.search(data)
    return found.end() if found else len(data)


def _parse_head(head: bytes) -> Request | Response:
    lines = re.split(r"\r?\n", head.decode("utf-8", "replace").lstrip("\r\n"))
    headers = Headers(tuple(_pairs(lines[1:])))
    status = _STATUS.match(lines[0])
    if status:
        return Response(int(status[1]), status[2].strip(), headers)
    request = _REQUEST.match(lines[0])
    if request:
        return Request(request[1].upper(), request[2], headers)
    raise MessageError(_what_is_it(head[:64]))


def _pairs(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Names and values; a line that begins with a blank continues the one before."""
    pair: tuple[str, str] | None = None
    for line in lines:
        if line[:1] in (" ", "\t"):
            if pair is not None:
                pair = (pair[0], f"{pair[1]} {line.strip()}".strip())
            continue
        if pair is not None:
            yield pair
        name, colon, value = line.partition(":")
        pair = (name.strip(), value.strip()) if colon and name.strip() else None
    if pair is not None:
        yield pair


def _content_length(headers: Headers) -> int | None:
    value = (headers.get("Content-Length") or "").strip()
    return int(value) if value.isdecimal() else None


def _may_be_rtsp(begin: bytes) -> bool:
    """Whether a message could begin so; False of HTTP, TLS alerts and other tongues."""
    return not begin or begin[:5].upper() == b"RTSP/"[: len(begin[:5])] or begin[:3].isalpha()


def _what_is_it(begin: bytes) -> str:
    if begin[:5].upper() == b"HTTP/":
        return "speaks HTTP, not RTSP"
    if begin[:1] in (b"\x15", b"\x16"):
        return "speaks TLS, not plain RTSP; write rtsps:// if the camera offers it"
    if begin[:4] == b"SSH-":
        return "speaks SSH, not RTSP"
    return "does not speak RTSP"
