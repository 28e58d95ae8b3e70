"""Identity switches: which of the tracks that are lost goes on as one that has just begun.

Only place, time, class, size and velocity are compared, never looks. Rules over zones and rules
over lines want different answers. A presence bears no longer gap than a switch of numbers makes. A
line must know who came out from behind a post, however long that took, as long as the line
remembers who went in; but only of a track that its tracker had followed on, unseen.
"""

import numpy as np
import numpy.typing as npt
from numba import njit

from curtilage.geometry import squared_distance, turn
from curtilage.scene.observations import EPSILON, Record, Records, Slots

LONGEST_GAP = 1.5  # s between the last sighting of the one and the first of the other
REACH = 1.0  # box heights between where the one would have got by then and where the other begins
FASTEST = 1.5  # box heights per second by which their velocities may differ
GROWTH = 1.3  # ratio by which their heights may differ

LONGEST_HIDDEN = 3.0  # s, for lines: what a line remembers unless told otherwise
REACH_HIDDEN = 0.7  # box heights between the ways it may have gone and where the other begins

ZONE, LINE = 1, 2  # bits of ``followed``: for which rules another track goes on in its place

Pairs = Slots  # [P, 2]: slot of the lost track, slot of the track that continues it


@njit(cache=True)
def continuations(slots: Records, born: Slots, time: float) -> Pairs:
    """Which lost tracks the tracks in the slots ``born`` continue; each at most once.

    A track is lost while it is not seen, whether or not its tracker still follows it: trackers
    follow for longer than ``LONGEST_GAP``. The nearest pair is taken first. A lost track that is
    continued is marked in ``followed``, so that it is not continued twice.

    Args:
        slots: [S] SLOT, what is known of each track.
        born: slots of the tracks that have just become sure.
        time: s, now.
    """
    away = np.empty((len(slots), len(born)))
    for i in range(len(slots)):
        for j in range(len(born)):
            away[i, j] = _apart(slots[i], slots[born[j]], time)
    return _nearest_first(slots, born, away, ZONE)


@njit(cache=True)
def hidden_continuations(slots: Records, born: Slots, time: float) -> Pairs:
    """The same for lines: of tracks that their trackers had followed on, unseen.

    The gap may be longer. Place, size and velocity are weighed together, so that of two people
    who were hidden by the same post each comes out as the one who fits best in all of them.
    """
    unlike = np.empty((len(slots), len(born)))
    for i in range(len(slots)):
        for j in range(len(born)):
            unlike[i, j] = _unlike(slots[i], slots[born[j]], time)
    return _nearest_first(slots, born, unlike, LINE)


@njit(cache=True)
def _nearest_first(slots: Records, born: Slots, away: npt.NDArray[np.float64], rules: int) -> Pairs:
    """Pairs of ``away`` [S, len(born)] that are not infinite, the least first, each track once."""
    pairs = np.empty((len(born), 2), np.int64)
    found = 0
    while True:
        best, old, new = np.inf, -1, -1
        for i in range(len(slots)):
            for j in range(len(born)):
                # of equal distances the older pair of ids, so that the order of rows is nothing
                if away[i, j] < best or (
                    away[i, j] == best < np.inf
                    and (slots[i].track, slots[born[j]].track)
                    < (slots[old].track, slots[born[new]].track)
                ):
                    best, old, new = away[i, j], i, j
        if best == np.inf:
            return pairs[:found]
        slots[old].followed |= rules
        away[old, :] = np.inf
        away[:, new] = np.inf
        pairs[found, 0], pairs[found, 1] = old, born[new]
        found += 1


@njit(cache=True)
def _apart(old: Record, new: Record, time: float) -> float:
    """Box heights between where ``old`` should be and where ``new`` began; inf if impossible."""
    gap = _gap(old, new, time, ZONE)
    if not EPSILON < gap <= LONGEST_GAP + EPSILON:
        return np.inf
    # between the two it moved as it did before and after, half and half: who turns while hidden
    # is found, who merely begins near by is not
    vx, vy = 0.5 * (old.vx + new.vx), 0.5 * (old.vy + new.vy)
    away = np.hypot(new.first_x - old.x - gap * vx, new.first_y - old.y - gap * vy) / old.h
    return away if away <= REACH else np.inf


@njit(cache=True)
def _unlike(old: Record, new: Record, time: float) -> float:
    """How badly ``new`` continues ``old``, 0..1; inf if impossible.

    While hidden it walked on as before, stood, and walked as after, each for any part of the
    time: it can have got to anywhere in the triangle that these ways span.
    """
    gap = _gap(old, new, time, LINE)
    if not EPSILON < gap <= LONGEST_HIDDEN + EPSILON or old.hidden <= old.last:
        return np.inf
    away = _from_triangle(
        gap * old.vx, gap * old.vy, gap * new.vx, gap * new.vy, new.first_x - old.x,
        new.first_y - old.y,
    )  # fmt: skip
    place = away / (REACH_HIDDEN * old.h)
    size = np.log(old.h / new.h) / np.log(GROWTH)
    speed = np.hypot(new.vx - old.vx, new.vy - old.vy) / (FASTEST * old.h)
    unlike = np.sqrt(place * place + size * size + speed * speed)
    return unlike if unlike <= 1.0 else np.inf


@njit(cache=True)
def _gap(old: Record, new: Record, time: float, rules: int) -> float:
    """Seconds from the last sighting of ``old`` to the first of ``new``; inf if not the same."""
    if old.live == 0 or old.sure == 0 or old.followed & rules or old.last >= time - EPSILON:
        return np.inf
    if old.label != new.label or old.h <= 0.0:
        return np.inf
    if old.h > GROWTH * new.h or new.h > GROWTH * old.h:
        return np.inf
    if np.hypot(new.vx - old.vx, new.vy - old.vy) > FASTEST * old.h:
        return np.inf
    return float(new.first - old.last)


@njit(cache=True)
def _from_triangle(ax: float, ay: float, bx: float, by: float, x: float, y: float) -> float:
    """How far ``x y`` is from the triangle of the origin, a and b; 0 inside it."""
    first = turn(0.0, 0.0, ax, ay, x, y)
    second = turn(ax, ay, bx, by, x, y)
    third = turn(bx, by, 0.0, 0.0, x, y)
    least, most = min(first, second, third), max(first, second, third)
    if least > 0.0 or most < 0.0:
        return 0.0
    nearest = min(
        squared_distance(0.0, 0.0, ax, ay, x, y),
        squared_distance(ax, ay, bx, by, x, y),
        squared_distance(bx, by, 0.0, 0.0, x, y),
    )
    return float(np.sqrt(nearest))
