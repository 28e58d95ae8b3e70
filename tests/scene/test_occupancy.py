"""How many are inside: what is told when, the series, and minutes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curtilage.config import OccupancyRule
from curtilage.config.camera import CameraSettings
from curtilage.model import Kind
from curtilage.scene.clock import Clock
from curtilage.scene.occupancy import Occupancy
from curtilage.scene.series import Series
from tests.scene.stage import Paths, frames_of, play, run, scene_of, walk, without

HALL = [(0.3, 0.2), (0.7, 0.2), (0.7, 0.9), (0.3, 0.9)]


def hall(**options: object) -> OccupancyRule:
    return OccupancyRule.model_validate({"id": "hall", "polygon": HALL, **options})


def series_of(
    paths: Paths, until: float | None = None, **options: object
) -> list[tuple[float, int]]:
    scene = scene_of(hall(**options))
    run(scene, frames_of(paths, until=until))
    series = scene.occupancies["hall"].series
    return [(round(t, 2), int(v)) for t, v in zip(series.time, series.value, strict=True)]


def inside(begin: float, end: float, y: float = 0.5) -> np.ndarray:
    """Inside from one time to the other; beside it for three seconds before and after."""
    before, after = (begin - 3, begin - 0.1), (end + 0.1, end + 3)
    places = [(before, 0.1), ((begin, end), 0.5), (after, 0.1)]
    return np.vstack([walk((first, x, y), (last, x, y)) for (first, last), x in places])


def test_a_change_is_told_with_its_own_time() -> None:
    assert series_of({1: inside(5, 8), 2: inside(6, 9)}) == [
        (0.0, 0), (5.0, 1), (6.0, 2), (8.1, 1), (9.1, 0),
    ]  # fmt: skip
    event, *_ = play(hall(), {1: inside(5, 8)})
    assert (event.kind, event.time, event.details) == (Kind.OCCUPANCY, 5.0, {"count": 1})
    assert (event.track, event.box, event.label) == (None, None, None)


def test_a_change_is_told_once_it_has_held() -> None:
    scene = scene_of(hall())
    told = [t for t, x in frames_of({1: inside(5, 12)}) for _ in scene.update(t, x)]
    assert told == [pytest.approx(6.0), pytest.approx(13.1)]


def test_flicker_is_not_told() -> None:
    short = {1: inside(5, 5.7), 2: inside(4, 10)}
    assert series_of(short) == [(0.0, 0), (4.0, 1), (10.1, 0)]
    gap = inside(4, 10)
    gap[(gap[:, 0] > 6.05) & (gap[:, 0] < 6.85), 1] = 0.1
    assert series_of({1: gap}) == [(0.0, 0), (4.0, 1), (10.1, 0)]


def test_one_who_flickers_does_not_hold_up_the_others() -> None:
    restless = walk((2, 0.1, 0.4), (20, 0.1, 0.4))
    restless[np.arange(len(restless)) % 8 < 4, 1] = 0.5
    told = series_of({1: restless, 2: inside(5, 14), 3: inside(6, 12)})
    assert [v for t, v in told if 4 < t < 14] == [1, 2]  # 1 or 2, then 2 or 3, then 1 or 2
    time, number = told[-1]
    assert (time, number) == pytest.approx((14.1, 1), abs=0.4)


def test_two_at_once_are_one_change() -> None:
    assert series_of({1: inside(5, 8, 0.4), 2: inside(5, 8, 0.6)}) == [(0.0, 0), (5.0, 2), (8.1, 0)]


def test_one_who_comes_as_another_goes_is_no_change() -> None:
    assert series_of({1: inside(5, 8, 0.3), 2: inside(8.1, 12, 0.8)}) == [
        (0.0, 0), (5.0, 1), (12.1, 0),
    ]  # fmt: skip


def test_who_is_hidden_counts_for_a_while() -> None:
    assert series_of({1: without(inside(4, 12), 6, 7)}) == [(0.0, 0), (4.0, 1), (12.1, 0)]
    vanished = inside(4, 12)
    vanished = vanished[vanished[:, 0] < 6.05]
    assert series_of({1: vanished}, until=20) == [(0.0, 0), (4.0, 1), (7.5, 0)]


def test_who_is_there_from_the_start_is_counted_from_the_start() -> None:
    assert series_of({1: walk((0, 0.5, 0.5), (4, 0.5, 0.5))}) == [(0.0, 1)]


def test_the_end_of_the_footage_is_no_change() -> None:
    assert series_of({1: inside(5, 20)[:120]}) == [(0.0, 0), (5.0, 1)]


@settings(max_examples=30)
@given(st.integers(0, 10**6))
def test_without_debounce_it_is_the_number_inside_at_each_frame(seed: int) -> None:
    rng = np.random.default_rng(seed)
    paths = {}
    for k in range(6):
        begin = round(rng.uniform(3, 8), 1)
        paths[k] = inside(begin, begin + round(rng.uniform(0, 5), 1), 0.3 + 0.1 * k)
    told = series_of(paths, debounce=0.0, grace=0.0)
    times = np.arange(170) / 10
    truth = np.zeros(len(times), np.int64)
    for path in paths.values():
        truth += np.isin(times.round(3), path[path[:, 1] == 0.5, 0].round(3))
    at = np.searchsorted([t for t, _ in told], times + 1e-6, side="right") - 1
    assert [told[i][1] for i in at] == truth.tolist()


def test_minutes_have_mean_and_maximum_and_none_is_left_out() -> None:
    series = Series()
    for time, value in ((10.0, 0), (30.0, 2), (45.0, 1), (200.0, 3)):
        series.set(time, value)
    minutes = series.per_minute(Clock(CameraSettings()), 210.0)
    assert minutes.start.tolist() == [0, 60, 120, 180]
    assert minutes.mean == pytest.approx([(15 * 2 + 15) / 50, 1, 1, (20 + 30) / 30])
    assert minutes.max.tolist() == [2, 1, 1, 3]
    assert len(Series().per_minute(Clock(CameraSettings()), 60.0).start) == 0


def test_seen_empty_is_time_without_anybody() -> None:
    scene = scene_of(hall())
    for time, tracks in frames_of({1: inside(5, 6)}, until=10):
        scene.update(time, tracks)
    occupancy = scene.occupancies["hall"]
    assert isinstance(occupancy, Occupancy)
    assert occupancy.empty_for == pytest.approx(4.0, abs=0.11)
