"""One user's flood: it waits for its turn and then is refused, and others notice nothing."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from starlette.types import Message, Receive, Scope, Send

from curtilage.web import turns
from curtilage.web.app import create_app
from curtilage.web.guard.checked import Checked
from curtilage.web.guard.declaration import Declaration
from curtilage.web.guard.rights import Right
from curtilage.web.refusal import Refused
from curtilage.web.turns import AT_ONCE, OPEN, WAITING, Turns
from tests.web.house import House

FLOODER, OTHER = 1, 2


def run(scene: Callable[[], Awaitable[None]]) -> None:
    async def whole() -> None:
        await asyncio.wait_for(scene(), 20)

    asyncio.run(whole())


class Crowd:
    """Requests of one user that run until they are let go."""

    def __init__(self, every: Turns, user: int) -> None:
        self.every, self.user = every, user
        self.running = 0
        self.most = 0
        self.tasks: list[asyncio.Task[None]] = []
        self.go = asyncio.Event()

    async def grow(self, many: int) -> None:
        self.tasks += [asyncio.create_task(self._one()) for _ in range(many)]
        for _ in range(5):
            await asyncio.sleep(0)

    async def _one(self) -> None:
        async with self.every.request(self.user):
            self.running += 1
            self.most = max(self.most, self.running)
            await self.go.wait()
            self.running -= 1


def test_a_flood_waits_for_its_turn_and_others_do_not() -> None:
    async def scene() -> None:
        every = Turns()
        flood = Crowd(every, FLOODER)
        await flood.grow(AT_ONCE + WAITING)
        assert flood.running == AT_ONCE
        with pytest.raises(Refused) as refused:
            async with every.request(FLOODER):
                pass
        assert refused.value.status == 429
        other = Crowd(every, OTHER)
        await other.grow(1)
        assert other.running == 1
        flood.go.set()
        await asyncio.gather(*flood.tasks)
        assert flood.most == AT_ONCE

    run(scene)


def test_who_hangs_up_gives_the_turn_to_the_next() -> None:
    async def scene() -> None:
        flood = Crowd(Turns(), FLOODER)
        await flood.grow(AT_ONCE + 10)
        for task in (*flood.tasks[:3], *flood.tasks[-4:]):  # some that run, some that wait
            task.cancel()
        for _ in range(5):
            await asyncio.sleep(0)
        assert flood.running == AT_ONCE + 3  # those cancelled did not count themselves off
        flood.go.set()
        await asyncio.gather(*flood.tasks, return_exceptions=True)
        flood.go.clear()
        flood.running = 0
        await flood.grow(AT_ONCE + 1)
        assert flood.running == AT_ONCE  # no turn was lost, none was doubled
        flood.go.set()
        await asyncio.gather(*flood.tasks, return_exceptions=True)

    run(scene)


def test_nobody_waits_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "PATIENCE_S", 0.02)

    async def scene() -> None:
        every = Turns()
        flood = Crowd(every, FLOODER)
        await flood.grow(AT_ONCE)
        with pytest.raises(Refused):
            async with every.request(FLOODER):
                pass
        flood.go.set()
        await asyncio.gather(*flood.tasks)
        async with every.request(FLOODER):
            pass

    run(scene)


def test_what_stays_open_is_counted_apart() -> None:
    async def scene() -> None:
        every = Turns()
        held = [every.stay(FLOODER) for _ in range(OPEN)]
        for one in held:
            await one.__aenter__()
        with pytest.raises(Refused):
            async with every.stay(FLOODER):
                pass
        async with every.request(FLOODER), every.stay(OTHER):
            pass
        await held[0].__aexit__(None, None, None)
        async with every.stay(FLOODER):
            pass

    run(scene)


def test_what_stays_open_takes_a_turn_until_it_answers(house: House) -> None:
    """160 films that were all looked for at once held every thread that routes run in."""

    async def scene() -> None:
        working, most, answered = 0, 0, 0
        go, leave = asyncio.Event(), asyncio.Event()

        async def film(_: Scope, __: Receive, send: Send) -> None:
            nonlocal working, most, answered
            working, most = working + 1, max(most, working + 1)
            await go.wait()
            working, answered = working - 1, answered + 1
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await leave.wait()

        async def sent(_: Message) -> None:
            return

        async def received() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        app = create_app(house.context)
        headers = [(k.encode(), v.encode()) for k, v in house.as_session("vera").items()]
        checked = Checked(Declaration(Right.VIDEO, None, stays_open=True), film)
        scopes = [
            {"type": "http", "app": app, "method": "GET", "path": "/", "headers": headers,
             "path_params": {}, "client": ("127.0.0.1", 1), "scheme": "http"}
            for _ in range(AT_ONCE + 6)
        ]  # fmt: skip
        tasks = [asyncio.create_task(checked(one, received, sent)) for one in scopes]
        while working < AT_ONCE:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.3)
        assert most == AT_ONCE
        go.set()
        while answered < len(tasks):  # none waits for those that stay open
            await asyncio.sleep(0.01)
        leave.set()
        await asyncio.gather(*tasks)

    run(scene)
