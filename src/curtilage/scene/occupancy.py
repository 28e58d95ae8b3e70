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
from curtilage.scene.clock import Clock
from curtilage.scene.crowd import Crowd
from curtilage.scene.drained import Occupied
from curtilage.scene.observations import EPSILON
from curtilage.scene.presence_kernel import Change
from curtilage.scene.series import Series
from curtilage.scene.watched import Watched

LATE = 15.0  # s; a change that is told later than that counts from when it is told


class Occupancy:
    """One occupancy rule, over the changes of its zone."""

    def __init__(self, rule: OccupancyRule, alarm: Alarm) -> None:
        self.series = Series()
        self.empty_for = 0.0  # s of footage in which nobody was seen inside, up to now
        self._rule, self._alarm = rule, alarm
        self._crowd = Crowd()
        self._since: list[float] = []  # s, when each number beyond the published one was reached
        self._rising = True  # whether those are above or below it
        self._drained = -np.inf  # s, until when it was told per minute

    def begin(self, time: float) -> None:
        """The footage begins: nobody is known to be inside."""
        self.series.set(time, 0)
        self._drained = time

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

    def drain(self, clock: Clock, now: float, watched: Watched) -> tuple[Occupied, float]:
        """What is sure since the last time, and until when (s) that is; then forgotten.

        Sure is what is older than ``LATE`` and the debounce, so what is told does not depend on
        when it is asked for.
        """
        sure = min([now - self._rule.debounce - LATE, *self._since])
        told = _per_minute(clock, self.series, watched.edges(self._drained, sure))
        if sure > self._drained:
            self._drained = sure
            self.series.forget(sure)
        return told, self._drained

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """A copy of all that is remembered, by name."""
        arrays = {
            "empty_for": np.array(self.empty_for),
            "since": np.array(self._since, np.float64),
            "rising": np.array(self._rising),
            "drained": np.array(self._drained),
        }
        arrays |= {f"series.{name}": array for name, array in self.series.state().items()}
        return arrays | {f"crowd.{name}": array for name, array in self._crowd.state().items()}

    def restore(self, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Go on from what ``state`` gave."""
        self.empty_for = float(arrays["empty_for"])
        self._since = arrays["since"].tolist()
        self._rising = bool(arrays["rising"])
        self._drained = float(arrays["drained"])
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


def _per_minute(clock: Clock, series: Series, watched: npt.NDArray[np.float64]) -> Occupied:
    """The numbers of a series in the stretches ``watched`` [W, 2], per minute."""
    if not len(watched):
        nothing = np.empty(0)
        return Occupied(nothing, nothing, nothing, np.empty(0, np.int32))
    first = clock.minute(float(watched[0, 0]))
    last = clock.minute(float(np.nextafter(watched[-1, 1], -np.inf)))
    starts = np.array([clock.minute_start(m) for m in range(first, last + 1)])
    changes = series.time
    edges = np.unique(np.concatenate([changes, starts, watched.ravel()]))
    begin, length = edges[:-1], np.diff(edges)
    stretch = np.searchsorted(watched[:, 0], begin, side="right") - 1
    seen = (stretch >= 0) & (begin < watched[stretch, 1])
    begin, length = begin[seen], length[seen]
    value = series.value[np.maximum(np.searchsorted(changes, begin, side="right") - 1, 0)]
    minute = np.searchsorted(starts, begin, side="right") - 1
    seconds = np.bincount(minute, length, len(starts)).astype(np.float64)
    most = np.zeros(len(starts), np.int32)
    np.maximum.at(most, minute, value)
    some = seconds > 0.0
    people = np.bincount(minute, length * value, len(starts)).astype(np.float64)
    return Occupied(starts[some], seconds[some], people[some], most[some])
