"""Gathering: at least so many inside for so long; for queues, capacity and evacuation.

Its events hold a number and nothing about anybody. The time at that number is summed: one fewer
neither adds nor resets, two fewer end it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from curtilage.config.scene import GatheringRule
from curtilage.model import Event, Kind, Phase
from curtilage.scene.alarm import Alarm
from curtilage.scene.crowd import Crowd
from curtilage.scene.observations import EPSILON
from curtilage.scene.presence_kernel import Change


class Gathering:
    """One gathering rule, over the changes of its zone."""

    def __init__(self, rule: GatheringRule, alarm: Alarm) -> None:
        self.alarm = alarm
        self._rule = rule
        self._crowd = Crowd()
        self._since = np.nan  # s, when the number was reached; NaN: it is not
        self._held = 0.0  # s at that number or above
        self._peak = 0
        self._raised = False
        self._clock = np.nan  # s, until when all this holds

    def begin(self, time: float) -> None:
        """The footage begins."""
        self._clock = time

    def take(self, change: Change) -> Iterator[Event]:
        """Note a change of the zone; what it means is told by ``settle``."""
        self._crowd.take(change)
        return iter(())

    def begin_anew(self, time: float) -> None:
        """The rule may alarm from ``time`` on: a crowd that is there counts from now."""
        if not np.isnan(self._since) and not self._raised:
            self._since, self._held = time, 0.0

    def settle(self, settled: float) -> Iterator[Event]:
        """The events that are sure by ``settled`` (s)."""
        count = self._crowd.count
        for time, after in self._crowd.play(settled):
            yield from self._hold(time, count)
            count = after
            self._peak = max(self._peak, count)
            if np.isnan(self._since) and count >= self._rule.count:
                self._since, self._held, self._peak = time, 0.0, count
                yield from self._hold(time, count)
            elif count < self._rule.count - 1:
                yield from self.finish(time)
        yield from self._hold(settled, count)

    def finish(self, time: float) -> Iterator[Event]:
        """The crowd has dispersed, or the footage ends."""
        if self._raised:
            yield self._event(time, Phase.END, time - self._since, {"peak": self._peak})
        self._since, self._raised = np.nan, False

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """A copy of all that is remembered, by name."""
        numbers = [self._since, self._held, self._peak, self._raised, self._clock]
        crowd = {f"crowd.{name}": array for name, array in self._crowd.state().items()}
        return {"gathering": np.array(numbers, np.float64), **crowd}

    def restore(self, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Go on from what ``state`` gave."""
        self._since, self._held, peak, raised, self._clock = arrays["gathering"].tolist()
        self._peak, self._raised = int(peak), bool(raised)
        self._crowd.restore(
            {name: arrays[f"crowd.{name}"] for name in ("count", "last", "waiting")}
        )

    def _hold(self, now: float, count: int) -> Iterator[Event]:
        """Time passes until ``now`` with ``count`` inside."""
        passed, self._clock = max(now - self._clock, 0.0), max(now, self._clock)
        if np.isnan(self._since) or self._raised:
            return
        if count >= self._rule.count:
            self._held += passed
        if self._held >= self._rule.time_threshold - EPSILON and self.alarm.gate.is_open(now):
            self._raised = True
            yield self._event(self._since, Phase.START, None, {"count": count})

    def _event(
        self, time: float, phase: Phase, duration: float | None, details: dict[str, Any]
    ) -> Event:
        return Event(
            time=float(time),
            rule=self._rule.id,
            kind=Kind.GATHERING,
            phase=phase,
            duration=duration,
            details={"threshold": self._rule.count, **details},
        )
