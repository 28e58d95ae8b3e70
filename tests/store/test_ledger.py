"""The ledger against a recorder that is played second by second."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, func, select

from curtilage.model import GapReason
from curtilage.store import Database, Ledger
from curtilage.store.recorded import gaps, ledger, runs, segments
from curtilage.store.recorded.cover import UNEXPLAINED, Interval, Reason
from curtilage.store.recorded.runs import Wanted
from curtilage.store.recorded.tables import gaps as gap_table
from tests.store.support import S, in_memory, intend, keep, row, short

GATE = [Wanted("gate", "main")]
RESTARTING, STALLED, EXPIRED = GapReason.RESTARTING, GapReason.STALLED, GapReason.EXPIRED


def said(
    connection: Connection, from_s: float, to_s: float, now_s: float | None = None
) -> list[tuple[float, float, Reason]]:
    now_ns = round((to_s if now_s is None else now_s) * S)
    return short(
        ledger.intervals(connection, "gate", "main", round(from_s * S), round(to_s * S), now_ns)
    )


class Played:
    """A recorder of one stream, in whole seconds; ``truth`` is what each second really was."""

    def __init__(self, connection: Connection, now_s: int = 1000) -> None:
        self.connection = connection
        self.first_s = now_s
        self.now_s = now_s
        self.truth: dict[int, Reason] = {}
        self.segment: tuple[int, int] | None = None  # number, start
        self.segments = 0
        self.end_s = now_s  # of what was recorded
        runs.begin(connection, now_s * S, GATE)
        self.beat_s = now_s
        self.state: Reason = RESTARTING

    def passes(self, seconds: int) -> None:
        for _ in range(seconds):
            self.truth[self.now_s] = self.state
            self.now_s += 1
            if self.state is None:
                self._fragment()
            if self.now_s % 5 == 0:
                runs.beat(self.connection, self.now_s * S)
                self.beat_s = self.now_s

    def records(self, seconds: int) -> None:
        if self.state is not None:
            gaps.resumed(self.connection, "gate", "main", self.now_s * S)
            self.state = None
        self.passes(seconds)

    def loses(self, reason: GapReason, seconds: int) -> None:
        self.cuts()
        gaps.explain(self.connection, "gate", "main", self.now_s * S, reason, "so it is")
        self.state = reason
        self.passes(seconds)

    def is_killed(self, seconds: int) -> None:
        """At any moment; recovery then finds the file's real end."""
        if self.state not in (None, RESTARTING):
            for second in range(max(self.beat_s, self._since()), self.now_s):
                self.truth[second] = RESTARTING
        self.state = RESTARTING
        self.passes_unseen(seconds)
        self.cuts()
        self._begins()

    def is_stopped(self, seconds: int) -> None:
        self.cuts()
        runs.end(self.connection, self.now_s * S)
        self.state = RESTARTING
        self.passes_unseen(seconds)
        self._begins()

    def clock_steps(self, seconds: int) -> None:
        """While it records; the truth of the time that is lived twice is whatever was recorded."""
        if self.state is not None:
            self.records(1)
        self.cuts()
        if seconds > 0:
            gaps.explain(self.connection, "gate", "main", self.now_s * S, GapReason.CLOCK_STEP, "")
            self.state = GapReason.CLOCK_STEP
            self.passes_unseen(seconds)
        else:
            self.now_s = max(self.now_s + seconds, self.first_s)
        self.end_s = self.now_s
        runs.beat(self.connection, self.now_s * S)
        self.beat_s = self.now_s
        self.records(1)

    def passes_unseen(self, seconds: int) -> None:
        for _ in range(seconds):
            self.truth[self.now_s] = self.state
            self.now_s += 1

    def cuts(self) -> None:
        if self.segment is not None:
            segments.closed(self.connection, self.segment[0], self.end_s * S, 100)
            self.segment = None

    def _begins(self) -> None:
        runs.begin(self.connection, self.now_s * S, GATE)
        self.beat_s = self.now_s

    def _since(self) -> int:
        since = self.now_s
        while self.truth.get(since - 1) == self.state:
            since -= 1
        return since

    def _fragment(self) -> None:
        if self.segment is None:
            self.segments += 1
            number = intend(self.connection, self.now_s - 1, f"{self.segments}.mp4")
            self.segment = (number, self.now_s - 1)
            segments.opened(self.connection, number, self.now_s * S, 10)
        elif self.now_s % 10 == 0:
            segments.grown(self.connection, self.segment[0], self.now_s * S, 50)
        self.end_s = self.now_s
        if self.now_s % 60 == 0:
            self.cuts()


