"""Moments as people type them."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from curtilage.cli.when import clock_of, exact, local, moment_ns, past_ns, span_ns
from curtilage.errors import InputError

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Puts this machine into a time zone for the test."""

    def put(name: str) -> None:
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield put
    monkeypatch.undo()
    time.tzset()


def ns(moment: datetime) -> int:
    return round(moment.timestamp()) * 1_000_000_000


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-23T11:30:00Z", NOW - timedelta(minutes=30)),
        ("2026-11-23 12:30+01:00", NOW - timedelta(minutes=30)),
        ("now", NOW),
        ("-90m", NOW - timedelta(minutes=90)),
        ("-2h", NOW - timedelta(hours=2)),
        ("-1.5d", NOW - timedelta(hours=36)),
    ],
)
def test_moments(text: str, moment: datetime) -> None:
    assert moment_ns(text, "--from", NOW) == ns(moment)


def test_without_an_offset_it_is_local_time() -> None:
    local = datetime(2026, 11, 23, 9, 15).astimezone()
    assert moment_ns("2026-11-23 09:15", "--from", NOW) == ns(local)


def test_a_time_of_day_is_the_last_one() -> None:
    for text in ("9:05", "23:59", "00:00:01"):
        found = moment_ns(text, "--from", NOW)
        assert ns(NOW) - 86_400_000_000_000 < found <= ns(NOW)
        assert f" {text.rjust(5, '0')}" in local(found)


@pytest.mark.parametrize("text", ["", "yesterday", "25:00", "-2", "2026-13-01", "1e400"])
def test_what_is_no_moment_is_told(text: str) -> None:
    with pytest.raises(InputError, match=r"^--to .*: is no moment; write "):
        moment_ns(text, "--to", NOW)


@pytest.mark.parametrize(
    "text",
    ["-1000000d", "-99999999999999d", "9999-01-01", "0001-01-01", "1969-12-31", "2200-01-01"],
)
@pytest.mark.parametrize("place", ["UTC", "America/St_Johns", "Asia/Tokyo"])
def test_what_is_too_far_away_is_told(zone: Callable[[str], None], place: str, text: str) -> None:
    zone(place)
    with pytest.raises(InputError, match=r"^--to .*: is too far away; it must be from 1971"):
        moment_ns(text, "--to", NOW)


@pytest.mark.parametrize(
    ("begin", "end", "understood"),
    [
        ("13:30", "15:00", ("2026-11-23 13:30:00+01:00", "2026-11-23 15:00:00+01:00")),
        ("15:30", "16:00", ("2026-11-22 15:30:00+01:00", "2026-11-22 16:00:00+01:00")),
        ("23:50", "0:10", ("2026-11-22 23:50:00+01:00", "2026-11-23 00:10:00+01:00")),
        ("13:30", "13:30", ("2026-11-23 13:30:00+01:00", "2026-11-24 13:30:00+01:00")),
        ("2026-11-20 14:00", "14:10", ("2026-11-20 14:00:00+01:00", "2026-11-20 14:10:00+01:00")),
        ("-2h", "now", ("2026-11-23 12:00:00+01:00", "2026-11-23 14:00:00+01:00")),
        (
            "2026-10-25 02:30+02:00",
            "2:45",
            ("2026-10-25 02:30:00+02:00", "2026-10-25 02:45:00+02:00"),
        ),
        (
            "2026-10-25 02:50+02:00",
            "2:45",
            ("2026-10-25 02:50:00+02:00", "2026-10-25 02:45:00+01:00"),
        ),
    ],
)
def test_a_time_of_day_as_the_end_is_the_first_after_the_beginning(
    zone: Callable[[str], None], begin: str, end: str, understood: tuple[str, str]
) -> None:
    zone("Europe/Berlin")
    now = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)  # 14:00 there
    from_ns, to_ns = span_ns(begin, end, now)
    assert (exact(from_ns), exact(to_ns)) == understood


def test_of_the_future_nothing_is_known() -> None:
    begin, end = (f"{NOW + timedelta(hours=hours):%Y-%m-%dT%H:%MZ}" for hours in (1, 2))
    assert span_ns(begin, end, NOW) == (ns(NOW) + 3600 * 10**9, ns(NOW) + 7200 * 10**9)
    assert past_ns("-1h", end, NOW) == (ns(NOW) - 3600 * 10**9, ns(NOW))
    with pytest.raises(InputError, match=r"--from .*: lies in the future"):
        past_ns(begin, end, NOW)


@pytest.mark.parametrize(
    ("place", "moment", "later", "shown"),
    [
        (
            "Europe/Berlin",
            datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
            150,
            "2026-10-25 02:30:00+02:00",
        ),
        (
            "Europe/Berlin",
            datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
            240,
            "2026-10-25 02:30:00+01:00",
        ),
        (
            "America/St_Johns",
            datetime(2026, 7, 1, 12, tzinfo=UTC),
            150,
            "2026-07-01 09:30:00-02:30",
        ),
        (
            "America/St_Johns",
            datetime(2026, 12, 1, 12, tzinfo=UTC),
            150,
            "2026-12-01 08:30:00-03:30",
        ),
    ],
)
def test_old_times_have_the_offset_of_their_day(
    zone: Callable[[str], None], place: str, moment: datetime, later: int, shown: str
) -> None:
    zone(place)
    assert exact(ns(moment)) == shown
    heading, clock = clock_of([ns(moment)], moment)
    assert heading == f"times with {shown[19:]} from UTC"
    assert clock(ns(moment)) == shown[:19]
    heading, clock = clock_of([ns(moment)], moment + timedelta(days=later))
    assert heading == "each time with its offset from UTC"
    assert clock(ns(moment)) == shown
