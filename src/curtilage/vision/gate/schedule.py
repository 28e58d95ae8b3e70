"""When a gate looks though nothing calls it: pictures for 3 s (a turn), one keyframe (a check).

Turns measure what sizes tell; checks find who stands where nobody was expected. Both come seldomer
the longer all is as expected, and at other moments for each camera (``phase``, 0..1): of cameras
that began together, one looks after the other.
"""

import math

from curtilage.vision.gate.life import CHECK_S, TURN_EVERY_S, Life, number
from curtilage.vision.gate.report import Reason

TURN_S = 3.0  # of pictures that are looked at
TURN_SLOWER = 1.25  # the interval grows by, each time that nothing moved
TURN_MOST_S = 480.0  # between turns, at most
CHECK_STILL_S = 10.0  # between checks, at first, of objects that stand still
CHECK_SLOWER = 1.5  # the interval grows by, each time that all were found
CHECK_LATE_S = 15.0  # for which a check waits for the next keyframe
GOLDEN = 0.6180339887498949  # its multiples, without whole parts, spread evenly


def begin(life: Life) -> None:
    """A check at once, no turn before it has slept."""
    life.turn_due = math.inf
    life.check_due = life.now


def look_later(life: Life, phase: float, part: float) -> None:
    """It falls asleep: set the next turn, after ``part`` of the interval or so."""
    if life.reason == number(Reason.TURN):
        life.turn_every = min(life.turn_every * TURN_SLOWER, TURN_MOST_S)
    life.turns += 1
    spread = 0.6 + 0.8 * ((life.turns * GOLDEN + phase) % 1.0)
    life.turn_due = life.now + life.turn_every * spread * part


def look_often(life: Life) -> None:
    """As at first."""
    life.turn_every = TURN_EVERY_S


def asks_check(life: Life, now: float, key: bool) -> bool:
    """Whether a check is to be asked for at ``now`` (s), best with a keyframe just there."""
    if now < life.check_due or not (key or now >= life.check_due + CHECK_LATE_S):
        return False
    life.check_due = now + CHECK_STILL_S  # asked again if nobody answers
    return True


def check_later(life: Life, phase: float) -> None:
    """Set the next check."""
    life.check_due = life.now + life.check_every * (0.7 + 0.6 * phase)


def check_soon(life: Life, now: float) -> None:
    """One within the time of a turn from ``now`` (s) on."""
    life.check_due = min(life.check_due, now + TURN_S)


def check_often(life: Life) -> None:
    """As where somebody has just come to stand."""
    life.check_every = CHECK_STILL_S


def check_less(life: Life) -> None:
    """All was as expected."""
    life.check_every = min(life.check_every * CHECK_SLOWER, CHECK_S)


def stand(life: Life, still: float) -> None:
    """So many objects stand still; another number is checked as often as at first."""
    if still != life.still:
        life.check_every = CHECK_STILL_S if still else CHECK_S
    life.still = still
