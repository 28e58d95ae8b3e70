"""The hub on a real packet bus: only what is watched, recorders that come, go and come back."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from curtilage.ingest.bus import Publisher
from curtilage.ingest.live.items import Lost, Opened
from curtilage.model import GapReason, StreamInfo
from curtilage.web.live.hub import Hub
from curtilage.web.live.messages import Message, Opening, Picture, Word
from curtilage.web.live.viewer import Viewer
from tests.ingest.bus.streams import endpoint
from tests.record.mp4.clips import START_NS, video

INFO, PACKETS = video(seconds=4, gop=15)
OPENED = Opened(StreamInfo(INFO), PACKETS[0].dts_ns, False)


def run(test: Callable[[str], Awaitable[None]]) -> None:
    async def bounded(where: str) -> None:
        async with asyncio.timeout(30):
            await test(where)

    with endpoint() as where:
        asyncio.run(bounded(where))


async def until(viewer: Viewer, wanted: Callable[[Message], bool]) -> list[Message]:
    """All that it is told until one is wanted, and what comes together with that."""
    heard: list[Message] = []
    while not any(map(wanted, heard)):
        heard += await viewer.take()
    return heard


def is_picture(message: Message) -> bool:
    return isinstance(message, Picture)


def is_lost(message: Message) -> bool:
    return isinstance(message, Word) and json.loads(message.text)["is"] == "lost"


async def settled(publisher: Publisher, readers: int) -> None:
    while publisher.readers != readers:
        await asyncio.sleep(0.01)


def test_the_bus_is_listened_to_only_while_somebody_watches() -> None:
    async def test(where: str) -> None:
        hub = Hub(where)
        with Publisher(where) as publisher:
            publisher.publish("yard", "main", OPENED)
            publisher.publish("door", "main", OPENED)
            await asyncio.sleep(0.2)
            assert publisher.readers == 0
            with hub.watch("yard", "main"), hub.watch("yard", "main"):
                await settled(publisher, 1)
                with hub.watch("door", "main") as viewer:
                    await settled(publisher, 2)
                    await until(viewer, lambda m: isinstance(m, Opening))
                await settled(publisher, 1)
            await settled(publisher, 0)
            assert hub.health().streams == 0

    run(test)


def test_a_second_viewer_has_a_picture_without_asking_the_bus() -> None:
    async def test(where: str) -> None:
        hub = Hub(where)
        with Publisher(where) as publisher:
            publisher.publish("yard", "main", OPENED)
            for packet in PACKETS[:20]:
                publisher.publish("yard", "main", packet)
            with hub.watch("yard", "main") as one:
                told = await until(one, is_picture)
                assert isinstance(told[0], Opening)
                while sum(map(is_picture, told)) < 5:
                    told += await one.take()
                with hub.watch("yard", "main") as other:
                    assert await other.take() == told

    run(test)


def test_a_recorder_that_is_not_there_yet_and_one_that_is_killed() -> None:
    async def test(where: str) -> None:
        hub = Hub(where)
        with hub.watch("yard", "main") as viewer:
            await until(viewer, is_lost)
            for _ in range(2):  # comes; goes without a word, as one that is killed; comes again
                with Publisher(where) as publisher:
                    await settled(publisher, 1)
                    publisher.publish("yard", "main", OPENED)
                    publisher.publish("yard", "main", PACKETS[0])
                    told = await until(viewer, is_picture)
                    assert any(isinstance(message, Opening) for message in told)

    run(test)


def test_a_lost_camera_is_told_to_who_comes_later() -> None:
    async def test(where: str) -> None:
        hub = Hub(where)
        with Publisher(where) as publisher:
            publisher.publish("yard", "main", Lost(GapReason.REFUSED, START_NS, "wrong password"))
            with hub.watch("yard", "main") as viewer:
                word = (await until(viewer, is_lost))[-1]
        assert isinstance(word, Word)
        assert json.loads(word.text)["sentence"] == "wrong password"

    run(test)


def test_one_stream_s_fault_does_not_end_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test(where: str) -> None:
        hub = Hub(where)
        with (
            Publisher(where) as publisher,
            hub.watch("bad", "main") as bad,
            hub.watch("yard", "main") as good,
        ):
            monkeypatch.setattr(hub._watched["bad", "main"].line, "take", lambda *_: 1 / 0)
            await settled(publisher, 2)
            for camera in ("bad", "yard"):
                publisher.publish(camera, "main", OPENED)
                publisher.publish(camera, "main", PACKETS[0])
            await until(good, is_picture)
            assert bad.skipped == 0

    run(test)


def test_a_bus_that_cannot_be_is_told_in_a_sentence(tmp_path: Path) -> None:
    async def test(_: str) -> None:
        hub = Hub(f"ipc://{tmp_path / ('x' * 120)}")
        with hub.watch("yard", "main") as viewer:
            told = await until(viewer, is_lost)
        word = told[-1]
        assert isinstance(word, Word)
        assert "choose a shorter folder" in json.loads(word.text)["sentence"]
        assert "choose a shorter folder" in (hub.health().problem or "")

    run(test)


def test_a_stop_from_another_thread() -> None:
    async def test(where: str) -> None:
        hub = Hub(where)
        with Publisher(where) as publisher, hub.watch("yard", "main"):
            await settled(publisher, 1)
            await asyncio.to_thread(hub.stop)
            await settled(publisher, 0)
        hub.stop()

    run(test)
