"""Region entrance and exit (ONVIF ``FieldDetector/ObjectsInside``): who comes in, who goes out.

An entrance is of a track that was seen outside first; one that is first seen inside has
*appeared inside*, and one that is never seen to leave was *lost inside*: both are told apart and
counted apart. Jitter at the border is no entrance: the anchor must come deeper than that, or
stay for half a second.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from curtilage.config.scene import RegionEntranceRule, RegionExitRule
from curtilage.model import LABELS, Event, Kind, Phase
from curtilage.scene.alarm import Alarm
from curtilage.scene.presence_events import box_of, origin_of
from curtilage.scene.presence_kernel import ALREADY, END, ENTERED, LOST, SURE, UNFINISHED, Change


class RegionEntrance:
    """One region entrance rule, over the changes of its zone."""

    def __init__(self, rule: RegionEntranceRule, alarm: Alarm) -> None:
        self._rule, self._alarm = rule, alarm
        self._counts = np.zeros(3, np.int64)

    @property
    def counts(self) -> dict[str, int]:
        """How many came in, were first seen inside, were inside when the footage began."""
        names = ("entered", "appeared_inside", "already_inside")
        return dict(zip(names, self._counts.tolist(), strict=True))

    def take(self, change: Change) -> Iterator[Event]:
        """The event that a change of the zone makes, if any."""
        if change.kind != SURE:
            return
        self._counts[change.origin] += 1
        if change.origin == ALREADY:
            return
        if self._alarm.allows(change.time, change.owner):
            entered = {"entered": True} if change.origin == ENTERED else {}
            yield _event(self._rule.id, change.start, change, entered | origin_of(change))

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """A copy of all that is remembered, by name."""
        return {"counts": self._counts.copy()}

    def restore(self, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Go on from what ``state`` gave."""
        self._counts[:] = arrays["counts"]


class RegionExit:
    """One region exit rule, over the changes of its zone."""

    def __init__(self, rule: RegionExitRule, alarm: Alarm) -> None:
        self._rule, self._alarm = rule, alarm
        self._counts = np.zeros(2, np.int64)

    @property
    def counts(self) -> dict[str, int]:
        """How many went out and how many were lost inside."""
        return dict(zip(("left", "lost_inside"), self._counts.tolist(), strict=True))

    def take(self, change: Change) -> Iterator[Event]:
        """The event that a change of the zone makes, if any."""
        if change.kind != END or not change.sure or change.how == UNFINISHED:
            return
        self._counts[change.how] += 1
        if self._alarm.allows(change.last, change.owner):
            how = "lost_inside" if change.how == LOST else "left"
            yield _event(self._rule.id, change.last, change, {how: True})

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """A copy of all that is remembered, by name."""
        return {"counts": self._counts.copy()}

    def restore(self, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Go on from what ``state`` gave."""
        self._counts[:] = arrays["counts"]


def _event(rule: str, time: float, change: Change, details: dict[str, Any]) -> Event:
    return Event(
        time=time,
        rule=rule,
        kind=Kind.OBJECTS_INSIDE,
        phase=Phase.INSTANT,
        track=change.owner,
        label=LABELS[change.label],
        box=box_of(change),
        details=details,
    )
