"""Region entrance and exit (ONVIF ``FieldDetector/ObjectsInside``): who comes in, who goes out.

An entrance is of a track that was seen outside first; one that is first seen inside has
*appeared inside*, and one that is never seen to leave was *lost inside*: both are told apart and
counted apart. Jitter at the border is no entrance: the anchor must come deeper than that, or
stay for half a second.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from curtilage.config.scene import RegionEntranceRule, RegionExitRule
from curtilage.model import LABELS, Event, Kind, Phase
from curtilage.scene.alarm import Alarm
from curtilage.scene.drained import Tally
from curtilage.scene.presence_events import box_of, origin_of
from curtilage.scene.presence_kernel import ALREADY, END, ENTERED, LOST, SURE, UNFINISHED, Change

ENTRANCES = ("entered", "appeared_inside", "already_inside")
EXITS = ("left", "lost_inside")

Fresh: TypeAlias = list[tuple[float, int, int]]  # time, which of those names, label


class RegionEntrance:
    """One region entrance rule, over the changes of its zone."""

    def __init__(self, rule: RegionEntranceRule, alarm: Alarm) -> None:
        self._rule, self._alarm = rule, alarm
        self._counts = np.zeros(3, np.int64)
        self._fresh: Fresh = []

    @property
    def counts(self) -> dict[str, int]:
        """How many came in, were first seen inside, were inside when the footage began."""
        return dict(zip(ENTRANCES, self._counts.tolist(), strict=True))

    def take(self, change: Change) -> Iterator[Event]:
        """The event that a change of the zone makes, if any."""
        if change.kind != SURE:
            return
        self._counts[change.origin] += 1
        self._fresh.append((change.start, change.origin, change.label))
        if change.origin == ALREADY:
            return
        if self._alarm.allows(change.time, change.owner):
            entered = {"entered": True} if change.origin == ENTERED else {}
            yield _event(self._rule.id, change.start, change, entered | origin_of(change))

    def drain(self) -> list[Tally]:
        """What was counted since the last time."""
        told, self._fresh = _tallies(self._rule.id, ENTRANCES, self._fresh), []
        return told

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """A copy of all that is remembered, by name."""
        return {"counts": self._counts.copy(), "fresh": _array(self._fresh)}

    def restore(self, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Go on from what ``state`` gave."""
        self._counts[:] = arrays["counts"]
        self._fresh = [(time, int(n), int(label)) for time, n, label in arrays["fresh"].tolist()]


class RegionExit:
    """One region exit rule, over the changes of its zone."""

    def __init__(self, rule: RegionExitRule, alarm: Alarm) -> None:
        self._rule, self._alarm = rule, alarm
        self._counts = np.zeros(2, np.int64)
        self._fresh: Fresh = []

    @property
    def counts(self) -> dict[str, int]:
        """How many went out and how many were lost inside."""
        return dict(zip(EXITS, self._counts.tolist(), strict=True))

    def take(self, change: Change) -> Iterator[Event]:
        """The event that a change of the zone makes, if any."""
        if change.kind != END or not change.sure or change.how == UNFINISHED:
            return
        self._counts[change.how] += 1
        self._fresh.append((change.last, change.how, change.label))
        if self._alarm.allows(change.last, change.owner):
            how = "lost_inside" if change.how == LOST else "left"
            yield _event(self._rule.id, change.last, change, {how: True})

    def drain(self) -> list[Tally]:
        """What was counted since the last time."""
        told, self._fresh = _tallies(self._rule.id, EXITS, self._fresh), []
        return told

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """A copy of all that is remembered, by name."""
        return {"counts": self._counts.copy(), "fresh": _array(self._fresh)}

    def restore(self, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Go on from what ``state`` gave."""
        self._counts[:] = arrays["counts"]
        self._fresh = [(time, int(n), int(label)) for time, n, label in arrays["fresh"].tolist()]


def _tallies(rule: str, names: Sequence[str], fresh: Fresh) -> list[Tally]:
    return [Tally(time, rule, names[n], LABELS[label]) for time, n, label in fresh]


def _array(fresh: Fresh) -> npt.NDArray[np.float64]:
    return np.array(fresh, np.float64).reshape(-1, 3)


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
