"""How many have crossed each line, whether that raised an event or not."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from curtilage.config.scene import LineCrossingRule
from curtilage.model import LABELS, Direction
from curtilage.scene.drained import Tally
from curtilage.scene.line_crossing import Crossing
from curtilage.scene.observations import Slots

DIRECTIONS = (Direction.A_TO_B.value, Direction.B_TO_A.value)


class LineCounts:
    """The counts of all lines of one camera, lines by their index."""

    def __init__(self, rules: Sequence[LineCrossingRule]) -> None:
        self._rules = [rule.id for rule in rules]
        self._crossed = np.zeros((len(rules), 2), np.int64)
        self._fresh: list[tuple[float, int, int, int]] = []  # time, line, direction, label

    @property
    def totals(self) -> dict[str, dict[str, int]]:
        """By rule id and direction."""
        return {
            rule: dict(zip(DIRECTIONS, self._crossed[i].tolist(), strict=True))
            for i, rule in enumerate(self._rules)
        }

    def add(self, crossing: Crossing) -> None:
        """Count a crossing."""
        way = int(crossing.direction == Direction.B_TO_A)
        self._crossed[crossing.line, way] += 1
        self._fresh.append((crossing.time, crossing.line, way, crossing.label))

    def drain(self) -> list[Tally]:
        """What was counted since the last time."""
        told = [
            Tally(time, self._rules[line], DIRECTIONS[way], LABELS[label])
            for time, line, way, label in self._fresh
        ]
        self._fresh = []
        return told

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """A copy of all that is remembered, by name."""
        fresh = np.array(self._fresh, np.float64).reshape(-1, 4)
        return {"crossed": self._crossed.copy(), "fresh": fresh}

    def restore(self, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Go on from what ``state`` gave."""
        self._crossed[:] = arrays["crossed"]
        self._fresh = [
            (time, int(line), int(way), int(label))
            for time, line, way, label in arrays["fresh"].tolist()
        ]

    def restore_some(
        self, arrays: Mapping[str, npt.NDArray[Any]], before: Slots, now: Slots
    ) -> None:
        """Of the lines ``before`` what is known of them goes on in the lines ``now``, in order."""
        self._crossed[now] = arrays["crossed"][before]
        place = dict(zip(before.tolist(), now.tolist(), strict=True))
        self._fresh = [
            (time, place[int(line)], int(way), int(label))
            for time, line, way, label in arrays["fresh"].tolist()
            if int(line) in place
        ]
