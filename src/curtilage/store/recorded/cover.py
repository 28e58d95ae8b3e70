"""One stretch of time, covered exactly: recorded, or a reason, with nothing left out or twice.

Pure. What was recorded wins over every gap; of gaps that overlap, the one given later wins. A
hole shorter than ``SLIVER_NS`` between two neighbours belongs to the earlier one: a segment ends
where its last picture does, and the next one may begin a rounding later. What is left is
``UNEXPLAINED``, which no owner should ever see.
"""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from curtilage.model import GapReason

SLIVER_NS: Final = 100_000_000
UNEXPLAINED: Final = "unexplained"

Reason: TypeAlias = GapReason | Literal["unexplained"] | None
"""None: recorded."""
Spans: TypeAlias = npt.NDArray[np.int64]  # [N, 2]: start and end, UTC ns


@dataclass(frozen=True, slots=True)
class Interval:
    """A stretch of a stream's time, ``[start_ns, end_ns)``."""

    start_ns: int
    end_ns: int
    reason: Reason  # None: recorded
    sentence: str = ""  # for the owner; empty where the reason says all

    @property
    def recorded(self) -> bool:
        """Whether there is a recording of it."""
        return self.reason is None


def cover(recorded: Spans, gaps: Sequence[Interval], from_ns: int, to_ns: int) -> list[Interval]:
    """``[from_ns, to_ns)`` as intervals in order, each beginning where the last one ended.

    Args:
        recorded: int64[N, 2], UTC ns; any order, may overlap, may reach beyond the ends.
        gaps: the same, each with its reason; a later one wins over an earlier one. What lies
            within ``SLIVER_NS`` beyond the ends decides what a hole at an end belongs to, so that
            two halves always say what the whole says.
        from_ns: start, UTC ns.
        to_ns: end, UTC ns; nothing comes back if it is not after the start.
    """
    if to_ns <= from_ns:
        return []
    runs = [Interval(int(start), int(end), None) for start, end in merged(recorded)]
    painted = _painted([*gaps, *runs])
    return _clipped(_without_holes(painted, from_ns, to_ns), from_ns, to_ns)


def merged(spans: Spans) -> Spans:
    """Overlapping and touching spans as one (and those a sliver apart), in order; empty ones go."""
    spans = spans[spans[:, 1] > spans[:, 0]]
    if not len(spans):
        return spans
    spans = spans[np.argsort(spans[:, 0], kind="stable")]
    reach = np.maximum.accumulate(spans[:, 1])
    first = np.ones(len(spans), np.bool_)
    first[1:] = spans[1:, 0] - reach[:-1] >= SLIVER_NS
    last = np.append(np.flatnonzero(first)[1:] - 1, len(spans) - 1)
    return np.stack([spans[first, 0], reach[last]], axis=1)


def _painted(layers: Sequence[Interval]) -> list[Interval]:
    """What is seen when each interval is painted over the ones before it, by start.

    A sweep over the starts and ends with a heap of those that are open, the topmost first.
    """
    order = sorted(range(len(layers)), key=lambda index: layers[index].start_ns)
    seen: list[Interval] = []
    over: list[int] = []  # heap of negative indices: the last given is on top
    at = 0
    following = 0
    while following < len(order) or over:
        if not over:
            at = layers[order[following]].start_ns
        while following < len(order) and layers[order[following]].start_ns <= at:
            heapq.heappush(over, -order[following])
            following += 1
        while over and layers[-over[0]].end_ns <= at:
            heapq.heappop(over)
        if not over:
            continue
        top = layers[-over[0]]
        until = top.end_ns
        if following < len(order):
            until = min(until, layers[order[following]].start_ns)
        _append(seen, Interval(at, until, top.reason, top.sentence))
        at = until
    return seen


def _without_holes(seen: list[Interval], from_ns: int, to_ns: int) -> list[Interval]:
    """Small holes between neighbours filled, others named, at least from end to end."""
    filled: list[Interval] = []
    at = min(from_ns, seen[0].start_ns) if seen else from_ns
    for one in seen:
        if one.start_ns > at:
            if filled and one.start_ns - at < SLIVER_NS:
                _append(filled, _until(filled.pop(), one.start_ns))
            else:
                _append(filled, Interval(at, one.start_ns, UNEXPLAINED))
        _append(filled, one)
        at = one.end_ns
    if at < to_ns:
        _append(filled, Interval(at, to_ns, UNEXPLAINED))
    return filled


def _clipped(whole: list[Interval], from_ns: int, to_ns: int) -> list[Interval]:
    return [
        Interval(max(one.start_ns, from_ns), min(one.end_ns, to_ns), one.reason, one.sentence)
        for one in whole
        if one.end_ns > from_ns and one.start_ns < to_ns
    ]


def _append(intervals: list[Interval], one: Interval) -> None:
    """Adds an interval, as part of the last one if it says the same and touches it."""
    last = intervals[-1] if intervals else None
    if (
        last is not None
        and last.end_ns == one.start_ns
        and (last.reason, last.sentence) == (one.reason, one.sentence)
    ):
        intervals[-1] = _until(last, one.end_ns)
    else:
        intervals.append(one)


def _until(one: Interval, end_ns: int) -> Interval:
    return Interval(one.start_ns, end_ns, one.reason, one.sentence)
