"""Occupancy, sentence by sentence: the number inside, told on change, and as a series."""

from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curtilage.config.scene import OccupancyRule
from curtilage.config.schedule import Hours
from curtilage.model import Event, Kind, Phase
from curtilage.scene import Scene
from tests.scene.drive import Walk, make_scene, moments, play, run, walk, without
from tests.scene.stays import (
    FRAME,
    LONG,
    OUTSIDE,
    ZONE,
    counted,
    histories,
    of_rule,
    shuffled,
    spot,
    visitor,
)

Spans = list[tuple[float, float]]
crowds = st.lists(histories(LONG, st.integers(14, 40), most=3), min_size=2, max_size=5)


def zone(**options: Any) -> OccupancyRule:
    return OccupancyRule(**{"id": "z", "polygon": ZONE} | options)


def near(time: float) -> Any:
    return pytest.approx(time, abs=FRAME + 1e-3)


def crowd(*people: Spans, until: float = 20.0) -> list[Walk]:
    """People who are inside for their spans, all seen throughout."""
    return [
        visitor(spans, (0.0, until), i + 1, spot(3 * i), OUTSIDE) for i, spans in enumerate(people)
    ]


def told(events: list[Event]) -> list[tuple[Any, int]]:
    """Times and numbers of the events, in order of time."""
    return [(e.time, e.details["count"]) for e in sorted(events, key=lambda e: e.time)]


def steps(scene: Scene) -> list[tuple[Any, int]]:
    series = scene.occupancies["z"].series
    return list(zip(series.time.tolist(), series.value.tolist(), strict=True))


def at(scene: Scene, times: np.ndarray) -> np.ndarray:
    """The series at each time."""
    series = scene.occupancies["z"].series
    found: np.ndarray = series.value[np.searchsorted(series.time, times, side="right") - 1]
    return found


# On change


def test_every_change_is_told_with_its_true_time() -> None:
    events = run([zone()], crowd([(3, 12)], [(5, 9)]))
    assert told(events) == [(near(3), 1), (near(5), 2), (near(9), 1), (near(12), 0)]
    assert {(e.kind, e.phase) for e in events} == {(Kind.OCCUPANCY, Phase.INSTANT)}


def test_a_change_is_told_when_it_has_held_for_a_second() -> None:
    scene = make_scene([zone()])
    noticed = [
        (time, event.details["count"])
        for time, tracks in moments(crowd([(3, 12)]))
        for event in scene.update(time, tracks)
    ]
    assert noticed == [(near(4), 1), (near(13), 0)]


def test_what_does_not_hold_is_not_told() -> None:
    """Somebody looks in for 0.7 s; somebody steps out for 0.7 s."""
    assert told(run([zone()], crowd([(3, 3.7)]))) == []
    assert told(run([zone()], crowd([(3, 7), (7.8, 12)]))) == [(near(3), 1), (near(12), 0)]


@pytest.mark.parametrize(("debounce", "changes"), [(0.0, 4), (0.5, 4), (3.0, 2)])
def test_how_long_it_must_hold_is_a_setting(debounce: float, changes: int) -> None:
    events = run([zone(debounce=debounce)], crowd([(3, 7), (9, 15)]))
    assert len(events) == changes


def test_one_who_comes_as_another_goes_is_no_change() -> None:
    events = run([zone()], crowd([(3, 8)], [(8.1, 14)]))
    assert told(events) == [(near(3), 1), (near(14), 0)]


def test_two_who_come_at_once_are_one_change_of_two() -> None:
    events = run([zone()], crowd([(3, 12)], [(3, 12)]))
    assert told(events) == [(near(3), 2), (near(12), 0)]


def test_its_events_name_nobody() -> None:
    for event in run([zone()], crowd([(3, 12)], [(5, 9)])):
        assert (event.track, event.box, event.label) == (None, None, None)
        assert set(event.details) == {"count"}


def test_a_minute_of_flicker_at_the_border_makes_no_events_and_holds_up_nobody() -> None:
    """One flickers every 0.3 s; another comes at 10 s and goes at 40 s."""
    flicker = [(2 + 0.6 * i, 2.3 + 0.6 * i) for i in range(100)]
    events = run([zone()], crowd(flicker, [(10, 40)], until=64))
    assert len(events) <= 4
    assert any(abs(e.time - 10) < 0.5 for e in events)


# As a series


@given(crowds)
@settings(max_examples=25)
def test_without_debounce_the_series_is_the_count_by_hand(people: list[Spans]) -> None:
    until = max(spans[-1][1] for spans in people) + 2
    scene = make_scene([zone(debounce=0)])
    play(scene, moments(crowd(*people, until=until)))
    times = np.arange(0, until, FRAME)
    assert at(scene, times + 1e-3).tolist() == counted(people, times).tolist()


