"""Gathering, sentence by sentence: at least n for so long, until fewer than n - 1; nobody named."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curtilage.config.scene import GatheringRule
from curtilage.config.schedule import Hours
from curtilage.model import Event, Kind, Phase
from tests.scene.drive import Walk, make_scene, moments, play, run, without
from tests.scene.stays import (
    FRAME,
    LONG,
    OUTSIDE,
    ZONE,
    Spans,
    ends,
    histories,
    of_rule,
    shuffled,
    spot,
    starts,
    visitor,
)


def zone(**options: Any) -> GatheringRule:
    return GatheringRule(
        **{"id": "z", "polygon": ZONE, "count": 3, "time_threshold": 2.0} | options
    )


def near(time: float) -> Any:
    return pytest.approx(time, abs=FRAME + 1e-3)


def crowd(*people: Spans, until: float = 30.0, shift: float = 0.0, first: int = 1) -> list[Walk]:
    """People who are inside for their spans, all seen throughout."""
    walks = []
    for i, spans in enumerate(people):
        x, y = spot(3 * i)
        outside = (OUTSIDE[0] + shift, OUTSIDE[1])
        walks.append(visitor(spans, (0.0, until), first + i, (x + shift, y), outside))
    return walks


def test_so_many_for_so_long_is_one_event_with_a_start_and_an_end() -> None:
    """Three from 5 to 12 s, then two, then one from 15 s."""
    events = run([zone()], crowd([(3, 15)], [(4, 20)], [(5, 12)]))
    (start,), (end,) = starts(events), ends(events)
    assert len(events) == 2
    assert {e.kind for e in events} == {Kind.GATHERING}
    assert start.time == near(5.0)
    assert end.time == near(15.0)
    assert end.duration == pytest.approx(end.time - start.time)


def test_it_is_told_when_they_have_been_there_for_so_long() -> None:
    scene = make_scene([zone()])
    told = [
        time
        for time, tracks in moments(crowd([(3, 15)], [(4, 20)], [(5, 12)]))
        for _ in starts(scene.update(time, tracks))
    ]
    assert told == [near(7.0)]


def test_one_too_few_is_none() -> None:
    assert run([zone()], crowd([(3, 15)], [(4, 20)])) == []


def test_too_short_is_none() -> None:
    assert run([zone()], crowd([(3, 15)], [(4, 20)], [(5, 6.7)])) == []
    assert len(starts(run([zone()], crowd([(3, 15)], [(4, 20)], [(5, 7.3)])))) == 1


def test_three_after_each_other_are_no_three() -> None:
    assert run([zone()], crowd([(3, 8)], [(9.5, 14)], [(16, 20)])) == []


@given(st.lists(st.tuples(st.integers(2, 40), st.integers(14, 40)), min_size=1, max_size=6))
@settings(max_examples=25)
def test_between_n_and_one_less_it_goes_on(comings: list[tuple[int, int]]) -> None:
    """The third one comes and goes as he likes; the other two stay."""
    third, time = [(5.0, 8.0)], 8.0
    for stay, absence in comings:
        third.append((time + absence * FRAME, time + (absence + stay) * FRAME))
        time = third[-1][1]
    events = run([zone()], crowd([(3, time + 5)], [(4, time + 7)], third, until=time + 12))
    (start,), (end,) = starts(events), ends(events)
    assert start.time == near(5.0)
    assert end.time == near(time + 5)


def test_fewer_than_one_less_ends_it_and_n_again_begins_another() -> None:
    events = run([zone()], crowd([(3, 8), (14, 18)], [(4, 8), (14, 18)], [(5, 22)]))
    assert [e.time for e in starts(events)] == [near(5.0), near(14.0)]
    assert [e.time for e in ends(events)] == [near(8.0), near(18.0)]


def test_ended_it_does_not_begin_again_with_one_less() -> None:
    """n - 1 only keeps what has begun."""
    events = run([zone()], crowd([(3, 8), (14, 18)], [(4, 8)], [(5, 22)]))
    assert len(starts(events)) == len(ends(events)) == 1


def test_more_than_so_many_is_no_second_event() -> None:
    more = [[(6.0 + i, 12.0 + i)] for i in range(6)]
    events = run([zone()], crowd([(3, 20)], [(4, 20)], [(5, 20)], *more))
    assert (len(starts(events)), len(ends(events))) == (1, 1)


def test_its_events_name_nobody() -> None:
    for event in run([zone()], crowd([(3, 15)], [(4, 20)], [(5, 12)])):
        assert (event.track, event.box, event.label, event.direction) == (None, None, None, None)
        assert all(isinstance(v, int | float | bool) for v in event.details.values())
        assert not {"track", "tracks", "ids", "boxes", "box"} & set(event.details)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=10)
def test_its_events_are_the_same_whoever_it_is(seed: int) -> None:
    """Other track ids and another order of rows change nothing in them."""
    spans = ([(3.0, 15.0)], [(4.0, 20.0)], [(5.0, 12.0)])
    scene, other = make_scene([zone()]), make_scene([zone()])
    events = play(scene, moments(crowd(*spans))) + scene.finish()
    renamed = shuffled(moments(crowd(*spans[::-1], first=70 + seed % 100)), seed)
    assert play(other, renamed) + other.finish() == events


def test_only_those_in_the_zone_count() -> None:
    """Two inside and many beside it."""
    beside = crowd(*[[(3, 20)]] * 4, shift=0.3, first=10)
    assert run([zone()], crowd([(3, 15)], [(4, 20)]) + beside) == []


def test_two_disjoint_crowds_are_two_events() -> None:
    left = zone(id="left", polygon=[(x - 0.35, y) for x, y in ZONE])
    right = zone(id="right", polygon=[(x + 0.35, y) for x, y in ZONE])
    people = crowd([(3, 15)], [(4, 15)], [(5, 15)], shift=-0.35) + crowd(
        [(6, 20)], [(7, 21)], [(8, 22)], shift=0.35, first=11
    )
    events = run([left, right], people)
    assert [e.time for e in starts(events, "left")] == [near(5.0)]
    assert [e.time for e in ends(events, "left")] == [near(15.0)]
    assert [e.time for e in starts(events, "right")] == [near(8.0)]
    assert [e.time for e in ends(events, "right")] == [near(21.0)]


def test_two_half_crowds_in_two_zones_are_none() -> None:
    left = zone(id="left", polygon=[(x - 0.35, y) for x, y in ZONE])
    right = zone(id="right", polygon=[(x + 0.35, y) for x, y in ZONE])
    people = crowd([(3, 15)], [(4, 15)], shift=-0.35) + crowd([(6, 20)], shift=0.35, first=11)
    assert run([left, right], people) == []


# Hiding, dropouts, footage, schedule


@pytest.mark.parametrize("coasts", [True, False])
def test_short_hiding_keeps_a_crowd(coasts: bool) -> None:
    """All three are hidden for 1.2 s, one after the other."""
    people = [
        visitor([(3.0, 15.0)], (0, 20), i, spot(3 * i), hidden=[(7 + i, 8.2 + i)], coasts=coasts)
        for i in (1, 2, 3)
    ]
    events = run([zone()], people)
    assert [e.time for e in starts(events)] == [near(3.0)]
    assert [e.time for e in ends(events)] == [near(15.0)]


def test_predictions_make_no_crowd() -> None:
    """The third one is predicted inside and never seen there."""
    third = visitor([(5.0, 12.0)], (0, 20), 3, spot(6), hidden=[(4.55, 13.0)], coasts=True)
    assert run([zone()], [*crowd([(3, 15)], [(4, 15)]), third]) == []


@given(st.floats(1.0, 16.0))
@settings(max_examples=25)
def test_a_dropped_second_changes_nothing(begin: float) -> None:
    """Four people, so that at the drop's edges comings and goings only shift by a second."""
    scene = make_scene([zone()])
    people = crowd([(3, 15)], [(4, 15)], [(5, 15)], until=20)
    events = play(scene, without(moments(people), begin, begin + 1.0)) + scene.finish()
    (start,), (end,) = starts(events), ends(events)
    assert start.time == pytest.approx(5.0, abs=1.2)
    assert end.time == pytest.approx(15.0, abs=1.2)


