"""What an export is made from: recorded segments, put in order and read as far as they can be."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from curtilage.model import StreamInfo
from curtilage.record.mp4.label import Label
from curtilage.record.mp4.read import Scan, scan

SLIVER_NS = 100_000_000
"""Less than this between two segments is no gap."""


@dataclass(frozen=True, slots=True)
class Source:
    """One recorded segment, as the index knows it. It may still be growing."""

    path: Path
    start_ns: int  # UTC
    end_ns: int  # UTC
    serial: str  # of the recorder's run
    number: int  # of the segment in that run


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of time that was not recorded, or is no longer there."""

    start_ns: int  # UTC
    end_ns: int  # UTC
    reason: str  # as in ``GapReason``
    sentence: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A source that could be read, at least its first fragment."""

    index: int  # among all segments of the export
    source: Source
    scan: Scan
    label: Label
    info: StreamInfo

    @property
    def start_ns(self) -> int:
        """UTC of the first picture's decoding."""
        return int(self.scan.fragments.start_ns[0])

    @property
    def end_ns(self) -> int:
        """UTC where the last whole fragment ends."""
        return int(self.scan.fragments.end_ns[-1])


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A source of which nothing can be read."""

    source: Source
    problem: str


def in_order(sources: Sequence[Source]) -> list[Source]:
    """As they were recorded, whatever the clock said: run after run, segment after segment."""
    begun: dict[str, int] = {}
    for source in sources:
        begun[source.serial] = min(source.start_ns, begun.get(source.serial, source.start_ns))
    return sorted(sources, key=lambda s: (begun[s.serial], s.serial, s.number, s.start_ns))


def read_sources(sources: Sequence[Source]) -> tuple[list[Segment], list[Unreadable]]:
    """Scan every source; those of which nothing can be read are told apart."""
    segments: list[Segment] = []
    unreadable: list[Unreadable] = []
    for source in in_order(sources):
        try:
            found = scan(source.path)
        except OSError as error:
            unreadable.append(Unreadable(source, f"cannot be read ({error.strerror})"))
            continue
        if found.label is None or found.info is None or len(found.fragments) == 0:
            unreadable.append(Unreadable(source, found.problem or "nothing is in it"))
            continue
        segments.append(Segment(len(segments), source, found, found.label, found.info))
    return segments, unreadable


def stretches(segments: Sequence[Segment]) -> list[list[Segment]]:
    """Segments that go on without a gap or a change of parameters, together."""
    found: list[list[Segment]] = []
    for segment in segments:
        if found and _goes_on(found[-1][-1], segment):
            found[-1].append(segment)
        else:
            found.append([segment])
    return found


def same_file(one: StreamInfo, other: StreamInfo) -> bool:
    """Whether both can be in one movie: the same codecs, sound (if any) at the same rate."""
    if one.video.codec != other.video.codec:
        return False
    if one.audio is None or other.audio is None:
        return True
    return (one.audio.codec, one.audio.rate) == (other.audio.codec, other.audio.rate)


def _goes_on(before: Segment, after: Segment) -> bool:
    follows = before.source.serial == after.source.serial
    # The same number: a segment that went on in another file, since a disk failed.
    follows &= after.source.number - before.source.number in (0, 1)
    distance = after.start_ns - before.end_ns
    # A tick of rounding is no step back.
    return follows and before.info == after.info and -100_000 < distance < SLIVER_NS
