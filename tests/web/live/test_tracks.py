"""Tracks of the analysers, for browsers that draw them."""

import asyncio
import json
import time
from pathlib import Path

import numpy as np
import pytest

from curtilage.analysis.outcome.feed import Feed, FeedMessage
from curtilage.web.live.tracks import WAITING, TracksHub, drawn

SEEN = {
    "time_ns": 1_795_000_000_123_456_789,
    "ids": np.array([3, 9]),
    "labels": ["person", "dog"],
    "boxes": np.array([[0.1, 0.2, 0.30001, 0.4], [0.0, 0.0, 1.0, 1.0]], np.float32),
    "seen": np.array([True, False]),
}


def say(feed: Feed, camera: str, at_ns: int = 0) -> None:
    feed.welcome()
    feed.say("tracks", camera, SEEN | {"time_ns": at_ns or time.time_ns()})


def wanted(feed: Feed, camera: str) -> bool:
    feed.welcome()
    return feed.wanted("tracks", camera)


def test_what_a_browser_gets() -> None:
    content = {k: v.tolist() if isinstance(v, np.ndarray) else v for k, v in SEEN.items()}
    told = json.loads(drawn(FeedMessage("tracks", "yard", content)))
    assert told == {
        "is": "tracks",
        "utc_ms": pytest.approx(1_795_000_000_123.4568),
        "ids": [3, 9],
        "labels": ["person", "dog"],
        "boxes": [[0.1, 0.2, 0.3, 0.4], [0.0, 0.0, 1.0, 1.0]],
        "seen": [True, False],
    }


def test_only_while_and_only_of_what_somebody_looks_at(tmp_path: Path) -> None:
    async def test() -> None:
        hub = TracksHub(tmp_path)
        feed = Feed(tmp_path, 0)
        try:
            with hub.listen("yard") as one, hub.listen("yard") as other:
                while not wanted(feed, "yard"):
                    await asyncio.sleep(0.02)
                assert not wanted(feed, "door")
                with hub.listen("door"):
                    while not wanted(feed, "door"):
                        await asyncio.sleep(0.02)
                say(feed, "yard")
                assert await one.get() == await other.get()
                for _ in range(3 * WAITING):  # nobody takes them: the newest are kept
                    say(feed, "yard")
                await asyncio.sleep(0.3)
                assert one.qsize() == WAITING
            while wanted(feed, "yard") or wanted(feed, "door"):
                await asyncio.sleep(0.02)
        finally:
            feed.close()

    asyncio.run(asyncio.wait_for(test(), 30))


def test_an_analyser_that_comes_later_or_again_is_heard(tmp_path: Path) -> None:
    async def test() -> None:
        hub = TracksHub(tmp_path)
        with hub.listen("yard") as listener:
            for shard in (0, 1, 0):
                feed = Feed(tmp_path, shard)
                while listener.empty():
                    say(feed, "yard")
                    await asyncio.sleep(0.02)
                feed.close()
                while not listener.empty():
                    listener.get_nowait()
                await asyncio.sleep(0.1)
                while not listener.empty():
                    listener.get_nowait()
        hub.stop()

    asyncio.run(asyncio.wait_for(test(), 30))