seconds = st.integers(1, 40)
lasting = st.tuples(st.just("records"), seconds)
events = st.one_of(
    lasting,
    st.tuples(st.just("stalls"), seconds),
    st.tuples(st.just("unreachable"), seconds),
    st.tuples(st.just("killed"), seconds),
    st.tuples(st.just("stopped"), seconds),
)
steps = st.tuples(st.just("clock"), st.integers(-100, 100).filter(lambda n: n != 0))


def _play(played: Played, event: tuple[str, int]) -> None:
    what, amount = event
    if what == "records":
        played.records(amount)
    elif what == "stalls":
        played.loses(STALLED, amount)
    elif what == "unreachable":
        played.loses(GapReason.UNREACHABLE, amount)
    elif what == "killed":
        played.is_killed(amount)
    elif what == "stopped":
        played.is_stopped(amount)
    else:
        played.clock_steps(amount)


@settings(max_examples=settings().max_examples // 2)
@given(st.lists(events, min_size=1, max_size=12))
@example([("records", 7), ("killed", 3), ("stalls", 3), ("killed", 2)])
@example([("stalls", 7), ("stopped", 3), ("killed", 3), ("records", 2)])
def test_each_second_is_what_it_was(played_events: list[tuple[str, int]]) -> None:
    with in_memory() as connection:
        played = Played(connection)
        for event in played_events:
            _play(played, event)
            # Asked at any moment, not only when all is written.
            now = said(connection, played.first_s, played.now_s)
            assert _seconds(now) == played.truth
        for middle in range(played.first_s, played.now_s, 17):
            part = said(connection, middle, middle + 9, played.now_s)
            expected = range(middle, min(middle + 9, played.now_s))
            assert _seconds(part) == {at: played.truth[at] for at in expected}


@settings(max_examples=settings().max_examples // 2)
@given(st.lists(events | steps, min_size=1, max_size=10))
@example([("records", 30), ("clock", -20), ("killed", 5), ("records", 5)])
@example([("stalls", 30), ("clock", -20), ("stopped", 1), ("stalls", 1)])
def test_whatever_the_clock_does_the_sum_is_exact_and_nothing_is_unexplained(
    played_events: list[tuple[str, int]],
) -> None:
    with in_memory() as connection:
        played = Played(connection)
        for event in played_events:
            _play(played, event)
            whole = ledger.intervals(
                connection, "gate", "main", 0, played.now_s * S, played.now_s * S
            )
            lasted = (played.now_s - played.first_s) * S
            assert sum(ledger.totals(whole).values()) == lasted
            assert UNEXPLAINED not in ledger.totals(whole)


def _seconds(intervals: list[tuple[float, float, Reason]]) -> dict[int, Reason]:
    return {
        second: reason
        for start, end, reason in intervals
        for second in range(round(start), round(end))
    }


def test_a_stream_nobody_knows_has_no_ledger_and_a_new_one_begins_now(
    connection: Connection,
) -> None:
    assert said(connection, 0, 100) == []
    runs.begin(connection, 50 * S, GATE)
    assert said(connection, 0, 60) == [(50, 60, RESTARTING)]
    assert said(connection, 0, 40) == []
    assert ledger.known(connection) == [ledger.Known("gate", "main", 50 * S, None)]


def test_the_future_is_not_covered(connection: Connection) -> None:
    runs.begin(connection, 50 * S, GATE)
    assert said(connection, 0, 1000, now_s=55) == [(50, 55, RESTARTING)]


def test_the_last_seconds_count_before_they_are_in_the_index(connection: Connection) -> None:
    runs.begin(connection, 0, GATE)
    gaps.resumed(connection, "gate", "main", 1 * S)
    keep(connection, row(1, 100))
    runs.beat(connection, 110 * S)
    assert said(connection, 0, 110) == [(0, 1, RESTARTING), (1, 110, None)]


def test_a_recorder_that_says_nothing_for_long_is_a_bug_and_is_shown(
    connection: Connection,
) -> None:
    runs.begin(connection, 0, GATE)
    gaps.resumed(connection, "gate", "main", 1 * S)
    keep(connection, row(1, 100))
    runs.beat(connection, 131 * S)
    assert said(connection, 50, 131) == [(50, 100, None), (100, 131, UNEXPLAINED)]


def test_without_a_heartbeat_it_is_known_not_to_run(connection: Connection) -> None:
    runs.begin(connection, 0, GATE)
    gaps.resumed(connection, "gate", "main", 1 * S)
    keep(connection, row(1, 100))
    runs.beat(connection, 100 * S)
    assert said(connection, 50, 500) == [(50, 100, None), (100, 500, RESTARTING)]
    gaps.explain(connection, "gate", "main", 100 * S, STALLED, "")
    runs.beat(connection, 120 * S)
    assert said(connection, 50, 500) == [
        (50, 100, None),
        (100, 120, STALLED),
        (120, 500, RESTARTING),
    ]


def test_a_cause_that_changes_begins_where_the_other_ended(connection: Connection) -> None:
    runs.begin(connection, 0, GATE)
    for since, reason in (
        (10, STALLED),
        (10, STALLED),
        (20, GapReason.UNREACHABLE),
        (15, GapReason.REFUSED),  # said of a time before: the last cause is what counts
    ):
        gaps.explain(connection, "gate", "main", since * S, reason, "")
    runs.beat(connection, 40 * S)
    assert said(connection, 0, 40) == [
        (0, 10, RESTARTING),
        (10, 20, STALLED),
        (20, 40, GapReason.REFUSED),
    ]


def test_a_gap_that_ends_before_it_began_never_was(connection: Connection) -> None:
    runs.begin(connection, 0, GATE)
    gaps.resumed(connection, "gate", "main", 1 * S)
    keep(connection, row(1, 100))
    gaps.explain(connection, "gate", "main", 100 * S, STALLED, "")
    gaps.resumed(connection, "gate", "main", 90 * S)
    assert connection.execute(select(func.count()).select_from(gap_table)).scalar() == 1


@pytest.mark.parametrize("days", [20, pytest.param(365, marks=pytest.mark.slow)])
def test_expired_time_grows_as_one_row(connection: Connection, days: int) -> None:
    """Minutes, deleted 1,000 at a time, with one true gap among them."""
    runs.begin(connection, 0, GATE)
    gaps.resumed(connection, "gate", "main", 1)
    for first in range(0, days * 24 * 60, 1000):
        # The rows are not kept before: only what deletion tells the ledger is looked at.
        rows = [row(60.0 * minute, 60.0 * (minute + 1)) for minute in range(first, first + 1000)]
        if first == 7000:
            del rows[500:510]
            gaps.add(connection, 1, 7500 * 60 * S, 7510 * 60 * S, STALLED, "")
        gaps.expire(connection, rows)
    count = connection.execute(select(func.count()).select_from(gap_table)).scalar()
    assert count == 4  # the nanosecond of the beginning, before the gap, the gap, after it


@given(st.permutations(range(12)), st.sets(st.integers(0, 11)))
def test_segments_expire_in_any_order_and_become_one(
    order: list[int], never_recorded: set[int]
) -> None:
    with in_memory() as connection:
        for minute in set(range(12)) - never_recorded:
            keep(connection, row(minute * 60, minute * 60 + 59.95, path=f"{minute}.mp4"))
        for minute in order:
            found = segments.at(connection, "disk", f"{minute}.mp4")
            if found is not None:
                gaps.expire(connection, [found])
        reasons = dict.fromkeys(set(range(12)) - never_recorded, EXPIRED)
        runs_of_minutes = sum(1 for at in reasons if at - 1 not in reasons)
        count = connection.execute(select(func.count()).select_from(gap_table)).scalar()
        assert count == runs_of_minutes
        assert list(segments.of_volume(connection, "disk")) == []


def test_a_damaged_file_is_explained(connection: Connection) -> None:
    runs.begin(connection, 0, GATE)
    gaps.resumed(connection, "gate", "main", 0)
    keep(connection, row(0, 60), row(60, 120, path="bad.mp4"), row(120, 180))
    bad = segments.at(connection, "disk", "bad.mp4")
    assert bad is not None
    gaps.damaged(connection, [bad], "no picture in it")
    found = ledger.intervals(connection, "gate", "main", 0, 180 * S, 180 * S)
    assert found[1] == Interval(60 * S, 120 * S, GapReason.DAMAGED, "no picture in it")
    assert [one.recorded for one in found] == [True, False, True]


def test_a_rebuilt_index_says_that_its_explanations_are_lost(connection: Connection) -> None:
    keep(connection, row(100, 160), row(300, 360))
    gaps.index_rebuilt(connection, 390 * S)
    gaps.index_rebuilt(connection, 400 * S)
    runs.begin(connection, 400 * S, GATE)
    runs.beat(connection, 420 * S)
    assert said(connection, 0, 420) == [
        (100, 160, None),
        (160, 300, GapReason.INDEX_LOST),
        (300, 360, None),
        (360, 400, GapReason.INDEX_LOST),
        (400, 420, RESTARTING),
    ]


def test_a_rebuild_that_was_not_needed_changes_no_explanation(connection: Connection) -> None:
    runs.begin(connection, 0, GATE)
    gaps.resumed(connection, "gate", "main", 10 * S)
    keep(connection, row(10, 60), row(100, 160))
    gaps.add(connection, 1, 60 * S, 100 * S, STALLED, "")
    gaps.explain(connection, "gate", "main", 160 * S, GapReason.UNREACHABLE, "")
    runs.beat(connection, 200 * S)
    before = said(connection, 0, 200)
    assert len(before) == 5
    gaps.index_rebuilt(connection, 190 * S)
    assert said(connection, 0, 200) == before


def test_totals_and_the_share_recorded() -> None:
    whole = [
        Interval(0, 60, None),
        Interval(60, 70, STALLED),
        Interval(70, 80, EXPIRED),
        Interval(80, 100, GapReason.DISABLED),
        Interval(100, 110, STALLED),
    ]
    assert ledger.totals(whole) == {
        None: 60,
        STALLED: 20,
        EXPIRED: 10,
        GapReason.DISABLED: 20,
    }
    assert ledger.share_recorded(whole) == pytest.approx(70 / 90)
    assert ledger.share_recorded(whole[3:4]) is None


def test_the_ledger_of_a_database_keeps_the_order_in_which_it_was_told(
    database: Database,
) -> None:
    told = Ledger(database)
    told.begin(0, GATE)
    told.resumed("gate", "main", 2 * S)
    database.write(lambda c: keep(c, row(2, 50)))
    told.explain("gate", "main", 50 * S, STALLED, "no packet for 4 s")
    told.beat(60 * S).result(10.0)
    assert told.intervals("gate", "main", 0, 60 * S, 60 * S) == [
        Interval(0, 2 * S, RESTARTING, runs.FIRST),
        Interval(2 * S, 50 * S, None),
        Interval(50 * S, 60 * S, STALLED, "no packet for 4 s"),
    ]
    told.remove("gate", "main", 60 * S)
    told.end(61 * S).result(10.0)
    assert told.known() == [ledger.Known("gate", "main", 0, 60 * S)]


def test_a_month_of_minutes_is_one_interval(connection: Connection) -> None:
    starts = np.arange(0, 5000) * 60
    keep(connection, *(row(int(at), int(at) + 60) for at in starts))
    assert said(connection, 0, 300_000) == [(0, 300_000, None)]


def test_a_clock_that_was_in_1970_for_a_moment_changes_nothing_known(
    connection: Connection,
) -> None:
    year = 365 * 86_400
    runs.begin(connection, 40 * year * S, GATE)
    gaps.add(connection, 1, 40 * year * S, (40 * year + 100) * S, STALLED, "")
    gaps.resumed(connection, "gate", "main", (40 * year + 100) * S)
    keep(connection, row(40 * year + 100, 40 * year + 160))
    runs.begin(connection, 5 * S, GATE)
    gaps.resumed(connection, "gate", "main", 6 * S)
    segments.closed(connection, intend(connection, 6, "1970.mp4"), 16 * S, 10)
    gaps.explain(connection, "gate", "main", 16 * S, GapReason.CLOCK_STEP, "")
    gaps.resumed(connection, "gate", "main", (40 * year + 200) * S)
    runs.beat(connection, (40 * year + 200) * S)
    assert said(connection, 0, 40 * year + 205) == [
        (40 * year, 40 * year + 100, STALLED),
        (40 * year + 100, 40 * year + 160, None),
        (40 * year + 160, 40 * year + 200, GapReason.CLOCK_STEP),
        (40 * year + 200, 40 * year + 205, None),
    ]
