"""Boxes given as distances from the centre of a grid cell, each distance as a distribution.

"Generalized Focal Loss" (Li et al., 2020): a side lies at the expected value of a softmax over
bins 0, 1, 2, … times the cell's stride. NanoDet, NanoDet-Plus and PicoDet all say it like that;
they differ in strides, bins and in where a cell has its centre.
"""

import math

import numpy as np
import numpy.typing as npt
from numba import njit

from curtilage.model import Boxes, Classes, Floats
from curtilage.vision.detector.layouts.candidates import Candidates

FloatGrid = npt.NDArray[np.float32]


def cell_centres(
    width: int, height: int, strides: tuple[int, ...], offset: float
) -> npt.NDArray[np.float32]:
    """Centre and stride of every cell, ``float32[A, 3]``: x, y, stride in pixels.

    Cells run level by level, row by row. ``offset`` is where in a cell its centre is: 0.5 in
    the middle, 0 in the corner.
    """
    levels = []
    for stride in strides:
        columns, rows = math.ceil(width / stride), math.ceil(height / stride)
        y, x = np.mgrid[:rows, :columns].astype(np.float32)
        level = np.stack([(x + offset) * stride, (y + offset) * stride, np.full_like(x, stride)])
        levels.append(level.reshape(3, -1).T)
    return np.ascontiguousarray(np.concatenate(levels))


def decode_cells(
    scores: FloatGrid,
    distances: FloatGrid,
    centres: npt.NDArray[np.float32],
    class_map: Classes,
    min_score: float,
) -> Candidates:
    """Candidates from ``scores`` [classes, A] and ``distances`` [4 * bins, A].

    ``class_map`` (int16[classes]) gives our class for each of the network's, -1 to ignore it.
    Boxes come out in pixels of the network's input.
    """
    boxes, score, class_id = _decode(scores, distances, centres, class_map, np.float32(min_score))
    return Candidates(boxes, score, class_id)


@njit(cache=True, nogil=True)
def _decode(
    scores: FloatGrid,
    distances: FloatGrid,
    centres: npt.NDArray[np.float32],
    class_map: Classes,
    min_score: np.float32,
) -> tuple[Boxes, Floats, Classes]:
    classes, cells = scores.shape
    count = 0
    for c in range(classes):
        if class_map[c] >= 0:
            for a in range(cells):
                count += scores[c, a] >= min_score
    boxes = np.empty((count, 4), np.float32)
    score = np.empty(count, np.float32)
    class_id = np.empty(count, np.int16)
    bins = distances.shape[0] // 4
    k = 0
    for c in range(classes):
        if class_map[c] < 0:
            continue
        for a in range(cells):
            if scores[c, a] < min_score:
                continue
            x, y, stride = centres[a, 0], centres[a, 1], centres[a, 2]
            boxes[k, 0] = x - stride * _expected_bin(distances, 0, bins, a)
            boxes[k, 1] = y - stride * _expected_bin(distances, bins, bins, a)
            boxes[k, 2] = x + stride * _expected_bin(distances, 2 * bins, bins, a)
            boxes[k, 3] = y + stride * _expected_bin(distances, 3 * bins, bins, a)
            score[k] = scores[c, a]
            class_id[k] = class_map[c]
            k += 1
    return boxes, score, class_id


@njit(cache=True, nogil=True)
def _expected_bin(distances: FloatGrid, first: int, bins: int, cell: int) -> np.float32:
    """Mean of the softmax over ``bins`` rows from ``first`` on, in one cell."""
    highest = distances[first, cell]
    for b in range(1, bins):
        highest = max(highest, distances[first + b, cell])
    total = np.float32(0.0)
    mean = np.float32(0.0)
    for b in range(bins):
        weight = np.exp(distances[first + b, cell] - highest)
        total += weight
        mean += weight * np.float32(b)
    return mean / total
