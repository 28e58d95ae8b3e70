"""Fetches single frames of a file: those shown at given times, for thumbnails and stills."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from curtilage.ingest.footage.reader import FootageReader, Reading
from curtilage.ingest.footage.sampling import SAME, Moments
from curtilage.model import Frame

NEAR = 10.0
"""A frame less than this ahead (s) is reached by decoding on; a seek would not be faster."""


def frames_at(
    path: Path, times: Sequence[float], reading: Reading | None = None
) -> Iterator[Frame]:
    """For each of ``times`` (s, rising) the first frame at or after it, as far as there are any.

    Stretches that nobody asks for are jumped over, where the file can do that. ``reading`` tells
    the size of the pictures and the true rate; the rest of it is not looked at.

    Raises:
        FootageError: as ``FootageReader``.

    """
    first = 0
    while first < len(times):
        last = first + 1
        while last < len(times) and times[last] - times[last - 1] < NEAR:
            last += 1
        near = replace(reading or Reading(), start=max(0.0, times[first] - SAME))
        yield from _frames(path, times[first:last], near)
        first = last


def frames_at_from_the_start(
    path: Path, times: Sequence[float], reading: Reading | None = None
) -> Iterator[Frame]:
    """The same for a file whose timestamps had to be mended: all of it is decoded up to there."""
    return _frames(path, times, replace(reading or Reading(), start=0.0))


def _frames(path: Path, times: Sequence[float], reading: Reading) -> Iterator[Frame]:
    rest = list(reversed(times))
    with FootageReader(path, reading, Moments(times)) as reader:
        for sample in reader.samples():
            while rest and rest[-1] - SAME <= sample.frame.time:
                rest.pop()
                yield sample.frame
            if not rest:
                return
