"""Which frames are looked at: chosen by their time, so that any frame rate gives the same pace."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

EARLY = 0.25
"""A frame may come this share of an interval before it is due: cameras jitter, and every frame
of a 10 fps file must be taken at 10 analyses per second."""

SAME = 1e-3
"""Times (s) closer than this are the same moment."""


class Chooser(Protocol):
    """Says of each frame whether it is wanted; frames come in order of time."""

    due: float  # s, when the next frame is wanted; all that a chooser remembers

    def wants(self, time: float) -> bool:
        """True when the frame at ``time`` (s, rising from call to call) is wanted."""


@dataclass(slots=True)
class Pace:
    """At most ``rate`` frames per second of footage; 0: every frame."""

    rate: float
    due: float = -math.inf

    def wants(self, time: float) -> bool:
        """See ``Chooser``."""
        if self.rate <= 0:
            return True
        interval = 1.0 / self.rate
        if time < self.due - EARLY * interval:
            return False
        if self.due == -math.inf:
            self.due = time + interval
        else:
            # due + interval keeps the mean rate; after a pause the rhythm starts anew, half an
            # interval early, so that jitter around the new phase does not cost a frame
            self.due = max(self.due + interval, time + interval / 2)
        return True


@dataclass(slots=True)
class Moments:
    """The first frame at or after each of ``times`` (s, rising)."""

    times: Sequence[float]
    due: float = field(init=False)

    def __post_init__(self) -> None:
        self.due = self.times[0] if self.times else math.inf

    def wants(self, time: float) -> bool:
        """See ``Chooser``."""
        if time < self.due - SAME:
            return False
        self.due = next((t for t in self.times if t - SAME > time), math.inf)
        return True
