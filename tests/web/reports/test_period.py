"""Days, weeks and months by the clock on the wall."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curtilage.web.reports.period import PeriodKind, before, last_over, period

BERLIN = ZoneInfo("Europe/Berlin")
HOUR_NS = 3600 * 10**9


def ns(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=BERLIN).timestamp()) * 10**9


@pytest.mark.parametrize(
    ("kind", "name", "title"),
    [
        (PeriodKind.DAY, "day-2026-11-18", "Wednesday, 18 November 2026"),
        (PeriodKind.WEEK, "week-2026-11-16", "Week of 16 November to 22 November 2026"),
        (PeriodKind.MONTH, "month-2026-11-01", "November 2026"),
    ],
)
def test_the_one_that_holds_a_day(kind: PeriodKind, name: str, title: str) -> None:
    found = period(kind, date(2026, 11, 18), BERLIN)
    assert (found.name, found.title) == (name, title)


def test_a_day_on_which_the_clocks_change() -> None:
    found = period(PeriodKind.DAY, date(2026, 10, 25), BERLIN)
    assert found.to_ns - found.from_ns == 25 * HOUR_NS


def test_it_is_due_from_its_time_of_day_on() -> None:
    early, late = ns("2026-11-23T00:59"), ns("2026-11-23T01:00")
    assert last_over(PeriodKind.DAY, early, BERLIN, "01:00").name == "day-2026-11-21"
    assert last_over(PeriodKind.DAY, late, BERLIN, "01:00").name == "day-2026-11-22"
    assert last_over(PeriodKind.WEEK, early, BERLIN, "01:00").name == "week-2026-11-09"
    assert last_over(PeriodKind.WEEK, late, BERLIN, "01:00").name == "week-2026-11-16"
    assert last_over(PeriodKind.MONTH, late, BERLIN).name == "month-2026-10-01"


@given(st.sampled_from(PeriodKind), st.dates(date(1980, 1, 1), date(2100, 1, 1)))
def test_they_follow_each_other_without_hole(kind: PeriodKind, day: date) -> None:
    found = period(kind, day, BERLIN)
    assert found.first <= day < found.after
    assert before(found, BERLIN).to_ns == found.from_ns
