"""The scene as a whole: what must hold whatever the rules and whoever walks."""

import io
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curtilage.config import (
    CounterRule,
    DwellRule,
    GatheringRule,
    HeatmapRule,
    IntrusionRule,
    LineCrossingRule,
    LoiteringRule,
    OccupancyRule,
    PathsRule,
    RegionEntranceRule,
    RegionExitRule,
    Rule,
)
from curtilage.model import CLASS_ID, Event, Tracks
from curtilage.scene import Scene, SceneError
from tests.scene.stage import Paths, frames_of, run, scene_of, walk

LEFT = [(0.1, 0.25), (0.45, 0.25), (0.45, 0.9), (0.1, 0.9)]
RIGHT = [(0.55, 0.25), (0.9, 0.25), (0.9, 0.9), (0.55, 0.9)]
RULES: list[Rule] = [
    LineCrossingRule(id="line", points=[(0.5, 0.2), (0.52, 0.6), (0.5, 0.95)], stitch=True),
    LineCrossingRule(id="short", points=[(0.3, 0.5), (0.35, 0.6)], cool_down=2),
    CounterRule.model_validate(
        {"id": "count", "lines": [{"line": "line", "in": "a_to_b"}], "reconcile": "number"}
    ),
    IntrusionRule(id="in", polygon=LEFT, cool_down=1),
    RegionEntranceRule(id="enter", polygon=LEFT),
    RegionExitRule(id="leave", polygon=RIGHT),
    LoiteringRule(id="stay", polygon=LEFT, time_threshold=1, escalate_after=2, max_displacement=1),
    GatheringRule(id="crowd", polygon=RIGHT, count=2, time_threshold=0.5),
    OccupancyRule(id="number", polygon=RIGHT, debounce=0.4),
    DwellRule(id="dwell", polygon=LEFT, k=1, bins=[0, 1, 2]),
    HeatmapRule(id="heat", grid=(16, 9), bucket=2),
    PathsRule(id="paths", zones={"l": LEFT, "r": RIGHT}),
]


def crowd(seed: int, people: int = 5, seconds: float = 6) -> Paths:
    """People who wander, hide, come late, go early and change their identity."""
    rng = np.random.default_rng(seed)
    paths = {}
    for track in range(1, 2 * people, 2):
        begin, end = np.sort(rng.uniform(0, seconds, 2))
        times = np.linspace(begin, end + 0.5, rng.integers(2, 6))
        path = walk(*((t, *rng.uniform(0.1, 0.95, 2)) for t in times))
        path = path[rng.random(len(path)) > 0.15]
        cut = rng.integers(0, len(path) + 1)
        paths[track], paths[track + 1] = path[:cut], path[cut + rng.integers(0, 4) :]
    return {track: path for track, path in paths.items() if len(path)}


def everything(scene: Scene) -> dict[str, Any]:
    """All that a scene can be asked."""
    heat = scene.heatmaps["heat"]
    return {
        "crossings": scene.crossings,
        "regions": scene.regions,
        "entries": scene.counters["count"].entries.time.tolist(),
        "inside": scene.counters["count"].entries.inside.tolist(),
        "number": [
            *scene.occupancies["number"].series.time,
            *scene.occupancies["number"].series.value,
        ],
        "dwell": scene.dwells["dwell"].histogram().count.tolist(),
        "legs": scene.paths["paths"].flows.legs.tolist(),
        "journeys": scene.paths["paths"].flows.journeys.tolist(),
        "heat": heat.cells().tolist(),
        "visits": heat.visits().tolist(),
        "rows": [heat.rows().start.tolist(), heat.rows().cell.tolist()],
    }


def resumed(scene: Scene) -> Scene:
    """Another scene that goes on from the state of this one."""
    other = Scene(scene.settings, 1.0, 0.1)
    other.restore(scene.state())
    return other


def saved_and_loaded(scene: Scene) -> Scene:
    """The same through a file."""
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **scene.state())
    file.seek(0)
    other = Scene(scene.settings, 1.0, 0.1)
    other.restore(np.load(file, allow_pickle=False))
    return other


