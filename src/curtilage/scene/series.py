"""Time series that rules keep: a number at every change, and what becomes of it per minute."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from curtilage.model import Counts, Times
from curtilage.scene.clock import Clock


@dataclass(frozen=True, slots=True)
class Minutes:
    """A number per minute; minutes are those of the clock where the camera's start is known."""

    start: Times  # [M], s from the start of the footage, rising by 60
    mean: npt.NDArray[np.float64]  # [M], over time
    max: Counts  # [M]


class Series:
    """A whole number over time, kept at its changes."""

    def __init__(self) -> None:
        self._time: list[float] = []
        self._value: list[int] = []

    @property
    def time(self) -> Times:
        """[N]: s, when it changed; the first is when it began."""
        return np.array(self._time, np.float64)

    @property
    def value(self) -> Counts:
        """[N]: what it changed to."""
        return np.array(self._value, np.int32)

    @property
    def last(self) -> int:
        """What it is now."""
        return self._value[-1] if self._value else 0

    @property
    def last_time(self) -> float:
        """When it changed last, s; -inf before it began."""
        return self._time[-1] if self._time else -np.inf

    def set(self, time: float, value: int) -> None:
        """It is ``value`` from ``time`` on; of several values at one time the last one holds."""
        if self._time and self._time[-1] == time:
            self._value[-1] = value
        else:
            self._time.append(time)
            self._value.append(value)

    def per_minute(self, clock: Clock, end: float) -> Minutes:
        """Mean and maximum per minute until ``end`` (s); minutes without a change are there too."""
        if not self._time or end <= self._time[0]:
            return Minutes(np.empty(0), np.empty(0), np.empty(0, np.int32))
        first, last = clock.minute(self._time[0]), clock.minute(np.nextafter(end, -np.inf))
        starts = np.array([clock.minute_start(m) for m in range(first, last + 2)])
        # the steps of the series, cut at the minutes
        edges = np.unique(np.concatenate([self.time, starts, [end]]))
        edges = edges[(edges >= self._time[0]) & (edges <= end)]
        value = self.value[np.searchsorted(self.time, edges[:-1], side="right") - 1]
        minute = np.searchsorted(starts, edges[:-1], side="right") - 1
        length = np.diff(edges)
        count = last + 1 - first
        covered = np.bincount(minute, length, count)
        most = np.zeros(count, np.int32)
        np.maximum.at(most, minute, value)
        return Minutes(starts[:-1], np.bincount(minute, length * value, count) / covered, most)

    def forget(self, before: float) -> None:
        """Of what was before that time (s) only the last number is asked for any more."""
        kept = max(int(np.searchsorted(self._time, before, side="right")) - 1, 0)
        self._time, self._value = self._time[kept:], self._value[kept:]

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """A copy of all that is remembered, by name."""
        return {"time": self.time, "value": self.value}

    def restore(self, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Go on from what ``state`` gave."""
        self._time, self._value = arrays["time"].tolist(), arrays["value"].tolist()
