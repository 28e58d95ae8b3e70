"""Recorded pictures as one fragmented MP4 that a browser plays while it comes.

ISO BMFF byte stream format of Media Source Extensions: a head, then a ``moof`` and ``mdat`` for
each fragment of the recording (about a second). The pictures are copied as they are; only their
tables are made anew, with decoding times that count from the film's media time 0, without sound.
"""

import os
import struct
from collections.abc import Generator, Iterator
from itertools import count
from typing import Final

import numpy as np

from curtilage.record.mp4.boxes import DELTA, SYNC, VIDEO_TIMESCALE, to_ticks
from curtilage.record.mp4.read import Samples, samples
from curtilage.web.live.fragments import head_of
from curtilage.web.playback.plan import Part, Plan

PIECE: Final = 256 << 10
"""Bytes given at a time."""

_MOOF: Final = struct.Struct(">I4s I4sII I4s I4sII I4sIQ I4sIIi")
_BASE_IS_MOOF: Final = 0x020000
_ROWS: Final = 0x01000F01  # version 1 (signed shifts): offset; duration, size, flags, shift of each
_ROW: Final = 16  # bytes


def film(plan: Plan, to_ns: int) -> Generator[bytes, None, None]:
    """The bytes of a film, up to the last picture that is shown before ``to_ns`` (UTC).

    A file that is gone or damaged meanwhile leaves a hole. Files are open while they are read.
    """
    yield head_of(plan.video, plan.zero_ns)
    numbers = count(1)
    for part in plan.parts:
        try:
            for fragment in _fragments(plan, part, to_ns, numbers):
                for at in range(0, len(fragment), PIECE):
                    yield fragment[at : at + PIECE]
        except (OSError, ValueError):
            continue


def _fragments(plan: Plan, part: Part, to_ns: int, numbers: Iterator[int]) -> Iterator[bytes]:
    segment = part.segment
    path, zero_ns = segment.source.path, plan.zero_ns
    table = samples(path, segment.scan, part.begin_ns, part.end_ns).video
    base = to_ticks(segment.label.start_ns - zero_ns, VIDEO_TIMESCALE)
    until = to_ticks(to_ns - segment.label.start_ns, VIDEO_TIMESCALE)
    shown = np.flatnonzero(table.dts + table.shift < until)
    if not len(shown):
        return
    after = int(shown[-1]) + 1
    home = np.searchsorted(segment.scan.fragments.offset, table.offset[:after], side="right")
    firsts = np.flatnonzero(np.diff(home, prepend=-1)).tolist()
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        for first, last in zip(firsts, [*firsts[1:], after], strict=True):
            size = int(table.size[first:last].sum())
            data = os.pread(file, size, int(table.offset[first]))
            if len(data) < size:
                raise ValueError("the file became shorter")
            yield moof(table, first, last, next(numbers), base) + data
    finally:
        os.close(file)


def moof(table: Samples, first: int, last: int, number: int, base: int) -> bytes:
    """The table of samples ``[first, last)``, and the header of the ``mdat`` that follows it.

    Args:
        table: of the file they are from.
        first: of them.
        last: not among them.
        number: of the fragment in the film, 1 first.
        base: ticks from the film's media time 0 to the table's.

    """
    rows = np.empty((last - first, 4), ">u4")
    rows[:, 0] = table.duration[first:last]
    rows[:, 1] = table.size[first:last]
    rows[:, 2] = np.where(table.key[first:last], SYNC, DELTA)
    rows[:, 3] = table.shift[first:last] & 0xFFFFFFFF
    body = rows.tobytes()
    trun = 20 + len(body)
    size = 24 + 8 + 16 + 20 + trun
    data = int(table.size[first:last].sum())
    return (
        _MOOF.pack(
            size, b"moof",
            16, b"mfhd", 0, number,
            size - 24, b"traf",
            16, b"tfhd", _BASE_IS_MOOF, 1,
            20, b"tfdt", 0x01000000, base + int(table.dts[first]),
            trun, b"trun", _ROWS, last - first, size + 8,
        )
        + body
        + struct.pack(">I4s", 8 + data, b"mdat")
    )  # fmt: skip
