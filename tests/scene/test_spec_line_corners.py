"""Lines with corners, against the definition of line crossing."""

import pytest

from curtilage.config import LineCrossingRule
from curtilage.model import Direction, Event
from tests.scene.drive import Stop, Walk, run, walk

AB, BA = Direction.A_TO_B, Direction.B_TO_A
TALL = 0.25  # frame heights; box centres are then exact in single precision

VEE = [(0.3, 0.25), (0.5, 0.75), (0.7, 0.25)]  # open above; A, the left, is within it
STAIRS = [(0.2, 0.5), (0.4, 0.5), (0.4, 0.75), (0.6, 0.75), (0.6, 0.5), (0.8, 0.5)]


def line(points: list[tuple[float, float]], **settings: object) -> LineCrossingRule:
    return LineCrossingRule.model_validate({"id": "gate", "points": points} | settings)


def person(*stops: Stop) -> Walk:
    return walk(*stops, height=TALL)


def ways(events: list[Event]) -> list[Direction | None]:
    return [event.direction for event in events]


def test_polyline_through_both_arms_is_in_and_out() -> None:
    events = run([line(VEE)], [person((0, 0.2, 0.4), (6, 0.8, 0.4))])
    assert ways(events) == [BA, AB]


def test_polyline_in_over_the_open_end_and_out_through_an_arm_is_one() -> None:
    stops = [(0, 0.2, 0.1), (1, 0.5, 0.1), (2, 0.5, 0.4), (4, 0.8, 0.4)]
    assert ways(run([line(VEE)], [person(*stops)])) == [AB]


def test_polyline_over_the_open_end_is_none() -> None:
    assert run([line(VEE)], [person((0, 0.1, 0.2), (4, 0.9, 0.2))]) == []


@pytest.mark.parametrize(
    ("points", "dx", "dy"),
    [(VEE, 0.0, 0.125), (VEE, 0.025, 0.125), (STAIRS, -0.125, 0.125), (STAIRS, -0.125, 0.0625)],
)
@pytest.mark.parametrize("hysteresis", [0.0, 0.02, 0.2])
def test_polyline_exactly_through_a_corner_is_one(
    points: list[tuple[float, float]], dx: float, dy: float, hysteresis: float
) -> None:
    """Through the second point, which two parts of the line have in common."""
    x, y = points[1]
    for frames in (10, 7):  # a frame exactly at the corner, and none
        stops = [(0, x - dx, y - dy), (frames / 10, x, y), (2, x + dx, y + dy)]
        assert ways(run([line(points, hysteresis=hysteresis)], [person(*stops)])) == [AB]
        assert ways(run([line(points[::-1], hysteresis=hysteresis)], [person(*stops)])) == [BA]
    ahead = [(0, x - dx, y - dy), (1.95, x + 0.9 * dx, y + 0.9 * dy), (3, x + dx, y + dy)]
    assert ways(run([line(points, hysteresis=hysteresis)], [person(*ahead)])) == [AB]


def test_polyline_touching_a_corner_from_outside_is_none() -> None:
    """Along the tip of the V, which points to the walker."""
    assert run([line(VEE)], [person((0, 0.25, 0.75), (4, 0.75, 0.75))]) == []


def test_polyline_with_a_step_is_one_line() -> None:
    """Down through each of the three treads, and into the step's corner and out again."""
    for x in (0.3, 0.5, 0.7):
        assert ways(run([line(STAIRS)], [person((0, x, 0.3), (4, x, 0.95))])) == [AB]
    assert run([line(STAIRS)], [person((0, 0.5, 0.3), (2, 0.5, 0.7), (4, 0.5, 0.3))]) == []


def test_polyline_sideways_through_both_walls_of_a_step_is_there_and_back() -> None:
    assert ways(run([line(STAIRS)], [person((0, 0.25, 0.62), (4, 0.75, 0.62))])) == [BA, AB]
