"""Tracks as the rules read them: one row per sighting of a sure track, in metres where known.

A track's sightings are held until its third one makes it sure, and then given to the rules with
their own times; a track that never becomes sure moves no rule. Every track has a *slot*, a small
number under which all rules keep what they know about it; a slot is freed when no rule can
remember the track any more. A track without a row is unseen: what a tracker predicts moves
nothing, so predictions are not looked at.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
from numba import njit

from curtilage.geometry import Matrix
from curtilage.model import LABELS, Tracks

SURE = 3  # hits that make a track sure; its tracker may count weak sightings for less
HELD = 12  # sightings that wait for a track to become sure, at most
LONGEST_HOLD = 1.0  # s; nobody else waits longer than this for a young track to become sure
GROWTH = 0.15  # per second, by which the usual height of a track can change
EPSILON = 1e-4  # s; times closer than this are one time, so that shifted clocks agree
CUT_OFF = 0.85  # a box below this share of its usual height has lost its feet
SMOOTHING = 0.5  # s; velocities are averaged over about so long

Records: TypeAlias = npt.NDArray[Any]  # structured: named fields, one record per row
Record: TypeAlias = Any  # one of them: fields by attribute in kernels, by name outside
Slots: TypeAlias = npt.NDArray[np.int64]

ROW = np.dtype(
    [
        ("time", "f8"),  # s
        ("dt", "f8"),  # s that the frame stands for
        ("track", "i8"),
        ("slot", "i8"),
        ("label", "i8"),  # index into LABELS
        ("score", "f8"),
        ("height", "f8"),  # of the box, frame heights
        ("h", "f8"),  # running median of it
        ("x0", "f8"),  # the box, 0..1 of the frame, as tracked
        ("y0", "f8"),
        ("x1", "f8"),
        ("y1", "f8"),
        ("foot_x", "f8"),  # anchors on the plane of the scene; NaN above its horizon
        ("foot_y", "f8"),
        ("center_x", "f8"),
        ("center_y", "f8"),
        ("rebuilt_x", "f8"),  # foot taken from the top of the box and its usual height
        ("rebuilt_y", "f8"),
    ]
)
"""One sighting of a sure track."""

NO_ROWS: Records = np.zeros(0, ROW)

SLOT = np.dtype(
    [
        ("live", "i8"),  # 0: free
        ("track", "i8"),
        ("label", "i8"),
        ("hidden", "f8"),  # s, when its tracker last followed it unseen
        ("sure", "i8"),
        ("held", "i8"),  # rows waiting
        ("followed", "i8"),  # bits of ``stitch``: another track goes on in its place
        ("first", "f8"),  # s, first sighting
        ("last", "f8"),  # s, last sighting
        ("heights", "i8"),  # how many have been seen
        ("h", "f8"),  # their running median
        ("first_x", "f8"),  # foot of the first sighting, frame heights
        ("first_y", "f8"),
        ("x", "f8"),  # foot of the last sighting
        ("y", "f8"),
        ("vx", "f8"),  # smoothed, frame heights per second
        ("vy", "f8"),
        ("x0", "f8"),  # box of the last sighting, 0..1
        ("y0", "f8"),
        ("x1", "f8"),
        ("y1", "f8"),
    ]
)
"""What is known of a track, whatever the rules."""


class Memory(NamedTuple):
    """All that is remembered of the tracks, with room for S of them."""

    slots: Records  # [S] SLOT
    held: Records  # [S, HELD] ROW
    ids: npt.NDArray[np.int64]  # [S]: known track ids, rising
    where: Slots  # [S]: their slots
    free: Slots  # [S]: free slots, the next to be used last
    used: npt.NDArray[np.int64]  # [1]: how many ids are known


class Observations:
    """Turns tracks into rows and tells when they have ended.

    ``plane`` maps the frame (0..1) to the plane on which distances are measured; ``aspect`` is
    width / height of the frame; ``remember`` is how long, in seconds, an unseen track is kept.
    """

    def __init__(self, plane: Matrix, aspect: float, remember: float) -> None:
        self.remember = remember
        self._setting = np.concatenate([plane.ravel(), [aspect]])
        self._oldest = -np.inf  # s; no known track was last seen before
        self._memory = _memory(64)
        self._rows = np.zeros(64 * (HELD + 1), ROW)
        self._born = np.zeros(64, np.int64)

    @property
    def capacity(self) -> int:
        """How many slots there are; it only grows."""
        return len(self._memory.slots)

    @property
    def anybody(self) -> bool:
        """Whether any track is remembered."""
        return bool(self._memory.used[0])

    @property
    def slots(self) -> Records:
        """[S] SLOT: what is known of each track."""
        return self._memory.slots

    def end(self, time: float) -> Slots:
        """Free the slots of tracks unseen for longer than ``remember``; returns which."""
        if self._oldest >= time - self.remember:
            return _NONE
        ended, self._oldest = _end(self._memory, time - self.remember, time)
        return ended

    def read(self, time: float, dt: float, tracks: Tracks) -> tuple[Records, Slots, float]:
        """The rows that ``tracks`` bring at ``time``.

        Returns:
            The rows, in order of time for each track (a view, valid until the next call); the
            slots of the tracks that have just become sure; and the time before which hardly any
            row can come (only of tracks that take longer than ``LONGEST_HOLD`` to become sure).

        Raises:
            ValueError: arrays of different lengths, numbers that are not finite, a class that
                does not exist, or a track that occurs twice.
        """
        n = len(tracks.id)
        self._make_room(n)
        box = np.ascontiguousarray(tracks.box, np.float32)
        columns = (
            np.ascontiguousarray(tracks.id, np.int64),
            np.ascontiguousarray(tracks.class_id, np.int16),
            np.ascontiguousarray(tracks.score, np.float32),
            np.ascontiguousarray(tracks.hits, np.int32),
            np.ascontiguousarray(tracks.unseen, np.float32),
        )
        if box.shape != (n, 4) or any(column.shape != (n,) for column in columns):
            raise ValueError("the arrays of tracks must have one row per track; box is [N, 4]")
        count, born, settled = _read(
            self._memory, self._setting, time, dt, box, *columns, self._rows, self._born
        )
        if count < 0:
            raise ValueError(_COMPLAINTS[-count])
        return self._rows[:count], self._born[:born], settled

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """Copies of all that is remembered, by name."""
        memory = self._memory
        held = np.zeros_like(memory.held)  # what waits no more is no memory
        for slot in np.flatnonzero(memory.slots["held"] * memory.slots["live"]):
            waiting = memory.slots["held"][slot]
            held[slot, :waiting] = memory.held[slot, :waiting]
        rest = {n: array.copy() for n, array in memory._asdict().items() if n != "held"}
        return {**rest, "held": held}

    def restore(self, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Go on from what ``state`` gave."""
        self._memory = Memory(**{name: arrays[name].copy() for name in Memory._fields})
        self._oldest = -np.inf
        self._rows = np.zeros(self.capacity * (HELD + 1), ROW)
        self._born = np.zeros(self.capacity, np.int64)

    def _make_room(self, coming: int) -> None:
        """Double the slots until ``coming`` new tracks have room."""
        old, capacity = self._memory, self.capacity
        while capacity - int(old.used[0]) < coming:
            capacity *= 2
        if capacity == self.capacity:
            return
        new, size = _memory(capacity), self.capacity
        new.slots[:size], new.held[:size] = old.slots, old.held
        new.ids[:size], new.where[:size], new.used[:] = old.ids, old.where, old.used
        # the stack of free slots: the new ones below those that were free before
        added = capacity - size
        new.free[:added] = np.arange(capacity - 1, size - 1, -1)
        new.free[added:] = old.free
        self._memory = new
        self._rows = np.zeros(capacity * (HELD + 1), ROW)
        self._born = np.zeros(capacity, np.int64)


