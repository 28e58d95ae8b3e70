"""Plane maps: from the picture to the ground it shows, and back (homographies).

Points are ``x y``. Of ``curtilage.geometry``, which also gives these out; apart because it needs
no compiled kernels.
"""

import numpy as np
import numpy.typing as npt

from curtilage.model import Points

Matrix = npt.NDArray[np.float64]  # [3, 3], homogeneous


def homography(image: npt.ArrayLike, ground: npt.ArrayLike) -> Matrix:
    """The plane map that takes ``image`` points [N, 2] to ``ground`` points [N, 2], N >= 4.

    Normalised direct linear transform (Hartley & Zisserman, 4.4), least squares above four
    points. The third homogeneous coordinate is positive on the near side of the horizon.

    Raises:
        ValueError: the points do not determine a plane, or lie on both sides of its horizon.
    """
    source, to_source = _normalised(np.asarray(image, np.float64))
    target, to_target = _normalised(np.asarray(ground, np.float64))
    rows = []
    for (x, y), (u, v) in zip(source, target, strict=True):
        rows.append([-x, -y, -1, 0, 0, 0, u * x, u * y, u])
        rows.append([0, 0, 0, -x, -y, -1, v * x, v * y, v])
    _, sizes, right = np.linalg.svd(np.array(rows))
    # with four points the system has eight rows, and all eight must say something of their own
    if sizes[7] < 1e-9 * sizes[0]:
        raise ValueError("three of the four points lie on one line, so they fix no plane")
    matrix = np.linalg.inv(to_target) @ right[-1].reshape(3, 3) @ to_source
    depth = np.column_stack([np.asarray(image, np.float64), np.ones(len(source))]) @ matrix[2]
    if depth[0] < 0:
        matrix, depth = -matrix, -depth
    if (depth <= 0).any() or abs(np.linalg.det(matrix)) < 1e-12 * np.abs(matrix).max() ** 3:
        raise ValueError("the points are not those of one plane seen from above it")
    scale: float = depth.max()
    return np.asarray(matrix / scale, np.float64)


def project(matrix: Matrix, points: npt.ArrayLike) -> Points:
    """``points`` [N, 2] through a plane map; NaN where they lie at or above its horizon."""
    xy = np.asarray(points, np.float64).reshape(-1, 2)
    mapped = np.column_stack([xy, np.ones(len(xy))]) @ matrix.T
    depth = np.where(mapped[:, 2] > 0, mapped[:, 2], np.nan)
    return np.asarray(mapped[:, :2] / depth[:, None], np.float64)


def inverse(matrix: Matrix) -> Matrix:
    """The map back; its third coordinate is positive on the near side of the horizon, too."""
    return np.asarray(np.linalg.inv(matrix), np.float64)


def _normalised(points: Points) -> tuple[Points, Matrix]:
    """The points moved to the origin and scaled to a mean distance of sqrt(2), and the map."""
    centre = points.mean(axis=0)
    spread = np.hypot(*(points - centre).T).mean()
    if spread == 0.0:
        raise ValueError("all points are one point")
    scale = np.sqrt(2.0) / spread
    matrix = np.array([[scale, 0, -scale * centre[0]], [0, scale, -scale * centre[1]], [0, 0, 1]])
    return (points - centre) * scale, matrix
