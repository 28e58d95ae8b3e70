"""PETS 2009 S2.L1 with its true boxes, for measuring a detector."""

from collections.abc import Iterator, Sequence

import cv2
import numpy as np

from curtilage.model import CLASS_ID, Boxes, Image
from curtilage.vision.detector import Detector
from curtilage.vision.detector.average_precision import (
    FrameBoxes,
    PrecisionRecall,
    average_precision,
)
from tests.footage import need

WIDTH, HEIGHT = 768, 576


def frames(step: int = 1) -> Iterator[tuple[int, Image]]:
    """Index (0 first) and picture of every ``step``-th frame."""
    video = cv2.VideoCapture(str(need("pets09-s2l1/vtest.avi")))
    index = 0
    while video.grab():
        if index % step == 0:
            _, image = video.retrieve()
            yield index, image.astype(np.uint8, copy=False)
        index += 1


def truth() -> dict[int, Boxes]:
    """The true boxes of each frame that has some, as fractions of the picture.

    MOTChallenge counts pixels from 1, but these boxes fit the people as they stand: the median
    vertical distance of good detections from them is 0.00 pixels.
    """
    rows = np.loadtxt(need("pets09-s2l1/gt.txt"), delimiter=",")
    boxes = rows[:, 2:6].copy()
    boxes[:, 2:] += boxes[:, :2]
    boxes /= [WIDTH, HEIGHT, WIDTH, HEIGHT]
    numbers = rows[:, 0].astype(int) - 1
    return {n: boxes[numbers == n].astype(np.float32) for n in np.unique(numbers).tolist()}


def measure(detector: Detector, step: int = 1) -> PrecisionRecall:
    """The person AP50 of a detector on every ``step``-th frame."""
    true = truth()
    nothing = np.empty((0, 4), np.float32)
    found: list[FrameBoxes] = []
    pending: list[tuple[int, Image]] = []

    def flush(some: Sequence[tuple[int, Image]]) -> None:
        detected = detector.detect([image for _, image in some])
        for (index, _), one in zip(some, detected, strict=True):
            person = one.class_id == CLASS_ID["person"]
            boxes = true.get(index, nothing)
            found.append(FrameBoxes(one.boxes[person], one.score[person], boxes))

    for item in frames(step):
        pending.append(item)
        if len(pending) == 16:
            flush(pending)
            pending = []
    flush(pending)
    return average_precision(found)
