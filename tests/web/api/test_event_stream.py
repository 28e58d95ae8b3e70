"""Events as they happen, over a real connection: none is missed, and only one's own are told."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from curtilage.analysis.outcome.feed import Feed
from curtilage.store.accounts import users as accounts
from curtilage.web.guard.rights import Role
from tests.web.api.found import seen
from tests.web.serving import Served, serving

Told = Iterator[tuple[int, dict[str, Any]]]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with serving(tmp_path) as running:
        running.house.add("ada", Role.ADMINISTRATOR)
        running.house.add("vera", Role.VIEWER, ["front"])
        yield running


@contextmanager
def listening(served: Served, who: str, **asked: Any) -> Iterator[Told]:
    headers = served.house.as_session(who) | asked.pop("headers", {})
    path = f"{served.address}/api/events/stream"
    with httpx.stream("GET", path, params=asked, headers=headers, timeout=10.0) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = answer.iter_lines()
        assert next(lines).startswith(": from ")  # it listens
        yield events_in(lines)


def events_in(lines: Iterator[str]) -> Told:
    number = 0
    for line in lines:
        if line.startswith("id: "):
            number = int(line[4:])
        elif line.startswith("data: "):
            yield number, json.loads(line[6:])


def test_events_are_told_as_they_happen(served: Served) -> None:
    feed = Feed(served.house.context.site.state, 0)
    try:
        with listening(served, "ada") as told:
            for _ in range(3):
                kept = seen(served.house.database, "front", served.house.clock.ns)
                feed.say("event", "front", {"seq": kept.seq})
                number, event = next(told)
                assert (number, event["id"], event["camera"]) == (kept.seq, kept.id, "front")
    finally:
        feed.close()


def test_without_the_feed_they_come_a_little_later(served: Served) -> None:
    with listening(served, "ada") as told:
        kept = seen(served.house.database, "front", served.house.clock.ns)
        assert next(told)[0] == kept.seq


def test_who_comes_back_goes_on_where_it_broke_off(served: Served) -> None:
    made = [seen(served.house.database, "front", served.house.clock.ns) for _ in range(4)]
    with listening(served, "ada", headers={"last-event-id": str(made[1].seq)}) as told:
        assert [next(told)[0] for _ in range(2)] == [made[2].seq, made[3].seq]


def test_other_peoples_cameras_are_not_heard(served: Served) -> None:
    with listening(served, "vera") as told:
        seen(served.house.database, "nursery", served.house.clock.ns)
        kept = seen(served.house.database, "front", served.house.clock.ns)
        number, event = next(told)
        assert (number, event["camera"]) == (kept.seq, "front")


def test_a_new_grant_ends_the_stream_so_that_it_is_asked_for_anew(served: Served) -> None:
    with listening(served, "vera") as told:
        served.house.database.now(
            lambda connection: accounts.set_cameras(connection, "vera", ["nursery"])
        )
        with pytest.raises((StopIteration, httpx.RemoteProtocolError)):
            next(told)