@pytest.mark.parametrize("seed", range(2))
def test_saved_and_restored_at_every_frame_goes_on_bit_by_bit(seed: int) -> None:
    frames = frames_of(crowd(seed), until=9)
    whole, broken = scene_of(*RULES), scene_of(*RULES)
    for time, tracks in frames:
        broken = resumed(broken)
        assert broken.update(time, tracks) == whole.update(time, tracks)
    broken = saved_and_loaded(broken)
    assert broken.finish() == whole.finish()
    assert everything(broken) == everything(whole)


@given(st.integers(0, 10**6), st.floats(0, 1))
@settings(max_examples=5)
def test_a_saved_file_holds_everything(seed: int, share: float) -> None:
    frames = frames_of(crowd(seed, people=8), until=9)
    cut = round(share * len(frames))
    whole, first = scene_of(*RULES), scene_of(*RULES)
    events = run(whole, frames)
    before = [event for time, tracks in frames[:cut] for event in first.update(time, tracks)]
    second = saved_and_loaded(first)
    assert sorted([*before, *run(second, frames[cut:])], key=lambda e: e.time) == events
    assert everything(second) == everything(whole)


def test_a_state_of_other_rules_is_refused() -> None:
    state = scene_of(*RULES).state()
    with pytest.raises(SceneError, match="other rules"):
        scene_of(RULES[0]).restore(state)
    del state["lines/passages"]
    with pytest.raises(SceneError, match="not the saved state of a scene"):
        scene_of(*RULES).restore(state)


def told_by(scene: Scene, frames: Sequence[tuple[float, Tracks]]) -> list[Event]:
    return sorted(
        run(scene, frames), key=lambda e: (round(e.time, 4), e.rule, e.track or 0, e.phase)
    )


def facts(events: list[Event], shift: float = 0.0, ids: dict[int, int] | None = None) -> list[Any]:
    """What events say, with times and ids brought back to where they were."""
    back = {new: old for old, new in (ids or {}).items()}
    return sorted(
        (
            round(e.time - shift, 3),
            e.rule,
            e.phase.value,
            str(e.direction),
            -1 if e.track is None else back.get(e.track, e.track),
            -1.0 if e.duration is None else round(e.duration, 3),
            sorted((k, v) for k, v in e.details.items() if k != "reached").__repr__(),
        )
        for e in events
    )


@settings(max_examples=15)
@given(st.integers(0, 10**6))
def test_the_order_of_rows_is_nothing(seed: int) -> None:
    rng = np.random.default_rng(seed)
    frames = frames_of(crowd(seed))
    shuffled = []
    for time, x in frames:
        order = rng.permutation(len(x))
        arrays = (getattr(x, name)[order] for name in Tracks.__slots__)
        shuffled.append((time, Tracks(*arrays)))
    one, other = scene_of(*RULES), scene_of(*RULES)
    assert facts(told_by(one, frames)) == facts(told_by(other, shuffled))
    assert one.heatmaps["heat"].cells() == pytest.approx(other.heatmaps["heat"].cells())


@settings(max_examples=15)
@given(st.integers(0, 10**6))
def test_other_ids_make_the_same_events_of_other_ids(seed: int) -> None:
    paths = crowd(seed)
    new = np.random.default_rng(seed).permutation(1000)[: len(paths)] + 10**12
    ids = dict(zip(paths, new.tolist(), strict=True))
    renamed = {ids[track]: path for track, path in paths.items()}
    plain = told_by(scene_of(*RULES), frames_of(paths))
    assert facts(plain) == facts(told_by(scene_of(*RULES), frames_of(renamed)), ids=ids)


@settings(max_examples=15)
@given(st.integers(0, 10**6), st.sampled_from([-7.0, 0.125, 3600.0, 1.7e9]))
def test_shifted_in_time_events_shift_with_it(seed: int, shift: float) -> None:
    frames = frames_of(crowd(seed), until=9)
    later = [(time + shift, x) for time, x in frames]
    rules = [rule for rule in RULES if rule.type != "heatmap"]
    assert facts(told_by(scene_of(*rules), frames)) == facts(
        told_by(scene_of(*rules), later), shift=shift
    )


