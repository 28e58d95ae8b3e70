"""RT-DETR and D-FINE without their last step: class logits and boxes of each query.

Hugging Face ``RTDetrForObjectDetection`` and ``DFineForObjectDetection`` exported to ONNX:
a sigmoid makes the scores, boxes are centre and size in 0..1 of the input. Other DETRs have
outputs of the same names and shapes but other pictures and a softmax: this layout has to be
named.
"""

import numpy as np

from curtilage.model import Classes
from curtilage.vision.detector.layouts.candidates import Candidates
from curtilage.vision.detector.layouts.layout import Layout, Shapes, Signature
from curtilage.vision.detector.layouts.rtdetr import PREPROCESSING
from curtilage.vision.detector.protocol import InputSize, Outputs


def decode(outputs: Outputs, size: InputSize, class_map: Classes, min_score: float) -> Candidates:
    """From ``logits`` float32[Q, classes] and ``pred_boxes`` float32[Q, 4], 0..1."""
    logits, centre_size = outputs
    scores = np.float32(1) / (np.float32(1) + np.exp(-logits.astype(np.float32)))
    query, column = np.nonzero((scores >= min_score) & (class_map >= 0))
    x, y, width, height = centre_size[query].T.astype(np.float32)
    boxes = np.stack([x - width / 2, y - height / 2, x + width / 2, y + height / 2], axis=1)
    boxes *= np.array([size.width, size.height, size.width, size.height], np.float32)
    return Candidates(boxes, scores[query, column], class_map[column])


def recognise(shapes: Shapes) -> Signature | None:
    """The two outputs by their names."""
    by_name = {output.name: output.shape for output in shapes.outputs}
    logits, boxes = by_name.get("logits", ()), by_name.get("pred_boxes", ())
    if len(logits) != 3 or len(boxes) != 3:
        return None
    return Signature(("logits", "pred_boxes"), logits[2])


LAYOUT = Layout("rtdetr-raw", PREPROCESSING, recognise, decode, (0,), only_named=True)
