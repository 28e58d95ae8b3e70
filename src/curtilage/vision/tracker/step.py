"""One update of all tracks, compiled: end, predict, match, correct, begin."""

import numpy as np
import numpy.typing as npt
from numba import njit

from curtilage.vision.tracker.camera import MOST, coast, shift
from curtilage.vision.tracker.jitter import haste, learn
from curtilage.vision.tracker.match import FRESH, Knobs, Seen, match
from curtilage.vision.tracker.motion import begin, correct, predict
from curtilage.vision.tracker.state import ROUNDING, State

EVIDENCE_FROM = 0.45  # score of a sighting that proves nothing
EVIDENCE_FULL = 0.8  # score from which a sighting counts as one
TRAIL = 0.4  # s by which the trail lags behind the sightings


@njit(cache=True)
def advance(state: State, knobs: Knobs, time: float, seen: Seen) -> None:
    """Take the detections of ``time`` (s) into ``state``, in place.

    The state has room for all of them to begin a track.
    """
    _end_lost(state, knobs, time)
    tracks = state.counters[0]
    if tracks:
        dt = time - state.clock[0]
        grows = state.seen[:tracks] == state.clock[0]
        agility = knobs.agility * haste(state.jitter)
        predict(state.mean, state.spread, dt, grows, agility)
        x, y = coast(state.camera, dt)
        _shift(state, x, y)
        found, free = match(state, knobs, seen, dt)
        x, y = _common_shift(state, knobs, seen, found, dt)
        if x != 0.0 or y != 0.0:
            _shift(state, x, y)
            found, free = match(state, knobs, seen, dt)
        learn(state.jitter, state.earlier, state.last, state.seen, found, seen.box, time)
        correct(state.mean, state.spread, found, seen.box, seen.score)
        _sight(state, time, seen, found)
    else:
        free = np.ones(len(seen.score), np.bool_)
    _begin(state, knobs, time, seen, free)
    state.clock[0] = time


@njit(cache=True)
def _end_lost(state: State, knobs: Knobs, time: float) -> None:
    """Drop the tracks that have been unseen too long, keeping the others in order."""
    kept = 0
    for i in range(state.counters[0]):
        young = state.evidence[i] < knobs.confirm_hits
        if time - state.seen[i] > knobs.max_age + ROUNDING or (
            young and state.clock[0] - state.seen[i] > knobs.young_age + ROUNDING
        ):
            continue
        if kept != i:
            _copy(state, i, kept)
        kept += 1
    state.counters[0] = kept


@njit(cache=True)
def _copy(state: State, source: int, target: int) -> None:
    """Copy the row of one track over another."""
    state.id[target] = state.id[source]
    state.hits[target] = state.hits[source]
    state.evidence[target] = state.evidence[source]
    state.born[target] = state.born[source]
    state.seen[target] = state.seen[source]
    state.score[target] = state.score[source]
    state.group[target] = state.group[source]
    _copy_row(state.votes, source, target)
    state.class_id[target] = state.class_id[source]
    _copy_row(state.mean, source, target)
    _copy_row(state.spread, source, target)
    _copy_row(state.last, source, target)
    _copy_row(state.earlier, source, target)
    _copy_row(state.trail, source, target)


@njit(cache=True)
def _copy_row(rows: npt.NDArray[np.float64], source: int, target: int) -> None:
    for k in range(rows.shape[1]):  # one by one: an assignment of rows takes 2 s to compile
        rows[target, k] = rows[source, k]


@njit(cache=True)
def _shift(state: State, x: float, y: float) -> None:
    """Move everything known of all tracks with the camera's picture."""
    if x == 0.0 and y == 0.0:
        return
    for i in range(state.counters[0]):
        for place in (state.mean[i], state.last[i], state.earlier[i], state.trail[i]):
            place[0] += x
            place[1] += y


@njit(cache=True)
def _common_shift(
    state: State, knobs: Knobs, seen: Seen, found: npt.NDArray[np.int64], dt: float
) -> tuple[float, float]:
    """By what the predictions of the ``MOST`` oldest confirmed, fresh tracks missed together."""
    missed = np.empty((2, MOST))
    height = 0.0
    n = 0
    for i in range(len(found)):
        lately = state.clock[0] - state.seen[i] <= FRESH + ROUNDING
        if found[i] >= 0 and lately and state.evidence[i] >= knobs.confirm_hits:
            missed[0, n] = seen.box[found[i], 0] - state.mean[i, 0]
            missed[1, n] = seen.box[found[i], 1] - state.mean[i, 1]
            height += state.mean[i, 3]
            n += 1
            if n == MOST:
                break
    return shift(state.camera, dt, missed[:, :n], height / max(n, 1))


@njit(cache=True)
def _sight(state: State, time: float, seen: Seen, found: npt.NDArray[np.int64]) -> None:
    """Note the sightings: detection ``found`` [T] of each track, -1 for none."""
    for i in range(len(found)):
        d = found[i]
        if d < 0:
            continue
        part = min(1.0, (time - state.seen[i]) / TRAIL)
        for axis in range(2):
            state.trail[i, axis] += part * (state.last[i, axis] - state.trail[i, axis])
            state.earlier[i, axis] = state.last[i, axis]
        state.earlier[i, 2] = state.seen[i]
        for k in range(4):
            state.last[i, k] = seen.box[d, k]
        state.hits[i] += 1
        state.evidence[i] += _proof(seen.score[d])
        state.seen[i] = time
        state.score[i] = seen.score[d]
        voted = seen.class_id[d]
        state.votes[i, voted] += seen.score[d]
        if state.votes[i, voted] > state.votes[i, state.class_id[i]]:
            state.class_id[i] = voted


@njit(cache=True)
def _proof(score: float) -> float:
    """What a sighting of this score counts towards confirmation, 0..1."""
    return float(min(1.0, max(0.0, (score - EVIDENCE_FROM) / (EVIDENCE_FULL - EVIDENCE_FROM))))


@njit(cache=True)
def _begin(
    state: State, knobs: Knobs, time: float, seen: Seen, free: npt.NDArray[np.bool_]
) -> None:
    """Begin a track at each free detection that is good enough."""
    for d in range(len(free)):
        if not free[d] or seen.score[d] < knobs.score_new:
            continue
        i = state.counters[0]
        state.counters[0] += 1
        state.id[i] = state.counters[1]
        state.counters[1] += 1
        state.hits[i] = 1
        state.evidence[i] = _proof(seen.score[d])
        state.born[i] = time
        state.seen[i] = time
        state.score[i] = seen.score[d]
        state.group[i] = seen.group[d]
        state.votes[i] = 0.0
        state.votes[i, seen.class_id[d]] = seen.score[d]
        state.class_id[i] = seen.class_id[d]
        state.last[i] = seen.box[d]
        state.trail[i] = seen.box[d, :2]
        state.earlier[i, :2] = seen.box[d, :2]
        state.earlier[i, 2] = -np.inf
        begin(state.mean, state.spread, i, seen.box[d])
