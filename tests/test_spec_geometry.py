"""Points, polygons, boxes and planes against shapely, on shapes drawn at random."""

import math

import numpy as np
import numpy.typing as npt
import pytest
import shapely
from hypothesis import assume, given
from hypothesis import strategies as st

from curtilage.geometry import (
    distance_to_ring,
    homography,
    in_ring,
    inside,
    project,
    ring_area_in_box,
    squared_distance,
    turn,
)

Ring = npt.NDArray[np.float64]
unit = st.floats(0.0, 1.0, width=32)
corner = st.tuples(unit, unit)


@st.composite
def stars(draw: st.DrawFn) -> Ring:
    """A simple polygon, mostly concave: corners at rising angles, at any distance."""
    count = draw(st.integers(3, 12))
    radii = draw(st.lists(st.floats(0.05, 0.5), min_size=count, max_size=count))
    first = draw(st.floats(0.0, math.tau))
    angles = first + np.arange(count) * math.tau / count
    ring = 0.5 + np.array(radii)[:, None] * np.column_stack([np.cos(angles), np.sin(angles)])
    backwards = draw(st.booleans())
    return np.ascontiguousarray(ring[::-1] if backwards else ring, np.float64)


@st.composite
def blocks(draw: st.DrawFn) -> Ring:
    """A polygon of upright and level edges on a grid of eighths, mostly concave."""
    heights = draw(st.lists(st.integers(1, 7), min_size=2, max_size=7))
    top = [(x, h) for i, h in enumerate(heights) for x in (i, i + 1)]
    return np.array([(0, 0), *top, (len(heights), 0)], np.float64) / 8


rings = stars() | blocks()


def shape_of(ring: Ring) -> shapely.Polygon:
    shape = shapely.Polygon(ring)
    assume(shape.is_valid)
    return shape


@given(rings, st.integers(0, 2**32 - 1))
def test_points_are_inside_where_shapely_says_so(ring: Ring, seed: int) -> None:
    shape = shape_of(ring)
    points = np.random.default_rng(seed).uniform(-0.2, 1.2, (200, 2))
    clear = shapely.distance(shapely.points(points), shape.exterior) > 1e-9
    expected = shapely.contains_xy(shape, *points.T)
    assert (inside(points, ring) == expected)[clear].all()


@given(blocks(), st.integers(0, 8), st.integers(0, 8))
def test_levels_of_corners_are_no_trap(ring: Ring, column: int, row: int) -> None:
    """As high as corners and level edges, but on none of them: where counting cuts goes wrong."""
    shape = shape_of(ring)
    point = np.array([[(column + 0.5) / 8, row / 8], [column / 8, (row + 0.5) / 8]])
    clear = shapely.distance(shapely.points(point), shape.exterior) > 1e-9
    assert (inside(point, ring) == shapely.contains_xy(shape, *point.T))[clear].all()


@given(rings, st.integers(0, 11), st.integers(0, 2**32 - 1))
def test_winding_and_first_corner_mean_nothing(ring: Ring, first: int, seed: int) -> None:
    points = np.random.default_rng(seed).uniform(-0.1, 1.1, (100, 2))
    other = np.roll(ring, first, axis=0)[::-1].copy()
    shape = shape_of(ring)
    clear = shapely.distance(shapely.points(points), shape.exterior) > 1e-9
    assert (inside(points, ring) == inside(points, other))[clear].all()


@given(corner, corner, st.floats(0.05, 0.95), st.floats(0.2, 1.0), st.floats(0.2, 1.0))
def test_a_point_on_a_shared_edge_is_in_one_of_the_two_areas(
    a: tuple[float, float], b: tuple[float, float], share: float, left: float, right: float
) -> None:
    """Two triangles on both sides of one edge, each with its corners in its own order."""
    first, last = np.array(a), np.array(b)
    along = last - first
    assume(np.hypot(*along) > 0.01)
    across = np.array([along[1], -along[0]])
    on_edge = first + share * along
    one = np.array([first, last, on_edge + left * across])
    other = np.array([last, first, on_edge - right * across])
    found = [in_ring(ring, 0, 3, on_edge[0], on_edge[1]) for ring in (one, other)]
    assert sum(found) == 1


@given(st.integers(0, 8), st.integers(0, 8))
def test_squares_of_a_grid_share_no_point_and_miss_none(column: int, row: int) -> None:
    """Corners and edges of a chess board: each point of it lies in one square."""
    squares = [
        np.array([[i, j], [i + 1, j], [i + 1, j + 1], [i, j + 1]]) / 8.0
        for i in range(-1, 9)
        for j in range(-1, 9)
    ]
    found = sum(in_ring(ring, 0, 4, column / 8, row / 8) for ring in squares)
    assert found == 1


@given(rings, corner, corner)
def test_the_area_in_a_box_is_that_of_the_intersection(
    ring: Ring, a: tuple[float, float], b: tuple[float, float]
) -> None:
    (x0, x1), (y0, y1) = sorted((a[0], b[0])), sorted((a[1], b[1]))
    shape = shape_of(ring)
    expected = shape.intersection(shapely.box(x0, y0, x1, y1)).area
    found = ring_area_in_box(ring, 0, len(ring), x0, y0, x1, y1)
    assert found == pytest.approx(expected, abs=1e-9)


@given(rings)
def test_a_box_round_everything_holds_the_whole_area(ring: Ring) -> None:
    found = ring_area_in_box(ring, 0, len(ring), -1.0, -1.0, 2.0, 2.0)
    assert found == pytest.approx(shape_of(ring).area, abs=1e-9)


