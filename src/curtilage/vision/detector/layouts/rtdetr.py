"""RT-DETR and D-FINE as their own tools export them: labels, boxes and scores, already final.

lyuwenyu/RT-DETR and Peterande/D-FINE, ``tools/deployment/export_onnx.py``: a second input takes
the size to which the boxes are scaled; given the network's own input size, they come out in its
pixels. There are no doubles to remove by design; suppression still joins car and truck.
"""

import numpy as np

from curtilage.model import Classes
from curtilage.vision.detector.layouts.candidates import Candidates
from curtilage.vision.detector.layouts.layout import Layout, Preprocessing, Shapes, Signature
from curtilage.vision.detector.protocol import InputSize, Outputs

BYTES_TO_UNIT = (255.0, 255.0, 255.0)
PREPROCESSING = Preprocessing(rgb=True, std=BYTES_TO_UNIT, stretched=True)


def decode(outputs: Outputs, size: InputSize, class_map: Classes, min_score: float) -> Candidates:
    """From ``labels`` int64[Q], ``boxes`` float32[Q, 4] in pixels, ``scores`` float32[Q].

    A label that the model has no name for is dropped, like one that we have no word for.
    """
    del size
    labels, boxes, scores = outputs
    known = (labels >= 0) & (labels < len(class_map))
    class_id = np.where(known, class_map[np.where(known, labels, 0)], -1).astype(np.int16)
    kept = np.flatnonzero((scores >= min_score) & (class_id >= 0))
    return Candidates(
        boxes[kept].astype(np.float32), scores[kept].astype(np.float32), class_id[kept]
    )


def recognise(shapes: Shapes) -> Signature | None:
    """The three outputs by their names."""
    ranks = {output.name: len(output.shape) for output in shapes.outputs}
    if ranks == {"labels": 2, "boxes": 3, "scores": 2}:
        return Signature(("labels", "boxes", "scores"), None)
    return None


# Queries come out sorted: rounding may swap two, so that only the scores can be compared.
LAYOUT = Layout(
    "rtdetr", PREPROCESSING, recognise, decode, comparable=(2,), size_input="orig_target_sizes"
)
