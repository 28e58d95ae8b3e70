"""PicoDet without its own suppression: four levels of class scores, four of the sides' bins.

PaddleDetection, ``pico_head.py``, exported with ``export.nms=False`` and
``export.post_process=False``: strides 8, 16, 32, 64; eight bins; centres in the middle of the
cells. The scores are final. Which output is which level is told by its number of cells.
"""

import numpy as np

from curtilage.model import Classes
from curtilage.vision.detector.layouts.candidates import Candidates
from curtilage.vision.detector.layouts.cells import cell_centres, decode_cells
from curtilage.vision.detector.layouts.layout import (
    IMAGENET_MEAN,
    IMAGENET_STD,
    Layout,
    OutputShape,
    Preprocessing,
    Shapes,
    Signature,
    cells_of,
)
from curtilage.vision.detector.protocol import InputSize, Outputs

STRIDES = (8, 16, 32, 64)
LEVELS = len(STRIDES)
SIDES_TIMES_BINS = 4 * 8


def decode(outputs: Outputs, size: InputSize, class_map: Classes, min_score: float) -> Candidates:
    """From four float32[A, classes] and four float32[A, 32], finest level first."""
    scores = np.concatenate(outputs[:LEVELS]).T
    distances = np.concatenate(outputs[LEVELS:]).T
    return decode_cells(scores, distances, cell_centres(size, STRIDES, 0.5), class_map, min_score)


def recognise(shapes: Shapes) -> Signature | None:
    """Eight outputs of fixed shape, in pairs of the four levels' numbers of cells."""
    if len(shapes.outputs) != 2 * LEVELS or shapes.size is None:
        return None
    scores: list[OutputShape] = []
    distances: list[OutputShape] = []
    for stride in STRIDES:
        cells = cells_of(shapes.size, (stride,))
        level = [out for out in shapes.outputs if len(out.shape) == 3 and out.shape[1] == cells]
        sides = [out for out in level if out.shape[2] == SIDES_TIMES_BINS]
        if len(level) != 2 or not sides:
            return None
        distances.append(sides[-1])  # with 32 classes too, the sides come after the scores
        scores.append(next(out for out in level if out is not sides[-1]))
    if len({out.shape[2] for out in scores}) != 1:
        return None
    return Signature(tuple(out.name for out in (*scores, *distances)), scores[0].shape[2])


LAYOUT = Layout(
    "picodet",
    Preprocessing(rgb=True, mean=IMAGENET_MEAN, std=IMAGENET_STD, stretched=True),
    recognise,
    decode,
    tuple(range(2 * LEVELS)),
)
