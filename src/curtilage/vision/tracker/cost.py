"""How unlike a track and a detection are: 0 for the same box, 1 for boxes that are apart.

Buffered IoU (C-BIoU, Yang et al., WACV 2023) whose buffer grows with the time unseen, times the
agreement of heights (Hybrid-SORT's height IoU, Yang et al., AAAI 2024), plus a price for turning
back (OC-SORT's direction consistency, Cao et al., CVPR 2023).
"""

import numpy as np
import numpy.typing as npt
from numba import njit

Rows = npt.NDArray[np.float64]

WIDEST = 1.0  # boxes are never pushed out farther, in their own width and height
TURN = 0.25  # price of a full turn
STRIDE = 0.5  # trail from which a direction is trusted fully, box heights
STEP = 0.1  # step from which it is, box heights
STILL = 0.02  # a step below this has no direction, box heights


@njit(cache=True)
def cost(
    mean: Rows,
    last: Rows,
    trail: Rows,
    track: int,
    box: Rows,
    detection: int,
    widen: float,
    limit: float,
) -> float:
    """Of a row of ``mean``, ``last``, ``trail`` (see ``State``) and one of ``box`` [N, 4].

    ``widen``: how far both boxes are pushed out, in their own size. Infinite if it is certain to
    be above ``limit``, which most pairs are told by their places alone.
    """
    x, y, w, h = mean[track, 0], mean[track, 1], mean[track, 2], mean[track, 3]
    to_x, to_y = box[detection, 0], box[detection, 1]
    to_w, to_h = box[detection, 2], box[detection, 3]
    scale = 0.5 + widen
    width = scale * (w + to_w) - abs(x - to_x)
    height = scale * (h + to_h) - abs(y - to_y)
    if width <= 0.0 or height <= 0.0:
        return np.inf
    width = min(width, 2.0 * scale * min(w, to_w))
    height = min(height, 2.0 * scale * min(h, to_h))
    inter = width * height
    iou = inter / (4.0 * scale * scale * (w * h + to_w * to_h) - inter)
    if 1.0 - iou > limit:
        return np.inf
    tall = max(0.0, min(0.5 * (h + to_h) - abs(y - to_y), h, to_h))
    tall /= h + to_h - tall
    way_x, way_y = last[track, 0] - trail[track, 0], last[track, 1] - trail[track, 1]
    turn = _turn(way_x, way_y, to_x - last[track, 0], to_y - last[track, 1], h)
    return float(1.0 - iou * np.sqrt(tall) + TURN * turn)


@njit(cache=True)
def _turn(way_x: float, way_y: float, step_x: float, step_y: float, height: float) -> float:
    """How much a step turns back on the way so far, 0..1, less where either is short."""
    way = np.sqrt(way_x * way_x + way_y * way_y)
    step = np.sqrt(step_x * step_x + step_y * step_y)
    if way < STILL * height or step < STILL * height:
        return 0.0
    back = 0.5 - 0.5 * (way_x * step_x + way_y * step_y) / (way * step)
    return float(back * min(way / (STRIDE * height), 1.0) * min(step / (STEP * height), 1.0))
