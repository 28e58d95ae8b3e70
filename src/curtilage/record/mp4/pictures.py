"""The pictures of a segment as packets again, as they came from the camera."""

import os
from collections.abc import Iterator
from pathlib import Path

from curtilage.model import Medium, Packet
from curtilage.record.mp4.boxes import VIDEO_TIMESCALE
from curtilage.record.mp4.boxes import to_ns as ns_of
from curtilage.record.mp4.read import Scan, samples


def pictures(path: Path, scanned: Scan, from_ns: int, to_ns: int) -> Iterator[Packet]:
    """The pictures decoded in ``[from_ns, to_ns)`` (UTC), in order; the scan is that of this file.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is no longer what was scanned, or had no head.

    """
    if scanned.label is None:
        raise ValueError("no pictures in a file without a label")
    table = samples(path, scanned, from_ns, to_ns).video
    base_ns = scanned.label.start_ns
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        columns = (table.offset, table.size, table.dts, table.duration, table.shift, table.key)
        for offset, size, ticks, duration, shift, key in zip(
            *(column.tolist() for column in columns), strict=True
        ):
            dts_ns = base_ns + ns_of(ticks, VIDEO_TIMESCALE)
            if dts_ns < from_ns:
                continue
            if dts_ns >= to_ns:
                return
            data = os.pread(file, size, offset)
            if len(data) < size:
                raise ValueError("the file became shorter")
            yield Packet(
                Medium.VIDEO,
                dts_ns,
                base_ns + ns_of(ticks + shift, VIDEO_TIMESCALE),
                ns_of(duration, VIDEO_TIMESCALE),
                key,
                data,
            )
    finally:
        os.close(file)
