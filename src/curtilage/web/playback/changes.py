"""How much moved from second to second: bytes of the pictures between keyframes, from the files.

Keyframes are left out: they are large whatever happens. What is quiet is told by the quietest file
of the hours around, of which the index knows the rate.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from curtilage.record.export.sources import Segment
from curtilage.record.mp4.boxes import VIDEO_TIMESCALE
from curtilage.record.mp4.read import Samples, samples
from curtilage.web.playback.activity import (
    FULL_BETWEEN,
    NOISE,
    Floats,
    Int64s,
    Rates,
    density,
    quietest,
)
from curtilage.web.playback.shelf import Shelf

_ALWAYS: Final = 1 << 62
_SECOND_NS: Final = 1_000_000_000
_NOISE: Final = 4.5  # median deviations, three standard ones
_LEAST: Final = 1.02


def changes(shelf: Shelf, stream: tuple[str, str], given: Rates, edges: Int64s) -> Floats:
    """Density in the buckets between ``edges`` (UTC ns, [M + 1]); NaN where nothing was recorded.

    Args:
        shelf: where the files are.
        stream: camera and stream.
        given: of the files around, by which it is known what is quiet.
        edges: rising.

    """
    quiet, noise = _quiet(shelf, stream, given)
    size = np.zeros(len(edges) - 1)
    time = np.zeros(len(edges) - 1)
    for segment in shelf.read(shelf.sources(*stream, int(edges[0]), int(edges[-1]))):
        table = _samples(segment, int(edges[0]), int(edges[-1]))
        if table is None:
            continue
        at_ns = _times(segment, table)
        bucket = np.searchsorted(edges, at_ns, side="right") - 1
        inside = (bucket >= 0) & (bucket < len(size))
        np.add.at(time, bucket[inside], table.duration[inside] / VIDEO_TIMESCALE)
        counted = inside & _counts(table)
        np.add.at(size, bucket[counted], table.size[counted])
    with np.errstate(invalid="ignore", divide="ignore"):
        found = density(size / time, quiet, FULL_BETWEEN, noise)
    found[time <= 0] = np.nan
    return found


def _quiet(shelf: Shelf, stream: tuple[str, str], given: Rates) -> tuple[float, float]:
    """Bytes per second of pictures that are no keyframes when nothing moves; a factor of noise."""
    if not len(given):
        return 1.0, NOISE
    which = quietest(given)
    start_ns, end_ns = int(given.start_ns[which]), int(given.end_ns[which])
    for segment in shelf.read(shelf.sources(*stream, start_ns, end_ns)):
        table = _samples(segment, 0, _ALWAYS) if segment.label.start_ns == start_ns else None
        if table is None:
            continue
        second = (_times(segment, table) - start_ns) // _SECOND_NS
        sums = np.bincount(np.maximum(second, 0), np.where(_counts(table), table.size, 0))
        middle = max(float(np.median(sums)), 1.0)
        spread = float(np.median(np.abs(sums - middle))) / middle
        return middle, min(max(1.0 + _NOISE * spread, _LEAST), NOISE)
    return float(given.quiet[which]), NOISE


def _samples(segment: Segment, from_ns: int, to_ns: int) -> Samples | None:
    try:
        return samples(segment.source.path, segment.scan, from_ns, to_ns).video
    except (OSError, ValueError):
        return None  # deleted or damaged just now


def _times(segment: Segment, table: Samples) -> Int64s:
    """UTC of decoding."""
    return segment.label.start_ns + table.dts * _SECOND_NS // VIDEO_TIMESCALE


def _counts(table: Samples) -> npt.NDArray[np.bool_]:
    """Pictures that tell: those that are no keyframes; all, where all are keyframes."""
    return ~table.key if not table.key.all() else table.key
