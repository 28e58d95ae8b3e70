"""Stopped after any frame and restored from the saved state, a scene goes on bit by bit."""

import io
from datetime import datetime
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curtilage.config import SceneSettings
from curtilage.config.camera import CameraSettings
from curtilage.model import Event, Tracks
from curtilage.scene import Scene, SceneError
from tests.scene.drive import ASPECT, FPS, Stop, Walk, moments, play, walk

LOW, HIGH = 0.35, 0.75
ZONE = [(LOW, LOW), (HIGH, LOW), (HIGH, HIGH), (LOW, HIGH)]
RULES: list[dict[str, object]] = [
    {"id": "gate", "type": "line_crossing", "points": [(0.5, 0.2), (0.5, 0.9)], "cool_down": 1.0},
    {"id": "bent", "type": "line_crossing", "points": [(0.3, 0.3), (0.6, 0.6), (0.8, 0.4)],
     "stitch": True, "rebuild_feet": True},
    {"id": "hall", "type": "counter", "lines": [{"line": "gate", "in": "a_to_b"},
                                                {"line": "bent", "in": "b_to_a"}],
     "reconcile": "floor", "reset_at": "08:00"},
    {"id": "enter", "type": "region_entrance", "polygon": ZONE},
    {"id": "leave", "type": "region_exit", "polygon": ZONE},
    {"id": "alarm", "type": "intrusion", "polygon": ZONE, "time_threshold": 0.5, "modes": ["away"]},
    {"id": "stay", "type": "loitering", "polygon": ZONE, "time_threshold": 2.0,
     "escalate_after": 4.0, "max_displacement": 2.0},
    {"id": "crowd", "type": "gathering", "polygon": ZONE, "count": 2, "time_threshold": 0.5},
    {"id": "floor", "type": "occupancy", "polygon": ZONE, "debounce": 0.4},
    {"id": "time", "type": "dwell", "polygon": ZONE, "body_fraction": 0.5,
     "bins": [0, 1, 3], "k": 1},
    {"id": "heat", "type": "heatmap", "grid": (16, 9), "bucket": 3.0},
    {"id": "ways", "type": "paths", "zones": {"left": [(0.1, 0.2), (0.4, 0.2), (0.4, 0.9)],
                                              "right": [(0.6, 0.2), (0.9, 0.2), (0.6, 0.9)]}},
]  # fmt: skip
START = datetime.fromisoformat("2026-05-01T07:59:55+00:00")  # the counter's reset is 5 s away

Arrays = dict[str, npt.NDArray[Any]]
Frames = list[tuple[float, Tracks]]


def fresh(*without: str) -> Scene:
    rules = [rule for rule in RULES if rule["id"] not in without]
    camera = CameraSettings(start=START, mode="home")
    given = SceneSettings.model_validate({"camera": camera, "rules": rules})
    return Scene(given, ASPECT, 1 / FPS)


def saved(scene: Scene) -> Arrays:
    """The state as it comes back from a file; nothing in it is pickled."""
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **scene.state())
    file.seek(0)
    with np.load(file, allow_pickle=False) as arrays:
        return dict(arrays)


def resumed(arrays: Arrays) -> Scene:
    scene = fresh()
    scene.restore(arrays)
    return scene


def all_series(scene: Scene) -> list[Any]:
    """Everything that can be read from a scene besides its events."""
    entries, rows = scene.counters["hall"].entries, scene.heatmaps["heat"].rows()
    flows, series = scene.paths["ways"].flows, scene.occupancies["floor"].series
    parts = [
        *(scene.crossings, scene.counters["hall"].totals, scene.regions, scene.mode, scene.time),
        *(entries.time, entries.reason, entries.inside, entries.ins, entries.outs),
        *(rows.start, rows.class_id, rows.cell, rows.seconds),
        *(scene.heatmaps["heat"].visits(), scene.heatmaps["heat"].outside),
        *(flows.legs, flows.journeys, series.time, series.value),
        scene.dwells["time"].histogram().count,
    ]
    return [part.tolist() if isinstance(part, np.ndarray) else part for part in parts]


def stroller(rng: np.random.Generator, track: int) -> Walk:
    """Walks about for up to eight seconds, mostly in the zone, and is hidden now and then."""
    begin = rng.uniform(0, 4)
    times = begin + np.cumsum(rng.uniform(0.3, 1.6, 6))
    stops: list[Stop] = [(float(t), *rng.uniform(0.25, 0.85, 2)) for t in times]
    hide = rng.uniform(times[0], times[-1])
    return walk(
        *stops,
        track=track,
        height=0.15,
        hidden=[(float(hide), float(hide + rng.uniform(0, 2.5)))],
        coasts=bool(rng.integers(2)),
    )