_COMPLAINTS = {
    1: "boxes, scores and times of tracks must be finite numbers",
    2: f"class ids of tracks must lie in 0..{len(LABELS) - 1}",
    3: "a track occurs twice in one update; ids must be unique",
}
_LABELS = len(LABELS)
_NONE: Slots = np.empty(0, np.int64)


def _memory(capacity: int) -> Memory:
    return Memory(
        slots=np.zeros(capacity, SLOT),
        held=np.zeros((capacity, HELD), ROW),
        ids=np.zeros(capacity, np.int64),
        where=np.zeros(capacity, np.int64),
        free=np.arange(capacity - 1, -1, -1),
        used=np.zeros(1, np.int64),
    )


@njit(cache=True)
def _end(memory: Memory, before: float, now: float) -> tuple[Slots, float]:
    """Free the slots last seen before a time; and the last sighting longest ago of the others."""
    kept, capacity, oldest = 0, len(memory.slots), now
    ended = np.empty(0, np.int64)
    n = memory.used[0]
    for i in range(n):
        slot = memory.where[i]
        if memory.slots[slot].last < before:
            if len(ended) == 0:
                ended = np.empty(n, np.int64)
            ended[i - kept] = slot
            memory.slots[slot].live = 0
            memory.free[capacity - n + (i - kept)] = slot
        else:
            memory.ids[kept], memory.where[kept] = memory.ids[i], slot  # they stay in order
            oldest = min(oldest, memory.slots[slot].last)
            kept += 1
    memory.used[0] = kept
    return ended[: n - kept], oldest