def test_the_end_of_the_footage_closes_it() -> None:
    events = run([zone()], crowd([(3, 12)], [(4, 12)], [(5, 12)], until=12.0))
    (end,) = ends(events)
    assert (end.time, end.duration) == (near(12.0), near(7.0))


def test_a_crowd_that_is_there_when_the_footage_begins_counts_from_then() -> None:
    events = run([zone()], crowd([(0, 12)], [(0, 12)], [(0, 12)]))
    assert [e.time for e in starts(events)] == [near(0.0)]


def test_a_crowd_that_is_there_when_the_schedule_begins_counts_from_then() -> None:
    rule = zone(schedule=[Hours(from_="08:00", to="09:00")])
    scene = make_scene([rule], start=datetime(2026, 5, 1, 7, 59, 50, tzinfo=UTC))
    told: list[tuple[float, Event]] = []
    for time, tracks in moments(crowd([(3, 20)], [(4, 20)], [(5, 20)])):
        told += [(time, event) for event in scene.update(time, tracks)]
    assert [(time, e.phase, e.time) for time, e in told] == [
        (near(12.0), Phase.START, near(10.0)),
        (near(20.0), Phase.END, near(20.0)),
    ]


@given(
    st.lists(histories(LONG, st.integers(20, 60), most=3), min_size=3, max_size=5),
    st.integers(2, 4),
)
def test_gatherings_are_those_of_a_count_by_hand(people: list[Spans], count: int) -> None:
    """By brute force: one who is seen inside counts until the frame that sees him outside."""
    until = max(spans[-1][1] for spans in people) + 2
    changes = sorted({t for spans in people for a, b in spans for t in (a, b + FRAME)})
    events = run([zone(count=count, stitch=False)], crowd(*people, until=until))
    expected, since, held, last, raised = [], None, 0.0, 0.0, False
    number = 0
    for time in [*changes, until]:
        if since is not None and number >= count:
            held += time - last
        if abs(held - 2.0) < 6 * FRAME and not raised:
            return  # too close to tell
        if since is not None and held > 2.0 and not raised:
            raised = True
            expected.append(since)
        last = time
        now = time + FRAME / 2
        number = sum(any(a < now < b + FRAME for a, b in spans) for spans in people)
        if since is None and number >= count:
            since, held, raised = time, 0.0, False
        elif number < count - 1:
            since, held, raised = None, 0.0, False
    assert [e.time for e in starts(events)] == [near(time) for time in expected]
    assert len(of_rule(events, "z")) == 2 * len(expected)
