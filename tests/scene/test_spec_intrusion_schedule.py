"""Intrusion by hours and modes: who is inside when the rule begins, and when it ends."""

from datetime import UTC, datetime

import pytest

from curtilage.config.schedule import Hours
from curtilage.model import Event
from tests.scene.drive import make_scene, moments, play, run
from tests.scene.intrusions import zone
from tests.scene.stays import ends, near, starts, visitor

EIGHT = datetime(2026, 5, 1, 7, 59, 50, tzinfo=UTC)  # ten seconds before eight, a Friday


# Schedules and modes


def test_who_is_inside_when_the_footage_begins_counts_from_then() -> None:
    events = run([zone(time_threshold=2.0)], [visitor([(0.0, 5.0)])])
    (start,), (end,) = starts(events), ends(events)
    assert start.time == near(0.0)
    assert start.details.get("already_inside") is True
    assert end.duration == near(5.0)


def test_who_comes_in_is_not_marked() -> None:
    (start,) = starts(run([zone()], [visitor([(3.0, 7.0)])]))
    assert "already_inside" not in start.details
    assert "appeared_inside" not in start.details


def test_who_is_inside_when_the_schedule_begins_counts_from_then() -> None:
    rule = zone(time_threshold=2.0, schedule=[Hours(from_="08:00", to="09:00")])
    person = visitor([(3.0, 20.0)])
    scene = make_scene([rule], start=EIGHT)
    told: list[tuple[float, Event]] = []
    for time, tracks in moments([person], until=25.0):
        told += [(time, event) for event in scene.update(time, tracks)]
    (noticed, start), (_, end) = told
    assert start.time == near(10.0)
    assert start.details.get("already_inside") is True
    assert noticed == near(12.0)
    assert end.duration == near(10.0)


def test_who_comes_after_the_schedule_began_is_not_already_inside() -> None:
    rule = zone(schedule=[Hours(from_="08:00", to="09:00")])
    (start,) = starts(run([rule], [visitor([(12.0, 20.0)])], start=EIGHT))
    assert start.time == near(12.0)
    assert "already_inside" not in start.details


def test_outside_its_hours_a_rule_raises_no_alarm() -> None:
    rule = zone(schedule=[Hours(from_="08:01", to="09:00")])
    assert run([rule], [visitor([(3.0, 20.0)])], start=EIGHT) == []


def test_hours_are_those_of_the_camera_not_of_utc() -> None:
    rule = zone(schedule=[Hours(from_="10:00", to="11:00")])
    person = visitor([(12.0, 20.0)])
    assert len(starts(run([rule], [person], start=EIGHT, timezone="Europe/Berlin"))) == 1
    assert starts(run([rule], [person], start=EIGHT, timezone="UTC")) == []


@pytest.mark.parametrize(("day", "alarms"), [("fri", 1), ("sat", 0)])
def test_hours_are_those_of_their_days(day: str, alarms: int) -> None:
    rule = zone(schedule=[{"days": [day]}])
    assert len(starts(run([rule], [visitor([(3.0, 6.0)])], start=EIGHT))) == alarms


def test_an_alarm_that_began_in_its_hours_ends_after_them() -> None:
    """One presence, one event: what was raised is closed, with its whole duration."""
    rule = zone(schedule=[Hours(from_="07:00", to="08:00")])
    events = run([rule], [visitor([(3.0, 20.0)])], start=EIGHT)
    assert [e.time for e in starts(events)] == [near(3.0)]
    assert [e.duration for e in ends(events)] == [near(17.0)]


def test_arming_with_somebody_inside_counts_from_then() -> None:
    scene = make_scene([zone(time_threshold=1.0, modes=["away"])])
    played = list(moments([visitor([(3.0, 15.0)])]))
    before = play(scene, (m for m in played if m[0] < 8.05))
    scene.mode = "away"
    after = play(scene, (m for m in played if m[0] >= 8.05)) + scene.finish()
    assert before == []
    (start,), (end,) = starts(after), ends(after)
    assert start.time == near(8.1)
    assert start.details.get("already_inside") is True
    assert end.duration == near(6.9)


def test_disarming_and_arming_again_makes_no_second_alarm_of_one_presence() -> None:
    scene = make_scene([zone(modes=["away"])], mode="away")
    events: list[Event] = []
    for time, tracks in moments([visitor([(3.0, 15.0)])]):
        scene.mode = "home" if 6.0 < time < 9.0 else "away"
        events += scene.update(time, tracks)
    assert [e.time for e in starts(events)] == [near(3.0)]
    assert [e.duration for e in ends(events)] == [near(12.0)]
