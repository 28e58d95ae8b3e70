"""Heat maps on plans: nothing is lost or made, everything is where it lies."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curtilage.model import Points
from curtilage.plane import Matrix, homography, project
from curtilage.web.plans import warp
from curtilage.web.plans.warp import lay

FRAME = (0.0, 0.0, 1.0, 1.0)
SQUARE = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]


def test_the_same_plane_in_the_same_cells_is_the_same_map() -> None:
    seconds = np.random.default_rng(1).random((9, 16))
    laid = lay(seconds, FRAME, np.eye(3), (9, 16))
    np.testing.assert_allclose(laid.seconds, seconds)
    assert laid.outside == pytest.approx(0.0)


def test_a_camera_that_sees_a_quarter_of_the_plan() -> None:
    seconds = np.full((10, 10), 2.0)
    matrix = homography(SQUARE, [(0.5, 0.5), (1.0, 0.5), (1.0, 1.0), (0.5, 1.0)])
    laid = lay(seconds, FRAME, matrix, (20, 20))
    assert laid.seconds[10:, 10:].sum() == pytest.approx(200.0)
    assert laid.seconds.sum() == pytest.approx(200.0)
    assert (laid.seconds[10:, 10:] > 0).all()


def test_metres_of_the_ground() -> None:
    seconds = np.zeros((4, 8))
    seconds[1, 6] = 5.0  # 6 to 7 m, 1 to 2 m
    matrix = homography([(0, 0), (8, 0), (8, 4), (0, 4)], SQUARE)
    laid = lay(seconds, (0.0, 0.0, 8.0, 4.0), matrix, (4, 8))
    assert laid.seconds[1, 6] == pytest.approx(5.0)


def test_beyond_the_horizon_is_beside_the_plan() -> None:
    ground = [(0.2, 1.0), (0.8, 1.0), (0.6, 0.5), (0.4, 0.5)]  # narrows upwards: a horizon above
    seconds = np.ones((20, 20))
    laid = lay(seconds, FRAME, homography(ground, [(0, 1), (1, 1), (1, 0), (0, 0)]), (64, 64))
    assert 0.0 < laid.outside < 400.0
    assert laid.seconds.sum() + laid.outside == pytest.approx(400.0)


def test_a_far_cell_leaves_no_holes() -> None:
    seconds = np.ones((6, 6))
    laid = lay(seconds, FRAME, np.eye(3), (60, 60))
    assert laid.seconds.min() > 0.0
    assert laid.seconds.max() < 3 * laid.seconds.min()


def test_nobody() -> None:
    laid = lay(np.zeros((5, 5)), FRAME, np.eye(3), (8, 8))
    assert laid.seconds.sum() == laid.outside == 0.0


@given(
    st.lists(st.floats(-0.3, 0.3), min_size=8, max_size=8),
    st.integers(2, 40),
    st.integers(2, 40),
)
def test_the_sum_is_kept_wherever_the_camera_is(
    moved: list[float], rows: int, columns: int
) -> None:
    corners = np.array(SQUARE) + np.reshape(moved, (4, 2))
    seconds = np.arange(rows * columns, dtype=float).reshape(rows, columns)
    laid = lay(seconds, FRAME, homography(SQUARE, corners), (32, 48))
    assert laid.seconds.sum() + laid.outside == pytest.approx(seconds.sum())
    assert (laid.seconds >= 0).all()


@pytest.mark.parametrize("cells", [64, 256])
def test_a_fine_grid_up_to_the_sky_is_no_endless_work(
    cells: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cells beyond the horizon had 2,304 points each: minutes of the server for one question."""
    points: list[int] = []

    def counted(matrix: Matrix, given: npt.ArrayLike) -> Points:
        points.append(np.size(given) // 2)
        return project(matrix, given)

    monkeypatch.setattr(warp, "project", counted)
    ground = [(0.4, 0.9), (0.6, 0.9), (0.99, 0.99), (0.01, 0.99)]
    matrix = homography(ground, [(0.2, 0.1), (0.8, 0.1), (0.7, 0.9), (0.3, 0.9)])
    laid = lay(np.ones((cells, cells)), FRAME, matrix, (96, 128))
    assert laid.seconds.sum() + laid.outside == pytest.approx(cells**2)
    assert laid.outside > cells**2 / 2
    assert sum(points) < 2 * warp.MOST_POINTS
