"""The feed: who listens hears, nobody is waited for."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from curtilage.analysis.outcome.feed import Feed, FeedReader
from curtilage.ingest.bus import BusError


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="feed") as made:
        yield Path(made)


def until_wanted(feed: Feed, topic: str, camera: str) -> None:
    end = time.monotonic() + 10.0
    while not feed.wanted(topic, camera):
        assert time.monotonic() < end
        time.sleep(0.01)
        feed.welcome()


def test_each_hears_what_it_asked_for_of_all_analysers(folder: Path) -> None:
    first, second = Feed(folder, 0), Feed(folder, 1)
    with FeedReader(folder, ["event", "tracks/yard"]) as reader:
        assert reader.receive(0.0) is None
        for feed, camera in ((first, "yard"), (second, "door")):
            until_wanted(feed, "event", camera)
            feed.say("event", camera, {"seq": 1})
            feed.say("state", camera, {"state": "asleep"})
            feed.say("tracks", camera, {"ids": []})
        heard = [reader.receive(5.0) for _ in range(3)]
        assert {(m.topic, m.camera) for m in heard if m} == {
            ("event", "yard"),
            ("event", "door"),
            ("tracks", "yard"),
        }
        assert reader.receive(0.05) is None
    first.close()
    second.close()
    assert list(folder.iterdir()) == []


def test_a_camera_is_not_taken_for_one_whose_name_begins_alike(folder: Path) -> None:
    feed = Feed(folder, 0)
    with FeedReader(folder, ["tracks/yard"]) as reader:
        reader.receive(0.0)
        until_wanted(feed, "tracks", "yard")
        assert not feed.wanted("tracks", "yard2")
    feed.close()


def test_nothing_is_wanted_while_nobody_listens_nor_after_they_left(folder: Path) -> None:
    feed = Feed(folder, 0)
    assert not feed.wanted("tracks", "yard")
    with FeedReader(folder, ["tracks/yard"]) as reader:
        reader.receive(0.0)
        until_wanted(feed, "tracks", "yard")
    end = time.monotonic() + 10.0
    while feed.wanted("tracks", "yard"):
        assert time.monotonic() < end
        time.sleep(0.01)
        feed.welcome()
    feed.close()


def test_an_analyser_that_comes_later_or_again_is_heard(folder: Path) -> None:
    with FeedReader(folder) as reader:
        assert reader.receive(0.0) is None
        for turn in range(2):
            feed = Feed(folder, 0)
            end = time.monotonic() + 15.0
            heard = None
            while heard is None:
                assert time.monotonic() < end
                feed.welcome()
                feed.say("event", "yard", {"seq": turn})
                heard = reader.receive(0.05)
            assert heard.content["seq"] == turn
            while reader.receive(0.05) is not None:
                pass
            feed.close()


def test_two_analysers_of_one_shard_are_refused(folder: Path) -> None:
    feed = Feed(folder, 0)
    with pytest.raises(BusError, match="another analyser publishes there"):
        Feed(folder, 0)
    feed.close()
