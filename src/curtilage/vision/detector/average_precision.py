"""How good a detector is, as one number: average precision at an overlap (AP50 at 0.5).

Area under the precision-recall curve with every point used and precision made monotone, as
PASCAL VOC does since 2010 (Everingham et al. 2015). Detections of all frames are ranked
together by score; in each frame the better detection takes its best free true box first.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numba import njit

from curtilage.model import Boxes, Floats


@dataclass(frozen=True, slots=True)
class FrameBoxes:
    """What was found in one frame, and what was there, in the same coordinates."""

    boxes: Boxes  # float32[N, 4], x0 y0 x1 y1
    score: Floats  # float32[N]
    truth: Boxes  # float32[M, 4], x0 y0 x1 y1


@dataclass(frozen=True, slots=True)
class PrecisionRecall:
    """A detector's quality on footage with known boxes."""

    average_precision: float  # 0..1
    recall_at_precision_90: float  # best recall among the scores that keep precision >= 0.9
    best_f1: float
    best_f1_score: float  # the score threshold of the best F1
    truths: int
    detections: int


def average_precision(frames: Sequence[FrameBoxes], *, overlap: float = 0.5) -> PrecisionRecall:
    """Score detections against the truth; ``overlap`` is the least IoU of a match.

    Without any true box there is nothing to find: the average precision is then 0.
    """
    truths = sum(len(frame.truth) for frame in frames)
    score = np.concatenate([frame.score for frame in frames] or [np.empty(0, np.float32)])
    if not truths or not len(score):
        return PrecisionRecall(0.0, 0.0, 0.0, 0.0, truths, len(score))
    hit = np.concatenate([_hits(frame, overlap) for frame in frames])
    order = np.argsort(-score, kind="stable")
    found = np.cumsum(hit[order])
    recall = found / truths
    precision = found / np.arange(1, len(found) + 1)
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    area = float(np.sum(np.diff(recall, prepend=0.0) * envelope))
    f1 = 2.0 * precision * recall / np.maximum(precision + recall, 1e-12)
    best = int(np.argmax(f1))
    good = recall[precision >= 0.9]
    return PrecisionRecall(
        area,
        float(good.max()) if len(good) else 0.0,
        float(f1[best]),
        float(score[order][best]),
        truths,
        len(score),
    )


def _hits(frame: FrameBoxes, overlap: float) -> npt.NDArray[np.bool_]:
    """For each detection of a frame, in its own order: did it find a true box of its own?"""
    order = np.argsort(-frame.score, kind="stable")
    hit = np.zeros(len(order), np.bool_)
    hit[order] = _match(
        np.ascontiguousarray(frame.boxes[order], np.float64),
        np.ascontiguousarray(frame.truth, np.float64),
        overlap,
    )
    return hit


@njit(cache=True, nogil=True)
def _match(
    boxes: npt.NDArray[np.float64], truth: npt.NDArray[np.float64], overlap: float
) -> npt.NDArray[np.bool_]:
    hit = np.zeros(len(boxes), np.bool_)
    taken = np.zeros(len(truth), np.bool_)
    for i in range(len(boxes)):
        best, which = overlap, -1
        for j in range(len(truth)):
            if taken[j]:
                continue
            width = min(boxes[i, 2], truth[j, 2]) - max(boxes[i, 0], truth[j, 0])
            height = min(boxes[i, 3], truth[j, 3]) - max(boxes[i, 1], truth[j, 1])
            if width <= 0.0 or height <= 0.0:
                continue
            both = width * height
            area = (boxes[i, 2] - boxes[i, 0]) * (boxes[i, 3] - boxes[i, 1])
            other = (truth[j, 2] - truth[j, 0]) * (truth[j, 3] - truth[j, 1])
            iou = both / (area + other - both)
            if iou >= best and (which < 0 or iou > best):
                best, which = iou, j
        if which >= 0:
            taken[which] = True
            hit[i] = True
    return hit
