from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curtilage.store import StoreError
from curtilage.store.found import buckets
from curtilage.store.found.buckets import Step
from tests.store.support import S

ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",  # by half an hour
    "America/Havana",  # midnight twice
    "Asia/Beirut",  # midnight skipped
    "Pacific/Apia",  # a whole day skipped, in 2011
]


def hours_of(name: str, *day: int) -> list[float]:
    zone = ZoneInfo(name)
    begin = round(datetime(day[0], day[1], day[2], tzinfo=zone).timestamp()) * S
    start, length = buckets.day_of(begin, zone)
    assert start == begin
    edges = buckets.edges(start, start + length, Step.HOUR, zone)
    return [float(one) for one in np.diff(edges) / (3600 * S)]


def test_days_have_the_hours_that_they_have() -> None:
    assert hours_of("Europe/Berlin", 2026, 3, 29) == [1.0] * 23
    assert hours_of("Europe/Berlin", 2026, 10, 25) == [1.0] * 25
    assert hours_of("Asia/Kolkata", 2026, 3, 29) == [1.0] * 24
    assert hours_of("America/Havana", 2026, 11, 1) == [1.0] * 25
    assert hours_of("Asia/Beirut", 2026, 3, 29) == [1.0] * 23
    assert sum(hours_of("Australia/Lord_Howe", 2026, 4, 5)) == 24.5
    assert sum(hours_of("Australia/Lord_Howe", 2026, 10, 4)) == 23.5


def test_weeks_begin_on_monday_and_months_on_the_first() -> None:
    zone = ZoneInfo("Europe/Berlin")

    def local(step: Step) -> list[str]:
        begin = round(datetime(2026, 2, 27, 15, tzinfo=zone).timestamp()) * S
        edges = buckets.edges(begin, begin + 7 * 86_400 * S, step, zone)
        return [datetime.fromtimestamp(one / S, zone).strftime("%a %d %H:%M") for one in edges]

    assert local(Step.WEEK) == ["Mon 23 00:00", "Mon 02 00:00", "Mon 09 00:00"]
    assert local(Step.MONTH) == ["Sun 01 00:00", "Sun 01 00:00", "Wed 01 00:00"]


def test_too_much_is_refused() -> None:
    zone = ZoneInfo("UTC")
    with pytest.raises(StoreError, match="longer step"):
        buckets.edges(0, 10**18, Step.MINUTE, zone)
    with pytest.raises(StoreError, match="end after it begins"):
        buckets.edges(5, 5, Step.MINUTE, zone)


@settings(max_examples=150, deadline=None)
@given(
    st.integers(1_262_304_000, 1_893_456_000),  # 2010 to 2030
    st.integers(1, 20 * 86_400),
    st.sampled_from(Step),
    st.sampled_from(ZONES),
)
def test_buckets_follow_each_other_and_say_the_same_from_anywhere(
    begin_s: int, length_s: int, step: Step, name: str
) -> None:
    zone = ZoneInfo(name)
    from_ns, to_ns = begin_s * S, (begin_s + length_s) * S
    edges = buckets.edges(from_ns, to_ns, step, zone)
    assert (np.diff(edges) > 0).all()
    assert edges[0] <= from_ns < edges[1]
    assert edges[-2] < to_ns <= edges[-1]
    again = buckets.edges(from_ns - 3 * 86_400 * S, to_ns + 86_400 * S, step, zone)
    assert set(edges.tolist()) <= set(again.tolist())
    minute = buckets.minute_of(from_ns)
    assert minute <= from_ns < minute + buckets.MINUTE_NS
    for found, wanted in ((buckets.hour_of, Step.HOUR), (buckets.day_of, Step.DAY)):
        start, length = found(minute, zone)
        alone = buckets.edges(minute, minute + 1, wanted, zone)
        assert alone.tolist() == [start, start + length]
