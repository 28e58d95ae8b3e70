"""Occupancy: how many are inside, told when a change has held, and kept as a series.

The debounce works on every number by itself (a stack filter): "at least four" is told when it has
been so for the whole time, whatever five and six do meanwhile, and with the time at which it
became so. Somebody at the border who flickers neither makes changes nor holds up others.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from curtilage.config.scene import OccupancyRule
from curtilage.model import Event, Kind, Phase
from curtilage.scene.alarm import Alarm
from curtilage.scene.crowd import Crowd
from curtilage.scene.observations import EPSILON
from curtilage.scene.presence_kernel import Change
from curtilage.scene.series import Series


class Occupancy:
    """One occupancy rule, over the changes of its zone."""

    def __init__(self, rule: OccupancyRule, alarm: Alarm) -> None:
        self.series = Series()
        self.empty_for = 0.0  # s of footage in which nobody was seen inside, up to now
        self._rule, self._alarm = rule, alarm
        self._crowd = Crowd()
        self._since: list[float] = []  # s, when each number beyond the published one was reached
        self._rising = True  # whether those are above or below it

    def begin(self, time: float) -> None:
        """The footage begins: nobody is known to be inside."""
        self.series.set(time, 0)

    def take(self, change: Change) -> Iterator[Event]:
        """Note a change of the zone; what it means is told by ``settle``."""
        self._crowd.take(change)
        return iter(())

    def settle(self, settled: float, dt: float) -> Iterator[Event]:
        """The changes of the number that are sure by ``settled`` (s); ``dt`` is seconds seen."""
        told: dict[float, int] = {}
        for time, count in self._crowd.play(settled):
            self._publish(time, told)
            self._move(time, count)
        self._publish(settled, told)
        self.empty_for = self.empty_for + dt if self._crowd.count == 0 else 0.0
        for time, count in told.items():
            if self._alarm.gate.is_open(time):
                yield Event(
                    time=time,
                    rule=self._rule.id,
                    kind=Kind.OCCUPANCY,
                    phase=Phase.INSTANT,
                    details={"count": count},
                )

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """A copy of all that is remembered, by name."""
        arrays = {
            "empty_for": np.array(self.empty_for),
            "since": np.array(self._since, np.float64),
            "rising": np.array(self._rising),
        }
        arrays |= {f"series.{name}": array for name, array in self.series.state().items()}
        return arrays | {f"crowd.{name}": array for name, array in self._crowd.state().items()}

    def restore(self, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Go on from what ``state`` gave."""
        self.empty_for = float(arrays["empty_for"])
        self._since = arrays["since"].tolist()
        self._rising = bool(arrays["rising"])
        self.series.restore({name: arrays[f"series.{name}"] for name in ("time", "value")})
        self._crowd.restore(
            {name: arrays[f"crowd.{name}"] for name in ("count", "last", "waiting")}
        )

    def _move(self, time: float, count: int) -> None:
        """The number inside is ``count`` from ``time`` on."""
        before = self.series.last + len(self._since) * (1 if self._rising else -1)
        for _ in range(abs(count - before)):
            rises = count > before
            if self._since and rises != self._rising:
                self._since.pop()  # back towards what is published: that number did not hold
            else:
                self._rising = rises
                self._since.append(time)
                self._since.sort()  # told late, it may be the older one

    def _publish(self, now: float, told: dict[float, int]) -> None:
        """Tell the numbers that have held until ``now``."""
        while self._since and now - self._since[0] >= self._rule.debounce - EPSILON:
            time = max(self._since.pop(0), self.series.last_time)
            told[time] = self.series.last + (1 if self._rising else -1)
            self.series.set(time, told[time])
