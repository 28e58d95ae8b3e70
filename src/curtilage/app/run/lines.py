"""Lines of a pipe, read without a buffer that another thread could hold at the end."""

import os
from collections.abc import Iterator

LONGEST = 1 << 16  # bytes; what is longer comes in pieces


def lines_of(descriptor: int) -> Iterator[bytes]:
    """Lines without their ends, until the other side is gone or the pipe is closed."""
    rest = b""
    while True:
        try:
            piece = os.read(descriptor, 1 << 16)
        except OSError:
            break  # closed by us
        if not piece:
            break
        *whole, rest = (rest + piece).split(b"\n")
        yield from whole
        while len(rest) > LONGEST:
            yield rest[:LONGEST]
            rest = rest[LONGEST:]
    if rest:
        yield rest
