"""YOLOX: one output, for each cell where in it the box is, whether there is one, and of what.

Megvii-BaseDetection/YOLOX, ``demo/ONNXRuntime``: strides 8, 16, 32; centre and size relative to
the cell, the size as a logarithm; score = objectness times class score, both final. The input
is raw 0..255 BGR; networks of 2021 (version 0.1.0) want normalised RGB instead, and nothing in
their files says so.
"""

from dataclasses import replace

import numpy as np

from curtilage.model import Classes
from curtilage.vision.detector.layouts.candidates import Candidates
from curtilage.vision.detector.layouts.cells import cell_centres
from curtilage.vision.detector.layouts.layout import (
    IMAGENET_MEAN,
    IMAGENET_STD,
    Layout,
    Preprocessing,
    Shapes,
    Signature,
    cells_of,
)
from curtilage.vision.detector.protocol import InputSize, Outputs

STRIDES = (8, 16, 32)
BOX_AND_OBJECTNESS = 5


def decode(outputs: Outputs, size: InputSize, class_map: Classes, min_score: float) -> Candidates:
    """From one float32[A, 5 + classes]: x, y, log w, log h, objectness, class scores."""
    rows = outputs[0]
    possible = np.flatnonzero(rows[:, 4] >= min_score)  # a score is never above the objectness
    scores = rows[possible, 5:] * rows[possible, 4:5]
    which, column = np.nonzero((scores >= min_score) & (class_map >= 0))
    cell = possible[which]
    corner_x, corner_y, stride = cell_centres(size, STRIDES, 0.0).take(cell, axis=1)
    row = rows[cell]
    x, y = row[:, 0] * stride + corner_x, row[:, 1] * stride + corner_y
    half_width, half_height = np.exp(row[:, 2]) * stride / 2, np.exp(row[:, 3]) * stride / 2
    boxes = np.stack(
        [x - half_width, y - half_height, x + half_width, y + half_height], axis=1
    ).astype(np.float32)
    return Candidates(boxes, scores[which, column].astype(np.float32), class_map[column])


def recognise(shapes: Shapes) -> Signature | None:
    """One output with a row for each cell of three levels."""
    if len(shapes.outputs) != 1 or len(shapes.outputs[0].shape) != 3:
        return None
    _, rows, columns = shapes.outputs[0].shape
    if shapes.size is not None and rows not in (None, cells_of(shapes.size, STRIDES)):
        return None
    if columns is not None and columns <= BOX_AND_OBJECTNESS:
        return None
    classes = None if columns is None else columns - BOX_AND_OBJECTNESS
    return Signature((shapes.outputs[0].name,), classes)


LAYOUT = Layout("yolox", Preprocessing(), recognise, decode, (0,))
LAYOUT_2021 = replace(
    LAYOUT,
    name="yolox-2021",
    preprocessing=Preprocessing(rgb=True, mean=IMAGENET_MEAN, std=IMAGENET_STD),
    only_named=True,
)
