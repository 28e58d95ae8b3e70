"""Which detection continues which track: three rounds over the pairs that come close at all.

Sure detections first, then unsure ones (ByteTrack, Zhang et al., ECCV 2022), both for tracks that
are believed; what is left may continue doubtful tracks, so that a ghost never takes a detection
from a person.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from curtilage.vision.tracker.assignment import Costs, Indices, assign
from curtilage.vision.tracker.cost import cost, overlap
from curtilage.vision.tracker.state import ROUNDING, State

Rows = npt.NDArray[np.float64]

WIDEST = 1.0  # boxes are never pushed out farther, in their own width and height
DOUBTFUL = 0.95  # mean evidence per sighting below which a young track is doubtful
STRANGER = 1.5  # widening per second for a track seen once, whose velocity nobody knows yet
FRESH = 0.3  # s unseen up to which a track may be continued by an unsure detection


class Knobs(NamedTuple):
    """The settings as the kernels read them, see ``TrackerSettings``."""

    score_sure: float
    score_new: float
    score_low: float
    confirm_hits: int
    max_age: float
    young_age: float
    reach: float
    reach_unsure: float
    widen: float
    widen_per_second: float
    agility: float


class Seen(NamedTuple):
    """The detections of a frame in canonical order, sorted by their left edge."""

    box: Rows  # [N, 4] cx cy w h, frame heights
    score: Rows  # [N]
    class_id: npt.NDArray[np.int64]  # [N]
    group: npt.NDArray[np.int64]  # [N]


@njit(cache=True)
def match(
    state: State, knobs: Knobs, seen: Seen, dt: float
) -> tuple[Indices, npt.NDArray[np.bool_]]:
    """The detection of each track (-1: none), and which detections are left over.

    Tracks must have been predicted to the time of the detections, ``dt`` s after the clock.
    """
    tracks = state.counters[0]
    found = np.full(tracks, -1, np.int64)
    free = seen.score >= knobs.score_low
    start, column, price = _close_pairs(state, knobs, seen, free, dt)
    believed = (state.evidence[:tracks] >= knobs.confirm_hits) | (
        state.evidence[:tracks] >= DOUBTFUL * state.hits[:tracks]
    )
    fresh = state.clock[0] - state.seen[:tracks] <= FRESH + ROUNDING
    sure = seen.score >= knobs.score_sure
    _round(found, free, believed, sure, start, column, price, knobs.reach)
    _round(found, free, believed & fresh, free, start, column, price, knobs.reach_unsure)
    fair = seen.score >= knobs.score_new
    _round(found, free, ~believed, fair, start, column, price, knobs.reach)
    return found, free


@njit(cache=True)
def _round(
    found: Indices,
    free: npt.NDArray[np.bool_],
    rows: npt.NDArray[np.bool_],
    columns: npt.NDArray[np.bool_],
    start: Indices,
    column: Indices,
    price: Costs,
    reach: float,
) -> None:
    """Match those ``rows`` (tracks) and ``columns`` (detections) that have no mate yet."""
    tracks = len(found)
    some_start = np.zeros(tracks + 1, np.int64)
    some_column = np.empty_like(column)
    some_price = np.empty_like(price)
    count = 0
    for i in range(tracks):
        if rows[i] and found[i] < 0:
            for k in range(start[i], start[i + 1]):
                d = column[k]
                if columns[d] and free[d] and price[k] < reach:
                    some_column[count] = d
                    some_price[count] = price[k]
                    count += 1
        some_start[i + 1] = count
    if count == 0:
        return
    mate = assign(len(free), some_start, some_column, some_price, np.full(tracks, reach))
    for i in range(tracks):
        if mate[i] >= 0:
            found[i] = mate[i]
            free[mate[i]] = False


@njit(cache=True)
def _close_pairs(
    state: State, knobs: Knobs, seen: Seen, free: npt.NDArray[np.bool_], dt: float
) -> tuple[Indices, Indices, Costs]:
    """All pairs within reach of any round, by track: start [T + 1], column [P], cost [P]."""
    far = max(knobs.reach, knobs.reach_unsure)
    now, last_seen, group_of = state.clock[0], state.seen, state.group
    mean, last, trail = state.mean, state.last, state.trail
    box, group = seen.box, seen.group
    left = box[:, 0] - 0.5 * box[:, 2]
    widest = 0.0
    for d in range(len(left)):
        widest = max(widest, box[d, 2])
    tracks = state.counters[0]
    start = np.zeros(tracks + 1, np.int64)
    column = np.empty(8 * (tracks + len(left)), np.int64)
    price = np.empty(len(column))
    count = 0
    for i in range(tracks):
        widen = knobs.widen + knobs.widen_per_second * (now - last_seen[i])
        if state.hits[i] == 1:
            widen += STRANGER * dt
        widen = min(widen, WIDEST)
        scale = 0.5 + widen
        x, y, w, h = mean[i, 0], mean[i, 1], mean[i, 2], mean[i, 3]
        first = _bisect(left, x - scale * w - (0.5 + scale) * widest)
        near = box[first : _bisect(left, x + scale * w + widen * widest)]
        for k in range(len(near)):
            iou = overlap(x, y, w, h, near[k, 0], near[k, 1], near[k, 2], near[k, 3], scale)
            if iou < 1.0 - far:
                continue
            d = first + k
            if not free[d] or group[d] != group_of[i]:
                continue
            p = cost(iou, mean, last, trail, i, box, d)
            if p < far:
                if count == len(column):
                    column = np.concatenate((column, np.empty_like(column)))
                    price = np.concatenate((price, np.empty_like(price)))
                column[count] = d
                price[count] = p
                count += 1
        start[i + 1] = count
    return start, column[:count], price[:count]


@njit(cache=True)
def _bisect(ordered: Costs, value: float) -> int:
    """How many of ``ordered`` are below ``value`` (numpy.searchsorted costs ten times more)."""
    low = 0
    high = len(ordered)
    while low < high:
        middle = (low + high) // 2
        if ordered[middle] < value:
            low = middle + 1
        else:
            high = middle
    return low
