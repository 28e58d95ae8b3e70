"""When a camera was looked at: stretches of time, so that nobody takes a gap for nobody there."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from curtilage.scene.observations import EPSILON


class Watched:
    """The time that frames stood for, as stretches that do not touch."""

    def __init__(self) -> None:
        self._stretches: list[list[float]] = []  # s, from and to, rising

    def add(self, start: float, end: float) -> None:
        """It was looked at from ``start`` to ``end`` (s), later than all before."""
        if self._stretches and start <= self._stretches[-1][1] + EPSILON:
            self._stretches[-1][1] = end
        else:
            self._stretches.append([start, end])

    def edges(self, start: float, end: float) -> npt.NDArray[np.float64]:
        """[W, 2]: what of ``start`` to ``end`` was looked at."""
        stretches = np.array(self._stretches, np.float64).reshape(-1, 2)
        cut = np.clip(stretches, start, end)
        return cut[cut[:, 1] > cut[:, 0]]

    def forget(self, before: float) -> None:
        """What was before that time (s) is not asked for any more."""
        self._stretches = self.edges(before, np.inf).tolist()

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """A copy of all that is remembered, by name."""
        return {"stretches": np.array(self._stretches, np.float64).reshape(-1, 2)}

    def restore(self, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Go on from what ``state`` gave."""
        self._stretches = arrays["stretches"].tolist()
