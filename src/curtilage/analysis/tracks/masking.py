"""Leaves out what stands under a privacy mask, before anything is followed.

Where something stands is where its feet are: the middle of its box's lower edge. So somebody in
front of a masked house is followed, and somebody in its masked garden is not.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from curtilage.geometry import inside
from curtilage.model import Detections

_EDGE: Final = 1e-6
"""Feet at the edge of the picture, or below it, stand at its edge: a mask up to there has them."""


def outside_masks(found: Detections, masks: Sequence[Sequence[tuple[float, float]]]) -> Detections:
    """``found`` without what stands within one of ``masks`` (polygons, fractions of the frame)."""
    if not masks or not len(found):
        return found
    boxes = found.boxes.astype(np.float64)
    feet = np.column_stack([(boxes[:, 0] + boxes[:, 2]) / 2, boxes[:, 3]]).clip(_EDGE, 1 - _EDGE)
    hidden = np.zeros(len(found), np.bool_)
    for mask in masks:
        hidden |= inside(feet, np.asarray(mask, np.float64))
    kept = ~hidden
    if kept.all():
        return found
    return Detections(found.boxes[kept], found.score[kept], found.class_id[kept])
