"""Loitering, sentence by sentence: long presences, how far they roam, a second threshold."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from curtilage.config.scene import LoiteringRule
from curtilage.config.schedule import Hours
from curtilage.model import Event, Kind, Phase
from tests.scene.drive import ASPECT, HEIGHT, make_scene, moments, play, run, walk
from tests.scene.stays import FRAME, SHORT, STAY, ZONE, ends, histories, starts, visitor

Spans = list[tuple[float, float]]


def zone(**options: Any) -> LoiteringRule:
    return LoiteringRule(**{"id": "z", "polygon": ZONE} | options)


def near(time: float) -> Any:
    return pytest.approx(time, abs=FRAME + 1e-3)


def second(events: list[Event]) -> list[Event]:
    return [e for e in events if e.phase == Phase.INSTANT]


def test_half_a_minute_is_loitering_by_default() -> None:
    events = run([zone()], [visitor([(3.0, 34.0)], track=5)])
    (start,), (end,) = starts(events), ends(events)
    assert len(events) == 2
    assert {e.kind for e in events} == {Kind.LOITERING}
    assert (start.track, start.label) == (5, "person")
    assert end.duration == near(31.0)
    assert end.time == near(34.0)


def test_less_is_not() -> None:
    assert run([zone()], [visitor([(3.0, 32.7)])]) == []


def test_it_is_told_when_the_threshold_is_reached() -> None:
    scene = make_scene([zone(time_threshold=5.0)])
    told = [
        time
        for time, tracks in moments([visitor([(3.0, 12.0)])])
        for _ in starts(scene.update(time, tracks))
    ]
    assert told == [near(8.0)]


def test_short_absences_are_part_of_the_presence() -> None:
    """Six seconds from first to last, of which 4.4 s inside."""
    spans = [(2.0, 4.0), (4.8, 6.0), (6.8, 8.0)]
    (end,) = ends(run([zone(time_threshold=5.5)], [visitor(spans)]))
    assert end.duration == near(6.0)


@given(histories(SHORT, STAY), st.integers(5, 150))
def test_the_presence_counts_with_its_short_absences(spans: Spans, tenths: int) -> None:
    """Other than intrusion, which sums the time inside."""
    threshold, presence = tenths / 10, spans[-1][1] - spans[0][0]
    if abs(presence - threshold) < 2 * FRAME:
        return
    events = run([zone(time_threshold=threshold)], [visitor(spans)])
    assert len(starts(events)) == len(ends(events)) == int(presence > threshold)
    for end in ends(events):
        assert end.duration == near(presence)


def test_reentry_after_grace_begins_anew() -> None:
    spans = [(3.0, 7.0), (9.0, 13.0)]
    assert run([zone(time_threshold=5.0)], [visitor(spans)]) == []
    assert len(starts(run([zone(time_threshold=3.0)], [visitor(spans)]))) == 2


def test_one_presence_alarms_once_however_long() -> None:
    events = run([zone(time_threshold=2.0)], [visitor([(3.0, 60.0)])])
    assert (len(starts(events)), len(ends(events))) == (1, 1)


# Escalation


def test_a_second_threshold_makes_a_second_event() -> None:
    scene = make_scene([zone(time_threshold=5.0, escalate_after=10.0)])
    told: list[tuple[float, Event]] = []
    for time, tracks in moments([visitor([(3.0, 20.0)], track=5)]):
        told += [(time, event) for event in scene.update(time, tracks)]
    assert [(time, event.phase) for time, event in told] == [
        (near(8.0), Phase.START),
        (near(13.0), Phase.INSTANT),
        (near(21.0), Phase.END),
    ]
    assert {event.kind for _, event in told} == {Kind.LOITERING}
    assert {event.track for _, event in told} == {5}


def test_no_second_event_before_it() -> None:
    events = run([zone(time_threshold=5.0, escalate_after=10.0)], [visitor([(3.0, 12.0)])])
    assert second(events) == []
    assert len(starts(events)) == 1


def test_no_second_event_unless_asked_for() -> None:
    assert second(run([zone(time_threshold=1.0)], [visitor([(3.0, 40.0)])])) == []


def test_the_second_threshold_must_be_above_the_first() -> None:
    with pytest.raises(ValidationError, match="escalate_after"):
        zone(time_threshold=10.0, escalate_after=10.0)


# Displacement

WIDE = [(0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9)]


def to_and_fro(reach: float, seconds: float = 20.0) -> Any:
    """A walk between two points ``reach`` box heights apart, 2 s each way."""
    far = 0.3 + reach * HEIGHT / ASPECT
    stops = [(2.0 * i, far if i % 2 else 0.3, 0.5) for i in range(int(seconds / 2) + 1)]
    return walk(*stops)


def test_staying_near_is_loitering() -> None:
    rule = zone(polygon=WIDE, time_threshold=10.0, max_displacement=1.0)
    assert len(starts(run([rule], [to_and_fro(0.8)]))) == 1


def test_roaming_is_not() -> None:
    rule = zone(polygon=WIDE, time_threshold=10.0, max_displacement=1.0)
    assert starts(run([rule], [to_and_fro(2.0)])) == []
    unlimited = zone(polygon=WIDE, time_threshold=10.0)
    assert len(starts(run([unlimited], [to_and_fro(2.0)]))) == 1


def test_displacement_is_measured_in_heights_of_that_person() -> None:
    """The same walk, of somebody nearer (0.4 tall) and farther (0.1 tall)."""
    rule = zone(polygon=WIDE, time_threshold=10.0, max_displacement=1.0)
    stops = to_and_fro(1.5).stops
    assert len(starts(run([rule], [walk(*stops, height=0.4)]))) == 1
    assert starts(run([rule], [walk(*stops, height=0.1)])) == []


def test_displacement_is_in_metres_where_the_camera_is_calibrated() -> None:
    """The frame shows ten metres by ten; the walk is of 0.2 of its width."""
    square = {"image": [(0, 0), (1, 0), (1, 1), (0, 1)],
              "ground": [(0, 0), (10, 0), (10, 10), (0, 10)]}  # fmt: skip
    stops = [(2.0 * i, 0.5 if i % 2 else 0.3, 0.5) for i in range(11)]
    for metres, alarms in ((2.5, 1), (1.5, 0)):
        rule = zone(polygon=WIDE, time_threshold=10.0, max_displacement=metres)
        assert len(starts(run([rule], [walk(*stops)], calibration=square))) == alarms


# Hiding, footage, schedule


@pytest.mark.parametrize("coasts", [True, False])
def test_a_threshold_passed_while_hidden_is_told_when_seen_again(coasts: bool) -> None:
    person = visitor([(3.0, 12.0)], hidden=[(7.55, 8.85)], coasts=coasts)
    scene = make_scene([zone(time_threshold=5.0)])
    told = [time for time, tracks in moments([person]) for _ in starts(scene.update(time, tracks))]
    assert told == [near(8.9)]


def test_who_is_hidden_and_never_seen_again_has_not_loitered() -> None:
    person = visitor([(3.0, 12.0)], hidden=[(7.55, 15.0)], coasts=True)
    scene = make_scene([zone(time_threshold=5.0)])
    assert play(scene, moments([person], until=20.0)) == []


def test_who_is_there_when_the_footage_begins_counts_from_then() -> None:
    (start,) = starts(run([zone(time_threshold=5.0)], [visitor([(0.0, 6.0)])]))
    assert start.details.get("already_inside") is True
    assert start.time == near(0.0)


def test_who_is_there_when_the_schedule_begins_counts_from_then() -> None:
    rule = zone(time_threshold=5.0, schedule=[Hours(from_="08:00", to="09:00")])
    opening = datetime(2026, 5, 1, 7, 59, 50, tzinfo=UTC)
    assert starts(run([rule], [visitor([(3.0, 14.5)])], start=opening)) == []
    (start,) = starts(run([rule], [visitor([(3.0, 17.0)])], start=opening))
    assert start.details.get("already_inside") is True
    assert start.time == near(10.0)


def test_the_end_of_the_footage_closes_it() -> None:
    events = run([zone(time_threshold=5.0)], [visitor([(3.0, 10.0)], seen=(0.0, 10.0))])
    assert [e.duration for e in ends(events)] == [near(7.0)]
