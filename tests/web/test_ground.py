"""The ground in the picture: residuals, doubts, the grid, the horizon, cells of a heat map."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curtilage.config.camera import Calibration
from curtilage.plane import homography, inverse, project
from curtilage.web import ground

# a camera that looks down a yard of 10 m by 20 m: far things are small
IMAGE = [(0.1, 0.9), (0.9, 0.9), (0.7, 0.4), (0.3, 0.4)]
GROUND = [(0.0, 0.0), (10.0, 0.0), (10.0, 20.0), (0.0, 20.0)]


def yard(*more: tuple[tuple[float, float], tuple[float, float]]) -> Calibration:
    image = [*IMAGE, *(point for point, _ in more)]
    metres = [*GROUND, *(place for _, place in more)]
    return Calibration.model_validate({"image": image, "ground": metres})


def where(x: float, y: float) -> tuple[float, float]:
    """Where the picture shows a place of the yard."""
    [[u, v]] = project(homography(GROUND, IMAGE), [(x, y)]).tolist()
    return u, v


def test_right_points_have_no_residuals_and_no_doubts() -> None:
    fine = yard((where(5, 10), (5, 10)), (where(2, 4), (2, 4)))
    matrix = ground.fitted(fine)
    assert ground.residuals_m(matrix, fine) == pytest.approx(0, abs=1e-6)
    assert list(ground.doubts(matrix, fine)) == []


def test_four_points_cannot_tell_whether_they_are_right() -> None:
    [doubt] = ground.doubts(ground.fitted(yard()), yard())
    assert "fifth" in doubt


def test_a_point_that_was_measured_wrongly_is_named() -> None:
    wrong = yard(
        (where(5, 10), (5, 10)), (where(2, 4), (2, 4)), (where(8, 3), (8, 3)), (where(5, 5), (5, 9))
    )
    matrix = ground.fitted(wrong)
    away = ground.residuals_m(matrix, wrong)
    assert int(away.argmax()) == 7
    assert any("Point 8 is" in doubt for doubt in ground.doubts(matrix, wrong))


def test_points_close_together_and_points_near_the_horizon_are_doubted() -> None:
    tiny = Calibration.model_validate(
        {"image": [(0.5, 0.5), (0.55, 0.5), (0.55, 0.55), (0.5, 0.55)],
         "ground": [(0, 0), (1, 0), (1, 1), (0, 1)]}
    )  # fmt: skip
    assert any("close together" in doubt for doubt in ground.doubts(ground.fitted(tiny), tiny))
    [[x, y]] = project(ground.fitted(yard()), [(0.5, 0.02)]).tolist()
    far = yard(((0.5, 0.02), (x, y)))
    assert any("horizon" in doubt for doubt in ground.doubts(ground.fitted(far), far))


def test_the_grid_has_whole_metres_where_they_are() -> None:
    matrix = ground.fitted(yard())
    step, lines = ground.grid(matrix, yard())
    assert step in ground.STEPS_M
    assert {line.axis for line in lines} == {"x", "y"}
    assert len(lines) <= 4 * ground.LINES
    for line in lines:
        along = project(matrix, line.points)[:, "xy".index(line.axis)]
        assert along == pytest.approx(line.metres, abs=1e-6)
        assert line.points.min() >= -ground.BESIDE
        assert line.points.max() <= 1 + ground.BESIDE


def test_the_horizon_is_where_the_lines_of_the_yard_meet() -> None:
    far = ground.horizon(ground.fitted(yard()))
    assert far is not None
    # the yard's sides, 0.1 0.9 to 0.3 0.4 and 0.9 0.9 to 0.7 0.4, meet at 0.5 -0.1
    assert far[:, 1] == pytest.approx(-0.1, abs=1e-6)


def test_a_view_from_straight_above_has_no_horizon() -> None:
    flat = Calibration.model_validate(
        {"image": [(0, 0), (1, 0), (1, 1), (0, 1)], "ground": [(0, 0), (8, 0), (8, 6), (0, 6)]}
    )
    assert ground.horizon(ground.fitted(flat)) is None


def test_points_on_a_line_are_refused() -> None:
    line: dict[str, Any] = {
        "image": [(0.1, 0.1), (0.2, 0.2), (0.3, 0.3), (0.9, 0.1)],
        "ground": [(0, 0), (1, 1), (2, 2), (5, 0)],
    }
    with pytest.raises(ValueError, match="line"):
        ground.fitted(Calibration.model_validate(line))


@given(st.integers(0, 199), st.integers(1, 30))
def test_cells_are_drawn_where_their_ground_is(cell: int, size: int) -> None:
    matrix = ground.fitted(yard())
    extent = (0.0, 0.0, 10.0 * size, 20.0 * size)
    seen, corners = ground.cells_in_picture(matrix, extent, np.array([cell]), (20, 10))
    row, column = divmod(cell, 10)
    middle = project(inverse(matrix), [((column + 0.5) * size, (row + 0.5) * size)])
    if len(seen):
        [back] = [project(matrix, four) for four in corners]
        assert back.min(axis=0) == pytest.approx([column * size, row * size], abs=1e-6)
        assert back.max(axis=0) == pytest.approx([(column + 1) * size, (row + 1) * size], abs=1e-6)
    else:
        assert np.isnan(middle).any() or (middle < 0).any() or (middle > 1).any()


def test_cells_behind_the_camera_are_left_out() -> None:
    matrix = ground.fitted(yard())
    seen, corners = ground.cells_in_picture(
        matrix, (0.0, -100.0, 10.0, 20.0), np.arange(120), (120, 1)
    )
    assert 20 <= len(seen) < 120
    assert 119 in seen
    assert np.isfinite(corners).all()
