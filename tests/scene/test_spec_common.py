"""What all rules have in common: when a track counts, filters, hiding, cool-down, metres.

Mostly told by the line ``gate``, which goes down the middle of the frame: walking right is from
B to A.
"""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from curtilage.config import HeatmapRule, IntrusionRule, LineCrossingRule, SceneSettings
from curtilage.config.camera import CameraSettings
from curtilage.model import Direction, Event, Tracks
from curtilage.scene import Scene
from tests.scene.drive import ASPECT, FPS, Stop, make_scene, moments, play, run, walk

AB, BA = Direction.A_TO_B, Direction.B_TO_A
DOWN = [(0.5, 0.2), (0.5, 0.8)]
RIGHT: list[Stop] = [(0, 0.3, 0.5), (2, 0.7, 0.5)]


def gate(**settings: object) -> LineCrossingRule:
    return LineCrossingRule.model_validate({"id": "gate", "points": DOWN} | settings)


def told(events: Sequence[Event]) -> list[tuple[Direction | None, int | None]]:
    return [(event.direction, event.track) for event in events]


# confirmation


@pytest.mark.parametrize("sightings", range(1, 6))
def test_a_track_counts_from_its_third_hit_with_its_earlier_positions(sightings: int) -> None:
    """It crosses between its first two sightings."""
    stops = [(1.0, 0.4, 0.5), (1.1, 0.6, 0.5), (1.2, 0.6, 0.5), (1.3, 0.6, 0.5), (1.4, 0.6, 0.5)]
    stops = stops[:sightings]
    scene = make_scene([gate()])
    told_at: list[tuple[float, Event]] = []
    for time, tracks in moments([walk(*stops)], until=4):
        told_at += [(time, event) for event in scene.update(time, tracks)]
    told_at += [(np.inf, event) for event in scene.finish()]
    if sightings < 3:
        assert told_at == []
        return
    ((when, event),) = told_at
    assert when == pytest.approx(1.2)  # at the third hit
    assert event.time == pytest.approx(1.05, abs=1e-4)  # when it happened
    assert event.direction == BA


def test_young_positions_are_replayed_with_their_own_times_when_hidden_meanwhile() -> None:
    stops = [(0, 0.45, 0.5), (0.1, 0.46, 0.5), (0.5, 0.54, 0.5), (2, 0.7, 0.5)]
    (event,) = run([gate()], [walk(*stops, hidden=[(0.15, 0.45)])])
    assert event.time == pytest.approx(0.3, abs=1e-3)


def test_a_track_that_its_tracker_calls_sure_counts_at_once() -> None:
    """Hits are the tracker's: one that shows tracks late shows them with three."""
    scene = make_scene([gate()])
    events = []
    for time, tracks in moments([walk((0, 0.4, 0.5), (0.1, 0.6, 0.5))]):
        sure = Tracks(
            tracks.id, tracks.box, tracks.class_id, tracks.score,
            tracks.hits + 2, tracks.age, tracks.unseen, tracks.velocity,
        )  # fmt: skip
        events += scene.update(time, sure)
    assert told(events) == [(BA, 1)]


def test_young_sightings_are_in_the_heat_map_too() -> None:
    """Seconds of a track of n sightings: none of one or two, all of three."""
    for sightings, seconds in ((1, 0.0), (2, 0.0), (3, 0.3), (4, 0.4)):
        end = (sightings - 1) / FPS
        scene = make_scene([HeatmapRule(id="map")])
        play(scene, moments([walk((0, 0.5, 0.5), (end + 1e-6, 0.5, 0.5))], until=3))
        assert scene.heatmaps["map"].cells().sum() == pytest.approx(seconds)


# lost tracks, predictions


@pytest.mark.parametrize("coasts", [False, True])
def test_a_prediction_creates_no_event(coasts: bool) -> None:
    """Predicted through the line and never seen again."""
    walker = walk(*RIGHT, (3, 0.9, 0.5), hidden=[(0.95, 3)], coasts=coasts)
    assert run([gate()], [walker], until=8) == []


