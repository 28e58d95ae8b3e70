"""The ground in the picture: how well a calibration fits, and what is drawn of it.

Pure. A calibration says of some points of the picture where they lie on the ground; here is what
tells its owner whether it is right: how far each point is from where all of them put it, a grid of
whole metres, the horizon.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from curtilage.config.camera import Calibration
from curtilage.model import Points
from curtilage.plane import Matrix, homography, inverse, project

STEPS_M: Final = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0)
LINES: Final = 24
"""Of a grid, in each direction."""
SAMPLES: Final = 48
BESIDE: Final = 0.25
"""Of the picture: so far beside it lines are drawn, for whoever moves the picture."""
FAR_OFF: Final = 0.05
"""Share of the points' extent from which a residual is worth a word."""
LEAST_M: Final = 0.3
SMALL: Final = 0.02
"""Share of the picture below which the points say little about the rest of it."""
STEEP: Final = 25.0
"""Ratio of scales between the nearest and the farthest point from which far ones are guesses."""


@dataclass(frozen=True, slots=True)
class GridLine:
    """A line of equal x, or of equal y, on the ground."""

    axis: str  # x or y: which of them is equal
    metres: float
    points: Points  # [P, 2], in the picture, 0..1


def fitted(calibration: Calibration) -> Matrix:
    """From the picture to the ground. Raises ``ValueError`` where the points fix no plane."""
    return homography(calibration.image, calibration.ground)


def residuals_m(matrix: Matrix, calibration: Calibration) -> npt.NDArray[np.float64]:
    """[N], metres between where each point is said to be and where the map puts it."""
    away = project(matrix, calibration.image) - np.array(calibration.ground, np.float64)
    return np.asarray(np.hypot(away[:, 0], away[:, 1]), np.float64)


def doubts(matrix: Matrix, calibration: Calibration) -> Iterator[str]:
    """Sentences about what may be wrong."""
    image, ground = np.array(calibration.image), np.array(calibration.ground)
    away = residuals_m(matrix, calibration)
    extent = float(np.hypot(*np.ptp(ground, axis=0)))
    if len(image) == 4:
        yield "Four points fit always: give a fifth to see whether they are right."
    for number in np.flatnonzero(away > max(LEAST_M, FAR_OFF * extent)):
        yield (
            f"Point {number + 1} is {away[number]:.1f} m away from where the points together put "
            "it: measure it again, or draw it more exactly."
        )
    if float(np.prod(np.ptp(image, axis=0))) < SMALL:
        yield "The points lie close together in the picture: far from them distances are guesses."
    scales = _metres_per_picture(matrix, image)
    if scales.max() > STEEP * scales.min():
        yield (
            "The farthest point is close to the horizon, where a hair's breadth is metres: "
            "choose points nearer to the camera."
        )


def grid(matrix: Matrix, calibration: Calibration) -> tuple[float, list[GridLine]]:
    """Lines of whole metres over what the picture shows of the ground about the points.

    Returns:
        metres from line to line, and the lines.

    """
    ground = np.array(calibration.ground, np.float64)
    spread = np.ptp(ground, axis=0).max()
    low, high = ground.min(axis=0) - spread / 2, ground.max(axis=0) + spread / 2
    wide = float((high - low).max())
    step = next((s for s in STEPS_M if wide / s <= LINES), wide / LINES)
    back = inverse(matrix)
    lines: list[GridLine] = []
    for axis, other in ((0, 1), (1, 0)):
        along = np.linspace(low[other], high[other], SAMPLES)
        first, last = int(np.ceil(low[axis] / step)), int(np.floor(high[axis] / step))
        for number in range(first, last + 1):
            points = np.empty((SAMPLES, 2))
            points[:, axis], points[:, other] = number * step, along
            pieces = _visible(project(back, points))
            lines += [GridLine("xy"[axis], round(number * step, 6), piece) for piece in pieces]
    return step, lines


def horizon(matrix: Matrix) -> Points | None:
    """[2, 2]: where the horizon meets the left and the right edge; None: it is level with none."""
    a, b, c = matrix[2]
    if abs(b) < 1e-9 * max(abs(a), abs(c), 1e-300):
        return None
    return np.array([[0.0, -c / b], [1.0, -(a + c) / b]])


def cells_in_picture(
    matrix: Matrix,
    extent: tuple[float, float, float, float],
    cells: npt.NDArray[np.int64],
    shape: tuple[int, int],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Cells of a grid on the ground as the picture shows them.

    Args:
        matrix: from the picture to the ground.
        extent: x0 y0 x1 y1 of the grid, metres.
        cells: [N], row * columns + column.
        shape: rows and columns.

    Returns:
        [M], which of ``cells`` are to be seen, and [M, 4, 2], their corners, 0..1 of the picture.

    """  # fmt: skip
    rows, columns = shape
    x0, y0, x1, y1 = extent
    row, column = np.divmod(cells, columns)
    right, down = np.array([0, 1, 1, 0]), np.array([0, 0, 1, 1])
    x = x0 + (column[:, None] + right) / columns * (x1 - x0)
    y = y0 + (row[:, None] + down) / rows * (y1 - y0)
    corners = project(inverse(matrix), np.stack((x, y), axis=2)).reshape(-1, 4, 2)
    beyond = np.isnan(corners).any(axis=(1, 2))
    corners[beyond] = np.inf
    beside = (corners.max(axis=1) < 0.0).any(axis=1) | (corners.min(axis=1) > 1.0).any(axis=1)
    seen = np.flatnonzero(~(beyond | beside))
    return seen, corners[seen]


def _metres_per_picture(matrix: Matrix, image: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """[N], about how many metres the height of the picture would be at each point."""
    step = np.array([0.0, 1e-4])
    away = project(matrix, image + step) - project(matrix, image - step)
    return np.asarray(np.hypot(away[:, 0], away[:, 1]) / (2 * step[1]), np.float64)


def _visible(points: Points) -> Iterator[Points]:
    """The pieces of a line that are in the picture or close beside it, on this side of infinity."""
    with np.errstate(invalid="ignore"):
        near = ((points >= -BESIDE) & (points <= 1.0 + BESIDE)).all(axis=1)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], near.astype(np.int8), [0]))))
    for begin, end in zip(edges[::2], edges[1::2], strict=True):
        if end - begin >= 2:
            yield points[begin:end]
