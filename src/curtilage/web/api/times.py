"""Times on their way in and out: RFC 3339 outside, UTC nanoseconds inside."""

from datetime import UTC, datetime
from typing import Annotated, Final

from fastapi import Query
from pydantic import AwareDatetime

from curtilage.record.export.sidecar import rfc3339
from curtilage.web.refusal import Refused

Moment = AwareDatetime
"""RFC 3339, with its offset from UTC."""

From = Annotated[AwareDatetime, Query(alias="from", description="RFC 3339, with offset.")]
To = Annotated[AwareDatetime, Query(alias="to", description="RFC 3339, with offset; not in it.")]
MaybeFrom = Annotated[AwareDatetime | None, Query(alias="from", description="RFC 3339.")]
MaybeTo = Annotated[AwareDatetime | None, Query(alias="to", description="RFC 3339; not in it.")]


FIRST: Final = datetime(1970, 1, 1, tzinfo=UTC)
LAST: Final = datetime(2200, 1, 1, tzinfo=UTC)
"""Nanoseconds in 64 bits end in 2262, and local days around it must still be days."""


def ns_of(moment: datetime) -> int:
    """UTC nanoseconds; refuses with 422 what no recording can be of."""
    if not FIRST <= moment <= LAST:
        raise Refused(422, f"Times are from {FIRST.year} to {LAST.year} here.")
    return round(moment.timestamp() * 1e6) * 1000


def maybe_ns(moment: datetime | None) -> int | None:
    """The same; None stays None."""
    return None if moment is None else ns_of(moment)


def span(begin: datetime, end: datetime) -> tuple[int, int]:
    """UTC nanoseconds of both; refuses an empty span with 422."""
    from_ns, to_ns = ns_of(begin), ns_of(end)
    if from_ns >= to_ns:
        raise Refused(422, "`from` must be before `to`.")
    return from_ns, to_ns


def told(time_ns: int) -> str:
    """RFC 3339 in UTC, to the millisecond."""
    return rfc3339(time_ns)


def maybe_told(time_ns: int | None) -> str | None:
    """The same; None stays None."""
    return None if time_ns is None else rfc3339(time_ns)