@njit(cache=True)
def _read(
    memory: Memory,
    setting: npt.NDArray[np.float64],
    time: float,
    dt: float,
    box: npt.NDArray[np.float32],
    track: npt.NDArray[np.int64],
    label: npt.NDArray[np.int16],
    score: npt.NDArray[np.float32],
    hits: npt.NDArray[np.int32],
    unseen: npt.NDArray[np.float32],
    rows: Records,
    born: Slots,
) -> tuple[int, int, float]:
    """Fill ``rows``; how many, how many tracks became sure, and the time that is settled."""
    for i in range(len(track)):
        if not (
            np.isfinite(box[i, 0] + box[i, 1] + box[i, 2] + box[i, 3])
            and np.isfinite(score[i])
            and np.isfinite(unseen[i])
        ):
            return -1, 0, 0.0
        if label[i] < 0 or label[i] >= _LABELS:
            return -2, 0, 0.0
    count, newly, place = 0, 0, -1
    for i in range(len(track)):
        if unseen[i] > 0:
            at = _place_of(memory, track[i])
            if at < memory.used[0] and memory.ids[at] == track[i]:
                memory.slots[memory.where[at]].hidden = time
            continue
        place += 1  # tracks mostly come in order of id
        if place < memory.used[0] and memory.ids[place] == track[i]:
            slot, is_new = memory.where[place], False
        else:
            slot, is_new, place = _slot_of(memory, track[i])
        known = memory.slots[slot]
        if not is_new and known.last == time:
            return -3, 0, 0.0
        row = rows[count]
        row.time, row.dt, row.track, row.slot = time, dt, track[i], slot
        row.label, row.score = label[i], score[i]
        row.x0, row.y0, row.x1, row.y1 = box[i, 0], box[i, 1], box[i, 2], box[i, 3]
        row.height = row.y1 - row.y0
        _learn(known, row, setting[9], is_new)
        if known.sure == 0 and hits[i] < SURE:
            if known.held == HELD:  # the oldest goes; only a weakly seen track waits so long
                for j in range(HELD - 1):
                    memory.held[slot, j] = memory.held[slot, j + 1]
                known.held -= 1
            memory.held[slot, known.held] = row
            known.held += 1
            continue
        if known.sure == 0:
            known.sure = 1
            born[newly] = slot
            newly += 1
            for j in range(known.held):
                rows[count + 1] = rows[count]
                rows[count] = memory.held[slot, j]
                rows[count].label = label[i]
                _locate(rows[count], known.h, setting)
                count += 1
            known.held = 0
        _locate(rows[count], known.h, setting)
        count += 1
    settled = time
    for i in range(memory.used[0]):
        known = memory.slots[memory.where[i]]
        if known.sure == 0 and known.last >= time - LONGEST_HOLD:
            settled = min(settled, known.first)
    return count, newly, max(settled, time - LONGEST_HOLD)


