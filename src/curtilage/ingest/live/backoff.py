"""How long to wait before trying a camera again: longer each time, and not all at once.

Each wait is drawn evenly from a quarter below to a quarter above a limit that doubles from failure
to failure, so that fifty cameras behind one switch do not come back in the same instant.
"""

import random


class Backoff:
    """Waits of 1, 2, 4 ... s up to a limit, with jitter, never outside of both ends."""

    __slots__ = ("_first_s", "_limit_s", "_most_s", "_random")

    def __init__(self, first_s: float, most_s: float, seed: int | None = None) -> None:
        self._first_s, self._most_s = first_s / 0.75, most_s / 1.25
        self._limit_s = self._first_s
        self._random = random.Random(seed)  # noqa: S311  jitter, no secret

    def next_s(self) -> float:
        """The wait before the next attempt."""
        drawn = self._limit_s * self._random.uniform(0.75, 1.25)
        self._limit_s = min(2 * self._limit_s, self._most_s)
        return drawn

    def reset(self) -> None:
        """The camera was good for long enough: begin anew."""
        self._limit_s = self._first_s
