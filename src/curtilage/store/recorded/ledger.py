"""The gap ledger: every second of every stream is recorded or has a reason.

What is recorded stands in ``segments``, what is not in ``gaps``; ``cover`` lays one over the
other. While the recorder runs, the last seconds (not yet in the index) count as what the stream
is doing now; when it does not, they are ``RESTARTING``.
"""

from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Final

import numpy as np
from sqlalchemy import Connection, select

from curtilage.model import GapReason
from curtilage.store.index.database import Database
from curtilage.store.recorded import gaps, runs
from curtilage.store.recorded.cover import SLIVER_NS, UNEXPLAINED, Interval, Reason, Spans, cover
from curtilage.store.recorded.segments import LONGEST_NS
from curtilage.store.recorded.tables import FOREVER, segments, streams
from curtilage.store.recorded.tables import gaps as gap_table

BEAT_NS: Final = 5_000_000_000
"""How often a running recorder says so."""
STALE_NS: Final = 3 * BEAT_NS
"""No heartbeat for so long: it does not run."""
TAIL_NS: Final = 30_000_000_000
"""A running recorder's rows lag behind by no more (rows grow every 10 s); else it is a bug."""

MEDDLED: Final = "neither a recording nor a reason was found"

_WEAK: Final = tuple(
    reason.value for reason in (GapReason.RESTARTING, GapReason.CLOCK_STEP, GapReason.INDEX_LOST)
)
"""Said where nothing better is known (a clock may step over years): other reasons win."""


@dataclass(frozen=True, slots=True)
class Known:
    """A stream of the ledger, and the time that it speaks of."""

    camera: str
    stream: str
    from_ns: int  # before that nothing was known of it, and nothing is counted
    until_ns: int | None  # it left the settings then; None: it is in them


