"""The days, weeks and months that reports are of, by the site's clock. Pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from curtilage.config.schedule import minutes
from curtilage.store.found.buckets import Step, midnight_ns

_S = 1_000_000_000


class PeriodKind(StrEnum):
    """How long a report's time is."""

    DAY = "day"
    WEEK = "week"  # from Monday
    MONTH = "month"

    @property
    def step(self) -> Step:
        """Of the buckets in it."""
        return Step.HOUR if self is PeriodKind.DAY else Step.DAY


@dataclass(frozen=True, slots=True)
class Period:
    """The time of one report."""

    kind: PeriodKind
    first: date  # local days
    after: date  # the first one that is not in it
    from_ns: int
    to_ns: int

    @property
    def name(self) -> str:
        """Of its files, as in ``week-2026-11-16``."""
        return f"{self.kind.value}-{self.first.isoformat()}"

    @property
    def title(self) -> str:
        """For people."""
        if self.kind is PeriodKind.DAY:
            return f"{self.first:%A}, {self.first.day} {self.first:%B %Y}"
        if self.kind is PeriodKind.MONTH:
            return f"{self.first:%B %Y}"
        last = self.after - timedelta(days=1)
        return f"Week of {self.first.day} {self.first:%B} to {last.day} {last:%B %Y}"


def period(kind: PeriodKind, day: date, zone: ZoneInfo) -> Period:
    """The one that holds a local day."""
    first = _first(kind, day)
    after = _next(kind, first)
    return Period(kind, first, after, midnight_ns(first, zone), midnight_ns(after, zone))


def before(one: Period, zone: ZoneInfo) -> Period:
    """The one right before."""
    return period(one.kind, one.first - timedelta(days=1), zone)


def last_over(kind: PeriodKind, now_ns: int, zone: ZoneInfo, at: str = "00:00") -> Period:
    """The last one that is over for as long as the time of day ``at``."""
    settled_ns = now_ns - minutes(at) * 60 * _S
    today = datetime.fromtimestamp(settled_ns // _S, UTC).astimezone(zone).date()
    return before(period(kind, today, zone), zone)


def _first(kind: PeriodKind, day: date) -> date:
    if kind is PeriodKind.WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if kind is PeriodKind.MONTH else day


def _next(kind: PeriodKind, first: date) -> date:
    if kind is PeriodKind.MONTH:
        return (first + timedelta(days=32)).replace(day=1)
    return first + timedelta(days=7 if kind is PeriodKind.WEEK else 1)
