"""Heat map: seconds are neither lost nor made, whatever the frame rate and wherever people are."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curtilage.config import HeatmapRule
from curtilage.scene.heatmap import HeatMap
from tests.scene.stage import FPS, Paths, frames_of, run, scene_of, walk

TILTED = {
    "image": [(0.4, 0.5), (0.6, 0.5), (1.0, 1.0), (0.0, 1.0)],
    "ground": [(-2, 20), (2, 20), (2, 2), (-2, 2)],
}


def heat_of(
    paths: Paths, every: int = 1, camera: dict[str, Any] | None = None, **options: Any
) -> HeatMap:
    scene = scene_of(HeatmapRule.model_validate({"id": "heat", **options}), **(camera or {}))
    run(scene, frames_of(paths)[::every])
    return scene.heatmaps["heat"]


def test_each_second_of_a_track_is_a_second_in_the_map() -> None:
    heat = heat_of({1: walk((0, 0.2, 0.5), (3, 0.8, 0.9)), 2: walk((1, 0.5, 0.5), (1.5, 0.5, 0.5))})
    assert heat.cells().sum() == pytest.approx((31 + 6) / FPS)
    assert heat.cells().shape == (54, 96)


@given(st.floats(0, 1), st.floats(0, 1))
@settings(max_examples=50)
def test_nothing_is_lost_at_the_border(x: float, y: float) -> None:
    heat = heat_of({1: walk((0, x, y), (1, x, y))}, grid=(5, 4))
    assert heat.cells().sum() == pytest.approx(1.1)
    assert heat.cells().min() >= 0
    assert heat.visits().sum() == 1


def test_time_is_shared_between_the_four_nearest_cells() -> None:
    cells = heat_of({1: walk((0, 0.5, 0.625), (1, 0.5, 0.625))}, grid=(4, 4)).cells()
    assert np.argwhere(cells > 1e-6).tolist() == [[2, 1], [2, 2]]
    assert cells[2, 1] == pytest.approx(0.55, rel=1e-3)


@pytest.mark.parametrize("every", [2, 3, 5])
def test_dropped_frames_change_little(every: int) -> None:
    paths = {k: walk((0, 0.1 * k, 0.3), (20, 0.9, 0.1 * k)) for k in range(3, 9)}
    whole, sparse = heat_of(paths), heat_of(paths, every)
    assert sparse.cells().sum() == pytest.approx(whole.cells().sum(), rel=0.02)
    assert np.abs(sparse.cells() - whole.cells()).sum() < 0.35 * whole.cells().sum()


def test_a_gap_in_the_footage_adds_little() -> None:
    scene = scene_of(HeatmapRule(id="heat"))
    frames = frames_of({1: walk((0, 0.5, 0.5), (60, 0.5, 0.5))})
    run(scene, [frame for frame in frames if not 20 < frame[0] < 50])
    assert scene.heatmaps["heat"].cells().sum() == pytest.approx(30.2 + 0.3, abs=0.11)


def test_stretches_sum_to_the_whole_and_can_be_chosen() -> None:
    heat = heat_of({1: walk((0, 0.2, 0.5), (25, 0.8, 0.9))}, bucket=10)
    rows = heat.rows()
    assert sorted(set(rows.start)) == [0, 10, 20]
    assert rows.seconds.sum() == pytest.approx(25.1)
    parts = [heat.cells(since=a, until=b).sum() for a, b in ((0, 10), (10, 20), (20, 30))]
    assert parts == pytest.approx([10, 10, 5.1])


def test_sightings_told_late_go_to_the_stretch_in_which_they_were() -> None:
    heat = heat_of({1: walk((9.8, 0.5, 0.5), (12, 0.5, 0.5))}, bucket=10)
    assert heat.cells(until=10).sum() == pytest.approx(0.2)


def test_stretches_begin_on_round_minutes_of_the_clock() -> None:
    camera = {"start": "2026-05-04T08:59:55+02:00"}
    heat = heat_of({1: walk((0, 0.5, 0.5), (9, 0.5, 0.5))}, camera=camera)
    assert sorted(set(heat.rows().start)) == [-595, 5]


def test_classes_are_kept_apart() -> None:
    scene = scene_of(HeatmapRule(id="heat", classes=["car", "person", "dog"]))
    frames = frames_of(
        {1: walk((0, 0.5, 0.5), (2, 0.5, 0.5)), 2: walk((0, 0.2, 0.5), (1, 0.2, 0.5))}
    )
    for _, tracks in frames:
        tracks.class_id[tracks.id == 2] = 2
    run(scene, frames)
    heat = scene.heatmaps["heat"]
    seconds = [heat.cells(label).sum() for label in ("person", "car", "dog")]
    assert seconds == pytest.approx([2.1, 1.1, 0])
    assert heat.cells().sum() == pytest.approx(3.2)


def test_a_visit_is_one_however_long_and_whatever_its_identity() -> None:
    paths = {1: walk((0, 0.52, 0.52), (3, 0.52, 0.52)), 2: walk((3.3, 0.52, 0.52), (5, 0.52, 0.52))}
    assert heat_of(paths, grid=(8, 8)).visits().max() == 1
    two = {1: walk((0, 0.52, 0.52), (3, 0.52, 0.52)), 2: walk((5, 0.52, 0.52), (7, 0.52, 0.52))}
    assert heat_of(two, grid=(8, 8)).visits().max() == 2


def test_outside_its_hours_it_counts_unless_told_otherwise() -> None:
    path = {1: walk((0, 0.5, 0.5), (2, 0.5, 0.5))}
    assert heat_of(path, modes=["away"]).cells().sum() == pytest.approx(2.1)
    assert heat_of(path, modes=["away"], count_always=False).cells().sum() == 0


def test_on_the_ground_cells_are_metres() -> None:
    near = {1: walk((0, 0.5, 0.99), (2, 0.5, 0.99))}
    heat = heat_of(near, camera={"calibration": TILTED}, plane="ground", grid=(4, 9))
    assert heat.extent == (-2, 2, 2, 20)
    assert heat.cells().sum() == pytest.approx(2.1)
    assert np.argwhere(heat.cells() > 0.1)[:, 0].tolist() == [0, 0]  # y from 2 m to 4 m
    beyond = {1: walk((0, 0.01, 0.6), (2, 0.01, 0.6))}
    heat = heat_of(beyond, camera={"calibration": TILTED}, plane="ground")
    assert (heat.cells().sum(), heat.outside) == pytest.approx((0, 2.1))
