"""Takes the pictures out of an endless multipart answer, as MJPEG cameras send it (RFC 2046).

Bytes in, pictures out; no I/O. The length in a part's headers is believed; where there is none, the
part ends before the next boundary.
"""

import re

PART_MOST = 64 * 1024 * 1024  # bytes of a picture
HEAD_MOST = 64 * 1024
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
_LENGTH = re.compile(rb"content-length\s*:\s*(\d+)", re.IGNORECASE)


def boundary_of(content_type: str) -> bytes | None:
    """The boundary that a Content-Type header names; None if it is no multipart."""
    if not content_type.strip().lower().startswith("multipart/"):
        return None
    found = re.search(r'boundary\s*=\s*"?([^";]+)"?', content_type, re.IGNORECASE)
    return found[1].strip().lstrip("-").encode() if found else b""


class Multipart:
    """The parts of an answer."""

    __slots__ = ("_boundary", "_bytes", "_size")

    def __init__(self, boundary: bytes) -> None:
        self._boundary = b"--" + boundary
        self._bytes = bytearray()
        self._size: int | None = None  # of the part that is being read; -1: not said

    def feed(self, data: bytes) -> list[bytes]:
        """Take more bytes; the parts that they complete.

        Raises:
            ValueError: this is no multipart, or a part is too large.

        """
        self._bytes += data
        parts = []
        while (part := self._next()) is not None:
            if part:
                parts.append(part)
        return parts

    def _next(self) -> bytes | None:
        held = self._bytes
        if self._size is None and not self._begin_part():
            return None
        if self._size == -1:
            end = held.find(self._boundary)
            if end < 0:
                if len(held) > PART_MOST:
                    raise ValueError("sends a picture without an end")
                return None
            part = bytes(held[:end]).rstrip(b"\r\n-")
            del held[:end]
        else:
            assert self._size is not None  # noqa: S101
            if len(held) < self._size:
                return None
            part = bytes(held[: self._size])
            del held[: self._size]
        self._size = None
        return part

    def _begin_part(self) -> bool:
        """Pass over a boundary and the headers after it."""
        held = self._bytes
        mark = held.find(b"--")
        if mark < 0:
            if len(held) > HEAD_MOST:
                raise ValueError("sends no multipart")
            return False
        end = _END_OF_HEAD.search(held, mark)
        if end is None:
            if len(held) > HEAD_MOST:
                raise ValueError("sends no multipart")
            return False
        length = _LENGTH.search(held, mark, end.start())
        self._size = int(length[1]) if length else -1
        if self._size > PART_MOST:
            raise ValueError("announces a picture that is too large")
        del held[: end.end()]
        return True
