"""NanoDet-Plus: one output, for each cell the class scores and then the four sides' bins.

RangiLyu/nanodet, ``nanodet_plus_head.py`` and its ONNX export: strides 8, 16, 32, 64; eight
bins; unlike its predecessor it has a cell's centre in the cell's corner. The scores are final
(the export holds the sigmoid).
"""

from curtilage.model import Classes
from curtilage.vision.detector.layouts.candidates import Candidates
from curtilage.vision.detector.layouts.cells import cell_centres, decode_cells
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

STRIDES = (8, 16, 32, 64)
SIDES_TIMES_BINS = 4 * 8


def decode(outputs: Outputs, size: InputSize, class_map: Classes, min_score: float) -> Candidates:
    """From one float32[A, classes + 32]."""
    columns = outputs[0].T
    scores, distances = columns[:-SIDES_TIMES_BINS], columns[-SIDES_TIMES_BINS:]
    return decode_cells(scores, distances, cell_centres(size, STRIDES, 0.0), class_map, min_score)


def recognise(shapes: Shapes) -> Signature | None:
    """One output with a row for each cell of four levels."""
    if len(shapes.outputs) != 1 or len(shapes.outputs[0].shape) != 3:
        return None
    _, rows, columns = shapes.outputs[0].shape
    if shapes.size is not None and rows not in (None, cells_of(shapes.size, STRIDES)):
        return None
    if columns is not None and columns <= SIDES_TIMES_BINS:
        return None
    classes = None if columns is None else columns - SIDES_TIMES_BINS
    return Signature((shapes.outputs[0].name,), classes)


LAYOUT = Layout(
    "nanodet-plus",
    Preprocessing(mean=IMAGENET_MEAN[::-1], std=IMAGENET_STD[::-1], border=0),
    recognise,
    decode,
    (0,),
)
