"""How many are inside a zone, in the order of time although sightings may be told late."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from curtilage.scene.observations import EPSILON
from curtilage.scene.presence_kernel import DOWN, UP, Change


class Crowd:
    """Collects the comings and goings of a zone and plays them back once they are settled."""

    def __init__(self) -> None:
        self.count = 0
        self._last = -np.inf  # s, of the last change
        self._waiting: list[tuple[float, int]] = []  # s, +1 or -1

    def take(self, change: Change) -> None:
        """Note a change of the zone."""
        if change.kind == UP:
            self._waiting.append((change.time, 1))
        elif change.kind == DOWN:
            self._waiting.append((change.time, -1))

    def play(self, settled: float) -> Iterator[tuple[float, int]]:
        """Each time at which the count changed until ``settled`` (s), with the new count.

        One who goes and one who comes at the same moment are no change.
        """
        if not self._waiting:
            return
        self._waiting.sort()
        i, n = 0, len(self._waiting)
        while i < n and self._waiting[i][0] <= settled + EPSILON:
            time, before = self._waiting[i][0], self.count
            while i < n and self._waiting[i][0] <= time + EPSILON:
                self.count += self._waiting[i][1]
                i += 1
            if abs(time - self._last) <= EPSILON:
                time = self._last  # told late, but at a moment that is known already
            self._last = time
            if self.count != before:
                yield time, self.count
        self._waiting = self._waiting[i:]

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """A copy of all that is remembered, by name."""
        return {
            "count": np.array(self.count),
            "last": np.array(self._last),
            "waiting": np.array(self._waiting, np.float64).reshape(-1, 2),
        }

    def restore(self, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Go on from what ``state`` gave."""
        self.count, self._last = int(arrays["count"]), float(arrays["last"])
        self._waiting = [(time, int(step)) for time, step in arrays["waiting"].tolist()]
