"""Dwell: how long presences last, as a histogram that gives nobody away."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from curtilage.config.scene import DwellRule
from curtilage.model import LABELS, Counts, Event
from curtilage.scene.drained import Stay
from curtilage.scene.observations import EPSILON
from curtilage.scene.presence_kernel import END, Change


@dataclass(frozen=True, slots=True)
class Histogram:
    """Presences by length, without the bins that hold fewer than k.

    No total is given: with it, what is left out could be worked out.
    """

    start: npt.NDArray[np.float64]  # [B], s, lower edge
    end: npt.NDArray[np.float64]  # [B], s, upper edge; inf for the last
    count: Counts  # [B]


class Dwell:
    """One dwell rule, over the changes of its zone; no events, for those would be of people."""

    def __init__(self, rule: DwellRule) -> None:
        self._rule = rule
        self._counts = np.zeros(len(rule.bins), np.int64)
        self._fresh: list[tuple[float, float, int]] = []  # start, seconds, label

    def take(self, change: Change) -> Iterator[Event]:
        """Count a presence that has ended and was no jitter at the border."""
        if change.kind == END and change.sure:
            length = change.last - change.start + EPSILON
            self._counts[np.searchsorted(self._rule.bins, length, side="right") - 1] += 1
            self._fresh.append((change.start, change.last - change.start, change.label))
        return iter(())

    def histogram(self) -> Histogram:
        """What may be published."""
        edges = np.array([*self._rule.bins, np.inf])
        shown = self._counts >= self._rule.k
        return Histogram(edges[:-1][shown], edges[1:][shown], self._counts[shown].astype(np.int32))

    def drain(self) -> list[Stay]:
        """The presences that have ended since the last time."""
        told = [Stay(self._rule.id, start, s, LABELS[label]) for start, s, label in self._fresh]
        self._fresh = []
        return told

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """A copy of all that is remembered, by name."""
        fresh = np.array(self._fresh, np.float64).reshape(-1, 3)
        return {"counts": self._counts.copy(), "fresh": fresh}

    def restore(self, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Go on from what ``state`` gave."""
        self._counts[:] = arrays["counts"]
        self._fresh = [(start, s, int(label)) for start, s, label in arrays["fresh"].tolist()]
