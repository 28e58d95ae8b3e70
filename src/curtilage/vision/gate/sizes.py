"""What a camera's packet sizes are when nothing moves, compiled: one array, one packet at a time.

Sizes of predicted pictures are compared with the median of 30 s in which nothing moved: one large
packet tells, and so does a sum of slightly larger ones (CUSUM, Page 1954). Keyframes are compared
with keyframes, and every predicted picture with those at its place after the keyframe: the first
ones are several times as large where there is noise, and B-frames are small. Limits come from what
the quiet camera itself did, and from the false alarms that they caused.
"""

import numpy as np
import numpy.typing as npt
from numba import njit

from curtilage.vision.median import median

State = npt.NDArray[np.float64]  # [LENGTH]

# what a step tells
LARGE, CREEPING, KEY_LARGE = 1, 2, 4  # alarms
KEY, GAP, TICK, BACK, STUCK = 8, 16, 32, 64, 128
ALARM = LARGE | CREEPING | KEY_LARGE

QUIET_S = 30.0  # of the running median
RING = 1024  # predicted pictures
KEYS = 32
RECENT = 512  # packets
SLOTS, FIRST = 120, 96  # places after a keyframe; those behind the first are taken in turns
SLOT_MEMORY = 30.0  # pictures of a place
GAP_S = 2.0
BACK_S = 1.0  # a clock that goes back by more was set
REPEATS = 50  # packets of one time: the clock is broken
TICK_S = 1.0

# places in the array
(
    NOW, LAST_KEY, GOP, TICKED, LEARNED, LEARNING, COUNT, HEAD, KEY_COUNT, KEY_HEAD, MEDIAN, SCALE,
    LIMIT, SUM, SUM_FROM, SUM_QUIET, SUM_LIMIT, RECORD, KEY_RECORD, KEY_MEDIAN, KEY_LIMIT, REPEATED,
    PACE, NERVE, RECENT_HEAD, PACKETS, PLACE, LEARNT_LAST,
    PEAK,
) = range(29)  # fmt: skip
RING_AT = 32
AGE_AT = RING_AT + RING
SORTED_AT = AGE_AT + RING
KEYS_AT = SORTED_AT + RING
RECENT_TIME_AT = KEYS_AT + KEYS
RECENT_AT = RECENT_TIME_AT + RECENT
OFFSET_AT = RECENT_AT + RECENT
SEEN_AT = OFFSET_AT + SLOTS
VARIES_AT = SEEN_AT + SLOTS
LENGTH = VARIES_AT + SLOTS

DEVIATIONS = 6.0  # a packet is large from so many deviations above the median,
SHARE = 0.25  # from this much more than the median,
BYTES = 100.0  # from so many more bytes,
BEYOND = 1.3  # and from so much beyond the 99th percentile
LEAST_SCALE = 12.0  # bytes, of a deviation
DRIFT = 0.7  # deviations above the median that are not summed
SUM_LEAST, SUM_MOST = 10.0, 40.0
OFFSET_MOST, STEADY = 1.2, 0.5  # log; a place whose size varies is not taken for farther off
ANCHOR_MOST = 0.002  # log, per second in which offsets are moved together
SUM_CALM_S = 900.0  # in which a limit of sums comes down again


def new_sizes() -> State:
    """Of a camera of which nothing is known."""
    state = np.zeros(LENGTH)
    state[[NOW, LAST_KEY, TICKED, SUM_FROM]] = -np.inf
    state[[LIMIT, KEY_LIMIT]] = np.inf
    state[SUM_LIMIT] = SUM_LEAST
    state[NERVE] = 1.0
    state[PACE] = 0.1
    state[RECENT_TIME_AT : RECENT_TIME_AT + RECENT] = -np.inf
    return state


