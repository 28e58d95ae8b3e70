"""Geometry against shapely and against itself."""

import numpy as np
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

number = st.floats(-2, 2)
corner = st.tuples(number, number)
seeds = st.integers(0, 10**6)


def star(seed: int) -> np.ndarray:
    """A polygon that may be concave but does not cross itself."""
    rng = np.random.default_rng(seed)
    angle = np.sort(rng.uniform(0, 2 * np.pi, rng.integers(3, 12)))
    assume(np.diff(angle, append=angle[0] + 2 * np.pi).max() < 3.0)
    radius = rng.uniform(0.2, 1.0, len(angle))
    ring = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
    return ring if rng.random() < 0.5 else ring[::-1].copy()


def test_turn_is_above_zero_on_the_left_as_seen() -> None:
    assert turn(0, 0, 1, 0, 0.5, -1) > 0  # going right, left is up, and y points down
    assert turn(0, 0, 1, 0, 0.5, 1) < 0
    assert turn(0, 0, 1, 0, 7, 0) == 0


@given(seeds)
def test_inside_agrees_with_shapely(seed: int) -> None:
    ring = star(seed)
    points = np.random.default_rng(seed + 1).uniform(-1.1, 1.1, (200, 2))
    assert (inside(points, ring) == shapely.contains_xy(shapely.Polygon(ring), points)).all()


@given(seeds)
def test_neighbours_share_no_point_and_leave_none_out(seed: int) -> None:
    rng = np.random.default_rng(seed)
    left = np.array([[0, 0], [0.5, 0], [0.25, 0.6], [0.5, 1], [0, 1]])
    right = np.array([[0.5, 0], [1, 0], [1, 1], [0.5, 1], [0.25, 0.6]])
    points = rng.integers(1, 20, (100, 2)) / 20  # many on the shared edge
    assert (inside(points, left) ^ inside(points, right)).all()


@given(seeds)
def test_area_in_box_agrees_with_shapely(seed: int) -> None:
    ring = star(seed)
    rng = np.random.default_rng(seed + 1)
    x0, x1 = np.sort(rng.uniform(-1, 1, 2))
    y0, y1 = np.sort(rng.uniform(-1, 1, 2))
    common = shapely.Polygon(ring).intersection(shapely.box(x0, y0, x1, y1)).area
    assert ring_area_in_box(ring, 0, len(ring), x0, y0, x1, y1) == pytest.approx(common, abs=1e-12)


@given(seeds, corner)
def test_distances_agree_with_shapely(seed: int, point: tuple[float, float]) -> None:
    ring = star(seed)
    where = shapely.Point(point)
    edge = shapely.Polygon(ring).exterior.distance(where)
    assert distance_to_ring(ring, 0, len(ring), *point) == pytest.approx(edge, abs=1e-9)
    first = shapely.LineString(ring[:2]).distance(where)
    (ax, ay), (bx, by) = ring[:2]
    assert squared_distance(ax, ay, bx, by, *point) == pytest.approx(first**2, abs=1e-9)


def test_rings_within_a_longer_array() -> None:
    ring = np.array([[9, 9], [0, 0], [1, 0], [1, 1], [0, 1], [9, 9]], float)
    assert in_ring(ring, 1, 5, 0.5, 0.5)
    assert ring_area_in_box(ring, 1, 5, 0.5, 0.5, 2, 2) == pytest.approx(0.25)


@given(seeds, st.integers(4, 12))
def test_homography_finds_the_map_that_made_the_points(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    true = np.array([[3, 0.4, -1], [0.2, 5, 2], [rng.uniform(-0.4, 0.4), rng.uniform(0, 2), 1]])
    image = np.vstack([[[0, 0], [1, 0], [1, 1], [0, 1]], rng.random((count - 4, 2))])
    found = homography(image, project(true, image))
    points = rng.random((20, 2))
    assert project(found, points) == pytest.approx(project(true, points), rel=1e-6)


def test_points_above_the_horizon_are_nowhere() -> None:
    matrix = homography(
        [(0.4, 0.5), (0.6, 0.5), (1, 1), (0, 1)], [(-2, 20), (2, 20), (2, 2), (-2, 2)]
    )
    ground = project(matrix, [(0.5, 0.9), (0.5, 0.1)])
    assert np.isfinite(ground[0]).all()
    assert np.isnan(ground[1]).all()


@pytest.mark.parametrize(
    ("image", "sentence"),
    [
        ([(0, 0), (0, 0), (0, 0), (0, 0)], "all points are one point"),
        ([(0, 0), (0.5, 0.5), (1, 1), (0, 1)], "no plane|not those of one plane"),
        ([(0, 0), (1, 0), (0, 1), (1, 1)], "not those of one plane"),
    ],
)
def test_points_that_fix_no_plane_are_refused(
    image: list[tuple[float, float]], sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        homography(image, [(0, 0), (1, 0), (1, 1), (0, 1)])
