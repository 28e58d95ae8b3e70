import threading
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curtilage.model import Direction, Kind, Phase
from curtilage.store import Database, StoreError
from curtilage.store.found import events, results
from curtilage.store.found.events import EventFilter
from curtilage.store.found.results import Results
from tests.store.seen import NOON, UTC_ZONE, an_event, commit
from tests.store.support import S, in_memory


def numbers(database: Database, chosen: EventFilter, **more: Any) -> list[int | None]:
    with database.read() as connection:
        return [one.track for one in events.page(connection, chosen, **more)]


GATE = EventFilter(["gate"])


def test_the_latest_come_first_and_pages_meet(database: Database) -> None:
    commit(database, events=[an_event(n) for n in (5, 1, 3)])
    commit(database, events=[an_event(n) for n in (2, 4)])
    assert numbers(database, GATE) == [5, 4, 3, 2, 1]
    assert numbers(database, GATE, most=2) == [5, 4]
    with database.read() as connection:
        seqs = {one.track: one.seq for one in events.page(connection, GATE)}
    assert numbers(database, GATE, before=seqs[4], most=2) == [3, 2]
    assert numbers(database, GATE, after=seqs[2], most=2) == [4, 3]
    assert numbers(database, GATE, after=seqs[5]) == []
    with database.read() as connection, pytest.raises(StoreError, match="not both"):
        events.page(connection, GATE, before=1, after=2)


def test_only_what_is_asked_for(database: Database) -> None:
    commit(
        database,
        events=[
            an_event(1),
            an_event(2, rule="door", kind=Kind.COUNTER, direction=None),
            an_event(3, label="car", direction=Direction.B_TO_A),
            an_event(4, phase=Phase.END, duration_s=2.5, label=None, track=4),
        ],
    )
    commit(database, camera="yard", events=[an_event(9, camera="yard")])
    cases: list[tuple[dict[str, Any], list[int]]] = [
        ({"cameras": ["yard"]}, [9]),
        ({"cameras": ["yard", "gate", "no such camera"]}, [9, 4, 3, 2, 1]),
        ({"cameras": []}, []),
        ({"rules": ["door"]}, [2]),
        ({"kinds": [Kind.LINE_CROSSED]}, [4, 3, 1]),
        ({"labels": ["car", "dog"]}, [3]),
        ({"directions": [Direction.B_TO_A]}, [3]),
        ({"phases": [Phase.END]}, [4]),
        ({"from_ns": NOON + 2 * S, "to_ns": NOON + 4 * S}, [3, 2]),
        ({"rules": []}, []),
    ]
    for given_words, expected in cases:
        chosen = EventFilter(**{"cameras": ["gate"], **given_words})
        assert numbers(database, chosen) == expected, given_words


def test_many_cameras_make_one_list(database: Database) -> None:
    names = [f"camera-{n}" for n in range(12)]
    for n, name in enumerate(names):
        commit(database, camera=name, events=[an_event(n, camera=name), an_event(n + 50)])
    assert numbers(database, EventFilter(names), most=3) == [61, 60, 59]
    assert numbers(database, EventFilter(names[:3]), most=4) == [52, 51, 50, 2]


def test_the_first_who_sees_to_an_event_is_remembered(database: Database) -> None:
    (event,) = commit(database, events=[an_event(1)])
    assert event.acknowledged_by is None
    assert numbers(database, EventFilter(["gate"], acknowledged=False)) == [1]
    for who in ("ann", "bob"):
        see_to_it = partial(events.acknowledge, event_id=event.id, by=who, at_ns=NOON, note=who[0])
        assert database.now(see_to_it)
    with database.read() as connection:
        seen = events.one(connection, event.id)
    assert seen is not None
    assert (seen.acknowledged_by, seen.acknowledged_ns, seen.note) == ("ann", NOON, "a")
    assert numbers(database, EventFilter(["gate"], acknowledged=False)) == []
    assert numbers(database, EventFilter(["gate"], acknowledged=True)) == [1]
    assert not database.now(
        lambda connection: events.acknowledge(connection, "none", by="ann", at_ns=NOON)
    )


def test_who_resumes_after_the_last_event_misses_none(database: Database) -> None:
    """Several threads add while one reads on from what it has seen."""

    def add(camera: str) -> None:
        for n in range(20):
            number = 1000 * int(camera[-1]) + n
            commit(database, camera=camera, events=[an_event(number, camera=camera)])

    names = ["camera-1", "camera-2", "camera-3"]
    threads = [threading.Thread(target=add, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    seen: list[int | None] = []
    last = 0
    while len(seen) < 60:
        running = any(thread.is_alive() for thread in threads)
        with database.read() as connection:
            new = events.since(connection, last, cameras_seen=names, most=7)
        assert [one.seq for one in new] == sorted(one.seq for one in new)
        seen += [one.track for one in new]
        last = new[-1].seq if new else last
        if not running and not new:
            break
    for thread in threads:
        thread.join(30)
    assert sorted(n for n in seen if n) == sorted(
        1000 * camera + n for camera in (1, 2, 3) for n in range(20)
    )
    with database.read() as connection:
        assert events.since(connection, last, cameras_seen=["camera-1"]) == []


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 2)), max_size=30), st.integers(1, 5))
def test_pages_hold_every_event_once(given_events: list[tuple[int, int]], most: int) -> None:
    names = ["a", "b", "c"]
    with in_memory() as connection:
        for n, (second, camera) in enumerate(given_events):
            one = an_event(n, camera=names[camera], time_ns=NOON + second * S)
            results.commit(connection, Results(names[camera], NOON, UTC_ZONE, events=[one]))
        expected = events.page(connection, EventFilter(names), most=100)
        assert len(expected) == len(given_events)
        assert expected == sorted(expected, key=lambda one: (-one.time_ns, -one.seq))
        down: list[events.StoredEvent] = []
        while page := events.page(
            connection, EventFilter(names), before=down[-1].seq if down else None, most=most
        ):
            down += page
        assert down == expected
        up: list[events.StoredEvent] = expected[-1:]
        while up and (
            page := events.page(connection, EventFilter(names), after=up[0].seq, most=most)
        ):
            up = page + up
        assert up == expected
