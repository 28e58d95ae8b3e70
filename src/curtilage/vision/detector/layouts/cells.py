"""Boxes given as distances from the centre of a grid cell, each distance as a distribution.

"Generalized Focal Loss" (Li et al., 2020): a side lies at the expected value of a softmax over
bins 0, 1, 2, … times the cell's stride. NanoDet, NanoDet-Plus and PicoDet all say it like that;
they differ in strides, bins and in where a cell has its centre.
"""

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from curtilage.model import Classes
from curtilage.vision.detector.layouts.candidates import Candidates
from curtilage.vision.detector.protocol import InputSize

FloatGrid = npt.NDArray[np.float32]


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
    column, cell = np.divmod(np.flatnonzero(scores >= min_score), scores.shape[1])
    class_id = class_map[column]
    if (class_id < 0).any():
        ours = class_id >= 0
        column, cell, class_id = column[ours], cell[ours], class_id[ours]
    x, y, stride = centres.take(cell, axis=1)
    left, top, right, bottom = _expected_bins(distances.take(cell, axis=1)) * stride
    boxes = np.empty((len(cell), 4), np.float32)
    boxes[:, 0] = x - left
    boxes[:, 1] = y - top
    boxes[:, 2] = x + right
    boxes[:, 3] = y + bottom
    return Candidates(boxes, scores[column, cell], class_id)


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


def _expected_bins(logits: FloatGrid) -> FloatGrid:
    """Mean bin of each side, float32[4, K], from float32[4 * bins, K]."""
    weights = logits.reshape(4, len(logits) // 4, logits.shape[1])  # K may be 0: no -1
    weights = weights - weights.max(axis=1, keepdims=True)
    np.exp(weights, out=weights)
    bins = np.arange(weights.shape[1], dtype=np.float32)
    mean: FloatGrid = np.einsum("sbk,b->sk", weights, bins) / weights.sum(axis=1)
    return mean
