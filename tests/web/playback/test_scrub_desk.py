"""Who scrubs gets the newest picture that was asked for, and holds nobody else up."""

import asyncio
import threading
from collections.abc import Awaitable, Callable

import pytest

from curtilage.web.playback.scrub_desk import AT_ONCE, WAITING, ScrubDesk
from curtilage.web.refusal import Refused
from tests.web.house import House

Scene = Callable[[ScrubDesk], Awaitable[None]]


def run(house: House, scene: Scene) -> None:
    desk = ScrubDesk(house.context)

    async def whole() -> None:
        await asyncio.wait_for(scene(desk), 20)

    try:
        asyncio.run(whole())
    finally:
        desk.stop()


class Slow:
    """Makes something when it is let go."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.begun: list[object] = []

    def of(self, what: object) -> Callable[[], object]:
        def make() -> object:
            self.begun.append(what)
            self.go.wait(10)
            return what

        return make


def test_a_newer_wish_takes_the_place_of_one_that_waits(empty: House) -> None:
    slow = Slow()

    async def scene(desk: ScrubDesk) -> None:
        first = [asyncio.create_task(desk.made("a", slow.of(n))) for n in range(AT_ONCE)]
        await asyncio.sleep(0.05)
        wishes = [asyncio.create_task(desk.made("a", slow.of(n))) for n in range(10, 20)]
        other = asyncio.create_task(desk.made("b", slow.of("other")))
        await asyncio.sleep(0.05)
        slow.go.set()
        assert await asyncio.gather(*first) == list(range(AT_ONCE))  # what is begun is ended
        told = await asyncio.gather(*wishes, return_exceptions=True)
        assert told[-1] == 19
        assert all(isinstance(one, Refused) and one.status == 409 for one in told[:-1])
        assert await other == "other"
        assert slow.begun == [*range(AT_ONCE), 19, "other"]

    run(empty, scene)


def test_a_wish_that_was_overtaken_on_its_way_takes_nobodys_place(empty: House) -> None:
    slow = Slow()

    async def scene(desk: ScrubDesk) -> None:
        busy = [asyncio.create_task(desk.made(n, slow.of(n))) for n in range(AT_ONCE)]
        await asyncio.sleep(0.05)
        newest = asyncio.create_task(desk.made("a", slow.of("newest"), 7))
        await asyncio.sleep(0)
        with pytest.raises(Refused) as refused:
            await desk.made("a", slow.of("late"), 6)
        assert refused.value.status == 409
        slow.go.set()
        assert await newest == "newest"
        await asyncio.gather(*busy)
        assert await desk.made("a", slow.of("another page"), 0) == "another page"

    run(empty, scene)


def test_who_hung_up_is_not_worked_for(empty: House) -> None:
    slow = Slow()

    async def scene(desk: ScrubDesk) -> None:
        busy = [asyncio.create_task(desk.made(n, slow.of(n))) for n in range(AT_ONCE)]
        gone = asyncio.create_task(desk.made("gone", slow.of("gone")))
        stays = asyncio.create_task(desk.made("stays", slow.of("stays")))
        await asyncio.sleep(0.05)
        gone.cancel()
        await asyncio.sleep(0)
        slow.go.set()
        await asyncio.gather(*busy)
        assert await stays == "stays"
        assert "gone" not in slow.begun

    run(empty, scene)


def test_many_may_wait_but_not_more_than_bearable(empty: House) -> None:
    slow = Slow()

    async def scene(desk: ScrubDesk) -> None:
        asked = [asyncio.create_task(desk.made(n, slow.of(n))) for n in range(AT_ONCE + WAITING)]
        await asyncio.sleep(0.05)
        with pytest.raises(Refused) as refused:
            await desk.made("one more", slow.of("one more"))
        assert refused.value.status == 503
        slow.go.set()
        assert await asyncio.gather(*asked) == list(range(AT_ONCE + WAITING))

    run(empty, scene)


def test_a_fault_is_told_and_the_next_one_is_made(empty: House) -> None:
    def broken() -> None:
        raise ValueError("no picture")

    async def scene(desk: ScrubDesk) -> None:
        with pytest.raises(ValueError, match="no picture"):
            await desk.made("a", broken)
        assert await desk.made("a", lambda: 7) == 7

    run(empty, scene)
