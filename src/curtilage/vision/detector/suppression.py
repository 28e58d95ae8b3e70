"""Keeps one box for each thing: overlapping boxes of one group of classes suppress each other.

Greedy non-maximum suppression. A van is often found as car *and* truck, a pony as horse *and*
cow; classes that are confused so belong to one group, and the better score wins. A person on a
bicycle stays two things.
"""

import numpy as np
from numba import njit

from curtilage.model import LABELS, Boxes, Classes, Detections, Floats
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
    boxes, score, class_id = _survivors(
        candidates.boxes,
        candidates.score,
        candidates.class_id,
        GROUP_OF_CLASS,
        np.float32(overlap),
    )
    return Detections(boxes, score, class_id)


@njit(cache=True, nogil=True)
def _survivors(
    boxes: Boxes,
    score: Floats,
    class_id: Classes,
    group_of_class: Classes,
    overlap: np.float32,
) -> tuple[Boxes, Floats, Classes]:
    """Boxes that stay, by falling score, with their scores and classes.

    Compiled as a whole: called from Python after an inference, each small step of it would first
    have to be fetched into the CPU's caches (measured: four times the time of a warm one).
    """
    order = np.argsort(-score, kind="mergesort")[:MAX_CANDIDATES]
    kept = np.empty(len(order), np.int64)
    corners = np.empty((len(order), 4), np.float32)  # of those that stay
    area, group = np.empty(len(order), np.float32), np.empty(len(order), np.int16)
    n = 0
    for i in order:
        x0, y0, x1, y1 = boxes[i, 0], boxes[i, 1], boxes[i, 2], boxes[i, 3]
        size, kind = (x1 - x0) * (y1 - y0), group_of_class[class_id[i]]
        free = True
        for m in range(n):
            if group[m] != kind:
                continue
            width = min(x1, corners[m, 2]) - max(x0, corners[m, 0])
            if width <= 0:
                continue
            height = min(y1, corners[m, 3]) - max(y0, corners[m, 1])
            if height <= 0:
                continue
            both = width * height
            if both > overlap * (size + area[m] - both):
                free = False
                break
        if free:
            corners[n, 0], corners[n, 1], corners[n, 2], corners[n, 3] = x0, y0, x1, y1
            kept[n], area[n], group[n] = i, size, kind
            n += 1
    return corners[:n], score[kept[:n]], class_id[kept[:n]]
