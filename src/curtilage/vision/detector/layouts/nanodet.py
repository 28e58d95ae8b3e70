"""NanoDet-g as Curtilage's build makes it: ``scores`` and ``distances``, channels first.

RangiLyu/nanodet, ``nanodet_head.py``: strides 8, 16, 32; eleven bins; centres in the middle of
the cells. The network takes raw bytes and normalises them itself.
"""

from curtilage.model import Classes
from curtilage.vision.detector.layouts.candidates import Candidates
from curtilage.vision.detector.layouts.cells import cell_centres, decode_cells
from curtilage.vision.detector.layouts.layout import Layout, Preprocessing, Shapes, Signature
from curtilage.vision.detector.protocol import InputSize, Outputs

STRIDES = (8, 16, 32)
SIDES_TIMES_BINS = 4 * 11


def decode(outputs: Outputs, size: InputSize, class_map: Classes, min_score: float) -> Candidates:
    """From ``scores`` float32[classes, A] and ``distances`` float32[44, A]."""
    scores, distances = outputs
    centres = cell_centres(size, STRIDES, 0.5)
    return decode_cells(scores, distances, centres, class_map, min_score)


def recognise(shapes: Shapes) -> Signature | None:
    """The two outputs by their names and channels."""
    by_name = {output.name: output.shape for output in shapes.outputs}
    scores, distances = by_name.get("scores", ()), by_name.get("distances", ())
    if len(scores) != 3 or len(distances) != 3 or distances[1] != SIDES_TIMES_BINS:
        return None
    return Signature(("scores", "distances"), scores[1])


LAYOUT = Layout("nanodet", Preprocessing(border=0), recognise, decode, (0, 1))