@njit(cache=True)
def step(state: State, time: float, size: float, key: bool) -> int:
    """Take one packet of ``size`` bytes at ``time`` (s); the flags tell what was noticed."""
    flags = 0
    passed = time - state[NOW]
    if not np.isfinite(time):
        passed = 0.0
        time = state[NOW]
    if passed < -BACK_S:
        flags |= BACK
        state[TICKED] = time
        state[LAST_KEY] = -np.inf
        state[NOW] = time
        passed = 0.0
    elif passed <= 0.0:
        state[REPEATED] += 1
        if state[REPEATED] > REPEATS:
            flags |= STUCK
        passed = 0.0
    else:
        state[REPEATED] = 0
        state[NOW] = time
        if passed > GAP_S and np.isfinite(passed):
            flags |= GAP
        elif passed <= GAP_S:
            state[PACE] += 0.02 * (passed - state[PACE])
    now = state[NOW]
    if now - state[TICKED] >= TICK_S:
        flags |= TICK
        state[TICKED] = now
        if state[LEARNING] > 0.0:
            _anchor(state)
    state[PACKETS] += 1
    size = min(max(size, 0.0), 1e12)
    if key:
        flags |= KEY
        if np.isfinite(state[LAST_KEY]):
            state[GOP] = now - state[LAST_KEY]
        state[LAST_KEY] = now
        state[PLACE] = 0
        return flags | _key(state, size)
    return flags | _predicted(state, now, min(passed, GAP_S), size)


@njit(cache=True)
def _key(state: State, size: float) -> int:
    alarm = 0
    count = int(state[KEY_COUNT])
    if size > state[KEY_LIMIT] or (count > 0 and size > state[KEY_RECORD]):
        alarm = KEY_LARGE
    state[KEY_RECORD] = max(state[KEY_RECORD], size)
    if state[LEARNING] == 0.0:
        return alarm
    head = int(state[KEY_HEAD])
    state[KEYS_AT + head] = size
    state[KEY_HEAD] = (head + 1) % KEYS
    count = min(count + 1, KEYS)
    state[KEY_COUNT] = count
    if count >= 4:
        sizes = state[KEYS_AT : KEYS_AT + count].copy()
        middle = median(sizes)
        deviation = 1.48 * median(np.abs(sizes - middle))
        state[KEY_MEDIAN] = middle
        state[KEY_LIMIT] = middle + max(8.0 * deviation, 0.08 * middle, 200.0)
    return alarm


@njit(cache=True)
def _predicted(state: State, now: float, passed: float, size: float) -> int:
    alarm = 0
    if state[COUNT] > 0 and size > state[RECORD]:
        alarm |= LARGE
    state[RECORD] = max(state[RECORD], size)
    slot = _slot(state)
    size *= np.exp(-_offset(state, slot))
    at = int(state[RECENT_HEAD])
    state[RECENT_TIME_AT + at] = now
    state[RECENT_AT + at] = size
    state[RECENT_HEAD] = (at + 1) % RECENT
    if size > state[LIMIT]:
        alarm |= LARGE
    if state[LEARNING] > state[LEARNT_LAST]:
        state[SUM], state[SUM_FROM], state[PEAK] = 0.0, now, 0.0  # what moved has gone
    state[LEARNT_LAST] = state[LEARNING]
    if state[SCALE] > 0.0 and _sum(state, now, size):
        alarm |= CREEPING
    if state[LEARNING] == 0.0:
        return alarm
    state[SUM_QUIET] *= np.exp(-passed / SUM_CALM_S)
    state[SUM_LIMIT] = min(max(1.3 * state[SUM_QUIET], SUM_LEAST), SUM_MOST)
    state[NERVE] = 1.0 + (state[NERVE] - 1.0) * np.exp(-passed / SUM_CALM_S)
    state[LEARNED] += passed
    _learn_slot(state, slot, size)
    _learn(state, size)
    return alarm


@njit(cache=True)
def _sum(state: State, now: float, size: float) -> bool:
    """Sum what is above the median; whether the sum says that something moves."""
    z = (size - state[MEDIAN]) / state[SCALE]
    total = state[SUM] + min(max(z, -2.0), 4.0) - DRIFT
    if total <= 0.0:
        if state[LEARNING] > 0.0 and state[PEAK] < state[SUM_LIMIT]:
            # only a rise that ended by itself: one that goes on may be somebody
            state[SUM_QUIET] = max(state[SUM_QUIET], state[PEAK])
        state[SUM], state[SUM_FROM], state[PEAK] = 0.0, now, 0.0
        return False
    state[SUM] = min(total, state[SUM_LIMIT])
    state[PEAK] = max(state[PEAK], total)
    return bool(total > state[SUM_LIMIT])


