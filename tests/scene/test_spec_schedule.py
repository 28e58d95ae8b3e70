"""Weekly hours, arming modes, ``count_always``: outside them state is kept and nothing is told."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curtilage.config import HeatmapRule, LineCrossingRule, Rule
from curtilage.model import Direction, Event, Tracks
from tests.scene.drive import make_scene, moments, play, run, walk

AB, BA = Direction.A_TO_B, Direction.B_TO_A
DOWN = [(0.5, 0.2), (0.5, 0.8)]
BERLIN = ZoneInfo("Europe/Berlin")
DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
HOUR = 3600.0


def gate(**settings: object) -> LineCrossingRule:
    return LineCrossingRule.model_validate({"id": "gate", "points": DOWN} | settings)


def crosses(time: float, track: int) -> Iterator[tuple[float, Tracks]]:
    """Somebody walks through the gate half a second after ``time``."""
    stops = [(0.0, 0.4, 0.5), (1.0, 0.6, 0.5)]
    return ((time + t, seen) for t, seen in moments([walk(*stops, track=track)]))


def told_at(rule: Rule, start: datetime, times: Iterable[float]) -> list[float]:
    """At which of these times (s after ``start``) a crossing is told."""
    scene = make_scene([rule], start=start, timezone=str(BERLIN))
    told: list[float] = []
    for k, time in enumerate(times):
        told += [time for _ in play(scene, crosses(time, k))]
    return told


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def hours_told(rule: Rule, start: datetime, count: int) -> list[datetime]:
    """One crossing at half past every hour, ``count`` hours long: local times of those told."""
    begin = start.astimezone(UTC)
    times = [HOUR * k + 1800 for k in range(count)]
    return [
        (begin + timedelta(seconds=time)).astimezone(BERLIN) for time in told_at(rule, start, times)
    ]


MONDAY = local("2026-05-04")


def test_hours_of_some_days() -> None:
    rule = gate(schedule=[{"days": ["tue", "sun"], "from": "08:00", "to": "10:00"}])
    found = hours_told(rule, MONDAY, 7 * 24)
    assert [(DAYS[t.weekday()], t.hour) for t in found] == [
        ("tue", 8), ("tue", 9), ("sun", 8), ("sun", 9),
    ]  # fmt: skip


def test_hours_past_midnight_belong_to_the_day_on_which_they_begin() -> None:
    rule = gate(schedule=[{"days": ["fri"], "from": "22:00", "to": "02:00"}])
    found = hours_told(rule, MONDAY, 7 * 24)
    assert [(DAYS[t.weekday()], t.hour) for t in found] == [
        ("fri", 22), ("fri", 23), ("sat", 0), ("sat", 1),
    ]  # fmt: skip


def test_hours_past_midnight_of_sunday_reach_monday() -> None:
    rule = gate(schedule=[{"days": ["sun"], "from": "23:00", "to": "01:00"}])
    found = hours_told(rule, MONDAY, 8 * 24)
    assert [(DAYS[t.weekday()], t.hour) for t in found] == [
        ("mon", 0), ("sun", 23), ("mon", 0),
    ]  # fmt: skip


def test_several_stretches_are_all_of_them() -> None:
    rule = gate(schedule=[{"from": "06:00", "to": "07:00"}, {"from": "20:00", "to": "24:00"}])
    assert [t.hour for t in hours_told(rule, MONDAY, 24)] == [6, 20, 21, 22, 23]


def test_a_day_of_23_hours() -> None:
    """02:30 does not exist on 29 March: hours of 02:00 to 03:00 are none, until 04:00 one."""
    start = local("2026-03-29")
    assert hours_told(gate(schedule=[{"from": "02:00", "to": "03:00"}]), start, 23) == []
    wide = hours_told(gate(schedule=[{"from": "01:00", "to": "04:00"}]), start, 23)
    assert [t.hour for t in wide] == [1, 3]
    whole = hours_told(gate(schedule=[{"days": ["sun"]}]), start, 25)
    assert len(whole) == 23
    assert {t.date() for t in whole} == {start.date()}


def test_a_day_of_25_hours() -> None:
    """02:30 exists twice on 25 October, and both are in the hours."""
    start = local("2026-10-25")
    twice = hours_told(gate(schedule=[{"from": "02:00", "to": "03:00"}]), start, 25)
    assert [(t.hour, t.fold) for t in twice] == [(2, 0), (2, 1)]
    whole = hours_told(gate(schedule=[{"days": ["sun"]}]), start, 27)
    assert len(whole) == 25
    assert {t.date() for t in whole} == {start.date()}


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 30)),
    st.sets(st.sampled_from(DAYS), min_size=1),
    st.integers(0, 1439),
    st.integers(1, 1440),
)
def test_any_hours_at_any_time(moment: datetime, days: set[str], begin: int, length: int) -> None:
    """Against the definition, worked out on the local clock alone."""
    moment = moment.replace(second=30, microsecond=0, tzinfo=BERLIN)
    moment = moment.astimezone(UTC).astimezone(BERLIN)  # one that exists
    end = begin + length
    to = end if end <= 1440 else end - 1440
    hours = [{"days": sorted(days), "from": _clock(begin), "to": _clock(to)}]
    now = moment.hour * 60 + moment.minute
    today, yesterday = DAYS[moment.weekday()] in days, DAYS[moment.weekday() - 1] in days
    covered = (today and begin <= now < end) or (yesterday and now < end - 1440)
    told = told_at(gate(schedule=hours), moment, [0.0])
    assert told == [0.0] * covered


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def test_the_time_of_the_crossing_decides_not_that_of_its_telling() -> None:
    """The gate closes at 10:00; somebody cuts it just before and is clear of it just after."""
    rule = gate(schedule=[{"from": "08:00", "to": "10:00"}])
    slow = [(0, 0.45, 0.5), (1, 0.4999, 0.5), (2, 0.503, 0.5), (3, 0.6, 0.5)]
    early = run([rule], [walk(*slow)], start=local("2026-05-04T09:59:58"), timezone=str(BERLIN))
    late = run([rule], [walk(*slow)], start=local("2026-05-04T09:59:59"), timezone=str(BERLIN))
    assert [event.direction for event in early] == [BA]
    assert late == []


# modes


def test_a_rule_without_modes_is_always_armed() -> None:
    for mode in ("home", "away", "night"):
        assert len(run([gate()], [walk((0, 0.3, 0.5), (2, 0.7, 0.5))], mode=mode)) == 1


@pytest.mark.parametrize(("mode", "told"), [("home", 0), ("away", 1), ("night", 1)])
def test_a_rule_alarms_in_its_modes(mode: str, told: int) -> None:
    rule = gate(modes=["away", "night"])
    assert len(run([rule], [walk((0, 0.3, 0.5), (2, 0.7, 0.5))], mode=mode)) == told


def test_hours_and_modes_must_both_hold() -> None:
    rule = gate(modes=["away"], schedule=[{"from": "08:00", "to": "10:00"}])
    for clock, mode, told in (("09", "away", 1), ("09", "home", 0), ("11", "away", 0)):
        start = local(f"2026-05-04T{clock}:00:00")
        walker = walk((0, 0.3, 0.5), (2, 0.7, 0.5))
        assert len(run([rule], [walker], start=start, timezone=str(BERLIN), mode=mode)) == told


def over_a_change_of_mode(rule: Rule, first: str, then: str, at: float) -> list[Event]:
    """Right through the gate at 1 s, left through it at 3 s."""
    walker = walk((0, 0.3, 0.5), (2, 0.7, 0.5), (4, 0.3, 0.5))
    scene = make_scene([rule], mode=first)
    events = []
    for time, tracks in moments([walker]):
        if time >= at:
            scene.mode = then
        events += scene.update(time, tracks)
    return events + scene.finish()


def test_outside_its_mode_a_line_keeps_the_side() -> None:
    """Armed just before the crossing: the side was learned before. Armed after it: no alarm."""
    rule = gate(modes=["away"])
    assert [e.direction for e in over_a_change_of_mode(rule, "home", "away", 0.5)] == [BA, AB]
    assert [e.direction for e in over_a_change_of_mode(rule, "home", "away", 2.0)] == [AB]
    assert [e.direction for e in over_a_change_of_mode(rule, "away", "home", 2.0)] == [BA]


# counts


@pytest.mark.parametrize(("always", "counted"), [(True, 1), (False, 0)])
def test_crossings_are_counted_outside_the_mode_if_count_always(always: bool, counted: int) -> None:
    rule = gate(modes=["away"], count_always=always)
    scene = make_scene([rule], mode="home")
    assert play(scene, crosses(0, 1)) == []
    assert scene.crossings["gate"] == {"a_to_b": 0, "b_to_a": counted}
    scene.mode = "away"
    play(scene, crosses(5, 2))
    assert scene.crossings["gate"] == {"a_to_b": 0, "b_to_a": counted + 1}


@pytest.mark.parametrize(("always", "seconds"), [(True, 2.2), (False, 1.1)])
def test_a_heat_map_goes_on_outside_its_hours_if_count_always(always: bool, seconds: float) -> None:
    hours = [{"from": "08:00", "to": "10:00"}]
    rule = HeatmapRule.model_validate({"id": "map", "schedule": hours, "count_always": always})
    scene = make_scene([rule], start=local("2026-05-04T09:00:00"), timezone=str(BERLIN))
    play(scene, crosses(0, 1))
    play(scene, crosses(2 * HOUR, 2))  # its first frame stands for more, but not for the gap
    assert scene.heatmaps["map"].cells().sum() == pytest.approx(seconds, abs=0.3)
