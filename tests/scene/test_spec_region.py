"""Region entrance and exit, sentence by sentence: who comes in, goes out, appears or is lost."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curtilage.config import Rule
from curtilage.config.scene import RegionEntranceRule, RegionExitRule
from curtilage.model import Event, Kind, Phase
from curtilage.scene import Scene
from tests.scene.drive import Walk, make_scene, moments, play, run, walk, without
from tests.scene.stays import (
    FRAME,
    LONG,
    SHORT,
    SHORT_OR_LONG,
    STAY,
    ZONE,
    crowds,
    histories,
    merged,
    near,
    of_rule,
    people_of,
    shuffled,
    visitor,
)

Spans = list[tuple[float, float]]


def doors(**options: Any) -> list[Rule]:
    area: dict[str, Any] = {"polygon": ZONE} | options
    return [RegionEntranceRule(id="in", **area), RegionExitRule(id="out", **area)]


def marked(events: list[Event], rule: str, mark: str) -> list[Event]:
    return [e for e in of_rule(events, rule) if e.details.get(mark)]


def played(people: list[Walk], until: float | None = None) -> tuple[Scene, list[Event]]:
    scene = make_scene(doors())
    return scene, play(scene, moments(people, until=until)) + scene.finish()


# Entrance


def test_outside_to_inside_is_one_entrance() -> None:
    scene, events = played([visitor([(3.0, 7.0)], track=4)])
    (entrance,) = of_rule(events, "in")
    assert entrance.time == near(3.0)
    assert (entrance.kind, entrance.phase) == (Kind.OBJECTS_INSIDE, Phase.INSTANT)
    assert (entrance.track, entrance.label) == (4, "person")
    assert entrance.box is not None
    assert not {"appeared_inside", "already_inside"} & set(entrance.details)
    assert scene.regions["in"] == {"entered": 1, "appeared_inside": 0, "already_inside": 0}


def test_born_inside_has_appeared_and_is_counted_apart() -> None:
    scene, events = played([visitor([(3.0, 7.0)], seen=(3.0, 9.0))])
    assert scene.regions["in"] == {"entered": 0, "appeared_inside": 1, "already_inside": 0}
    (event,) = of_rule(events, "in")
    assert event.details.get("appeared_inside") is True
    assert event.time == near(3.0)


def test_seen_outside_first_even_if_only_while_young_is_an_entrance() -> None:
    """Its first two sightings are outside; they are replayed when the third makes it sure."""
    scene, events = played([visitor([(3.2, 7.0)], seen=(3.0, 9.0))])
    assert scene.regions["in"]["entered"] == 1
    assert len(of_rule(events, "in")) == 1


def test_inside_when_the_footage_begins_is_no_entrance() -> None:
    scene, events = played([visitor([(0.0, 4.0)])])
    assert scene.regions["in"] == {"entered": 0, "appeared_inside": 0, "already_inside": 1}
    assert marked(events, "in", "entered") == []


def test_walking_past_is_neither_entrance_nor_exit() -> None:
    _, events = played([walk((0, 0.1, 0.65), (5, 0.9, 0.65))])
    assert events == []


def test_a_quick_walk_through_is_one_entrance_and_one_exit() -> None:
    _, events = played([walk((0, 0.1, 0.5), (2, 0.9, 0.5))])
    (entrance,), (leaving,) = of_rule(events, "in"), of_rule(events, "out")
    assert entrance.time == near(0.75)
    assert leaving.time == near(1.25)


@given(histories(SHORT_OR_LONG, STAY))
def test_every_absence_beyond_grace_makes_one_exit_and_one_entrance(spans: Spans) -> None:
    scene, events = played([visitor(spans)])
    expected = merged(spans, grace=1.0)
    assert [e.time for e in of_rule(events, "in")] == [near(first) for first, _ in expected]
    assert [e.time for e in of_rule(events, "out")] == [near(last) for _, last in expected]
    assert scene.regions["in"]["entered"] == scene.regions["out"]["left"] == len(expected)


@given(st.lists(st.tuples(st.integers(1, 20), st.integers(1, 8)), min_size=5, max_size=12))
def test_jitter_at_the_border_is_one_entrance_and_one_exit(runs: list[tuple[int, int]]) -> None:
    """Now 0.05 box heights inside, now outside, there never for longer than the grace."""
    sides = [side for within, out in runs for side in [-1] * within + [1] * out]
    stops = [(2.0 + k * FRAME, 0.5, 0.6 + 0.01 * side) for k, side in enumerate(sides)]
    end = stops[-1][0]
    path = walk((0, 0.5, 0.7), (1.9, 0.5, 0.61), *stops, (end + 1, 0.5, 0.7), (end + 4, 0.5, 0.7))
    scene, events = played([path])
    if sum(within for within, _ in runs) > 20:
        assert len(of_rule(events, "in")) == len(of_rule(events, "out")) == 1
        assert of_rule(events, "in")[0].time == near(2.0)
    assert scene.regions["in"]["entered"] == scene.regions["out"]["left"] <= 1


# Exit


def test_inside_to_outside_is_one_exit() -> None:
    scene, events = played([visitor([(3.0, 7.0)], track=4)])
    (leaving,) = of_rule(events, "out")
    assert leaving.time == near(7.0)
    assert (leaving.kind, leaving.phase) == (Kind.OBJECTS_INSIDE, Phase.INSTANT)
    assert leaving.track == 4
    assert "lost_inside" not in leaving.details
    assert scene.regions["out"] == {"left": 1, "lost_inside": 0}


def test_who_was_already_inside_goes_out_like_anybody() -> None:
    scene, _ = played([visitor([(0.0, 4.0)])])
    assert scene.regions["out"] == {"left": 1, "lost_inside": 0}


def test_a_track_that_ends_inside_is_lost_once_memory_expires() -> None:
    scene = make_scene(doors())
    gone = visitor([(3.0, 6.0)], seen=(0.0, 6.0))
    told = [
        (time, event)
        for time, tracks in moments([gone], until=15.0)
        for event in of_rule(scene.update(time, tracks), "out")
    ]
    ((noticed, event),) = told
    assert event.details.get("lost_inside") is True
    assert event.time == near(6.0)
    assert 7.5 <= noticed <= 12.0  # after coasting
    assert scene.regions["out"] == {"left": 0, "lost_inside": 1}


def test_a_predicted_walk_out_is_no_exit() -> None:
    """Hidden inside, predicted outside, never seen again: lost, not gone."""
    path = walk((0, 0.3, 0.5), (4, 0.5, 0.5), (6, 0.7, 0.5), hidden=[(4.05, 7)], coasts=True)
    scene, events = played([path], until=15.0)
    assert scene.regions["out"] == {"left": 0, "lost_inside": 1}
    assert len(of_rule(events, "out")) == 1


@pytest.mark.parametrize("coasts", [True, False])
def test_leaving_while_hidden_is_an_exit_when_seen_again_outside(coasts: bool) -> None:
    """Out at 5 s behind a post that hides from 4.5 to 5.9 s."""
    path = walk((0, 0.3, 0.5), (4, 0.5, 0.5), (6, 0.7, 0.5), (9, 0.8, 0.5),
                hidden=[(4.45, 5.85)], coasts=coasts)  # fmt: skip
    scene, events = played([path], until=12.0)
    assert scene.regions["out"] == {"left": 1, "lost_inside": 0}
    (leaving,) = of_rule(events, "out")
    assert 4.3 <= leaving.time <= 6.0


@pytest.mark.parametrize("coasts", [True, False])
def test_entering_while_hidden_is_an_entrance_when_seen_again_inside(coasts: bool) -> None:
    path = walk((0, 0.2, 0.5), (4, 0.4, 0.5), (6, 0.5, 0.5), (9, 0.5, 0.5),
                hidden=[(3.45, 4.85)], coasts=coasts)  # fmt: skip
    scene, events = played([path])
    assert scene.regions["in"] == {"entered": 1, "appeared_inside": 0, "already_inside": 0}
    (entrance,) = of_rule(events, "in")
    assert 3.4 <= entrance.time <= 5.0


def test_nobody_has_left_or_is_lost_because_the_footage_ends() -> None:
    scene, events = played([visitor([(3.0, 6.0)], seen=(0.0, 6.0))])
    assert scene.regions["out"] == {"left": 0, "lost_inside": 0}
    assert of_rule(events, "out") == []


# Areas


def test_a_hole_is_outside() -> None:
    ring = [(0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8)]
    path = walk((0, 0.1, 0.5), (8, 0.9, 0.5))  # in the ring 1..3 s and 5..7 s
    events = run(doors(polygon=ring, holes=[ZONE]), [path])
    assert [e.time for e in of_rule(events, "in")] == [near(1.0), near(5.0)]
    assert [e.time for e in of_rule(events, "out")] == [near(3.0), near(7.0)]


def test_from_one_zone_into_the_next_is_an_exit_and_an_entrance() -> None:
    """Two zones that share an edge, walked through from left to right, at 0.5 in 4 s."""
    left: dict[str, Any] = {"polygon": [(0.2, 0.3), (0.5, 0.3), (0.5, 0.7), (0.2, 0.7)]}
    right: dict[str, Any] = {"polygon": [(0.5, 0.3), (0.8, 0.3), (0.8, 0.7), (0.5, 0.7)]}
    rules: list[Rule] = [RegionExitRule(id="out", **left), RegionEntranceRule(id="in", **right)]
    events = run(rules, [walk((0, 0.3, 0.5), (8, 0.7, 0.5), (12, 0.75, 0.5))])
    (leaving,), (entrance,) = of_rule(events, "out"), of_rule(events, "in")
    assert leaving.time == near(4.0)
    assert entrance.time == near(4.0)
    assert entrance.time - leaving.time == pytest.approx(FRAME, abs=1e-3)


def test_the_whole_frame_is_entered_by_nobody() -> None:
    """A foot is never seen outside it: they all appear, or were there."""
    scene = make_scene(doors(polygon=[(0, 0), (1, 0), (1, 1), (0, 1)]))
    people = [
        walk((0, 0.2, 1.0), (5, 0.8, 1.0), track=1),
        walk((2, 0.0, 0.5), (5, 0.5, 0.5), track=2),
    ]
    play(scene, moments(people, until=12.0))
    assert scene.regions["in"] == {"entered": 0, "appeared_inside": 1, "already_inside": 1}
    assert scene.regions["out"] == {"left": 0, "lost_inside": 2}


# Invariants


@given(crowds, st.integers(0, 2**32 - 1))
@settings(max_examples=25)
def test_the_order_of_rows_means_nothing(crowd: list[Spans], seed: int) -> None:
    found = []
    for frames in (
        moments(people_of(crowd, after=3.0)),
        shuffled(moments(people_of(crowd, after=3.0)), seed),
    ):
        scene = make_scene(doors())
        events = play(scene, frames) + scene.finish()
        found.append(sorted((e.rule, round(e.time, 3), e.track) for e in events))
    assert found[0] == found[1]


@given(crowds, st.floats(1.0, 15.0))
@settings(max_examples=25)
def test_a_dropped_second_changes_no_count(crowd: list[Spans], begin: float) -> None:
    scene = make_scene(doors())
    play(scene, without(moments(people_of(crowd, after=3.0)), begin, begin + 1.0))
    scene.finish()
    total = sum(len(spans) for spans in crowd)
    assert scene.regions["in"]["entered"] == total
    assert scene.regions["out"]["left"] == total


@given(st.lists(histories(SHORT | LONG, STAY, most=3), min_size=1, max_size=4), st.data())
def test_who_comes_in_goes_out_is_lost_or_is_there(crowd: list[Spans], data: st.DataObject) -> None:
    """Entered + appeared + already inside = left + lost, when all have gone."""
    people = []
    for i, spans in enumerate(crowd):
        begin = data.draw(st.sampled_from([0.0, spans[0][0], spans[0][0] - 1.0]))
        end = data.draw(st.sampled_from([spans[-1][1], spans[-1][1] + 2.0]))
        # far from each other, so that no track seems to go on as another
        inside = (0.42 + 0.05 * i, 0.42 + 0.05 * i)
        outside = (0.1 + 0.25 * i, 0.9)
        people.append(visitor(spans, (begin, end), i + 1, inside, outside))
    until = max(spans[-1][1] for spans in crowd) + 6.0
    scene = make_scene(doors(stitch=False))
    play(scene, moments(people, until=until))
    came, went = scene.regions["in"], scene.regions["out"]
    assert sum(came.values()) == sum(went.values())
    assert sum(came.values()) == sum(len(merged(spans, grace=1.0)) for spans in crowd)
    assert came["appeared_inside"] == sum(
        w.stops[0][0] == s[0][0] for w, s in zip(people, crowd, strict=True)
    )


@given(histories(SHORT, STAY))
def test_short_absences_are_neither_exit_nor_entrance(spans: Spans) -> None:
    scene, _ = played([visitor(spans)])
    assert scene.regions["in"]["entered"] == scene.regions["out"]["left"] == 1