def test_a_prediction_moves_no_rule() -> None:
    """Predicted through the line and back; it comes back where it went."""
    stops = [(0, 0.3, 0.5), (1, 0.45, 0.5), (1.5, 0.65, 0.5), (2, 0.45, 0.5), (3, 0.3, 0.5)]
    hidden = walk(*stops, hidden=[(1.05, 1.95)], coasts=True)
    assert run([gate()], [hidden]) == []
    seen = walk(*stops)
    assert told(run([gate()], [seen])) == [(BA, 1), (AB, 1)]


@given(st.floats(0.2, 1.4), st.floats(0.1, 0.4), st.floats(0.6, 0.9), st.booleans())
def test_after_hiding_the_way_from_last_seen_to_new_counts_once(
    gap: float, left: float, right: float, coasts: bool
) -> None:
    stops = [(0, 0.1, 0.5), (1, left, 0.5), (1 + gap, right, 0.5), (4, 0.9, 0.5)]
    walker = walk(*stops, hidden=[(1.01, 0.99 + gap)], coasts=coasts)
    assert told(run([gate()], [walker])) == [(BA, 1)]


def test_predictions_are_not_in_the_heat_map() -> None:
    scene = make_scene([HeatmapRule(id="map")])
    walker = walk((0, 0.3, 0.5), (3, 0.7, 0.5), hidden=[(1.05, 1.95)], coasts=True)
    play(scene, moments([walker]))
    assert scene.heatmaps["map"].cells().sum() == pytest.approx(2.2, abs=1e-6)  # 22 sightings


# filters


def test_classes_of_the_file_hold_unless_the_rule_names_its_own() -> None:
    rules = [gate(), gate(id="cars", classes=["car", "truck"])]
    settings = SceneSettings(classes=["person"], rules=rules)
    walkers = [
        walk(*RIGHT, track=k, label=label)
        for k, label in enumerate(["person", "car", "truck", "dog"])
    ]
    events = play(Scene(settings, ASPECT, 1 / FPS), moments(walkers))
    assert sorted((event.rule, str(event.label)) for event in events) == [
        ("cars", "car"),
        ("cars", "truck"),
        ("gate", "person"),
    ]


@given(
    st.floats(0.0, 1.0).map(lambda v: round(v, 2)), st.floats(0.0, 1.0).map(lambda v: round(v, 2))
)
def test_minimum_score(score: float, least: float) -> None:
    events = run([gate(min_score=least)], [walk(*RIGHT, score=score)])
    assert told(events) == [(BA, 1)] * (score >= least)


@pytest.mark.parametrize("score", [0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0])
def test_a_score_equal_to_the_minimum_is_enough(score: float) -> None:
    assert told(run([gate(min_score=score)], [walk(*RIGHT, score=score)])) == [(BA, 1)]


@pytest.mark.parametrize("height", [0.1, 0.2, 0.3])
def test_a_height_equal_to_a_limit_is_within_it(height: float) -> None:
    rule = gate(min_height=height, max_height=height)
    assert told(run([rule], [walk(*RIGHT, height=height)])) == [(BA, 1)]


@pytest.mark.parametrize(
    ("height", "crosses"), [(0.1, False), (0.19, False), (0.21, True), (0.29, True), (0.31, False)]
)
def test_minimum_and_maximum_box_height(height: float, crosses: bool) -> None:
    rule = gate(min_height=0.2, max_height=0.3)
    assert told(run([rule], [walk(*RIGHT, height=height)])) == [(BA, 1)] * crosses


def test_a_sighting_below_the_score_is_as_if_unseen() -> None:
    """Two good parts of a path, a bad one between them: the way between counts."""
    frames = list(moments([walk(*RIGHT)]))
    for _, tracks in frames[8:13]:
        tracks.score[:] = 0.2
    scene = make_scene([gate(min_score=0.5)])
    assert told(play(scene, frames)) == [(BA, 1)]