@settings(max_examples=15)
@given(st.integers(0, 10**6))
def test_people_and_dogs_together_are_the_sum_of_both(seed: int) -> None:
    """Nobody continues one of another class, so the two know nothing of each other."""
    people, dogs = crowd(seed), {k + 100: path for k, path in crowd(seed + 1).items()}
    kinds = ("line_crossing", "intrusion", "loitering", "region_entrance", "region_exit")
    rules = [
        rule.model_copy(update={"classes": ["person", "dog"]})
        for rule in RULES
        if rule.type in kinds
    ]
    told = []
    for paths in (people, dogs, people | dogs):
        frames = frames_of(paths, until=9)
        for _, tracks in frames:
            tracks.class_id[tracks.id >= 100] = CLASS_ID["dog"]
        told.append(facts(told_by(scene_of(*rules), frames)))
    assert told[2] == sorted(told[0] + told[1])


def test_rows_of_predicted_tracks_move_nothing() -> None:
    frames = frames_of({1: walk((0, 0.2, 0.5), (2, 0.45, 0.5))}, until=6)
    tracks = frames[20][1]
    for k in range(21, 61):  # the tracker lets it walk on unseen
        box = tracks.box + np.array([[0.0125 * (k - 20), 0, 0.0125 * (k - 20), 0]], np.float32)
        unseen = np.full(1, (k - 20) / 10, np.float32)
        predicted = Tracks(tracks.id, box, tracks.class_id, tracks.score, tracks.hits, tracks.age,
                           unseen, tracks.velocity)  # fmt: skip
        frames[k] = (frames[k][0], predicted)
    scene = scene_of(*RULES)
    run(scene, frames)
    assert scene.crossings["line"] == {"a_to_b": 0, "b_to_a": 0}
    assert scene.heatmaps["heat"].cells().sum() == pytest.approx(2.1)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"box": np.full((1, 4), np.nan, np.float32)}, "finite"),
        ({"class_id": np.array([16], np.int16)}, "class ids"),
        ({"score": np.ones(2, np.float32)}, "one row per track"),
        ({"box": np.ones((1, 3), np.float32)}, "one row per track"),
        ({}, "occurs twice"),
    ],
)
def test_arrays_that_cannot_be_are_refused(change: dict[str, Any], sentence: str) -> None:
    _, tracks = frames_of({1: walk((0, 0.5, 0.5), (1, 0.5, 0.5))})[0]
    arrays = {name: getattr(tracks, name) for name in Tracks.__slots__} | change
    if not change:
        arrays = {name: np.concatenate([array, array]) for name, array in arrays.items()}
    with pytest.raises(ValueError, match=sentence):
        scene_of(*RULES).update(0.0, Tracks(**arrays))


def test_times_must_rise() -> None:
    scene = scene_of(*RULES)
    scene.update(1.0, Tracks.empty())
    for time in (1.0, 0.5, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="must rise"):
            scene.update(time, Tracks.empty())
    with pytest.raises(ValueError, match="before any"):
        scene_of(*RULES).finish()


def test_more_people_than_there_was_room_for() -> None:
    rng = np.random.default_rng(3)
    paths = {}
    for track in range(500):
        y = rng.uniform(0.3, 0.9)
        paths[track] = walk((0.1 * (track % 7), 0.2, y), (2 + 0.1 * (track % 7), 0.8, y))
    scene = scene_of(*RULES)
    run(scene, frames_of(paths))
    assert scene.crossings["line"] == {"a_to_b": 0, "b_to_a": 500}
    assert scene.heatmaps["heat"].cells().sum() == pytest.approx(500 * 2.1)


def test_tracks_that_are_sure_at_first_sight_count_at_once() -> None:
    frames = frames_of({1: walk((0, 0.4, 0.5), (0.1, 0.6, 0.5))})
    for _, tracks in frames:
        tracks.hits[:] = 7
    assert [e.rule for e in run(scene_of(RULES[0]), frames)] == ["line"]
