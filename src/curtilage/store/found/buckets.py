"""Buckets of time: minutes, hours and days as the clock on the wall shows them.

Pure. Days begin at local midnight, so they have 23 or 25 hours when the clocks change; hours begin
when the local clock shows a full hour, and end early where the clock jumps by less than an hour.
Buckets of one step follow each other without hole or overlap.
"""

from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from curtilage.store.errors import StoreError

Edges: TypeAlias = npt.NDArray[np.int64]  # [B + 1], UTC ns: bucket b is [edges[b], edges[b + 1])

MOST: Final = 200_000
"""Most buckets in one answer: 138 days of minutes."""
_S: Final = 1_000_000_000


class Step(StrEnum):
    """How long a bucket is."""

    MINUTE = "minute"
    QUARTER = "quarter"  # of an hour
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"  # from Monday
    MONTH = "month"

    @property
    def kept(self) -> int:
        """Nominal seconds of the stored rows that its buckets are added up from."""
        return _KEPT[self]


MINUTE: Final = 60
HOUR: Final = 3600
DAY: Final = 86_400
MINUTE_NS: Final = 60 * _S
_KEPT: Final = {
    Step.MINUTE: MINUTE,
    Step.QUARTER: MINUTE,
    Step.HOUR: HOUR,
    Step.DAY: DAY,
    Step.WEEK: DAY,
    Step.MONTH: DAY,
}
_WITHIN_A_DAY: Final = {Step.MINUTE: 60, Step.QUARTER: 900, Step.HOUR: 3600}


def minute_of(time_ns: int) -> int:
    """Start (ns) of the minute that holds ``time_ns``; the same in every zone."""
    return time_ns - time_ns % MINUTE_NS


@lru_cache(maxsize=4096)
def hour_of(minute_ns: int, zone: ZoneInfo) -> tuple[int, int]:
    """Start and length (ns) of the hour that holds the minute ``minute_ns``."""
    edges = _of_day(_date(minute_ns, zone), Step.HOUR, zone)
    at = int(np.searchsorted(edges, minute_ns, side="right")) - 1
    return int(edges[at]), int(edges[at + 1] - edges[at])


@lru_cache(maxsize=4096)
def day_of(minute_ns: int, zone: ZoneInfo) -> tuple[int, int]:
    """Start and length (ns) of the local day that holds the minute ``minute_ns``."""
    today = _date(minute_ns, zone)
    start = midnight_ns(today, zone)
    return start, midnight_ns(today + timedelta(days=1), zone) - start


def edges(from_ns: int, to_ns: int, step: Step, zone: ZoneInfo) -> Edges:
    """The edges of all buckets that hold something of ``[from_ns, to_ns)``.

    Raises:
        StoreError: there would be more than ``MOST``, or the range is empty.
    """
    if to_ns <= from_ns:
        raise StoreError("The range of time must end after it begins.")
    length_s = _WITHIN_A_DAY.get(step, DAY)
    if (to_ns - from_ns) / _S / length_s > MOST:
        raise StoreError(
            f"That would be more than {MOST:,} buckets; ask for a shorter time or a longer step."
        )
    first, last = _date(from_ns, zone), _date(to_ns - 1, zone)
    if step in _WITHIN_A_DAY:
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        found = np.concatenate(
            [*(_of_day(day, step, zone)[:-1] for day in days), [_end_of(last, zone)]]
        )
    else:
        starts = [_begin(first, step)]
        while starts[-1] <= last:
            starts.append(_next(starts[-1], step))
        found = np.array([midnight_ns(day, zone) for day in starts], np.int64)
    begin = int(np.searchsorted(found, from_ns, side="right")) - 1
    end = int(np.searchsorted(found, to_ns, side="left"))
    return found[begin : end + 1]


def midnight_ns(day: date, zone: ZoneInfo) -> int:
    """UTC ns at which a local day begins; where midnight is skipped, when the clock jumps."""
    return round(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()) * _S


def _date(time_ns: int, zone: ZoneInfo) -> date:
    return datetime.fromtimestamp(time_ns // _S, zone).date()


def _end_of(day: date, zone: ZoneInfo) -> int:
    return midnight_ns(day + timedelta(days=1), zone)


def _begin(day: date, step: Step) -> date:
    if step is Step.WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if step is Step.MONTH else day


def _next(day: date, step: Step) -> date:
    if step is Step.MONTH:
        return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return day + timedelta(days=7 if step is Step.WEEK else 1)


@lru_cache(maxsize=1024)
def _of_day(day: date, step: Step, zone: ZoneInfo) -> Edges:
    """The edges of a local day's buckets, its end included."""
    length = _WITHIN_A_DAY[step]
    start, end = midnight_ns(day, zone) // _S, _end_of(day, zone) // _S
    pieces = []
    at = start
    while at < end:  # once, twice on a day on which the clocks change
        until = _change(at, end, zone)
        first = at - (at + _offset(at, zone)) % length
        piece = np.arange(first, until, length, dtype=np.int64)
        pieces.append(np.maximum(piece, at))
        at = until
    found = np.concatenate([*pieces, [end]]) * _S
    found.setflags(write=False)
    return found


def _change(start: int, end: int, zone: ZoneInfo) -> int:
    """The second at which the zone's offset changes first in ``(start, end)``; else ``end``."""
    offset = _offset(start, zone)
    for hour in range(start, end, 3600):
        low, high = max(hour - 1, start), min(hour + 3600, end)
        if _offset(high - 1, zone) == offset:
            continue
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if _offset(middle, zone) == offset else (low, middle)
        return high
    return end


def _offset(second: int, zone: ZoneInfo) -> int:
    found = datetime.fromtimestamp(second, UTC).astimezone(zone).utcoffset()
    return round(found.total_seconds()) if found is not None else 0
