"""One presence, one event: its start when a rule says that it counts, its end with the duration."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from curtilage.model import LABELS, Event, Kind, Phase
from curtilage.scene.alarm import Alarm
from curtilage.scene.presence_kernel import ALREADY, APPEARED, LOST, UNFINISHED, Change

Box = tuple[float, float, float, float]


class PresenceEvents:
    """The start and end events of one rule, for changes of its zone."""

    def __init__(self, rule: str, kind: Kind, alarm: Alarm) -> None:
        self.raised: set[int] = set()  # visits that are alarmed now
        self._rule, self._kind, self._alarm = rule, kind, alarm

    def start(self, change: Change) -> Iterator[Event]:
        """The presence counts from now on; its time is that of the entry."""
        if self._alarm.allows(change.time, change.owner):
            self.raised.add(change.visit)
            yield Event(
                time=change.start,
                rule=self._rule,
                kind=self._kind,
                phase=Phase.START,
                track=change.owner,
                label=LABELS[change.label],
                box=box_of(change),
                details=origin_of(change),
            )

    def end(self, change: Change) -> Iterator[Event]:
        """The presence is over; its time is that of the last sighting inside."""
        if change.visit in self.raised:
            self.raised.remove(change.visit)
            ending = {LOST: "lost_inside", UNFINISHED: "unfinished"}.get(change.how)
            yield Event(
                time=change.last,
                rule=self._rule,
                kind=self._kind,
                phase=Phase.END,
                track=change.owner,
                label=LABELS[change.label],
                duration=change.last - change.start,
                details=origin_of(change) | ({ending: True} if ending else {}),
            )

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """A copy of all that is remembered, by name."""
        return {"raised": np.array(sorted(self.raised), np.int64)}

    def restore(self, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Go on from what ``state`` gave."""
        self.raised = set(arrays["raised"].tolist())


def box_of(change: Change) -> Box:
    """The box of the sighting that brought a change, 0..1 of the frame."""
    return change.x0, change.y0, change.x1, change.y1


def origin_of(change: Change) -> dict[str, Any]:
    """How a presence began, where it was not by coming in."""
    marks = {ALREADY: "already_inside", APPEARED: "appeared_inside"}
    origin = marks.get(change.origin)
    return {origin: True} if origin else {}
