"""Work of many lanes on few threads: in order within a lane, fair among lanes."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator

import pytest

from curtilage.vision.decode import Lane, Lanes


@pytest.fixture
def lanes() -> Iterator[Lanes]:
    made = Lanes(2, "test")
    made.start()
    yield made
    made.stop()


class Work:
    """Numbers that are done one after the other; notes whether two threads did them at once."""

    def __init__(self, done: list[tuple[str, int]], name: str, urgent: bool = True) -> None:
        self.waiting: deque[int] = deque()
        self.clashed = False
        self.lane = Lane(self.step, lambda: urgent)
        self._done, self._name = done, name
        self._busy = threading.Lock()

    def step(self) -> bool:
        if not self.waiting:
            return False
        if not self._busy.acquire(blocking=False):
            self.clashed = True
            return True
        try:
            self._done.append((self._name, self.waiting.popleft()))
            time.sleep(0.0005)
        finally:
            self._busy.release()
        return True


def until(what: Callable[[], bool], seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.005)


def test_each_lane_keeps_its_order_and_has_one_thread(lanes: Lanes) -> None:
    done: list[tuple[str, int]] = []
    works = {name: Work(done, name) for name in "abcd"}
    for number in range(100):
        for work in works.values():
            work.waiting.append(number)
            lanes.wake(work.lane)
    until(lambda: len(done) == 400)
    for name, work in works.items():
        assert [number for who, number in done if who == name] == list(range(100))
        assert not work.clashed


def test_a_lane_that_fails_harms_no_other(lanes: Lanes) -> None:
    done: list[tuple[str, int]] = []
    good = Work(done, "good")

    def fail() -> bool:
        raise RuntimeError("on purpose")

    bad = Lane(fail, lambda: True)
    for number in range(20):
        good.waiting.append(number)
        lanes.wake(bad)
        lanes.wake(good.lane)
    until(lambda: len(done) == 20)
    lanes.stop()


def test_what_is_not_urgent_is_served_all_the_same() -> None:
    lanes = Lanes(1, "test")
    done: list[tuple[str, int]] = []
    works = [Work(done, f"live{n}") for n in range(6)] + [Work(done, "kept", urgent=False)]
    for work in works:
        work.waiting.extend(range(200))
        lanes.wake(work.lane)
    lanes.start()
    try:
        until(lambda: len(done) == 1400)
    finally:
        lanes.stop()
    last_of_live = max(n for n, (who, _) in enumerate(done) if who != "kept")
    first_of_kept = min(n for n, (who, _) in enumerate(done) if who == "kept")
    assert first_of_kept < last_of_live