class Ledger:
    """The ledger of a site; writes return at once, with a future that is done when it is kept."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, now_ns: int, wanted: Sequence[runs.Wanted]) -> Future[None]:
        """A run of the recorder begins (after recovery): see ``runs.begin``."""
        return self._database.write(lambda c: runs.begin(c, now_ns, wanted))

    def end(self, now_ns: int) -> Future[None]:
        """The run ends; the last segments are closed already."""
        return self._database.write(lambda c: runs.end(c, now_ns))

    def beat(self, now_ns: int) -> Future[None]:
        """The recorder runs; every ``BEAT_NS``."""
        return self._database.write(lambda c: runs.beat(c, now_ns))

    def explain(
        self, camera: str, stream: str, since_ns: int, reason: GapReason, sentence: str
    ) -> Future[None]:
        """Nothing is recorded since ``since_ns``: see ``gaps.explain``."""
        return self._database.write(
            lambda c: gaps.explain(c, camera, stream, since_ns, reason, sentence)
        )

    def resumed(self, camera: str, stream: str, at_ns: int) -> Future[None]:
        """It is recorded again from ``at_ns`` on: see ``gaps.resumed``."""
        return self._database.write(lambda c: gaps.resumed(c, camera, stream, at_ns))

    def include(self, camera: str, stream: str, now_ns: int) -> Future[None]:
        """The stream came into the settings while we run: see ``runs.include``."""
        return self._database.write(lambda c: runs.include(c, runs.Wanted(camera, stream), now_ns))

    def remove(self, camera: str, stream: str, at_ns: int) -> Future[None]:
        """The stream left the settings while we run; its ledger ends at ``at_ns``."""
        return self._database.write(lambda c: runs.remove(c, camera, stream, at_ns))

    def known(self) -> list[Known]:
        """All streams that the ledger speaks of, by name."""
        with self._database.read() as connection:
            return known(connection)

    def intervals(
        self, camera: str, stream: str, from_ns: int, to_ns: int, now_ns: int
    ) -> list[Interval]:
        """``[from_ns, to_ns)`` of a stream without a hole: see ``intervals``."""
        with self._database.read() as connection:
            return intervals(connection, camera, stream, from_ns, to_ns, now_ns)


def intervals(
    connection: Connection, camera: str, stream: str, from_ns: int, to_ns: int, now_ns: int
) -> list[Interval]:
    """What is known of ``[from_ns, to_ns)``, in order, each beginning where the last one ended.

    It begins no earlier than the stream was first known (``known``), and ends no later than now
    or than the stream left the settings. Empty, if nothing of it is known.
    """
    row = connection.execute(
        select(streams.c.id, streams.c.known_ns, streams.c.removed_ns).where(
            streams.c.camera == camera, streams.c.stream == stream
        )
    ).first()
    if row is None:
        return []
    from_ns = max(from_ns, row.known_ns)
    to_ns = min(to_ns, now_ns, FOREVER if row.removed_ns is None else row.removed_ns)
    if to_ns <= from_ns:
        return []
    recorded = _recorded(connection, row.id, from_ns - SLIVER_NS, to_ns + SLIVER_NS)
    explained = _explained(connection, row.id, from_ns - SLIVER_NS, to_ns + SLIVER_NS)
    if row.removed_ns is None:
        tail = _tail(connection, row.id, now_ns)
    else:  # it was being let go
        let_go_ns = runs.known_until(connection, row.id, row.removed_ns)
        tail = [Interval(let_go_ns, row.removed_ns, GapReason.DISABLED, runs.LEFT)]
    lost = [one for one in explained if one.reason is GapReason.INDEX_LOST]
    kept = [one for one in explained if one.reason is not GapReason.INDEX_LOST]
    return cover(recorded, [*lost, *tail, *kept], from_ns, to_ns)


def explain_rest(connection: Connection, now_ns: int) -> int:
    """What nothing explains counts as ``INDEX_LOST`` from now on; how long that is, of all streams.

    Only for repairs: in a ledger that nobody has meddled with there is nothing of it. Up to the
    last thing known of each stream, since what comes after is still to be told.
    """
    sum_ns = 0
    for row in connection.execute(select(streams.c.id, streams.c.camera, streams.c.stream)).all():
        end_ns = runs.known_until(connection, row.id, now_ns)
        for one in intervals(connection, row.camera, row.stream, 0, end_ns, now_ns):
            if one.reason == UNEXPLAINED:
                sum_ns += one.end_ns - one.start_ns
                gaps.add(
                    connection, row.id, one.start_ns, one.end_ns, GapReason.INDEX_LOST, MEDDLED
                )
    return sum_ns


def known(connection: Connection) -> list[Known]:
    """All streams that the ledger speaks of, by name."""
    rows = connection.execute(
        select(
            streams.c.camera, streams.c.stream, streams.c.known_ns, streams.c.removed_ns
        ).order_by(streams.c.camera, streams.c.stream)
    )
    return [Known(*row) for row in rows]


def totals(cover: Iterable[Interval]) -> dict[Reason, int]:
    """Nanoseconds per reason (None: recorded); their sum is the time covered."""
    sums: dict[Reason, int] = {}
    for one in cover:
        sums[one.reason] = sums.get(one.reason, 0) + one.end_ns - one.start_ns
    return sums


def share_recorded(cover: Iterable[Interval]) -> float | None:
    """Part of the time that was recorded, 0..1 (recorded and expired since counts as recorded).

    Time that the owner switched off does not count; None if there is no other.
    """
    sums = totals(cover)
    kept = sums.get(None, 0) + sums.get(GapReason.EXPIRED, 0)
    asked = sum(sums.values()) - sums.get(GapReason.DISABLED, 0)
    return kept / asked if asked else None


def _recorded(connection: Connection, number: int, from_ns: int, to_ns: int) -> Spans:
    rows = connection.execute(
        select(segments.c.start_ns, segments.c.end_ns).where(
            segments.c.stream_id == number,
            segments.c.start_ns >= from_ns - LONGEST_NS,
            segments.c.start_ns < to_ns,
            segments.c.end_ns > from_ns,
        )
    ).all()
    return np.array([tuple(row) for row in rows], np.int64).reshape(-1, 2)


def _explained(connection: Connection, number: int, from_ns: int, to_ns: int) -> list[Interval]:
    """Closed gaps, the weak ones first, then in the order in which they were written."""
    rows = connection.execute(
        select(gap_table.c.start_ns, gap_table.c.end_ns, gap_table.c.reason, gap_table.c.sentence)
        .where(
            gap_table.c.stream_id == number,
            gap_table.c.end_ns > from_ns,
            gap_table.c.end_ns < FOREVER,
            gap_table.c.start_ns < to_ns,
        )
        .order_by(gap_table.c.reason.not_in(_WEAK), gap_table.c.id)
    )
    return [Interval(row[0], row[1], GapReason(row[2]), row[3]) for row in rows]


def _tail(connection: Connection, number: int, now_ns: int) -> list[Interval]:
    """What the stream does now: from the last thing known until now. Weaker than all rows."""
    beat_ns = runs.last_beat(connection)
    runs_now = beat_ns is not None and now_ns - beat_ns <= STALE_NS
    until_ns = runs.known_until(connection, number, now_ns)
    stopped = GapReason.RESTARTING
    gap = gaps.open_gap(connection, number)
    if gap is None and runs_now and now_ns - until_ns <= TAIL_NS:
        return [Interval(until_ns, now_ns, None)]
    if gap is None:
        return [] if runs_now else [Interval(until_ns, now_ns, stopped, runs.NOT_RUNNING)]
    if runs_now or gap.reason in (GapReason.DISABLED, GapReason.RESTARTING):
        return [Interval(gap.start_ns, now_ns, gap.reason, gap.sentence)]
    knew_ns = max(gap.start_ns, beat_ns if beat_ns is not None else gap.start_ns)
    return [
        Interval(gap.start_ns, knew_ns, gap.reason, gap.sentence),
        Interval(knew_ns, now_ns, stopped, runs.NOT_RUNNING),
    ]
