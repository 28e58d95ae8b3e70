"""The detector's time is shared evenly, and nobody waits long, however slow the machine is."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curtilage.analysis.frames.fair import FairQueue


@dataclass(frozen=True)
class Item:
    time: float
    heavy: bool = True
    patient: bool = False


def run(
    cameras: int, fps: float, cost_s: float, seconds: float = 30.0, still: int = 0
) -> tuple[list[int], list[float], int]:
    """Cameras that give pictures, a detector that takes so long for each: served, lags, thinned.

    Of ten pictures of the first camera, ``still`` are light.
    """
    queue: FairQueue[Item] = FairQueue()
    arrivals = sorted(
        (number / fps + camera * 0.013, f"cam{camera}")
        for camera in range(cameras)
        for number in range(int(seconds * fps))
    )
    served, lags, now, at = dict.fromkeys((f"cam{c}" for c in range(cameras)), 0), [], 0.0, 0
    while now < seconds:
        while at < len(arrivals) and arrivals[at][0] <= now:
            time, camera = arrivals[at]
            light = camera == "cam0" and round(time * fps) % 10 < still
            queue.put(camera, Item(time, heavy=not light))
            at += 1
        taken = queue.take()
        if not taken:
            now = arrivals[at][0] if at < len(arrivals) else seconds
            continue
        heavy = sum(item.heavy for _, item in taken)
        now += cost_s * heavy
        queue.took(heavy, cost_s * heavy)
        for camera, item in taken:
            served[camera] += 1
            if now > 5.0:
                lags.append(now - item.time)
    return list(served.values()), lags, sum(queue.thinned.values())


def test_a_machine_that_is_quick_enough_leaves_nothing_out() -> None:
    served, lags, thinned = run(cameras=8, fps=5.0, cost_s=0.02)
    assert thinned == 0
    assert min(served) >= 148
    assert max(lags) < 0.4


@pytest.mark.parametrize(("cameras", "cost_s"), [(8, 0.1), (20, 0.05), (4, 0.3), (50, 0.025)])
def test_a_slow_machine_lowers_all_rates_alike_and_lags_less_than_a_second(
    cameras: int, cost_s: float
) -> None:
    served, lags, thinned = run(cameras, 5.0, cost_s)
    assert thinned > 0
    assert min(served) >= 0.75 * max(served)
    assert sum(served) >= 0.85 * 30.0 / cost_s, "the detector is kept busy"
    assert np.percentile(lags, 95) < 1.0


def test_a_burst_of_one_camera_does_not_starve_another() -> None:
    queue: FairQueue[Item] = FairQueue()
    for number in range(50):
        queue.put("burst", Item(number / 5))
    queue.put("other", Item(9.0))
    assert "other" in [camera for camera, _ in queue.take()][:2]


def test_pictures_in_which_nothing_moves_do_not_wait_for_the_detector() -> None:
    """Of the first camera nine in ten: each waited for a turn, and it was half a minute late."""
    served, lags, _ = run(20, 5.0, 0.05, still=9)
    assert served[0] >= 0.85 * 30 * 5
    assert np.percentile(lags, 99) < 1.5
    assert max(lags) < 2.0


def test_what_is_patient_is_never_left_out_and_what_is_light_is_not_counted() -> None:
    queue: FairQueue[Item] = FairQueue()
    queue.took(1, 5.0)
    for number in range(30):
        queue.put("past", Item(number, patient=True))
        queue.put("quiet", Item(number, heavy=False))
    taken: list[tuple[str, Item]] = []
    while len(queue):
        taken += queue.take()
    for camera in ("past", "quiet"):
        assert [item.time for name, item in taken if name == camera] == list(range(30))


@given(
    steps=st.lists(
        st.tuples(st.sampled_from("abc"), st.booleans(), st.sampled_from(["put", "take"])),
        max_size=120,
    ),
    cost=st.floats(0.001, 1.0),
)
def test_order_is_kept_and_every_picture_is_taken_thinned_or_waiting(
    steps: list[tuple[str, bool, str]], cost: float
) -> None:
    queue: FairQueue[Item] = FairQueue()
    queue.cost_s = cost
    put, taken = 0, list[tuple[str, Item]]()
    for number, (camera, heavy, what) in enumerate(steps):
        if what == "put":
            queue.put(camera, Item(number, heavy))
            put += 1
        else:
            taken += queue.take()
    assert put == len(taken) + len(queue) + sum(queue.thinned.values())
    for camera in "abc":
        order = [item.time for name, item in taken if name == camera]
        assert order == sorted(order)
