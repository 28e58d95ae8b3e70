"""What waits to be written: a lane for each stream, a pool of threads for each volume.

The steps of a lane are done one after the other, by whichever thread of the volume is free; so a
stream's order is kept, and a sync that takes long holds up its own lane only. Fragments that wait
behind each other are written together with one sync: the slower a disk, the fewer syncs it gets.
"""

import logging
import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from curtilage.model import GapReason
from curtilage.record.disk.volume import Volume
from curtilage.record.writing.segment_file import Draft, Fragment, SegmentFile

TOGETHER = 64  # most fragments in one write


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do in a lane: begin or go on with a segment, or close it (no fragment)."""

    at_s: float  # monotonic, when it was given
    draft: Draft | None = None  # of the segment that the fragment belongs to
    fragment: Fragment | None = None
    begins: bool = False

    @property
    def size(self) -> int:
        """Bytes that it holds in memory."""
        size = len(self.fragment.data) if self.fragment is not None else 0
        return size + len(self.draft.head) if self.begins and self.draft is not None else size

    @property
    def goes_on(self) -> bool:
        """Whether it can be written together with what is before it."""
        return self.fragment is not None and not self.begins


@dataclass(slots=True, eq=False)
class Lane:
    """A stream's segments on one volume, one after the other. Guarded by the writers' lock."""

    camera: str
    stream: str
    pool: "Pool"
    steps: deque[Step] = field(default_factory=deque)
    draft: Draft | None = None  # of the last begin that was given
    oldest: Step | None = None  # of what was given and is not done, also when it is being done
    segment: SegmentFile | None = None  # belongs to the thread that has the lane
    told: bool = False  # its stream was told that what it holds may never come to the disk

    @property
    def waiting_ns(self) -> int | None:
        """UTC from which on its fragments are not on the disk yet; None: it has none."""
        steps = (step for step in (self.oldest, *self.steps) if step is not None)
        return next((step.fragment.start_ns for step in steps if step.fragment is not None), None)


class Pool:
    """The threads that write to one volume. They are daemons: a dead disk holds up no exit."""

    def __init__(
        self, volume: Volume, threads: int, lock: threading.Lock, work: "Callable[[Lane], None]"
    ) -> None:
        self.volume = volume
        # Guarded by the lock:
        self.waiting_bytes = 0
        self.active: set[Lane] = set()  # queued, or in the hands of a thread
        self.refusal: tuple[GapReason, str] | None = None  # why it takes no segment at present
        self.refused_s = 0.0
        self._lock = lock
        self._work = work
        self._ready: queue.SimpleQueue[Lane | None] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=self._run, name=f"writer {n} {volume.path}", daemon=True)
            for n in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def give(self, lane: Lane, step: Step) -> None:
        """Put a step at the end of a lane. Called with the lock held."""
        lane.steps.append(step)
        self.waiting_bytes += step.size
        if step.begins:
            lane.draft = step.draft
        if lane.oldest is None:
            lane.oldest = step
        if lane not in self.active:
            self.active.add(lane)
            self._ready.put(lane)

    def take(self, lane: Lane) -> list[Step]:
        """What is to be done next: one begin or close, or all appends up to the next of those."""
        with self._lock:
            steps = [lane.steps.popleft()]
            if steps[0].goes_on:
                while lane.steps and lane.steps[0].goes_on and len(steps) < TOGETHER:
                    steps.append(lane.steps.popleft())
            return steps

    def done(self, lane: Lane, steps: list[Step]) -> None:
        """Those are written, or given up: their memory is free."""
        with self._lock:
            self.waiting_bytes -= sum(step.size for step in steps)
            lane.oldest = lane.steps[0] if lane.steps else None

    def waited_s(self, at_s: float, camera: str = "", stream: str = "") -> float:
        """Age of the oldest step (of one stream). Called with the lock held."""
        given = [
            lane.oldest.at_s
            for lane in self.active
            if lane.oldest is not None
            and (not camera or (lane.camera, lane.stream) == (camera, stream))
        ]
        return at_s - min(given) if given else 0.0

    def stop(self) -> None:
        """Let the threads end when they have done what was given."""
        for _ in self._threads:
            self._ready.put(None)

    def _run(self) -> None:
        while (lane := self._ready.get()) is not None:
            try:
                self._work(lane)
            except Exception:  # a thread that dies would leave its volume unwritten
                logging.getLogger(__name__).exception("%s/%s: writing", lane.camera, lane.stream)
            with self._lock:
                if lane.steps:
                    self._ready.put(lane)
                else:
                    self.active.discard(lane)


def now_s() -> float:
    """The monotonic clock of waiting times."""
    return time.monotonic()
