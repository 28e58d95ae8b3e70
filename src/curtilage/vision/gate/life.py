"""Where a gate stands, as numbers that are saved as one array."""

import math
from dataclasses import dataclass

from curtilage.vision.gate.report import Demand, GateState, Reason

TURN_EVERY_S = 120.0  # at first, between turns
CHECK_S = 60.0  # between checks, where nothing stands still
SHARE_S = 3600.0  # memory of the shares of time
PASSED_MOST_S = 10.0  # between packets, that counts for them

STATES = tuple(GateState)
REASONS = tuple(Reason)
DEMANDS = {
    GateState.ASLEEP: Demand.NOTHING,
    GateState.HOLDING: Demand.NOTHING,
    GateState.WATCHING: Demand.MOTION,
    GateState.AWAKE: Demand.ANALYSE,
}


@dataclass(slots=True)
class Life:
    """Where the gate stands; all numbers, times in s."""

    now: float = math.nan
    state: float = float(STATES.index(GateState.AWAKE))
    reason: float = float(REASONS.index(Reason.START))
    since: float = math.nan
    back: float = 0.0  # before ``since``
    hold_from: float = math.nan  # pictures without motion count from here
    picture: float = -math.inf  # of which ``moved`` was told last
    moving: float = 0.0  # tracks
    moving_at: float = -math.inf
    still: float = 0.0
    still_before: float = 0.0  # when a check woke it
    alarm: float = -math.inf
    trusted: float = 0.0
    turn_due: float = math.inf
    turn_every: float = TURN_EVERY_S
    turns: float = 0.0
    check_due: float = math.inf
    check_every: float = CHECK_S
    slept: float = 0.0  # it has slept or been watching quietly before this
    asleep: float = 0.0  # s, fading
    watching: float = 0.0
    awake: float = 0.0

    def go_to(self, now: float) -> None:
        """It is ``now`` (s); what passed counts for the present state."""
        passed = min(max(now - self.now, 0.0), PASSED_MOST_S)
        fade = math.exp(-passed / SHARE_S)
        self.asleep *= fade
        self.watching *= fade
        self.awake *= fade
        demand = DEMANDS[STATES[int(self.state)]]
        if demand is Demand.NOTHING:
            self.asleep += passed
        elif demand is Demand.MOTION:
            self.watching += passed
        else:
            self.awake += passed
        self.now = now


def number(reason: Reason) -> float:
    """Of a reason, as ``Life`` keeps it."""
    return float(REASONS.index(reason))
