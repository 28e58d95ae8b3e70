"""What the publisher knows of its readers' wishes, over real sockets."""

import pytest

from curtilage.ingest.bus import Publisher, Subscriber
from tests.ingest.bus.streams import OPENED, endpoint, hear, packet, wait_for


def test_a_stream_is_wanted_while_a_reader_listens_and_a_little_longer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("curtilage.ingest.bus.publisher.KEEP_S", 0.4)
    with endpoint() as at, Publisher(at) as publisher:
        yard, door = publisher.demand("yard", "sub"), publisher.demand("door", "sub")
        assert not yard.wanted.wait(0.2)
        with Subscriber(at, ["yard/sub"]) as first:
            assert yard.wanted.wait(5.0)
            with Subscriber(at, ["yard/sub"]):
                wait_for(lambda: publisher.readers == 2)
            wait_for(lambda: publisher.readers == 1)
            assert not yard.unwanted.wait(0.8), "one listens still"
            first.leave("yard/sub")
            assert not yard.unwanted.wait(0.1), "whoever comes back at once finds it there"
            assert yard.unwanted.wait(5.0)
            first.listen("yard/sub")
            assert yard.wanted.wait(5.0)
        assert yard.unwanted.wait(5.0), "a reader that is gone wants nothing"
        assert not door.wanted.is_set()


def test_a_stream_that_is_expected_is_wanted_and_not_sent() -> None:
    with endpoint() as at, Publisher(at) as publisher, Subscriber(at, ()) as subscriber:
        demand = publisher.demand("yard", "sub")
        subscriber.expect("yard/sub")
        assert demand.wanted.wait(5.0)
        publisher.publish("yard", "sub", OPENED)
        publisher.publish("yard", "sub", packet(0))
        assert hear(subscriber) == []
        subscriber.listen_calmly("yard/sub")
        assert hear(subscriber, 0.6) == [OPENED, packet(0)]


def test_only_who_says_so_is_in_a_hurry() -> None:
    with endpoint() as at, Publisher(at) as publisher, Subscriber(at, ()) as subscriber:
        publisher.publish("yard", "main", OPENED)
        subscriber.listen_calmly("yard/main")
        wait_for(lambda: publisher.readers == 1)
        assert not publisher.hurries("yard", "main")
        publisher.publish("yard", "main", packet(0))
        assert hear(subscriber, 0.6) == [OPENED, packet(0)]
        subscriber.hurry("yard/main")
        wait_for(lambda: publisher.hurries("yard", "main"))
        subscriber.calm_down("yard/main")
        wait_for(lambda: not publisher.hurries("yard", "main"))
        with Subscriber(at):
            wait_for(lambda: publisher.hurries("yard", "main"))
        wait_for(lambda: not publisher.hurries("yard", "main"))


def test_of_a_stream_that_is_paused_late_readers_hear_nothing_old() -> None:
    with endpoint() as at, Publisher(at) as publisher:
        publisher.publish("yard", "sub", OPENED)
        publisher.publish("yard", "sub", packet(0))
        publisher.pause("yard", "sub")
        with Subscriber(at, ["yard/sub"]) as late:
            wait_for(lambda: publisher.readers == 1)
            assert hear(late) == []
            publisher.publish("yard", "sub", OPENED)
            publisher.publish("yard", "sub", packet(10))
            assert hear(late) == [OPENED, packet(10)]


def test_whoever_waits_for_a_demand_is_let_go_for_good() -> None:
    with endpoint() as at, Publisher(at) as publisher, Subscriber(at, ["yard/sub"]):
        demand = publisher.demand("yard", "sub")
        assert demand.wanted.wait(5.0)
        demand.end()
        demand.want()
        assert demand.unwanted.is_set()
        assert demand.wanted.is_set()
