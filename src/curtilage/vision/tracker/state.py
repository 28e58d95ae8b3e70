"""All that a tracker remembers: a few arrays with one row per living track.

Rows are in order of birth, hence of id. Lengths are in frame heights (x is multiplied by the
aspect of the picture), so that a pixel is as wide as it is high.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from curtilage.model import LABELS


class State(NamedTuple):
    """Struct of arrays with room for ``capacity`` (C) tracks; the first ``counters[0]`` live."""

    counters: npt.NDArray[np.int64]  # [2]: living tracks, next id
    clock: npt.NDArray[np.float64]  # [1]: s, time of the last update; -inf before the first
    jitter: npt.NDArray[np.float64]  # [2]: summed jitter of sightings in heights, their weight
    camera: npt.NDArray[np.float64]  # [3]: velocity x y, share of frames with a common shift
    id: npt.NDArray[np.int64]  # [C]
    hits: npt.NDArray[np.int64]  # [C], sightings
    evidence: npt.NDArray[np.float64]  # [C], sightings weighed by score; confirms
    born: npt.NDArray[np.float64]  # [C], s
    seen: npt.NDArray[np.float64]  # [C], s, time of the last sighting
    score: npt.NDArray[np.float64]  # [C], of the last sighting
    group: npt.NDArray[np.int64]  # [C], class group
    votes: npt.NDArray[np.float64]  # [C, len(LABELS)], summed score per class
    class_id: npt.NDArray[np.int64]  # [C], the class with most votes
    mean: npt.NDArray[np.float64]  # [C, 8]: cx cy w h and their change per second
    spread: npt.NDArray[np.float64]  # [C, 6]: variance, covariance, rate variance; centre, size
    last: npt.NDArray[np.float64]  # [C, 4]: cx cy w h as last detected
    earlier: npt.NDArray[np.float64]  # [C, 3]: cx cy and time (s) of the sighting before that
    trail: npt.NDArray[np.float64]  # [C, 2]: cx cy that lags behind the sightings


ROUNDING = 1e-4
"""s; times nearer than this are the same, so that a limit that is a whole number of frames does
not depend on how times were rounded."""

SCENE = ("counters", "clock", "jitter", "camera")
"""The fields that have no row per track."""


def new_state(capacity: int = 64) -> State:
    """The state of a tracker that has seen nothing."""
    return State(
        counters=np.array([0, 1], np.int64),
        clock=np.array([-np.inf]),
        jitter=np.zeros(2),
        camera=np.zeros(3),
        id=np.zeros(capacity, np.int64),
        hits=np.zeros(capacity, np.int64),
        evidence=np.zeros(capacity),
        born=np.zeros(capacity),
        seen=np.zeros(capacity),
        score=np.zeros(capacity),
        group=np.zeros(capacity, np.int64),
        votes=np.zeros((capacity, len(LABELS))),
        class_id=np.zeros(capacity, np.int64),
        mean=np.zeros((capacity, 8)),
        spread=np.zeros((capacity, 6)),
        last=np.zeros((capacity, 4)),
        earlier=np.zeros((capacity, 3)),
        trail=np.zeros((capacity, 2)),
    )


def with_room(state: State, needed: int) -> State:
    """The same state with room for ``needed`` tracks; unchanged if there is room."""
    capacity = len(state.id)
    if needed <= capacity:
        return state
    grown = new_state(max(needed, 2 * capacity))
    for name, old in state._asdict().items():
        getattr(grown, name)[: len(old)] = old
    return grown


def to_arrays(state: State) -> dict[str, npt.NDArray[Any]]:
    """Copies of the living rows by name, for ``numpy.savez``."""
    living = int(state.counters[0])
    return {
        name: array.copy() if name in SCENE else array[:living].copy()
        for name, array in state._asdict().items()
    }


def from_arrays(arrays: Mapping[str, npt.NDArray[Any]]) -> State:
    """The state of which ``to_arrays`` gave the copies.

    Raises KeyError for a missing array, ValueError for one of a wrong shape.
    """
    counters = np.asarray(arrays["counters"])
    if counters.shape != (2,) or counters[0] < 0:
        raise ValueError("counters are not two numbers from 0")
    living = int(counters[0])
    state = with_room(new_state(), living)
    for name, room in state._asdict().items():
        array = np.asarray(arrays[name])
        target = room if name in SCENE else room[:living]
        if array.shape != target.shape:
            raise ValueError(f"{name} has shape {array.shape}, not {target.shape}")
        target[:] = array
    return state
