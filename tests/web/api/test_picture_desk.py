"""Pictures asked for by many at once: made once, a few at a time, and never more than bearable."""

import asyncio
import threading
from collections.abc import Awaitable, Callable

import pytest

from curtilage.web.api.picture_desk import AT_ONCE, WAITING, Made, PictureDesk
from curtilage.web.refusal import Refused
from tests.web.house import House

Scene = Callable[[PictureDesk], Awaitable[None]]


def run(house: House, scene: Scene) -> None:
    desk = PictureDesk(house.context)

    async def whole() -> None:
        await asyncio.wait_for(scene(desk), 20)

    try:
        asyncio.run(whole())
    finally:
        desk.stop()


class Slow:
    """Makes a picture when it is let go."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.made = self.running = self.most = 0
        self._lock = threading.Lock()

    def __call__(self) -> Made | None:
        with self._lock:
            self.made += 1
            self.running += 1
            self.most = max(self.most, self.running)
        self.go.wait(10)
        with self._lock:
            self.running -= 1
        return b"jpeg", 7


def test_forty_who_ask_for_the_same_cost_as_one(empty: House) -> None:
    slow = Slow()

    async def scene(desk: PictureDesk) -> None:
        asked = [asyncio.create_task(desk.picture("front", slow)) for _ in range(40)]
        await asyncio.sleep(0)
        asked[0].cancel()  # the first hangs up; the others get it all the same
        slow.go.set()
        told = await asyncio.gather(*asked, return_exceptions=True)
        assert told[1:] == [(b"jpeg", 7)] * 39
        assert slow.made == 1
        await desk.picture("front", slow)
        assert slow.made == 2  # a picture of now is not one of a moment ago

    run(empty, scene)


def test_a_few_are_made_at_a_time_and_not_more_than_bearable(empty: House) -> None:
    slow = Slow()

    async def scene(desk: PictureDesk) -> None:
        asked = [asyncio.create_task(desk.picture(n, slow)) for n in range(WAITING)]
        await asyncio.sleep(0.05)
        with pytest.raises(Refused) as refused:
            await desk.picture("one more", slow)
        assert refused.value.status == 503
        slow.go.set()
        await asyncio.gather(*asked)
        assert slow.most == AT_ONCE
        assert await desk.picture("one more", slow) == (b"jpeg", 7)

    run(empty, scene)


def test_a_fault_is_told_to_all_and_forgotten(empty: House) -> None:
    def broken() -> Made | None:
        raise ValueError("no picture")

    async def scene(desk: PictureDesk) -> None:
        both = [desk.picture("front", broken), desk.picture("front", broken)]
        told = await asyncio.gather(*both, return_exceptions=True)
        assert [type(one) for one in told] == [ValueError, ValueError]
        assert await desk.picture("front", lambda: None) is None

    run(empty, scene)
