"""One update of all tracks, compiled: predict, match in two rounds, correct, end, begin.

Two rounds on scores are ByteTrack's idea (Zhang et al., ECCV 2022): sure detections choose
first; unsure ones may continue a track, never begin one.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from curtilage.vision.tracker.assignment import assign
from curtilage.vision.tracker.motion import begin, correct, predict
from curtilage.vision.tracker.state import State

Rows = npt.NDArray[np.float64]


class Knobs(NamedTuple):
    """The settings as the kernel reads them."""

    score_high: float
    score_low: float
    score_new: float
    confirm_hits: int
    max_age: float
    young_age: float
    reach: float
    reach_low: float
    noise: Rows  # [2, 4], see motion.predict


@njit(cache=True)
def advance(
    state: State,
    knobs: Knobs,
    time: float,
    boxes: Rows,
    score: Rows,
    class_id: npt.NDArray[np.int64],
    group_of: npt.NDArray[np.int64],
) -> None:
    """Take the detections of ``time`` (s) into ``state``, in place.

    ``boxes`` [N, 4] cx cy w h in frame heights, in canonical order; the state has room for all
    of them to begin a track.
    """
    before = state.clock[0]
    tracks = _end_lost(state, knobs, before, time)
    dt = time - before
    for i in range(tracks):
        grow = dt if state.seen[i] == before else 0.0
        predict(state.mean, state.spread, i, dt, grow, knobs.noise)
    found = np.full(tracks, -1, np.int64)
    free = score >= knobs.score_low
    _match(
        state,
        tracks,
        found,
        free,
        boxes,
        score,
        class_id,
        group_of,
        knobs.score_high,
        2.0,
        knobs.reach,
    )
    _match(
        state,
        tracks,
        found,
        free,
        boxes,
        score,
        class_id,
        group_of,
        knobs.score_low,
        knobs.score_high,
        knobs.reach_low,
    )
    for i in range(tracks):
        d = found[i]
        if d >= 0:
            correct(state.mean, state.spread, i, boxes[d], knobs.noise)
            _sight(state, i, time, boxes[d], score[d], class_id[d])
    for d in range(len(score)):
        if free[d] and score[d] >= knobs.score_new:
            state.id[tracks] = state.counters[1]
            state.counters[1] += 1
            state.hits[tracks] = 0
            state.born[tracks] = time
            state.group[tracks] = group_of[class_id[d]]
            state.votes[tracks] = 0.0
            begin(state.mean, state.spread, tracks, boxes[d], knobs.noise)
            _sight(state, tracks, time, boxes[d], score[d], class_id[d])
            tracks += 1
    state.counters[0] = tracks
    state.clock[0] = time


@njit(cache=True)
def _sight(state: State, i: int, time: float, box: Rows, score: float, class_id: int) -> None:
    """Note the sighting of track ``i``."""
    state.hits[i] += 1
    state.seen[i] = time
    state.score[i] = score
    state.votes[i, class_id] += score
    state.last[i] = box


@njit(cache=True)
def _end_lost(state: State, knobs: Knobs, before: float, time: float) -> int:
    """Drop the tracks that have been unseen too long; returns how many live on."""
    kept = 0
    for i in range(state.counters[0]):
        limit = knobs.max_age if state.hits[i] >= knobs.confirm_hits else knobs.young_age
        if before - state.seen[i] > limit or time - state.seen[i] > knobs.max_age:
            continue
        if kept != i:
            state.id[kept] = state.id[i]
            state.hits[kept] = state.hits[i]
            state.born[kept] = state.born[i]
            state.seen[kept] = state.seen[i]
            state.score[kept] = state.score[i]
            state.group[kept] = state.group[i]
            state.votes[kept] = state.votes[i]
            state.mean[kept] = state.mean[i]
            state.spread[kept] = state.spread[i]
            state.last[kept] = state.last[i]
        kept += 1
    return kept


@njit(cache=True)
def _match(
    state: State,
    tracks: int,
    found: npt.NDArray[np.int64],
    free: npt.NDArray[np.bool_],
    boxes: Rows,
    score: Rows,
    class_id: npt.NDArray[np.int64],
    group_of: npt.NDArray[np.int64],
    score_from: float,
    score_below: float,
    reach: float,
) -> None:
    """Give tracks without a detection the free ones of a range of scores, at least summed cost."""
    start = np.zeros(tracks + 1, np.int64)
    column = np.empty(tracks * 8 + 64, np.int64)
    cost = np.empty(tracks * 8 + 64)
    pairs = 0
    for i in range(tracks):
        if found[i] < 0:
            for d in range(len(score)):
                if not free[d] or score[d] < score_from or score[d] >= score_below:
                    continue
                if group_of[class_id[d]] != state.group[i]:
                    continue
                c = _cost(state.mean[i], boxes[d])
                if c < reach:
                    if pairs == len(column):
                        column = np.concatenate((column, np.empty_like(column)))
                        cost = np.concatenate((cost, np.empty_like(cost)))
                    column[pairs] = d
                    cost[pairs] = c
                    pairs += 1
        start[i + 1] = pairs
    mate = assign(len(score), start, column, cost, np.full(tracks, reach))
    for i in range(tracks):
        if mate[i] >= 0:
            found[i] = mate[i]
            free[mate[i]] = False


@njit(cache=True)
def _cost(a: Rows, b: Rows) -> float:
    """1 - IoU of two boxes cx cy w h."""
    width = min(a[0] + a[2] / 2, b[0] + b[2] / 2) - max(a[0] - a[2] / 2, b[0] - b[2] / 2)
    height = min(a[1] + a[3] / 2, b[1] + b[3] / 2) - max(a[1] - a[3] / 2, b[1] - b[3] / 2)
    if width <= 0.0 or height <= 0.0:
        return 1.0
    inter = width * height
    union: float = a[2] * a[3] + b[2] * b[3] - inter
    return 1.0 - inter / union