@given(crowds)
@settings(max_examples=40)
def test_what_holds_for_a_second_is_in_the_series_from_its_true_time(people: list[Spans]) -> None:
    until = max(spans[-1][1] for spans in people) + 4
    scene = make_scene([zone()])
    play(scene, moments(crowd(*people, until=until)))
    times = np.arange(0, until, FRAME)
    count, series = counted(people, times), at(scene, times + 1e-3)
    cuts = [0, *(np.flatnonzero(np.diff(count)) + 1).tolist(), len(count)]
    for begin, end in pairwise(cuts):
        if end - begin > 11 and begin < len(times) - 15:
            assert set(series[begin:end].tolist()) == {int(count[begin])}
    # what is told lies between the numbers that were there within the debounce around it
    for k in range(15, len(times) - 15):
        around = count[k - 12 : k + 13]
        assert around.min() <= series[k] <= around.max()


@given(crowds)
@settings(max_examples=20)
def test_the_events_are_the_steps_of_the_series(people: list[Spans]) -> None:
    scene = make_scene([zone()])
    events = play(scene, moments(crowd(*people, until=max(s[-1][1] for s in people) + 2)))
    assert steps(scene)[0] == (0.0, 0)
    assert told(events + scene.finish()) == steps(scene)[1:]


def test_who_is_there_when_the_footage_begins_is_counted_from_then() -> None:
    scene = make_scene([zone()])
    play(scene, moments(crowd([(0, 9)], [(4, 9)])))
    assert steps(scene) == [(0.0, 1), (near(4), 2), (near(9), 0)]


def test_young_tracks_are_counted_from_their_first_sighting() -> None:
    scene = make_scene([zone()])
    play(scene, moments([visitor([(3.0, 9.0)], seen=(3.0, 9.0))], until=15))
    assert steps(scene)[1] == (pytest.approx(3.0, abs=1e-3), 1)


def test_minutes_have_mean_and_maximum() -> None:
    """Inside: one from 30 s to 90 s, two from 45 to 60 s; nobody in the third minute."""
    scene = make_scene([zone()])
    play(scene, moments(crowd([(30, 90)], [(45, 60)], until=180), until=180))
    minutes = scene.occupancies["z"].series.per_minute(scene.clock, 180.0)
    assert minutes.start.tolist() == [0.0, 60.0, 120.0]
    assert minutes.mean == pytest.approx([45 / 60, 30 / 60, 0.0], abs=0.01)
    assert minutes.max.tolist() == [2, 2, 0] or minutes.max.tolist() == [2, 1, 0]


@given(crowds)
@settings(max_examples=20)
def test_the_mean_of_minutes_is_that_of_the_seconds_by_hand(people: list[Spans]) -> None:
    until = max(spans[-1][1] for spans in people) + 2
    scene = make_scene([zone(debounce=0)])
    play(scene, moments(crowd(*people, until=until)))
    minutes = scene.occupancies["z"].series.per_minute(scene.clock, until)
    length = np.minimum(minutes.start + 60, until) - minutes.start
    seconds = sum(last - first for spans in people for first, last in spans)
    frames = sum(len(spans) for spans in people) * FRAME
    assert (minutes.mean * length).sum() == pytest.approx(seconds + frames, abs=frames + 1e-3)
    assert minutes.max.max() == counted(people, np.arange(0, until, FRAME)).max()


def test_minutes_are_those_of_the_clock() -> None:
    """The footage begins ten seconds before a full minute."""
    scene = make_scene([zone()], start=datetime(2026, 5, 1, 7, 59, 50, tzinfo=UTC))
    play(scene, moments(crowd([(0, 30)], until=40), until=40))
    minutes = scene.occupancies["z"].series.per_minute(scene.clock, 40.0)
    assert minutes.start.tolist() == [-50.0, 10.0]
    assert minutes.mean == pytest.approx([1.0, 20 / 30], abs=0.01)


# Hiding and dropouts


@pytest.mark.parametrize("coasts", [True, False])
def test_short_hiding_changes_nothing(coasts: bool) -> None:
    person = visitor([(3, 14)], (0, 20), hidden=[(6.05, 7.35)], coasts=coasts)
    assert told(run([zone(debounce=0)], [person])) == [(near(3), 1), (near(14), 0)]


@pytest.mark.parametrize("coasts", [True, False])
def test_who_stays_hidden_is_counted_for_a_second_and_a_half(coasts: bool) -> None:
    person = visitor([(3, 14)], (0, 20), hidden=[(6.05, 30)], coasts=coasts)
    scene = make_scene([zone()])
    events = play(scene, moments([person], until=20))
    assert told(events) == [(near(3), 1), (near(7.5), 0)]


