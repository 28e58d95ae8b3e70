"""Line crossing against its definition: every case that a line must get right, by name.

The line ``DOWN`` goes down the middle of the frame, so A, its left, is the right of the picture.
Walking right is from B to A.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curtilage.config import LineCrossingRule
from curtilage.model import Direction, Event, Kind, Phase
from tests.scene.drive import (
    ASPECT,
    FPS,
    Stop,
    Walk,
    make_scene,
    moments,
    play,
    run,
    walk,
    without,
)

AB, BA = Direction.A_TO_B, Direction.B_TO_A
DOWN = [(0.5, 0.2), (0.5, 0.8)]
UP = DOWN[::-1]
TALL = 0.25  # frame heights; box centres are then exact in single precision
HYSTERESIS = 0.08  # box heights, the default
BAND = HYSTERESIS * TALL / ASPECT  # frame widths: how far beyond DOWN is crossed


def line(points: list[tuple[float, float]] | None = None, **settings: object) -> LineCrossingRule:
    given = {"id": "gate", "points": points or DOWN} | settings
    return LineCrossingRule.model_validate(given)


def person(*stops: Stop, **settings: object) -> Walk:
    return walk(*stops, **{"height": TALL, **settings})  # type: ignore[arg-type]  # passed on


def told(events: list[Event]) -> list[tuple[Direction | None, int | None]]:
    return [(event.direction, event.track) for event in events]


def ways(events: list[Event]) -> list[Direction | None]:
    return [event.direction for event in events]


def wobble(xs: list[float], y: float = 0.5) -> list[Stop]:
    """A stop at each frame, from 1 s on."""
    return [(1 + k / FPS, x, y) for k, x in enumerate(xs)]


# what an event says


def test_walking_through_is_one_event_at_the_time_of_the_cut() -> None:
    (event,) = run([line()], [person((0, 0.32, 0.5), (4, 0.72, 0.5), track=7, label="person")])
    assert event.time == pytest.approx(1.8, abs=1e-4)  # between two frames
    assert (event.rule, event.kind, event.phase) == ("gate", Kind.LINE_CROSSED, Phase.INSTANT)
    assert (event.direction, event.track, event.label) == (BA, 7, "person")


@pytest.mark.parametrize(
    ("points", "stops", "way"),
    [
        (DOWN, [(0, 0.3, 0.5), (2, 0.7, 0.5)], BA),
        (DOWN, [(0, 0.7, 0.5), (2, 0.3, 0.5)], AB),
        ([(0.2, 0.5), (0.8, 0.5)], [(0, 0.5, 0.3), (2, 0.5, 0.7)], AB),  # A is above
        ([(0.2, 0.5), (0.8, 0.5)], [(0, 0.5, 0.7), (2, 0.5, 0.3)], BA),
    ],
)
def test_a_is_the_left_side_from_first_to_last_as_seen(
    points: list[tuple[float, float]], stops: list[Stop], way: Direction
) -> None:
    assert ways(run([line(points)], [person(*stops)])) == [way]


# jitter, standing, walking along


@given(st.lists(st.floats(-0.99, 0.99), min_size=3, max_size=60), st.sampled_from([0.3, 0.7]))
def test_jitter_on_the_line_makes_none(shares: list[float], origin: float) -> None:
    """However somebody shakes within the hysteresis, and then goes back."""
    shaking = wobble([0.5 + share * BAND for share in shares])
    stops = [(0.0, origin, 0.5), *shaking, (shaking[-1][0] + 1, origin, 0.5)]
    assert run([line()], [person(*stops)]) == []


@given(st.lists(st.floats(-0.99, 0.99), min_size=3, max_size=60), st.booleans())
def test_jitter_on_the_line_where_the_track_ends_makes_none(
    shares: list[float], is_born_there: bool
) -> None:
    """Wherever it was last seen, it was never farther than the hysteresis."""
    shaking = wobble([0.5 + share * BAND for share in shares])
    stops = shaking if is_born_there else [(0.0, 0.3, 0.5), *shaking]
    assert run([line()], [person(*stops)]) == []


def test_jitter_on_the_line_of_somebody_who_passes_is_one() -> None:
    noise = np.random.default_rng(1).uniform(-0.9, 0.9, 100) * BAND
    stops = [(0.0, 0.3, 0.5), *wobble(list(0.5 + noise)), (12.0, 0.7, 0.5)]
    (event,) = run([line()], [person(*stops)])
    assert event.direction == BA
    assert 1 - 1 / FPS <= event.time <= 11


@pytest.mark.parametrize(("leaves", "expected"), [(0.3, []), (0.7, [BA])])
def test_standing_on_the_line_for_a_minute(leaves: float, expected: list[Direction]) -> None:
    noise = np.random.default_rng(2).normal(0, 0.3, 600).clip(-0.95, 0.95) * BAND
    stops = [(0.0, 0.3, 0.5), *wobble(list(0.5 + noise)), (62.0, leaves, 0.5)]
    assert ways(run([line()], [person(*stops)])) == expected


@pytest.mark.parametrize("off", [0.0, 0.5 * BAND, -0.5 * BAND])
@pytest.mark.parametrize(("leaves", "expected"), [(0.3, []), (0.7, [BA])])
def test_walking_along_the_line(off: float, leaves: float, expected: list[Direction]) -> None:
    """Along it, exactly on it or beside it, and away within its ends."""
    stops = [(0, 0.3, 0.3), (1, 0.5 + off, 0.3), (4, 0.5 + off, 0.7), (5, leaves, 0.7)]
    assert ways(run([line()], [person(*stops)])) == expected


@pytest.mark.parametrize("off", [0.5 * BAND, -0.5 * BAND, 2 * BAND, -2 * BAND])
@pytest.mark.parametrize("leaves", [0.3, 0.7])
def test_walking_along_the_line_and_off_past_its_end(off: float, leaves: float) -> None:
    """From beside the line past its end: whoever was on the other side did cross."""
    stops = [(0, 0.3, 0.3), (1, 0.5 + off, 0.3), (4, 0.5 + off, 0.95), (5, leaves, 0.95)]
    assert ways(run([line()], [person(*stops)])) == ([BA] if off > 0 else [])


def test_walking_exactly_on_the_line_from_end_to_end() -> None:
    assert run([line()], [person((0, 0.5, 0.05), (4, 0.5, 0.95))]) == []


# the line is not infinite


@given(st.floats(0.0, 0.199) | st.floats(0.801, 1.0), st.floats(0.02, 1.0))
def test_past_its_end_is_none(y: float, seconds: float) -> None:
    assert run([line()], [person((0, 0.3, y), (1, 0.4, y), (1 + seconds, 0.7, y))]) == []


def test_round_the_end_and_back_is_none() -> None:
    stops = [(0, 0.4, 0.5), (1, 0.4, 0.9), (2, 0.6, 0.9), (3, 0.6, 0.5)]
    back = [(2 * 3 + 1 - t, x, y) for t, x, y in reversed(stops)]
    assert run([line()], [person(*stops, *back)]) == []


def test_round_the_end_and_back_through_is_one() -> None:
    stops = [(0, 0.4, 0.5), (1, 0.4, 0.9), (2, 0.6, 0.9), (3, 0.6, 0.5), (4, 0.4, 0.5)]
    (event,) = run([line()], [person(*stops)])
    assert event.direction == AB
    assert event.time == pytest.approx(3.5, abs=1e-4)


def test_round_and_round_through_is_one_each_time() -> None:
    lap = [(0.4, 0.5), (0.4, 0.9), (0.6, 0.9), (0.6, 0.5)]
    stops = [(float(k), *lap[k % 4]) for k in range(13)]
    events = run([line()], [person(*stops)])
    assert ways(events) == [AB, AB, AB]
    assert [event.time for event in events] == pytest.approx([3.5, 7.5, 11.5], abs=1e-4)


# there and back, two at once, fast


def test_there_and_back_is_two() -> None:
    events = run([line()], [person((0, 0.3, 0.5), (1, 0.6, 0.5), (2, 0.3, 0.5))])
    assert ways(events) == [BA, AB]
    assert [event.time for event in events] == pytest.approx([2 / 3, 4 / 3], abs=1e-4)


def test_two_people_crossing_together_in_both_directions() -> None:
    right = person((0, 0.3, 0.5), (2, 0.7, 0.5), track=1)
    left = person((0, 0.7, 0.5), (2, 0.3, 0.5), track=2)
    events = run([line()], [right, left])
    assert sorted(told(events)) == [(AB, 2), (BA, 1)]
    assert [event.time for event in events] == pytest.approx([1, 1], abs=1e-4)


def test_two_people_side_by_side_are_two() -> None:
    pair = [person((0, 0.3, 0.5), (2, 0.7, 0.5), track=k) for k in (1, 2)]
    assert told(run([line()], pair)) == [(BA, 1), (BA, 2)]


def test_a_crossing_within_one_frame_step() -> None:
    stops = [(0, 0.2, 0.5), (1, 0.2, 0.5), (1 + 1 / FPS, 0.6, 0.5), (2, 0.6, 0.5)]
    (event,) = run([line()], [person(*stops)])
    assert event.direction == BA
    assert event.time == pytest.approx(1 + 0.75 / FPS, abs=1e-4)


def test_there_and_back_within_two_frame_steps_is_two() -> None:
    stops = [(0, 0.3, 0.5), (1, 0.3, 0.5), (1.1, 0.7, 0.5), (1.2, 0.3, 0.5), (2, 0.3, 0.5)]
    assert ways(run([line()], [person(*stops)])) == [BA, AB]


# boxes


def test_a_box_whose_height_changes_at_an_upright_line() -> None:
    """Feet and half of the box are cut off for a second; the way is to the side."""
    stops = [(0, 0.3, 0.55), (1.5, 0.45, 0.55), (1.6, 0.46, 0.43), (2.5, 0.55, 0.43)]
    stops += [(2.6, 0.56, 0.55), (4, 0.7, 0.55)]
    legs = person(*stops, height=lambda t: TALL / 2 if 1.55 < t < 2.55 else TALL)
    assert ways(run([line()], [legs])) == [BA]


ACROSS = [(0.2, 0.5), (0.8, 0.5)]  # A is above
CUT = 0.4  # of the box is hidden just after the line


def cut_off() -> Walk:
    """Walks down the picture; from just beyond ``ACROSS`` its feet are hidden for a second."""
    lost = CUT * TALL
    stops = [(0, 0.5, 0.3), (2.5, 0.5, 0.55), (2.6, 0.5, 0.56 - lost), (3.5, 0.5, 0.65 - lost)]
    stops += [(3.6, 0.5, 0.66), (5, 0.5, 0.8)]
    return person(*stops, height=lambda t: TALL - lost if 2.55 < t < 3.55 else TALL)


def test_a_box_whose_height_changes_at_the_line_has_gone_over_in_the_end() -> None:
    """Its feet seem to go back and come again: told in turn, and the last way is the true one."""
    found = ways(run([line(ACROSS)], [cut_off()]))
    assert found == [AB, BA, AB][: len(found)]
    assert len(found) % 2 == 1


def test_a_box_whose_height_changes_at_the_line_with_rebuilt_feet_is_one() -> None:
    assert ways(run([line(ACROSS, rebuild_feet=True)], [cut_off()])) == [AB]


def test_a_box_that_shortens_by_less_than_the_hysteresis_is_one() -> None:
    """Walks down; at every second frame its feet are cut off by a twentieth of its height."""

    def cut(time: float) -> float:
        return 0.05 * TALL * (round(time * FPS) % 2)

    stops = [(k / FPS, 0.5, 0.4 + k / 200 - cut(k / FPS)) for k in range(80)]
    walker = person(*stops, height=lambda time: TALL - cut(time))
    assert ways(run([line(ACROSS)], [walker])) == [AB]


@pytest.mark.parametrize("size", [0.25, 0.5, 1.0, 2.0])
def test_hysteresis_is_in_box_heights_so_near_and_far_are_alike(size: float) -> None:
    """The same picture at another size: a turn-back short of it is none, one beyond it is two."""

    def turn_back(share: float) -> list[Event]:
        reach = 0.5 + share * BAND * size
        stops = [(0, 0.5 - 0.2 * size, 0.5), (1, reach, 0.5), (2, 0.5 - 0.2 * size, 0.5)]
        return run([line()], [person(*stops, height=TALL * size)])

    assert turn_back(0.9) == []
    assert ways(turn_back(1.1)) == [BA, AB]


def test_hysteresis_can_be_set() -> None:
    walker = person((0, 0.3, 0.5), (1, 0.5 + 2 * BAND, 0.5), (2, 0.3, 0.5))
    assert run([line(hysteresis=2.5 * HYSTERESIS)], [walker]) == []
    assert len(run([line(hysteresis=1.5 * HYSTERESIS)], [walker])) == 2


def test_a_single_low_box_does_not_shrink_the_hysteresis() -> None:
    """The band follows the usual height of a track, not the height of one frame."""
    stops = [(0, 0.3, 0.5), (2, 0.5 + 0.8 * BAND, 0.5), (4, 0.3, 0.5)]
    cut = person(*stops, height=lambda t: TALL / 3 if 1.95 < t < 2.05 else TALL)
    assert run([line()], [cut]) == []


# identity switches, gaps, memory


def switch(begin: float, end: float) -> list[Walk]:
    """One person going right; track 1 ends at x = ``begin``, track 2 begins at ``end``."""
    leave, enter = 10 * (begin - 0.3), 10 * (end - 0.3)
    return [
        person((0, 0.3, 0.5), (leave, begin, 0.5), track=1),
        person((enter, end, 0.5), (4, 0.7, 0.5), track=2),
    ]


def test_an_identity_switch_at_the_line_is_none_unless_stitched() -> None:
    assert run([line()], switch(0.49, 0.52)) == []


def test_an_identity_switch_at_the_line_is_one_when_stitched() -> None:
    events = run([line(stitch=True)], switch(0.49, 0.52))
    assert told(events) == [(BA, 2)]
    assert events[0].time == pytest.approx(2, abs=0.01)


@pytest.mark.parametrize("stitched", [False, True])
@pytest.mark.parametrize(("begin", "end"), [(0.44, 0.47), (0.53, 0.56)])
def test_an_identity_switch_before_or_after_the_line_is_one(
    begin: float, end: float, stitched: bool
) -> None:
    assert ways(run([line(stitch=stitched)], switch(begin, end))) == [BA]


def test_a_dropped_second_of_video() -> None:
    stops = [(0, 0.3, 0.5), (4, 0.7, 0.5)]
    scene = make_scene([line()])
    events = play(scene, without(moments([person(*stops)]), 1.5, 2.5)) + scene.finish()
    assert ways(events) == [BA]
    assert events[0].time == pytest.approx(2.0, abs=1e-4)


@pytest.mark.parametrize("cut", range(1, 41, 3))
def test_resume_after_restart(cut: int) -> None:
    """Stopped after any frame, a new process goes on from the saved state."""
    played = list(moments([person((0, 0.3, 0.5), (2, 0.55, 0.5), (4, 0.3, 0.5))]))
    first = make_scene([line()])
    events = play(first, played[:cut])
    second = make_scene([line()])
    second.restore(first.state())
    events += play(second, played[cut:]) + second.finish()
    assert ways(events) == [BA, AB]
    assert second.crossings == {"gate": {"a_to_b": 1, "b_to_a": 1}}


@pytest.mark.parametrize("coasts", [False, True])
@pytest.mark.parametrize(("gap", "expected"), [(1.0, 1), (2.9, 1), (3.0, 1), (3.2, 0), (8.0, 0)])
def test_behind_a_post_up_to_memory(gap: float, expected: int, coasts: bool) -> None:
    """Last seen before the line, next seen behind it ``gap`` later; memory is 3 s."""
    away = (2.0 + 1 / FPS, 2.0 + gap - 1 / FPS)
    stops = [(0, 0.3, 0.5), (2, 0.45, 0.5), (2 + gap, 0.55, 0.5), (12, 0.7, 0.5)]
    events = run([line()], [person(*stops, hidden=[away], coasts=coasts)])
    assert ways(events) == [BA] * expected
    if events:  # on the straight way from where it was last seen to where it came back
        assert events[0].time == pytest.approx(2 + gap / 2, abs=1e-3)


def test_memory_can_be_set() -> None:
    stops = [(0, 0.3, 0.5), (2, 0.45, 0.5), (8, 0.55, 0.5), (12, 0.7, 0.5)]
    walker = person(*stops, hidden=[(2.05, 7.95)])
    assert ways(run([line(memory=7)], [walker])) == [BA]
    assert run([line(memory=5)], [walker]) == []


def test_after_memory_a_track_is_seeded_anew() -> None:
    """Found again beyond the line, it has not crossed; going back it has."""
    stops = [(0, 0.3, 0.5), (2, 0.45, 0.5), (8, 0.55, 0.5), (9, 0.6, 0.5), (10, 0.4, 0.5)]
    assert ways(run([line()], [person(*stops, hidden=[(2.05, 7.95)])])) == [AB]


# the first sight, exact zeros


def test_the_first_sight_seeds_the_side_even_close_to_the_line() -> None:
    near = 0.5 - 0.2 * BAND
    assert ways(run([line()], [person((0, near, 0.5), (2, 0.7, 0.5))])) == [BA]
    assert run([line()], [person((0, near, 0.5), (2, 0.3, 0.5))]) == []


@pytest.mark.parametrize("leaves", [0.3, 0.7])
def test_an_exact_zero_at_first_sight_waits(leaves: float) -> None:
    assert run([line()], [person((0, 0.5, 0.5), (1, 0.5, 0.5), (2, leaves, 0.5))]) == []


def test_an_exact_zero_at_first_sight_and_later_through_is_one() -> None:
    stops = [(0, 0.5, 0.5), (1, 0.5, 0.5), (2, 0.7, 0.5), (4, 0.3, 0.5)]
    assert ways(run([line()], [person(*stops)])) == [AB]


def test_a_foot_exactly_on_the_line_on_the_way_through_is_one() -> None:
    stops = [(0, 0.25, 0.5), (2, 0.5, 0.5), (3, 0.5, 0.5), (5, 0.75, 0.5)]
    (event,) = run([line()], [person(*stops)])
    assert event.direction == BA
    assert 2 - 1e-3 <= event.time <= 3.1 + 1e-3


def test_touching_the_line_exactly_and_turning_back_is_none() -> None:
    assert run([line()], [person((0, 0.25, 0.5), (2, 0.5, 0.5), (4, 0.25, 0.5))]) == []
    assert run([line()], [person((0, 0.75, 0.5), (2, 0.5, 0.5), (4, 0.75, 0.5))]) == []
