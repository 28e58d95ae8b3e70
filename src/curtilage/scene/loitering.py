"""Loitering (ONVIF ``LoiteringDetector/ObjectIsLoitering``): somebody stays.

With ``max_displacement`` a stay lasts while all positions lie within that distance of where it
began; going farther ends it and begins another. A second threshold makes a second event.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy.typing as npt

from curtilage.config.scene import LoiteringRule
from curtilage.model import LABELS, Event, Kind, Phase
from curtilage.scene.alarm import Alarm
from curtilage.scene.presence_events import PresenceEvents, box_of, origin_of
from curtilage.scene.presence_kernel import END, LEVEL, Change


class Loitering:
    """One loitering rule, over the changes of its zone."""

    def __init__(self, rule: LoiteringRule, alarm: Alarm) -> None:
        self._rule, self._alarm = rule, alarm
        self._events = PresenceEvents(rule.id, Kind.LOITERING, alarm)

    @property
    def raised(self) -> set[int]:
        """Visits that are alarmed now."""
        return self._events.raised

    def take(self, change: Change) -> Iterator[Event]:
        """The event that a change of the zone makes, if any."""
        if change.kind == END:
            yield from self._events.end(change)
        elif change.kind == LEVEL and change.level == 1:
            for event in self._events.start(change):
                event.details["reached"] = event.time + self._rule.time_threshold
                yield event
        elif (
            change.kind == LEVEL
            and change.visit in self.raised
            and self._alarm.gate.is_open(change.time)
        ):
            yield self._escalation(change)

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """A copy of all that is remembered, by name."""
        return self._events.state()

    def restore(self, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Go on from what ``state`` gave."""
        self._events.restore(arrays)

    def _escalation(self, change: Change) -> Event:
        return Event(
            time=change.start + (self._rule.escalate_after or 0.0),
            rule=self._rule.id,
            kind=Kind.LOITERING,
            phase=Phase.INSTANT,
            track=change.owner,
            label=LABELS[change.label],
            box=box_of(change),
            details={"level": 2, **origin_of(change)},
        )
