"""The numbers of a report, worked out of the index: no picture, no person, nothing of fewer than k.

``Sheet`` is plain data that goes as JSON to whoever draws it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import Connection

from curtilage.store.found import series
from curtilage.store.found.tallies import tallies
from curtilage.web.reports.period import Period

_S = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Flow:
    """Of a line or counter."""

    camera: str
    rule: str
    ins: list[int]  # per bucket; of a line: from A to B
    outs: list[int]
    inside: int | None  # at the end; None: it has none


@dataclass(frozen=True, slots=True)
class Occupied:
    """Of a zone."""

    camera: str
    rule: str
    mean: list[float | None]  # per bucket; None: not known
    most: list[int | None]


@dataclass(frozen=True, slots=True)
class Stays:
    """How long presences were; bins with fewer than k are not there."""

    camera: str
    rule: str
    lower_s: list[float]
    upper_s: list[float | None]  # None: no end
    presences: list[int]


@dataclass(frozen=True, slots=True)
class Noticed:
    """Events of a rule."""

    camera: str
    rule: str
    kind: str
    events: int
    armed: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """All of a report."""

    title: str
    kind: str
    zone: str
    made: str  # local time, as are all times here
    cameras: list[str]
    buckets: list[str]  # begins of the buckets, and the end of the last
    flows: list[Flow]
    occupied: list[Occupied]
    stays: list[Stays]
    noticed: list[Noticed]


def sheet_of(
    connection: Connection,
    period: Period,
    zone: ZoneInfo,
    cameras: Sequence[str],
    now_ns: int,
    rules: Sequence[str] | None = None,
) -> Sheet:
    """Works it out.

    Args:
        connection: of a transaction.
        period: of the report.
        zone: of the site.
        cameras: whose numbers.
        now_ns: UTC.
        rules: of which rules; None: all.
    """
    names, span, step = list(cameras), (period.from_ns, period.to_ns), period.kind.step
    counts = series.counts(connection, names, *span, step, zone, rules=rules)
    zones = series.occupancy(connection, names, *span, step, zone, rules=rules)
    stays = series.dwell(connection, names, *span, zone, rules=rules)
    events = tallies(connection, names, *span)
    return Sheet(
        title=period.title,
        kind=period.kind.value,
        zone=zone.key,
        made=_local(now_ns, zone),
        cameras=names,
        buckets=[_local(int(edge), zone) for edge in counts.edges],
        flows=[
            Flow(
                one.camera,
                one.rule,
                counts.ins[n].tolist(),
                counts.outs[n].tolist(),
                _known(int(counts.inside[n, -1])),
            )
            for n, one in enumerate(counts.series)
        ],
        occupied=[
            Occupied(
                one.camera,
                one.rule,
                [None if np.isnan(v) else round(v, 3) for v in zones.mean[n].tolist()],
                [_known(v) for v in zones.most[n].tolist()],
            )
            for n, one in enumerate(zones.series)
        ],
        stays=[
            Stays(
                one.series.camera,
                one.series.rule,
                one.lower_s.tolist(),
                [None if np.isinf(v) else v for v in one.upper_s.tolist()],
                one.presences.tolist(),
            )
            for one in stays
            if len(one.presences)
        ],
        noticed=[
            Noticed(one.camera, one.rule, one.kind.value, one.events, one.armed)
            for one in events
            if rules is None or one.rule in rules
        ],
    )


def _known(value: int) -> int | None:
    return None if value < 0 else value


def _local(time_ns: int, zone: ZoneInfo) -> str:
    return datetime.fromtimestamp(time_ns // _S, UTC).astimezone(zone).isoformat()
