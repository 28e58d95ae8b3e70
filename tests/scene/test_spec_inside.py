"""What counts as inside a zone: foot, centre or body; concave areas, holes, the frame's border."""

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from shapely import Point, Polygon, box

from tests.scene.drive import ASPECT, HEIGHT, SLENDER, run, walk
from tests.scene.intrusions import Spans, plain, zone
from tests.scene.stays import ZONE, ends, near, starts, visitor

# What counts as inside

SQUARE_WITH_BITE = [(0.2, 0.2), (0.8, 0.2), (0.8, 0.9), (0.6, 0.9), (0.6, 0.5), (0.4, 0.5),
                    (0.4, 0.9), (0.2, 0.9)]  # fmt: skip


@pytest.mark.parametrize(
    ("foot", "expected"),
    [((0.3, 0.8), 1), ((0.7, 0.8), 1), ((0.5, 0.4), 1), ((0.5, 0.7), 0), ((0.5, 0.95), 0)],
)
@pytest.mark.parametrize("backwards", [False, True])
def test_polygons_may_be_concave(foot: tuple[float, float], expected: int, backwards: bool) -> None:
    ring = SQUARE_WITH_BITE[::-1] if backwards else SQUARE_WITH_BITE
    events = run([zone(polygon=ring)], [walk((0, *foot), (3, *foot))])
    assert len(starts(events)) == expected


@pytest.mark.parametrize(("foot", "expected"), [((0.5, 0.5), 0), ((0.3, 0.5), 1), ((0.5, 0.75), 1)])
def test_holes_do_not_count(foot: tuple[float, float], expected: int) -> None:
    rule = zone(polygon=[(0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8)], holes=[ZONE])
    assert len(starts(run([rule], [walk((0, *foot), (3, *foot))]))) == expected


def test_walking_over_a_hole_is_two_presences_or_one_by_grace() -> None:
    path = walk((0, 0.1, 0.5), (8, 0.9, 0.5))  # in from 1 to 7 s, in the hole from 3 to 5 s
    around = {"polygon": [(0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8)], "holes": [ZONE]}
    assert len(starts(run([zone(**around)], [path]))) == 2
    (end,) = ends(run([zone(**around, grace=3.0)], [path]))
    assert end.duration == near(6.0)


def test_inside_means_the_foot_not_the_body() -> None:
    """Its body covers the zone, its foot stands in front of it; and the other way round."""
    before = walk((0, 0.5, 0.65), (3, 0.5, 0.65), height=0.4)
    within = walk((0, 0.5, 0.45), (3, 0.5, 0.45), height=0.4)
    assert starts(run([zone()], [before])) == []
    assert len(starts(run([zone()], [within]))) == 1


def test_cameras_that_look_down_follow_the_centre() -> None:
    path = walk((0, 0.5, 0.7), (3, 0.5, 0.7), height=0.4)  # its centre is at 0.5
    assert len(starts(run([zone(anchor="center")], [path]))) == 1
    assert starts(run([zone()], [path])) == []


@st.composite
def areas(draw: st.DrawFn) -> tuple[Spans, list[Spans]]:
    """A star of any shape, with or without a smaller one cut out of its middle."""
    radii = np.array(draw(st.lists(st.floats(0.1, 0.45), min_size=5, max_size=9)))
    angles = draw(st.floats(0, 1)) + np.arange(len(radii)) * 2 * np.pi / len(radii)
    rays = np.column_stack([np.cos(angles), np.sin(angles)])
    ring = 0.5 + radii[:, None] * rays
    hole = 0.5 + radii.min() * draw(st.floats(0.2, 0.7)) * rays
    return as_corners(ring), [as_corners(hole)] if draw(st.booleans()) else []


def as_corners(ring: Any) -> Spans:
    return [(float(x), float(y)) for x, y in ring]


