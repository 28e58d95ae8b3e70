import itertools
from collections import Counter
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import Connection, event

from curtilage.store import Database, PathTakenError, StoreError
from curtilage.store.recorded import gaps, ledger, segments, totals
from curtilage.store.recorded.segments import LONGEST_NS, SegmentRow, State
from tests.store.support import S, in_memory, intend, keep, row


def test_a_segment_goes_through_its_states(connection: Connection) -> None:
    number = intend(connection, 100, "gate/a.mp4")
    (found,) = segments.unfinished(connection)
    assert (found.state, found.start_ns, found.end_ns, found.bytes) == (
        State.INTENDED,
        100 * S,
        100 * S,
        0,
    )
    assert segments.between(connection, "gate", None, 0, 200 * S) == []
    segments.opened(connection, number, 101 * S, 10)
    segments.grown(connection, number, 110 * S, 100)
    (found,) = segments.between(connection, "gate", "main", 0, 200 * S)
    assert (found.state, found.end_ns, found.bytes) == (State.OPEN, 110 * S, 100)
    segments.closed(connection, number, 160 * S, 600)
    assert segments.unfinished(connection) == []
    assert segments.at(connection, "disk", "gate/a.mp4") == SegmentRow(
        id=number,
        camera="gate",
        stream="main",
        volume="disk",
        path="gate/a.mp4",
        start_ns=100 * S,
        end_ns=160 * S,
        bytes=600,
        state=State.CLOSED,
        serial="00" * 16,
        number=0,
        codec="h264",
        width=1280,
        height=720,
    )
    (marked,) = segments.mark_deleting(connection, [number])
    assert marked.state is State.DELETING
    assert segments.mark_deleting(connection, [number]) == []
    assert segments.unfinished(connection) == [marked]
    assert segments.between(connection, "gate", None, 0, 200 * S) == []
    segments.keep_after_all(connection, [number])
    assert segments.unfinished(connection) == []
    segments.drop(connection, [number])
    assert segments.at(connection, "disk", "gate/a.mp4") is None
    assert totals.usage(connection) == []


def test_a_path_is_taken_once_a_volume(connection: Connection) -> None:
    intend(connection, 1, "a.mp4")
    intend(connection, 1, "a.mp4", volume="other disk")
    with pytest.raises(PathTakenError):
        intend(connection, 2, "a.mp4")


def test_what_cannot_be_is_refused(connection: Connection) -> None:
    number = intend(connection, 100, "a.mp4")
    with pytest.raises(StoreError, match="no segment 77"):
        segments.opened(connection, 77, 1, 1)
    with pytest.raises(StoreError, match=r"would last -1\.000 s"):
        segments.opened(connection, number, 99 * S, 1)
    with pytest.raises(StoreError, match=r"would last 86400\.000 s"):
        segments.closed(connection, number, 100 * S + LONGEST_NS + 1, 1)
    segments.closed(connection, number, 101 * S, 1)
    segments.mark_deleting(connection, [number])
    with pytest.raises(StoreError, match="could become open"):
        segments.grown(connection, number, 102 * S, 1)


def test_between_finds_what_reaches_into_the_range(connection: Connection) -> None:
    long_one = row(0, 80_000)
    keep(connection, long_one, row(80_000, 80_060), row(80_060, 80_120))
    keep(connection, row(80_000, 80_060, stream="small"), row(80_000, 80_060, camera="door"))

    def starts(stream: str | None, from_s: float, to_s: float) -> list[float]:
        found = segments.between(connection, "gate", stream, round(from_s * S), round(to_s * S))
        return [one.start_ns / S for one in found]

    assert starts("main", 79_999.9, 80_000) == [0]
    assert starts("main", 80_000, 80_060) == [80_000]
    assert starts(None, 80_000, 80_060.1) == [80_000, 80_000, 80_060]
    assert starts("main", 80_120, 90_000) == []


