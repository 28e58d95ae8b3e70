"""How much time a frame stands for: the time since the frame before, but not a gap."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

WINDOW = 31  # intervals of which the running median is taken
LONGEST = 3.0  # medians; what is longer is a gap, in which nothing was seen


class FrameClock:
    """Seconds per frame. ``interval`` (s) is the nominal one, for the first frame."""

    def __init__(self, interval: float) -> None:
        self.time = -np.inf  # s, of the last frame
        self._recent = [float(interval)]

    def step(self, time: float) -> float:
        """A frame at ``time`` (s): the seconds that it stands for.

        Raises:
            ValueError: ``time`` is not finite or not after the frame before.
        """
        if not (time > self.time and time < np.inf):
            raise ValueError(f"frame at {time} s after one at {self.time} s; times must rise")
        if self.time == -np.inf:
            self.time = time
            return self._recent[0]
        passed, self.time = time - self.time, time
        self._recent = [*self._recent[1 - WINDOW :], passed]
        ordered = sorted(self._recent)
        n = len(ordered)
        return min(passed, LONGEST * (ordered[(n - 1) // 2] + ordered[n // 2]) / 2)

    def wait(self, time: float) -> float:
        """Nothing changed until ``time`` (s): the seconds since the last frame, all of them.

        Raises:
            ValueError: as ``step``; or there was no frame yet.
        """
        if not self.time < time < np.inf or self.time == -np.inf:
            raise ValueError(f"nothing can be held from {self.time} s to {time} s; times must rise")
        passed, self.time = time - self.time, time
        return passed

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """A copy of all that is remembered, by name."""
        return {"time": np.array(self.time), "recent": np.array(self._recent)}

    def restore(self, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Go on from what ``state`` gave."""
        self.time, self._recent = float(arrays["time"]), arrays["recent"].tolist()
