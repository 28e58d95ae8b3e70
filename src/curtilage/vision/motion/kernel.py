"""Comparing a picture with the background, compiled: one pass over the pixels.

The picture is divided into cells of 8 x 8 px. Background and threshold are the pixel's and the
cell's own; brightness of the whole picture is evened out before.
"""

import numpy as np
import numpy.typing as npt
from numba import njit

CELL = 8  # px

Plane = npt.NDArray[np.float32]
Grid = npt.NDArray[np.float32]  # [rows, columns] of cells


@njit(cache=True)
def cell_means(picture: npt.NDArray[np.uint8], means: Grid) -> None:
    """Mean brightness of every cell of ``picture`` [h, w], from every other row, into ``means``."""
    height, width = picture.shape
    for row in range(means.shape[0]):
        top, bottom = row * CELL, min((row + 1) * CELL, height)
        for column in range(means.shape[1]):
            left, right = column * CELL, min((column + 1) * CELL, width)
            total, count = 0, 0
            for y in range(top, bottom, 2):
                for x in range(left, right):
                    total += picture[y, x]
                count += right - left
            means[row, column] = total / count


@njit(cache=True, fastmath=True)
def compare(
    picture: npt.NDArray[np.uint8],
    background: Plane,
    gain: float,
    keep: float,
    threshold: Grid,
    changed: npt.NDArray[np.int32],
    power: Grid,
) -> None:
    """Changed pixels and mean square difference of every cell; the background moves on.

    Args:
        picture: [h, w], smoothed.
        background: [h, w] grey levels; in place, multiplied by ``gain`` and moved.
        gain: brightness of the picture over that of the background.
        keep: how much of the background is kept, 0..1; the rest is the picture.
        threshold: grey levels from which a pixel has changed.
        changed: filled with the number of changed pixels.
        power: filled with the mean of squared differences.
    """
    height, width = picture.shape
    rows, columns = threshold.shape
    g = np.float32(gain)
    k = np.float32(keep)
    for row in range(rows):
        top, bottom = row * CELL, min((row + 1) * CELL, height)
        for column in range(columns):
            changed[row, column] = 0
            power[row, column] = 0.0
        for y in range(top, bottom):
            for column in range(columns):
                left, right = column * CELL, min((column + 1) * CELL, width)
                limit = threshold[row, column] * threshold[row, column]
                count = 0
                total = np.float32(0.0)
                for x in range(left, right):
                    expected = background[y, x] * g
                    difference = np.float32(picture[y, x]) - expected
                    background[y, x] = expected + (np.float32(1.0) - k) * difference
                    square = difference * difference
                    total += square
                    count += square > limit
                changed[row, column] += count
                power[row, column] += total
        for column in range(columns):
            left, right = column * CELL, min((column + 1) * CELL, width)
            power[row, column] /= (bottom - top) * (right - left)
