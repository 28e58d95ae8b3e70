"""Detections in, tracks out: the compiled passage between the outside's arrays and the state."""

import numpy as np
import numpy.typing as npt
from numba import njit

from curtilage.model import Boxes, Classes, Counts, Floats, Ids
from curtilage.vision.tracker.jitter import trust_in_filter
from curtilage.vision.tracker.match import Knobs, Seen
from curtilage.vision.tracker.state import State
from curtilage.vision.tracker.step import advance

FINE, NOT_FINITE, UNKNOWN_CLASS, INSIDE_OUT, FAR_OFF = 0, 1, 2, 3, 4

FARTHEST = 100.0  # pictures away; whoever gives pixels is told so
LEAST_SIDE = 1e-6  # of the picture; boxes that are thinner have no area

View = tuple[Ids, Boxes, Classes, Floats, Counts, Floats, Floats, Floats]


@njit(cache=True)
def update(
    state: State,
    knobs: Knobs,
    time: float,
    corners: npt.NDArray[np.float64],
    score: npt.NDArray[np.float64],
    class_id: npt.NDArray[np.int64],
    group_of: npt.NDArray[np.int64],
    aspect: float,
) -> tuple[int, View]:
    """Take in, advance and view in one call (each crossing from Python costs microseconds).

    The code is ``FINE`` or says what is wrong with the detections; the state is then as before.
    """
    code, seen = take_in(corners, score, class_id, group_of, aspect)
    if code == FINE:
        advance(state, knobs, time, seen)
    return code, view(state, knobs, aspect)


@njit(cache=True)
def take_in(
    corners: npt.NDArray[np.float64],
    score: npt.NDArray[np.float64],
    class_id: npt.NDArray[np.int64],
    group_of: npt.NDArray[np.int64],
    aspect: float,
) -> tuple[int, Seen]:
    """A code (``FINE`` or what is wrong) and the detections that have an area.

    ``corners`` [N, 4] x0 y0 x1 y1 in 0..1. Sorted by left edge, then by everything else, so that
    the order in which a detector lists them changes nothing.
    """
    n = len(score)
    order = np.empty(n, np.int64)
    count = 0
    code = FINE
    for d in range(n):
        total = corners[d, 0] + corners[d, 1] + corners[d, 2] + corners[d, 3] + score[d]
        if not np.isfinite(total):
            code = NOT_FINITE
        elif class_id[d] < 0 or class_id[d] >= len(group_of):
            code = UNKNOWN_CLASS
        elif corners[d, 2] < corners[d, 0] or corners[d, 3] < corners[d, 1]:
            code = INSIDE_OUT
        elif (
            min(corners[d, 0], corners[d, 1]) < -FARTHEST
            or max(corners[d, 2], corners[d, 3]) > FARTHEST
        ):
            code = FAR_OFF
        elif (
            corners[d, 2] - corners[d, 0] >= LEAST_SIDE
            and corners[d, 3] - corners[d, 1] >= LEAST_SIDE
        ):
            order[count] = d
            count += 1
    if code != FINE:
        count = 0
    for k in range(1, count):
        d = order[k]
        j = k
        while j > 0 and _comes_before(corners, score, class_id, d, order[j - 1]):
            order[j] = order[j - 1]
            j -= 1
        order[j] = d
    box = np.empty((count, 4))
    seen_score = np.empty(count)
    seen_class = np.empty(count, np.int64)
    group = np.empty(count, np.int64)
    for k in range(count):
        d = order[k]
        box[k, 0] = 0.5 * (corners[d, 0] + corners[d, 2]) * aspect
        box[k, 1] = 0.5 * (corners[d, 1] + corners[d, 3])
        box[k, 2] = (corners[d, 2] - corners[d, 0]) * aspect
        box[k, 3] = corners[d, 3] - corners[d, 1]
        seen_score[k] = score[d]
        seen_class[k] = class_id[d]
        group[k] = group_of[class_id[d]]
    return code, Seen(box, seen_score, seen_class, group)


@njit(cache=True)
def _comes_before(
    corners: npt.NDArray[np.float64],
    score: npt.NDArray[np.float64],
    class_id: npt.NDArray[np.int64],
    a: int,
    b: int,
) -> bool:
    """Whether detection ``a`` stands before ``b``: corners, then score, then class."""
    for k in range(4):
        if corners[a, k] != corners[b, k]:
            return bool(corners[a, k] < corners[b, k])
    if score[a] != score[b]:
        return bool(score[a] < score[b])
    return bool(class_id[a] < class_id[b])


@njit(cache=True)
def view(state: State, knobs: Knobs, aspect: float) -> View:
    """The fields of ``Tracks`` in their order.

    A seen track's box lies between the detection and the filter, nearer to the filter the more
    this scene's detections jitter. ``hits`` of a track that is not confirmed stay below
    ``confirm_hits``, also where many weak sightings have not proved it yet.
    """
    n = state.counters[0]
    now = state.clock[0]
    trust = trust_in_filter(state.jitter)
    ids = state.id[:n].copy()
    box = np.empty((n, 4), np.float32)
    class_id = np.empty(n, np.int16)
    score = np.empty(n, np.float32)
    hits = np.empty(n, np.int32)
    age = np.empty(n, np.float32)
    unseen = np.empty(n, np.float32)
    velocity = np.empty((n, 2), np.float32)
    for i in range(n):
        mean = state.mean[i]
        part = trust if state.seen[i] == now else 1.0
        x = part * mean[0] + (1.0 - part) * state.last[i, 0]
        y = part * mean[1] + (1.0 - part) * state.last[i, 1]
        w = part * mean[2] + (1.0 - part) * state.last[i, 2]
        h = part * mean[3] + (1.0 - part) * state.last[i, 3]
        box[i, 0] = (x - 0.5 * w) / aspect
        box[i, 1] = y - 0.5 * h
        box[i, 2] = (x + 0.5 * w) / aspect
        box[i, 3] = y + 0.5 * h
        class_id[i] = state.class_id[i]
        score[i] = state.score[i]
        hits[i] = state.hits[i]
        if state.evidence[i] < knobs.confirm_hits:
            hits[i] = min(hits[i], knobs.confirm_hits - 1)
        age[i] = now - state.born[i]
        unseen[i] = now - state.seen[i]
        velocity[i, 0] = mean[4] / aspect
        velocity[i, 1] = mean[5] + 0.5 * mean[7]
    return ids, box, class_id, score, hits, age, unseen, velocity
