"""From active cells to regions: neighbours belong together, what is too small or new waits."""

import cv2
import numpy as np
import numpy.typing as npt

from curtilage.model import Boxes

LEAST_PIXELS = 16  # changed, of a region
_AROUND = np.ones((3, 3), np.uint8)


def clusters(
    active: npt.NDArray[np.bool_],
    pixels: npt.NDArray[np.int32],
    before: npt.NDArray[np.bool_],
    at_once: int,
) -> tuple[npt.NDArray[np.bool_], Boxes]:
    """Regions of active cells that are believed.

    Args:
        active: [rows, columns].
        pixels: [rows, columns], changed pixels of each cell.
        before: cells that were active at the last update.
        at_once: changed pixels from which a region needs not to have been there before.

    Returns:
        The believed cells, and the box around each region (0..1).
    """
    nothing = np.zeros(active.shape, np.bool_), np.empty((0, 4), np.float32)
    if not active.any():
        return nothing
    joined = cv2.dilate(active.view(np.uint8), _AROUND)
    count, labels = cv2.connectedComponents(joined, connectivity=8)
    labels = np.where(active, labels, 0)
    sums = np.bincount(labels.ravel(), weights=pixels.ravel(), minlength=count)
    near = cv2.dilate(before.view(np.uint8), _AROUND) > 0
    seen = np.bincount(labels[near & active], minlength=count) > 0
    good = (sums >= at_once) | ((sums >= LEAST_PIXELS) & seen)
    good[0] = False
    if not good.any():
        return nothing
    rows, columns = active.shape
    boxes = []
    for label in np.flatnonzero(good):
        y, x = np.nonzero(labels == label)
        boxes.append(
            (x.min() / columns, y.min() / rows, (x.max() + 1) / columns, (y.max() + 1) / rows)
        )
    return good[labels], np.array(boxes, np.float32)
