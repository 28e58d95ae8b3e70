"""Pictures in the form of files: each NAL unit after its length, instead of after a start code.

Annex B of ITU-T H.264 and H.265 puts ``00 00 01`` before every NAL unit, and takes care that these
bytes occur nowhere else; so one search over the bytes, in C, finds all units. Nothing here looks
at a byte of a picture in Python: a P-picture of 10 KB costs about 4 us.
"""

import re
from collections.abc import Iterator

START = b"\x00\x00\x01"
_next_start = re.compile(START).finditer  # twice as fast as bytes.find on pictures


def split(data: bytes) -> list[bytes]:
    """The NAL units of an Annex B byte stream, without start codes and trailing zeros.

    Args:
        data: bytes with start codes of three or four bytes; what comes before the first is no
            NAL unit and is left out.

    """
    return between(data, marks(data))


def marks(data: bytes | memoryview) -> list[int]:
    """Where the NAL units of a byte stream begin."""
    return [match.end() for match in _next_start(data)]


def between(data: bytes, begins: list[int]) -> list[bytes]:
    """The NAL units that begin at ``begins``, as `marks` gives them."""
    ends = [*begins[1:], len(data) + 3]
    units = [data[b : e - 3].rstrip(b"\0") for b, e in zip(begins, ends, strict=False)]
    return [unit for unit in units if unit]


def lone(data: bytes | memoryview, begin: int) -> bytes:
    """The only NAL unit of ``data``, which begins at ``begin``, after its length."""
    return b"".join(((len(data) - begin).to_bytes(4, "big"), memoryview(data)[begin:]))


def join(units: list[bytes]) -> bytes:
    """NAL units, each after its length in four bytes."""
    return b"".join([part for unit in units for part in (len(unit).to_bytes(4, "big"), unit)])


def lengths(data: bytes, size: int = 4) -> Iterator[bytes]:
    """The NAL units of data where each comes after its length in ``size`` bytes.

    A length that reaches beyond the end gives what is there, and ends it.
    """
    position, end = 0, len(data)
    while position + size < end:
        begin = position + size
        position = begin + int.from_bytes(data[position:begin], "big")
        if position > begin:
            yield data[begin:position]


def unescape(unit: bytes) -> bytes:
    """A NAL unit without its emulation prevention bytes (``00 00 03`` was ``00 00``)."""
    return _ESCAPE.sub(b"\x00\x00", unit)


_ESCAPE = re.compile(rb"\x00\x00\x03")
