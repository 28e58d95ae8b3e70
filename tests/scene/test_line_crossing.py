"""Line crossing: every edge case of the definition, on paths that people could walk."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curtilage.config import LineCrossingRule
from curtilage.model import Direction, Kind, Phase
from curtilage.scene import SceneError
from tests.scene.stage import HEIGHT, box_of, brief, frames_of, play, run, scene_of, walk, without

GATE = LineCrossingRule(id="gate", points=[(0.5, 0.2), (0.5, 0.8)])  # A is right of it on screen
BAND = 0.08 * HEIGHT


def gate(**options: object) -> LineCrossingRule:
    return GATE.model_copy(update=options)


def test_a_crossing_has_time_direction_track_and_box() -> None:
    events = play(GATE, {7: walk((0, 0.3, 0.5), (4, 0.7, 0.5))})
    assert brief(events) == [(2.0, "b_to_a")]
    (event,) = events
    assert (event.rule, event.kind, event.phase) == ("gate", Kind.LINE_CROSSED, Phase.INSTANT)
    assert (event.track, event.label, event.duration) == (7, "person", None)
    assert event.box is not None
    assert event.box[3] == pytest.approx(0.5)


def test_a_is_the_left_side_as_seen_going_from_first_to_last_point() -> None:
    upwards = LineCrossingRule(id="up", points=[(0.5, 0.8), (0.5, 0.2)])
    assert brief(play(upwards, {1: walk((0, 0.3, 0.5), (4, 0.7, 0.5))})) == [(2.0, "a_to_b")]


def test_time_is_that_of_the_cut_between_two_sightings() -> None:
    slow = walk((0, 0.31, 0.5), (2, 0.51, 0.5), (4, 0.71, 0.5))
    assert brief(play(GATE, {1: slow[::7]})) == [(1.9, "b_to_a")]


def test_there_and_back_are_two() -> None:
    path = walk((0, 0.3, 0.5), (2, 0.7, 0.5), (4, 0.3, 0.5))
    assert brief(play(GATE, {1: path})) == [(1.0, "b_to_a"), (3.0, "a_to_b")]


def test_there_back_and_there_are_three_for_the_same_track() -> None:
    path = walk((0, 0.3, 0.5), (2, 0.7, 0.5), (4, 0.3, 0.5), (6, 0.7, 0.5))
    assert [d for _, d in brief(play(GATE, {1: path}))] == ["b_to_a", "a_to_b", "b_to_a"]


def test_past_the_end_is_none() -> None:
    assert play(GATE, {1: walk((0, 0.3, 0.85), (4, 0.7, 0.85))}) == []


def test_round_the_end_and_back_is_none() -> None:
    path = walk((0, 0.4, 0.7), (2, 0.4, 0.9), (4, 0.6, 0.9), (6, 0.6, 0.7), (8, 0.6, 0.9),
                (10, 0.4, 0.9), (12, 0.4, 0.7))  # fmt: skip
    assert play(GATE, {1: path}) == []


def test_through_the_line_and_home_round_its_end_is_one() -> None:
    path = walk((0, 0.4, 0.5), (2, 0.6, 0.5), (4, 0.6, 0.95), (6, 0.4, 0.95), (8, 0.4, 0.5))
    assert brief(play(GATE, {1: path})) == [(1.0, "b_to_a")]


def test_through_the_line_and_close_round_its_end_is_one_too() -> None:
    near = 0.5 * BAND
    path = walk((0, 0.4, 0.79), (1, 0.5 + near, 0.795), (2, 0.5 + near, 0.805),
                (3, 0.5 - near, 0.81), (4, 0.4, 0.81))  # fmt: skip
    assert [d for _, d in brief(play(GATE, {1: path}))] == ["b_to_a"]


@settings(max_examples=20)
@given(st.integers(0, 10**6), st.floats(0.0, 0.99))
def test_standing_on_the_line_for_a_minute_is_none(seed: int, amplitude: float) -> None:
    rng = np.random.default_rng(seed)
    path = walk((0, 0.5, 0.5), (60, 0.5, 0.5))
    path[:, 1] += rng.uniform(-1, 1, len(path)) * amplitude * BAND
    assert play(GATE, {1: path}) == []


@given(st.integers(0, 10**6))
def test_walking_along_the_line_is_none(seed: int) -> None:
    rng = np.random.default_rng(seed)
    path = walk((0, 0.5, 0.25), (6, 0.5, 0.75))
    path[:, 1] += rng.uniform(-0.9, 0.9, len(path)) * BAND
    assert play(GATE, {1: path}) == []


def test_coming_to_the_line_walking_along_it_and_going_back_is_none() -> None:
    near = 0.5 * BAND
    path = walk((0, 0.3, 0.3), (1, 0.5 + near, 0.3), (3, 0.5 + near, 0.7), (4, 0.3, 0.7))
    assert play(GATE, {1: path}) == []


@given(st.integers(0, 10**6))
def test_jitter_on_the_way_through_does_not_multiply_a_crossing(seed: int) -> None:
    rng = np.random.default_rng(seed)
    path = walk((0, 0.4, 0.5), (6, 0.6, 0.5))
    path[:, 1] += rng.uniform(-0.45, 0.45, len(path)) * BAND
    events = brief(play(GATE, {1: path}))
    assert [d for _, d in events] == ["b_to_a"]
    assert events[0][0] == pytest.approx(3.0, abs=0.3)


def test_of_three_cuts_the_last_is_the_crossing() -> None:
    near = 0.5 * BAND
    path = walk((0, 0.4, 0.5), (1, 0.5 + near, 0.5), (2, 0.5 - near, 0.5), (3, 0.6, 0.5))
    ((time, direction),) = brief(play(GATE, {1: path}))
    assert direction == "b_to_a"
    assert time == pytest.approx(2.07, abs=0.02)


def test_two_people_cross_at_once_in_both_directions() -> None:
    events = play(
        GATE,
        {1: walk((0, 0.3, 0.4), (4, 0.7, 0.4)), 2: walk((0, 0.7, 0.6), (4, 0.3, 0.6))},
    )
    assert sorted((e.track, e.direction) for e in events) == [(1, "b_to_a"), (2, "a_to_b")]


def test_a_crossing_within_one_frame_step() -> None:
    path = walk((0, 0.2, 0.5), (1, 0.2, 0.5))
    after = walk((1.1, 0.8, 0.5), (2, 0.8, 0.5))
    assert brief(play(GATE, {1: np.vstack([path, after])})) == [(1.05, "b_to_a")]


def test_one_step_over_two_parts_of_a_line_is_none() -> None:
    corner = LineCrossingRule(id="v", points=[(0.4, 0.2), (0.5, 0.8), (0.6, 0.2)])
    path = np.vstack([walk((0, 0.2, 0.5), (1, 0.2, 0.5)), walk((1.1, 0.8, 0.5), (2, 0.8, 0.5))])
    assert play(corner, {1: path}) == []


def test_landing_exactly_on_the_line_is_counted_once() -> None:
    path = walk((0, 0.25, 0.5), (2, 0.75, 0.5))  # a sighting at exactly 0.5
    assert 0.5 in path[:, 1]
    assert brief(play(GATE, {1: path})) == [(1.0, "b_to_a")]


def test_touching_the_line_exactly_and_turning_back_is_none() -> None:
    assert play(GATE, {1: walk((0, 0.25, 0.5), (1, 0.5, 0.5), (2, 0.25, 0.5))}) == []
    assert play(GATE, {1: walk((0, 0.75, 0.5), (1, 0.5, 0.5), (2, 0.75, 0.5))}) == []


def test_who_stands_exactly_on_the_line_crosses_when_leaving_it() -> None:
    for mirrored in (False, True):
        path = walk((0, 0.25, 0.5), (1, 0.5, 0.5), (8, 0.5, 0.5), (9, 0.75, 0.5))
        path[:, 1] = 1 - path[:, 1] if mirrored else path[:, 1]
        ((time, direction),) = brief(play(GATE, {1: path}))
        assert direction == ("a_to_b" if mirrored else "b_to_a")
        assert time == pytest.approx(8.0)


def test_first_seen_exactly_on_the_line_waits_for_a_side() -> None:
    assert play(GATE, {1: walk((0, 0.5, 0.5), (2, 0.5, 0.5), (4, 0.75, 0.5))}) == []


def test_walking_exactly_along_the_line_and_off_on_the_same_side_is_none() -> None:
    path = walk((0, 0.25, 0.25), (1, 0.5, 0.25), (3, 0.5, 0.75), (4, 0.25, 0.75))
    assert play(GATE, {1: path}) == []


def test_first_seen_close_to_the_line_has_that_side() -> None:
    assert brief(play(GATE, {1: walk((0, 0.499, 0.5), (2, 0.7, 0.5))})) == [(0.01, "b_to_a")]


@pytest.mark.parametrize(("hidden", "crossed"), [(2.8, True), (3.4, False)])
def test_behind_a_post_a_side_is_remembered_for_three_seconds(hidden: float, crossed: bool) -> None:
    path = without(walk((0, 0.3, 0.5), (8, 0.7, 0.5)), 4.0 - hidden / 2, 4.0 + hidden / 2)
    assert len(play(GATE, {1: path})) == crossed


def test_a_dropped_second_loses_nothing() -> None:
    scene = scene_of(GATE)
    frames = frames_of({1: walk((0, 0.3, 0.5), (4, 0.7, 0.5))})
    events = run(scene, [frame for frame in frames if not 1.4 < frame[0] < 2.4])
    assert brief(events) == [(2.0, "b_to_a")]


def test_a_crossing_on_the_first_sightings_is_told_when_the_track_is_sure() -> None:
    path = walk((1, 0.45, 0.5), (1.2, 0.55, 0.5), (3, 0.7, 0.5))
    scene = scene_of(GATE)
    events = [(t, e) for t, x in frames_of({1: path}) for e in scene.update(t, x)]
    ((told, event),) = events
    assert (told, round(event.time, 2)) == (1.2, 1.1)


def test_a_track_that_is_never_sure_crosses_nothing() -> None:
    assert play(GATE, {1: walk((1, 0.3, 0.5), (1.1, 0.7, 0.5))}, until=9) == []


def test_who_leaves_the_picture_through_a_line_has_crossed_however_near_it_is() -> None:
    door = LineCrossingRule(id="door", points=[(0.96, 0.2), (0.96, 0.8)])
    leaving = {1: walk((0, 0.7, 0.5), (2, 0.96 + 0.3 * BAND, 0.5))}
    assert [d for _, d in brief(play(door, leaving))] == ["b_to_a"]
    assert [d for _, d in brief(play(door, leaving, until=9))] == ["b_to_a"]


@pytest.mark.parametrize("until", [None, 9])
def test_who_ends_on_a_line_within_the_picture_has_not_crossed(until: float | None) -> None:
    path = walk((0, 0.3, 0.5), (2, 0.5 + 0.9 * BAND, 0.5))
    assert play(GATE, {1: path}, until=until) == []


@given(st.floats(-0.03, 0.03))
def test_a_box_cut_off_at_the_feet_does_not_cross_with_feet_rebuilt(shift: float) -> None:
    line = LineCrossingRule(id="l", points=[(0.1, 0.5), (0.9, 0.5)], rebuild_feet=True)
    path = walk((0, 0.2, 0.55 + shift), (6, 0.8, 0.55 + shift))
    scene = scene_of(line)
    events = []
    for time, tracks in frames_of({1: path}):
        if 2 <= time < 3:  # somebody stands before the feet
            tracks.box[:, 3] -= 0.3 * HEIGHT
        events += scene.update(time, tracks)
    assert events == []


def test_an_identity_switch_beyond_the_line_is_one_crossing() -> None:
    before = walk((0, 0.3, 0.5), (2, 0.5 + 2 * BAND, 0.5))
    after = walk((2.1, 0.5 + 2.1 * BAND, 0.5), (4, 0.7, 0.5))
    assert len(play(GATE, {1: before, 2: after})) == 1


def test_an_identity_switch_before_the_line_is_bridged_only_with_stitch() -> None:
    path = walk((0, 0.3, 0.5), (4, 0.7, 0.5))
    paths = {1: path[path[:, 0] <= 1.85], 2: path[path[:, 0] > 2.05]}
    assert play(GATE, paths) == []
    assert brief(play(gate(stitch=True), paths)) == [(2.0, "b_to_a")]


def test_only_the_wanted_direction_makes_events() -> None:
    path = walk((0, 0.3, 0.5), (2, 0.7, 0.5), (4, 0.3, 0.5))
    assert brief(play(gate(direction="a_to_b"), {1: path})) == [(3.0, "a_to_b")]


def test_cool_down_is_per_track() -> None:
    there_and_back = walk((0, 0.3, 0.4), (2, 0.7, 0.4), (4, 0.3, 0.4), (6, 0.7, 0.4))
    other = walk((0, 0.3, 0.6), (3, 0.7, 0.6))
    events = play(gate(cool_down=2.5), {1: there_and_back, 2: other})
    assert [(e.track, round(e.time, 2)) for e in events] == [(1, 1.0), (2, 1.5), (1, 5.0)]


def test_filters_on_class_score_and_height() -> None:
    path = {1: walk((0, 0.3, 0.5), (4, 0.7, 0.5))}
    assert play(gate(classes=["car"]), path) == []
    assert play(gate(min_height=0.21), path) == []
    assert play(gate(max_height=0.19), path) == []
    assert len(play(gate(min_height=0.2, max_height=0.2, min_score=1.0), path)) == 1


def test_scores_in_single_precision_pass_their_own_limit() -> None:
    scene = scene_of(gate(min_score=0.7))
    frames = frames_of({1: walk((0, 0.3, 0.5), (4, 0.7, 0.5))})
    for _, tracks in frames:
        tracks.score[:] = 0.7
    assert len(run(scene, frames)) == 1


def test_anchor_center_crosses_half_a_box_later() -> None:
    floor = LineCrossingRule(id="l", points=[(0.1, 0.5), (0.9, 0.5)], anchor="center")
    path = walk((0, 0.5, 0.4), (4, 0.5, 0.8))
    assert brief(play(floor, {1: path})) == [(2.0, "a_to_b")]


def test_calibrated_cameras_measure_in_metres() -> None:
    ground = {"image": [(0, 0), (1, 0), (1, 1), (0, 1)], "ground": [(0, 0), (4, 0), (4, 4), (0, 4)]}
    nudge = walk((0, 0.4, 0.5), (2, 0.53, 0.5), (4, 0.4, 0.5))  # 0.12 m beyond the line
    assert play(GATE, {1: nudge}, calibration=ground) == []
    assert len(play(GATE, {1: nudge})) == 2
    far = {1: walk((0, 0.4, 0.5), (2, 0.55, 0.5), (4, 0.4, 0.5))}
    mirrored = ground | {"ground": [(0, 4), (4, 4), (4, 0), (0, 0)]}  # y upwards
    for calibration in (ground, mirrored):
        assert [d for _, d in brief(play(GATE, far, calibration=calibration))] == [
            "b_to_a",
            "a_to_b",
        ]


def test_a_line_above_the_horizon_is_refused() -> None:
    tilted = {"image": [(0.4, 0.5), (0.6, 0.5), (1, 1), (0, 1)],
              "ground": [(-2, 20), (2, 20), (2, 2), (-2, 2)]}  # fmt: skip
    with pytest.raises(SceneError, match="horizon"):
        play(LineCrossingRule(id="gate", points=[(0.5, 0.1), (0.5, 0.9)]), {}, calibration=tilted)


# ---- properties ----

coordinate = st.floats(0.05, 0.95)
middle = st.floats(0.25, 0.75)  # nobody leaves the picture
places = st.lists(st.tuples(middle, middle), min_size=2, max_size=8)
lines = st.lists(st.tuples(coordinate, coordinate), min_size=2, max_size=5).filter(
    lambda p: min(np.hypot(*np.diff(p, axis=0).T)) > 0.02
)


def strolls(stops: list[tuple[float, float]]) -> np.ndarray:
    """A walk that never meets a point of a line exactly."""
    return walk(*((2.0 * i, x + 7e-5 * np.pi, y + 3e-5 * np.e) for i, (x, y) in enumerate(stops)))


@given(lines, places)
def test_turning_the_line_round_turns_the_directions(
    points: list[tuple[float, float]], stops: list[tuple[float, float]]
) -> None:
    path = {1: strolls(stops)}
    there = play(LineCrossingRule(id="l", points=points), path)
    back = play(LineCrossingRule(id="l", points=points[::-1]), path)
    other = {Direction.A_TO_B: Direction.B_TO_A, Direction.B_TO_A: Direction.A_TO_B}
    assert [e.time for e in there] == pytest.approx([e.time for e in back])
    assert [e.direction for e in there] == [other[e.direction] for e in back if e.direction]


@given(lines, places)
def test_a_mirrored_scene_makes_the_same_events_the_other_way(
    points: list[tuple[float, float]], stops: list[tuple[float, float]]
) -> None:
    plain = play(LineCrossingRule(id="l", points=points), {1: strolls(stops)})
    mirror = play(
        LineCrossingRule(id="l", points=[(1 - x, y) for x, y in points]),
        {1: strolls(stops) * [1, -1, 1] + [0, 1, 0]},
    )
    assert [e.time for e in plain] == pytest.approx([e.time for e in mirror], abs=1e-3)
    assert all(a.direction != b.direction for a, b in zip(plain, mirror, strict=True))


@given(lines, places)
def test_a_scene_turned_by_a_quarter_makes_the_same_events(
    points: list[tuple[float, float]], stops: list[tuple[float, float]]
) -> None:
    plain = play(LineCrossingRule(id="l", points=points), {1: strolls(stops)})
    path = strolls(stops)[:, [0, 2, 1]]
    path[:, 1] = 1 - path[:, 1]
    turned = play(LineCrossingRule(id="l", points=[(1 - y, x) for x, y in points]), {1: path})
    assert [e.time for e in plain] == pytest.approx([e.time for e in turned], abs=1e-3)
    assert [e.direction for e in plain] == [e.direction for e in turned]


@given(lines, places)
def test_half_the_frame_rate_makes_the_same_crossings_of_steady_walkers(
    points: list[tuple[float, float]], stops: list[tuple[float, float]]
) -> None:
    """Of a straight walk through a straight line; what happens between frames is not seen."""
    rule = LineCrossingRule(id="l", points=points[:2], hysteresis=0.0)
    frames = frames_of({1: strolls([stops[0], stops[-1]])})
    every, second = run(scene_of(rule), frames), run(scene_of(rule), frames[::2])
    assert [e.direction for e in every] == [e.direction for e in second]
    assert [e.time for e in every] == pytest.approx([e.time for e in second], abs=0.02)


@given(lines, places, st.integers(0, 10**6))
def test_against_all_cuts_of_the_path(
    points: list[tuple[float, float]], stops: list[tuple[float, float]], seed: int
) -> None:
    """With no hysteresis every cut is a crossing, unless two fall between the same sightings."""
    rng = np.random.default_rng(seed)
    path = strolls([(x + rng.normal() * 1e-3, y + rng.normal() * 1e-3) for x, y in stops])
    rule = LineCrossingRule(id="l", points=points, hysteresis=0.0)
    told = play(rule, {1: path})
    boxes = np.array([box_of(x, y) for _, x, y in path], np.float32).astype(np.float64)
    path[:, 1], path[:, 2] = (boxes[:, 0] + boxes[:, 2]) / 2, boxes[:, 3]  # as rounded
    expected = []
    for (t0, x0, y0), (t1, x1, y1) in pairwise(path):
        cuts = []
        for (ax, ay), (bx, by) in pairwise(points):
            matrix = np.array([[x1 - x0, ax - bx], [y1 - y0, ay - by]])
            if abs(np.linalg.det(matrix)) < 1e-15:
                continue
            along, share = np.linalg.solve(matrix, [ax - x0, ay - y0])
            if 0 <= along < 1 and 0 <= share <= 1:
                left = (x1 - x0) * (by - ay) - (y1 - y0) * (bx - ax) > 0
                cuts.append((t0 + along * (t1 - t0), "b_to_a" if left else "a_to_b"))
        if len(cuts) % 2:
            ways = [way for _, way in cuts]
            most = max(set(ways), key=ways.count)
            expected.append((max(t for t, way in cuts if way == most), most))
    assert [e.direction for e in told] == [way for _, way in expected]
    assert [e.time for e in told] == pytest.approx([time for time, _ in expected], abs=1e-4)