def test_the_oldest_first_by_camera_and_by_volume(connection: Connection) -> None:
    keep(connection, row(30, 40), row(10, 20), row(20, 30, stream="small"))
    keep(connection, row(5, 9, camera="door", volume="other"), row(15, 19, camera="door"))
    intend(connection, 1, "not closed.mp4")

    def of_camera(camera: str, before_s: int, most: int, *among: str) -> list[float]:
        found = segments.oldest_of_camera(
            connection, camera, before_ns=before_s * S, most=most, among=among or None
        )
        return [one.start_ns / S for one in found]

    def of_volume(volume: str, most: int) -> list[float]:
        found = segments.oldest_on_volume(connection, volume, most=most)
        return [one.start_ns / S for one in found]

    assert of_camera("gate", 100, 10) == [10, 20, 30]
    assert of_camera("gate", 30, 10) == [10, 20]
    assert of_camera("gate", 100, 1) == [10]
    assert of_camera("nobody", 100, 1) == []
    assert of_camera("door", 100, 9) == [5, 15]
    assert of_camera("door", 100, 9, "disk") == [15]
    assert of_camera("door", 100, 9, "disk", "other") == [5, 15]
    assert of_camera("door", 100, 9, "never seen") == []
    assert of_volume("disk", 10) == [10, 15, 20, 30]
    assert of_volume("disk", 2) == [10, 15]
    assert of_volume("other", 2) == [5]
    assert of_volume("never seen", 2) == []


def test_a_volume_is_read_by_path(connection: Connection) -> None:
    keep(connection, row(1, 2, path="b.mp4"), row(2, 3, path="a.mp4"))
    keep(connection, row(1, 2, path="c.mp4", volume="other"))
    assert [one.path for one in segments.of_volume(connection, "disk")] == ["a.mp4", "b.mp4"]


def test_sums_are_per_stream_and_volume_and_a_wrong_one_is_found(connection: Connection) -> None:
    keep(connection, row(1, 2, size=5), row(2, 3, size=7), row(2, 3, stream="small", size=1))
    keep(connection, row(3, 4, size=11, volume="other"))
    right = [
        totals.Usage("gate", "main", "disk", 2, 12),
        totals.Usage("gate", "main", "other", 1, 11),
        totals.Usage("gate", "small", "disk", 1, 1),
    ]
    assert totals.usage(connection) == right
    assert not totals.recount(connection)
    totals.add(connection, 1, 1, 3, 100)
    assert totals.recount(connection)
    assert totals.usage(connection) == right


class SumsFollow(RuleBasedStateMachine):
    """Whatever is done to segments, in whatever order: the sums are those of the rows."""

    def __init__(self) -> None:
        super().__init__()
        self._memory = in_memory()
        self.connection = self._memory.__enter__()
        self.names = itertools.count()
        self.rows: dict[int, int] = {}

    def teardown(self) -> None:
        self._memory.__exit__(None, None, None)

    def some(self, among: list[int]) -> list[int]:
        return [number for position, number in enumerate(self.rows) if position in among]

    @rule(
        camera=st.sampled_from(["gate", "door"]),
        volume=st.sampled_from(["disk", "other"]),
        start=st.integers(0, 1000),
    )
    def begins(self, camera: str, volume: str, start: int) -> None:
        path = f"{next(self.names)}.mp4"
        number = intend(self.connection, start, path, camera=camera, volume=volume)
        self.rows[number] = start

    @rule(start=st.integers(0, 1000), size=st.integers(0, 99), state=st.sampled_from(State))
    def restored(self, start: int, size: int, state: State) -> None:
        path = f"{next(self.names)}.mp4"
        keep(self.connection, row(start, start + 9, path=path, size=size, state=state))
        found = segments.at(self.connection, "disk", path)
        assert found is not None
        self.rows[found.id] = start

    @precondition(lambda self: self.rows)
    @rule(
        data=st.data(),
        size=st.integers(0, 99),
        step=st.sampled_from([segments.opened, segments.grown, segments.closed]),
    )
    def goes_on(self, data: st.DataObject, size: int, step: object) -> None:
        number = data.draw(st.sampled_from(list(self.rows)))
        deleting = {
            one.id for one in segments.unfinished(self.connection) if one.state is State.DELETING
        }
        assert callable(step)
        if number not in deleting:
            step(self.connection, number, (self.rows[number] + 60) * S, size)

    @rule(among=st.lists(st.integers(0, 9), max_size=4))
    def deleted(self, among: list[int]) -> None:
        segments.mark_deleting(self.connection, self.some(among))

    @rule(among=st.lists(st.integers(0, 9), max_size=4))
    def kept_after_all(self, among: list[int]) -> None:
        segments.keep_after_all(self.connection, self.some(among))

    @rule(among=st.lists(st.integers(0, 9), max_size=4))
    def dropped(self, among: list[int]) -> None:
        numbers = self.some(among)
        segments.drop(self.connection, numbers)
        for number in numbers:
            del self.rows[number]

    @rule()
    def expired(self) -> None:
        gone = [one for one in segments.unfinished(self.connection) if one.state is State.DELETING]
        gaps.expire(self.connection, gone)
        for one in gone:
            del self.rows[one.id]

    @invariant()
    def sums_are_right(self) -> None:
        rows = [
            one
            for volume in ("disk", "other")
            for one in segments.of_volume(self.connection, volume)
            if one.state is not State.DELETING
        ]
        counts = Counter((one.camera, one.volume) for one in rows)
        sizes: Counter[tuple[str, str]] = Counter()
        for one in rows:
            sizes[one.camera, one.volume] += one.bytes
        assert {
            (use.camera, use.volume): (use.segments, use.bytes)
            for use in totals.usage(self.connection)
        } == {name: (counts[name], sizes[name]) for name in counts}


