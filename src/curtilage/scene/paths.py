"""Paths: how many go from which zone to which.

A path is the row of zones that one track (stitched over identity switches) visits. Its *legs* are
the steps from zone to zone, told as they happen; its *journey* goes from the first zone to the
last, counted when the path has ended.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from curtilage.config.scene import PathsRule
from curtilage.model import LABELS, Event, Kind, Phase
from curtilage.scene.alarm import Alarm
from curtilage.scene.drained import Step
from curtilage.scene.observations import Records, Slots
from curtilage.scene.presence_events import box_of
from curtilage.scene.presence_kernel import SURE, Change
from curtilage.scene.stitch import Pairs


@dataclass(frozen=True, slots=True)
class Flows:
    """Counts between zones: ``[i, j]`` from ``zones[i]`` to ``zones[j]``."""

    zones: tuple[str, ...]
    legs: npt.NDArray[np.int64]  # [Z, Z], from one zone to the next one visited; diagonal 0
    journeys: npt.NDArray[np.int64]  # [Z, Z], from the first zone of a path to its last


class Paths:
    """One paths rule, over the changes of its zones."""

    def __init__(self, rule: PathsRule, alarm: Alarm, first_zone: int, capacity: int) -> None:
        self._rule, self._alarm, self._first = rule, alarm, first_zone
        self._names = tuple(rule.zones)
        # per slot: first and last zone of its path, -1 before the first
        self._ends = np.full((capacity, 2), -1, np.int64)
        self._legs = np.zeros((len(self._names), len(self._names)), np.int64)
        self._journeys = np.zeros_like(self._legs)
        # time, from, to, 1 for a journey, label
        self._fresh: list[tuple[float, int, int, int, int]] = []

    @property
    def flows(self) -> Flows:
        """The counts so far; paths that go on are in ``legs`` only."""
        return Flows(self._names, self._legs.copy(), self._journeys.copy())

    def take(self, change: Change) -> Iterator[Event]:
        """The event that a change of a zone makes, if any."""
        if change.kind != SURE:
            return
        here = change.zone - self._first
        before = int(self._ends[change.slot, 1])
        if before < 0:
            self._ends[change.slot, 0] = here
        self._ends[change.slot, 1] = here
        if before < 0 or before == here:
            return
        self._legs[before, here] += 1
        self._fresh.append((change.start, before, here, 0, change.label))
        if self._alarm.allows(change.time, change.owner):
            yield Event(
                time=change.start,
                rule=self._rule.id,
                kind=Kind.PATH,
                phase=Phase.INSTANT,
                track=change.owner,
                label=LABELS[change.label],
                box=box_of(change),
                details={"from": self._names[before], "to": self._names[here]},
            )

    def end(self, ended: Slots, slots: Records) -> None:
        """Count the journeys of tracks that have ended, and forget them."""
        for slot in ended:
            first, last = self._ends[slot].tolist()
            if first >= 0:
                self._journeys[first, last] += 1
                track = slots[slot]
                self._fresh.append((float(track["last"]), first, last, 1, int(track["label"])))
        self._ends[ended] = -1

    def drain(self) -> list[Step]:
        """The legs and journeys since the last time."""
        names = self._names
        told = [
            Step(time, self._rule.id, names[origin], names[target], bool(whole), LABELS[label])
            for time, origin, target, whole, label in self._fresh
        ]
        self._fresh = []
        return told

    def stitch(self, pairs: Pairs) -> None:
        """Let the second track go on with the path of the first."""
        for old, new in pairs if self._rule.stitch else ():
            self._ends[new] = self._ends[old]
            self._ends[old] = -1

    def grow(self, capacity: int) -> None:
        """Make room for more tracks."""
        grown = np.full((capacity, 2), -1, np.int64)
        grown[: len(self._ends)] = self._ends
        self._ends = grown

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """A copy of all that is remembered, by name."""
        return {
            "ends": self._ends.copy(),
            "legs": self._legs.copy(),
            "journeys": self._journeys.copy(),
            "fresh": np.array(self._fresh, np.float64).reshape(-1, 5),
        }

    def restore(self, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Go on from what ``state`` gave."""
        self._ends = arrays["ends"].copy()
        self._legs[:], self._journeys[:] = arrays["legs"], arrays["journeys"]
        self._fresh = [
            (time, int(origin), int(target), int(whole), int(label))
            for time, origin, target, whole, label in arrays["fresh"].tolist()
        ]
