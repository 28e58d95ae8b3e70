"""Whether an event may go out: the rule's hours and modes, and its cool-down for each track."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from curtilage.config.scene import RuleBase
from curtilage.scene.clock import Clock, Gate
from curtilage.scene.observations import EPSILON


class Alarm:
    """Lets events of one rule through or holds them back."""

    def __init__(self, rule: RuleBase, clock: Clock, mode: str) -> None:
        self.gate = Gate(clock, rule.schedule, rule.modes, mode)
        self._cool_down = rule.cool_down
        self._last: dict[int, float] = {}  # track -> s, its last event

    def allows(self, time: float, track: int) -> bool:
        """True when ``track`` may raise an event at ``time``; remembers it if so."""
        if not self.gate.is_open(time):
            return False
        if self._cool_down == 0.0:
            return True
        if time < self._last.get(track, -np.inf) + self._cool_down - EPSILON:
            return False
        cold = time - self._cool_down
        self._last = {other: last for other, last in self._last.items() if last > cold}
        self._last[track] = time
        return True

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """A copy of all that is remembered, by name."""
        return {
            "tracks": np.array(list(self._last), np.int64),
            "times": np.array(list(self._last.values()), np.float64),
        }

    def restore(self, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Go on from what ``state`` gave."""
        tracks, times = arrays["tracks"].tolist(), arrays["times"].tolist()
        self._last = dict(zip(tracks, times, strict=True))
