"""The grammar of MP4 files: boxes of a size, a name of four letters and a body.

ISO/IEC 14496-12 (ISO base media file format), clause 4.2; pure functions, bytes in, bytes out.
"""

import struct
from collections.abc import Iterator

NS = 1_000_000_000
"""Nanoseconds in a second."""

VIDEO_TIMESCALE = 90_000
"""Ticks per second of pictures' times, and of whole movies: RTP's own clock for video."""

SINCE_1904_S = 2_082_844_800
"""Seconds from 1904, from which MP4 files count dates, to 1970."""

SINCE_1900_S = 2_208_988_800
"""Seconds from 1900, from which NTP timestamps count, to 1970."""

LARGE = 1 << 32

SYNC = 0x02000000
"""Sample flags of a keyframe: depends on no other (ISO/IEC 14496-12, 8.8.3.1)."""

DELTA = 0x01010000
"""Sample flags of any other picture: depends on others, is no sync sample."""


def box(kind: bytes, *parts: bytes) -> bytes:
    """A box of this kind whose body is the parts, one after the other."""
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def full_box(kind: bytes, version: int, flags: int, *parts: bytes) -> bytes:
    """A box with a version (0..255) and 24 bits of flags before its body."""
    return box(kind, struct.pack(">I", version << 24 | flags), *parts)


def children(data: bytes | memoryview, begin: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """The boxes in ``data[begin:end]``: kind, where its body begins and where it ends.

    Raises:
        ValueError: if a box claims more than is there, or less than its own header.
    """
    while begin < end:
        if end - begin < 8:
            raise ValueError(f"{end - begin} bytes after the last box")
        size, kind = struct.unpack_from(">I4s", data, begin)
        body = begin + 8
        if size == 1 and end - begin >= 16:
            (size,) = struct.unpack_from(">Q", data, body)
            body += 8
        elif size == 0:
            size = end - begin
        if size < body - begin or begin + size > end:
            raise ValueError(f"a box of {size} bytes where {end - begin} are left")
        yield kind, body, begin + size
        begin += size


def to_ticks(duration_ns: int, timescale: int) -> int:
    """Nanoseconds as the nearest number of ticks; rounding absolute times never drifts."""
    return (duration_ns * timescale + NS // 2) // NS


def to_ns(ticks: int, timescale: int) -> int:
    """Ticks as the nearest number of nanoseconds."""
    return (ticks * NS + timescale // 2) // timescale


def ntp(utc_ns: int) -> int:
    """A UTC time as an NTP timestamp: 32 bits of seconds since 1900, 32 bits of fraction."""
    seconds, rest = divmod(utc_ns, NS)
    return ((seconds + SINCE_1900_S) << 32 | (rest << 32) // NS) & 0xFFFFFFFFFFFFFFFF