@cache
def footage(seed: int) -> Frames:
    """Five people, 12 s, with a second that was dropped."""
    rng = np.random.default_rng(seed)
    frames = moments([stroller(rng, track) for track in range(5)], until=12.0)
    return [moment for moment in frames if not 6.05 < moment[0] < 7.05]


def played(scene: Scene, frames: Frames) -> list[Event]:
    """Armed from 3 s to 8 s."""
    events = []
    for moment in frames:
        scene.mode = "away" if 3 <= moment[0] < 8 else "home"
        events += play(scene, [moment])
    return events


def test_the_footage_makes_all_kinds_of_events() -> None:
    """Or the tests below would hold for nothing."""
    told = set()
    for seed in range(4):
        scene = fresh()
        told |= {event.rule for event in played(scene, footage(seed)) + scene.finish()}
    assert told == {rule["id"] for rule in RULES} - {"heat", "time"}
    assert scene.dwells["time"].histogram().count.sum() > 0


@pytest.mark.parametrize("seed", range(2))
def test_resumed_at_every_frame_it_goes_on_bit_by_bit(seed: int) -> None:
    """One process for each frame, each from the file of the one before."""
    whole, frames = fresh(), footage(seed)
    expected = played(whole, frames)
    final = whole.state()
    events, arrays = list[Event](), saved(fresh())
    for moment in frames:
        scene = resumed(arrays)
        events += played(scene, [moment])
        arrays = saved(scene)
    assert events == expected
    _same(arrays, final)
    last = resumed(arrays)
    assert all_series(last) == all_series(whole)
    assert last.finish() == whole.finish()
    assert all_series(last) == all_series(whole)


@given(st.integers(0, 9), st.floats(0, 1))
@settings(max_examples=40)
def test_resumed_at_any_frame_the_rest_is_the_same(seed: int, share: float) -> None:
    frames = footage(seed)
    cut = int(share * len(frames))
    whole, first = fresh(), fresh()
    expected = played(whole, frames) + whole.finish()
    events = played(first, frames[:cut])
    second = resumed(saved(first))
    events += played(second, frames[cut:]) + second.finish()
    assert events == expected
    assert all_series(second) == all_series(whole)
    _same(second.state(), whole.state())


def test_a_crowd_larger_than_ever_before_is_restored() -> None:
    """More people than a fresh scene has room for, and then they are gone."""
    rng = np.random.default_rng(5)
    crowd = [stroller(rng, track) for track in range(150)]
    frames = list(moments(crowd, until=20.0))
    whole, first = fresh(), fresh()
    expected = played(whole, frames) + whole.finish()
    for cut in (10, 60, 120, 180):
        first = fresh()
        events = played(first, frames[:cut])
        second = resumed(saved(first))
        assert events + played(second, frames[cut:]) + second.finish() == expected


def test_a_state_is_a_copy() -> None:
    """What the scene does afterwards does not change it; restoring does not tie two scenes."""
    frames = footage(0)
    first = fresh()
    played(first, frames[:50])
    state = first.state()
    before = {name: array.copy() for name, array in state.items()}
    second = fresh()
    second.restore(state)
    rest = played(first, frames[50:])
    _same(state, before)
    assert played(second, frames[50:]) == rest
    _same(state, before)


def test_restoring_over_a_scene_that_has_run_forgets_what_it_knew() -> None:
    frames = footage(1)
    whole, other = fresh(), fresh()
    played(whole, frames[:40])
    state = saved(whole)
    expected = played(whole, frames[40:])
    played(other, footage(2))
    other.restore(state)
    assert played(other, frames[40:]) == expected
    assert all_series(other) == all_series(whole)


def test_an_unused_scene_has_a_state_too() -> None:
    frames = footage(0)
    assert played(resumed(saved(fresh())), frames) == played(fresh(), frames)


def test_the_state_of_other_rules_is_refused() -> None:
    with pytest.raises(SceneError, match="other rules"):
        fresh().restore(saved(fresh("gate", "hall")))


@pytest.mark.parametrize("damage", ["empty", "one is missing"])
def test_a_state_that_is_none_is_refused(damage: str) -> None:
    arrays = saved(fresh())
    if damage == "empty":
        arrays.clear()
    else:
        arrays.pop(next(name for name in arrays if name.startswith("lines/")))
    with pytest.raises(SceneError, match="not the saved state"):
        fresh().restore(arrays)


def _same(arrays: Arrays, others: Arrays) -> None:
    assert arrays.keys() == others.keys()
    for name in arrays.keys() - {"observations/held"}:  # it holds leftovers that are never read
        array = arrays[name]
        assert array.dtype == others[name].dtype, name
        assert array.tobytes() == others[name].tobytes(), name