@njit(cache=True)
def _slot(state: State) -> int:
    place = int(state[PLACE])
    state[PLACE] = place + 1
    return place if place < FIRST else FIRST + place % (SLOTS - FIRST)


@njit(cache=True)
def _offset(state: State, slot: int) -> float:
    """By how much (log) pictures at this place are larger than the median."""
    offset = state[OFFSET_AT + slot]
    if state[VARIES_AT + slot] > STEADY:
        offset = min(max(offset, -OFFSET_MOST), OFFSET_MOST)
    return float(offset)


@njit(cache=True)
def _learn_slot(state: State, slot: int, size: float) -> None:
    """``size`` is without the offset."""
    if state[COUNT] < 20:
        return
    before = state[SEEN_AT + slot]
    seen = min(before + 1.0, SLOT_MEMORY)
    part = 1.0 / (seen + 1.0)
    off = np.log((size + 1.0) / (state[MEDIAN] + 1.0)) + _offset(state, slot)
    off = min(max(off, -6.0), 6.0) - state[OFFSET_AT + slot]
    known = before >= 4.0
    state[SEEN_AT + slot] = seen
    state[OFFSET_AT + slot] += part * (min(max(off, -1.0), 1.0) if known else off)
    varies = abs(off) if known else 2.0 * STEADY
    state[VARIES_AT + slot] += part * (varies - state[VARIES_AT + slot])


@njit(cache=True)
def _anchor(state: State) -> None:
    """Keep offsets around nothing, in steps so small that the median follows them.

    Else they and the median wander off together: by a factor of 40 within an hour.
    """
    total, count = 0.0, 0
    for slot in range(SLOTS):
        if state[SEEN_AT + slot] >= 4.0:
            total += state[OFFSET_AT + slot]
            count += 1
    if count == 0:
        return
    step = min(max(0.1 * total / count, -ANCHOR_MOST), ANCHOR_MOST)
    for slot in range(SLOTS):
        if state[SEEN_AT + slot] >= 4.0:
            state[OFFSET_AT + slot] -= step


@njit(cache=True)
def _learn(state: State, size: float) -> None:
    """Into the window of the last quiet seconds; out of it what is older."""
    count, head = int(state[COUNT]), int(state[HEAD])
    oldest = (head - count) % RING
    while count > 0 and (
        count == RING or (count > 60 and state[LEARNED] - state[AGE_AT + oldest] > QUIET_S)
    ):
        _remove(state, count, state[RING_AT + oldest])
        oldest = (oldest + 1) % RING
        count -= 1
    _insert(state, count, size)
    count += 1
    state[RING_AT + head] = size
    state[AGE_AT + head] = state[LEARNED]
    state[HEAD] = (head + 1) % RING
    state[COUNT] = count
    if count < 20:
        return
    middle = state[SORTED_AT + count // 2]
    high = state[SORTED_AT + (9 * count) // 10]
    top = state[SORTED_AT + (99 * count) // 100]
    scale = max((high - middle) / 1.28, 0.05 * middle, LEAST_SCALE)
    state[MEDIAN] = middle
    state[SCALE] = scale
    reach = max(DEVIATIONS * scale, SHARE * middle, BYTES, BEYOND * (top - middle))
    state[LIMIT] = middle + state[NERVE] * reach


@njit(cache=True)
def _insert(state: State, count: int, size: float) -> None:
    place = count
    while place > 0 and state[SORTED_AT + place - 1] > size:
        state[SORTED_AT + place] = state[SORTED_AT + place - 1]
        place -= 1
    state[SORTED_AT + place] = size


@njit(cache=True)
def _remove(state: State, count: int, size: float) -> None:
    low, high = 0, count
    while low < high:
        middle = (low + high) // 2
        if state[SORTED_AT + middle] < size:
            low = middle + 1
        else:
            high = middle
    for place in range(low, count - 1):
        state[SORTED_AT + place] = state[SORTED_AT + place + 1]