TestSumsFollow = SumsFollow.TestCase
TestSumsFollow.settings = settings(max_examples=20, stateful_step_count=20)


@pytest.mark.parametrize("connection", ["sqlite"], indirect=True)
def test_recovery_and_retention_read_an_index_not_all_rows(connection: Connection) -> None:
    """SQLite says how it would look: by an index, for each query that must stay quick."""
    plans: list[str] = []

    def plan(_: Connection, cursor: Any, statement: str, parameters: Any, *__: object) -> None:
        if statement.startswith("SELECT segments"):
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.extend(str(line[3]) for line in cursor.fetchall())

    keep(connection, row(1, 2))
    event.listen(connection.engine, "before_cursor_execute", plan)
    segments.unfinished(connection)
    assert any("USING INDEX segments_unfinished" in line for line in plans)
    segments.oldest_of_camera(connection, "gate", before_ns=9 * S, most=1)
    segments.oldest_of_camera(connection, "gate", before_ns=9 * S, most=1, among=["disk"])
    assert not any("segments_by_age" in line for line in plans)
    segments.oldest_on_volume(connection, "disk", most=1)
    segments.between(connection, "gate", "main", 0, 9 * S)
    segments.at(connection, "disk", "a.mp4")
    ledger.intervals(connection, "gate", "main", 0, 9 * S, 9 * S)
    assert any("USING INDEX segments_by_age" in line for line in plans)
    assert any("USING COVERING INDEX segments_by_time" in line for line in plans)
    assert not [line for line in plans if line.startswith("SCAN segments") and "INDEX" not in line]
    assert not [line for line in plans if "TEMP B-TREE FOR ORDER BY" in line and "LAST" not in line]


def test_restoring_is_all_or_nothing_and_says_what_is_in_the_way(database: Database) -> None:
    database.now(lambda c: keep(c, row(1, 2, path="a.mp4"), row(2, 3, path="b.mp4")))
    with pytest.raises(PathTakenError, match=r"has b\.mp4 of this volume"):
        database.now(lambda c: keep(c, row(3, 4, path="c.mp4"), row(2, 3, path="b.mp4")))
    with pytest.raises(PathTakenError, match="Two of the segments"):
        database.now(lambda c: keep(c, row(3, 4, path="c.mp4"), row(4, 5, path="c.mp4")))
    database.now(keep)
    with database.read() as connection:
        assert [one.path for one in segments.of_volume(connection, "disk")] == ["a.mp4", "b.mp4"]
