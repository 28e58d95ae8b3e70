"""Truth of line crossings on paths whose answer is plain."""

import numpy as np
import pytest

from bench.truth.crossings import Truth, crossings

TOP, BOTTOM = (100.0, 0.0), (100.0, 100.0)  # seen on the screen, A is to the right of it
HEIGHT = 40.0


def walk(*xs: float, y: float | list[float] = 50.0) -> list[Truth]:
    """The crossings of somebody whose foot is at the given x at 0 s, 1 s, …"""
    feet = np.column_stack([xs, np.broadcast_to(y, len(xs))]).astype(np.float64)
    times = np.arange(len(xs), dtype=np.float64)
    return crossings("line", TOP, BOTTOM, 1, times, feet, np.full(len(xs), HEIGHT))


def told(found: list[Truth]) -> list[tuple[str, bool]]:
    return [(t.direction, t.optional) for t in found]


def test_walking_through_is_one_crossing_at_the_cut() -> None:
    (crossing,) = walk(80, 90, 110, 120)
    assert (crossing.direction, crossing.optional) == ("b_to_a", False)
    assert crossing.begin == crossing.end == pytest.approx(1.5)


def test_left_of_the_line_as_seen_is_a() -> None:
    assert told(walk(120, 80)) == [("a_to_b", False)]


def test_there_and_back_are_two() -> None:
    assert told(walk(80, 120, 80)) == [("b_to_a", False), ("a_to_b", False)]


def test_a_foot_exactly_on_the_line_is_on_neither_side() -> None:
    assert told(walk(80, 100, 120)) == [("b_to_a", False)]
    assert told(walk(80, 100, 80)) == []  # touched, not passed


def test_wobble_on_the_way_through_is_one_crossing_and_may_be_told_as_more() -> None:
    sure, *more = sorted(walk(80, 101, 99, 101, 120), key=lambda t: t.optional)
    assert (sure.direction, sure.optional) == ("b_to_a", False)
    assert sure.begin < sure.end
    assert all(t.optional for t in more)


def test_a_walk_past_the_line_that_touches_it_need_not_be_told() -> None:
    assert told(walk(80, 104, 80)) == [("b_to_a", True), ("a_to_b", True)]


def test_past_the_end_is_nothing() -> None:
    assert told(walk(80, 120, y=150.0)) == []


def test_round_the_end_and_back_through_is_one() -> None:
    assert told(walk(80, 120, 120, 80, y=[150.0, 150.0, 50.0, 50.0])) == [("a_to_b", False)]


def test_grazing_an_end_may_be_told() -> None:
    assert told(walk(80, 120, y=98.0)) == [("b_to_a", True)]
    assert told(walk(80, 120, y=103.0)) == [("b_to_a", True)]


def test_a_path_that_ends_on_the_line_may_be_told() -> None:
    assert told(walk(80, 90, 103)) == [("b_to_a", True)]
    assert told(walk(97, 110, 120)) == [("b_to_a", True)]
