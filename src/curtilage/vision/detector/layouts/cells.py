"""Boxes given as distances from the centre of a grid cell, each distance as a distribution.

"Generalized Focal Loss" (Li et al., 2020): a side lies at the expected value of a softmax over
bins 0, 1, 2, … times the cell's stride. NanoDet, NanoDet-Plus and PicoDet all say it like that;
they differ in strides, bins and in where a cell has its centre.
"""

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from numba import njit

from curtilage.model import Boxes, Classes, Floats
from curtilage.vision.detector.layouts.candidates import Candidates
from curtilage.vision.detector.protocol import InputSize

FloatGrid = npt.NDArray[np.float32]
Cells = npt.NDArray[np.int64]


def decode_cells(
    scores: FloatGrid,
    distances: FloatGrid,
    centres: FloatGrid,
    class_map: Classes,
    min_score: float,
) -> Candidates:
    """Candidates from ``scores`` [classes, A] and ``distances`` [4 * bins, A].

    ``centres`` are those of ``cell_centres``; ``class_map`` (int16[classes]) gives our class for
    each of the network's, -1 to ignore it. Boxes come out in pixels of the network's input.
    """
    least = np.float32(min_score)
    score, class_id, cell, weights = _strong_cells(scores, distances, class_map, least)
    np.exp(weights, out=weights)  # NumPy's is vectorised, Numba's is not
    return Candidates(_boxes(weights, cell, centres), score, class_id)


@lru_cache(maxsize=32)
def cell_centres(size: InputSize, strides: tuple[int, ...], offset: float) -> FloatGrid:
    """Centre and stride of every cell in pixels, ``float32[3, A]``: rows x, y, stride.

    Cells run level by level, row by row. ``offset`` is where in a cell its centre is: 0.5 in
    the middle, 0 in the corner. The array is shared and cannot be written to.
    """
    levels = []
    for stride in strides:
        columns, rows = math.ceil(size.width / stride), math.ceil(size.height / stride)
        y, x = np.mgrid[:rows, :columns].astype(np.float32)
        level = np.stack([(x + offset) * stride, (y + offset) * stride, np.full_like(x, stride)])
        levels.append(level.reshape(3, -1))
    centres = np.ascontiguousarray(np.concatenate(levels, axis=1), np.float32)
    centres.flags.writeable = False
    return centres


@njit(cache=True, nogil=True)
def _strong_cells(
    scores: FloatGrid, distances: FloatGrid, class_map: Classes, least: np.float32
) -> tuple[Floats, Classes, Cells, FloatGrid]:
    """Cells that score at least ``least`` in a class of ours, class by class.

    Returns their score, our class, the cell, and ``[4 * bins, K]``: the logits of their sides,
    less the largest of each side.
    """
    classes, cells = scores.shape
    strong = np.zeros(classes, np.int64)
    for c in range(classes):
        if class_map[c] >= 0:
            here = 0
            for a in range(cells):
                here += scores[c, a] >= least
            strong[c] = here
    count = strong.sum()
    score, class_id = np.empty(count, np.float32), np.empty(count, np.int16)
    cell = np.empty(count, np.int64)
    k = 0
    for c in range(classes):
        end = k + strong[c]
        a = 0
        while k < end:
            if scores[c, a] >= least:
                score[k], class_id[k], cell[k] = scores[c, a], class_map[c], a
                k += 1
            a += 1
    logits = np.empty((len(distances), count), np.float32)
    bins = len(distances) // 4
    most = np.empty(count, np.float32)
    for side in range(4):
        most[:] = -np.inf
        for b in range(side * bins, (side + 1) * bins):
            for k in range(count):
                logits[b, k] = distances[b, cell[k]]
                most[k] = max(most[k], logits[b, k])
        for b in range(side * bins, (side + 1) * bins):
            for k in range(count):
                logits[b, k] -= most[k]
    return score, class_id, cell, logits


@njit(cache=True, nogil=True)
def _boxes(weights: FloatGrid, cell: Cells, centres: FloatGrid) -> Boxes:
    """Corners of the boxes whose sides lie at the mean bin of ``weights`` [4 * bins, K]."""
    bins, count = len(weights) // 4, len(cell)
    boxes = np.empty((count, 4), np.float32)
    total, mean = np.empty(count, np.float32), np.empty(count, np.float32)
    for side in range(4):
        total[:] = 0
        mean[:] = 0
        for b in range(bins):
            for k in range(count):
                weight = weights[side * bins + b, k]
                total[k] += weight
                mean[k] += weight * np.float32(b)
        for k in range(count):
            away = mean[k] / total[k] * centres[2, cell[k]]
            centre = centres[side % 2, cell[k]]
            boxes[k, side] = centre - away if side < 2 else centre + away
    return boxes
