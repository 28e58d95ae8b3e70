"""Decoding times made of times of showing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curtilage.ingest.live.decoding import Decoding
from curtilage.ingest.live.h264 import read_sps
from curtilage.ingest.live.hevc import read_sps as read_sps_265
from tests.cameras import clip
from tests.cameras.pictures import load

STEP = 66_666_667
PYRAMID = [0, 4, 2, 1, 3, 8, 6, 5, 7, 12, 10, 9, 11]  # reorders two


def test_without_reordering_both_times_are_one() -> None:
    decoding = Decoding()
    assert [decoding.time(n * STEP) for n in range(5)] == [n * STEP for n in range(5)]


def test_b_frames_of_a_known_depth() -> None:
    decoding = Decoding(2)
    times = [decoding.time(place * STEP) for place in PYRAMID]
    assert times == [None, None, *(n * STEP for n in range(len(PYRAMID) - 2))]


def test_b_frames_of_which_nothing_is_said_are_learned() -> None:
    decoding = Decoding()
    shown = [place + 16 * group for group in range(8) for place in PYRAMID[:-1]]
    times = [decoding.time(place * STEP) for place in shown]
    assert decoding.depth == 2
    late = [(at, place * STEP) for at, place in zip(times, shown, strict=True)][24:]
    assert all(at is not None and at <= place for at, place in late)
    assert sorted(at for at, _ in late if at is not None) == [at for at, _ in late]


@given(st.lists(st.integers(-10, 10), max_size=60), st.integers(0, 4))
def test_a_clock_that_jumps_is_survived(seconds: list[int], depth: int) -> None:
    decoding = Decoding(depth)
    for second in seconds:
        at = decoding.time(second * 1_000_000_000)
        assert at is None or at <= 10_000_000_000
    assert decoding.depth <= 16


@pytest.mark.parametrize(("name", "depth"), [("tiny", 0), ("tiny-bframes", 2)])
def test_what_the_parameter_set_says(name: str, depth: int) -> None:
    assert read_sps(load(clip(name)).parameters[0]).reorder == depth


def test_what_the_parameter_set_of_h265_says() -> None:
    assert read_sps_265(load(clip("tiny-hevc")).parameters[1]).reorder == 0
