"""Intrusion (ONVIF ``FieldDetector/ObjectsInside``): somebody is inside for some time.

The time inside is summed over a presence; absences within the grace neither add nor reset. One
presence makes one alarm, at the time of its entry, and one end with its duration.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy.typing as npt

from curtilage.config.scene import IntrusionRule
from curtilage.model import Event, Kind
from curtilage.scene.alarm import Alarm
from curtilage.scene.presence_events import PresenceEvents
from curtilage.scene.presence_kernel import END, LEVEL, Change


class Intrusion:
    """One intrusion rule, over the changes of its zone."""

    def __init__(self, rule: IntrusionRule, alarm: Alarm) -> None:
        self._events = PresenceEvents(rule.id, Kind.OBJECTS_INSIDE, alarm)

    @property
    def raised(self) -> set[int]:
        """Visits that are alarmed now."""
        return self._events.raised

    def take(self, change: Change) -> Iterator[Event]:
        """The event that a change of the zone makes, if any."""
        if change.kind == LEVEL:
            yield from self._events.start(change)
        elif change.kind == END:
            yield from self._events.end(change)

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """A copy of all that is remembered, by name."""
        return self._events.state()

    def restore(self, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Go on from what ``state`` gave."""
        self._events.restore(arrays)
