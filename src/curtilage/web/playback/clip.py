"""Some seconds around a moment as an ordinary MP4 that any ``<video>`` plays, without the sound.

Made as exports are (``record/export``): tables at the head, samples copied, an edit list that cuts
to the moment. Nothing is written to a disk: the head is made for each request, and the samples are
read while they are sent, from any byte on.
"""

import os
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from curtilage.record.export.movie import build
from curtilage.record.export.sources import Segment, stretches
from curtilage.record.export.stretch import read_stretch

PIECE: Final = 256 << 10
"""Bytes given at a time."""


@dataclass(frozen=True, slots=True)
class Stored:
    """Bytes of a file."""

    path: Path
    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class Clip:
    """A movie that was not put together yet."""

    head: bytes
    stored: Sequence[Stored]  # what follows it, in order
    size: int  # bytes, of all
    begin_ns: int  # UTC of the first moment that is seen
    end_ns: int

    def read(self, begin: int, end: int) -> Generator[bytes, None, None]:
        """Bytes ``[begin, end)``.

        Raises:
            OSError, ValueError: a file is gone, or shorter than it was.

        """
        yield from _pieces(self.head[begin:end])
        at = len(self.head)
        for one in self.stored:
            first, last = max(begin - at, 0), min(end - at, one.size)
            at += one.size
            if first < last:
                yield from _stored(one, first, last)


def clip(segments: Sequence[Segment], at_ns: int, from_ns: int, to_ns: int) -> Clip | None:
    """What was recorded without a gap around ``at_ns`` (UTC), within ``[from_ns, to_ns)``.

    Args:
        segments: of one stream, by start, numbered in that order (``Segment.index``).
        at_ns: UTC; None if it was not recorded.
        from_ns: UTC.
        to_ns: UTC.

    Raises:
        OSError, ValueError: a file cannot be read again as it was scanned.

    """
    groups = [g for g in stretches(segments) if g[0].start_ns <= at_ns < g[-1].end_ns]
    found = read_stretch(groups[-1], from_ns, to_ns) if groups else None
    if found is None:
        return None
    movie = build(segments, [replace(found, sound=None)])
    stored = [Stored(segments[c.segment].source.path, c.offset, c.size) for c in movie.copies]
    return Clip(movie.head, stored, movie.bytes, found.begin_ns, found.end_ns)


def _stored(one: Stored, first: int, last: int) -> Iterator[bytes]:
    file = os.open(one.path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        for at in range(first, last, PIECE):
            size = min(PIECE, last - at)
            data = os.pread(file, size, one.offset + at)
            if len(data) < size:
                raise ValueError("the file became shorter")
            yield data
    finally:
        os.close(file)


def _pieces(data: bytes) -> Iterator[bytes]:
    for at in range(0, len(data), PIECE):
        yield data[at : at + PIECE]
