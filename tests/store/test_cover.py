import itertools

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from curtilage.model import GapReason
from curtilage.store.recorded.cover import SLIVER_NS, UNEXPLAINED, Interval, Spans, cover, merged
from tests.store.support import S

MS = 1_000_000
TENTH = SLIVER_NS

times = st.integers(-20, 220).map(lambda tenth: tenth * TENTH // 2)
"""Half-slivers, so that holes are below, at and above the bound; the range is 0..100."""
spans = st.tuples(times, times)
reasons = st.sampled_from([GapReason.STALLED, GapReason.DISK_FULL, GapReason.EXPIRED])
gaps = st.builds(lambda span, reason: Interval(span[0], span[1], reason), spans, reasons)
ends = st.tuples(times, times).map(sorted)


def array(*given: tuple[int, int]) -> Spans:
    return np.array(given, np.int64).reshape(-1, 2)


@given(st.lists(spans, max_size=8), st.lists(gaps, max_size=6), ends)
def test_every_nanosecond_once_in_order_and_nothing_beyond(
    recorded: list[tuple[int, int]], explained: list[Interval], range_: list[int]
) -> None:
    from_ns, to_ns = range_
    whole = cover(array(*recorded), explained, from_ns, to_ns)
    assert sum(one.end_ns - one.start_ns for one in whole) == to_ns - from_ns
    at = from_ns
    for one in whole:
        assert one.start_ns == at
        assert one.end_ns > one.start_ns
        at = one.end_ns
    assert at == to_ns
    for one, following in itertools.pairwise(whole):
        assert (one.reason, one.sentence) != (following.reason, following.sentence)


@given(st.lists(spans, max_size=8), st.lists(gaps, max_size=6), ends)
@example([(0, 10 * TENTH)], [Interval(TENTH, 2 * TENTH, GapReason.STALLED)], [0, 20 * TENTH])
def test_what_is_said_is_what_was_given(
    recorded: list[tuple[int, int]], explained: list[Interval], range_: list[int]
) -> None:
    """At the middle of each quarter sliver, against looking through all that was given."""
    from_ns, to_ns = range_
    whole = cover(array(*recorded), explained, from_ns, to_ns)
    for at in range(from_ns + TENTH // 4, to_ns, TENTH // 2):
        said = next(one.reason for one in whole if one.start_ns <= at < one.end_ns)
        true = _looked_up(recorded, explained, at)
        if true != said:
            # Only a hole that is shorter than a sliver may be given to a neighbour.
            assert _room(recorded, explained, at, true, from_ns, to_ns) < TENTH


@given(st.lists(spans, max_size=8), st.lists(gaps, max_size=6), ends, times)
def test_two_parts_say_what_the_whole_says(
    recorded: list[tuple[int, int]], explained: list[Interval], range_: list[int], cut: int
) -> None:
    from_ns, to_ns = range_
    cut = min(max(cut, from_ns), to_ns)
    whole = cover(array(*recorded), explained, from_ns, to_ns)
    parts = [
        *cover(array(*recorded), explained, from_ns, cut),
        *cover(array(*recorded), explained, cut, to_ns),
    ]
    assert _sums(parts) == _sums(whole)


def test_recorded_wins_over_any_gap_and_the_later_gap_over_the_earlier() -> None:
    explained = [
        Interval(0, 10 * S, GapReason.RESTARTING),
        Interval(4 * S, 8 * S, GapReason.STALLED, "no packet"),
    ]
    assert cover(array((1 * S, 2 * S), (7 * S, 9 * S)), explained, 0, 10 * S) == [
        Interval(0, 1 * S, GapReason.RESTARTING),
        Interval(1 * S, 2 * S, None),
        Interval(2 * S, 4 * S, GapReason.RESTARTING),
        Interval(4 * S, 7 * S, GapReason.STALLED, "no packet"),
        Interval(7 * S, 9 * S, None),
        Interval(9 * S, 10 * S, GapReason.RESTARTING),
    ]


def test_a_recording_made_twice_counts_once() -> None:
    assert cover(array((0, 10 * S), (5 * S, 12 * S), (5 * S, 6 * S)), [], 0, 12 * S) == [
        Interval(0, 12 * S, None)
    ]


def test_a_sliver_belongs_to_what_came_before_and_a_hole_has_a_name() -> None:
    explained = [Interval(3 * S + 60 * MS, 5 * S, GapReason.STALLED)]
    assert cover(array((0, 2 * S), (2 * S + 99 * MS, 3 * S)), explained, 0, 6 * S) == [
        Interval(0, 3 * S + 60 * MS, None),
        Interval(3 * S + 60 * MS, 5 * S, GapReason.STALLED),
        Interval(5 * S, 6 * S, UNEXPLAINED),
    ]
    assert cover(array((50 * MS, S)), [], 0, S)[0] == Interval(0, 50 * MS, UNEXPLAINED)
    assert cover(array((-2 * S, -20 * MS), (50 * MS, S)), [], 0, S) == [Interval(0, S, None)]
    assert cover(array((0, 2 * S), (2 * S + 100 * MS, 3 * S)), [], 0, 3 * S)[1] == Interval(
        2 * S, 2 * S + 100 * MS, UNEXPLAINED
    )


def test_nothing_known_is_said_and_an_empty_range_is_empty() -> None:
    assert cover(array(), [], 0, 5) == [Interval(0, 5, UNEXPLAINED)]
    assert cover(array((0, 10)), [], 5, 5) == []
    assert cover(array((0, 10)), [], 6, 5) == []


@given(st.lists(spans, max_size=12))
def test_merged_spans_are_sorted_and_a_sliver_apart(given_: list[tuple[int, int]]) -> None:
    joined = merged(array(*given_))
    assert (joined[:, 1] > joined[:, 0]).all()
    assert (joined[1:, 0] - joined[:-1, 1] >= SLIVER_NS).all()
    for start, end in given_:
        if end > start:
            assert any(a <= start and end <= b for a, b in joined.tolist())


def _looked_up(
    recorded: list[tuple[int, int]], explained: list[Interval], at: int
) -> GapReason | str | None:
    if any(start <= at < end for start, end in recorded):
        return None
    said = [one.reason for one in explained if one.start_ns <= at < one.end_ns]
    return said[-1] if said else UNEXPLAINED


def _room(
    recorded: list[tuple[int, int]],
    explained: list[Interval],
    at: int,
    true: GapReason | str | None,
    from_ns: int,
    to_ns: int,
) -> int:
    """How long what is true at ``at`` lasts around it, recordings taken as the only neighbours
    of a gap that is hidden between two of them."""
    step = TENTH // 2
    first = last = at
    while first - step > from_ns and _looked_up(recorded, explained, first - step) == true:
        first -= step
    while last + step < to_ns and _looked_up(recorded, explained, last + step) == true:
        last += step
    return last - first + step


def _sums(intervals: list[Interval]) -> dict[object, int]:
    sums: dict[object, int] = {}
    for one in intervals:
        sums[one.reason] = sums.get(one.reason, 0) + one.end_ns - one.start_ns
    return sums