@njit(cache=True)
def _place_of(memory: Memory, track: int) -> int:
    """Where in the known ids a track stands, or would."""
    low, high = 0, memory.used[0]
    while low < high:
        middle = (low + high) // 2
        if memory.ids[middle] < track:
            low = middle + 1
        else:
            high = middle
    return low


@njit(cache=True)
def _slot_of(memory: Memory, track: int) -> tuple[int, bool, int]:
    """The slot of a track, a fresh one if it is not known; and its place among the ids."""
    n = memory.used[0]
    place = _place_of(memory, track)
    if place < n and memory.ids[place] == track:
        return memory.where[place], False, place
    slot = memory.free[len(memory.slots) - n - 1]
    for j in range(n, place, -1):
        memory.ids[j], memory.where[j] = memory.ids[j - 1], memory.where[j - 1]
    memory.ids[place], memory.where[place] = track, slot
    memory.used[0] = n + 1
    known = memory.slots[slot]
    known.live, known.track, known.sure, known.held = 1, track, 0, 0
    known.followed, known.heights, known.hidden = 0, 0, -np.inf
    return slot, True, place


@njit(cache=True)
def _learn(known: Record, row: Record, aspect: float, is_new: bool) -> None:
    """Take a sighting into what is known of its track: place, velocity, usual height."""
    x, y = (row.x0 + row.x1) / 2 * aspect, row.y1
    passed = row.time - known.last
    if is_new:
        known.first, known.first_x, known.first_y = row.time, x, y
        known.vx, known.vy = 0.0, 0.0
    else:
        # plain mean while the track is young, exponential afterwards
        weight = 1.0 / min(passed + SMOOTHING, row.time - known.first)
        known.vx += weight * (x - known.x - passed * known.vx)
        known.vy += weight * (y - known.y - passed * known.vy)
    known.x, known.y, known.last, known.label = x, y, row.time, row.label
    known.x0, known.y0, known.x1, known.y1 = row.x0, row.y0, row.x1, row.y1
    known.heights += 1
    if is_new:
        known.h = row.height
    else:
        # a running median without a window: a small step up or down, however far away, so that
        # a box that is cut off or merged moves it little (Ma, Muthukrishnan & Sandler 2013)
        step = known.h * max(min(max(GROWTH * passed, 0.01), 0.1), 0.5 / known.heights)
        if row.height < CUT_OFF * known.h:
            step /= 4  # nobody shrinks so suddenly: something stands before the feet
        known.h = min(max(row.height, known.h - step), known.h + step)


@njit(cache=True)
def _locate(row: Record, h: float, setting: npt.NDArray[np.float64]) -> None:
    """Give a row its usual height and its anchors on the plane."""
    row.h = h
    x = (row.x0 + row.x1) / 2
    rebuilt = row.y0 + h if row.height < CUT_OFF * h else row.y1
    row.foot_x, row.foot_y = _on_plane(setting, x, row.y1)
    row.center_x, row.center_y = _on_plane(setting, x, (row.y0 + row.y1) / 2)
    row.rebuilt_x, row.rebuilt_y = _on_plane(setting, x, rebuilt)


@njit(cache=True)
def _on_plane(m: npt.NDArray[np.float64], x: float, y: float) -> tuple[float, float]:
    """A point of the frame through the plane map ``m[:9]``; NaN at or above the horizon."""
    depth = m[6] * x + m[7] * y + m[8]
    if depth <= 0.0:
        return np.nan, np.nan
    shrink = 1.0 if depth == 1.0 else 1.0 / depth
    return (m[0] * x + m[1] * y + m[2]) * shrink, (m[3] * x + m[4] * y + m[5]) * shrink