@given(rings, corner)
def test_the_distance_to_a_ring_is_that_to_its_nearest_edge(
    ring: Ring, point: tuple[float, float]
) -> None:
    expected = shapely.Point(point).distance(shape_of(ring).exterior)
    assert distance_to_ring(ring, 0, len(ring), *point) == pytest.approx(expected, abs=1e-9)


@given(corner, corner, corner)
def test_the_distance_to_a_segment_does_not_reach_beyond_its_ends(
    a: tuple[float, float], b: tuple[float, float], p: tuple[float, float]
) -> None:
    assume(a == b or math.dist(a, b) > 1e-6)
    expected = shapely.Point(p).distance(shapely.LineString([a, b]))
    assert math.sqrt(squared_distance(*a, *b, *p)) == pytest.approx(expected, abs=1e-7)


def test_rings_of_one_array_are_taken_from_first_to_end() -> None:
    corners = np.array([[0, 0], [0.2, 0], [0.2, 0.2], [0, 0.2], [0.6, 0.6], [1, 0.6], [1, 1]])
    assert in_ring(corners, 0, 4, 0.1, 0.1)
    assert not in_ring(corners, 4, 7, 0.1, 0.1)
    assert in_ring(corners, 4, 7, 0.9, 0.7)
    assert not in_ring(corners, 0, 4, 0.9, 0.7)


def test_left_is_left_as_seen_on_the_screen() -> None:
    """Going up the screen (y falls), left is where x is smaller."""
    assert turn(0.5, 0.9, 0.5, 0.1, 0.2, 0.5) > 0
    assert turn(0.5, 0.9, 0.5, 0.1, 0.8, 0.5) < 0
    assert turn(0.5, 0.9, 0.5, 0.1, 0.5, 0.3) == 0


@given(corner, corner, corner)
def test_a_turn_is_twice_the_area_of_the_triangle(
    a: tuple[float, float], b: tuple[float, float], p: tuple[float, float]
) -> None:
    found = turn(*a, *b, *p)
    assert abs(found) / 2 == pytest.approx(shapely.Polygon([a, b, p]).area, abs=1e-12)
    assert turn(*b, *a, *p) == pytest.approx(-found, abs=1e-12)


GROUND = np.array([[0.0, 0.0], [4.0, 0.0], [4.0, 10.0], [0.0, 10.0]])


@st.composite
def views(draw: st.DrawFn) -> Ring:
    """Where the corners of a rectangle on the ground stand in a picture: farther is narrower."""
    near, far = draw(st.floats(0.3, 0.5)), draw(st.floats(0.05, 0.25))
    bottom, top = draw(st.floats(0.7, 1.0)), draw(st.floats(0.2, 0.5))
    shift = draw(st.floats(-0.1, 0.1))
    return np.array(
        [[0.5 - near, bottom], [0.5 + near, bottom], [0.5 + far + shift, top],
         [0.5 - far + shift, top]]
    )  # fmt: skip


@given(views(), st.integers(0, 2**32 - 1))
def test_a_plane_map_takes_the_points_to_the_ground_and_back(view: Ring, seed: int) -> None:
    there, back = homography(view, GROUND), homography(GROUND, view)
    assert project(there, view) == pytest.approx(GROUND, abs=1e-6)
    spots = np.random.default_rng(seed).uniform([0, 0], [4, 10], (20, 2))
    assert project(there, project(back, spots)) == pytest.approx(spots, abs=1e-6)


@given(views())
def test_straight_lines_stay_straight(view: Ring) -> None:
    there = homography(view, GROUND)
    begin, end = view[0], view[2]
    on_line = begin + np.linspace(0, 1, 7)[:, None] * (end - begin)
    a, *middle, b = project(there, on_line)
    for p in middle:
        assert turn(*a, *b, *p) == pytest.approx(0.0, abs=1e-6)


@given(views())
def test_the_sky_is_nowhere_on_the_ground(view: Ring) -> None:
    there = homography(view, GROUND)
    centre = view.mean(axis=0)
    # both sides of the rectangle run to its vanishing point, which lies on the horizon
    left, right = view[3] - view[0], view[2] - view[1]
    along = np.linalg.solve(np.column_stack([left, -right]), view[1] - view[0])[0]
    vanishing = view[0] + along * left
    above = vanishing + 0.1 * (vanishing - centre)
    found = project(there, np.array([centre, above]))
    assert np.isfinite(found[0]).all()
    assert np.isnan(found[1]).all()


def test_more_than_four_points_are_averaged() -> None:
    view = np.array([[0.1, 0.9], [0.9, 0.9], [0.7, 0.4], [0.3, 0.4]])
    back = homography(GROUND, view)
    spots = np.random.default_rng(0).uniform([0, 0], [4, 10], (30, 2))
    wobbly = project(back, spots) + np.random.default_rng(1).normal(0, 0.001, (30, 2))
    found = project(homography(wobbly, spots), view)
    assert np.abs(found - GROUND).max() < 0.3


@pytest.mark.parametrize(
    "image",
    [
        [[0.1, 0.1], [0.2, 0.2], [0.3, 0.3], [0.9, 0.1]],
        [[0.5, 0.5], [0.5, 0.5], [0.5, 0.5], [0.5, 0.5]],
        [[0.1, 0.9], [0.1, 0.9], [0.7, 0.4], [0.3, 0.4]],
    ],
)
def test_points_that_fix_no_plane_are_refused(image: list[list[float]]) -> None:
    with pytest.raises(ValueError, match=r"line|point|plane"):
        homography(image, GROUND)


def test_points_on_both_sides_of_the_horizon_are_refused() -> None:
    bow_tie = [[0.1, 0.9], [0.9, 0.9], [0.3, 0.4], [0.7, 0.4]]
    with pytest.raises(ValueError, match="plane"):
        homography(bow_tie, GROUND)
