"""Which fragments of which files make a film of a stretch of time, before a byte of it is sent.

Media time is wall-clock time: a gap stays a hole, and a moment that was recorded twice (a clock was
set back) is shown as it was recorded first. A film has one format; where another begins, it ends.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from curtilage.model import VideoInfo
from curtilage.record.export.sources import Segment, stretches
from curtilage.record.mp4.boxes import VIDEO_TIMESCALE, to_ns
from curtilage.record.mp4.read import samples

MS: Final = 1_000_000
TICK_NS: Final = 100_000
"""Segments that follow each other may overlap by the rounding of a tick."""

Int64s = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Part:
    """Fragments of one file that follow each other."""

    segment: Segment
    begin_ns: int  # UTC, decoding time of the first
    end_ns: int  # UTC, where the last one ends


@dataclass(frozen=True, slots=True)
class Plan:
    """A film."""

    video: VideoInfo
    zero_ns: int  # UTC of media time 0: whole milliseconds, as times are told
    end_ns: int  # UTC where it ends
    next_ns: int | None  # UTC where it goes on in another format, before what was asked is over
    parts: Sequence[Part]


def plan(segments: Sequence[Segment], from_ns: int, to_ns: int) -> Plan | None:
    """The film of ``[from_ns, to_ns)`` (UTC), from the keyframe before it; None: there is nothing.

    Args:
        segments: of one stream, by start: those of the range and the ones just before it.
        from_ns: UTC that must be seen.
        to_ns: UTC.

    Raises:
        OSError, ValueError: a file cannot be read again as it was scanned.

    """
    parts: list[Part] = []
    next_ns: int | None = None
    for group in stretches(segments):
        end_ns = parts[-1].end_ns if parts else None
        begin_ns = _begin(group, from_ns, end_ns)
        if begin_ns is None or begin_ns >= to_ns:
            continue
        if parts and group[0].info != parts[0].segment.info:
            next_ns = begin_ns
            break
        parts += _parts(group, begin_ns, to_ns)
    if not parts:
        return None
    zero_ns = parts[0].begin_ns // MS * MS
    end_ns = min(parts[-1].end_ns, to_ns)
    return Plan(parts[0].segment.info.video, zero_ns, end_ns, next_ns, parts)


def keyframe_before(group: Sequence[Segment], at_ns: int) -> int | None:
    """Decoding time (UTC) of the fragment with the last keyframe shown at or before ``at_ns``."""
    keys = _keys(group)
    keys = keys[keys <= at_ns]
    if not len(keys):
        return None
    if len(keys) > 1 and _shown_ns(group, int(keys[-1])) > at_ns + TICK_NS:
        return int(keys[-2])  # with B-frames, what is shown then belongs to the one before
    return int(keys[-1])


def _begin(group: Sequence[Segment], from_ns: int, end_ns: int | None) -> int | None:
    """Decoding time of the first keyframe to give of a stretch without a gap; None: none."""
    if group[-1].end_ns <= from_ns:
        return None
    if end_ns is None:
        found = keyframe_before(group, from_ns)
        if found is not None:
            return found
    keys = _keys(group)
    if end_ns is not None:
        keys = keys[keys >= end_ns - TICK_NS]
    return int(keys[0]) if len(keys) else None


def _keys(group: Sequence[Segment]) -> Int64s:
    return np.concatenate([s.scan.fragments.start_ns[s.scan.fragments.key] for s in group])


def _shown_ns(group: Sequence[Segment], key_ns: int) -> int:
    """UTC when the picture decoded at ``key_ns`` is shown."""
    segment = next(one for one in reversed(group) if one.start_ns <= key_ns)
    video = samples(segment.source.path, segment.scan, key_ns, key_ns + 1).video
    return segment.label.start_ns + to_ns(int(video.dts[0] + video.shift[0]), VIDEO_TIMESCALE)


def _parts(group: Sequence[Segment], begin_ns: int, to_ns: int) -> list[Part]:
    found = []
    for segment in group:
        fragments = segment.scan.fragments
        wanted = (fragments.start_ns >= begin_ns) & (fragments.start_ns < to_ns)
        if wanted.any():
            start_ns, end_ns = fragments.start_ns[wanted], fragments.end_ns[wanted]
            found.append(Part(segment, int(start_ns[0]), int(end_ns[-1])))
    return found
