"""Local time: minutes, resets and hours, also on the days when clocks change."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curtilage.config.camera import CameraSettings
from curtilage.config.schedule import Hours
from curtilage.scene.clock import Clock, Gate
from curtilage.scene.frame_clock import FrameClock


def clock(start: str, zone: str = "Europe/Berlin") -> Clock:
    return Clock(CameraSettings.model_validate({"start": start, "timezone": zone}))


def shown(clock: Clock, time: float) -> str:
    """What the clock on the wall shows."""
    minute = clock.minute(time)
    return (clock.local(minute) + timedelta(seconds=time - clock.minute_start(minute))).isoformat()


def test_minutes_are_those_of_the_clock() -> None:
    berlin = clock("2026-05-04T08:59:55+02:00")
    assert berlin.minute(4.9) + 1 == berlin.minute(5.0)
    assert berlin.minute_start(berlin.minute(5.0)) == 5.0
    assert shown(berlin, 5.0) == "2026-05-04T09:00:00+02:00"


def test_without_a_start_minutes_count_from_the_first_frame() -> None:
    unknown = Clock(CameraSettings())
    assert [unknown.minute(t) for t in (0.0, 59.9, 60.0)] == [0, 0, 1]
    assert unknown.next_at(0.0, "12:00") == float("inf")


@pytest.mark.parametrize(
    ("start", "moments"),
    [
        # the last Sundays of March and October 2026: 02:30 does not exist, then exists twice
        ("2026-03-28T12:00:00+01:00", ["03-29T03:30:00+02:00", "03-30T02:30:00+02:00"]),
        ("2026-10-24T12:00:00+02:00", ["10-25T02:30:00+02:00", "10-26T02:30:00+01:00"]),
    ],
)
def test_a_time_of_day_comes_once_a_day_also_when_clocks_change(
    start: str, moments: list[str]
) -> None:
    berlin, time, found = clock(start), 0.0, []
    for _ in moments:
        time = berlin.next_at(time, "02:30")
        found.append(shown(berlin, time)[5:])
    assert found == moments


def test_midnight_may_be_written_as_the_end_of_the_day() -> None:
    berlin = clock("2026-05-04T12:00:00+02:00")
    assert berlin.next_at(0.0, "24:00") == berlin.next_at(0.0, "00:00") == 12 * 3600


@given(st.integers(0, 10**8), st.integers(0, 24 * 60))
def test_the_next_moment_shows_that_time_and_is_within_a_day_or_so(
    seconds: int, minute: int
) -> None:
    berlin = clock("2026-01-01T00:00:00+01:00")
    wanted = f"{minute // 60:02d}:{minute % 60:02d}"
    moment = berlin.next_at(float(seconds), wanted)
    assert seconds < moment <= seconds + 25 * 3600
    local = datetime.fromisoformat(shown(berlin, moment))
    skipped = local.utcoffset() != datetime.fromisoformat(shown(berlin, moment - 7200)).utcoffset()
    assert skipped or local.hour * 60 + local.minute == minute % (24 * 60)


def hours(start: str, spec: Mapping[str, object]) -> float:
    """How many hours of the day from ``start`` the schedule covers."""
    gate = Gate(clock(start), [Hours.model_validate(spec)], None, "home")
    return sum(gate.is_open(60.0 * m) for m in range(27 * 60)) / 60


def test_a_night_shift_has_nine_or_seven_hours_when_clocks_change() -> None:
    night = {"from": "22:00", "to": "06:00"}
    assert hours("2026-05-04T12:00:00+02:00", night) == 8
    assert hours("2026-03-28T12:00:00+01:00", night) == 7
    assert hours("2026-10-24T12:00:00+02:00", night) == 9


def test_days_are_those_on_which_a_stretch_begins() -> None:
    friday_night = {"days": ["fri"], "from": "22:00", "to": "06:00"}
    assert hours("2026-05-08T12:00:00+02:00", friday_night) == 8
    assert hours("2026-05-09T12:00:00+02:00", friday_night) == 0


def test_a_gate_needs_both_hours_and_mode() -> None:
    gate = Gate(clock("2026-05-04T12:00:00+02:00"), [Hours()], ["away", "night"], "home")
    assert not gate.is_open(0.0)
    gate.mode = "night"
    assert gate.is_open(0.0)


def test_a_frame_stands_for_the_time_since_the_one_before_but_not_for_a_gap() -> None:
    frames = FrameClock(0.1)
    assert [round(frames.step(t), 6) for t in (5.0, 5.1, 5.3, 5.4)] == [0.1, 0.1, 0.2, 0.1]
    assert frames.step(65.0) == pytest.approx(0.3)  # three times the usual


def test_a_wrong_nominal_interval_is_soon_forgotten() -> None:
    frames = FrameClock(0.01)
    assert sum(frames.step(0.5 * k) for k in range(1, 101)) == pytest.approx(50, rel=0.02)
