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
    """Struct of arrays with room for ``capacity`` tracks; the first ``counters[0]`` rows live."""

    counters: npt.NDArray[np.int64]  # [2]: living tracks, next id
    clock: npt.NDArray[np.float64]  # [1]: s, time of the last update; -inf before the first
    id: npt.NDArray[np.int64]  # [C]
    hits: npt.NDArray[np.int64]  # [C]
    born: npt.NDArray[np.float64]  # [C], s
    seen: npt.NDArray[np.float64]  # [C], s, time of the last sighting
    score: npt.NDArray[np.float64]  # [C], of the last sighting
    group: npt.NDArray[np.int64]  # [C], class group
    votes: npt.NDArray[np.float64]  # [C, len(LABELS)], summed score per class
    mean: npt.NDArray[np.float64]  # [C, 8]: cx cy w h and their change per second
    spread: npt.NDArray[np.float64]  # [C, 6]: variance, covariance, rate variance; of centre, size
    last: npt.NDArray[np.float64]  # [C, 4]: cx cy w h as last detected


def new_state(capacity: int = 64) -> State:
    """The state of a tracker that has seen nothing."""
    return State(
        counters=np.array([0, 1], np.int64),
        clock=np.array([-np.inf]),
        id=np.zeros(capacity, np.int64),
        hits=np.zeros(capacity, np.int64),
        born=np.zeros(capacity),
        seen=np.zeros(capacity),
        score=np.zeros(capacity),
        group=np.zeros(capacity, np.int64),
        votes=np.zeros((capacity, len(LABELS))),
        mean=np.zeros((capacity, 8)),
        spread=np.zeros((capacity, 6)),
        last=np.zeros((capacity, 4)),
    )


def with_room(state: State, needed: int) -> State:
    """The same state with room for ``needed`` tracks; unchanged if there is room."""
    capacity = len(state.id)
    if needed <= capacity:
        return state
    grown = new_state(max(needed, 2 * capacity))
    grown.counters[:] = state.counters
    grown.clock[:] = state.clock
    for old, new in zip(state[2:], grown[2:], strict=True):
        new[:capacity] = old
    return grown


def to_arrays(state: State) -> dict[str, npt.NDArray[np.float64] | npt.NDArray[np.int64]]:
    """Copies of the living rows by name, for ``numpy.savez``."""
    living = int(state.counters[0])
    arrays = state._asdict()
    return {
        name: array.copy() if name in ("counters", "clock") else array[:living].copy()
        for name, array in arrays.items()
    }


def from_arrays(arrays: Mapping[str, npt.NDArray[Any]]) -> State:
    """The state of which ``to_arrays`` gave the copies.

    Raises KeyError for a missing array, ValueError for one of a wrong shape.
    """
    living = int(np.asarray(arrays["counters"])[0])
    state = with_room(new_state(), living)
    for name, room in state._asdict().items():
        array = np.asarray(arrays[name])
        target = room if name in ("counters", "clock") else room[:living]
        if array.shape != target.shape:
            raise ValueError(f"{name} has shape {array.shape}, not {target.shape}")
        target[:] = array
    return state
