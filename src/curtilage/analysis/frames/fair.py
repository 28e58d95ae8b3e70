"""Shares the detector among cameras: turn by turn, and thinned where the machine is too slow.

Every camera has a queue of its own, and each turn takes one picture of every camera that has one.
How many pictures a camera may have waiting follows from how long the detector takes for one and
how many cameras wait: so many as will be looked at within ``WAIT_S``. What is more is thinned
evenly, the newest kept: the rate of all falls alike, and nobody waits long. What is light waits
for what stands before it, never for a turn.
"""

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

WAIT_S = 0.4  # longest that a picture waits, roughly
BATCH_S = 0.2  # of detector's work that are begun at once, roughly
MOST = 16  # pictures at once
LEARNING = 0.2  # weight of the last batch in what a picture costs
FIRST_S = 0.03  # what a picture costs before it was measured


class Waiting(Protocol):
    """What may wait in a queue."""

    @property
    def heavy(self) -> bool:
        """Whether the detector has to look at it."""

    @property
    def patient(self) -> bool:
        """Whether it must not be left out, however long it waits."""


W = TypeVar("W", bound=Waiting)


@dataclass(slots=True)
class _Queue(Generic[W]):
    waiting: deque[W] = field(default_factory=deque)
    heavy: int = 0  # of those that wait
    patient: int = 0


class FairQueue(Generic[W]):
    """Pictures of all cameras that wait for the detector. Not for several threads at once."""

    def __init__(self) -> None:
        self.cost_s = FIRST_S  # of one picture
        self.thinned: Counter[str] = Counter()  # pictures left out, by camera
        self._queues: dict[str, _Queue[W]] = {}
        self._order: deque[str] = deque()  # cameras that wait, whose turn it is first

    def __len__(self) -> int:
        return sum(len(queue.waiting) for queue in self._queues.values())

    def waits(self, camera: str) -> int:
        """How many of ``camera`` wait."""
        queue = self._queues.get(camera)
        return len(queue.waiting) if queue is not None else 0

    def put(self, camera: str, item: W) -> None:
        """At the end of the camera's queue."""
        queue = self._queues.get(camera)
        if queue is None:
            queue = self._queues[camera] = _Queue()
        if not queue.waiting:
            self._order.append(camera)
        queue.waiting.append(item)
        queue.heavy += item.heavy
        queue.patient += item.patient

    def take(self) -> list[tuple[str, W]]:
        """What is to be looked at next, of each camera in its order."""
        self._thin()
        most = min(MOST, max(2, int(BATCH_S / self.cost_s))) if self.cost_s < BATCH_S else 1
        taken = self._light()
        heavy = 0
        while self._order and heavy < most:
            camera = self._order.popleft()
            queue = self._queues[camera]
            item = queue.waiting.popleft()
            queue.heavy -= item.heavy
            queue.patient -= item.patient
            heavy += item.heavy
            taken.append((camera, item))
            if queue.waiting:
                self._order.append(camera)
        return taken

    def took(self, pictures: int, seconds: float) -> None:
        """The detector looked at so many pictures in so long."""
        if pictures:
            self.cost_s += LEARNING * (seconds / pictures - self.cost_s)

    def forget(self, camera: str) -> None:
        """The camera is no more."""
        if self._queues.pop(camera, None) is not None:
            self._order = deque(name for name in self._order if name != camera)

    def _light(self) -> list[tuple[str, W]]:
        """What comes before anything heavy: it costs next to nothing, so it waits for no turn."""
        taken: list[tuple[str, W]] = []
        for camera in self._order:
            queue = self._queues[camera]
            while queue.waiting and not queue.waiting[0].heavy:
                item = queue.waiting.popleft()
                queue.patient -= item.patient
                taken.append((camera, item))
        self._order = deque(name for name in self._order if self._queues[name].waiting)
        return taken

    def _thin(self) -> None:
        waiting = [name for name in self._order if self._queues[name].heavy]
        if not waiting:
            return
        allowed = max(1, int(WAIT_S / (len(waiting) * self.cost_s)))
        for camera in waiting:
            queue = self._queues[camera]
            if queue.heavy > allowed and not queue.patient:
                kept = set(_evenly(queue.heavy, allowed))
                before = len(queue.waiting)
                queue.waiting = deque(_without(queue.waiting, kept))
                queue.heavy = allowed
                self.thinned[camera] += before - len(queue.waiting)


def _evenly(count: int, kept: int) -> Iterator[int]:
    """``kept`` of the numbers below ``count``, the last one among them."""
    return (count - 1 - (number * count) // kept for number in range(kept))


def _without(waiting: deque[W], kept: set[int]) -> Iterator[W]:
    """What is light, and of what is heavy those of the numbers in ``kept``."""
    number = 0
    for item in waiting:
        if not item.heavy:
            yield item
            continue
        if number in kept:
            yield item
        number += 1
