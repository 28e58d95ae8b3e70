"""Identity switches: which of the tracks that are lost goes on as one that has just begun.

Only place, time, class, size and velocity are compared, never looks.
"""

import numpy as np
from numba import njit

from curtilage.scene.observations import EPSILON, Record, Records, Slots

LONGEST_GAP = 1.5  # s between the last sighting of the one and the first of the other
REACH = 1.0  # box heights between where the one would be by then and where the other begins
FASTEST = 2.0  # box heights per second by which their velocities may differ
GROWTH = 1.6  # ratio by which their heights may differ

Pairs = Slots  # [P, 2]: slot of the lost track, slot of the track that continues it


def continuations(slots: Records, born: Slots) -> Pairs:
    """Which lost tracks the tracks in the slots ``born`` continue; each at most once.

    The nearest pair is taken first. A lost track that is continued is marked ``followed``, so
    that it is not continued twice.

    Args:
        slots: [S] SLOT, what is known of each track.
        born: slots of the tracks that have just become sure.
    """
    if len(born) == 0:
        return _NONE
    pairs = _continuations(slots, born)
    return pairs if len(pairs) else _NONE


_NONE: Pairs = np.empty((0, 2), np.int64)


@njit(cache=True)
def _continuations(slots: Records, born: Slots) -> Pairs:
    pairs = np.empty((len(born), 2), np.int64)
    taken = np.zeros(len(born), np.bool_)
    found = 0
    while True:
        best, best_old, best_new = np.inf, -1, -1
        for j in range(len(born)):
            if taken[j]:
                continue
            for i in range(len(slots)):
                away = _apart(slots[i], slots[born[j]])
                # of equal distances the older pair of ids, so that the order of rows is nothing
                if away < best or (
                    away == best
                    and away < np.inf
                    and (slots[i].track, slots[born[j]].track)
                    < (slots[best_old].track, slots[born[best_new]].track)
                ):
                    best, best_old, best_new = away, i, j
        if best == np.inf:
            return pairs[:found]
        slots[best_old].followed = 1
        taken[best_new] = True
        pairs[found, 0], pairs[found, 1] = best_old, born[best_new]
        found += 1


@njit(cache=True)
def _apart(old: Record, new: Record) -> float:
    """Box heights between where ``old`` should be and where ``new`` began; inf if impossible."""
    if old.live == 0 or old.sure == 0 or old.followed != 0 or old.label != new.label:
        return np.inf
    gap = new.first - old.last
    if gap <= EPSILON or gap > LONGEST_GAP + EPSILON:
        return np.inf
    if old.h > GROWTH * new.h or new.h > GROWTH * old.h or old.h <= 0.0:
        return np.inf
    if np.hypot(new.vx - old.vx, new.vy - old.vy) > FASTEST * old.h:
        return np.inf
    # between the two velocities lies the one with which it moved while nobody saw it
    x, y = (old.vx + new.vx) / 2, (old.vy + new.vy) / 2
    away = np.hypot(new.first_x - old.x - gap * x, new.first_y - old.y - gap * y)
    return away / old.h if away <= REACH * old.h else np.inf
