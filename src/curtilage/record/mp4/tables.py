"""Sample tables of an ordinary, not fragmented MP4 (ISO/IEC 14496-12, 8.6 and 8.7), vectorised.

What ``moof`` says per fragment, these say for a whole movie, in runs of equal values.
"""

import struct

import numpy as np
import numpy.typing as npt

from curtilage.record.mp4.boxes import LARGE, full_box

Int64s = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


def time_tables(duration: Int64s, shift: Int64s, key: Bools) -> bytes:
    """When samples are decoded (``stts``) and shown (``ctts``), and where decoding can begin.

    Args:
        duration: [N] ticks from one decoding time to the next.
        shift: [N] ticks from decoding to presentation.
        key: [N] keyframes (``stss``).
    """
    tables = [full_box(b"stts", 0, 0, _runs(duration))]
    if shift.any():
        # Only version 1 has a sign; older players know only version 0.
        tables.append(full_box(b"ctts", int(shift.min() < 0), 0, _runs(shift)))
    if not key.all():
        numbers = np.flatnonzero(key) + 1
        tables.append(full_box(b"stss", 0, 0, struct.pack(">I", len(numbers)), _words(numbers)))
    return b"".join(tables)


def place_tables(size: Int64s, count: Int64s, entry: Int64s, offset: Int64s) -> bytes:
    """Where samples are: their sizes, and the chunks that they lie in one after the other.

    Args:
        size: [N] bytes of each sample.
        count: [C] samples of each chunk.
        entry: [C] which sample entry is the chunk's, 1 first.
        offset: [C] bytes from the beginning of the file.
    """
    first = np.flatnonzero(_begins(count) | _begins(entry))
    rows = np.stack([first + 1, count[first], entry[first]], axis=1)
    wide = int(offset[-1]) >= LARGE
    places = offset.astype(">u8").tobytes() if wide else _words(offset)
    return (
        full_box(b"stsc", 0, 0, struct.pack(">I", len(rows)), _words(rows))
        + full_box(b"stsz", 0, 0, struct.pack(">II", 0, len(size)), _words(size))
        + full_box(b"co64" if wide else b"stco", 0, 0, struct.pack(">I", len(offset)), places)
    )


def _runs(values: Int64s) -> bytes:
    """Number of runs, then count and value of each."""
    first = np.flatnonzero(_begins(values))
    counts = np.diff(first, append=len(values))
    rows = np.stack([counts, values[first]], axis=1)
    return struct.pack(">I", len(rows)) + _words(rows)


def _begins(values: Int64s) -> Bools:
    """Where a run of equal values begins."""
    begins = np.ones(len(values), np.bool_)
    begins[1:] = values[1:] != values[:-1]
    return begins


def _words(values: Int64s) -> bytes:
    return (values & 0xFFFFFFFF).astype(">u4").tobytes()
