"""From a camera's time to UTC: even, close to the truth, always growing."""

import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curtilage.ingest.live.mapping import DEAD_BAND, SECOND, HostTime, Mapping

STEP = 66_666_666
UTC = 1_795_000_000 * SECOND


def arrivals(count: int, jitter_ms: float, seed: int = 1) -> list[int]:
    """When pictures come that are taken every STEP from UTC on."""
    draw = random.Random(seed)  # noqa: S311  lateness, no secret
    times = [UTC + i * STEP + int(draw.uniform(0, jitter_ms) * 1e6) for i in range(count)]
    for i in range(1, count):
        times[i] = max(times[i], times[i - 1])  # TCP keeps the order
    return times


def differences(times: list[int]) -> list[int]:
    return [b - a for a, b in pairwise(times)]


@given(st.integers(0, 2**40), st.floats(0, 300), st.integers(0, 100))
@settings(max_examples=40)
def test_steps_stay_the_cameras_and_times_close_to_the_truth(
    origin: int, jitter_ms: float, seed: int
) -> None:
    mapping = Mapping()
    came = arrivals(3000, jitter_ms, seed)
    placed = [mapping.place(origin + i * STEP, at) for i, at in enumerate(came)]
    assert all(0.994 * STEP < step < 1.006 * STEP for step in differences(placed))
    error = placed[-1] - (UTC + 2999 * STEP)
    assert -DEAD_BAND <= error <= jitter_ms * 1e6 + DEAD_BAND
    assert abs(error) < 0.1 * SECOND


def test_steps_are_exact_while_nothing_drifts() -> None:
    mapping = Mapping()
    placed = [mapping.place(i * STEP, UTC + i * STEP + i % 7 * 500_000) for i in range(2000)]
    assert set(differences(placed)) == {STEP}


@pytest.mark.parametrize("rate", [0.9996, 1.0004])
def test_a_cameras_clock_that_drifts_is_followed(rate: float) -> None:
    mapping = Mapping()
    placed = 0
    for i in range(40_000):  # 44 min, in which the clock is 1 s off
        placed = mapping.place(int(i * STEP * rate), UTC + i * STEP)
    assert abs(placed - (UTC + 39_999 * STEP)) < 0.05 * SECOND


@pytest.mark.parametrize("jump_s", [3600, -100, 1.5, -47721, 95443.7, -1.2])
def test_a_jump_of_the_cameras_clock_is_taken_out(jump_s: float) -> None:
    mapping = Mapping()
    placed = []
    for i in range(300):
        jumped = int(jump_s * SECOND) if i >= 150 else 0
        placed.append(mapping.place(i * STEP + jumped, UTC + i * STEP))
    assert set(differences(placed)) == {STEP}


def test_a_stall_of_the_network_is_no_jump() -> None:
    mapping = Mapping()
    stalled_until = UTC + 200 * STEP
    placed = []
    for i in range(400):
        at = UTC + i * STEP
        if at >= UTC + 150 * STEP:
            at = max(at, stalled_until)
        placed.append(mapping.place(i * STEP, at))
    assert set(differences(placed)) == {STEP}


def test_a_camera_that_jumps_again_and_again_is_not_believed() -> None:
    mapping = Mapping()
    placed = [mapping.place(i * STEP + i // 20 * 5 * SECOND, UTC + i * STEP) for i in range(600)]
    assert mapping.distrusted
    assert placed[-1] == UTC + 599 * STEP
    assert min(differences(placed)) > 0


def test_a_camera_whose_clock_runs_at_half_speed_is_not_believed() -> None:
    mapping = Mapping()
    placed = [mapping.place(i * STEP // 2, UTC + i * STEP) for i in range(3000)]
    assert mapping.distrusted
    assert placed[-1] == UTC + 2999 * STEP
    assert min(differences(placed)) > 0


@given(
    st.lists(st.tuples(st.integers(-(2**45), 2**45), st.integers(0, 5 * SECOND)), max_size=60),
    st.integers(0, 2 * UTC),
)
def test_whatever_comes_times_grow(pairs: list[tuple[int, int]], floor: int) -> None:
    mapping = Mapping(floor)
    last, at = floor, UTC
    for cam, later in pairs:
        at += later
        placed = mapping.place(cam, at)
        assert placed > last
        last = placed


def test_sender_reports_are_followed_slowly() -> None:
    mapping = Mapping()
    taken = [UTC + i * STEP for i in range(9000)]
    placed = []
    for i, true in enumerate(taken):
        late = true + 400_000_000  # constant lateness, which no filter can see
        if i % 30 == 0:
            mapping.report(i * STEP, true, late)
        placed.append(mapping.place(i * STEP, late))
    assert abs(placed[-1] - taken[-1]) <= DEAD_BAND
    assert min(differences(placed)) > 0.994 * STEP


def test_sender_reports_of_a_clock_that_nobody_set_are_not_believed() -> None:
    mapping = Mapping()
    for i in range(3000):
        mapping.report(i * STEP, i * STEP, UTC + i * STEP)  # 1970
        assert mapping.place(i * STEP, UTC + i * STEP) == UTC + i * STEP


def test_what_a_camera_kept_and_sends_at_once_is_dated_back() -> None:
    mapping = Mapping()
    pairs = [(i * STEP, UTC + i * 1_000_000) for i in range(31)]  # 2 s within 30 ms
    mapping.begin(pairs)
    placed = [mapping.place(cam, at) for cam, at in pairs]
    assert placed[-1] == pairs[-1][1]
    assert set(differences(placed)) == {STEP}


def test_host_time_follows_a_disciplined_clock_and_notices_a_step() -> None:
    host = HostTime(UTC, 0)
    for i in range(1, 3000):  # disciplined: 500 ppm
        utc, monotonic = UTC + i * SECOND + i * 500_000, i * SECOND
        assert host.arrival(utc, monotonic) == utc
    assert not host.pending
    set_by = -3600 * SECOND
    later = host.arrival(utc + SECOND + set_by, monotonic + SECOND)
    assert later == utc + SECOND
    assert host.pending == set_by
    assert host.adopt() == set_by
    assert host.arrival(utc + 2 * SECOND + set_by, monotonic + 2 * SECOND) == (
        utc + 2 * SECOND + set_by
    )


def test_a_clock_that_is_set_and_set_back_made_no_step() -> None:
    host = HostTime(UTC, 0)
    host.arrival(UTC + 61 * SECOND, SECOND)
    assert host.pending == 60 * SECOND
    host.arrival(UTC + 2 * SECOND, 2 * SECOND)
    assert host.pending == 0