@given(areas(), st.floats(0.0, 1.0), st.floats(0.2, 1.0))
def test_inside_is_what_shapely_calls_inside(
    area: tuple[Spans, list[Spans]], x: float, y: float
) -> None:
    shape, foot = Polygon(*area), Point(x, y)
    assume(shape.boundary.distance(foot) > 1e-5)
    assume(0.03 < x < 0.97)  # beyond, the box is cut by the frame
    rule = zone(polygon=area[0], holes=area[1], time_threshold=0)
    assert len(starts(run([rule], [walk((0, x, y), (0.5, x, y))]))) == shape.contains(foot)


@given(areas(), st.floats(0.05, 0.95), st.floats(0.3, 0.95), st.floats(0.01, 1.0))
def test_body_fraction_is_what_shapely_makes_of_it(
    area: tuple[Spans, list[Spans]], x: float, y: float, fraction: float
) -> None:
    half = HEIGHT * SLENDER / ASPECT / 2
    lower = box(x - half, y - HEIGHT / 2, x + half, y)
    share = Polygon(*area).intersection(lower).area / lower.area
    assume(abs(share - fraction) > 1e-3)
    rule = zone(polygon=area[0], holes=area[1], time_threshold=0, body_fraction=fraction)
    alarms = starts(run([rule], [walk((0, x, y), (0.5, x, y))]))
    assert len(alarms) == int(share > fraction)


def test_a_ring_may_be_closed_or_open() -> None:
    person = visitor([(2.0, 6.0)])
    closed = zone(polygon=[*ZONE, ZONE[0]])
    assert plain(run([closed], [person])) == plain(run([zone()], [person]))


@pytest.mark.parametrize(
    ("share", "foot_y", "expected"),
    [
        (0.5, 0.64, 1),  # lower half from 0.54 to 0.64: 0.6 of it is inside
        (0.5, 0.66, 0),  # 0.4 of it
        (0.3, 0.66, 1),
        (1.0, 0.59, 1),
        (1.0, 0.62, 0),
    ],
)
def test_body_fraction_is_the_share_of_the_lower_half_that_is_inside(
    share: float, foot_y: float, expected: int
) -> None:
    path = walk((0, 0.5, foot_y), (3, 0.5, foot_y))
    events = run([zone(body_fraction=share)], [path])
    assert len(starts(events)) == expected


def test_body_fraction_leaves_out_holes() -> None:
    """The lower half lies wholly in the polygon, half of it over a hole."""
    rule = zone(
        polygon=[(0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9)],
        holes=[[(0.4, 0.45), (0.6, 0.45), (0.6, 0.6), (0.4, 0.6)]],
    )
    path = walk((0, 0.5, 0.5), (3, 0.5, 0.5))  # lower half from 0.4 to 0.5
    for share, expected in ((0.4, 1), (0.6, 0)):
        events = run([rule.model_copy(update={"body_fraction": share})], [path])
        assert len(starts(events)) == expected


@pytest.mark.parametrize("foot_y", [0.97, 1.0, 1.04])
def test_a_zone_at_the_frame_border_holds_feet_that_are_cut_off_by_it(foot_y: float) -> None:
    rule = zone(polygon=[(0.3, 0.8), (0.7, 0.8), (0.7, 1.0), (0.3, 1.0)])
    path = walk((0, 0.5, 0.7), (2, 0.5, 0.7), (2.05, 0.5, foot_y), (5, 0.5, foot_y))
    (start,) = starts(run([rule], [path]))
    assert start.time == near(2.1)


@pytest.mark.parametrize(
    ("corners", "foot"),
    [
        ([(0.0, 0.3), (0.2, 0.3), (0.2, 0.7), (0.0, 0.7)], (0.0, 0.5)),
        ([(0.8, 0.3), (1.0, 0.3), (1.0, 0.7), (0.8, 0.7)], (1.0, 0.5)),
        ([(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)], (0.0, 1.0)),
        ([(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)], (1.0, 1.0)),
    ],
)
def test_the_sides_and_corners_of_the_frame_belong_to_zones_that_reach_them(
    corners: Spans, foot: tuple[float, float]
) -> None:
    rule = zone(polygon=corners)
    assert len(starts(run([rule], [walk((0, *foot), (3, *foot))]))) == 1
