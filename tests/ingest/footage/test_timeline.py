import math
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curtilage.ingest.errors import FootageError
from curtilage.ingest.footage.timeline import Timeline


def times(timeline: Timeline, stamps: Sequence[float | None]) -> list[float | None]:
    return [timeline.time_of(stamp, index) for index, stamp in enumerate(stamps)]


def test_times_begin_at_zero_whatever_the_clock_of_the_file() -> None:
    assert times(Timeline(1.4, 25), [1.4, 1.5, 1.6]) == pytest.approx([0.0, 0.1, 0.2])


def test_a_variable_rate_is_kept() -> None:
    stamps: list[float | None] = [0.0, 0.04, 0.5, 0.52, 2.0]
    timeline = Timeline(0.0, 25)
    assert times(timeline, stamps) == stamps
    assert timeline.seekable


def test_missing_timestamps_are_spaced_by_the_rate() -> None:
    timeline = Timeline(0.0, 10)
    assert times(timeline, [0.0, None, None, 0.3]) == pytest.approx([0.0, 0.1, 0.2, 0.3])
    assert timeline.repairs.missing == 2
    assert timeline.repairs.first_missing == pytest.approx(0.1)
    assert not timeline.seekable


def test_no_timestamp_and_no_rate_is_an_error() -> None:
    timeline = Timeline(0.0, None)
    assert timeline.time_of(None, 0) == 0.0
    with pytest.raises(FootageError, match="source_fps"):
        timeline.time_of(None, 1)


def test_counted_frames_ignore_timestamps() -> None:
    assert times(Timeline(0.0, 7, counted=True), [0.0, 5.0, None]) == [0.0, 1 / 7, 2 / 7]


def test_repeated_frames_are_left_out() -> None:
    timeline = Timeline(0.0, 10)
    assert times(timeline, [0.0, 0.1, 0.1, 0.05, 0.2]) == [0.0, 0.1, None, None, 0.2]
    assert timeline.repairs.repeats == 2


def test_a_restarted_clock_goes_on_without_a_gap() -> None:
    timeline = Timeline(0.0, 10)
    found = times(timeline, [i / 10 for i in range(50)] + [i / 10 for i in range(50)])
    kept = [time for time in found if time is not None]
    assert len(kept) == 99  # one frame shows that the clock jumps, the next that it stays there
    assert all(a < b for a, b in pairwise(kept))
    assert kept[-1] == pytest.approx(9.8)
    assert timeline.repairs.restarts == 1


@pytest.mark.parametrize("wrong", [3600.0, -3600.0])
def test_one_damaged_timestamp_costs_one_frame(wrong: float) -> None:
    stamps: list[float | None] = [i / 10 for i in range(20)]
    stamps[10] = wrong
    found = times(Timeline(0.0, 10), stamps)
    assert found == [*stamps[:10], None, *stamps[11:]]


def test_a_real_pause_is_kept() -> None:
    stamps: list[float | None] = [0.0, 0.1, 0.2, 600.0, 600.1, 600.2]
    assert times(Timeline(0.0, 10), stamps) == [0.0, 0.1, 0.2, None, 600.1, 600.2]


def test_one_picture_a_minute_loses_one_only() -> None:
    stamps: list[float | None] = [60.0 * i for i in range(20)]
    found = times(Timeline(0.0, 10), stamps)
    assert found.count(None) == 1


def test_a_clock_that_stands_still_is_counted_on() -> None:
    timeline = Timeline(0.0, 10)
    found = [time for time in times(timeline, [0.0, 0.1] + [0.1] * 40) if time is not None]
    assert len(found) == 2 + 30
    assert all(a < b for a, b in pairwise(found))


@given(
    st.lists(
        st.one_of(st.none(), st.floats(-1e6, 1e6), st.integers(0, 50).map(lambda i: i / 10)),
        max_size=60,
    )
)
def test_whatever_comes_times_rise(stamps: list[float | None]) -> None:
    found = [time for time in times(Timeline(0.0, 25), stamps) if time is not None]
    assert all(a < b for a, b in pairwise(found))
    assert all(math.isfinite(time) for time in found)