@pytest.mark.parametrize(("coast", "fps"), [(0.0, 10.0), (0.05, 10.0), (0.5, 1.0), (1.5, 0.5)])
def test_who_is_seen_in_every_frame_is_never_hidden(coast: float, fps: float) -> None:
    """However short ``coast`` is against the time between frames."""
    path = walk((0, 0.5, 0.75), (9, 0.5, 0.75), (9.5, 0.5, 0.5), (40, 0.5, 0.5))
    scene = make_scene([zone(debounce=0, coast=coast)], fps)
    play(scene, moments([path], fps))
    assert steps(scene) == [(0.0, 0), (pytest.approx(10, abs=0.6), 1)]


def test_predictions_are_not_counted() -> None:
    """Predicted to walk in and out again, never seen inside."""
    path = walk((0, 0.2, 0.5), (4, 0.6, 0.5), (8, 0.9, 0.5), hidden=[(1.75, 4.3)], coasts=True)
    assert run([zone(debounce=0)], [path]) == []


@given(crowds, st.floats(1.0, 15.0))
@settings(max_examples=25)
def test_a_dropped_second_changes_no_number_for_long(people: list[Spans], begin: float) -> None:
    until = max(spans[-1][1] for spans in people) + 4
    scene = make_scene([zone(debounce=0)])
    play(scene, without(moments(crowd(*people, until=until)), begin, begin + 1.0))
    times = np.arange(0, until, FRAME)
    away = (times < begin - FRAME) | (times > begin + 1.0 + 2 * FRAME)
    assert (at(scene, times + 1e-3) == counted(people, times))[away].all()


# What it looks at, when


def test_outside_its_hours_it_is_silent_but_counts_on() -> None:
    rule = zone(schedule=[Hours(from_="08:00", to="09:00")])
    scene = make_scene([rule], start=datetime(2026, 5, 1, 7, 59, 50, tzinfo=UTC))
    events = play(scene, moments(crowd([(3, 16)], [(5, 20)], until=24)))
    assert told(events) == [(near(16), 1), (near(20), 0)]
    assert steps(scene)[1:3] == [(near(3), 1), (near(5), 2)]


def test_holes_and_other_classes_are_not_counted() -> None:
    rule = zone(polygon=[(0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8)], holes=[ZONE])
    within = walk((0, 0.5, 0.5), (5, 0.5, 0.5), track=1)
    car = walk((0, 0.3, 0.7), (5, 0.3, 0.7), track=2, label="car")
    around = walk((0, 0.7, 0.3), (5, 0.7, 0.3), track=3)
    assert [n for _, n in told(run([rule], [within, car, around]))] == [1]


def test_the_whole_frame_counts_those_whose_feet_are_at_its_very_edge() -> None:
    rule = zone(polygon=[(0, 0), (1, 0), (1, 1), (0, 1)])
    people = [
        walk((0, x, y), (5, x, y), track=i)
        for i, (x, y) in enumerate(
            [(0.0, 0.5), (1.0, 0.5), (0.5, 1.0), (0.0, 1.0), (1.0, 1.0), (0.5, 1.05)]
        )
    ]
    assert [n for _, n in told(run([rule], people))] == [6]


@given(crowds, st.integers(0, 2**32 - 1))
@settings(max_examples=20)
def test_the_order_of_rows_means_nothing(people: list[Spans], seed: int) -> None:
    found = []
    for rearranged in (False, True):
        scene = make_scene([zone()])
        played = moments(crowd(*people, until=max(s[-1][1] for s in people) + 2))
        play(scene, shuffled(played, seed) if rearranged else played)
        found.append(steps(scene))
    assert found[0] == found[1]


@given(crowds, crowds)
@settings(max_examples=15)
def test_two_disjoint_crowds_are_counted_apart(here: list[Spans], there: list[Spans]) -> None:
    left = zone(id="left", polygon=[(x - 0.35, y) for x, y in ZONE])
    right = zone(id="right", polygon=[(x + 0.35, y) for x, y in ZONE])
    until = max(spans[-1][1] for spans in here + there) + 2
    groups = [(here, -0.35, 1), (there, 0.35, 51)]
    walks = [
        [
            visitor(
                spans,
                (0.0, until),
                first + i,
                (spot(3 * i)[0] + shift, spot(3 * i)[1]),
                (OUTSIDE[0] + shift, OUTSIDE[1]),
            )
            for i, spans in enumerate(people)
        ]
        for people, shift, first in groups
    ]
    together = run([left, right], walks[0] + walks[1])
    for rule, people in ((left, walks[0]), (right, walks[1])):
        alone = run([rule], people, until=until)
        assert told(of_rule(together, rule.id)) == told(alone)
