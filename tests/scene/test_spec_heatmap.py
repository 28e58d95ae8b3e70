"""Heat maps against their definition: seconds where somebody is, and nothing lost."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curtilage.config import HeatmapRule, SceneSettings
from curtilage.scene import Scene
from curtilage.scene.heatmap import HeatMap
from tests.footage import need
from tests.scene.drive import FPS, Moments, Walk, make_scene, moments, play, walk, without
from tests.scene.pets import RATE, SIZE, true_tracks

GRID = (16, 9)  # columns, rows


def heat(**settings: object) -> HeatmapRule:
    return HeatmapRule.model_validate({"id": "map", "grid": GRID} | settings)


def mapped(
    played: Moments, rule: HeatmapRule | None = None, fps: float = FPS, **camera: object
) -> HeatMap:
    scene = make_scene([rule or heat()], fps, **camera)  # type: ignore[arg-type]  # passed on
    play(scene, played)
    scene.finish()
    return scene.heatmaps["map"]


def stays(seconds: float, x: float, y: float, **settings: object) -> Walk:
    """Stands there, seen for so long."""
    stops = [(0.0, x, y), (seconds - 1 / FPS + 1e-6, x, y)]
    return walk(*stops, **settings)  # type: ignore[arg-type]  # passed on


def test_seconds_lie_in_the_cell_under_the_foot() -> None:
    column, row = 4, 6
    cells = mapped(moments([stays(7.0, (column + 0.5) / 16, (row + 0.5) / 9)])).cells()
    assert cells.shape == (9, 16)
    assert cells[row, column] == pytest.approx(7.0, rel=1e-4)
    assert cells.sum() == pytest.approx(7.0)


@given(st.floats(0.04, 0.96), st.floats(0.06, 0.94))
def test_seconds_are_shared_with_the_neighbours_bilinearly(x: float, y: float) -> None:
    cells = mapped(moments([stays(1.0, x, y)])).cells()
    columns, rows = (np.arange(16) + 0.5) / 16, (np.arange(9) + 0.5) / 9
    expected = np.outer(
        np.clip(1 - np.abs(rows - y) * 9, 0, 1), np.clip(1 - np.abs(columns - x) * 16, 0, 1)
    )
    assert cells == pytest.approx(expected, abs=1e-4)


places = st.tuples(st.floats(0.0, 1.0), st.floats(0.01, 1.0))
strolls = st.lists(st.lists(places, min_size=2, max_size=4), min_size=1, max_size=3)


def along(paths: list[list[tuple[float, float]]]) -> list[Walk]:
    return [
        walk(*[(2.0 * k + track, x, y) for k, (x, y) in enumerate(path)], track=track)
        for track, path in enumerate(paths)
    ]


@given(strolls, st.sampled_from([2.0, 5.0, 10.0, 25.0]))
def test_the_sum_is_the_summed_time_of_tracks(
    paths: list[list[tuple[float, float]]], fps: float
) -> None:
    """Nobody is lost at the border, in a corner, or on the edge of a cell."""
    found = mapped(moments(along(paths), fps), fps=fps)
    sightings = sum(int((len(path) - 1) * 2 * fps + 1e-6) + 1 for path in paths)
    assert found.cells().sum() + found.outside == pytest.approx(sightings / fps)
    assert found.outside == 0.0
    assert (found.cells() >= 0).all()


@given(strolls)
def test_maps_add_up(paths: list[list[tuple[float, float]]]) -> None:
    """The map of all is the sum of the maps of each."""
    walkers = along(paths)
    until = max(w.stops[-1][0] for w in walkers)
    alone = sum(mapped(moments([walker], until=until)).cells() for walker in walkers)
    assert mapped(moments(walkers)).cells() == pytest.approx(alone)


@pytest.mark.parametrize("every", [2, 5])
def test_it_hardly_depends_on_the_frame_rate(every: int) -> None:
    """Seconds, not counts of frames."""
    walker = walk((0, 0.1, 0.3), (30, 0.9, 0.8), (60, 0.2, 0.9))
    full = mapped(moments([walker])).cells()
    thin = mapped(list(moments([walker]))[::every]).cells()
    assert thin.sum() == pytest.approx(full.sum(), rel=0.02)
    assert np.abs(thin - full).sum() < 0.05 * full.sum()


def test_a_gap_in_the_footage_is_not_presence() -> None:
    """Ten minutes without a picture; the same person before and after."""
    walker = stays(620.0, 0.5, 0.5)
    total = mapped(without(moments([walker]), 10.05, 609.95)).cells().sum()
    assert 20.0 <= total <= 21.0


def test_a_dropped_frame_is_made_good() -> None:
    walker = stays(20.0, 0.5, 0.5)
    total = mapped(without(moments([walker]), 10.0, 10.05)).cells().sum()
    assert total == pytest.approx(20.0)


def test_each_stretch_of_ten_minutes_is_kept_apart() -> None:
    """Any range is a sum of stretches."""
    walker = walk((590, 0.25, 0.5), (609.95, 0.25, 0.5), (1201, 0.75, 0.5), (1205, 0.75, 0.5))
    hidden = [m for m in moments([walker], fps=2) if not 610 <= m[0] <= 1200]
    found = mapped(hidden, fps=2)
    assert sorted(set(found.rows().start)) == [0.0, 600.0, 1200.0]
    assert found.cells(until=600).sum() == pytest.approx(10.0)
    assert found.cells(since=600, until=1200).sum() == pytest.approx(10.0)
    assert found.cells(since=1200).sum() == pytest.approx(4.5, abs=1.5)
    parts = [found.cells(since=600 * k, until=600 * (k + 1)) for k in range(3)]
    assert sum(parts) == pytest.approx(found.cells())


def test_sightings_of_a_young_track_belong_to_the_stretch_in_which_they_were() -> None:
    """Sure at 600 s, seen twice before."""
    walker = walk((599.8, 0.5, 0.5), (600.95, 0.5, 0.5))
    found = mapped(moments([walker], start=590))
    assert found.cells(until=600).sum() == pytest.approx(0.2)
    assert found.cells(since=600).sum() == pytest.approx(1.0)


def test_stretches_can_be_of_another_length() -> None:
    found = mapped(moments([stays(100.0, 0.5, 0.5)]), heat(bucket=30))
    sums = [found.cells(since=30 * k, until=30 * (k + 1)).sum() for k in range(4)]
    assert sums == pytest.approx([30, 30, 30, 10])


def test_classes_are_kept_apart() -> None:
    walkers = [
        stays(3.0, 0.2, 0.5, track=1, label="person"),
        stays(5.0, 0.8, 0.5, track=2, label="car"),
        stays(9.0, 0.5, 0.5, track=3, label="dog"),
    ]
    found = mapped(moments(walkers), heat(classes=["person", "car"]))
    assert found.cells("person").sum() == pytest.approx(3.0)
    assert found.cells("car").sum() == pytest.approx(5.0)
    assert found.cells("dog").sum() == 0.0
    assert found.cells() == pytest.approx(found.cells("person") + found.cells("car"))


def test_visits_count_each_presence_once_in_a_cell() -> None:
    """Two people stand in one cell, one of them for long; a third walks through it."""
    x, y = 4.5 / 16, 6.5 / 9
    walkers = [
        stays(30.0, x, y, track=1),
        stays(2.0, x, y, track=2),
        walk((0, x - 0.2, y), (4, x + 0.2, y), (8, x - 0.2, y), track=3),
    ]
    visits = mapped(moments(walkers)).visits()
    assert visits[6, 4] == 3
    assert visits[6].max() == 3
    assert visits[:6].sum() == visits[7:].sum() == 0
    assert visits[6, 1] == 1  # there and back


def test_on_the_ground_cells_are_metres() -> None:
    """A road of 2 m by 20 m seen along its length: half way up the picture is far along it."""
    road = {
        "image": [(0.3, 1.0), (0.7, 1.0), (0.55, 0.3), (0.45, 0.3)],
        "ground": [(-1, 0), (1, 0), (1, 20), (-1, 20)],
    }
    rule = heat(plane="ground", grid=(2, 20), extent=(-1, 0, 1, 20))
    far = mapped(moments([stays(5.0, 0.475, 0.3001, height=0.1)]), rule, calibration=road)
    near = mapped(moments([stays(5.0, 0.4, 0.999, height=0.1)]), rule, calibration=road)
    assert far.extent == (-1, 0, 1, 20)
    assert far.cells().shape == (20, 2)
    assert far.cells()[19, 0] == pytest.approx(5.0, rel=0.05)
    assert near.cells()[0, 0] == pytest.approx(5.0, rel=0.05)
    aside = mapped(moments([stays(5.0, 0.1, 0.95, height=0.1)]), rule, calibration=road)
    assert aside.cells().sum() == 0.0
    assert aside.outside == pytest.approx(5.0)


# people who were really there


def pets_map(every: int) -> tuple[HeatMap, float]:
    gt = need("pets09-s2l1/gt.txt")
    settings = SceneSettings(rules=[HeatmapRule(id="map")])
    scene = Scene(settings, SIZE[0] / SIZE[1], every / RATE)
    play(scene, true_tracks(gt, every))
    return scene.heatmaps["map"], float(scene.heatmaps["map"].cells().sum())


def test_annotated_people_sum_up_to_their_time() -> None:
    """PETS 2009 S2.L1: 664.29 person-seconds, 4650 annotated boxes at 7 frames a second."""
    found, seconds = pets_map(every=1)
    assert found.cells().shape == (54, 96)
    assert seconds + found.outside == pytest.approx(664.29, abs=0.01)


def test_annotated_people_at_half_the_frame_rate_change_by_less_than_2_percent() -> None:
    full, seconds = pets_map(every=1)
    half, fewer = pets_map(every=2)
    assert fewer == pytest.approx(seconds, rel=0.02)
    coarse = [m.cells().reshape(6, 9, 8, 12).sum(axis=(1, 3)) for m in (full, half)]
    assert np.abs(coarse[0] - coarse[1]).sum() < 0.05 * seconds


def test_the_default_grid() -> None:
    """96 columns and 54 rows of the frame, kept per ten minutes."""
    rule = HeatmapRule(id="map")
    assert (rule.grid, rule.plane, rule.bucket) == ((96, 54), "frame", 600.0)
