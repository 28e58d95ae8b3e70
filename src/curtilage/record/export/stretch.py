"""The samples of one stretch that an export needs: whole GOPs, and what of them is to be seen.

The first picture is the keyframe at or before the asked start, the last one is the last that is
shown before the asked end. Times are ticks from ``origin_ns`` on, 90 kHz for pictures and the
sample rate for sound.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from curtilage.record.export.sources import Segment
from curtilage.record.mp4.boxes import NS, VIDEO_TIMESCALE, to_ticks
from curtilage.record.mp4.read import Samples, samples

Int64s = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Rows:
    """Samples of one track from several segments, struct of arrays, in decoding order."""

    segment: Int64s  # [N] ``Segment.index``
    fragment: Int64s  # [N] number of the fragment in its segment
    offset: Int64s  # [N] bytes, in the segment's file
    size: Int64s  # [N] bytes
    time: Int64s  # [N] ticks from the stretch's origin to decoding
    duration: Int64s  # [N] ticks
    shift: Int64s  # [N] ticks from decoding to presentation
    key: Bools  # [N]

    def __len__(self) -> int:
        return len(self.offset)

    def only(self, which: Bools | slice) -> "Rows":
        """Some of them."""
        return Rows(
            self.segment[which],
            self.fragment[which],
            self.offset[which],
            self.size[which],
            self.time[which],
            self.duration[which],
            self.shift[which],
            self.key[which],
        )


@dataclass(frozen=True, slots=True)
class Stretch:
    """Pictures (and sound) that were recorded without a gap."""

    segments: Sequence[Segment]
    origin_ns: int  # UTC of tick 0
    video: Rows
    sound: Rows | None
    begin: int  # ticks of the picture's clock: what is to be seen
    end: int

    @property
    def cut_at_begin(self) -> bool:
        """Whether there are pictures before what is to be seen."""
        return int((self.video.time + self.video.shift).min()) < self.begin

    @property
    def cut_at_end(self) -> bool:
        """Whether a picture goes on after what is to be seen."""
        ends = self.video.time + self.video.shift + self.video.duration
        return int(ends.max()) > self.end

    @property
    def begin_ns(self) -> int:
        """UTC where it begins to be seen."""
        return self.origin_ns + self.begin * NS // VIDEO_TIMESCALE

    @property
    def recorded_ns(self) -> tuple[int, int]:
        """UTC of what was recorded for it: without the delay of B-frames, unless cut."""
        decoded = self.origin_ns + int(self.video.time[0]) * NS // VIDEO_TIMESCALE
        return (self.begin_ns if self.cut_at_begin else decoded), self.end_ns

    @property
    def end_ns(self) -> int:
        """UTC where it ends."""
        return self.origin_ns + self.end * NS // VIDEO_TIMESCALE


def read_stretch(segments: Sequence[Segment], from_ns: int, to_ns: int) -> Stretch | None:
    """What of these segments, which follow each other, is in [from_ns, to_ns).

    None: there is nothing, or nothing that can be decoded.

    Raises:
        OSError, ValueError: if a file cannot be read again as it was scanned.
    """
    keys = np.concatenate([s.scan.fragments.start_ns[s.scan.fragments.key] for s in segments])
    if len(keys) == 0 or segments[-1].end_ns <= from_ns or segments[0].start_ns >= to_ns:
        return None
    at = max(int(np.searchsorted(keys, from_ns, side="right")) - 1, 0)
    found = _between(segments, int(keys[at]), from_ns, to_ns)
    if at > 0 and (found is None or found.begin_ns > from_ns + 100_000):
        # B-frames: the picture of that time is in the GOP before.
        found = _between(segments, int(keys[at - 1]), from_ns, to_ns)
    return found


def _between(segments: Sequence[Segment], key_ns: int, from_ns: int, to_ns: int) -> Stretch | None:
    origin_ns = segments[0].label.start_ns
    videos: list[Rows] = []
    sounds: list[Rows] = []
    rate = 0
    for segment in segments:
        # Sound of a moment may come a fragment later than its picture.
        if segment.end_ns <= key_ns or segment.start_ns >= to_ns + NS:
            continue
        content = samples(segment.source.path, segment.scan, key_ns, to_ns + NS)
        videos.append(_rows(segment, content.video, origin_ns))
        if content.audio is not None:
            sounds.append(_rows(segment, content.audio, origin_ns))
            rate = content.audio.timescale
    if not videos:
        return None
    video = _joined(videos)
    wanted = to_ticks(from_ns - origin_ns, VIDEO_TIMESCALE)
    until = to_ticks(to_ns - origin_ns, VIDEO_TIMESCALE)
    shown = video.time + video.shift
    before = np.flatnonzero(video.key & (shown <= wanted))
    keyed = before if len(before) else np.flatnonzero(video.key)
    inside = np.flatnonzero(shown < until)
    if len(keyed) == 0 or len(inside) == 0:
        return None
    first = int(before[-1]) if len(before) else int(keyed[0])
    video = video.only(slice(first, int(inside[-1]) + 1))
    if len(video) == 0:
        return None
    shown = video.time + video.shift
    begin = max(wanted, int(shown.min()))
    end = min(until, int((shown + video.duration).max()))
    if end <= begin:
        return None
    sound = _heard(_joined(sounds), begin, end, rate) if sounds else None
    return Stretch(segments, origin_ns, video, sound, begin, end)


def _rows(segment: Segment, table: Samples, origin_ns: int) -> Rows:
    base = to_ticks(segment.label.start_ns - origin_ns, table.timescale)
    fragments = segment.scan.fragments.offset
    return Rows(
        np.full(len(table), segment.index, np.int64),
        np.searchsorted(fragments, table.offset, side="right").astype(np.int64) - 1,
        table.offset,
        table.size,
        base + table.dts,
        table.duration,
        table.shift,
        table.key,
    )


def _joined(parts: Sequence[Rows]) -> Rows:
    if len(parts) == 1:
        return parts[0]
    return Rows(
        np.concatenate([p.segment for p in parts]),
        np.concatenate([p.fragment for p in parts]),
        np.concatenate([p.offset for p in parts]),
        np.concatenate([p.size for p in parts]),
        np.maximum.accumulate(np.concatenate([p.time for p in parts])),
        np.concatenate([p.duration for p in parts]),
        np.concatenate([p.shift for p in parts]),
        np.concatenate([p.key for p in parts]),
    )


def _heard(sound: Rows, begin: int, end: int, rate: int) -> Rows | None:
    """The sound between two times of the picture's clock, each moment once."""
    time = sound.time * VIDEO_TIMESCALE
    inside = (time + sound.duration * VIDEO_TIMESCALE > begin * rate) & (time < end * rate)
    found = sound.only(inside)
    return found if len(found) else None