def test_anchor_center_is_for_cameras_that_look_straight_down() -> None:
    """Down the picture over a line across it: the centre is there half a box later."""
    across = [(0.2, 0.5), (0.8, 0.5)]
    stops = [(0, 0.5, 0.3), (4, 0.5, 0.9)]
    times = {
        anchor: run([gate(points=across, anchor=anchor)], [walk(*stops, height=0.2)])[0].time
        for anchor in ("foot", "center")
    }
    assert times["foot"] == pytest.approx(0.2 / 0.15, abs=1e-3)
    assert times["center"] == pytest.approx(0.3 / 0.15, abs=1e-3)


# cool-down


def there_and_back(turns: Sequence[float], y: float = 0.5) -> list[Stop]:
    """Through the line at each of these times."""
    stops: list[Stop] = [(turns[0] - 1, 0.3, y)]
    for k, turn in enumerate(turns):
        here, there = ((0.4, 0.6), (0.6, 0.4))[k % 2]
        stops += [(turn - 0.2, here, y), (turn + 0.2, there, y)]
    return stops


def test_cool_down_holds_back_events_of_the_same_track() -> None:
    walker = walk(*there_and_back([1, 2, 5, 6, 12]))
    events = run([gate(cool_down=3.5)], [walker])
    assert [round(event.time) for event in events] == [1, 5, 12]


def test_cool_down_is_never_global() -> None:
    """Two people cause two events, also at once."""
    walkers = [walk(*there_and_back([1, 2]), track=1), walk(*there_and_back([1.3, 2.3]), track=2)]
    events = run([gate(cool_down=60)], walkers)
    assert told(events) == [(BA, 1), (BA, 2)]


def test_cool_down_is_each_rules_own() -> None:
    rules = [gate(cool_down=60), gate(id="other", points=[(0.55, 0.2), (0.55, 0.8)], cool_down=60)]
    events = run(rules, [walk(*RIGHT)])
    assert [event.rule for event in events] == ["gate", "other"]


@given(st.lists(st.floats(0.5, 6.0), min_size=1, max_size=8), st.sampled_from([0.0, 1.0, 2.5, 4.0]))
def test_cool_down_against_brute_force(pauses: list[float], cool_down: float) -> None:
    turns = list(np.cumsum([1.0, *pauses]))
    walker = walk(*there_and_back(turns))
    expected: list[float] = []
    for event in run([gate()], [walker]):
        assume(all(abs(event.time - before - cool_down) > 1e-3 for before in expected))
        if not expected or event.time >= expected[-1] + cool_down:
            expected.append(event.time)
    events = run([gate(cool_down=cool_down)], [walker])
    assert [event.time for event in events] == expected


# metres


def flat(metres: float) -> dict[str, object]:
    """A camera that looks straight down on so many metres of width."""
    deep = metres / ASPECT
    return {
        "image": [(0, 0), (1, 0), (1, 1), (0, 1)],
        "ground": [(0, 0), (metres, 0), (metres, deep), (0, deep)],
    }


@pytest.mark.parametrize("height", [0.1, 0.4])
@pytest.mark.parametrize("metres", [5.0, 20.0])
@pytest.mark.parametrize(("beyond", "events"), [(0.10, []), (0.14, []), (0.16, [BA, AB])])
def test_calibrated_the_hysteresis_is_metres_whatever_the_height_of_the_box(
    height: float, metres: float, beyond: float, events: list[Direction]
) -> None:
    """A turn-back so many metres beyond the line; the default is 0.15 m."""
    stops = [(0, 0.3, 0.5), (2, 0.5 + beyond / metres, 0.5), (4, 0.3, 0.5)]
    found = run([gate()], [walk(*stops, height=height)], calibration=flat(metres))
    assert [event.direction for event in found] == events


def test_calibrated_the_hysteresis_can_be_set() -> None:
    stops = [(0, 0.3, 0.5), (2, 0.55, 0.5), (4, 0.3, 0.5)]  # half a metre beyond it
    assert run([gate(hysteresis_m=0.6)], [walk(*stops)], calibration=flat(10)) == []
    assert len(run([gate(hysteresis_m=0.4)], [walk(*stops)], calibration=flat(10))) == 2


