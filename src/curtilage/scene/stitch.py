"""Identity switches: which of the tracks that are lost goes on as one that has just begun.

Only place, time, class, size and velocity are compared, never looks.
"""

import numpy as np
from numba import njit

from curtilage.scene.observations import EPSILON, Record, Records, Slots

LONGEST_GAP = 1.5  # s between the last sighting of the one and the first of the other
REACH = 1.0  # box heights between where the one would have got by then and where the other begins
FASTEST = 1.5  # box heights per second by which their velocities may differ
GROWTH = 1.3  # ratio by which their heights may differ

Pairs = Slots  # [P, 2]: slot of the lost track, slot of the track that continues it


@njit(cache=True)
def continuations(slots: Records, born: Slots, time: float) -> Pairs:
    """Which lost tracks the tracks in the slots ``born`` continue; each at most once.

    A track is lost while it is not seen, whether or not its tracker still follows it: trackers
    follow for longer than ``LONGEST_GAP``. The nearest pair is taken first. A lost track that is
    continued is marked ``followed``, so that it is not continued twice.

    Args:
        slots: [S] SLOT, what is known of each track.
        born: slots of the tracks that have just become sure.
        time: s, now.
    """
    pairs = np.empty((len(born), 2), np.int64)
    taken = np.zeros(len(born), np.bool_)
    found = 0
    while True:
        best, best_old, best_new = np.inf, -1, -1
        for j in range(len(born)):
            if taken[j]:
                continue
            for i in range(len(slots)):
                away = _apart(slots[i], slots[born[j]], time)
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
def _apart(old: Record, new: Record, time: float) -> float:
    """Box heights between where ``old`` should be and where ``new`` began; inf if impossible."""
    if old.live == 0 or old.sure == 0 or old.followed != 0 or old.last >= time - EPSILON:
        return np.inf
    gap = new.first - old.last
    if old.label != new.label or gap <= EPSILON or gap > LONGEST_GAP + EPSILON:
        return np.inf
    if old.h > GROWTH * new.h or new.h > GROWTH * old.h or old.h <= 0.0:
        return np.inf
    if np.hypot(new.vx - old.vx, new.vy - old.vy) > FASTEST * old.h:
        return np.inf
    # between the two it moved as it did before and after, half and half: who turns while hidden
    # is found, who merely begins near by is not
    vx, vy = 0.5 * (old.vx + new.vx), 0.5 * (old.vy + new.vy)
    away = np.hypot(new.first_x - old.x - gap * vx, new.first_y - old.y - gap * vy) / old.h
    return away if away <= REACH else np.inf
