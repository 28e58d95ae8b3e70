"""What is missing in an exported range, why, and where in the movie one would look for it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from curtilage.model import GapReason
from curtilage.record.export.sources import SLIVER_NS, Gap, Segment, Unreadable

Span = tuple[int, int]  # UTC ns, half open


@dataclass(frozen=True, slots=True)
class Shown:
    """A stretch of time that can be seen, and where."""

    start_ns: int  # UTC
    end_ns: int  # UTC
    file: int  # of the export's files, 0 first
    at_s: float  # in the movie


@dataclass(frozen=True, slots=True)
class Missing:
    """A gap and where it falls."""

    gap: Gap
    file: int
    at_s: float  # in the movie: what comes next is what followed the gap


def missing(
    from_ns: int,
    to_ns: int,
    shown: Sequence[Shown],
    gaps: Sequence[Gap],
    segments: Sequence[Segment],
    unreadable: Sequence[Unreadable],
) -> list[Missing]:
    """All of [from_ns, to_ns) that cannot be seen, each stretch with its reason.

    Known gaps come first; what they leave is told of the files that should have had it.
    """
    clipped = [
        Gap(max(gap.start_ns, from_ns), min(gap.end_ns, to_ns), gap.reason, gap.sentence)
        for gap in gaps
    ]
    found = [gap for gap in clipped if gap.end_ns > gap.start_ns]
    seen = [(span.start_ns, span.end_ns) for span in shown]
    left = _without([(from_ns, to_ns)], seen + [(g.start_ns, g.end_ns) for g in found])
    for source, problem in _troubles(segments, unreadable):
        of_file = [span for hole in left if (span := _common(hole, source)) is not None]
        found += [Gap(*span, GapReason.DAMAGED.value, problem) for span in of_file]
        left = _without(left, of_file)
    sentence = "no recording of this time was found, and nothing says why"
    found += [Gap(*span, "unexplained", sentence) for span in left]
    found.sort(key=lambda gap: gap.start_ns)
    return [Missing(gap, *_place(gap, shown)) for gap in found]


def _troubles(
    segments: Sequence[Segment], unreadable: Sequence[Unreadable]
) -> list[tuple[Span, str]]:
    """The time that each file should have, by the index, and what is wrong with it."""
    found = [((u.source.start_ns, u.source.end_ns), u.source.path, u.problem) for u in unreadable]
    for s in segments:
        begins_badly = not s.scan.fragments.key[0]
        problem = s.scan.problem or ("does not begin with a keyframe" if begins_badly else None)
        if problem is not None:
            span = (s.source.start_ns, max(s.source.end_ns, s.end_ns))
            found.append((span, s.source.path, problem))
    return [(span, f"{path.name}: {problem}") for span, path, problem in found]


def _without(spans: Sequence[Span], others: Sequence[Span]) -> list[Span]:
    """What the others leave of the spans; slivers are nothing."""
    left = list(spans)
    for begin, end in others:
        left = [
            piece
            for start, stop in left
            for piece in ((start, min(stop, begin)), (max(start, end), stop))
            if piece[1] - piece[0] >= SLIVER_NS
        ]
    return left


def _common(one: Span, other: Span) -> Span | None:
    begin, end = max(one[0], other[0]), min(one[1], other[1])
    return (begin, end) if end - begin >= SLIVER_NS else None


def _place(gap: Gap, shown: Sequence[Shown]) -> tuple[int, float]:
    """The file and second where the gap falls: at what was recorded first after it began."""
    after = [span for span in shown if span.start_ns >= gap.start_ns - SLIVER_NS]
    if after:
        # After a step of the clock back there may be several: the earliest in UTC follows it.
        following = min(after, key=lambda span: span.start_ns)
        return following.file, following.at_s
    last = shown[-1]
    return last.file, last.at_s + (last.end_ns - last.start_ns) / 1e9