@pytest.mark.parametrize("flip", [(1, 1), (-1, 1), (1, -1), (-1, -1)])
def test_calibrated_directions_are_still_those_of_the_screen(flip: tuple[int, int]) -> None:
    """However the axes on the ground run."""
    image = flat(10)["image"]
    ground = [(flip[0] * x, flip[1] * y) for x, y in [(0, 0), (10, 0), (10, 5.6), (0, 5.6)]]
    calibration = {"image": image, "ground": ground}
    assert told(run([gate()], [walk(*RIGHT)], calibration=calibration)) == [(BA, 1)]
    upwards = gate(points=DOWN[::-1])
    assert told(run([upwards], [walk(*RIGHT)], calibration=calibration)) == [(AB, 1)]


def test_calibrated_near_and_far_are_alike_on_the_ground() -> None:
    """A road seen along its length: 1 m is 0.2 of the picture in front and 0.05 far away."""
    road = {
        "image": [(0.3, 1.0), (0.7, 1.0), (0.55, 0.3), (0.45, 0.3)],
        "ground": [(-1, 0), (1, 0), (1, 20), (-1, 20)],
    }
    middle = gate(points=[(0.5, 0.3), (0.5, 1.0)])
    for y, metre in ((1.0, 0.2), (0.3, 0.05)):
        for beyond, count in ((0.13, 0), (0.17, 2)):
            stops = [(0, 0.5 - metre, y), (2, 0.5 + beyond * metre, y), (4, 0.5 - metre, y)]
            assert len(run([middle], [walk(*stops, height=0.1)], calibration=road)) == count


def test_a_foot_above_the_horizon_is_not_on_the_ground() -> None:
    """It is not looked at, and comes to no harm; the ways before and after count."""
    road = {
        "image": [(0.3, 1.0), (0.7, 1.0), (0.55, 0.5), (0.45, 0.5)],
        "ground": [(-1, 0), (1, 0), (1, 20), (-1, 20)],
    }  # its horizon is at 1/3
    line = gate(points=[(0.5, 0.6), (0.5, 0.9)])
    stops = [(0, 0.4, 0.8), (1, 0.4, 0.1), (2, 0.4, 0.8), (3, 0.6, 0.8)]
    assert told(run([line], [walk(*stops, height=0.05)], calibration=road)) == [(BA, 1)]


# bad input, one clear sentence


@pytest.mark.parametrize("field", ["box", "score", "unseen"])
def test_numbers_that_are_none_are_refused(field: str) -> None:
    ((time, tracks),) = moments([walk((0, 0.5, 0.5), (0.01, 0.5, 0.5))])
    getattr(tracks, field)[:] = np.nan
    with pytest.raises(ValueError, match="finite"):
        make_scene([gate()]).update(time, tracks)


def test_a_track_twice_in_one_frame_is_refused() -> None:
    (_, tracks), *_ = moments([walk(*RIGHT, track=1), walk(*RIGHT, track=1)])
    with pytest.raises(ValueError, match="unique"):
        make_scene([gate()]).update(0, tracks)


@pytest.mark.parametrize("second", [1.0, 0.9, np.nan, np.inf])
def test_times_must_rise(second: float) -> None:
    scene = make_scene([gate()])
    scene.update(1.0, Tracks.empty())
    with pytest.raises(ValueError, match="must rise"):
        scene.update(second, Tracks.empty())


def test_a_scene_reads_no_clock_and_no_chance() -> None:
    """The same tracks make the same events, for two scenes of the same rules."""
    rules = [
        gate(),
        IntrusionRule(id="zone", polygon=[(0.4, 0.3), (0.7, 0.3), (0.6, 0.8)]),
    ]
    rng = np.random.default_rng(3)
    walkers = [
        walk(*[(float(t), *rng.uniform(0.2, 0.8, 2)) for t in range(6)], track=k) for k in range(5)
    ]
    first, second = (
        Scene(SceneSettings(rules=rules, camera=CameraSettings()), ASPECT, 1 / FPS) for _ in "ab"
    )
    one = play(first, moments(walkers)) + first.finish()
    assert one == play(second, moments(walkers)) + second.finish()
    assert len(one) > 5
