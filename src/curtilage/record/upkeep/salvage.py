"""What can be played of a damaged segment: the fragments before, between and after the damage.

A fragment carries its own times and needs only the head of the file, so any run of whole ones that
begins with a keyframe becomes a file of its own.
"""

import os
import struct
from dataclasses import dataclass
from pathlib import Path

from curtilage.record.mp4.read import Scan, scan

MARK = b"prft"  # what a fragment begins with, after its length
TRIES = 1000  # places where a fragment might begin


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a segment that is whole."""

    data: bytes  # head and fragments
    start_ns: int  # UTC
    end_ns: int  # UTC


def salvage(path: Path) -> list[Piece]:
    """The pieces of a segment that can be played, in order.

    Raises:
        OSError: the file cannot be read.

    """
    data = path.read_bytes()
    head = _head(data)
    if head is None:
        return []
    pieces = []
    at = len(head)
    for _ in range(TRIES):
        at = data.find(MARK, at) - 4
        if at < len(head):
            break
        found = _scanned(head + data[at:])
        if found.good_bytes:
            piece = _from_keyframe(head, data[at : at + found.good_bytes - len(head)], found)
            pieces += [piece] if piece is not None else []
            at += found.good_bytes - len(head)
        else:
            at += 8
    return pieces


def _head(data: bytes) -> bytes | None:
    """``ftyp``, label and ``moov``, if their lengths make sense."""
    at = 0
    for expected in (b"ftyp", b"uuid", b"moov"):
        if len(data) < at + 8:
            return None
        size, kind = struct.unpack_from(">I4s", data, at)
        if kind != expected or size < 8:
            return None
        at += size
    return data[:at] if at <= len(data) else None


def _scanned(data: bytes) -> Scan:
    descriptor = os.memfd_create("piece")
    try:
        with os.fdopen(descriptor, "wb", closefd=False) as file:
            file.write(data)
        return scan(Path(f"/proc/self/fd/{descriptor}"))
    finally:
        os.close(descriptor)


def _from_keyframe(head: bytes, body: bytes, found: Scan) -> Piece | None:
    """Without the fragments that need pictures which are lost."""
    fragments = found.fragments
    keys = fragments.key.nonzero()[0]
    if not len(keys):
        return None
    first = int(keys[0])
    skipped = int(fragments.offset[first]) - len(head)
    return Piece(head + body[skipped:], int(fragments.start_ns[first]), int(fragments.end_ns[-1]))
