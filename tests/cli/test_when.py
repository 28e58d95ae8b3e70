"""Moments as people type them."""

from datetime import UTC, datetime, timedelta

import pytest

from curtilage.cli.when import local, moment_ns
from curtilage.errors import InputError

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


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
