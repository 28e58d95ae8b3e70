"""Keeps one box for each thing: overlapping boxes of one group of classes suppress each other.

Greedy non-maximum suppression. A van is often found as car *and* truck, a pony as horse *and*
cow; classes that are confused so belong to one group, and the better score wins. A person on a
bicycle stays two things.
"""

import numpy as np
import numpy.typing as npt
from numba import njit

from curtilage.model import LABELS, Boxes, Classes, Detections
from curtilage.vision.detector.layouts.candidates import Candidates

GROUPS: tuple[tuple[str, ...], ...] = (
    ("person",),
    ("bicycle", "motorcycle"),
    ("car", "bus", "truck"),
    ("dog", "cat", "bird", "horse", "sheep", "cow", "bear"),
    ("backpack", "handbag", "suitcase"),
)
"""Classes that are mistaken for each other; every label is in exactly one group."""

GROUP_OF_CLASS = np.array(
    [next(i for i, group in enumerate(GROUPS) if label in group) for label in LABELS], np.int16
)
MAX_CANDIDATES = 1000  # the best ones of a picture; more come only from noise
DEFAULT_OVERLAP = 0.6


def suppress(candidates: Candidates, overlap: float = DEFAULT_OVERLAP) -> Detections:
    """The candidates that no better one of their group overlaps, best first.

    ``overlap`` is the IoU above which the weaker box goes (0..1): lower removes more doubles,
    higher keeps people apart who stand before each other. Boxes stay in the candidates' units.
    """
    order = np.argsort(-candidates.score, kind="stable")[:MAX_CANDIDATES]
    boxes, class_id = candidates.boxes[order], candidates.class_id[order]
    kept = _survivors(boxes, GROUP_OF_CLASS[class_id], np.float32(overlap))
    return Detections(boxes[kept], candidates.score[order[kept]], class_id[kept])


@njit(cache=True, nogil=True)
def _survivors(boxes: Boxes, group: Classes, overlap: np.float32) -> npt.NDArray[np.int64]:
    """Indices of what stays, of boxes sorted by falling score."""
    count = len(boxes)
    kept = np.empty(count, np.int64)
    area = np.empty(count, np.float32)
    n = 0
    for i in range(count):
        x0, y0, x1, y1 = boxes[i, 0], boxes[i, 1], boxes[i, 2], boxes[i, 3]
        area[i] = (x1 - x0) * (y1 - y0)
        free = True
        for m in range(n):
            j = kept[m]
            if group[j] != group[i]:
                continue
            width = min(x1, boxes[j, 2]) - max(x0, boxes[j, 0])
            if width <= 0:
                continue
            height = min(y1, boxes[j, 3]) - max(y0, boxes[j, 1])
            if height <= 0:
                continue
            both = width * height
            if both > overlap * (area[i] + area[j] - both):
                free = False
                break
        if free:
            kept[n] = i
            n += 1
    return kept[:n]
