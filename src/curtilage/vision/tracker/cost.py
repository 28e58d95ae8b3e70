"""How unlike a track and a detection are: 0 for the same box, 1 for boxes that are apart.

Buffered IoU (C-BIoU, Yang et al., WACV 2023) whose buffer grows with the time unseen, times the
agreement of heights (Hybrid-SORT's height IoU, Yang et al., AAAI 2024), plus a price for turning
back (OC-SORT's direction consistency, Cao et al., CVPR 2023).
"""

import numpy as np
import numpy.typing as npt
from numba import njit

Rows = npt.NDArray[np.float64]

TURN = 0.25  # price of a full turn
STRIDE = 0.5  # trail from which a direction is trusted fully, box heights
STEP = 0.1  # step from which it is, box heights
STILL = 0.02  # a step below this has no direction, box heights


@njit(cache=True)
def overlap(
    x: float,
    y: float,
    w: float,
    h: float,
    to_x: float,
    to_y: float,
    to_w: float,
    to_h: float,
    scale: float,
) -> float:
    """IoU of two boxes (centre and size) that both reach ``scale`` x their size to each side.

    Without branches, since it is asked for every pair that is near at all.
    """
    width = min(scale * (w + to_w) - abs(x - to_x), 2.0 * scale * min(w, to_w))
    height = min(scale * (h + to_h) - abs(y - to_y), 2.0 * scale * min(h, to_h))
    inter = max(width, 0.0) * max(height, 0.0)
    return float(inter / (4.0 * scale * scale * (w * h + to_w * to_h) - inter))


@njit(cache=True)
def cost(
    iou: float, mean: Rows, last: Rows, trail: Rows, track: int, box: Rows, detection: int
) -> float:
    """Of a row of ``mean``, ``last``, ``trail`` (see ``State``) and one of ``box`` [N, 4].

    ``iou`` as ``overlap`` gave it. At least 1 - ``iou``.
    """
    y, h = mean[track, 1], mean[track, 3]
    to_y, to_h = box[detection, 1], box[detection, 3]
    tall = max(0.0, min(0.5 * (h + to_h) - abs(y - to_y), h, to_h))
    tall /= h + to_h - tall
    way_x, way_y = last[track, 0] - trail[track, 0], last[track, 1] - trail[track, 1]
    step_x, step_y = box[detection, 0] - last[track, 0], to_y - last[track, 1]
    return float(1.0 - iou * np.sqrt(tall) + TURN * _turn(way_x, way_y, step_x, step_y, h))


@njit(cache=True)
def _turn(way_x: float, way_y: float, step_x: float, step_y: float, height: float) -> float:
    """How much a step turns back on the way so far, 0..1, less where either is short."""
    way = np.sqrt(way_x * way_x + way_y * way_y)
    step = np.sqrt(step_x * step_x + step_y * step_y)
    if way < STILL * height or step < STILL * height:
        return 0.0
    back = 0.5 - 0.5 * (way_x * step_x + way_y * step_y) / (way * step)
    return float(back * min(way / (STRIDE * height), 1.0) * min(step / (STEP * height), 1.0))
